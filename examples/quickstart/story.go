package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/store/memory"
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
	election  = consent.ElectionID("fr-european-2024")
	noticeURL = "https://martin2024.example/infos"
)

// story is the host: its clock, its stores, and what it makes of them.
type story struct {
	out     io.Writer
	now     time.Time
	paris   *time.Location
	rng     *rand.Rand
	figures figures
	step    int

	keyring  *suppression.Keyring
	contacts *memory.Contacts
	list     *memory.Suppressions
	pending  *memory.Pending
	ledger   *memory.Ledger
	notices  *memory.Documents
	outbox   *memory.Outbox
	register *consent.Register
	gate     *consent.Gate
	carrier  *loopback.Carrier
	inbox    *campaign.Inbox
	planner  *campaign.Planner
	runner   *campaign.Runner
	sender   *campaign.Sender
	events   *people
}

func newStory(ctx context.Context, o options, out io.Writer) (*story, error) {
	s := &story{
		out: out, now: o.at, rng: rand.New(rand.NewPCG(o.seed, 0)),
		contacts: new(memory.Contacts), list: new(memory.Suppressions), pending: new(memory.Pending), ledger: new(memory.Ledger), notices: new(memory.Documents),
	}
	s.figures.Seed, s.figures.At = o.seed, o.at
	clock := consent.ClockFunc(func() time.Time { return s.now })
	s.outbox = &memory.Outbox{Clock: clock}
	var err error
	if s.paris, err = time.LoadLocation("Europe/Paris"); err != nil {
		return nil, err
	}
	if s.keyring, err = suppression.NewKeyring([]byte("a demonstration has no secret to keep")); err != nil {
		return nil, err
	}
	sent, err := campaign.NewSentReader(s.outbox, s.keyring)
	if err != nil {
		return nil, err
	}
	s.gate, err = consent.OpenGate(ctx, s.ledger, s.list, s.keyring, regime.France(), &consent.GateOptions{
		Clock: clock, AllowFiction: true, Readers: []consent.FactReader{sent},
		Testers: []consent.Tester{{Address: testerNumber, Name: "direction de campagne", By: "quickstart", Since: o.at}},
	})
	if err != nil {
		return nil, err
	}
	if s.register, err = consent.NewRegister(s.ledger, s.list, s.keyring, &consent.RegisterOptions{Clock: clock, Reviews: new(memory.Reviews)}); err != nil {
		return nil, err
	}
	if s.inbox, err = campaign.NewInbox(s.register, s.outbox, reader()); err != nil {
		return nil, err
	}
	s.events = &people{
		story: s, answered: map[contact.Address]bool{}, refused: map[contact.Address]bool{}, ambiguous: map[contact.Address]string{},
	}
	s.carrier = loopback.New(&loopback.Options{Clock: clock, Person: s.events.answer, Receipt: s.events.receipt})
	schema := campaign.Schema{"commune": campaign.Ordinary, "postcode": campaign.Ordinary}
	s.planner, err = campaign.NewPlanner(s.gate, s.contacts, s.outbox, &campaign.PlannerOptions{
		Schema: schema, Capabilities: s.carrier.Capabilities(), SegmentPrice: segmentPrice,
	})
	if err != nil {
		return nil, err
	}
	s.runner, err = campaign.NewRunner(s.gate, s.contacts, s.outbox, s.inbox, s.carrier, &campaign.RunnerOptions{Workers: 1, Progress: s.events.progress})
	if err != nil {
		return nil, err
	}
	s.sender, err = campaign.NewSender(s.gate, s.outbox, s.inbox, s.carrier, nil)
	return s, err
}

// tell tells the story, a step after the other.
func (s *story) tell(ctx context.Context, contacts, refusals []byte) error {
	for _, step := range []func() error{
		func() error { return s.importContacts(ctx, contacts) },
		func() error { return s.judgeSample(ctx) },
		func() error { return s.importRefusals(ctx, refusals) },
		func() error { return s.previewOnCommercialConsent(ctx) },
		func() error { return s.ask(ctx) },
		func() error { return s.hearAnswers(ctx) },
		func() error { return s.secondClient(ctx) },
		func() error { return s.review(ctx) },
		func() error { return s.previewAgain(ctx) },
		func() error { return s.proveAndApprove(ctx) },
		func() error { return s.runWithStops(ctx) },
		func() error { return s.readLateStops(ctx) },
		func() error { return s.eveOfTheVote(ctx) },
		func() error { return s.finalReport(ctx) },
		func() error { return s.handOn(ctx) },
		func() error { return s.whereFrom(ctx) },
		func() error { return s.verify(ctx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) title(text string) {
	s.step++
	fmt.Fprintf(s.out, "\n%d. %s\n", s.step, text)
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
		Name: "demande d'accord", Request: s.request("martin-demande", consent.ConsentRequest),
		Ask: &consent.Ask{Language: "fr", Who: martin.Name, Party: "Parti des platanes", Election: "européennes du 9 juin", NoticeURL: noticeURL},
	}
}

func (s *story) content() campaign.Campaign {
	return campaign.Campaign{
		Name: "appel au vote", Approvals: 2, Request: s.request("martin-vote", consent.ContentMessage),
		Templates: []campaign.Template{{
			Language: "fr",
			Text:     "Alex Martin (Parti des platanes): {{first_name}}, dimanche 9 juin, votez! {{notice}} N° fourni par {{origin}}. STOP pour ne plus rien recevoir",
			Fields:   []campaign.Field{{Name: "first_name", Default: "bonjour", MaxLength: 20}},
		}},
	}
}

// reader is made once, since that takes a while, and shared.
var reader = sync.OnceValue(func() *reply.Reader { return reply.NewReader(reply.Default()) })
