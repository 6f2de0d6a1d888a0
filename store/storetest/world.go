package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	owner  = contact.Party{ID: "fichiers", Name: "Fichiers SARL"}
	martin = contact.Party{ID: "martin", Name: "Alex Martin", Group: "party"}
	rented = contact.Base{ID: "rented", Name: "Grand public", Owner: owner, Mode: contact.Rented}
)

const (
	pollID    = consent.ElectionID("fr-european-2024")
	noticeURL = "https://martin.example/infos"
)

// world is a host over the stores under test: what the guarantees are about.
type world struct {
	t *testing.T
	Stores
	keyring  *suppression.Keyring
	gate     *consent.Gate
	register *consent.Register
	inbox    *campaign.Inbox
	planner  *campaign.Planner
	carrier  *loopback.Carrier
	log      *strings.Builder
	logMu    sync.Mutex
	events   int

	// script is what the carrier does with a message; nil accepts.
	script func(n int, h loopback.Handed) loopback.Answer
}

func newWorld(t *testing.T, s Stores) *world {
	w := &world{t: t, Stores: s, log: &strings.Builder{}}
	var err error
	w.keyring, err = suppression.NewKeyring([]byte("a secret of the test, not of a host"))
	require.NoError(t, err)
	w.carrier = loopback.New(&loopback.Options{
		Clock: s.Clock, Echo: true, Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 4, HonoursDeadline: true},
		Script: func(n int, h loopback.Handed) loopback.Answer {
			if w.script == nil {
				return loopback.Answer{}
			}
			return w.script(n, h)
		},
	})
	w.wire()
	return w
}

func (w *world) pack() consent.Pack { return regime.France() }

func (w *world) reader() *reply.Reader { return walkReader() }

// wire makes what a process makes when it starts, over the same stores.
func (w *world) wire() {
	t := w.t
	sent, err := campaign.NewSentReader(w.Outbox, w.keyring)
	require.NoError(t, err)
	w.gate, err = consent.OpenGate(t.Context(), w.Ledger, w.List, w.keyring, regime.France(), &consent.GateOptions{
		Clock: w.Clock, AllowFiction: true, Readers: []consent.FactReader{sent}, Logger: w.logger(),
	})
	require.NoError(t, err)
	w.register, err = consent.NewRegister(w.Ledger, w.List, w.keyring, &consent.RegisterOptions{Clock: w.Clock})
	require.NoError(t, err)
	w.inbox, err = campaign.NewInbox(w.register, w.Outbox, walkReader())
	require.NoError(t, err)
	w.planner, err = campaign.NewPlanner(w.gate, w.Contacts, w.Outbox, &campaign.PlannerOptions{PageSize: 5})
	require.NoError(t, err)
}

// logger keeps what is logged, so that a case can look for addresses in it.
func (w *world) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(writerFunc(func(b []byte) (int, error) {
		w.logMu.Lock()
		defer w.logMu.Unlock()
		return w.log.Write(b)
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (w *world) runner(name string) *campaign.Runner {
	r, err := campaign.NewRunner(w.gate, w.Contacts, w.Outbox, w.inbox, w.carrier, &campaign.RunnerOptions{
		Name: name, Logger: w.logger(), Sleep: func(context.Context, time.Duration) error { return nil },
	})
	require.NoError(w.t, err)
	return r
}

// people puts n contacts into the rented base, with consent to commercial
// offers that their supplier asserts.
func (w *world) people(n int) []contact.Address {
	w.t.Helper()
	var cs []contact.Contact
	var acts []consent.Statement
	var out []contact.Address
	at := day(2023, 6, 3)
	for i := range n {
		a := phone(i)
		cs = append(cs, contact.Contact{
			ID: contact.ID(fmt.Sprintf("P%04d", i)), Base: rented.ID, Points: []contact.Point{{Address: a}},
			Origins: []contact.Provenance{{Origin: supplier("Concours SARL"), Collected: at}},
		})
		acts = append(acts, consent.Statement{Address: a, Act: consent.Act{
			ID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "file %d", i)), Kind: consent.Given, By: consent.ByFile, Grade: consent.Asserted,
			Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Category: "partners"},
			Base: rented.ID, Form: "v3", Source: "Concours SARL", Happened: at,
		}})
		out = append(out, a)
	}
	w.keyring.Hasher().Stamp(cs)
	_, err := w.Contacts.Put(w.t.Context(), w.keyring.ID(), cs)
	require.NoError(w.t, err)
	_, err = w.register.Record(w.t.Context(), acts...)
	require.NoError(w.t, err)
	return out
}

// agree records that people agreed to political messages of the candidate.
func (w *world) agree(as ...contact.Address) {
	w.t.Helper()
	for _, a := range as {
		_, err := w.register.Record(w.t.Context(), consent.Statement{Address: a, Act: consent.Act{
			ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
			Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS),
			Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}}, Happened: w.Clock.Now(), Evidence: &consent.Evidence{Document: "form"},
		}})
		require.NoError(w.t, err)
	}
}

func (w *world) request(id string, kind consent.Kind) consent.Request {
	return consent.Request{
		Campaign: id, Client: martin.ID, Base: rented, Controllers: []contact.Party{martin, owner}, Purpose: contact.Political, Kind: kind,
		Channel: contact.SMS, Election: pollID, NoticeURL: noticeURL,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: owner.ID, Shared: true},
	}
}

func (w *world) content(id string) campaign.Campaign {
	return campaign.Campaign{Request: w.request(id, consent.ContentMessage), Templates: []campaign.Template{{
		Language: "fr", Text: "Alex Martin: votez dimanche. {{notice}} Par {{origin}}. STOP",
	}}}
}

func (w *world) asking(id string) campaign.Campaign {
	return campaign.Campaign{Request: w.request(id, consent.ConsentRequest), Ask: &consent.Ask{
		Language: "fr", Who: martin.Name, Election: "élection du 9 juin", NoticeURL: noticeURL,
	}}
}

func (w *world) launch(c campaign.Campaign) campaign.Tally {
	w.t.Helper()
	saved, err := w.planner.Launch(w.t.Context(), c)
	require.NoError(w.t, err)
	return saved.Launch.Tally
}

func (w *world) tally(id string) campaign.Tally {
	w.t.Helper()
	t, err := w.Outbox.Tally(w.t.Context(), id)
	require.NoError(w.t, err)
	return t
}

// says hands an inbound text to the inbox.
func (w *world) says(a contact.Address, text string) (campaign.Received, error) {
	w.events++
	return w.inbox.Handle(context.WithoutCancel(w.t.Context()), provider.Event{
		ID: fmt.Sprintf("in-%d", w.events), Kind: provider.InboundText, Carrier: "test", From: a, To: "36180", Text: text,
		Sent: w.Clock.Now(), Received: w.Clock.Now(),
	})
}

// arrivals counts what arrived at each address.
func (w *world) arrivals() map[contact.Address]int {
	out := map[contact.Address]int{}
	for _, h := range w.carrier.Inbox() {
		out[h.To]++
	}
	return out
}

// decide asks the gate about content for one person.
func (w *world) decide(a contact.Address) consent.Decision {
	w.t.Helper()
	found, err := w.Contacts.ByAddress(w.t.Context(), rented.ID, a)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, found)
	d, err := w.gate.Decide(w.t.Context(), w.request("decide", consent.ContentMessage), consent.Recipient{
		Contact: &found[0], Point: contact.Point{Address: a},
		Content: consent.Content{Language: "fr", Text: "Alex Martin: votez. " + noticeURL + " Par Concours SARL. STOP"},
	})
	require.NoError(w.t, err)
	return d
}
