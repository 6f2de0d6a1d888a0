package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// An EventKind says what came back. The zero EventKind is none.
type EventKind uint8

// The kinds of event.
const (
	NoEvent EventKind = iota
	// InboundText is a message that somebody sent.
	InboundText
	// DeliveryReceipt says what became of a message.
	DeliveryReceipt
	// CarrierRefusal says that the carrier learned of a refusal by itself.
	CarrierRefusal
	// Complaint says that a recipient reported a message as unwanted.
	Complaint
	// DisconnectedNumber says that a number has no holder any more.
	DisconnectedNumber
	eventKinds
)

var eventNames = [eventKinds]string{"none", "inbound-text", "delivery-receipt", "carrier-refusal", "complaint", "disconnected"}

// String returns the name of k, such as "inbound-text".
func (k EventKind) String() string {
	if k < eventKinds {
		return eventNames[k]
	}
	return fmt.Sprintf("event-%d", uint8(k))
}

// MarshalText returns the name of k.
func (k EventKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// A Status is what a receipt says. The zero Status says nothing.
type Status uint8

// The statuses.
const (
	NoStatus Status = iota
	Delivered
	// Undelivered: it did not reach the handset and never will.
	Undelivered
	// Expired: its validity ended before it could be delivered.
	Expired
	statuses
)

var statusNames = [statuses]string{"none", "delivered", "undelivered", "expired"}

// String returns the name of s, such as "delivered".
func (s Status) String() string {
	if s < statuses {
		return statusNames[s]
	}
	return fmt.Sprintf("status-%d", uint8(s))
}

// MarshalText returns the name of s.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [Status.MarshalText] writes.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("provider: unknown status %q", text)
}

// An Event is one thing that a carrier said by itself.
type Event struct {
	// ID is the carrier's name for the event, or one made of its content: the
	// same event that comes twice has the same ID.
	ID   string    `json:"id"`
	Kind EventKind `json:"kind"`
	// Carrier names the provider that it came through.
	Carrier string `json:"carrier"`
	// From is the person, for every kind but receipts, where it may be zero.
	From contact.Address `json:"from,omitzero"`
	// To is the sender that was answered: a short code, a number, a mailbox.
	To string `json:"to,omitempty"`
	// Text is what the person wrote.
	Text string `json:"text,omitempty"`
	// Sent is when the person sent it by the carrier's clock; zero when the
	// carrier does not say. Received is when the host got it.
	Sent     time.Time `json:"sent,omitzero"`
	Received time.Time `json:"received"`
	// Dispatch or CarrierID says which message a receipt is about, or which one
	// was answered, where the carrier knows.
	Dispatch  DispatchID `json:"dispatch,omitzero"`
	CarrierID string     `json:"carrier_id,omitempty"`
	Status    Status     `json:"status,omitzero"`
	Segments  int        `json:"segments,omitempty"`
	// Cause says why a message was not delivered, where a receipt says so. Code
	// is the carrier's own: see [CauseOfGSM].
	Cause Cause  `json:"cause,omitempty"`
	Code  string `json:"code,omitempty"`
}

// Happened returns Sent, or Received where the carrier does not say.
func (e *Event) Happened() time.Time {
	if e.Sent.IsZero() {
		return e.Received
	}
	return e.Sent
}

// Validate returns an error that names the first field that is wrong.
func (e *Event) Validate() error {
	switch {
	case e.ID == "":
		return fmt.Errorf("provider: event: ID is empty")
	case e.Kind == NoEvent || e.Kind >= eventKinds:
		return fmt.Errorf("provider: event %q: Kind is not one of the kinds", e.ID)
	case e.Received.IsZero():
		return fmt.Errorf("provider: event %q: Received is the zero time", e.ID)
	case e.Kind != DeliveryReceipt && e.From.IsZero():
		return fmt.Errorf("provider: event %q: From is empty", e.ID)
	case e.Kind == DeliveryReceipt && e.Dispatch == DispatchID{} && e.CarrierID == "":
		return fmt.Errorf("provider: event %q: neither Dispatch nor CarrierID says what the receipt is about", e.ID)
	case e.Kind == DeliveryReceipt && (e.Status == NoStatus || e.Status >= statuses):
		return fmt.Errorf("provider: event %q: Status is not one of the statuses", e.ID)
	}
	return nil
}

// A Receiver takes events. An adapter acknowledges an event to its carrier only
// once Receive has returned nil: until then the carrier must send it again.
type Receiver interface {
	// Receive stores what follows from e before it returns. It is idempotent by
	// the ID of e.
	Receive(ctx context.Context, e Event) error
}
