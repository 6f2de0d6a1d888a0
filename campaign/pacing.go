package campaign

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A Spread has a campaign send no faster than it must to be done by an instant:
// call centres and web sites get the answers of a campaign, too.
type Spread struct {
	// Until is when the last message should have gone. It is an aim: what is not
	// done by then goes on at Campaign.PerSecond, up to Request.NotAfter.
	Until time.Time `json:"until"`
	// Territory is that whose hours count, where most recipients are.
	Territory contact.Territory `json:"territory"`
}

func (s *Spread) validate(r *consent.Request) error {
	switch {
	case s == nil:
		return nil
	case s.Until.IsZero():
		return errors.New("Spread.Until is the zero time")
	case !r.NotAfter.IsZero() && s.Until.After(r.NotAfter):
		return errors.New("Spread.Until is after Request.NotAfter, when nothing goes any more")
	case len(s.Territory.Zones()) == 0:
		return errors.New("Spread.Territory has no known zone: in whose hours?")
	}
	return nil
}

// A Pacing says how fast a campaign must go to be done in time.
type Pacing struct {
	// Open is how much of the time until Spread.Until messages may go in.
	Open time.Duration `json:"open"`
	// Needed is the messages a second, all processes together, and Allowed is
	// Campaign.PerSecond; 0 means any number.
	Needed  float64 `json:"needed"`
	Allowed float64 `json:"allowed,omitempty"`
	// Possible says that what is needed is allowed.
	Possible bool `json:"possible"`
}

// pacingOf returns how fast left messages must go from now on.
func pacingOf(g *consent.Gate, c *Campaign, left int, now time.Time) (Pacing, error) {
	p := Pacing{Allowed: c.PerSecond}
	windows, err := g.Windows(c.Request, c.Spread.Territory, now, c.Spread.Until)
	if err != nil {
		return p, err
	}
	for _, w := range windows {
		p.Open += w.Until.Sub(w.From)
	}
	if p.Open > 0 {
		p.Needed = float64(left) / p.Open.Seconds()
	}
	p.Possible = left == 0 || p.Open > 0 && (p.Allowed == 0 || p.Needed <= p.Allowed)
	return p, nil
}

// pace spreads messages evenly over the workers of one Run.
type pace struct {
	mu        sync.Mutex
	perSecond float64
	next      time.Duration // when the next message may go
}

// set changes how many go a second; 0 means any number.
func (p *pace) set(perSecond float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.perSecond = perSecond
}

// take reserves room for at most n messages and returns for how many, and how
// long to wait for it: never for more than about a second's worth.
func (p *pace) take(now time.Duration, n int) (int, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.perSecond <= 0 {
		return n, 0
	}
	n = min(n, max(1, int(p.perSecond)))
	start := max(now, p.next)
	p.next = start + time.Duration(float64(n)/p.perSecond*float64(time.Second))
	return n, start - now
}

// retimeEvery is how often a Run works out its pace afresh.
const retimeEvery = time.Minute

// retime sets the pace of a campaign that is spread.
func (r *running) retime(ctx context.Context) error {
	c := &r.saved.Campaign
	if c.Spread == nil {
		return nil
	}
	tally, err := r.outbox.Tally(ctx, c.ID())
	if err != nil {
		return fmt.Errorf("campaign %q: pace: %w", c.ID(), err)
	}
	p, err := pacingOf(r.gate, c, tally.In(Ready, Deferred), r.gate.Clock().Now())
	if err != nil {
		return err
	}
	rate := p.Needed / float64(r.opts.Processes)
	if rate == 0 || c.PerSecond > 0 && rate > c.PerSecond {
		rate = c.PerSecond // as fast as may be: the time has passed, or is short
	}
	r.pace.set(rate)
	return nil
}
