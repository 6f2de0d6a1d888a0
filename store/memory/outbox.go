package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
)

// Outbox is a [campaign.Outbox]. The zero value is empty and ready to use. It
// must not be copied after first use.
//
// A row of an audience takes some 250 bytes, and one that was sent some 500
// more, without the trace of its decision.
type Outbox struct {
	// Clock is the store's own clock; time.Now when nil. It is set before first
	// use.
	Clock func() time.Time

	mu        sync.Mutex
	key       contact.KeyID
	campaigns map[string]*kept
	rows      map[provider.DispatchID]*frozenRow
	byPrint   map[contact.Fingerprint]*frozenRow // the first of each; the others follow it
	byCarrier map[string]*frozenRow              // by the carrier's ID of one of its messages
	events    map[string]campaign.EventRecord
	timeline  []moment // of events, by time and then ID
}

var _ campaign.Outbox = (*Outbox)(nil)

func (o *Outbox) now() time.Time {
	if o.Clock != nil {
		return stamp(o.Clock())
	}
	return stamp(time.Now()) // the default clock
}

// enter takes the lock, for a call that names no key.
func (o *Outbox) enter(ctx context.Context, call string) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: %s: %w", call, err)
	}
	o.mu.Lock()
	if o.campaigns == nil {
		o.campaigns = map[string]*kept{}
		o.rows = map[provider.DispatchID]*frozenRow{}
		o.byPrint = map[contact.Fingerprint]*frozenRow{}
		o.byCarrier = map[string]*frozenRow{}
		o.events = map[string]campaign.EventRecord{}
	}
	return nil
}

// enterWith takes the lock, for a call that names a key.
func (o *Outbox) enterWith(ctx context.Context, call string, key contact.KeyID) error {
	if err := o.enter(ctx, call); err != nil {
		return err
	}
	if o.key == (contact.KeyID{}) {
		o.key = key
	}
	if o.key != key || key == (contact.KeyID{}) {
		o.mu.Unlock()
		return fmt.Errorf("memory: %s: %w", call, suppression.ErrKey)
	}
	return nil
}

func (o *Outbox) find(call, id string) (*kept, error) {
	k := o.campaigns[id]
	if k == nil {
		return nil, fmt.Errorf("memory: %s: campaign %q: %w", call, id, contact.ErrNotFound)
	}
	return k, nil
}

// Create implements [campaign.Campaigns].
func (o *Outbox) Create(ctx context.Context, c campaign.Campaign) error {
	own, written, err := campaign.Canonical(c)
	if err != nil {
		return fmt.Errorf("memory: create: %w", err)
	}
	if err := o.enter(ctx, "create"); err != nil {
		return err
	}
	defer o.mu.Unlock()
	if held := o.campaigns[c.ID()]; held != nil {
		if !bytes.Equal(held.written, written) {
			return fmt.Errorf("memory: create: %w", campaign.ErrConflict)
		}
		return nil
	}
	o.campaigns[c.ID()] = &kept{campaign: own, written: written, status: campaign.Launching, launch: campaign.Progress{Tally: campaign.Tally{}}}
	return nil
}

// Campaign implements [campaign.Campaigns].
func (o *Outbox) Campaign(ctx context.Context, id string) (campaign.Saved, error) {
	out, written, err := o.saved(ctx, id)
	if err != nil {
		return campaign.Saved{}, err
	}
	// What was written never changes, and is read outside the lock.
	if err := json.Unmarshal(written, &out.Campaign); err != nil {
		return campaign.Saved{}, fmt.Errorf("memory: campaign: %w", err)
	}
	return out, nil
}

func (o *Outbox) saved(ctx context.Context, id string) (campaign.Saved, []byte, error) {
	if err := o.enter(ctx, "campaign"); err != nil {
		return campaign.Saved{}, nil, err
	}
	defer o.mu.Unlock()
	k, err := o.find("campaign", id)
	if err != nil {
		return campaign.Saved{}, nil, err
	}
	out := campaign.Saved{Status: k.status, Launch: k.progress()}
	for _, a := range k.approvals {
		out.Approvals = append(out.Approvals, copyApproval(a))
	}
	out.Changes = append(out.Changes, k.changes...)
	return out, k.written, nil
}

// SetStatus implements [campaign.Campaigns].
func (o *Outbox) SetStatus(ctx context.Context, id string, c campaign.StatusChange) error {
	if err := o.enter(ctx, "set status"); err != nil {
		return err
	}
	defer o.mu.Unlock()
	k, err := o.find("set status", id)
	if err != nil {
		return err
	}
	if k.status == c.To {
		return nil
	}
	allowed := c.To == campaign.Stopped ||
		k.status == campaign.Running && c.To == campaign.Paused || k.status == campaign.Paused && c.To == campaign.Running
	if !allowed {
		return fmt.Errorf("memory: set status: %v to %v: %w", k.status, c.To, campaign.ErrStatus)
	}
	c.At = o.now()
	k.change(c)
	return nil
}

// Pulse implements [campaign.Campaigns].
func (o *Outbox) Pulse(ctx context.Context, id string, since time.Time) (campaign.Pulse, error) {
	if err := o.enter(ctx, "pulse"); err != nil {
		return campaign.Pulse{}, err
	}
	defer o.mu.Unlock()
	k, err := o.find("pulse", id)
	if err != nil {
		return campaign.Pulse{}, err
	}
	p := k.pulse
	p.Now = o.now()
	for _, at := range k.marks {
		if since.IsZero() || at >= since.UnixMicro() {
			p.Recent++
		}
	}
	return p, nil
}

// Approve implements [campaign.Campaigns].
func (o *Outbox) Approve(ctx context.Context, id string, a campaign.Approval) error {
	if err := o.enter(ctx, "approve"); err != nil {
		return err
	}
	defer o.mu.Unlock()
	k, err := o.find("approve", id)
	switch {
	case err != nil:
		return err
	case !k.launch.Complete || k.status == campaign.Stopped:
		return fmt.Errorf("memory: approve: campaign %q is %v: %w", id, k.status, campaign.ErrStatus)
	case a.Audience != k.launch.Digest:
		return fmt.Errorf("memory: approve: campaign %q: another audience: %w", id, campaign.ErrApproval)
	}
	for _, held := range k.approvals {
		if held.By == a.By && held.Text == a.Text {
			return nil
		}
	}
	a.At = stamp(a.At)
	k.approvals = append(k.approvals, copyApproval(a))
	return nil
}

func copyApproval(a campaign.Approval) campaign.Approval {
	a.Proofs = slices.Clone(a.Proofs)
	return a
}

// approved reports whether as many people have approved as the campaign needs.
func (k *kept) approved() bool {
	s := campaign.Saved{Approvals: k.approvals}
	return k.campaign.Approvals == 0 || s.Approvers() >= k.campaign.Approvals
}

// Freeze implements [campaign.Campaigns].
func (o *Outbox) Freeze(ctx context.Context, key contact.KeyID, c campaign.Chunk) (campaign.Progress, error) {
	if err := o.enterWith(ctx, "freeze", key); err != nil {
		return campaign.Progress{}, err
	}
	defer o.mu.Unlock()
	k, err := o.find("freeze", c.Campaign)
	if err != nil {
		return campaign.Progress{}, err
	}
	if c.Seq >= 1 && c.Seq <= len(k.chunks) {
		return k.progress(), nil
	}
	if c.Seq != len(k.chunks)+1 || k.status != campaign.Launching {
		return campaign.Progress{}, fmt.Errorf("memory: freeze: chunk %d after %d, %v: %w", c.Seq, len(k.chunks), k.status, campaign.ErrStatus)
	}
	frozen := &frozenChunk{in: k, seq: c.Seq, at: -1, rows: make([]frozenRow, 0, len(c.Rows))}
	for _, r := range c.Rows {
		// By address, and not by dispatch: its ID is made of the address as it
		// was before the key changed in the middle of a launch.
		if o.holds(k, r.Fingerprint) {
			k.launch.Tally[campaign.Class{State: campaign.Excluded, Code: campaign.CodeDuplicate}]++
			continue
		}
		k.launch.Tally[r.Class]++
		frozen.rows = append(frozen.rows, frozenRow{Row: r, chunk: frozen})
		added := &frozen.rows[len(frozen.rows)-1]
		o.rows[r.Dispatch] = added
		o.index(added)
		if !added.stands() {
			frozen.opened(added)
		}
	}
	k.launch.Tally.Add(c.Rest)
	k.chunks = append(k.chunks, frozen)
	k.launch.Chunks, k.launch.Next, k.launch.Digest = len(k.chunks), c.Next, c.Digest
	if c.Last {
		k.launch.Complete, k.status = true, campaign.Running
	}
	return k.progress(), nil
}

// Tally implements [campaign.Campaigns].
func (o *Outbox) Tally(ctx context.Context, id string) (campaign.Tally, error) {
	if err := o.enter(ctx, "tally"); err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	k, err := o.find("tally", id)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(k.launch.Tally)
	now := o.now()
	for _, c := range k.chunks {
		for i := range c.rows {
			r := &c.rows[i]
			if class := r.class(now); class != r.Class {
				out[r.Class]--
				out[class]++
			}
		}
	}
	maps.DeleteFunc(out, func(_ campaign.Class, n int) bool { return n == 0 })
	return out, nil
}

// Remember implements [campaign.Outbox].
func (o *Outbox) Remember(ctx context.Context, r campaign.EventRecord) (campaign.EventRecord, bool, error) {
	if err := o.enter(ctx, "remember"); err != nil {
		return campaign.EventRecord{}, false, err
	}
	defer o.mu.Unlock()
	held, ok := o.events[r.ID]
	if !ok {
		r.At, r.Effect, r.Campaigns = stamp(r.At), slices.Clone(r.Effect), slices.Clone(r.Campaigns)
		o.events[r.ID] = r
		o.sign(r)
		o.place(moment{r.At, r.ID})
		held = r
	}
	held.Effect, held.Campaigns = slices.Clone(held.Effect), slices.Clone(held.Campaigns)
	return held, !ok, nil
}

// sign counts an event in the pulse of its campaigns.
func (o *Outbox) sign(r campaign.EventRecord) {
	for _, id := range r.Campaigns {
		k := o.campaigns[id]
		switch {
		case k == nil:
		case r.Sign == campaign.RefusalSign:
			k.pulse.Refusals++
		case r.Sign == campaign.ComplaintSign:
			k.pulse.Complaints++
		}
	}
}

// Rotate implements [campaign.Outbox].
func (o *Outbox) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := o.enter(ctx, "rotate"); err != nil {
		return err
	}
	defer o.mu.Unlock()
	moved, err := rotating(&o.key, from, to)
	if err != nil || !moved {
		return err
	}
	index := make(map[contact.Fingerprint]*frozenRow, len(o.byPrint))
	for f, first := range o.byPrint {
		wrapped := wrap(f)
		for r := first; r != nil; r = r.next {
			r.Fingerprint = wrapped
		}
		index[wrapped] = first
	}
	o.byPrint = index
	return nil
}
