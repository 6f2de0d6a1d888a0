package campaign_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	owner  = contact.Party{ID: "fichiers", Name: "Fichiers SARL"}
	martin = contact.Party{ID: "martin", Name: "Alex Martin", Group: "party"}
	dupont = contact.Party{ID: "dupont", Name: "Camille Dupont"}
	rented = contact.Base{ID: "rented", Name: "Grand public", Owner: owner, Mode: contact.Rented}
	origin = &contact.Origin{Kind: contact.RentedFile, Collector: "Concours", Supplier: "Concours SARL", Form: "v3"}
)

const noticeURL = "https://martin.example/infos"

// reader is made once: that takes a while, and it is safe to share.
var reader = sync.OnceValue(func() *reply.Reader { return reply.NewReader(reply.Default()) })

// host is everything that a host wires, in memory.
type host struct {
	t        *testing.T
	now      time.Time
	elapsed  time.Duration
	keys     *suppression.Keyring
	contacts *memory.Contacts
	list     *memory.Suppressions
	ledger   *memory.Ledger
	outbox   *memory.Outbox
	register *consent.Register
	gate     *consent.Gate
	inbox    *campaign.Inbox
	planner  *campaign.Planner
	carrier  *loopback.Carrier
	runner   *campaign.Runner
	sender   *campaign.Sender
	script   func(n int, h loopback.Handed) loopback.Answer
	events   int
}

func (h *host) Now() time.Time         { return h.now }
func (h *host) Elapsed() time.Duration { return h.elapsed }

func (h *host) pass(d time.Duration) { h.now, h.elapsed = h.now.Add(d), h.elapsed+d }

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{
		t: t, now: time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC),
		contacts: new(memory.Contacts), list: new(memory.Suppressions), ledger: new(memory.Ledger),
	}
	h.outbox = &memory.Outbox{Clock: h.Now}
	var err error
	h.keys, err = suppression.NewKeyring([]byte("a secret of the tests"))
	require.NoError(t, err)
	sent, err := campaign.NewSentReader(h.outbox, h.keys)
	require.NoError(t, err)
	h.gate, err = consent.OpenGate(t.Context(), h.ledger, h.list, h.keys, regime.France(), &consent.GateOptions{Clock: h, AllowFiction: true, Readers: []consent.FactReader{sent}})
	require.NoError(t, err)
	h.register, err = consent.NewRegister(h.ledger, h.list, h.keys, &consent.RegisterOptions{Clock: h})
	require.NoError(t, err)
	h.inbox, err = campaign.NewInbox(h.register, h.outbox, reader())
	require.NoError(t, err)
	h.carrier = loopback.New(&loopback.Options{
		Clock: h, Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 3},
		Script: func(n int, m loopback.Handed) loopback.Answer {
			if h.script == nil {
				return loopback.Answer{}
			}
			return h.script(n, m)
		},
	})
	h.planner, err = campaign.NewPlanner(h.gate, h.contacts, h.outbox, &campaign.PlannerOptions{PageSize: 4, Schema: campaign.Schema{"age": campaign.Ordinary}})
	require.NoError(t, err)
	h.runner, err = campaign.NewRunner(h.gate, h.contacts, h.outbox, h.inbox, h.carrier, nil)
	require.NoError(t, err)
	h.sender, err = campaign.NewSender(h.gate, h.outbox, h.inbox, h.carrier, nil)
	require.NoError(t, err)
	return h
}

func number(n int) contact.Address {
	a, err := contact.PhoneFromDigits(33639980000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return a
}

// people puts n contacts into a base.
func (h *host) people(base contact.BaseID, n int) []contact.Address {
	h.t.Helper()
	var out []contact.Address
	cs := make([]contact.Contact, n)
	for i := range cs {
		cs[i] = contact.Contact{
			ID: contact.ID(fmt.Sprintf("P%02d", i)), Base: base, Points: []contact.Point{{Address: number(i)}},
			Origins: []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
		}
		out = append(out, number(i))
	}
	h.put(cs...)
	return out
}

func (h *host) put(cs ...contact.Contact) {
	h.t.Helper()
	for i := range cs {
		cs[i].Points = slices.Clone(cs[i].Points) // tests share some of them
	}
	h.keys.Hasher().Stamp(cs)
	_, err := h.contacts.Put(h.t.Context(), h.keys.ID(), cs)
	require.NoError(h.t, err)
}

func (h *host) agree(who contact.Party, as ...contact.Address) {
	h.t.Helper()
	for _, a := range as {
		_, err := h.register.Record(h.t.Context(), consent.Statement{Address: a, Act: consent.Act{
			ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{contact.Political, contact.Commercial},
			Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{who.ID}}, Happened: h.now, Evidence: &consent.Evidence{Document: "form"},
		}})
		require.NoError(h.t, err)
	}
}

func request(id string, who contact.Party) consent.Request {
	return consent.Request{
		Campaign: id, Client: who.ID, Base: rented, Controllers: []contact.Party{who, owner}, Purpose: contact.Political, Kind: consent.ContentMessage,
		Channel: contact.SMS, Election: "fr-european-2024", NoticeURL: noticeURL,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: owner.ID, Shared: true},
	}
}

func content(id string, who contact.Party) campaign.Campaign {
	return campaign.Campaign{Request: request(id, who), Templates: []campaign.Template{{
		Language: "fr", Text: who.Name + ": votez. {{notice}} Par {{origin}}. STOP",
	}}}
}

func asking(id string, who contact.Party) campaign.Campaign {
	c := campaign.Campaign{Request: request(id, who), Ask: &consent.Ask{Language: "fr", Who: who.Name, Election: "9 juin", NoticeURL: noticeURL}}
	c.Request.Kind = consent.ConsentRequest
	return c
}

func (h *host) launch(c campaign.Campaign) campaign.Tally {
	h.t.Helper()
	saved, err := h.planner.Launch(h.t.Context(), c)
	require.NoError(h.t, err)
	return saved.Launch.Tally
}

func (h *host) run(id string) campaign.Summary {
	h.t.Helper()
	s, err := h.runner.Run(h.t.Context(), id)
	require.NoError(h.t, err)
	return s
}

func (h *host) tally(id string) campaign.Tally {
	h.t.Helper()
	out, err := h.outbox.Tally(context.Background(), id)
	require.NoError(h.t, err)
	return out
}

func (h *host) handle(e provider.Event) campaign.Received {
	h.t.Helper()
	h.events++
	if e.ID == "" {
		e.ID = fmt.Sprint("e", h.events)
	}
	e.Carrier, e.Received = "test", h.now
	r, err := h.inbox.Handle(context.Background(), e)
	require.NoError(h.t, err)
	return r
}

func (h *host) says(a contact.Address, text string) campaign.Received {
	h.t.Helper()
	return h.handle(provider.Event{Kind: provider.InboundText, From: a, To: "36180", Text: text, Sent: h.now})
}
