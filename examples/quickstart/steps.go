package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"golang.org/x/text/language"
)

func french(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") }

// importContacts reads the suppliers' file. What its column "box" says was
// ticked becomes an act, asserted by the supplier: offers, and nothing else.
func (s *story) importContacts(ctx context.Context, file []byte) error {
	s.title("A file of numbers, from two suppliers")
	origins := map[string]*contact.Origin{}
	var acts []consent.Statement
	report, err := contact.ImportCSV(ctx, bytes.NewReader(file), s.contacts, contact.ImportOptions{
		Base: base.ID, ParsePhone: french, Stamp: s.keyring.Hasher().Stamp, Key: s.keyring.ID(),
		Columns: []contact.Column{
			{Name: "id", Kind: contact.IDColumn}, {Name: "phone", Kind: contact.PhoneColumn},
			{Name: "first_name", Kind: contact.TextColumn}, {Name: "postcode", Kind: contact.TextColumn}, {Name: "commune", Kind: contact.TextColumn},
			{Name: "territory", Kind: contact.TerritoryColumn}, {Name: "collected_at", Kind: contact.CollectedColumn},
			{Name: "supplier", Kind: contact.HostColumn}, {Name: "form", Kind: contact.HostColumn}, {Name: "box", Kind: contact.HostColumn},
		},
		Row: func(line int, c *contact.Contact, get func(string) string) error {
			if len(c.Points) == 0 {
				return nil // the import says why
			}
			collected, err := time.Parse(time.DateOnly, get("collected_at"))
			if err != nil {
				return errors.New("collected_at is not a date")
			}
			origin, err := s.origin(ctx, origins, get("supplier"), get("form"), get("box"))
			if err != nil {
				return err
			}
			c.Origins = []contact.Provenance{{Origin: origin, Collected: collected}}
			acts = append(acts, consent.Statement{Address: c.Points[0].Address, Act: consent.Act{
				ID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s line %d", base.ID, line)), Kind: consent.Given, By: consent.ByFile, Grade: consent.Asserted,
				Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS),
				Grantees: consent.Grantees{Category: "partenaires de " + get("supplier")}, Base: base.ID,
				Notice: origin.Notice, Form: get("form"), Source: get("supplier"), Happened: collected,
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
	s.figures.Import = report
	s.say("%d lines: %d contacts, %d merged, %d rejected", report.Lines, report.Created, report.Merged+report.Unchanged, report.Rejected)
	for _, r := range report.Rejects[:min(4, len(report.Rejects))] {
		s.say("   %v", r)
	}
	s.say("each with the box that was ticked: consent to commercial offers, asserted by the supplier")
	return nil
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
	id, err := s.notices.PutNotice(ctx, contact.Notice{Language: "fr", Text: "☑ J'accepte de recevoir : " + box, PartnersVersion: form})
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

func (s *story) importRefusals(ctx context.Context, file []byte) error {
	s.title("The refusals that the owner of the file knew already")
	kept := 0
	report, err := suppression.Import(ctx, s.list, s.keyring, bytes.NewReader(file), suppression.ImportOptions{
		File: "refusals.csv", Column: "phone", DateColumn: "refused_at", Parse: french, Recorded: s.now,
		Scope:      contact.Scope{Base: base.ID},
		Unreadable: func(int, string, error) error { kept++; return nil },
	})
	if err != nil {
		return err
	}
	s.figures.Refusals = report
	s.say("%d lines: %d added, %d known, %d unreadable, which are kept for a human to read", report.Lines, report.Added, report.Already, kept)
	return nil
}

func (s *story) previewOnCommercialConsent(ctx context.Context) error {
	s.title("A political campaign on commercial consents: who may be written to?")
	p, err := s.planner.Preview(ctx, s.content(), time.Time{})
	if err != nil {
		return err
	}
	s.figures.Previews = append(s.figures.Previews, p)
	s.table(p.Tally, p.Reasons)
	return nil
}

func (s *story) ask(ctx context.Context) error {
	s.title("A first message that asks for agreement, and nothing else")
	c := s.asking()
	p, err := s.planner.Preview(ctx, c, time.Time{})
	if err != nil {
		return err
	}
	s.figures.Previews = append(s.figures.Previews, p)
	s.table(p.Tally, p.Reasons)
	if _, err := s.planner.Launch(ctx, c); err != nil {
		return err
	}
	done, err := s.runner.Run(ctx, c.ID())
	if err != nil {
		return err
	}
	s.figures.Asked = done.HandedOver
	s.say("%d requests handed over, %d segments, %.2f EUR at 0.045 each", done.HandedOver, p.Segments, float64(p.Cost)/1e6)
	if inbox := s.carrier.Inbox(); len(inbox) > 0 {
		s.say("“%s”", inbox[0].Text)
	}
	return nil
}

// hearAnswers lets a day pass, and takes what came back.
func (s *story) hearAnswers(ctx context.Context) error {
	s.title("A day later: what people answered")
	s.now = s.now.Add(24 * time.Hour)
	if _, err := s.carrier.Deliver(ctx, s.events); err != nil {
		return err
	}
	a := s.events.heard
	s.figures.Answers = a
	s.say("%d OUI, %d NON, %d STOP, %d in their own words, %d of them clear refusals", a.Yes, a.No, a.Stop, a.Words, a.Likely)
	s.say("%d said nothing, and silence is not consent", s.figures.Asked-a.Yes-a.No-a.Stop-a.Words)
	return nil
}

func (s *story) previewAgain(ctx context.Context) error {
	s.title("The same political campaign, now")
	p, err := s.planner.Preview(ctx, s.content(), time.Time{})
	if err != nil {
		return err
	}
	s.figures.Previews = append(s.figures.Previews, p)
	s.table(p.Tally, p.Reasons)
	return nil
}

// runWithStops runs the campaign while people say STOP: some who have the
// message, some whose turn is still to come.
func (s *story) runWithStops(ctx context.Context) error {
	s.title("The campaign runs, and STOPs arrive in the middle of it")
	c := s.content()
	saved, err := s.planner.Launch(ctx, c)
	if err != nil {
		return err
	}
	before := len(s.carrier.Inbox())
	s.events.stopping = saved.Launch.Tally.In(campaign.Ready) / 10
	done, err := s.runner.Run(ctx, c.ID())
	if err != nil {
		return err
	}
	s.now = s.now.Add(time.Hour)
	if _, err := s.carrier.Deliver(ctx, s.events); err != nil {
		return err
	}
	tally, err := s.outbox.Tally(ctx, c.ID())
	if err != nil {
		return err
	}
	after := 0
	for _, h := range s.carrier.Inbox()[before:] {
		if t, ok := s.events.refusedAt[h.To]; ok && h.At.After(t) {
			after++
		}
	}
	s.figures.Run, s.figures.Final = done, tally
	s.figures.StoppedMidway, s.figures.MessagedAfterStop = s.events.stopped, after
	s.say("%d people said STOP while it ran; %d of them were messaged after", s.events.stopped, after)
	s.table(tally, nil)
	if tally.Total() != saved.Launch.Tally.Total() {
		return fmt.Errorf("the classes sum to %d, the audience to %d", tally.Total(), saved.Launch.Tally.Total())
	}
	return nil
}

// eveOfTheVote tries again when propaganda is forbidden.
func (s *story) eveOfTheVote(ctx context.Context) error {
	s.title("Saturday, the eve of the vote: one more message?")
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return err
	}
	s.now = time.Date(2024, time.June, 8, 9, 0, 0, 0, paris)
	var c campaign.Campaign = s.content()
	c.Request.Campaign = "martin-rappel"
	p, err := s.planner.Preview(ctx, c, time.Time{})
	if err != nil {
		return err
	}
	s.figures.Previews = append(s.figures.Previews, p)
	for _, class := range p.Tally.Classes() {
		if class.Code == "election.silence" {
			r := p.Reasons[class.Code]
			s.say("%d refused: %s", p.Tally[class], r.Says.En)
			s.say("%s, version of %s (%s)", r.Source.Text, r.Source.Date, r.Level)
		}
	}
	s.say("%d may go", p.Messages)
	return nil
}

// whereFrom answers a person who asks.
func (s *story) whereFrom(ctx context.Context) error {
	s.title("“Comment avez-vous eu mon numéro ?”")
	who := s.events.curious
	if who.IsZero() {
		return errors.New("nobody was messaged")
	}
	x, err := campaign.NewExplainer(s.register, s.outbox, &campaign.ExplainerOptions{
		Bases: []campaign.Holding{{Base: base, Source: s.contacts}}, Parties: []contact.Party{fichiers, martin}, Documents: s.notices,
	})
	if err != nil {
		return err
	}
	e, err := x.Explain(ctx, who, campaign.Viewer{Kind: campaign.ThePerson, By: "quickstart"})
	if err != nil {
		return err
	}
	s.figures.Explanation = e
	for line := range strings.Lines(e.Text(language.French, s.now.Location())) {
		s.say("%s", strings.TrimRight(line, "\n"))
	}
	return nil
}

// verify checks the ledger, and then a copy of it in which somebody turned a no
// into a yes.
func (s *story) verify(ctx context.Context) error {
	s.title("The ledger, verified; then tampered with")
	var checkpoint bytes.Buffer
	if err := consent.WriteCheckpoint(ctx, s.ledger, &checkpoint); err != nil {
		return err
	}
	clean, err := consent.Verify(ctx, s.ledger, bytes.NewReader(checkpoint.Bytes()))
	if err != nil {
		return err
	}
	forged, err := consent.Verify(ctx, &forger{Ledger: s.ledger}, bytes.NewReader(checkpoint.Bytes()))
	if err != nil {
		return err
	}
	s.figures.Verified, s.figures.Forged = clean, forged
	s.say("%d chains, %d records, %d faults", clean.Chains, clean.Records, len(clean.Faults))
	s.say("with one refusal turned into consent:")
	for _, f := range forged.Faults {
		s.say("   %v", f)
	}
	return nil
}

// forger is what somebody with write access to the database could do.
type forger struct {
	consent.Ledger
	done bool
}

// Walk turns the first refusal that it meets into consent.
func (f *forger) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	chains, err := f.Ledger.Walk(ctx, after, limit)
	for i := range chains {
		for j := range chains[i].Records {
			if a := &chains[i].Records[j].Act; !f.done && a.Kind == consent.Refused {
				a.Kind, f.done = consent.Given, true
			}
		}
	}
	return chains, err
}
