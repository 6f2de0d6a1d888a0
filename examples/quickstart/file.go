package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/google/uuid"
)

func french(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") }

// The columns of the suppliers' file that the story needs. What else they sent
// (titles, surnames, e-mail addresses) is not read: nobody needs it here.
const (
	colOrigin = "Origine"
	colForm   = "Formulaire"
	colDate   = "Date d'opt-in"
	colBox    = "Case cochée"
	colPost   = "Code postal"
)

func columns() []contact.Column {
	return []contact.Column{
		{Name: "Réf.", Kind: contact.IDColumn},
		{Name: "Tél. portable", Kind: contact.PhoneColumn},
		{Name: "Prénom", Kind: contact.TextColumn, Attribute: "first_name"},
		{Name: colPost, Kind: contact.TextColumn, Attribute: "postcode"},
		{Name: "Ville", Kind: contact.TextColumn, Attribute: "commune"},
		{Name: colDate, Kind: contact.CollectedColumn},
		{Name: colOrigin, Kind: contact.HostColumn},
		{Name: colForm, Kind: contact.HostColumn},
		{Name: colBox, Kind: contact.HostColumn},
	}
}

// importContacts reads the suppliers' file. What its column "Case cochée" says
// becomes an act, asserted by the supplier: offers, and nothing else.
func (s *story) importContacts(ctx context.Context, file []byte) error {
	origins := map[string]*contact.Origin{}
	var acts []consent.Statement
	report, err := contact.ImportCSV(ctx, bytes.NewReader(file), s.contacts, contact.ImportOptions{
		Base: base.ID, ParsePhone: french, Stamp: s.keyring.Hasher().Stamp, Key: s.keyring.ID(),
		Zone: s.paris, Columns: columns(),
		Row: func(_ int, c *contact.Contact, get func(string) string) error {
			origin, err := s.origin(ctx, origins, get(colOrigin), get(colForm), get(colBox))
			if err != nil {
				return err
			}
			collected := c.Origins[0].Collected
			if collected.IsZero() {
				return errors.New("no date of collection")
			}
			c.Origins = []contact.Provenance{{Origin: origin, Collected: collected}}
			c.Territory = territory(get(colPost))
			said := fmt.Appendf(nil, "%s %s %s %d", base.ID, c.ID, get(colForm), collected.Unix())
			acts = append(acts, consent.Statement{Address: c.Points[0].Address, Act: consent.Act{
				ID: uuid.NewSHA1(uuid.NameSpaceOID, said), Kind: consent.Given, By: consent.ByFile, Grade: consent.Asserted,
				Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS),
				Grantees: consent.Grantees{Category: "partenaires de " + get(colOrigin)}, Base: base.ID,
				Notice: origin.Notice, Form: get(colForm), Source: get(colOrigin), Happened: collected,
			}})
			return nil
		},
	})
	if err != nil {
		return err
	}
	if _, err := s.register.Record(ctx, acts...); err != nil {
		return err
	}
	people, err := s.contacts.Page(ctx, base.ID, "", 1<<20)
	if err != nil {
		return err
	}
	s.figures.Import, s.figures.Faults, s.figures.People = report, faultsOf(report.Rejects), len(people.Contacts)
	s.say("%s, %q between cells, French headings, numbers and dates as people write them", report.Encoding, report.Separator)
	s.say("%d lines: %d contacts, %d lines about one of them again, %d rejected:", report.Lines, s.figures.People, report.Lines-report.Rejected-s.figures.People, report.Rejected)
	for _, f := range s.figures.Faults {
		s.say("%5d  %s, first on line %d", f.Lines, f.Fault, f.First)
	}
	s.say("not read, for nobody needs it here: %s", strings.Join(report.Ignored, ", "))
	s.say("each with the box that was ticked: consent to commercial offers, asserted by the supplier")
	return nil
}

// A fault is what is wrong with some lines.
type fault struct {
	Fault string `json:"fault"`
	Lines int    `json:"lines"`
	First int    `json:"first"` // of the lines
}

// faultsOf returns what is wrong with lines, what most of them have first.
func faultsOf(rejects []contact.LineError) []fault {
	at := map[string]int{}
	var faults []fault
	for _, r := range rejects {
		what := r.Err.Error()
		if r.Column != "" {
			what = r.Column + ": " + what
		}
		if _, ok := at[what]; !ok {
			at[what] = len(faults)
			faults = append(faults, fault{Fault: what, First: r.Line})
		}
		faults[at[what]].Lines++
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return b.Lines - a.Lines })
	return faults
}

// overseas are the territories by the first three digits of their postcodes.
// Saint-Martin and Saint-Barthélemy have those of Guadeloupe.
var overseas = map[string]contact.Territory{
	"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "986": "WF", "987": "PF", "988": "NC",
}

// territory returns where a French postcode is, or "" for what is none.
func territory(postcode string) contact.Territory {
	if len(postcode) != 5 {
		return ""
	}
	if t, ok := overseas[postcode[:3]]; ok {
		return t
	}
	return "FR"
}

// origin returns the origin of a line, one for each supplier, form and wording.
func (s *story) origin(ctx context.Context, known map[string]*contact.Origin, supplier, form, box string) (*contact.Origin, error) {
	key := supplier + "\x00" + form + "\x00" + box
	if o := known[key]; o != nil {
		return o, nil
	}
	if supplier == "" || form == "" {
		return nil, errors.New("supplier or form is empty")
	}
	id, err := s.documents.PutNotice(ctx, contact.Notice{Language: "fr", Text: "☑ J'accepte de recevoir : " + box, PartnersVersion: form})
	if err != nil {
		return nil, err
	}
	known[key] = &contact.Origin{
		Kind: contact.RentedFile, Collector: strings.SplitN(form, "-", 2)[0] + " de " + supplier, Supplier: supplier,
		Contract: "location 2024-17", Form: form, Notice: id, Purposes: []contact.Purpose{contact.Commercial},
		Hops: []contact.Hop{{From: supplier, To: fichiers.Name, Contract: "cession 2023-04"}},
	}
	return known[key], nil
}
