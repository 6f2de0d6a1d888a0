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
	if err := o.enter(ctx, "lease"); err != nil {
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
	if !k.approved() {
		return campaign.Lease{}, fmt.Errorf("memory: lease: campaign %q: %w", id, campaign.ErrApproval)
	}
	now := o.now()
	for len(k.queue) > 0 {
		c := k.queue[0]
		if now.Before(c.wake) {
			return campaign.Lease{Campaign: id, Now: now, Next: c.wake}, nil
		}
		rows, due := c.pending(now)
		if len(rows) == 0 {
			c.move(due) // its rows were put off during the last lease
			continue
		}
		c.token++
		c.worker, c.until = worker, stamp(now.Add(d))
		c.move(c.until)
		return campaign.Lease{Campaign: id, Chunk: c.seq, Token: c.token, Until: c.until, Now: now, Rows: rows}, nil
	}
	return campaign.Lease{Campaign: id, Now: now}, nil
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
	if err := o.enter(ctx, "defer"); err != nil {
		return err
	}
	defer o.mu.Unlock()
	_, c, err := o.leased("defer", l)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if r := o.rows[d.Dispatch]; r != nil && r.chunk == c {
			r.off = &putOff{until: stamp(d.Until), why: d.Code}
		}
	}
	return nil
}

// Mark implements [campaign.Queue].
func (o *Outbox) Mark(ctx context.Context, l campaign.Lease, ids []campaign.AttemptID) ([]bool, error) {
	if err := o.enter(ctx, "mark"); err != nil {
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
		if r == nil || r.chunk != c || r.stands() || id.No != len(r.attempts)+1 || id.No == 1 && k.piloted() {
			continue
		}
		r.attempts = append(r.attempts, campaign.Attempt{ID: id, Campaign: l.Campaign, Worker: c.worker, Marked: now, LeaseUntil: c.until})
		c.closed()
		k.beat(now, id.No == 1)
		out[i] = true
	}
	if k.piloted() {
		k.change(campaign.StatusChange{To: campaign.Paused, By: campaign.ByAccord, Why: campaign.PilotDone, At: now})
	}
	return out, nil
}

// Settle implements [campaign.Queue].
func (o *Outbox) Settle(ctx context.Context, ss []campaign.Settlement) error {
	if err := o.enter(ctx, "settle"); err != nil {
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
		s.At, s.Until, s.Trace = stamp(s.At), stamp(s.Until), copyTrace(s.Trace)
		o.settle(r, s)
	}
	return missing
}

// settle records what became of one attempt. s is the outbox's own.
func (o *Outbox) settle(r *frozenRow, s campaign.Settlement) {
	a := &r.attempts[s.Attempt.No-1]
	known := a.Known()
	a.Settle(s)
	o.settled(r, a, known)
}

// settled follows an attempt of r that may have become known.
func (o *Outbox) settled(r *frozenRow, a *campaign.Attempt, before bool) {
	o.name(r, a.Settlement.Outcome.CarrierID)
	if !before && a.ID.No == len(r.attempts) && !r.stands() {
		r.chunk.opened(r)
	}
}

// name lets r be found by a carrier's ID.
func (o *Outbox) name(r *frozenRow, carrierID string) {
	if carrierID != "" {
		o.byCarrier[carrierID] = r
	}
}

// Release implements [campaign.Queue].
func (o *Outbox) Release(ctx context.Context, l campaign.Lease) error {
	if err := o.enter(ctx, "release"); err != nil {
		return err
	}
	defer o.mu.Unlock()
	if _, c, err := o.leased("release", l); err == nil {
		c.until = time.Time{}
		c.rest()
	}
	return nil
}
