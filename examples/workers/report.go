package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
)

// watch shows how far the campaign is, four times a second, until the function
// that it returns is called.
func (s *show) watch(ctx context.Context) (stop func()) {
	if !s.terminal {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(time.Second / 4)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			// Any process can look, and an error here is one of the workers', too.
			if now, err := campaign.Look(ctx, s.host.outbox, campaignID); err == nil {
				s.show("%s", progress(&now, s.fleet.count()))
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
		s.show("")
	}
}

// progress says how far a campaign is, in one line.
func progress(now *campaign.Snapshot, workers int) string {
	line := ""
	for _, class := range now.Tally.Classes() {
		if class.State != campaign.Excluded { // those have not changed since the launch
			line += fmt.Sprintf("%d %v, ", now.Tally[class], class)
		}
	}
	return line + fmt.Sprintf("%.0f a second, workers: %d", now.PerSecond, workers)
}

// sum counts, and says what it found.
func (s *show) sum(ctx context.Context) error {
	var err error
	if s.final, err = campaign.Look(ctx, s.host.outbox, campaignID); err != nil {
		return err
	}
	s.got, s.killed = s.sink.count(), s.fleet.killed
	for _, class := range s.final.Tally.Classes() {
		s.say("%7d  %v", s.final.Tally[class], class)
	}
	s.say("%7d  in all", s.final.Tally.Total())
	for _, name := range slices.SortedFunc(maps.Keys(s.got.byWorker), byNumber) {
		note := ""
		if slices.Contains(s.killed, name) {
			note = ", and was killed"
		}
		s.say("%7d  sent by %s%s", s.got.byWorker[name], name, note)
	}
	if err := s.got.once(); err != nil {
		return err
	}
	switch {
	case s.final.Status != campaign.Running:
		s.say("the campaign is %v, by %s: %s", s.final.Status, s.final.Changed.By, s.final.Changed.Why)
	case s.final.Left > 0:
		s.say("stopped before the end; over a database of its own (-db) the same command goes on from here")
	}
	s.say("the carrier got %d messages, none twice", s.got.messages)
	return nil
}

// byNumber has worker-10 follow worker-9.
func byNumber(a, b string) int {
	if d := len(a) - len(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}
