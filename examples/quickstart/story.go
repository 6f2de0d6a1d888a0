package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
)

// The parties of the story, all invented.
var (
	fichiers = contact.Party{ID: "fichiers", Name: "Fichiers & Cie"}
	martin   = contact.Party{ID: "martin", Name: "Alex Martin", Group: "parti-des-platanes"}
	base     = contact.Base{ID: "grand-public", Name: "Base grand public", Owner: fichiers, Mode: contact.Rented}
)

const (
	firstRequest  = "martin-demande"
	firstCampaign = "martin-vote"
	secondRequest = "petit-demande"

	election  = consent.ElectionID("fr-european-2024")
	noticeURL = "https://martin2024.example/infos"
)

// story is the host: its clock, its stores, and what it makes of them.
type story struct {
	*stores
	out     io.Writer
	now     time.Time
	paris   *time.Location
	figures figures
	begun   begun
	parts   int       // that are told
	heard   time.Time // until when the carrier delivered
	records *records

	keyring  *suppression.Keyring
	register *consent.Register
	gate     *consent.Gate
	carrier  *loopback.Carrier
	inbox    *campaign.Inbox
	planner  *campaign.Planner
	runner   *campaign.Runner
	sender   *campaign.Sender
	events   *people
}

// newStory opens the stores, and makes of them what a host needs. The caller
// closes the story.
func newStory(ctx context.Context, o options, b begun, out io.Writer) (_ *story, err error) {
	s := &story{out: out, now: o.at, begun: b, records: new(records)}
	s.figures.Seed, s.figures.At = o.seed, o.at
	clock := consent.ClockFunc(func() time.Time { return s.now })
	if o.db == inMemoryName {
		s.stores = inMemory(clock)
	} else if s.stores, err = inFile(ctx, o.db, clock); err != nil {
		return nil, err
	}
	if err := s.open(ctx, o, clock); err != nil {
		return nil, errors.Join(err, s.end())
	}
	return s, nil
}

// open makes the parts of the library that the host needs, over the stores.
func (s *story) open(ctx context.Context, o options, clock consent.Clock) (err error) {
	if s.paris, err = time.LoadLocation("Europe/Paris"); err != nil {
		return err
	}
	if s.keyring, err = suppression.NewKeyring([]byte("a demonstration has no secret to keep")); err != nil {
		return err
	}
	sent, err := campaign.NewSentReader(s.outbox, s.keyring)
	if err != nil {
		return err
	}
	s.gate, err = consent.OpenGate(ctx, s.ledger, s.list, s.keyring, regime.France(), &consent.GateOptions{
		Clock: clock, AllowFiction: true, Readers: []consent.FactReader{sent},
		Testers: []consent.Tester{{Address: testerNumber, Name: "direction de campagne", By: "quickstart", Since: o.at}},
	})
	if err != nil {
		return err
	}
	if s.register, err = consent.NewRegister(s.ledger, s.list, s.keyring, &consent.RegisterOptions{Clock: clock, Reviews: s.reviews}); err != nil {
		return err
	}
	if s.inbox, err = campaign.NewInbox(s.register, s.outbox, reader()); err != nil {
		return err
	}
	s.events = newPeople(s)
	s.carrier = loopback.New(&loopback.Options{Clock: clock, Script: s.take, Person: s.events.answer, Receipt: s.events.receipt})
	schema := campaign.Schema{"commune": campaign.Ordinary, "postcode": campaign.Ordinary}
	s.planner, err = campaign.NewPlanner(s.gate, s.contacts, s.outbox, &campaign.PlannerOptions{
		Schema: schema, Capabilities: s.carrier.Capabilities(), SegmentPrice: segmentPrice,
	})
	if err != nil {
		return err
	}
	s.runner, err = campaign.NewRunner(s.gate, s.contacts, s.outbox, s.inbox, s.carrier, &campaign.RunnerOptions{Workers: 1, Progress: s.events.progress})
	if err != nil {
		return err
	}
	if s.sender, err = campaign.NewSender(s.gate, s.outbox, s.inbox, s.carrier, nil); err != nil {
		return err
	}
	return s.resume(ctx, o.db)
}

// resume takes up a story that was begun: what is told, and what the carrier
// has.
func (s *story) resume(ctx context.Context, name string) error {
	var p progress
	found, err := s.load(ctx, &p)
	if err != nil || s.begin == nil {
		return err
	}
	if found {
		if err := p.Begun.check(s.begun); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	r, err := openRecords(name+".carrier", !found)
	if err != nil {
		return err
	}
	s.records = r
	if !found {
		return s.keep(ctx)
	}
	s.parts, s.now, s.heard, s.figures = p.Parts, p.Now, p.Heard, p.Figures
	s.carrier.Restore(s.heard, s.records.taken...)
	if s.events.failed != nil {
		return s.events.failed
	}
	if s.parts == len(s.chapters(nil, nil)) {
		return nil
	}
	s.now = s.now.Add(time.Minute) // whoever was killed holds a lease until then
	return s.keep(ctx)             // and the next one that is killed until later
}

// keep keeps how far the story has come.
func (s *story) keep(ctx context.Context) error {
	return s.save(ctx, progress{Begun: s.begun, Parts: s.parts, Now: s.now, Heard: s.heard, Figures: s.figures})
}

// end closes what the story opened.
func (s *story) end() error { return errors.Join(s.records.close(), s.close()) }

// take has the carrier keep each message before it says that it has it.
func (s *story) take(_ int, h loopback.Handed) loopback.Answer {
	if err := s.records.take(h); err != nil {
		return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Temporary, Detail: err.Error()}}
	}
	return loopback.Answer{}
}

// sent returns the messages of a campaign that the carrier has.
func (s *story) sent(campaign string) (of []loopback.Handed) {
	for _, h := range s.carrier.Inbox() {
		if s.events.about[h.Dispatch] == campaign {
			of = append(of, h)
		}
	}
	return of
}

func (s *story) say(format string, args ...any) {
	fmt.Fprintf(s.out, "   "+format+"\n", args...)
}

// table prints a tally, a class a line, and the sum.
func (s *story) table(t campaign.Tally, reasons map[consent.Code]consent.Reason) {
	for _, class := range t.Classes() {
		line := fmt.Sprintf("%7d  %s", t[class], class)
		if r, ok := reasons[class.Code]; ok {
			line += "\n" + "            " + r.Says.En
			if r.Source.Text != "" {
				line += fmt.Sprintf("\n            [%s, %s: %s]", r.Level, r.Certainty, r.Source.Text)
			}
		}
		s.say("%s", line)
	}
	s.say("%7d  in all", t.Total())
}

func (s *story) request(id string, kind consent.Kind) consent.Request {
	return consent.Request{
		Campaign: id, Client: martin.ID, Base: base, Controllers: []contact.Party{martin, fichiers}, Sponsor: martin.ID,
		Purpose: contact.Political, Kind: kind, Channel: contact.SMS, Election: election, NoticeURL: noticeURL,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: fichiers.ID, Authorisation: "AF2M-0000", Shared: true},
	}
}

func (s *story) asking() campaign.Campaign {
	return campaign.Campaign{
		Name: "demande d'accord", Request: s.request(firstRequest, consent.ConsentRequest),
		Ask: &consent.Ask{Language: "fr", Who: martin.Name, Party: "Parti des platanes", Election: "européennes du 9 juin", NoticeURL: noticeURL},
	}
}

func (s *story) content() campaign.Campaign {
	return campaign.Campaign{
		Name: "appel au vote", Approvals: 2, Request: s.request(firstCampaign, consent.ContentMessage),
		Templates: []campaign.Template{{
			Language: "fr",
			Text:     "Alex Martin (Parti des platanes): {{first_name}}, dimanche 9 juin, votez! {{notice}} N° fourni par {{origin}}. STOP pour ne plus rien recevoir",
			Fields:   []campaign.Field{{Name: "first_name", Default: "bonjour", MaxLength: 20}},
		}},
	}
}

// reader is made once, since that takes a while, and shared.
var reader = sync.OnceValue(func() *reply.Reader { return reply.NewReader(reply.Default()) })
