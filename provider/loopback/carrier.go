package loopback

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A Carrier is a [provider.Provider] in memory. It is safe for concurrent use.
type Carrier struct {
	opts Options

	mu      sync.Mutex
	rng     *rand.Rand
	n       int
	inbox   []Handed
	answers map[provider.DispatchID]answered
	pending queue
	// shuffled are those that are due, where they come in disorder.
	shuffled []*due
	second   time.Time // in which the messages below were taken
	taken    int
	events   int
	heard    time.Time // until when events were delivered before Restore
}

// answered is what the carrier knows of a dispatch, and from when a look-up
// finds it.
type answered struct {
	outcome provider.Outcome
	from    time.Time
}

var (
	_ provider.Provider = (*Carrier)(nil)
	_ provider.Readier  = (*Carrier)(nil)
	_ provider.Looker   = (*Carrier)(nil)
)

// New returns a carrier. opts may be nil.
func New(opts *Options) *Carrier {
	c := &Carrier{answers: map[provider.DispatchID]answered{}}
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
	c.rng = rand.New(rand.NewPCG(c.opts.Seed, 0))
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
			break
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
	channel := m.Channel()
	if channel.Valid() && !c.opts.Capabilities.Channels.Has(channel) {
		return provider.Outcome{Kind: provider.Rejected, Detail: "no " + channel.String()}, false
	}
	opened, err := m.Open()
	if err != nil {
		return provider.Outcome{Kind: provider.Temporary, Detail: err.Error()}, false
	}
	c.taken++
	n := c.n
	c.n++
	if known, ok := c.answers[m.ID()]; ok && c.opts.Capabilities.Deduplicates {
		return known.outcome, false
	}
	h := Handed{
		Dispatch: m.ID(), To: opened.To, Channel: channel, Sender: opened.Sender,
		Subject: opened.Content.Subject, Text: opened.Content.Text + c.opts.Clause,
		At: c.opts.Clock.Now(), Deadline: opened.Deadline,
	}
	var a Answer
	if c.opts.Script != nil {
		a = c.opts.Script(n, h)
	}
	o := c.outcome(n, &h, a.Outcome)
	if !a.Lost || !a.Drop {
		c.answers[h.Dispatch] = answered{o, h.At.Add(a.Late)}
	}
	if o.Kind == provider.Accepted && !a.Drop {
		c.arrive(h, o)
	}
	switch {
	case a.Panic:
		// A programmer's error, as the script asks for, and with what such
		// panics may hold.
		panic("loopback: scripted, about " + h.To.Reveal())
	case a.Hang:
		return provider.Outcome{}, true
	case a.Lost, a.Late > 0:
		return provider.Outcome{}, false
	default:
		return o, false
	}
}

// outcome completes what a script answered for the nth message.
func (c *Carrier) outcome(n int, h *Handed, o provider.Outcome) provider.Outcome {
	if o.Kind == provider.Unknown {
		o.Kind = provider.Accepted
	}
	if o.Kind == provider.Accepted && o.CarrierID == "" {
		o.CarrierID = fmt.Sprintf("%s-%d", c.opts.Name, n)
	}
	if o.Kind == provider.Accepted && o.Segments == 0 {
		o.Segments = 1
		if h.Channel == contact.SMS {
			o.Segments = provider.CountSMS(h.Text).Segments
		}
	}
	if c.opts.Echo {
		o.CarrierID = fmt.Sprintf("%d for %s", n, h.To.Reveal())
		o.Code = "E " + h.To.Reveal()
		o.Detail = "message to " + h.To.Reveal()
	}
	return o
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
	known, ok := c.answers[id]
	switch {
	case !ok:
		return provider.Outcome{Kind: provider.Temporary}, nil
	case c.opts.Clock.Now().Before(known.from):
		return provider.Outcome{}, nil
	default:
		return known.outcome, nil
	}
}
