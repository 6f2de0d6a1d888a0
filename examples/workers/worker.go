package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

const (
	// lease is how long nobody else touches what a worker that was killed held.
	// Short, so that the demonstration is: the default is 30 seconds.
	lease = 5 * time.Second
	// patience is how long a worker waits for the carrier.
	patience = 3 * time.Second
	// again is how long a worker waits at most before it looks for work again,
	// since another may give back a chunk earlier than its lease says.
	again = 300 * time.Millisecond
)

// work is all that a worker does: run the campaign until there is nothing left
// to try. It may be killed at any point.
func work(ctx context.Context, o options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // the end of standard input is the end of the parent, or its wish
		_, _ = io.Copy(io.Discard, os.Stdin) // what it ends with does not matter
		cancel()
	}()
	h, err := newHost(ctx, o.db)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	defer h.close()
	runner, err := h.runner(o.worker, door{newCarrier(o.carrier, o.worker, consent.SystemClock()), ctx.Done()})
	if err != nil {
		return err
	}
	for {
		done, err := runner.Run(context.WithoutCancel(ctx), campaignID)
		switch {
		case errors.Is(err, errShut):
			return nil
		case err != nil:
			return err
		case done.Next.IsZero():
			return nil
		}
		if pause(ctx, min(again, done.Next.Sub(h.gate.Clock().Now()))) != nil {
			return nil
		}
	}
}

// A door shuts when the worker is told to end: Run then ends before its next
// batch. To cancel Run would end it at once, too, but in the middle of a batch,
// and leave messages of which nobody knows whether they went.
type door struct {
	*carrier
	shut <-chan struct{}
}

var errShut = errors.New("told to end")

// Ready implements [provider.Readier].
func (d door) Ready(_ context.Context, limit int) (int, error) {
	select {
	case <-d.shut:
		return 0, errShut
	default:
		return limit, nil
	}
}

// runner returns a runner of that name.
func (h *host) runner(name string, p provider.Provider) (*campaign.Runner, error) {
	r, err := campaign.NewRunner(h.gate, h.contacts, h.outbox, h.inbox, p, &campaign.RunnerOptions{
		Name: name, Lease: lease, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}
