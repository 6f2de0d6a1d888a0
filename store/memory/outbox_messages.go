package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// Cancel implements [campaign.Messages].
func (o *Outbox) Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error) {
	if err := o.enter(ctx, "cancel", key); err != nil {
		return 0, err
	}
	defer o.mu.Unlock()
	n := 0
	for _, r := range o.byPrint[f] {
		if r.stands() {
			continue
		}
		target := r.in.campaign.Request.Target()
		if !slices.ContainsFunc(scopes, func(s contact.Scope) bool { return s.Covers(&target) }) {
			continue
		}
		id := campaign.AttemptID{Dispatch: r.Dispatch, No: len(r.attempts) + 1}
		r.attempts = append(r.attempts, campaign.Attempt{ID: id, Campaign: r.in.campaign.ID(), Marked: at, Cancel: true})
		r.chunk.open--
		n++
	}
	return n, nil
}

// InFlight implements [campaign.Messages].
func (o *Outbox) InFlight(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]campaign.Attempt, error) {
	if err := o.enter(ctx, "in flight", key); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	var out []campaign.Attempt
	for _, r := range o.byPrint[f] {
		for _, a := range r.attempts {
			if !a.Known() {
				out = append(out, copyAttempt(a))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b campaign.Attempt) int { return a.Marked.Compare(b.Marked) })
	return out, nil
}

func copyAttempt(a campaign.Attempt) campaign.Attempt {
	if t := a.Settlement.Trace; t != nil {
		own := *t
		a.Settlement.Trace = &own
	}
	return a
}

// Sent implements [campaign.Messages].
func (o *Outbox) Sent(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint, since time.Time) ([][]consent.Sent, error) {
	if err := o.enter(ctx, "sent", key); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	now := o.now()
	out := make([][]consent.Sent, len(fs))
	for i, f := range fs {
		for _, r := range o.byPrint[f] {
			for j := range r.attempts {
				a := &r.attempts[j]
				if a.Counts() && !a.Marked.Before(since) {
					out[i] = append(out[i], r.sent(a, now))
				}
			}
		}
		slices.SortStableFunc(out[i], func(a, b consent.Sent) int { return a.At.Compare(b.At) })
	}
	return out, nil
}

func (r *frozenRow) sent(a *campaign.Attempt, now time.Time) consent.Sent {
	req := &r.in.campaign.Request
	s := consent.Sent{
		Dispatch: r.Dispatch, Campaign: req.Campaign, Client: req.Client, Base: req.Base.ID, Purpose: req.Purpose,
		Kind: req.Kind, Channel: req.Channel, Election: req.Election, Sender: req.Sender.ReplyPath(), At: a.Marked,
		InFlight: a.Class(r.Class, now).State == campaign.InFlight,
	}
	for _, p := range req.Controllers {
		s.Controllers = append(s.Controllers, p.ID)
	}
	return s
}

func (o *Outbox) named(ref campaign.Ref) *frozenRow {
	if ref.CarrierID != "" {
		if r := o.byCarrier[ref.CarrierID]; r != nil {
			return r
		}
	}
	return o.rows[ref.Dispatch]
}

// Find implements [campaign.Messages].
func (o *Outbox) Find(ctx context.Context, ref campaign.Ref) (campaign.Dispatched, error) {
	if err := o.enter(ctx, "find", contact.KeyID{}); err != nil {
		return campaign.Dispatched{}, err
	}
	defer o.mu.Unlock()
	r := o.named(ref)
	if r == nil {
		return campaign.Dispatched{}, fmt.Errorf("memory: find: %w", contact.ErrNotFound)
	}
	out := campaign.Dispatched{Campaign: r.in.campaign.ID(), Row: r.Row}
	for _, a := range r.attempts {
		out.Attempts = append(out.Attempts, copyAttempt(a))
	}
	return out, nil
}

// Report implements [campaign.Messages].
func (o *Outbox) Report(ctx context.Context, receipt campaign.Receipt) (campaign.Attempt, bool, error) {
	if err := o.enter(ctx, "report", contact.KeyID{}); err != nil {
		return campaign.Attempt{}, false, err
	}
	defer o.mu.Unlock()
	a := o.reported(receipt.Ref)
	if a == nil {
		return campaign.Attempt{}, false, fmt.Errorf("memory: report: %w", contact.ErrNotFound)
	}
	if !a.Known() {
		r := o.rows[a.ID.Dispatch]
		s := a.Settlement
		s.Attempt, s.Kind, s.At = a.ID, campaign.Answered, receipt.At
		s.Outcome.Kind, s.Outcome.CarrierID = provider.Accepted, receipt.CarrierID
		if receipt.Segments > 0 {
			s.Segments = receipt.Segments
		}
		o.settle(r, s)
	}
	fresh := a.Receipt == provider.NoStatus
	switch {
	case a.Settlement.Outcome.Kind != provider.Accepted:
		a.Contradictions++ // the carrier said that it did not take it
		fresh = false
	case fresh:
		a.Receipt, a.ReceiptAt = receipt.Status, receipt.At
	case a.Receipt != receipt.Status:
		a.Contradictions++
	}
	return copyAttempt(*a), fresh, nil
}

// reported returns the attempt that a receipt is about: the one that the
// carrier gave the ID to, or the last.
func (o *Outbox) reported(ref campaign.Ref) *campaign.Attempt {
	r := o.named(ref)
	if r == nil {
		return nil
	}
	var last *campaign.Attempt
	for i := range r.attempts {
		a := &r.attempts[i]
		if a.Cancel {
			continue
		}
		last = a
		if ref.CarrierID != "" && a.Settlement.Outcome.CarrierID == ref.CarrierID {
			return a
		}
	}
	return last
}

// Unknowns implements [campaign.Messages].
func (o *Outbox) Unknowns(ctx context.Context, id string, limit int) ([]campaign.Attempt, error) {
	if err := o.enter(ctx, "unknowns", contact.KeyID{}); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	now := o.now()
	var out []campaign.Attempt
	for name, k := range o.campaigns {
		if id != "" && name != id {
			continue
		}
		for _, c := range k.chunks {
			for _, r := range c.rows {
				for i := range r.attempts {
					if r.attempts[i].Class(r.Class, now).State == campaign.Unknown {
						out = append(out, copyAttempt(r.attempts[i]))
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b campaign.Attempt) int { return a.Marked.Compare(b.Marked) })
	return out[:min(len(out), max(0, limit))], nil
}
