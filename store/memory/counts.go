package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
)

// Counts is a [campaign.CountLog]. The zero value is empty and ready to use. It
// must not be copied after first use.
type Counts struct {
	mu      sync.Mutex
	taken   map[contact.PartyID][]time.Time
	answers map[countKey][]campaign.CountAnswer
}

type countKey struct {
	client contact.PartyID
	base   contact.BaseID
}

var _ campaign.CountLog = (*Counts)(nil)

// Take implements [campaign.CountLog].
func (c *Counts) Take(ctx context.Context, client contact.PartyID, at time.Time, window time.Duration, limit int) (time.Time, bool, error) {
	if err := context.Cause(ctx); err != nil {
		return time.Time{}, false, fmt.Errorf("memory: take a count: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if again, full := crowded(c.taken[client], at, window, limit); full {
		return again, false, nil
	}
	if c.taken == nil {
		c.taken = map[contact.PartyID][]time.Time{}
	}
	c.taken[client] = append(c.taken[client], stamp(at))
	return time.Time{}, true, nil
}

// crowded reports whether as many as limit of times are after at minus window,
// and if so from when on one more would not be too many.
func crowded(times []time.Time, at time.Time, window time.Duration, limit int) (time.Time, bool) {
	var recent []time.Time
	for _, t := range times {
		if t.After(stamp(at).Add(-window)) {
			recent = append(recent, t)
		}
	}
	if len(recent) < limit {
		return time.Time{}, false
	}
	if limit <= 0 {
		return stamp(at).Add(window), true
	}
	slices.SortFunc(recent, time.Time.Compare)
	return recent[len(recent)-limit].Add(window), true
}

// Answers implements [campaign.CountLog].
func (c *Counts) Answers(ctx context.Context, client contact.PartyID, base contact.BaseID) ([]campaign.CountAnswer, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: answers: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return copyAnswers(c.answers[countKey{client, base}]), nil
}

// Keep implements [campaign.CountLog].
func (c *Counts) Keep(ctx context.Context, client contact.PartyID, base contact.BaseID, after int, answers []campaign.CountAnswer) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: keep answers: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := countKey{client, base}
	if len(c.answers[key]) != after {
		return fmt.Errorf("memory: keep answers: %w", campaign.ErrStale)
	}
	if c.answers == nil {
		c.answers = map[countKey][]campaign.CountAnswer{}
	}
	c.answers[key] = append(c.answers[key], copyAnswers(answers)...)
	return nil
}

func copyAnswers(answers []campaign.CountAnswer) []campaign.CountAnswer {
	out := slices.Clone(answers)
	for i := range out {
		out[i].Set, out[i].At = slices.Clone(out[i].Set), stamp(out[i].At)
	}
	return out
}
