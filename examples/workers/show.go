package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A show is the demonstration. The parent of the workers prepares, watches and
// counts; it sends nothing.
type show struct {
	options
	*screen
	host  *host
	sink  *sink
	fleet *fleet
	figures

	mu      sync.Mutex
	moments []int // after so many messages at the carrier a worker is killed
}

// figures are what was counted.
type figures struct {
	launched campaign.Tally
	// unknown are the messages of which nobody knew whether they had gone when
	// the workers had ended, and found those of them that the carrier has.
	unknown, found int
	killed         []string
	final          campaign.Snapshot
	got            count // by the carrier
}

// demonstrate runs the whole of it, and ends in order when ctx is done.
func demonstrate(ctx context.Context, o options, out io.Writer) (f figures, err error) {
	s := &show{options: o, screen: newScreen(out)}
	url, end, err := database(o)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, end()) }()
	if s.host, err = newHost(ctx, url); err != nil {
		return f, err
	}
	defer s.host.close()
	if err = s.prepare(ctx); err != nil {
		if ctx.Err() != nil {
			s.say("stopped before anything was sent")
			err = nil
		}
		return f, err
	}
	s.sink.taken = s.killMaybe
	if err = s.sink.open(); err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, s.sink.close()) }()
	s.fleet = &fleet{db: url, carrier: s.sink.url, event: s.say}
	if err = s.send(ctx); err != nil && ctx.Err() == nil {
		return f, err
	}
	err = s.sum(context.WithoutCancel(ctx))
	return s.figures, err
}

// prepare imports the subscribers and launches the campaign, or finds out how
// far an earlier run of the program got.
func (s *show) prepare(ctx context.Context) error {
	s.say("importing %d subscribers", s.contacts)
	err := s.host.importAll(ctx, s.contacts, func(done int) { s.show("%d subscribers", done) })
	s.show("")
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	before, err := s.host.outbox.Campaign(ctx, campaignID)
	if err != nil && !errors.Is(err, contact.ErrNotFound) {
		return err
	}
	s.sink = &sink{clock: consent.SystemClock(), partial: before.Launch.Complete}
	planner, err := campaign.NewPlanner(s.host.gate, s.host.contacts, s.host.outbox, &campaign.PlannerOptions{PageSize: chunk})
	if err != nil {
		return err
	}
	saved, err := planner.Launch(ctx, alert())
	if err != nil {
		return err
	}
	s.launched = saved.Launch.Tally
	now, err := campaign.Look(ctx, s.host.outbox, campaignID)
	if err != nil {
		return err
	}
	s.say("campaign %s: %d contacts, %d messages to send; workers to be killed: %d (seed %d)", campaignID, now.Audience, now.Left, s.kills, s.seed)
	rng := rand.New(rand.NewPCG(s.seed, 0))
	slice := now.Left / (s.kills + 2) // none at the very start, none at the very end
	for i := range s.kills {
		s.moments = append(s.moments, slice*(i+1)+rng.IntN(slice+1))
	}
	return nil
}

// killMaybe kills the worker whose message the carrier has just taken, where it
// is time to: between the hand-over and the answer, which nobody will hear.
func (s *show) killMaybe(worker string, total int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.moments) == 0 || total < s.moments[0] {
		return true
	}
	s.moments = s.moments[1:]
	if err := s.fleet.kill(worker); err != nil {
		s.say("%v", err)
		return true
	}
	return false
}

// send has the workers send until nothing is left, asks the carrier about what
// nobody knows, and has a last worker send what certainly never went.
func (s *show) send(ctx context.Context) error {
	stop := s.watch(ctx)
	defer stop()
	for workers := s.workers; ; workers = 1 {
		if err := s.fleet.run(ctx, workers); err != nil {
			return err
		}
		more, err := s.resolve(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// resolve asks the carrier about messages of which nobody knows whether they
// went, and reports whether some of them may be tried again.
func (s *show) resolve(ctx context.Context) (bool, error) {
	before, err := s.settled(ctx)
	if err != nil || before.In(campaign.Unknown) == 0 {
		return false, err
	}
	s.say("%d messages may have gone or not: asking the carrier in %v", before.In(campaign.Unknown), patience)
	// The workers have ended, but something that one of them wrote may be on its
	// way. After this the carrier does not take it any more, and what it says is
	// final. Asking too early is how people get messages twice.
	if err := pause(ctx, patience); err != nil {
		return false, err
	}
	runner, err := s.host.runner("parent", newCarrier(s.sink.url, "parent", consent.SystemClock()))
	if err != nil {
		return false, err
	}
	settled, err := runner.LookUp(ctx, campaignID, before.In(campaign.Unknown))
	if err != nil {
		return false, err
	}
	after, err := s.host.outbox.Tally(ctx, campaignID)
	if err != nil {
		return false, err
	}
	unknown, found := before.In(campaign.Unknown), after.In(campaign.HandedOver)-before.In(campaign.HandedOver)
	s.say("it has %d of them, never had %d, and cannot say of %d", found, settled-found, unknown-settled)
	s.unknown, s.found = s.unknown+unknown, s.found+found
	return settled > found, nil
}

// settled returns the tally once the leases of workers that were killed are
// over: until then what they marked counts as in flight.
func (s *show) settled(ctx context.Context) (campaign.Tally, error) {
	for {
		tally, err := s.host.outbox.Tally(ctx, campaignID)
		if err != nil || tally.In(campaign.InFlight) == 0 {
			return tally, err
		}
		if err := pause(ctx, again); err != nil {
			return nil, err
		}
	}
}

// pause waits for d, or until ctx is done.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
