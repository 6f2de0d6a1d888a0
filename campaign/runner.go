package campaign

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

// ErrSkew says that the clocks of this process and of the store differ by more
// than two seconds: a lease or a clearance would be misjudged, so nothing runs.
var ErrSkew = errors.New("campaign: clocks of process and store differ")

const (
	maxSkew      = 2 * time.Second
	defaultLease = 30 * time.Second
	settleTries  = 3
)

// RunnerOptions are options for [NewRunner].
type RunnerOptions struct {
	// Name of this process in leases; the default is a random one.
	Name string
	// Workers is how many goroutines one Run uses; 0 means 1.
	Workers int
	// Lease is how long a worker holds a chunk; 0 means 30 seconds. It must be
	// longer than one batch takes.
	Lease time.Duration
	// Processes is how many processes run the same campaign, for one with a
	// Spread: each takes its share of the pace. 0 means 1.
	Processes int
	// Sleep waits for d or until ctx is done, to keep the pace of a campaign.
	// The default uses a timer.
	Sleep func(ctx context.Context, d time.Duration) error
	// Progress, where set, is told after each batch what this Run did so far.
	// It is called by one goroutine at a time.
	Progress func(Summary)
	// Logger receives records without addresses. The default discards.
	Logger *slog.Logger
}

// A Runner sends campaigns that were launched. Any number of them, in any number
// of processes, may run one campaign on one outbox. It is safe for concurrent
// use.
//
// Each message goes through the same steps: its attempt is marked on the
// outbox; then the gate reads acts and refusals afresh and clears it; then it
// is handed over; then the outcome is settled. A refusal that is acknowledged
// before the gate reads is seen by the gate; one that comes after finds the
// mark, and lists it as in flight.
type Runner struct {
	gate     *consent.Gate
	source   contact.Source
	outbox   Outbox
	inbox    *Inbox
	provider provider.Provider
	opts     RunnerOptions
}

// NewRunner returns a runner that hands messages to p. inbox learns what p says
// of addresses: that a carrier holds a refusal, that a number does not exist.
// opts may be nil.
func NewRunner(gate *consent.Gate, source contact.Source, outbox Outbox, inbox *Inbox, p provider.Provider, opts *RunnerOptions) (*Runner, error) {
	if gate == nil || source == nil || outbox == nil || inbox == nil || p == nil {
		return nil, errors.New("campaign: runner: no gate, source, outbox, inbox or provider")
	}
	r := &Runner{gate: gate, source: source, outbox: outbox, inbox: inbox, provider: p}
	if opts != nil {
		r.opts = *opts
	}
	if r.opts.Name == "" {
		r.opts.Name = "runner-" + uuid.NewString()[:8]
	}
	r.opts.Workers, r.opts.Processes = max(1, r.opts.Workers), max(1, r.opts.Processes)
	if r.opts.Lease <= 0 {
		r.opts.Lease = defaultLease
	}
	if r.opts.Sleep == nil {
		r.opts.Sleep = sleep
	}
	if r.opts.Logger == nil {
		r.opts.Logger = slog.New(slog.DiscardHandler)
	}
	return r, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// A Summary says what one Run did.
type Summary struct {
	HandedOver int `json:"handed_over"` // the carrier has them
	Denied     int `json:"denied"`      // by the gate, at the last moment
	Deferred   int `json:"deferred"`
	Gone       int `json:"gone"` // contacts erased, addresses changed, values missing
	Failed     int `json:"failed"`
	Retry      int `json:"retry"` // not taken for the time being
	Unknown    int `json:"unknown"`
	// Next is when running again may do more; zero means never.
	Next time.Time `json:"next,omitzero"`
}

func (s *Summary) add(t Summary) {
	s.HandedOver += t.HandedOver
	s.Denied += t.Denied
	s.Deferred += t.Deferred
	s.Gone += t.Gone
	s.Failed += t.Failed
	s.Retry += t.Retry
	s.Unknown += t.Unknown
	// The worker that ends last sees no lease of the others.
	s.Next = t.Next
}

// Run sends what may go now and returns: when nothing is left to try at this
// moment, when the campaign is paused or stopped, or when ctx is done. It pauses
// the campaign itself when the pilot is done or a limit is passed: it looks at
// the limits before it begins and then once a second, or less often where that
// would take more than a twentieth of the time. It does not wait for hours to
// open or deferrals to end: Summary.Next says when to call again. What a
// cancelled Run had not handed over is settled as not sent; what it was handing
// over may be unknown. To end a Run without that, let the provider's Ready fail.
func (r *Runner) Run(ctx context.Context, id string) (Summary, error) {
	saved, err := r.outbox.Campaign(ctx, id)
	if err != nil {
		return Summary{}, fmt.Errorf("campaign %q: run: %w", id, err)
	}
	if err := saved.approved(); err != nil {
		return Summary{}, fmt.Errorf("campaign %q: run: %w", id, err)
	}
	composers, err := newComposers(&saved.Campaign, r.provider.Capabilities().ClauseSeptets)
	if err != nil {
		return Summary{}, err
	}
	if !r.provider.Capabilities().Channels.Has(saved.Campaign.Request.Channel) {
		return Summary{}, fmt.Errorf("campaign %q: run: the provider does not send on channel %v", id, saved.Campaign.Request.Channel)
	}
	run := &running{Runner: r, saved: saved, composers: composers, pace: &pace{perSecond: saved.Campaign.PerSecond}, watch: newWatch(r.outbox, r.gate.Clock(), &saved)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var total Summary
	var errs []error
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for n := range r.opts.Workers {
		wg.Go(func() {
			err := run.work(ctx, fmt.Sprintf("%s/%d", r.opts.Name, n), func(s Summary) {
				mu.Lock()
				defer mu.Unlock()
				total.add(s)
				if r.opts.Progress != nil {
					r.opts.Progress(total)
				}
			})
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
				cancel(err) // the others end their batch and stop
			}
		})
	}
	wg.Wait()
	if len(errs) > 0 {
		return total, errs[0]
	}
	return total, nil
}

// Pause keeps workers from marking more. What is marked already is decided and
// sent; Tally counts it as in flight until then. By is a user of the host.
func (r *Runner) Pause(ctx context.Context, id, by string, why Why) error {
	return r.setStatus(ctx, id, StatusChange{To: Paused, By: by, Why: why})
}

// Resume ends a pause, also one that the library began: whoever does it has
// looked at the reason, and says why it may go on. Limits count afresh from
// here.
func (r *Runner) Resume(ctx context.Context, id, by string, why Why) error {
	counts, err := countNow(ctx, r.outbox, id)
	if err != nil {
		return fmt.Errorf("campaign %q: resume: %w", id, err)
	}
	return r.setStatus(ctx, id, StatusChange{To: Running, By: by, Why: why, Counts: counts})
}

// Stop ends a campaign for ever. What was not tried is cancelled, and still
// counted; what is on its way is settled as it comes. A launch that was not
// complete stays as far as it got.
func (r *Runner) Stop(ctx context.Context, id, by string, why Why) error {
	return r.setStatus(ctx, id, StatusChange{To: Stopped, By: by, Why: why})
}

func (r *Runner) setStatus(ctx context.Context, id string, c StatusChange) error {
	if c.By == "" || c.Why == "" {
		return fmt.Errorf("campaign %q: %v: nobody says who does it and why", id, c.To)
	}
	if err := r.outbox.SetStatus(ctx, id, c); err != nil {
		return fmt.Errorf("campaign %q: %v: %w", id, c.To, err)
	}
	return nil
}

// running is one Run.
type running struct {
	*Runner
	saved     Saved
	composers *composers
	pace      *pace
	watch     *watch

	retimed time.Duration // when the pace is to be worked out again
	timing  sync.Mutex
}

// work leases chunk after chunk until there is nothing to lease.
func (r *running) work(ctx context.Context, name string, report func(Summary)) error {
	id := r.saved.Campaign.ID()
	credit := 0
	for {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("campaign %q: run: %w", id, err)
		}
		if err := r.tend(ctx); err != nil {
			return err
		}
		lease, err := r.outbox.Lease(ctx, id, name, r.opts.Lease)
		switch {
		case errors.Is(err, ErrStatus):
			return nil // paused, stopped or still launching: there is nothing to run
		case err != nil:
			return fmt.Errorf("campaign %q: lease: %w", id, err)
		case lease.Token == 0:
			report(Summary{Next: lease.Next})
			return nil
		}
		if skew := lease.Now.Sub(r.gate.Clock().Now()).Abs(); skew > maxSkew {
			return fmt.Errorf("%w: by %v", ErrSkew, skew)
		}
		err = r.chunk(ctx, lease, &credit, report)
		// The lease is given back even when ctx is done, so that another worker
		// need not wait for its end.
		if rerr := r.outbox.Release(context.WithoutCancel(ctx), lease); err == nil && rerr != nil {
			err = fmt.Errorf("campaign %q: release: %w", id, rerr)
		}
		switch {
		case errors.Is(err, ErrStatus):
			return nil
		case errors.Is(err, errStale):
		case errors.Is(err, ErrLease):
			r.opts.Logger.InfoContext(ctx, "lease lost", "campaign", id, "chunk", lease.Chunk, "worker", name)
		case err != nil:
			return err
		}
	}
}

// errStale says that a lease is too old to begin something with.
var errStale = errors.New("campaign: the lease grew old while waiting")

// tend looks at limits and pace, where it is time to.
func (r *running) tend(ctx context.Context) error {
	if err := r.watch.look(ctx, r.saved.Campaign.ID()); err != nil {
		return err
	}
	now := r.gate.Clock().Elapsed()
	r.timing.Lock()
	defer r.timing.Unlock()
	if now < r.retimed {
		return nil
	}
	r.retimed = now + retimeEvery
	return r.retime(ctx)
}

// chunk sends the rows of one lease, as many at a time as the carrier takes.
// Credit is for how many messages this worker has waited already.
func (r *running) chunk(ctx context.Context, lease Lease, credit *int, report func(Summary)) error {
	caps := r.provider.Capabilities()
	for rows := lease.Rows; len(rows) > 0; {
		if err := r.tend(ctx); err != nil {
			return err
		}
		n := min(len(rows), caps.MaxWindow(), caps.MaxBatch())
		if ready, ok := r.provider.(provider.Readier); ok {
			free, err := ready.Ready(ctx, n)
			if err != nil {
				return fmt.Errorf("campaign %q: provider: %w", r.saved.Campaign.ID(), err)
			}
			n = max(1, min(n, free))
		}
		n, err := r.wait(ctx, lease, credit, n)
		if err != nil {
			return err
		}
		done, err := r.batch(ctx, lease, rows[:n])
		report(done)
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// wait keeps the pace of the campaign, and returns how many may go. A wait that
// is long, for a slow pace, makes the lease old: the next one goes on with the
// credit that was waited for.
func (r *running) wait(ctx context.Context, lease Lease, credit *int, n int) (int, error) {
	if *credit == 0 {
		room, d := r.pace.take(r.gate.Clock().Elapsed(), n)
		if d > 0 {
			if err := r.opts.Sleep(ctx, d); err != nil {
				return 0, fmt.Errorf("campaign %q: run: %w", r.saved.Campaign.ID(), err)
			}
		}
		*credit = room
		if d > 0 && !r.gate.Clock().Now().Before(lease.Until.Add(-r.opts.Lease/2)) {
			return 0, errStale
		}
	}
	n = min(n, *credit)
	*credit -= n
	return n, nil
}
