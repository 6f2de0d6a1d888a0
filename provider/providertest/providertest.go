package providertest

import (
	"context"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A Harness is a provider under test, with the carrier that it speaks to. The
// carrier is a fake that the test owns: nothing here may reach a real one.
type Harness struct {
	Provider provider.Provider
	// Arrived returns what the carrier got so far, oldest first.
	Arrived func(ctx context.Context) []Arrival
	// Clock is what the provider takes its time from. Where it is nil the
	// provider is taken to look at the clock of the machine.
	Clock *Clock
	// Channel is the one to test, the first of the provider's by default.
	Channel contact.Channel

	// Those below may be nil, and then the cases that need them are left out.
	// Each changes what the carrier does from the time of the call on.

	// Hang makes the carrier take messages and say nothing.
	Hang func()
	// Lose makes the carrier take messages, and the answer get lost on its way.
	Lose func()
	// Echo makes the carrier quote recipients in whatever it says.
	Echo func()
}

// An Arrival is one message that a carrier got.
type Arrival struct {
	// Dispatch is what the carrier was told, the zero DispatchID where nothing.
	Dispatch provider.DispatchID
	To       contact.Address
	Text     string
	// Deadline is by when the carrier was told to deliver, zero when it was not
	// told.
	Deadline time.Time
}

// A testCase is one promise. Clause quotes it from the documentation of package
// provider, and is printed on failure.
type testCase struct {
	name   string
	clause string
	needs  func(*Harness) bool // nil when every provider can be asked
	run    func(tb testing.TB, b *bench)
}

// Run checks the provider that open returns. It calls open once to see what it
// can do, and then for each case. Each time open must return a provider whose
// carrier got nothing yet; it may register its closing with t.Cleanup. Cases run
// in parallel.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	first := open(t)
	if first.Provider == nil || first.Arrived == nil {
		t.Fatal("providertest: open returned no Provider, or no Arrived")
	}
	for _, c := range cases {
		if c.needs != nil && !c.needs(&first) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("the contract: %s", c.clause)
				}
			})
			c.run(t, newBench(t, open(t)))
		})
	}
}

// A bench is one provider in one case.
type bench struct {
	Harness
	host  *Host
	clock *Clock
	// patience is how long a call may take that must return at once. It is
	// reached only by a provider that fails.
	patience time.Duration
}

func newBench(tb testing.TB, h Harness) *bench {
	tb.Helper()
	b := &bench{Harness: h, clock: h.Clock, patience: 10 * time.Second}
	if b.clock == nil {
		b.clock = NewClock(time.Now())
	}
	if b.Channel == contact.NoChannel {
		for c := contact.SMS; c.Valid(); c++ {
			if h.Provider.Capabilities().Channels.Has(c) {
				b.Channel = c
				break
			}
		}
	}
	b.host = NewHost(tb, &HostOptions{Clock: b.clock, Channel: b.Channel})
	return b
}

// few returns n, or as many messages as one Send takes where that is less.
func (b *bench) few(n int) int { return min(n, b.Provider.Capabilities().MaxBatch()) }

// send calls Send with batch, and stops the test where it does not return.
func (b *bench) send(tb testing.TB, ctx context.Context, batch []*provider.Message) []provider.Outcome {
	tb.Helper()
	return b.wait(tb, b.start(ctx, batch))
}

// start calls Send in the background.
func (b *bench) start(ctx context.Context, batch []*provider.Message) <-chan []provider.Outcome {
	done := make(chan []provider.Outcome, 1)
	go func() {
		// Neither a panic nor a runtime.Goexit inside a provider must leave the
		// test waiting, and what a panic says may hold an address.
		defer close(done)
		defer func() { _ = recover() }()
		done <- b.Provider.Send(ctx, batch)
	}()
	return done
}

func (b *bench) wait(tb testing.TB, done <-chan []provider.Outcome) []provider.Outcome {
	tb.Helper()
	select {
	case out, ok := <-done:
		if !ok {
			tb.Fatal("Send panicked, or ended its goroutine")
		}
		return out
	case <-time.After(b.patience):
		tb.Fatalf("Send did not return within %v", b.patience)
	}
	return nil
}

// arrived returns how often the carrier got a message for each person.
func (b *bench) arrived(tb testing.TB) map[contact.Address]int {
	tb.Helper()
	counts := map[contact.Address]int{}
	for _, a := range b.Arrived(tb.Context()) {
		counts[a.To]++
	}
	return counts
}

// untilArrival waits until the carrier got something.
func (b *bench) untilArrival(tb testing.TB) {
	tb.Helper()
	for until := time.Now().Add(b.patience); time.Now().Before(until); time.Sleep(time.Millisecond) {
		if len(b.Arrived(tb.Context())) > 0 {
			return
		}
	}
	tb.Fatalf("nothing arrived within %v", b.patience)
}
