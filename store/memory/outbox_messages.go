package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// Cancel implements [campaign.Messages].
func (o *Outbox) Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error) {
	if err := o.enterWith(ctx, "cancel", key); err != nil {
		return 0, err
	}
	defer o.mu.Unlock()
	n := 0
	for r := range o.rowsOf(f) {
		if r.stands() {
			continue
		}
		in := r.chunk.in
		target := in.in(r.District).Request.Target()
		if !slices.ContainsFunc(scopes, func(s contact.Scope) bool { return s.Covers(&target) }) {
			continue
		}
		id := campaign.AttemptID{Dispatch: r.Dispatch, No: len(r.attempts) + 1}
		r.attempts = append(r.attempts, campaign.Attempt{ID: id, Campaign: in.campaign.ID(), Marked: stamp(at), Cancel: true})
		r.chunk.closed()
		r.chunk.rest()
		n++
	}
	return n, nil
}

// InFlight implements [campaign.Messages].
func (o *Outbox) InFlight(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]campaign.Attempt, error) {
	if err := o.enterWith(ctx, "in flight", key); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	var out []campaign.Attempt
	for r := range o.rowsOf(f) {
		for i := range r.attempts {
			if a := &r.attempts[i]; !a.Known() {
				out = append(out, copyAttempt(a))
			}
		}
	}
	slices.SortStableFunc(out, older)
	return out, nil
}

func copyAttempt(a *campaign.Attempt) campaign.Attempt {
	own := *a
	own.Settlement.Trace = copyTrace(a.Settlement.Trace)
	return own
}

// copyTrace copies what the tags of a trace keep.
func copyTrace(t *consent.Trace) *consent.Trace {
	if t == nil {
		return nil
	}
	own := *t
	own.Others, own.Entries = slices.Clone(t.Others), slices.Clone(t.Entries)
	own.Facts.Sent, own.Facts.Extra = slices.Clone(t.Facts.Sent), maps.Clone(t.Facts.Extra)
	for i := range own.Facts.Sent {
		s := &own.Facts.Sent[i]
		s.Controllers = slices.Clone(s.Controllers)
	}
	return &own
}

// Sent implements [campaign.Messages].
func (o *Outbox) Sent(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint, since time.Time) ([][]consent.Sent, error) {
	if err := o.enterWith(ctx, "sent", key); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	now := o.now()
	out := make([][]consent.Sent, len(fs))
	for i, f := range fs {
		for r := range o.rowsOf(f) {
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
	req := &r.chunk.in.in(r.District).Request
	s := consent.Sent{
		Dispatch: r.Dispatch, Campaign: req.Campaign, Client: req.Client, Base: req.Base.ID, Purpose: req.Purpose,
		Kind: req.Kind, Channel: req.Channel, Election: req.Election, Sender: req.Sender.ReplyPath(), At: a.Marked, Proof: req.Proof, District: r.District,
		InFlight: a.Class(r.Class, now).State == campaign.InFlight,
	}
	for _, p := range req.Controllers {
		s.Controllers = append(s.Controllers, p.ID)
	}
	return s
}

// named returns the row that ref names. Our own name goes first: two carriers
// may use one ID for two messages.
func (o *Outbox) named(ref campaign.Ref) *frozenRow {
	if ref.Dispatch != uuid.Nil {
		return o.rows[ref.Dispatch]
	}
	if ref.CarrierID == "" {
		return nil
	}
	return o.byCarrier[ref.CarrierID]
}

// Find implements [campaign.Messages].
func (o *Outbox) Find(ctx context.Context, ref campaign.Ref) (campaign.Dispatched, error) {
	if err := o.enter(ctx, "find"); err != nil {
		return campaign.Dispatched{}, err
	}
	defer o.mu.Unlock()
	r := o.named(ref)
	if r == nil {
		return campaign.Dispatched{}, fmt.Errorf("memory: find: %w", contact.ErrNotFound)
	}
	out := campaign.Dispatched{Campaign: r.chunk.in.campaign.ID(), Row: r.Row}
	for i := range r.attempts {
		out.Attempts = append(out.Attempts, copyAttempt(&r.attempts[i]))
	}
	return out, nil
}

// Report implements [campaign.Messages].
func (o *Outbox) Report(ctx context.Context, receipt campaign.Receipt) (campaign.Attempt, bool, error) {
	if err := o.enter(ctx, "report"); err != nil {
		return campaign.Attempt{}, false, err
	}
	defer o.mu.Unlock()
	a := o.reported(receipt.Ref)
	if a == nil {
		return campaign.Attempt{}, false, fmt.Errorf("memory: report: %w", contact.ErrNotFound)
	}
	receipt.At = stamp(receipt.At)
	known := a.Known()
	fresh := a.Report(receipt)
	o.settled(o.rows[a.ID.Dispatch], a, known)
	return copyAttempt(a), fresh, nil
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
	if err := o.enter(ctx, "unknowns"); err != nil {
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
			for i := range c.rows {
				r := &c.rows[i]
				for j := range r.attempts {
					if a := &r.attempts[j]; a.Class(r.Class, now).State == campaign.Unknown {
						out = append(out, copyAttempt(a))
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, older)
	return out[:min(len(out), max(0, limit))], nil
}
