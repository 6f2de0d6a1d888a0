package provider

import (
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// The errors of [Compose] and [Message.Open], those of consent.Clearance.
var (
	ErrNoClearance = consent.ErrNoClearance
	ErrOpened      = consent.ErrOpened
	ErrExpired     = consent.ErrExpired
	ErrNotData     = consent.ErrNotData
)

// ErrDispatch says that a clearance was made for another dispatch.
var ErrDispatch = errors.New("provider: clearance of another dispatch")

// A DispatchID identifies one message of one campaign to one address. Carriers
// that drop duplicates by a client's reference are given it.
type DispatchID = uuid.UUID

// A Message is one message to one person, cleared seconds ago. What is needed
// to route and count it can be read; address and text come out through
// [Message.Open], once. The zero Message, and one made in any other way than by
// [Compose], cannot be opened. Copies are the same message.
type Message struct {
	id        DispatchID
	clearance consent.Clearance
}

// Compose returns the message that c allows, for the dispatch called id. It
// takes no text and no address, so that nothing can be sent but what was
// cleared. It fails when c is not live, or was made for another dispatch.
func Compose(c consent.Clearance, id DispatchID) (*Message, error) {
	if err := c.Live(); err != nil {
		return nil, err
	}
	if id == uuid.Nil {
		return nil, errors.New("provider: compose: no dispatch ID")
	}
	if c.Dispatch() != uuid.Nil && c.Dispatch() != id {
		return nil, ErrDispatch
	}
	return &Message{id: id, clearance: c}, nil
}

// ID returns the dispatch of m.
func (m *Message) ID() DispatchID { return m.id }

// Channel returns how m is to be sent.
func (m *Message) Channel() contact.Channel { return m.clearance.Channel() }

// Territory returns where the recipient is, "" where that is unknown.
func (m *Message) Territory() contact.Territory { return m.clearance.Territory() }

// Segments returns how many SMS the text needs, before any clause of the
// carrier, and 1 on other channels.
func (m *Message) Segments() int { return m.clearance.Segments() }

// Deadline returns when m must no longer be delivered, zero when nothing ends
// it.
func (m *Message) Deadline() time.Time { return m.clearance.Deadline() }

// Opened reports whether m was opened, and so may have gone.
func (m *Message) Opened() bool { return m.clearance.Used() }

// Open returns what is to be sent. It succeeds once, while the clearance lives:
// then [ErrOpened], or [ErrExpired]. A wrapper that retries, and a second
// provider after a first, get ErrOpened: to try again needs a new attempt,
// cleared anew.
//
// Call it as late as possible, when the carrier can take the message, and send
// at once.
func (m *Message) Open() (consent.Cleared, error) { return m.clearance.Redeem() }

// String names m by its dispatch.
func (m Message) String() string { return "message " + m.id.String() }

// Format writes String, whatever the verb.
func (m Message) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(m.String())) }

// MarshalJSON returns [ErrNotData]: messages do not travel between processes.
func (m Message) MarshalJSON() ([]byte, error) { return nil, ErrNotData }

// MarshalText returns [ErrNotData].
func (m Message) MarshalText() ([]byte, error) { return nil, ErrNotData }

// GobEncode returns [ErrNotData].
func (m Message) GobEncode() ([]byte, error) { return nil, ErrNotData }

// UnmarshalJSON returns [ErrNotData]: what is read back is no message.
func (*Message) UnmarshalJSON([]byte) error { return ErrNotData }

// UnmarshalText returns [ErrNotData].
func (*Message) UnmarshalText([]byte) error { return ErrNotData }

// GobDecode returns [ErrNotData].
func (*Message) GobDecode([]byte) error { return ErrNotData }
