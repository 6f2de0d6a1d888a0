package loopback_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)

// open returns a carrier with a host and the clock that both go by.
func open(t *testing.T, opts loopback.Options) (*loopback.Carrier, *providertest.Host, *providertest.Clock) {
	t.Helper()
	clock := providertest.NewClock(start)
	opts.Clock = clock
	return loopback.New(&opts), providertest.NewHost(t, &providertest.HostOptions{Clock: clock}), clock
}

func kinds(out []provider.Outcome) (ks []provider.OutcomeKind) {
	for _, o := range out {
		ks = append(ks, o.Kind)
	}
	return ks
}

func TestDefaults(t *testing.T) {
	t.Parallel()

	c := loopback.New(nil)
	caps := c.Capabilities()
	for ch := contact.SMS; ch.Valid(); ch++ {
		require.True(t, caps.Channels.Has(ch), ch)
	}
	require.Equal(t, 100, caps.MaxBatch())
	require.True(t, caps.HonoursDeadline)
	require.Zero(t, caps.ClauseSeptets)
	require.Empty(t, c.Inbox())
}

func TestInbox(t *testing.T) {
	t.Parallel()

	c, host, clock := open(t, loopback.Options{Clause: " STOP au 36180"})
	require.Equal(t, 14, c.Capabilities().ClauseSeptets)
	deadline := start.Add(time.Hour)
	clock.Advance(time.Second)
	m := host.Message(providertest.Draft{Text: "Alex Martin: réunion.", Deadline: deadline})
	out := c.Send(t.Context(), []*provider.Message{m})
	require.Equal(t, []provider.Outcome{{Kind: provider.Accepted, CarrierID: "loopback-0", Segments: 1}}, out)
	require.Equal(t, []loopback.Handed{{
		Dispatch: m.ID(), To: host.Address(0), Channel: contact.SMS,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: "martin"},
		Text:   "Alex Martin: réunion. STOP au 36180", At: start.Add(time.Second), Deadline: deadline,
	}}, c.Inbox())
	c.Inbox()[0].Text = "changed"
	require.NotEqual(t, "changed", c.Inbox()[0].Text, "what is handed out is a copy")
}

// Every way in which a carrier can answer: what Send says, what arrived, and
// what a look-up finds afterwards.
func TestScript(t *testing.T) {
	t.Parallel()

	answer := func(k provider.OutcomeKind) provider.Outcome { return provider.Outcome{Kind: k} }
	for name, test := range map[string]struct {
		answer   loopback.Answer
		said     provider.OutcomeKind
		arrived  int
		lookedUp provider.OutcomeKind
	}{
		"accepted":                {loopback.Answer{}, provider.Accepted, 1, provider.Accepted},
		"accepted, then dropped":  {loopback.Answer{Drop: true}, provider.Accepted, 0, provider.Accepted},
		"rejected":                {loopback.Answer{Outcome: provider.Outcome{Kind: provider.Rejected, Cause: provider.Unreachable}}, provider.Rejected, 0, provider.Rejected},
		"temporary":               {loopback.Answer{Outcome: answer(provider.Temporary)}, provider.Temporary, 0, provider.Temporary},
		"throttled":               {loopback.Answer{Outcome: answer(provider.Throttled)}, provider.Throttled, 0, provider.Throttled},
		"the answer is lost":      {loopback.Answer{Lost: true}, provider.Unknown, 1, provider.Accepted},
		"all is lost":             {loopback.Answer{Lost: true, Drop: true}, provider.Unknown, 0, provider.Temporary},
		"a rejection is lost":     {loopback.Answer{Lost: true, Outcome: answer(provider.Rejected)}, provider.Unknown, 0, provider.Rejected},
		"the answer is late":      {loopback.Answer{Late: time.Minute}, provider.Unknown, 1, provider.Unknown},
		"a panic, the thing done": {loopback.Answer{Panic: true}, provider.Unknown, 1, provider.Accepted},
		"a hang, the thing done":  {loopback.Answer{Hang: true}, provider.Unknown, 1, provider.Accepted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c, host, clock := open(t, loopback.Options{Script: func(n int, h loopback.Handed) loopback.Answer {
				require.Zero(t, n)
				require.Equal(t, host0, h.To.Reveal())
				if test.answer.Hang {
					cancel()
				}
				return test.answer
			}})
			m := host.Message(providertest.Draft{})
			out := provider.HandOver(ctx, c, []*provider.Message{m})
			require.Equal(t, test.said, out[0].Kind)
			require.Len(t, c.Inbox(), test.arrived)
			found, err := c.Look(t.Context(), m.ID())
			require.NoError(t, err)
			require.Equal(t, test.lookedUp, found.Kind)
			clock.Advance(time.Minute)
			found, err = c.Look(t.Context(), m.ID())
			require.NoError(t, err)
			if test.answer.Late > 0 {
				require.Equal(t, provider.Accepted, found.Kind)
			}
			require.NotContains(t, fmt.Sprint(out), "3998", "not even a panic tells whom it was about")
		})
	}
}

const host0 = "+33639980000"

func TestHangLeavesTheRest(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	c, host, _ := open(t, loopback.Options{Script: func(n int, _ loopback.Handed) loopback.Answer {
		if n == 1 {
			cancel()
		}
		return loopback.Answer{Hang: n == 1}
	}})
	out := provider.HandOver(ctx, c, host.Batch(0, 4))
	require.Equal(t, []provider.OutcomeKind{provider.Accepted, provider.Unknown, provider.Temporary, provider.Temporary}, kinds(out))
	require.Len(t, c.Inbox(), 2)
}

func TestThroughput(t *testing.T) {
	t.Parallel()

	c, host, clock := open(t, loopback.Options{PerSecond: 3})
	ready, err := c.Ready(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 3, ready)
	out := c.Send(t.Context(), host.Batch(0, 4))
	require.Equal(t, []provider.OutcomeKind{provider.Accepted, provider.Accepted, provider.Accepted, provider.Throttled}, kinds(out))
	require.Equal(t, time.Second, out[3].RetryAfter)
	ready, err = c.Ready(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 1, ready, "one may be tried")
	clock.Advance(time.Second)
	ready, err = c.Ready(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, 2, ready)
	require.Equal(t, []provider.OutcomeKind{provider.Accepted}, kinds(c.Send(t.Context(), host.Batch(9, 1))))
}

func TestThrottledIsNotOpened(t *testing.T) {
	t.Parallel()

	c, host, _ := open(t, loopback.Options{PerSecond: 1})
	batch := host.Batch(0, 2)
	c.Send(t.Context(), batch)
	require.True(t, batch[0].Opened())
	require.False(t, batch[1].Opened())
}

func TestBatchIsAtMostWhatItSays(t *testing.T) {
	t.Parallel()

	c, host, _ := open(t, loopback.Options{Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 2, Window: 7}})
	batch := host.Batch(0, 3)
	require.Equal(t, []provider.OutcomeKind{provider.Accepted, provider.Accepted, provider.Unknown}, kinds(c.Send(t.Context(), batch)))
	require.False(t, batch[2].Opened())
	ready, err := c.Ready(t.Context(), 100)
	require.NoError(t, err)
	require.Equal(t, 7, ready)
}

func TestChannelThatItHasNot(t *testing.T) {
	t.Parallel()

	c, host, _ := open(t, loopback.Options{Capabilities: provider.Capabilities{Channels: contact.Channels(contact.EmailChannel)}})
	m := host.Message(providertest.Draft{})
	require.Equal(t, []provider.Outcome{{Kind: provider.Rejected, Detail: "no sms"}}, c.Send(t.Context(), []*provider.Message{m}))
	require.False(t, m.Opened())
}

func TestDuplicates(t *testing.T) {
	t.Parallel()

	for _, dedup := range []bool{false, true} {
		c, host, _ := open(t, loopback.Options{Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Deduplicates: dedup}})
		id := uuid.New()
		first := c.Send(t.Context(), []*provider.Message{host.Message(providertest.Draft{Dispatch: id})})
		second := c.Send(t.Context(), []*provider.Message{host.Message(providertest.Draft{Dispatch: id})})
		if dedup {
			require.Equal(t, first, second)
			require.Len(t, c.Inbox(), 1)
			continue
		}
		require.NotEqual(t, first, second)
		require.Len(t, c.Inbox(), 2)
	}
}

// A carrier that quotes recipients is what redaction is for: it does quote them,
// and nothing of it is left once the message was handed over.
func TestEcho(t *testing.T) {
	t.Parallel()

	for name, script := range map[string]func(int, loopback.Handed) loopback.Answer{
		"accepted": nil,
		"rejected": func(int, loopback.Handed) loopback.Answer {
			return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Rejected}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, host, _ := open(t, loopback.Options{Echo: true, Script: script})
			raw := c.Send(t.Context(), host.Batch(0, 1))[0]
			for _, said := range []string{raw.CarrierID, raw.Code, raw.Detail} {
				require.Contains(t, said, host0)
			}
			clean := provider.HandOver(t.Context(), c, host.Batch(1, 1))[0]
			require.Equal(t, raw.Kind, clean.Kind)
			for _, said := range []string{clean.CarrierID, clean.Code, clean.Detail} {
				require.Contains(t, said, "…")
				require.False(t, strings.Contains(said, "998"), "%s", said)
			}
		})
	}
}

func TestConcurrentSends(t *testing.T) {
	t.Parallel()

	c, host, _ := open(t, loopback.Options{Repeat: 1, Person: func(loopback.Handed) []loopback.Reply { return []loopback.Reply{{Text: "OUI"}} }})
	var wg sync.WaitGroup
	for w := range 4 {
		batch := host.Batch(w*50, 50)
		wg.Go(func() { c.Send(t.Context(), batch) })
		wg.Go(func() { c.Inbox() })
		wg.Go(func() { _, _ = c.Look(t.Context(), batch[0].ID()) })
		wg.Go(func() {
			_, _ = c.Deliver(t.Context(), receiver(func(provider.Event) error { return nil }))
		})
	}
	wg.Wait()
	require.Len(t, c.Inbox(), 200)
}

func TestCancelled(t *testing.T) {
	t.Parallel()

	c, host, _ := open(t, loopback.Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the host stops")
	cancel(why)
	_, err := c.Ready(ctx, 1)
	require.ErrorIs(t, err, why)
	_, err = c.Look(ctx, uuid.New())
	require.ErrorIs(t, err, why)
	_, err = c.Deliver(ctx, receiver(nil))
	require.ErrorIs(t, err, why)
	require.Equal(t, []provider.OutcomeKind{provider.Temporary}, kinds(provider.HandOver(ctx, c, host.Batch(0, 1))))
	require.Empty(t, c.Inbox())
}
