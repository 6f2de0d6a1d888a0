package provider

import (
	"fmt"
	"time"
)

// An OutcomeKind says what became of a message at the carrier's door. The zero
// OutcomeKind is Unknown.
type OutcomeKind uint8

// The kinds of outcome.
const (
	// Unknown: the carrier may or may not have the message. It is not sent
	// again; a receipt, a look-up or the host settles it.
	Unknown OutcomeKind = iota
	// Accepted: the carrier has the message.
	Accepted
	// Rejected: not taken, and it never will be. Cause says why.
	Rejected
	// Temporary: not taken; the same message may be taken later.
	Temporary
	// Throttled: not taken; slow down.
	Throttled
	outcomeKinds
)

var outcomeNames = [outcomeKinds]string{"unknown", "accepted", "rejected", "temporary", "throttled"}

// String returns the name of k, such as "accepted".
func (k OutcomeKind) String() string {
	if k < outcomeKinds {
		return outcomeNames[k]
	}
	return fmt.Sprintf("outcome-%d", uint8(k))
}

// MarshalText returns the name of k.
func (k OutcomeKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what [OutcomeKind.MarshalText] writes.
func (k *OutcomeKind) UnmarshalText(text []byte) error {
	for i, name := range outcomeNames {
		if name == string(text) {
			*k = OutcomeKind(i)
			return nil
		}
	}
	return fmt.Errorf("provider: unknown outcome %q", text)
}

// NotTaken reports whether the carrier certainly does not have the message and
// may be asked again.
func (k OutcomeKind) NotTaken() bool { return k == Temporary || k == Throttled }

// A Cause says why a message was rejected.
type Cause string

// The causes.
const (
	NoCause     Cause = ""
	Unreachable Cause = "unreachable" // the address does not exist
	Absent      Cause = "absent"      // the telephone is off or out of reach
	Blocked     Cause = "blocked"     // the carrier holds a refusal of the person
	BadContent  Cause = "content"
	BadSender   Cause = "sender"
	TooLate     Cause = "too-late" // past its deadline
)

// An Outcome is a carrier's answer for one message. The zero Outcome is
// unknown.
type Outcome struct {
	Kind  OutcomeKind `json:"kind"`
	Cause Cause       `json:"cause,omitempty"`
	// CarrierID is the carrier's name for the message.
	CarrierID string `json:"carrier_id,omitempty"`
	// Segments is how many the carrier counted, 0 when it did not say.
	Segments int `json:"segments,omitempty"`
	// RetryAfter is how long to wait at least, where the carrier said.
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	// Code is the carrier's own, such as "0x0000000B". Detail is its own words,
	// from which [HandOver] removes the recipient.
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
}
