package consent

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// The errors of using a [Clearance].
var (
	// ErrNoClearance is for the zero Clearance.
	ErrNoClearance = errors.New("consent: no gate cleared this message")
	// ErrOpened says that the clearance was used, or made void: what it holds
	// comes out once at most.
	ErrOpened = errors.New("consent: clearance used already")
	// ErrExpired says that the clearance is older than its life or past its
	// deadline.
	ErrExpired = errors.New("consent: clearance expired")
	// ErrNotData says that a clearance cannot be written down.
	ErrNotData = errors.New("consent: a clearance does not leave the process")
)

// The life of clearances.
const (
	DefaultLife = 5 * time.Second
	MaxLife     = time.Minute
)

// A Clearance is proof that a gate allowed one message to one person, seconds
// ago. It holds the address and the text, so that nothing has to be compared,
// and it can be used once. Only [Gate.Clear] makes one; the zero Clearance
// proves nothing. Copies are the same clearance.
//
// It cannot be marshalled: messages do not travel between processes.
type Clearance struct{ c *clearance }

type clearance struct {
	state    atomic.Uint32 // unused, redeemed or void
	clock    Clock
	wall     time.Time     // when the facts began to be read
	elapsed  time.Duration // and the same on the clock that never goes back
	life     time.Duration
	deadline time.Time // zero means none

	to        contact.Address
	territory contact.Territory
	// content is a function so that what prints a value by walking its memory,
	// as test libraries do when a comparison fails, finds no text.
	content  func() Content
	req      *Request
	dispatch uuid.UUID
	segments int
}

// The states of a clearance. It leaves unused once.
const (
	unused uint32 = iota
	redeemed
	void
)

// Cleared is what a clearance held.
type Cleared struct {
	To      contact.Address
	Sender  contact.Sender
	Content Content
	// Deadline is when the message must no longer be delivered: carriers take
	// it as a validity period. Zero means that nothing ends it.
	Deadline time.Time
}

// Live returns nil while c can be used, and otherwise [ErrNoClearance],
// [ErrOpened] or [ErrExpired].
func (c Clearance) Live() error {
	if c.c == nil {
		return ErrNoClearance
	}
	if c.c.state.Load() != unused {
		return ErrOpened
	}
	return c.c.live()
}

// live tests the age on both clocks: one stops when a machine sleeps, the other
// can be set back.
func (c *clearance) live() error {
	now := c.clock.Now()
	age := now.Sub(c.wall)
	ran := c.clock.Elapsed() - c.elapsed
	switch {
	case age < 0 || ran < 0:
		return fmt.Errorf("%w: the clock went back", ErrExpired)
	case age > c.life || ran > c.life:
		return fmt.Errorf("%w: older than %v", ErrExpired, c.life)
	case !c.deadline.IsZero() && !now.Before(c.deadline):
		return fmt.Errorf("%w: past its deadline", ErrExpired)
	}
	return nil
}

// Redeem returns what c holds, once. It is for provider.Message; whoever calls
// it otherwise takes an address out of every check that follows.
func (c Clearance) Redeem() (Cleared, error) {
	if err := c.Live(); err != nil {
		return Cleared{}, err
	}
	if !c.c.state.CompareAndSwap(unused, redeemed) {
		return Cleared{}, ErrOpened
	}
	return Cleared{To: c.c.to, Sender: c.c.req.Sender, Content: c.c.content(), Deadline: c.c.deadline}, nil
}

// Used reports whether c was redeemed.
func (c Clearance) Used() bool { return c.c != nil && c.c.state.Load() == redeemed }

// Void ends c, so that it can never be redeemed, and reports whether it never
// was. After that, what c would have allowed certainly did not happen.
func (c Clearance) Void() bool {
	return c.c == nil || c.c.state.CompareAndSwap(unused, void) || c.c.state.Load() == void
}

// Dispatch returns the dispatch that c was made for.
func (c Clearance) Dispatch() uuid.UUID {
	if c.c == nil {
		return uuid.Nil
	}
	return c.c.dispatch
}

// Channel returns the channel of the message.
func (c Clearance) Channel() contact.Channel {
	if c.c == nil {
		return contact.NoChannel
	}
	return c.c.req.Channel
}

// Territory returns where the recipient is, for routing.
func (c Clearance) Territory() contact.Territory {
	if c.c == nil {
		return ""
	}
	return c.c.territory
}

// Deadline returns when the message must no longer be delivered, zero when
// nothing ends it.
func (c Clearance) Deadline() time.Time {
	if c.c == nil {
		return time.Time{}
	}
	return c.c.deadline
}

// Redact removes every trace of the recipient from a text, such as what a
// carrier answered. It does not use c up, nor tell who the recipient is.
func (c Clearance) Redact(text string) string {
	if c.c == nil {
		return text
	}
	return c.c.to.Redact(text)
}

// Segments returns how many SMS the text needs, before any clause of the
// carrier, and 1 on other channels.
func (c Clearance) Segments() int {
	if c.c == nil {
		return 0
	}
	return c.c.segments
}

// String says that c is a clearance, and nothing of what it holds.
func (c Clearance) String() string {
	if c.c == nil {
		return "no clearance"
	}
	return "clearance"
}

// Format writes String, whatever the verb.
func (c Clearance) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// MarshalJSON returns [ErrNotData].
func (c Clearance) MarshalJSON() ([]byte, error) { return nil, ErrNotData }

// MarshalText returns [ErrNotData].
func (c Clearance) MarshalText() ([]byte, error) { return nil, ErrNotData }

// GobEncode returns [ErrNotData].
func (c Clearance) GobEncode() ([]byte, error) { return nil, ErrNotData }

// UnmarshalJSON returns [ErrNotData].
func (*Clearance) UnmarshalJSON([]byte) error { return ErrNotData }

// UnmarshalText returns [ErrNotData].
func (*Clearance) UnmarshalText([]byte) error { return ErrNotData }

// GobDecode returns [ErrNotData].
func (*Clearance) GobDecode([]byte) error { return ErrNotData }
