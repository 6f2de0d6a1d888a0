package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

//go:embed data/gazette.csv
var shippedGazette []byte

// The second client of the same prestataire, with a base of its own: readers of
// a gazette, who were never asked about politics.
var (
	petit   = contact.Party{ID: "petit", Name: "Camille Petit", Group: "liste-des-tilleuls"}
	gazette = contact.Base{ID: "gazette", Name: "Lecteurs de la gazette", Owner: petit, Mode: contact.Own}
)

// second is what became of the second client's messages.
type second struct {
	Import  contact.ImportReport `json:"import"`
	Preview campaign.Preview     `json:"preview"`
	Asked   int                  `json:"asked"`
	// Untouched are those among them who had refused the first client.
	Untouched int `json:"untouched"`
	Yes       int `json:"yes"`
	// Of these nobody knows whom they answer.
	AmbiguousStop int `json:"ambiguous_stop"`
	AmbiguousYes  int `json:"ambiguous_yes"`
	// Widened are the scopes that the ambiguous STOP refuses.
	Widened []string `json:"widened"`
}

func (s *story) secondAsking() campaign.Campaign {
	r := s.request("petit-demande", consent.ConsentRequest)
	r.Client, r.Base, r.Controllers, r.Sponsor = petit.ID, gazette, []contact.Party{petit}, petit.ID
	r.NoticeURL = "https://tilleuls.example/infos"
	return campaign.Campaign{
		Name: "demande d'accord", Request: r,
		Ask: &consent.Ask{Language: "fr", Who: petit.Name, Party: "Liste des tilleuls", Election: "européennes du 9 juin", NoticeURL: r.NoticeURL},
	}
}

// secondClient has another client ask its own base through the same short code.
// Some of its people were asked by the first client a day ago.
func (s *story) secondClient(ctx context.Context) error {
	s.title("Another client, its own base, the same short code")
	f := &s.figures.Second
	if err := s.importGazette(ctx); err != nil {
		return err
	}
	c := s.secondAsking()
	var err error
	if f.Preview, err = s.planner.Preview(ctx, c, time.Time{}); err != nil {
		return err
	}
	if _, err := s.planner.Launch(ctx, c); err != nil {
		return err
	}
	if s.events.both, err = s.askedAndSilent(ctx); err != nil {
		return err
	}
	s.events.second = f
	before := len(s.carrier.Inbox())
	done, err := s.runner.Run(ctx, c.ID())
	if err != nil {
		return err
	}
	f.Asked = done.HandedOver
	for _, h := range s.carrier.Inbox()[before:] {
		if s.events.refused[h.To] {
			f.Untouched++
		}
	}
	s.now = s.now.Add(2 * time.Hour)
	if _, err := s.carrier.Deliver(ctx, s.events); err != nil {
		return err
	}
	s.events.second = nil
	s.say("%d readers of a gazette, asked for the first time: %d messages; %d OUI", f.Preview.Audience, f.Asked, f.Yes)
	s.say("%d of them had refused %s and the rented file: their own base may still ask", f.Untouched, martin.Name)
	s.say("%d STOP from somebody whom both had asked, and who names neither: it refuses", f.AmbiguousStop)
	s.say("   %s", strings.Join(f.Widened, "\n      "))
	s.say("%d OUI from somebody whom both had asked: it gives nothing to anybody, a human looks", f.AmbiguousYes)
	return nil
}

func (s *story) importGazette(ctx context.Context) error {
	notice, err := s.notices.PutNotice(ctx, contact.Notice{Language: "fr", Text: "☑ Je veux recevoir la gazette du quartier", PartnersVersion: "aucun"})
	if err != nil {
		return err
	}
	origin := &contact.Origin{Kind: contact.OwnForm, Collector: petit.Name, Form: "gazette-v2", Notice: notice, Purposes: []contact.Purpose{contact.Service}}
	s.figures.Second.Import, err = contact.ImportCSV(ctx, bytes.NewReader(shippedGazette), s.contacts, contact.ImportOptions{
		Base: gazette.ID, ParsePhone: french, Stamp: s.keyring.Hasher().Stamp, Key: s.keyring.ID(), Zone: s.paris,
		Columns: []contact.Column{
			{Name: "id", Kind: contact.IDColumn}, {Name: "phone", Kind: contact.PhoneColumn},
			{Name: "first_name", Kind: contact.TextColumn, Attribute: "first_name"}, {Name: "signed_up", Kind: contact.CollectedColumn},
		},
		Row: func(_ int, c *contact.Contact, _ func(string) string) error {
			c.Origins = []contact.Provenance{{Origin: origin, Collected: c.Origins[0].Collected}}
			return nil
		},
	})
	return err
}

// askedAndSilent returns whom the question of the first client reached, and
// whether they have not answered.
func (s *story) askedAndSilent(ctx context.Context) (map[contact.Address]bool, error) {
	out := map[contact.Address]bool{}
	for _, h := range s.carrier.Inbox() {
		history, err := s.register.History(ctx, h.To)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(history.Acts, func(a consent.Act) bool { return a.Kind == consent.Asked }) {
			out[h.To] = !s.events.answered[h.To]
		}
	}
	return out, nil
}

// shared plays the two who answer when both clients have asked them, and a few
// who answer the second.
func (p *people) shared(to contact.Address) string {
	switch f := p.second; {
	case p.both[to] && f.AmbiguousStop == 0:
		f.AmbiguousStop++
		p.ambiguous[to] = "STOP"
	case p.both[to] && f.AmbiguousYes == 0:
		f.AmbiguousYes++
		p.ambiguous[to] = "OUI"
	default:
		_, asked := p.both[to]
		if !asked && p.story.rng.IntN(8) == 0 {
			return "OUI"
		}
		return ""
	}
	return p.ambiguous[to]
}

// hearShared checks what the inbox made of an answer to the second client.
func (p *people) hearShared(e contact.Address, r campaign.Received) error {
	switch p.ambiguous[e] {
	case "STOP":
		for _, scope := range r.Refused {
			p.second.Widened = append(p.second.Widened, scope.String())
		}
		if len(r.Refused) < 3 {
			return fmt.Errorf("an ambiguous STOP refused %d scopes", len(r.Refused))
		}
	case "OUI":
		if r.Given || !r.Review {
			return errors.New("an ambiguous OUI gave consent")
		}
	default:
		if r.Given {
			p.second.Yes++
		}
	}
	return nil
}
