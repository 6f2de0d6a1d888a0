package memory

import (
	"container/heap"
	"iter"
	"maps"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// kept is one campaign.
type kept struct {
	campaign campaign.Campaign
	written  []byte // as JSON, for comparing
	status   campaign.Status
	launch   campaign.Progress
	// approvals are those that were given, oldest first.
	approvals []campaign.Approval
	// changes are those of the status, and resumed says that a pause has ended.
	changes []campaign.StatusChange
	resumed bool
	// districts are those of the campaign that were asked for.
	districts map[string]*campaign.Campaign
	pulse     campaign.Pulse // without Now and Recent
	marks     []int64        // of every attempt, in microseconds
	chunks    []*frozenChunk
	queue     chunkQueue
}

// in returns the campaign as it is in a district. The caller does not change it.
func (k *kept) in(district string) *campaign.Campaign {
	if k.campaign.Districts == nil {
		return &k.campaign
	}
	c := k.districts[district]
	if c == nil {
		if k.districts == nil {
			k.districts = map[string]*campaign.Campaign{}
		}
		c = k.campaign.In(district)
		k.districts[district] = c
	}
	return c
}

// change records a change of status.
func (k *kept) change(c campaign.StatusChange) {
	k.resumed = k.resumed || c.To == campaign.Running
	k.status, k.changes = c.To, append(k.changes, c)
}

// beat counts an attempt that was marked.
func (k *kept) beat(now time.Time, first bool) {
	if len(k.marks) == 0 {
		k.pulse.Started = now
	}
	k.pulse.Latest, k.marks = now, append(k.marks, now.UnixMicro())
	if first {
		k.pulse.Tried++
	}
}

// piloted reports whether the pilot of k is done, and nobody has resumed k.
func (k *kept) piloted() bool {
	return k.campaign.Pilot > 0 && !k.resumed && k.pulse.Tried >= k.campaign.Pilot
}

func (k *kept) progress() campaign.Progress {
	p := k.launch
	p.Tally = maps.Clone(p.Tally)
	return p
}

// frozenChunk is one piece of a frozen audience.
type frozenChunk struct {
	in     *kept
	seq    int
	rows   []frozenRow // never grows: others point into it
	token  uint64
	worker string
	until  time.Time // of its lease
	// open is how many rows may be tried, now or later.
	open int
	// wake is a moment before which no lease of it can be given, and at its
	// index of the queue, -1 where it has no open rows and is not there.
	wake time.Time
	at   int
}

// frozenRow is one contact of an audience. A million of them are kept for each
// large campaign, so that what most have not got is behind pointers.
type frozenRow struct {
	campaign.Row
	chunk    *frozenChunk
	next     *frozenRow // with the same fingerprint, in another campaign
	off      *putOff    // nil while it was not put off
	attempts []campaign.Attempt
}

type putOff struct {
	until time.Time
	why   consent.Code
}

// class returns where r is now.
func (r *frozenRow) class(now time.Time) campaign.Class {
	class := r.Class
	if n := len(r.attempts); n > 0 {
		class = r.attempts[n-1].Class(r.Class, now)
	}
	if class.State == campaign.Ready && r.off != nil && now.Before(r.off.until) {
		class = campaign.Class{State: campaign.Deferred, Code: r.off.why}
	}
	if r.chunk.in.status == campaign.Stopped && (class.State == campaign.Ready || class.State == campaign.Deferred) {
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
	var due time.Time
	if r.off != nil {
		due = r.off.until
	}
	if n := len(r.attempts); n > 0 {
		due = later(due, r.attempts[n-1].Settlement.Until)
	}
	return due
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// pending returns the rows of c that may be tried now, and where there is none
// the earliest moment at which one may be.
func (c *frozenChunk) pending(now time.Time) (rows []campaign.Pending, due time.Time) {
	for i := range c.rows {
		r := &c.rows[i]
		if r.stands() {
			continue
		}
		if at := r.due(); now.Before(at) {
			if due.IsZero() || at.Before(due) {
				due = at
			}
			continue
		}
		rows = append(rows, campaign.Pending{Row: r.Row, No: len(r.attempts) + 1})
	}
	return rows, due
}

// opened says that r, of which it was not known whether it may be tried, may be.
func (c *frozenChunk) opened(r *frozenRow) {
	c.open++
	wake := later(c.until, r.due())
	switch {
	case c.at < 0:
		c.wake = wake
		heap.Push(&c.in.queue, c)
	case wake.Before(c.wake):
		c.move(wake)
	}
}

// closed says that a row may not be tried any more.
func (c *frozenChunk) closed() {
	if c.open--; c.open == 0 {
		heap.Remove(&c.in.queue, c.at)
	}
}

// move says that no lease of c can be given before wake.
func (c *frozenChunk) move(wake time.Time) {
	if c.at >= 0 {
		c.wake = wake
		heap.Fix(&c.in.queue, c.at)
	}
}

// rest works out afresh, for the end of a lease or of a row, when the next lease
// of c can be given.
func (c *frozenChunk) rest() {
	var due time.Time
	first := true
	for i := range c.rows {
		if r := &c.rows[i]; !r.stands() {
			if at := r.due(); first || at.Before(due) {
				due, first = at, false
			}
		}
	}
	c.move(later(c.until, due))
}

// chunkQueue is a heap of the chunks that have open rows, those that can be
// leased first in front. A worker finds one without looking at the others,
// however many wait for the morning.
type chunkQueue []*frozenChunk

func (q chunkQueue) Len() int { return len(q) }

func (q chunkQueue) Less(i, j int) bool {
	if c := q[i].wake.Compare(q[j].wake); c != 0 {
		return c < 0
	}
	return q[i].seq < q[j].seq
}

func (q chunkQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

func (q *chunkQueue) Push(x any) {
	c := x.(*frozenChunk)
	c.at = len(*q)
	*q = append(*q, c)
}

func (q *chunkQueue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	(*q)[last] = nil
	*q, c.at = (*q)[:last], -1
	return c
}

// rowsOf yields the rows of an address, in the order in which they were frozen.
func (o *Outbox) rowsOf(f contact.Fingerprint) iter.Seq[*frozenRow] {
	return func(yield func(*frozenRow) bool) {
		for r := o.byPrint[f]; r != nil; r = r.next {
			if !yield(r) {
				return
			}
		}
	}
}

// index adds a row to those of its address.
func (o *Outbox) index(added *frozenRow) {
	var last *frozenRow
	for last = range o.rowsOf(added.Fingerprint) {
	}
	if last == nil {
		o.byPrint[added.Fingerprint] = added
		return
	}
	last.next = added
}

// holds reports whether an address is in the audience of k.
func (o *Outbox) holds(k *kept, f contact.Fingerprint) bool {
	for r := range o.rowsOf(f) {
		if r.chunk.in == k {
			return true
		}
	}
	return false
}

// older orders attempts by when they were marked. Those of one moment stay in
// the order of their audience.
func older(a, b campaign.Attempt) int {
	if c := a.Marked.Compare(b.Marked); c != 0 {
		return c
	}
	return strings.Compare(a.Campaign, b.Campaign)
}
