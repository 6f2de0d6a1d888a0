package providertest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// HostOptions are options for [NewHost]. The zero value of each field, and a nil
// *HostOptions, mean the default.
type HostOptions struct {
	// Clock is the clock of the gate. The default stands still at the time of
	// the call.
	Clock consent.Clock
	// Channel is contact.SMS by default.
	Channel contact.Channel
	// Life is that of clearances, consent.DefaultLife by default.
	Life time.Duration
}

// A Host is a host program in small: a gate over a ledger and a list in memory,
// in which people agreed to messages. The people are numbered, and every one of
// their addresses is reserved for fiction. It is safe for concurrent use.
type Host struct {
	tb       testing.TB
	opts     HostOptions
	gate     *consent.Gate
	register *consent.Register

	mu     sync.Mutex
	agreed map[int]bool
}

// The parties of every [Host].
var martin = contact.Party{ID: "martin", Name: "Alex Martin"}

// NewHost returns a host. opts may be nil. It panics outside a test: a program
// that sends has a gate of its own.
func NewHost(tb testing.TB, opts *HostOptions) *Host {
	if !testing.Testing() {
		panic("providertest: used outside a test")
	}
	tb.Helper()
	h := &Host{tb: tb, agreed: map[int]bool{}}
	if opts != nil {
		h.opts = *opts
	}
	if h.opts.Clock == nil {
		h.opts.Clock = NewClock(time.Now())
	}
	if h.opts.Channel == contact.NoChannel {
		h.opts.Channel = contact.SMS
	}
	keyring, err := suppression.NewKeyring([]byte("people who do not exist"))
	require.NoError(tb, err)
	ledger, list := new(memory.Ledger), new(memory.Suppressions)
	h.gate, err = consent.OpenGate(tb.Context(), ledger, list, keyring, consent.Pack{Name: "providertest", Version: "1", Rules: []consent.Rule{agreed{}}},
		&consent.GateOptions{Clock: h.opts.Clock, Life: h.opts.Life, AllowFiction: true})
	require.NoError(tb, err)
	h.register, err = consent.NewRegister(ledger, list, keyring, &consent.RegisterOptions{Clock: h.opts.Clock})
	require.NoError(tb, err)
	return h
}

// agreed is the one rule of the gate: who agreed may be written to. Real packs
// ask for more, and what they ask is not what a provider is tested for.
type agreed struct{}

// Info implements consent.Rule.
func (agreed) Info() consent.RuleInfo {
	return consent.RuleInfo{Name: "providertest.agreed", Basis: true, Cases: []consent.Case{{
		Code: "providertest.not-agreed", Level: consent.Law, Certainty: consent.Settled,
		Says: consent.Words{En: "The person did not agree.", Fr: "La personne n'a pas donné son accord."},
	}}}
}

// Bind implements consent.Rule.
func (agreed) Bind(*consent.Plan) (consent.Check, error) { return agreed{}, nil }

// Check implements consent.Check.
func (agreed) Check(f *consent.Facts) consent.Finding {
	if f.Standing().State == consent.IsGiven {
		return consent.Pass()
	}
	return consent.Finding{}
}

// Clock returns the clock of the gate.
func (h *Host) Clock() consent.Clock { return h.opts.Clock }

// Address returns the address of the nth person, from 0 to 9999: +33639980000
// and those after it, or person-0000@example.org.
func (h *Host) Address(n int) contact.Address {
	text := fmt.Sprintf("+3363998%04d", n)
	if h.opts.Channel == contact.EmailChannel {
		text = fmt.Sprintf("person-%04d@example.org", n)
	}
	a, err := contact.ParseAddress(text)
	require.NoError(h.tb, err)
	return a
}

// A Draft is a message that a [Host] is to ask its gate about.
type Draft struct {
	// Person is the number of who shall get it.
	Person int
	// Text is one that names the person's number by default, so that no two
	// people get the same.
	Text string
	// Dispatch is a new one by default.
	Dispatch provider.DispatchID
	// Deadline is when the message must no longer be delivered; none by default.
	Deadline time.Time
}

// Clear records that the person agreed, asks the gate, and returns the clearance
// with the dispatch that it is for. It stops the test when the gate refuses.
func (h *Host) Clear(d Draft) (consent.Clearance, provider.DispatchID) {
	h.tb.Helper()
	h.agree(d.Person)
	if d.Dispatch == uuid.Nil {
		d.Dispatch = uuid.New()
	}
	if d.Text == "" {
		d.Text = text(d.Person)
	}
	person := contact.Contact{
		ID: "person", Base: "people", Points: []contact.Point{{Address: h.Address(d.Person)}},
		Origins: []contact.Provenance{{Origin: &contact.Origin{Kind: contact.OwnForm, Collector: "example.org"}, Collected: h.opts.Clock.Now()}},
	}
	out, err := h.gate.Clear(h.tb.Context(), h.request(d.Deadline), []consent.Recipient{{
		Contact: &person, Point: person.Points[0], Content: consent.Content{Language: "fr", Subject: h.subject(), Text: d.Text}, Dispatch: d.Dispatch,
	}})
	require.NoError(h.tb, err)
	require.Truef(h.tb, out[0].Decision.Allowed(), "the gate: %v", &out[0].Decision)
	return out[0].Clearance, d.Dispatch
}

// Message does what [Host.Clear] does, and composes the message.
func (h *Host) Message(d Draft) *provider.Message {
	h.tb.Helper()
	m, err := provider.Compose(h.Clear(d))
	require.NoError(h.tb, err)
	return m
}

// Batch returns a message to each of n people, the first of whom has the number
// from.
func (h *Host) Batch(from, n int) []*provider.Message {
	h.tb.Helper()
	out := make([]*provider.Message, n)
	for i := range out {
		out[i] = h.Message(Draft{Person: from + i})
	}
	return out
}

func text(person int) string {
	return fmt.Sprintf("Alex Martin: réunion n° %04d, jeudi à 19 h. STOP pour refuser.", person)
}

func (h *Host) subject() string {
	if h.opts.Channel == contact.EmailChannel {
		return "Réunion"
	}
	return ""
}

func (h *Host) request(deadline time.Time) consent.Request {
	sender := contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: martin.ID}
	if h.opts.Channel == contact.EmailChannel {
		sender = contact.Sender{Value: "martin@example.org", Kind: contact.Mailbox, Owner: martin.ID}
	}
	return consent.Request{
		Campaign: "providertest", Client: martin.ID, Controllers: []contact.Party{martin},
		Base:    contact.Base{ID: "people", Owner: martin, Mode: contact.Own},
		Purpose: contact.Political, Kind: consent.ContentMessage, Channel: h.opts.Channel, Sender: sender,
		NoElection: true, NotAfter: deadline,
	}
}

// agree records once that the nth person said yes.
func (h *Host) agree(n int) {
	h.tb.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.agreed[n] {
		return
	}
	h.agreed[n] = true
	_, err := h.register.Record(h.tb.Context(), consent.Statement{Address: h.Address(n), Act: consent.Act{
		ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(h.opts.Channel),
		Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}}, Happened: h.opts.Clock.Now(),
		Evidence: &consent.Evidence{Document: "an invented form"}, Hours: hours(h.opts.Channel),
	}})
	require.NoError(h.tb, err)
}

// hours are those that consent to automated calls must name.
func hours(c contact.Channel) consent.Hours {
	if c == contact.AutomatedVoice {
		return consent.Hours{From: 9 * 60, To: 20 * 60}
	}
	return consent.Hours{}
}
