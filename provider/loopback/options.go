package loopback

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// Options are options for [New]. The zero value of each field, and a nil
// *Options, mean the default.
//
// The functions among them are called while the carrier is locked, one at a
// time, and must not call it.
type Options struct {
	// Name is the carrier's name in events; "loopback" by default.
	Name string
	// Clock is the default consent.SystemClock when nil. ClockFunc fits.
	Clock consent.Clock
	// Capabilities are those of the carrier. Where Channels is empty they are
	// every channel, with deadlines honoured; Batch is 100 by default.
	Capabilities provider.Capabilities
	// Clause is the stop mention that the carrier appends, in letters of the
	// GSM-7 alphabet. It sets Capabilities.ClauseSeptets.
	Clause string
	// PerSecond is how many messages it takes a second before it throttles; 0
	// means any number.
	PerSecond int
	// Script says what happens to the nth message handed over, from 0. The
	// default accepts all.
	Script func(n int, h Handed) Answer
	// Person plays the recipient of a message that arrived.
	Person func(h Handed) []Reply
	// Receipt says what the carrier reports about a message that it took, and
	// how long after. The default reports nothing. Where deadlines are honoured,
	// what would be delivered after its deadline is reported as expired.
	Receipt func(h Handed) (status provider.Status, after time.Duration)
	// Repeat is how many more times each event comes, as from carriers that
	// repeat what was acknowledged.
	Repeat int
	// Disorder makes the events that are due come in an order drawn from Seed,
	// and not in that of their times.
	Disorder bool
	Seed     uint64
	// Echo makes the carrier quote the recipient in every answer, as carriers
	// do.
	Echo bool
}

// Handed is one message that reached the carrier.
type Handed struct {
	Dispatch provider.DispatchID
	To       contact.Address
	Channel  contact.Channel
	Sender   contact.Sender
	Subject  string // e-mail only
	Text     string // with the carrier's clause
	At       time.Time
	Deadline time.Time
}

// A Reply is what a person sends back.
type Reply struct {
	Text  string
	After time.Duration
	// NoSentTime leaves out when the person sent it, as some carriers do.
	NoSentTime bool
}

// An Answer is what a script makes of one message. The zero Answer accepts it.
type Answer struct {
	// Outcome is what the carrier answers; the zero Kind means accepted.
	Outcome provider.Outcome
	// Drop keeps the message from arriving. A message that is not accepted
	// does not arrive, with or without it.
	Drop bool
	// Lost makes the answer unknown. The message arrives all the same, unless
	// Drop is set too: then the carrier never had it.
	Lost bool
	// Late makes the answer unknown, and a look-up find it that much later.
	Late time.Duration
	// Panic makes Send panic when the message was taken.
	Panic bool
	// Hang makes Send wait until its context is done, the message being taken.
	Hang bool
}
