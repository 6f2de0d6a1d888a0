package provider

import (
	"context"

	"github.com/accordsdk/accord/contact"
)

// A NumberState is what a network says of a number. The zero NumberState is
// nothing: it could not be found out.
type NumberState string

// The states of a number.
const (
	NumberUnknown NumberState = ""             // nobody could say
	NumberLive    NumberState = "live"         // it has a subscriber
	NumberAbsent  NumberState = "absent"       // it has one, whose telephone is off or out of reach
	NumberDead    NumberState = "disconnected" // it has none
)

// A Found is the answer about one number.
type Found struct {
	State NumberState `json:"state"`
	// Network is the one that serves the number now, by its MCC and MNC, such as
	// "20801"; "" where nobody said.
	Network string `json:"network,omitempty"`
}

// A Lookup asks networks about numbers without sending anything: an HLR query,
// for those who sell them. It is optional, and a processing of personal data like
// any other: a host has a reason for it, and does not ask about those who refused.
// Implementations are safe for concurrent use, log no number, and keep none.
type Lookup interface {
	// Lookup returns one answer for each of numbers, in their order. Where it
	// fails, the answers that it has are still returned, and the others are the
	// zero Found. What a network says is believed for the moment and not longer.
	Lookup(ctx context.Context, numbers []contact.Address) ([]Found, error)
}
