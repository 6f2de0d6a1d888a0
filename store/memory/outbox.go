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
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// Outbox is a [campaign.Outbox]. The zero value is empty and ready to use. It
// must not be copied after first use.
type Outbox struct {
	// Clock is the store's own clock; time.Now when nil. It is set before first
	// use.
	Clock func() time.Time

	mu        sync.Mutex
	key       contact.KeyID
	campaigns map[string]*kept
	rows      map[provider.DispatchID]*frozenRow
	byPrint   map[contact.Fingerprint][]*frozenRow
	byCarrier map[string]*frozenRow // by the carrier's ID of one of its messages
	events    map[string]campaign.EventRecord
}

var _ campaign.Outbox = (*Outbox)(nil)

// kept is one campaign.
type kept struct {
	campaign campaign.Campaign
	written  []byte // as JSON, for comparing
	status   campaign.Status
	launch   campaign.Progress
	chunks   []*frozenChunk
}

// frozenChunk is one piece of a frozen audience.
type frozenChunk struct {
	seq   int
	rows  []*frozenRow
	token uint64
	until time.Time // of its lease
	// open is how many rows may be tried, now or later.
	open int
}

// frozenRow is one contact of an audience.
type frozenRow struct {
	campaign.Row
	in       *kept
	chunk    *frozenChunk
	putOff   time.Time
	why      consent.Code
	attempts []campaign.Attempt
}

func (o *Outbox) now() time.Time {
	if o.Clock != nil {
		return o.Clock()
	}
	return time.Now() // the default clock
}

// enter takes the lock and checks what every call checks. A zero key is for
// calls that name none.
func (o *Outbox) enter(ctx context.Context, call string, key contact.KeyID) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: %s: %w", call, err)
	}
	o.mu.Lock()
	if key != (contact.KeyID{}) {
		if err := bind(&o.key, key); err != nil {
			o.mu.Unlock()
			return fmt.Errorf("%s: %w", call, err)
		}
	}
	if o.campaigns == nil {
		o.campaigns = map[string]*kept{}
		o.rows = map[provider.DispatchID]*frozenRow{}
		o.byPrint = map[contact.Fingerprint][]*frozenRow{}
		o.byCarrier = map[string]*frozenRow{}
		o.events = map[string]campaign.EventRecord{}
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
	written, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("memory: create: %w", err)
	}
	var own campaign.Campaign // a copy that shares nothing
	if err := json.Unmarshal(written, &own); err != nil {
		return fmt.Errorf("memory: create: %w", err)
	}
	if err := o.enter(ctx, "create", contact.KeyID{}); err != nil {
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
	if err := o.enter(ctx, "campaign", contact.KeyID{}); err != nil {
		return campaign.Saved{}, err
	}
	defer o.mu.Unlock()
	k, err := o.find("campaign", id)
	if err != nil {
		return campaign.Saved{}, err
	}
	out := campaign.Saved{Status: k.status, Launch: k.progress()}
	if err := json.Unmarshal(k.written, &out.Campaign); err != nil {
		return campaign.Saved{}, fmt.Errorf("memory: campaign: %w", err)
	}
	return out, nil
}

func (k *kept) progress() campaign.Progress {
	p := k.launch
	p.Tally = maps.Clone(p.Tally)
	return p
}

// SetStatus implements [campaign.Campaigns].
func (o *Outbox) SetStatus(ctx context.Context, id string, to campaign.Status) error {
	if err := o.enter(ctx, "set status", contact.KeyID{}); err != nil {
		return err
	}
	defer o.mu.Unlock()
	k, err := o.find("set status", id)
	if err != nil {
		return err
	}
	allowed := k.status == to || to == campaign.Stopped ||
		k.status == campaign.Running && to == campaign.Paused || k.status == campaign.Paused && to == campaign.Running
	if !allowed {
		return fmt.Errorf("memory: set status: %v to %v: %w", k.status, to, campaign.ErrStatus)
	}
	k.status = to
	return nil
}

// Freeze implements [campaign.Campaigns].
func (o *Outbox) Freeze(ctx context.Context, key contact.KeyID, c campaign.Chunk) (campaign.Progress, error) {
	if err := o.enter(ctx, "freeze", key); err != nil {
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
	frozen := &frozenChunk{seq: c.Seq}
	for _, r := range c.Rows {
		if o.rows[r.Dispatch] != nil || k.has(o.byPrint[r.Fingerprint]) {
			k.launch.Tally[campaign.Class{State: campaign.Excluded, Code: campaign.CodeDuplicate}]++
			continue
		}
		k.launch.Tally[r.Class]++
		added := &frozenRow{Row: r, in: k, chunk: frozen}
		o.rows[r.Dispatch] = added
		o.byPrint[r.Fingerprint] = append(o.byPrint[r.Fingerprint], added)
		frozen.rows = append(frozen.rows, added)
		if r.Class.State == campaign.Ready {
			frozen.open++
		}
	}
	k.launch.Tally.Add(c.Rest)
	k.chunks = append(k.chunks, frozen)
	k.launch.Chunks, k.launch.Next = len(k.chunks), c.Next
	if c.Last {
		k.launch.Complete, k.status = true, campaign.Running
	}
	return k.progress(), nil
}

// has reports whether one of rows is in the audience of k. Dispatch IDs alone do
// not say so: they are made of fingerprints, which a rotation changes.
func (k *kept) has(rows []*frozenRow) bool {
	return slices.ContainsFunc(rows, func(r *frozenRow) bool { return r.in == k })
}

// Tally implements [campaign.Campaigns].
func (o *Outbox) Tally(ctx context.Context, id string) (campaign.Tally, error) {
	if err := o.enter(ctx, "tally", contact.KeyID{}); err != nil {
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
		for _, r := range c.rows {
			if class := r.class(now); class != r.Class {
				out[r.Class]--
				out[class]++
			}
		}
	}
	maps.DeleteFunc(out, func(_ campaign.Class, n int) bool { return n == 0 })
	return out, nil
}

// class returns where r is now.
func (r *frozenRow) class(now time.Time) campaign.Class {
	class := r.Class
	if n := len(r.attempts); n > 0 {
		class = r.attempts[n-1].Class(r.Class, now)
	}
	if class.State == campaign.Ready && now.Before(r.putOff) {
		class = campaign.Class{State: campaign.Deferred, Code: r.why}
	}
	if r.in.status == campaign.Stopped && (class.State == campaign.Ready || class.State == campaign.Deferred) {
		class = campaign.Class{State: campaign.Cancelled}
	}
	return class
}

// stands reports whether r may not be tried, now or later.
func (r *frozenRow) stands() bool {
	if r.Class.State != campaign.Ready {
		return true
	}
	n := len(r.attempts)
	return n > 0 && r.attempts[n-1].Stands()
}

// due returns when r may be tried, given that it may.
func (r *frozenRow) due() time.Time {
	due := r.putOff
	if n := len(r.attempts); n > 0 && r.attempts[n-1].Settlement.Until.After(due) {
		due = r.attempts[n-1].Settlement.Until
	}
	return due
}

// Remember implements [campaign.Outbox].
func (o *Outbox) Remember(ctx context.Context, r campaign.EventRecord) (campaign.EventRecord, bool, error) {
	if err := o.enter(ctx, "remember", contact.KeyID{}); err != nil {
		return campaign.EventRecord{}, false, err
	}
	defer o.mu.Unlock()
	held, ok := o.events[r.ID]
	if !ok {
		r.Effect = slices.Clone(r.Effect)
		o.events[r.ID] = r
		held = r
	}
	held.Effect = slices.Clone(held.Effect)
	return held, !ok, nil
}

// Rotate implements [campaign.Outbox].
func (o *Outbox) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := o.enter(ctx, "rotate", contact.KeyID{}); err != nil {
		return err
	}
	defer o.mu.Unlock()
	moved, err := rotating(&o.key, from, to)
	if err != nil || !moved {
		return err
	}
	index := make(map[contact.Fingerprint][]*frozenRow, len(o.byPrint))
	for f, rows := range o.byPrint {
		wrapped := wrap(f)
		for _, r := range rows {
			r.Fingerprint = wrapped
		}
		index[wrapped] = rows
	}
	o.byPrint = index
	return nil
}
