package loopback

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// Options are options for [New]. The zero value of each field, and a nil
// *Options, mean the default.
type Options struct {
	// Name is the carrier's name in events; "loopback" by default.
	Name string
	// Clock is the default consent.SystemClock when nil. ClockFunc fits.
	Clock consent.Clock
	// Capabilities are those of the carrier. The default is every channel, in
	// batches of 100, with deadlines honoured.
	Capabilities provider.Capabilities
	// Clause is the stop mention that the carrier appends, in letters of the
	// GSM-7 alphabet. It sets Capabilities.ClauseSeptets.
	Clause string
	// PerSecond is how many messages it takes a second before it throttles; 0
	// means any number.
	PerSecond int
	// Script says what happens to the nth message handed over, from 0. The
	// default accepts all.
	Script func(n int, h Handed) Answer
	// Person plays the recipient of a message that arrived.
	Person func(h Handed) []Reply
	// Receipt says what the carrier reports about a message that it took, and
	// how long after. The default reports nothing.
	Receipt func(h Handed) (status provider.Status, after time.Duration)
	// Echo makes the carrier quote the recipient in every answer, as carriers
	// do.
	Echo bool
}

// Handed is one message that reached the carrier.
type Handed struct {
	Dispatch provider.DispatchID
	To       contact.Address
	Sender   contact.Sender
	Text     string // with the carrier's clause
	At       time.Time
	Deadline time.Time
}

// A Reply is what a person sends back.
type Reply struct {
	Text  string
	After time.Duration
	// NoSentTime leaves out when the person sent it, as some carriers do.
	NoSentTime bool
}

// An Answer is what a script makes of one message. The zero Answer accepts it.
type Answer struct {
	// Outcome is what the carrier answers; the zero Kind means accepted, unless
	// Lost is set.
	Outcome provider.Outcome
	// Drop keeps the message from arriving. A message that is not accepted
	// does not arrive, with or without it.
	Drop bool
	// Lost makes the answer unknown; the message arrives all the same.
	Lost bool
	// Panic makes Send panic when the message was taken.
	Panic bool
	// Hang makes Send wait until its context is done, the message being taken.
	Hang bool
}

// A Carrier is a [provider.Provider] in memory. It is safe for concurrent use.
type Carrier struct {
	opts Options

	mu      sync.Mutex
	n       int
	inbox   []Handed
	answers map[provider.DispatchID]provider.Outcome
	pending []due
	second  time.Time // in which the messages below were taken
	taken   int
	events  int
}

// due is an event that waits for its time.
type due struct {
	at    time.Time
	seq   int
	event provider.Event
}

var (
	_ provider.Provider = (*Carrier)(nil)
	_ provider.Readier  = (*Carrier)(nil)
	_ provider.Looker   = (*Carrier)(nil)
)

// New returns a carrier. opts may be nil.
func New(opts *Options) *Carrier {
	c := &Carrier{answers: map[provider.DispatchID]provider.Outcome{}}
	if opts != nil {
		c.opts = *opts
	}
	if c.opts.Name == "" {
		c.opts.Name = "loopback"
	}
	if c.opts.Clock == nil {
		c.opts.Clock = consent.SystemClock()
	}
	caps := &c.opts.Capabilities
	if caps.Channels == 0 {
		caps.Channels = contact.Channels(contact.SMS, contact.RCS, contact.EmailChannel, contact.AutomatedVoice, contact.VoicemailDrop, contact.LiveVoice)
		caps.HonoursDeadline = true
	}
	if caps.Batch == 0 {
		caps.Batch = 100
	}
	if c.opts.Clause != "" {
		caps.ClauseSeptets = provider.CountSMS(c.opts.Clause).Units
	}
	return c
}

// Capabilities implements [provider.Provider].
func (c *Carrier) Capabilities() provider.Capabilities { return c.opts.Capabilities }

// Ready implements [provider.Readier]. It does not wait: a throttled carrier
// says that one message may be tried.
func (c *Carrier) Ready(ctx context.Context, limit int) (int, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, fmt.Errorf("loopback: ready: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(1, min(limit, c.room())), nil
}

// room returns how many more messages this second takes.
func (c *Carrier) room() int {
	if c.opts.PerSecond == 0 {
		return c.opts.Capabilities.MaxWindow()
	}
	if now := c.opts.Clock.Now().Truncate(time.Second); !now.Equal(c.second) {
		c.second, c.taken = now, 0
	}
	return c.opts.PerSecond - c.taken
}

// Send implements [provider.Provider].
func (c *Carrier) Send(ctx context.Context, batch []*provider.Message) []provider.Outcome {
	out := make([]provider.Outcome, len(batch))
	for i, m := range batch {
		if i >= c.opts.Capabilities.MaxBatch() || context.Cause(ctx) != nil {
			break // never opened, and so not taken
		}
		var wait bool
		out[i], wait = c.take(m)
		if wait {
			<-ctx.Done()
			return out[:i]
		}
	}
	return out
}

// take hands over one message. It says whether Send is to wait for the end of
// its context.
func (c *Carrier) take(m *provider.Message) (provider.Outcome, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.room() < 1 {
		return provider.Outcome{Kind: provider.Throttled, RetryAfter: time.Second}, false
	}
	id := m.ID()
	opened, err := m.Open()
	if err != nil {
		return provider.Outcome{Kind: provider.Temporary, Detail: err.Error()}, false
	}
	now := c.opts.Clock.Now()
	h := Handed{Dispatch: id, To: opened.To, Sender: opened.Sender, Text: opened.Content.Text + c.opts.Clause, At: now, Deadline: opened.Deadline}
	c.taken++
	n := c.n
	c.n++
	if _, known := c.answers[id]; known && c.opts.Capabilities.Deduplicates {
		return c.answers[id], false
	}
	var a Answer
	if c.opts.Script != nil {
		a = c.opts.Script(n, h)
	}
	o := a.Outcome
	if o.Kind == provider.Unknown {
		o.Kind, o.CarrierID = provider.Accepted, fmt.Sprintf("%s-%d", c.opts.Name, n)
		o.Segments = provider.CountSMS(h.Text).Segments
	}
	if c.opts.Echo {
		o.Detail = "message to " + h.To.Reveal()
		o.Code = "for " + h.To.Reveal()
	}
	c.answers[id] = o
	if o.Kind == provider.Accepted && !a.Drop {
		c.arrive(h, o)
	}
	switch {
	case a.Panic:
		panic("loopback: a programmer's error, as scripted, about " + h.To.Reveal())
	case a.Hang:
		return provider.Outcome{}, true
	case a.Lost:
		return provider.Outcome{}, false
	default:
		return o, false
	}
}

// arrive keeps a message, and plays what follows from it.
func (c *Carrier) arrive(h Handed, o provider.Outcome) {
	c.inbox = append(c.inbox, h)
	if c.opts.Receipt != nil {
		if status, after := c.opts.Receipt(h); status != provider.NoStatus {
			c.queue(h.At.Add(after), provider.Event{
				Kind: provider.DeliveryReceipt, From: h.To, To: h.Sender.Value, Dispatch: h.Dispatch, CarrierID: o.CarrierID,
				Status: status, Sent: h.At.Add(after), Segments: o.Segments,
			})
		}
	}
	if c.opts.Person == nil {
		return
	}
	for _, r := range c.opts.Person(h) {
		e := provider.Event{Kind: provider.InboundText, From: h.To, To: h.Sender.ReplyPath(), Text: r.Text}
		if !r.NoSentTime {
			e.Sent = h.At.Add(r.After)
		}
		c.queue(h.At.Add(r.After), e)
	}
}

func (c *Carrier) queue(at time.Time, e provider.Event) {
	c.events++
	e.ID, e.Carrier = fmt.Sprintf("e%d", c.events), c.opts.Name
	c.pending = append(c.pending, due{at, c.events, e})
}

// Say queues an event as if the carrier had it to report now: a reply out of
// nowhere, a complaint, a disconnected number. It sets ID and Carrier where
// they are empty.
func (c *Carrier) Say(e provider.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, carrier := e.ID, e.Carrier
	c.queue(c.opts.Clock.Now(), e)
	last := &c.pending[len(c.pending)-1].event
	if id != "" {
		last.ID = id
	}
	if carrier != "" {
		last.Carrier = carrier
	}
}

// Deliver hands the events that are due to r, in the order of their times, and
// returns how many. It stops at the first that r does not take, which comes
// again at the next call, as a carrier repeats what was not acknowledged.
func (c *Carrier) Deliver(ctx context.Context, r provider.Receiver) (int, error) {
	for n := 0; ; n++ {
		d, ok := c.nextDue()
		if !ok {
			return n, nil
		}
		d.event.Received = c.opts.Clock.Now()
		if err := r.Receive(ctx, d.event); err != nil {
			c.mu.Lock()
			c.pending = append(c.pending, d)
			c.mu.Unlock()
			return n, err
		}
	}
}

// nextDue takes the earliest event that is due.
func (c *Carrier) nextDue() (due, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, best := c.opts.Clock.Now(), -1
	for i, d := range c.pending {
		if d.at.After(now) {
			continue
		}
		if best < 0 || d.at.Before(c.pending[best].at) || d.at.Equal(c.pending[best].at) && d.seq < c.pending[best].seq {
			best = i
		}
	}
	if best < 0 {
		return due{}, false
	}
	d := c.pending[best]
	c.pending = slices.Delete(c.pending, best, best+1)
	return d, true
}

// Inbox returns what arrived, oldest first.
func (c *Carrier) Inbox() []Handed {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.inbox)
}

// Look implements [provider.Looker].
func (c *Carrier) Look(ctx context.Context, id provider.DispatchID) (provider.Outcome, error) {
	if err := context.Cause(ctx); err != nil {
		return provider.Outcome{}, fmt.Errorf("loopback: look: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.answers[id]
	if !ok {
		return provider.Outcome{Kind: provider.Temporary}, nil
	}
	return o, nil
}
