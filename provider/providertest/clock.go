package providertest

import (
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
)

// A Clock is a consent.Clock that stands still until it is moved. It is safe
// for concurrent use.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	elapsed time.Duration
}

var _ consent.Clock = (*Clock)(nil)

// NewClock returns a clock that shows start.
func NewClock(start time.Time) *Clock { return &Clock{now: start.UTC().Round(0)} }

// Now implements consent.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Elapsed implements consent.Clock.
func (c *Clock) Elapsed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.elapsed
}

// Advance lets d pass.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.elapsed = c.now.Add(d), c.elapsed+d
}

// Suspend lets d pass on the wall and not for the machine, as when it sleeps. A
// negative d is a clock that is set back.
func (c *Clock) Suspend(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
