package memory

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
)

// Lease implements [campaign.Queue].
func (o *Outbox) Lease(ctx context.Context, id, worker string, d time.Duration) (campaign.Lease, error) {
	if err := o.enter(ctx, "lease", contact.KeyID{}); err != nil {
		return campaign.Lease{}, err
	}
	defer o.mu.Unlock()
	k, err := o.find("lease", id)
	if err != nil {
		return campaign.Lease{}, err
	}
	if k.status != campaign.Running {
		return campaign.Lease{}, fmt.Errorf("memory: lease: campaign %q is %v: %w", id, k.status, campaign.ErrStatus)
	}
	now := o.now()
	nothing := campaign.Lease{Campaign: id, Now: now}
	later := func(t time.Time) {
		if nothing.Next.IsZero() || t.Before(nothing.Next) {
			nothing.Next = t
		}
	}
	for _, c := range k.chunks {
		if c.open == 0 {
			continue
		}
		if now.Before(c.until) {
			later(c.until)
			continue
		}
		var rows []campaign.Pending
		for _, r := range c.rows {
			if r.stands() {
				continue
			}
			if due := r.due(); now.Before(due) {
				later(due)
				continue
			}
			rows = append(rows, campaign.Pending{Row: r.Row, No: len(r.attempts) + 1})
		}
		if len(rows) == 0 {
			continue
		}
		c.token++
		c.until = now.Add(d)
		return campaign.Lease{Campaign: id, Chunk: c.seq, Token: c.token, Until: c.until, Now: now, Rows: rows}, nil
	}
	return nothing, nil
}

// leased returns the campaign and chunk of a lease that still holds.
func (o *Outbox) leased(call string, l campaign.Lease) (*kept, *frozenChunk, error) {
	k, err := o.find(call, l.Campaign)
	if err != nil {
		return nil, nil, err
	}
	if l.Chunk < 1 || l.Chunk > len(k.chunks) {
		return nil, nil, fmt.Errorf("memory: %s: chunk %d: %w", call, l.Chunk, contact.ErrNotFound)
	}
	c := k.chunks[l.Chunk-1]
	if l.Token != c.token || !o.now().Before(c.until) {
		return nil, nil, fmt.Errorf("memory: %s: chunk %d token %d: %w", call, l.Chunk, l.Token, campaign.ErrLease)
	}
	return k, c, nil
}

// Defer implements [campaign.Queue].
func (o *Outbox) Defer(ctx context.Context, l campaign.Lease, ds []campaign.Deferral) error {
	if err := o.enter(ctx, "defer", contact.KeyID{}); err != nil {
		return err
	}
	defer o.mu.Unlock()
	_, c, err := o.leased("defer", l)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if r := o.rows[d.Dispatch]; r != nil && r.chunk == c {
			r.putOff, r.why = d.Until, d.Code
		}
	}
	return nil
}

// Mark implements [campaign.Queue].
func (o *Outbox) Mark(ctx context.Context, l campaign.Lease, ids []campaign.AttemptID) ([]bool, error) {
	if err := o.enter(ctx, "mark", contact.KeyID{}); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	k, c, err := o.leased("mark", l)
	if err != nil {
		return nil, err
	}
	if k.status != campaign.Running {
		return nil, fmt.Errorf("memory: mark: campaign %q is %v: %w", l.Campaign, k.status, campaign.ErrStatus)
	}
	now := o.now()
	out := make([]bool, len(ids))
	for i, id := range ids {
		r := o.rows[id.Dispatch]
		if r == nil || r.chunk != c || r.stands() || id.No != len(r.attempts)+1 {
			continue
		}
		r.attempts = append(r.attempts, campaign.Attempt{ID: id, Campaign: l.Campaign, Marked: now, LeaseUntil: c.until})
		c.open--
		out[i] = true
	}
	return out, nil
}

// Settle implements [campaign.Queue].
func (o *Outbox) Settle(ctx context.Context, ss []campaign.Settlement) error {
	if err := o.enter(ctx, "settle", contact.KeyID{}); err != nil {
		return err
	}
	defer o.mu.Unlock()
	var missing error
	for _, s := range ss {
		r := o.rows[s.Attempt.Dispatch]
		if r == nil || s.Attempt.No < 1 || s.Attempt.No > len(r.attempts) || r.attempts[s.Attempt.No-1].Cancel {
			missing = fmt.Errorf("memory: settle: dispatch %v attempt %d: %w", s.Attempt.Dispatch, s.Attempt.No, contact.ErrNotFound)
			continue
		}
		o.settle(r, s)
	}
	return missing
}

func (o *Outbox) settle(r *frozenRow, s campaign.Settlement) {
	a := &r.attempts[s.Attempt.No-1]
	last := s.Attempt.No == len(r.attempts)
	if a.Known() {
		if a.Settlement.Trace == nil && a.Settlement.Kind == s.Kind {
			a.Settlement.Trace = s.Trace // a receipt came before the answer
		}
		if a.Settlement.Kind != s.Kind || a.Settlement.Outcome.Kind != s.Outcome.Kind && s.Kind == campaign.Answered {
			if s.Kind == campaign.NotSent || s.Outcome.Kind != 0 {
				a.Contradictions++
			}
		}
		return
	}
	if s.Trace == nil {
		s.Trace = a.Settlement.Trace
	}
	a.Settlement = s
	if s.Outcome.CarrierID != "" {
		o.byCarrier[s.Outcome.CarrierID] = r
	}
	if last && !r.stands() {
		r.chunk.open++
	}
}

// Release implements [campaign.Queue].
func (o *Outbox) Release(ctx context.Context, l campaign.Lease) error {
	if err := o.enter(ctx, "release", contact.KeyID{}); err != nil {
		return err
	}
	defer o.mu.Unlock()
	if _, c, err := o.leased("release", l); err == nil {
		c.until = time.Time{}
	}
	return nil
}
