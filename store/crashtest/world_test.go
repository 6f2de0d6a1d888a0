package crashtest

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/postgres"
	"github.com/accordsdk/accord/store/sqlite"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	campaignID = "crash"
	lease      = 300 * time.Millisecond
	batch      = 5
)

var (
	martin     = contact.Party{ID: "martin", Name: "Alex Martin"}
	supporters = contact.Base{ID: "supporters", Owner: martin, Mode: contact.Own}
)

// words is a lexicon of one word: the whole one takes longer to read than many a
// worker lives.
var words = reply.NewReader(reply.Lexicon{Phrases: []reply.Phrase{{Text: "STOP", Meaning: reply.Stop}}})

// A place is where a store is, and since when its clock runs: at the speed of the
// machine, from a Monday morning on which messages may go.
type place struct {
	Store string    // "sqlite" or "postgres"
	At    string    // a file or a URL
	Since time.Time // by the clock of the machine
}

func (p place) clock() consent.Clock {
	monday := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	return consent.ClockFunc(func() time.Time { return monday.Add(time.Since(p.Since)) })
}

// A host is what one process makes when it starts.
type host struct {
	clock    consent.Clock
	contacts contact.Store
	list     suppression.List
	ledger   consent.Ledger
	outbox   campaign.Outbox
	keyring  *suppression.Keyring
	gate     *consent.Gate
	register *consent.Register
	inbox    *campaign.Inbox
	close    func()
}

func open(ctx context.Context, p place) (*host, error) {
	h := &host{clock: p.clock()}
	if p.Store == "sqlite" {
		db, err := sqlite.Open(ctx, p.At, &sqlite.Options{Clock: h.clock})
		if err != nil {
			return nil, err
		}
		h.contacts, h.list, h.ledger, h.outbox = db.Contacts(), db.List(), db.Ledger(), db.Outbox()
		h.close = func() { _ = db.Close() } // what is to be lost is lost
	} else {
		pool, err := pgxpool.New(ctx, p.At)
		if err != nil {
			return nil, err
		}
		db, err := postgres.Open(ctx, pool, &postgres.Options{Clock: h.clock})
		if err != nil {
			pool.Close()
			return nil, err
		}
		h.contacts, h.list, h.ledger, h.outbox, h.close = db.Contacts(), db.List(), db.Ledger(), db.Outbox(), pool.Close
	}
	return h, h.wire(ctx)
}

func (h *host) wire(ctx context.Context) (err error) {
	if h.keyring, err = suppression.NewKeyring([]byte("a secret of the test, not of a host")); err != nil {
		return err
	}
	sent, err := campaign.NewSentReader(h.outbox, h.keyring)
	if err != nil {
		return err
	}
	h.gate, err = consent.OpenGate(ctx, h.ledger, h.list, h.keyring, regime.France(), &consent.GateOptions{
		Clock: h.clock, AllowFiction: true, Readers: []consent.FactReader{sent},
	})
	if err != nil {
		return err
	}
	if h.register, err = consent.NewRegister(h.ledger, h.list, h.keyring, &consent.RegisterOptions{Clock: h.clock}); err != nil {
		return err
	}
	h.inbox, err = campaign.NewInbox(h.register, h.outbox, words)
	return err
}

func number(i int) contact.Address {
	a, err := phone.Parse(fmt.Sprintf("+336 39 98 %04d", i), "FR")
	if err != nil {
		panic(err) // a programmer's error: the numbers are those reserved for fiction
	}
	return a
}

// launch puts n people who agreed, and a campaign for them.
func (h *host) launch(ctx context.Context, n int) error {
	at := h.clock.Now().Add(-24 * time.Hour)
	origin := &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
	var people []contact.Contact
	var acts []consent.Statement
	for i := range n {
		a := number(i)
		people = append(people, contact.Contact{
			ID: contact.ID(fmt.Sprint(i)), Base: supporters.ID, Points: []contact.Point{{Address: a}},
			Origins: []contact.Provenance{{Origin: origin, Collected: at}},
		})
		acts = append(acts, consent.Statement{Address: a, Act: consent.Act{
			ID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i)), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
			Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS),
			Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}}, Happened: at, Evidence: &consent.Evidence{Document: "form"},
		}})
	}
	h.keyring.Hasher().Stamp(people)
	if _, err := h.contacts.Put(ctx, h.keyring.ID(), people); err != nil {
		return err
	}
	if _, err := h.register.Record(ctx, acts...); err != nil {
		return err
	}
	planner, err := campaign.NewPlanner(h.gate, h.contacts, h.outbox, &campaign.PlannerOptions{PageSize: 100})
	if err != nil {
		return err
	}
	_, err = planner.Launch(ctx, campaign.Campaign{
		Request: consent.Request{
			Campaign: campaignID, Client: martin.ID, Controllers: []contact.Party{martin}, Base: supporters, Purpose: contact.Political,
			Kind: consent.ContentMessage, Channel: contact.SMS, Election: "fr-european-2024",
			Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: martin.ID},
		},
		Templates: []campaign.Template{{Language: "fr", Text: "Alex Martin: votez dimanche. STOP pour refuser."}},
		Limits:    campaign.NoLimits(), // with so many kills it would pause for its unknowns
	})
	return err
}
