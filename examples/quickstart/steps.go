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
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"golang.org/x/text/language"
)

func (s *story) importRefusals(ctx context.Context, file []byte) error {
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
	return s.importOpposition(ctx)
}

func (s *story) previewOnCommercialConsent(ctx context.Context) error {
	p, err := s.planner.Preview(ctx, s.content(), time.Time{})
	if err != nil {
		return err
	}
	s.figures.Previews = append(s.figures.Previews, p)
	s.table(p.Tally, p.Reasons)
	return nil
}

func (s *story) previewRequest(ctx context.Context) error {
	c := s.asking()
	p, err := s.planner.Preview(ctx, c, time.Time{})
	if err != nil {
		return err
	}
	s.figures.Previews = append(s.figures.Previews, p)
	s.table(p.Tally, p.Reasons)
	_, err = s.planner.Launch(ctx, c)
	return err
}

// run sends what is left of a campaign. What a killed process was handing over
// may have gone or not, and the carrier's records tell: nobody else may say that
// it goes again.
func (s *story) run(ctx context.Context, id string) (campaign.Summary, error) {
	if _, err := s.runner.LookUp(ctx, id, 10_000); err != nil {
		return campaign.Summary{}, err
	}
	done, err := s.runner.Run(ctx, id)
	return done, errors.Join(err, s.events.failed)
}

func (s *story) ask(ctx context.Context) error {
	if _, err := s.run(ctx, firstRequest); err != nil {
		return err
	}
	s.figures.Asked = s.tellSent("requests", firstRequest)
	if sent := s.sent(firstRequest); len(sent) > 0 {
		s.say("“%s”", sent[0].Text)
	}
	return nil
}

// tellSent says what a campaign sent, by the messages that the carrier has, and
// returns how many.
func (s *story) tellSent(what, campaign string) int {
	sent := sending{Campaign: campaign}
	for _, h := range s.sent(campaign) {
		if sent.Messages == 0 {
			sent.At = h.At
		}
		sent.Messages++
		sent.Segments += provider.CountSMS(h.Text).Segments
	}
	sent.Cost = int64(sent.Segments) * segmentPrice
	s.figures.Sent = append(s.figures.Sent, sent)
	s.say("%d %s handed over, %d segments, %s at %s each", sent.Messages, what, sent.Segments, euros(sent.Cost, 2), euros(segmentPrice, 3))
	return sent.Messages
}

// euros writes an amount in millionths of a euro.
func euros(millionths int64, decimals int) string {
	return fmt.Sprintf("%.*f EUR", decimals, float64(millionths)/1e6)
}

// deliver lets time pass, and has the carrier deliver what came back.
func (s *story) deliver(ctx context.Context, after time.Duration) error {
	s.now = s.now.Add(after)
	_, err := s.carrier.Deliver(ctx, s.events)
	s.heard = s.now
	return err
}

// hearAnswers lets a day pass, and takes what came back.
func (s *story) hearAnswers(ctx context.Context) error {
	if err := s.deliver(ctx, 24*time.Hour); err != nil {
		return err
	}
	a := s.events.heard
	s.figures.Answers, s.figures.Heard = a, s.events.hours
	s.say("%d OUI, %d NON, %d STOP, %d in their own words, %d of them clear refusals", a.Yes, a.No, a.Stop, a.Words, a.Likely)
	s.say("%d said nothing, and silence is not consent", s.figures.Asked-a.Yes-a.No-a.Stop-a.Words)
	return nil
}

func (s *story) previewAgain(ctx context.Context) error {
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
	c := s.content()
	saved, err := s.planner.Launch(ctx, c)
	if err != nil {
		return err
	}
	for _, e := range s.records.stops { // what a killed process did not acknowledge comes again
		if err := s.inbox.Receive(ctx, e); err != nil {
			return err
		}
	}
	s.events.stopping = saved.Launch.Tally.In(campaign.Ready) / 10
	done, err := s.run(ctx, c.ID())
	if err != nil {
		return err
	}
	if err := s.deliver(ctx, time.Hour); err != nil {
		return err
	}
	tally, err := s.outbox.Tally(ctx, c.ID())
	if err != nil {
		return err
	}
	refused := s.refusedAt()
	after := 0
	for _, h := range s.sent(c.ID()) {
		if t, ok := refused[h.To]; ok && h.At.After(t) {
			after++
		}
	}
	s.figures.Run, s.figures.Final = done, tally
	s.figures.StoppedMidway, s.figures.MessagedAfterStop = len(refused), after
	s.figures.Run.HandedOver = s.tellSent("messages", c.ID()) // of every process that ran it
	progress, err := campaign.Look(ctx, s.outbox, c.ID())
	if err != nil {
		return err
	}
	s.say("%s", progress.Text(language.English, s.paris))
	s.say("%d people said STOP while it ran; %d of them were messaged after", len(refused), after)
	s.table(tally, nil)
	if tally.Total() != saved.Launch.Tally.Total() {
		return fmt.Errorf("the classes sum to %d, the audience to %d", tally.Total(), saved.Launch.Tally.Total())
	}
	return nil
}

// refusedAt returns who said STOP while the campaign ran, and when.
func (s *story) refusedAt() map[contact.Address]time.Time {
	at := map[contact.Address]time.Time{}
	for _, e := range s.records.stops {
		at[e.From] = e.Sent
	}
	return at
}

// eveOfTheVote tries again when propaganda is forbidden.
func (s *story) eveOfTheVote(ctx context.Context) error {
	s.now = time.Date(2024, time.June, 8, 9, 0, 0, 0, s.paris)
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
	who := s.events.curious
	if who.IsZero() {
		return errors.New("nobody was messaged")
	}
	x, err := campaign.NewExplainer(s.register, s.outbox, s.accesses, &campaign.ExplainerOptions{
		Bases: []campaign.Holding{{Base: base, Source: s.contacts}}, Parties: []contact.Party{fichiers, martin}, Documents: s.documents,
	})
	if err != nil {
		return err
	}
	e, err := x.Explain(ctx, who, campaign.Viewer{Kind: campaign.ThePerson, By: "quickstart"})
	if err != nil {
		return err
	}
	s.figures.Explanation = &e
	for line := range strings.Lines(e.Text(language.French, s.now.Location())) {
		s.say("%s", strings.TrimRight(line, "\n"))
	}
	return nil
}

// verify checks the ledger, and then a copy of it in which somebody turned a no
// into a yes.
func (s *story) verify(ctx context.Context) error {
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
