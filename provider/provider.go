package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// Capabilities are what a provider says of itself.
type Capabilities struct {
	// Channels that it can send on.
	Channels contact.ChannelSet
	// Batch is the most messages that one Send takes; 0 means 1.
	Batch int
	// Window is the most messages that may be on their way at once; 0 means
	// Batch.
	Window int
	// HonoursDeadline says that a message is not delivered after its deadline.
	HonoursDeadline bool
	// ClauseSeptets is the length of the stop mention that the carrier appends,
	// in GSM-7 septets; 0 when it appends none.
	ClauseSeptets int
	// Deduplicates says that a second message with the same dispatch ID is
	// dropped.
	Deduplicates bool
	// AnswersStop says that the carrier confirms a STOP by itself.
	AnswersStop bool
}

// A Provider hands messages to a carrier. Implementations are safe for
// concurrent use, and pass the suite of package providertest.
type Provider interface {
	// Capabilities returns what the provider can do. It always returns the
	// same.
	Capabilities() Capabilities

	// Send hands over a batch, and returns one outcome for each message, in
	// their order. It opens each message just before it hands it to the
	// carrier, and a message that cannot be opened is not sent. It returns when
	// the outcomes are known or ctx is done; what it cannot tell is [Unknown].
	// It does not retry what may have gone. What the carrier says of a recipient
	// is in the outcome of that message alone. It keeps no address and no text.
	Send(ctx context.Context, batch []*Message) []Outcome
}

// A Readier is a [Provider] that can say how many messages the carrier takes
// now. A runner marks no more than that for sending, so that throttling does
// not outlive clearances.
type Readier interface {
	// Ready waits until at least one message can be handed over, and returns
	// how many can, at most limit.
	Ready(ctx context.Context, limit int) (int, error)
}

// A Looker is a [Provider] that can find out what became of a message.
type Looker interface {
	// Look returns the outcome of the dispatch called id, [Unknown] when the
	// carrier cannot say. A carrier that certainly never had it answers
	// [Temporary].
	Look(ctx context.Context, id DispatchID) (Outcome, error)
}

// HandOver calls p.Send and makes its answer complete and safe. Once p has
// returned, no message of batch can be opened any more, whatever p left running.
// Where p returns fewer outcomes than messages, panics, or leaves an outcome
// unknown, a message that was never opened is certainly not taken and becomes
// [Temporary]; one that was opened is [Unknown]. A message that is said to be
// accepted and was never opened becomes Temporary too. The recipient's address
// and its digits are removed from whatever the carrier said.
func HandOver(ctx context.Context, p Provider, batch []*Message) []Outcome {
	out := send(ctx, p, batch)
	for i, m := range batch {
		o := &out[i]
		if o.Kind >= outcomeKinds {
			*o = Outcome{Detail: "an outcome that does not exist"}
		}
		// The message is closed before the outcome is believed: a call that p
		// left behind must not open what is about to be sent again.
		if closed := m.clearance.Void(); closed && (o.Kind == Unknown || o.Kind == Accepted) {
			o.Kind = Temporary
		}
		o.RetryAfter = max(0, o.RetryAfter)
		o.Cause = Cause(m.clearance.Redact(string(o.Cause)))
		o.CarrierID = m.clearance.Redact(o.CarrierID)
		o.Code = m.clearance.Redact(o.Code)
		o.Detail = m.clearance.Redact(o.Detail)
	}
	return out
}

func send(ctx context.Context, p Provider, batch []*Message) (out []Outcome) {
	out = make([]Outcome, len(batch))
	defer func() {
		// What a panic says may hold an address: only its type is kept.
		if r := recover(); r != nil {
			for i := range out {
				out[i] = Outcome{Detail: fmt.Sprintf("the provider panicked (%T)", r)}
			}
		}
	}()
	copy(out, p.Send(ctx, batch))
	return out
}

// MaxBatch returns how many messages one Send of p takes.
func (c Capabilities) MaxBatch() int { return max(1, c.Batch) }

// MaxWindow returns how many messages of p may be on their way at once.
func (c Capabilities) MaxWindow() int {
	if c.Window > 0 {
		return c.Window
	}
	return c.MaxBatch()
}

// Wait is how long a runner waits before it asks a carrier again that said
// nothing of when.
const Wait = 30 * time.Second
