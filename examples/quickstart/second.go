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
	"github.com/accordsdk/accord/provider/loopback"
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
	r := s.request(secondRequest, consent.ConsentRequest)
	r.Client, r.Base, r.Controllers, r.Sponsor = petit.ID, gazette, []contact.Party{petit}, petit.ID
	r.NoticeURL = "https://tilleuls.example/infos"
	return campaign.Campaign{
		Name: "demande d'accord", Request: r,
		Ask: &consent.Ask{Language: "fr", Who: petit.Name, Party: "Liste des tilleuls", Election: "européennes du 9 juin", NoticeURL: r.NoticeURL},
	}
}

// secondClient has another client prepare a question to its own base, through
// the same short code.
func (s *story) secondClient(ctx context.Context) error {
	f := &s.figures.Second
	if err := s.importGazette(ctx); err != nil {
		return err
	}
	c := s.secondAsking()
	var err error
	if f.Preview, err = s.planner.Preview(ctx, c, time.Time{}); err != nil {
		return err
	}
	_, err = s.planner.Launch(ctx, c)
	return err
}

// askSecond has it ask. Some of its people were asked by the first client a day
// ago.
func (s *story) askSecond(ctx context.Context) error {
	f := &s.figures.Second
	if _, err := s.run(ctx, secondRequest); err != nil {
		return err
	}
	sent := s.sent(secondRequest)
	f.Asked = len(sent)
	for _, h := range sent {
		history, err := s.register.History(ctx, h.To)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(history.Acts, func(a consent.Act) bool { return a.Kind.Negative() }) {
			f.Untouched++
		}
	}
	s.events.second = f
	if err := s.deliver(ctx, 2*time.Hour); err != nil {
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
	notice, err := s.documents.PutNotice(ctx, contact.Notice{Language: "fr", Text: "☑ Je veux recevoir la gazette du quartier", PartnersVersion: "aucun"})
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

// shared plays the two who answer when both clients have asked them, and a few
// who answer the second.
func (p *people) shared(h loopback.Handed) string {
	if p.lost(h.Dispatch) {
		return ""
	}
	answered, asked := p.asked[h.To]
	if !asked {
		if p.dice(h.Dispatch).IntN(8) == 0 {
			return "OUI"
		}
		return ""
	}
	said := []string{"STOP", "OUI"}
	if !answered && len(p.ambiguous) < len(said) {
		p.ambiguous[h.To] = said[len(p.ambiguous)]
	}
	return p.ambiguous[h.To]
}

// hearShared checks what the inbox made of an answer to the second client.
func (p *people) hearShared(e contact.Address, r campaign.Received) error {
	switch p.ambiguous[e] {
	case "STOP":
		p.second.AmbiguousStop++
		for _, scope := range r.Refused {
			p.second.Widened = append(p.second.Widened, scope.String())
		}
		if len(r.Refused) < 3 {
			return fmt.Errorf("an ambiguous STOP refused %d scopes", len(r.Refused))
		}
	case "OUI":
		p.second.AmbiguousYes++
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
