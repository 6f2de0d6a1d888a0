package loopback_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/stretchr/testify/require"
)

func TestRestore(t *testing.T) {
	t.Parallel()

	opts := loopback.Options{
		Person: func(h loopback.Handed) []loopback.Reply {
			return []loopback.Reply{{Text: "c'est quoi ?", After: time.Minute}, {Text: "STOP", After: time.Hour}}
		},
		Receipt: func(loopback.Handed) (provider.Status, time.Duration) { return provider.Delivered, time.Second },
	}
	first, host, clock := open(t, opts)
	first.Send(t.Context(), host.Batch(0, 2))
	clock.Advance(time.Minute)
	var before []provider.Event
	_, err := first.Deliver(t.Context(), keep(&before))
	require.NoError(t, err)
	require.Len(t, before, 4)
	heard := clock.Now()

	opts.Clock = clock
	second := loopback.New(&opts)
	second.Restore(heard, first.Inbox()...)
	require.Equal(t, first.Inbox(), second.Inbox())
	for _, h := range first.Inbox() {
		was, err := first.Look(t.Context(), h.Dispatch)
		require.NoError(t, err)
		is, err := second.Look(t.Context(), h.Dispatch)
		require.NoError(t, err)
		require.Equal(t, was, is)
	}

	send := func(c *loopback.Carrier) (events []provider.Event) {
		c.Send(t.Context(), host.Batch(2, 1))
		_, err := c.Deliver(t.Context(), keep(&events))
		require.NoError(t, err)
		return events
	}
	require.Empty(t, send(first))
	require.Empty(t, send(second), "what was delivered before does not come again")
	clock.Advance(time.Hour)
	var want, got []provider.Event
	_, err = first.Deliver(t.Context(), keep(&want))
	require.NoError(t, err)
	_, err = second.Deliver(t.Context(), keep(&got))
	require.NoError(t, err)
	require.Len(t, want, 5)
	for i := range want {
		if want[i].ID == "m3.0" { // of the message that each sent itself
			want[i].Dispatch, got[i].Dispatch = provider.DispatchID{}, provider.DispatchID{}
		}
	}
	require.Equal(t, want, got, "the same events, by the same names")
}
