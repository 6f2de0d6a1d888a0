package loopback

import (
	"container/heap"
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/provider"
)

// due is an event that waits for its time.
type due struct {
	at    time.Time
	seq   int
	event provider.Event
}

// A queue is a heap of events by their times, and those of one time in the
// order in which they came about.
type queue []*due

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].seq < q[j].seq
	}
	return q[i].at.Before(q[j].at)
}
func (q *queue) Push(x any) { *q = append(*q, x.(*due)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	d := (*q)[last]
	(*q)[last], *q = nil, (*q)[:last]
	return d
}

// arrive keeps a message, and plays what follows from it.
func (c *Carrier) arrive(h Handed, o provider.Outcome) {
	c.inbox = append(c.inbox, h)
	c.report(&h, &o)
	if c.opts.Person == nil {
		return
	}
	for i, r := range c.opts.Person(h) {
		e := provider.Event{ID: c.follows(i + 1), Kind: provider.InboundText, From: h.To, To: h.Sender.ReplyPath(), Text: r.Text}
		if !r.NoSentTime {
			e.Sent = h.At.Add(r.After)
		}
		c.expect(h.At.Add(r.After), e)
	}
}

// follows names the nth event that follows from the last message: 0 is its
// receipt. Another process names it so, too: see [Carrier.Restore].
func (c *Carrier) follows(n int) string { return fmt.Sprintf("m%d.%d", len(c.inbox), n) }

// report queues the receipt of a message.
func (c *Carrier) report(h *Handed, o *provider.Outcome) {
	if c.opts.Receipt == nil {
		return
	}
	status, after := c.opts.Receipt(*h)
	if status == provider.NoStatus {
		return
	}
	at := h.At.Add(after)
	over := !h.Deadline.IsZero() && !at.Before(h.Deadline)
	if over && status == provider.Delivered && c.opts.Capabilities.HonoursDeadline {
		status, at = provider.Expired, h.Deadline
	}
	c.expect(at, provider.Event{
		ID: c.follows(0), Kind: provider.DeliveryReceipt, From: h.To, To: h.Sender.Value, Dispatch: h.Dispatch, CarrierID: o.CarrierID,
		Status: status, Sent: at, Segments: o.Segments,
	})
}

// expect lets e wait until at, and again as often as it is repeated. What was
// delivered before the carrier was restored does not come again.
func (c *Carrier) expect(at time.Time, e provider.Event) {
	c.events++
	if !at.After(c.heard) {
		return
	}
	if e.ID == "" {
		e.ID = fmt.Sprintf("e%d", c.events)
	}
	if e.Carrier == "" {
		e.Carrier = c.opts.Name
	}
	for range 1 + c.opts.Repeat {
		heap.Push(&c.pending, &due{at, c.events, e})
	}
}

// Say queues an event as if the carrier had it to report now: a reply out of
// nowhere, a complaint, a disconnected number. It sets ID and Carrier where
// they are empty.
func (c *Carrier) Say(e provider.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expect(c.opts.Clock.Now(), e)
}

// Deliver hands the events that are due to r, in the order of their times, and
// returns how many. It stops at the first that r does not take, which comes
// again at the next call, as a carrier repeats what was not acknowledged. It
// stops when ctx is done.
func (c *Carrier) Deliver(ctx context.Context, r provider.Receiver) (int, error) {
	for n := 0; ; n++ {
		if err := context.Cause(ctx); err != nil {
			return n, fmt.Errorf("loopback: deliver: %w", err)
		}
		d := c.nextDue()
		if d == nil {
			return n, nil
		}
		if err := r.Receive(ctx, d.event); err != nil {
			c.mu.Lock()
			heap.Push(&c.pending, d)
			c.mu.Unlock()
			return n, err
		}
	}
}

// nextDue takes the next event that is due, received now, or returns nil.
func (c *Carrier) nextDue() *due {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.opts.Clock.Now()
	for len(c.pending) > 0 && !c.pending[0].at.After(now) {
		d := heap.Pop(&c.pending).(*due)
		d.event.Received = now
		if !c.opts.Disorder {
			return d
		}
		c.shuffled = append(c.shuffled, d)
	}
	last := len(c.shuffled) - 1
	if last < 0 {
		return nil
	}
	i := c.rng.IntN(last + 1)
	d := c.shuffled[i]
	c.shuffled[i], c.shuffled = c.shuffled[last], c.shuffled[:last]
	d.event.Received = now
	return d
}
