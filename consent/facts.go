package consent

import (
	"context"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// Facts are everything that a judgement of one recipient rests on. They hold no
// address: what rules need of it was read off before.
type Facts struct {
	// AddressKind is contact.NoAddress where there is none that the channel
	// reaches.
	AddressKind contact.AddressKind `json:"address_kind"`
	Fictional   bool                `json:"fictional,omitempty"`
	Place       *Place              `json:"-"`
	// Origin is the youngest origin of the contact, nil when it has none.
	Origin    *contact.Origin `json:"-"`
	Collected time.Time       `json:"collected,omitzero"`
	Subject   string          `json:"-"`
	// Chain and Acts are the history of the address, as read from the ledger.
	Chain ChainID `json:"chain,omitzero"`
	Acts  []Act   `json:"-"`
	// Entries are those of the suppression list for the address.
	Entries []suppression.Entry `json:"-"`
	// Sent are earlier messages to the address. SentKnown says that somebody
	// looked: rules that need to know refuse where nobody did.
	Sent      []Sent `json:"sent,omitempty"`
	SentKnown bool   `json:"sent_known,omitempty"`
	// Content is what the text holds.
	Content Inspection `json:"content"`
	// Extra is for facts of the host's own rules.
	Extra map[string]string `json:"extra,omitempty"`
	// Tester says that the address is that of a declared tester. The gate sets
	// it, after every reader.
	Tester bool `json:"tester,omitempty"`
	// Missing says that something could not be read. It denies.
	Missing bool `json:"missing,omitempty"`

	// Fingerprint and Dispatch are for fact readers: whom to look up, and which
	// dispatch not to count as an earlier message.
	Fingerprint contact.Fingerprint `json:"-"`
	Dispatch    uuid.UUID           `json:"dispatch,omitzero"`

	standing Standing `wire:"-"` // worked out afresh
}

// Standing returns where the person stands on the question of the plan. It is
// set before checks are asked.
func (f *Facts) Standing() *Standing { return &f.standing }

// Territory returns where the recipient is, "" when that is unknown.
func (f *Facts) Territory() contact.Territory {
	if f.Place == nil {
		return ""
	}
	return f.Place.Territory
}

// A Sent is an earlier message to the same address, of any campaign of any
// controller.
type Sent struct {
	Dispatch    uuid.UUID         `json:"dispatch"`
	Campaign    string            `json:"campaign"`
	Client      contact.PartyID   `json:"client"`
	Controllers []contact.PartyID `json:"controllers,omitempty"`
	Base        contact.BaseID    `json:"base"`
	Purpose     contact.Purpose   `json:"purpose"`
	Kind        Kind              `json:"kind"`
	Channel     contact.Channel   `json:"channel"`
	Election    ElectionID        `json:"election,omitempty"`
	District    string            `json:"district,omitempty"` // of a campaign that has some
	Sender      string            `json:"sender"`             // where an answer arrives: contact.Sender.ReplyPath
	At          time.Time         `json:"at"`                 // when it was marked for sending
	// Proof says that it was a proof copy, which counts for nothing.
	Proof bool `json:"proof,omitempty"`
	// InFlight is set until its outcome is known or its worker is presumed
	// dead: whether it counts is decided soon.
	InFlight bool `json:"in_flight,omitempty"`
}

// A FactReader reads facts that are kept outside ledger and list: earlier
// messages, a host's own look-ups. It is asked once for a batch, before any
// rule. An error denies the whole batch.
type FactReader interface {
	// ReadFacts completes facts for messages like those of p. It is called from
	// several goroutines, and reads the primary copy of its data.
	ReadFacts(ctx context.Context, p *Plan, facts []Facts) error
}

// LedgerOnly is a [FactReader] for hosts without an outbox: it says that the
// acts of the ledger tell of every message that matters. A host that uses it
// records an [Asked] act before it hands a consent request over.
type LedgerOnly struct{}

// ReadFacts implements [FactReader].
func (LedgerOnly) ReadFacts(_ context.Context, _ *Plan, facts []Facts) error {
	for i := range facts {
		facts[i].SentKnown = true
	}
	return nil
}
