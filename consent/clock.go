package consent

import "time"

// A Clock tells the time twice: as a calendar shows it, and as time that has
// passed while the machine ran. The two part when a machine is suspended or its
// clock is set, and a [Clearance] must not outlive either.
type Clock interface {
	// Now returns the wall-clock time.
	Now() time.Time
	// Elapsed returns the time since some fixed moment, and never goes back.
	Elapsed() time.Duration
}

// SystemClock returns the clock of the machine.
func SystemClock() Clock { return systemClock{time.Now()} } // the default clock

type systemClock struct{ start time.Time }

func (systemClock) Now() time.Time           { return time.Now().UTC().Round(0) } // the default clock
func (c systemClock) Elapsed() time.Duration { return time.Since(c.start) }       // the default clock

// ClockFunc makes a [Clock] of a function that returns the wall-clock time, for
// tests and simulations: time passes as the function says.
type ClockFunc func() time.Time

// Now returns f().
func (f ClockFunc) Now() time.Time { return f() }

// Elapsed returns the time since 1970 by f.
func (f ClockFunc) Elapsed() time.Duration { return time.Duration(f().UnixNano()) }

// stamp returns t as Accord stores times: UTC, whole microseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond).Round(0) }
