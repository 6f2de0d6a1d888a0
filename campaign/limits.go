package campaign

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
)

// Limits are shares of the messages sent above which a campaign pauses by
// itself; a share of 0 is no limit. They count what came since the last pause
// ended.
type Limits struct {
	// AtLeast is how many messages must have been sent before a share means
	// anything; 0 means 200.
	AtLeast    int     `json:"at_least,omitempty"`
	Refusals   float64 `json:"refusals,omitempty"`
	Complaints float64 `json:"complaints,omitempty"`
	Failures   float64 `json:"failures,omitempty"`
	Unknowns   float64 `json:"unknowns,omitempty"`
}

const defaultAtLeast = 200

// DefaultLimits are those of a campaign that names none. Three complaints in a
// thousand is where the large mailbox providers block senders (Gmail and Yahoo,
// since February 2024: MAIL-2, V2). The others are ours, and high: what passes them is not a campaign that some dislike but a
// mistake, a wrong file, a text for others, a carrier that is down.
func DefaultLimits() Limits {
	return Limits{Refusals: 0.10, Complaints: 0.003, Failures: 0.25, Unknowns: 0.05}
}

// NoLimits are for a campaign that nothing pauses but people.
func NoLimits() *Limits { return &Limits{} }

func (l *Limits) validate() error {
	if l == nil {
		return nil
	}
	for name, share := range map[string]float64{"Refusals": l.Refusals, "Complaints": l.Complaints, "Failures": l.Failures, "Unknowns": l.Unknowns} {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("field Limits.%s is not a share between 0 and 1", name)
		}
	}
	if l.AtLeast < 0 {
		return errors.New("Limits.AtLeast is negative")
	}
	return nil
}

// over returns which limit c passes, "" for none.
func (l Limits) over(c Counts) Why {
	least := l.AtLeast
	if least == 0 {
		least = defaultAtLeast
	}
	if c.Sent < least {
		return ""
	}
	for _, limit := range []struct {
		why   Why
		share float64
		count int
	}{
		{OverComplaints, l.Complaints, c.Complaints}, {OverRefusals, l.Refusals, c.Refusals},
		{OverFailures, l.Failures, c.Failures}, {OverUnknowns, l.Unknowns, c.Unknowns},
	} {
		if limit.share > 0 && float64(limit.count) > limit.share*float64(c.Sent) {
			return limit.why
		}
	}
	return ""
}

// limits returns those of c.
func (c *Campaign) limits() Limits {
	if c.Limits == nil {
		return DefaultLimits()
	}
	return *c.Limits
}

// watch looks at the limits of a campaign while it runs: once a second, and where
// counting takes long, for a twentieth of the time at most. One goroutine counts
// at a time.
type watch struct {
	outbox Outbox
	clock  consent.Clock
	limits Limits
	since  Counts // when the last pause ended

	mu   sync.Mutex
	busy bool          // somebody is looking
	next time.Duration // when to look again
}

const (
	lookEvery = time.Second
	lookShare = 20 // of the time in which nobody looks
)

func newWatch(o Outbox, clock consent.Clock, s *Saved) *watch {
	return &watch{outbox: o, clock: clock, limits: s.Campaign.limits(), since: s.resumed().Counts}
}

// due reports whether it is time to look, and if so leaves it to the caller.
func (w *watch) due() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy || w.clock.Elapsed() < w.next {
		return false
	}
	w.busy = true
	return true
}

// done says when to look again, after a look that began at an instant.
func (w *watch) done(began time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.Elapsed()
	w.busy, w.next = false, now+max(lookEvery, lookShare*(now-began))
}

// look pauses the campaign when it passes a limit, where it is time to look.
func (w *watch) look(ctx context.Context, id string) error {
	if w.limits == (Limits{}) || !w.due() {
		return nil
	}
	defer w.done(w.clock.Elapsed())
	counts, err := countNow(ctx, w.outbox, id)
	if err != nil {
		return fmt.Errorf("campaign %q: limits: %w", id, err)
	}
	why := w.limits.over(counts.minus(w.since))
	if why == "" {
		return nil
	}
	err = w.outbox.SetStatus(ctx, id, StatusChange{To: Paused, By: ByAccord, Why: why})
	if err != nil && !errors.Is(err, ErrStatus) { // stopped, or still being frozen
		return fmt.Errorf("campaign %q: pause for %s: %w", id, why, err)
	}
	return nil
}

func countNow(ctx context.Context, o Outbox, id string) (Counts, error) {
	tally, err := o.Tally(ctx, id)
	if err != nil {
		return Counts{}, err
	}
	pulse, err := o.Pulse(ctx, id, time.Time{})
	if err != nil {
		return Counts{}, err
	}
	return countsOf(tally, &pulse), nil
}
