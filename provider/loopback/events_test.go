package loopback_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/stretchr/testify/require"
)

// receiver is a provider.Receiver made of a function.
type receiver func(e provider.Event) error

func (r receiver) Receive(_ context.Context, e provider.Event) error { return r(e) }

// keep returns a receiver that appends to events.
func keep(events *[]provider.Event) receiver {
	return func(e provider.Event) error {
		*events = append(*events, e)
		return nil
	}
}

func TestPeopleAnswer(t *testing.T) {
	t.Parallel()

	c, host, clock := open(t, loopback.Options{Name: "c", Person: func(h loopback.Handed) []loopback.Reply {
		switch h.To.Reveal() {
		case "+33639980000":
			return []loopback.Reply{{Text: "OUI", After: 2 * time.Minute}}
		case "+33639980001":
			return []loopback.Reply{{Text: "qui est-ce ?", After: 3 * time.Minute}, {Text: "STOP", After: time.Minute, NoSentTime: true}}
		default:
			return nil // silence
		}
	}})
	c.Send(t.Context(), host.Batch(0, 3))
	var got []provider.Event
	n, err := c.Deliver(t.Context(), keep(&got))
	require.NoError(t, err)
	require.Zero(t, n, "nothing is due yet")

	clock.Advance(2 * time.Minute)
	n, err = c.Deliver(t.Context(), keep(&got))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	clock.Advance(time.Hour)
	n, err = c.Deliver(t.Context(), keep(&got))
	require.NoError(t, err)
	require.Equal(t, 1, n)

	ask := func(id, text string, from int, sent, received time.Duration) provider.Event {
		e := provider.Event{
			ID: id, Kind: provider.InboundText, Carrier: "c", From: host.Address(from), To: "36180", Text: text,
			Received: start.Add(received),
		}
		if sent > 0 {
			e.Sent = start.Add(sent)
		}
		return e
	}
	require.Equal(t, []provider.Event{
		ask("m2.2", "STOP", 1, 0, 2*time.Minute),
		ask("m1.1", "OUI", 0, 2*time.Minute, 2*time.Minute),
		ask("m2.1", "qui est-ce ?", 1, 3*time.Minute, 62*time.Minute),
	}, got)
	for i := range got {
		require.NoError(t, got[i].Validate())
	}
}

func TestReceipts(t *testing.T) {
	t.Parallel()

	deadline := start.Add(time.Hour)
	for name, test := range map[string]struct {
		status provider.Status
		after  time.Duration
		honour bool
		want   provider.Status
		at     time.Time
	}{
		"delivered":                       {provider.Delivered, time.Minute, true, provider.Delivered, start.Add(time.Minute)},
		"undelivered":                     {provider.Undelivered, time.Minute, true, provider.Undelivered, start.Add(time.Minute)},
		"too late":                        {provider.Delivered, 2 * time.Hour, true, provider.Expired, deadline},
		"at the deadline":                 {provider.Delivered, time.Hour, true, provider.Expired, deadline},
		"too late, and the carrier keeps": {provider.Delivered, 2 * time.Hour, false, provider.Delivered, start.Add(2 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, host, clock := open(t, loopback.Options{
				Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), HonoursDeadline: test.honour},
				Receipt:      func(loopback.Handed) (provider.Status, time.Duration) { return test.status, test.after },
			})
			m := host.Message(providertest.Draft{Deadline: deadline})
			c.Send(t.Context(), []*provider.Message{m})
			clock.Advance(24 * time.Hour)
			var got []provider.Event
			_, err := c.Deliver(t.Context(), keep(&got))
			require.NoError(t, err)
			require.Len(t, got, 1)
			require.NoError(t, got[0].Validate())
			require.Equal(t, provider.DeliveryReceipt, got[0].Kind)
			require.Equal(t, test.want, got[0].Status)
			require.Equal(t, test.at, got[0].Sent)
			require.Equal(t, m.ID(), got[0].Dispatch)
			require.Equal(t, "loopback-0", got[0].CarrierID)
		})
	}
}

func TestNoReceiptForWhatDidNotArrive(t *testing.T) {
	t.Parallel()

	c, host, clock := open(t, loopback.Options{
		Script:  func(int, loopback.Handed) loopback.Answer { return loopback.Answer{Drop: true} },
		Receipt: func(loopback.Handed) (provider.Status, time.Duration) { return provider.Delivered, 0 },
	})
	c.Send(t.Context(), host.Batch(0, 1))
	clock.Advance(time.Hour)
	n, err := c.Deliver(t.Context(), receiver(nil))
	require.NoError(t, err)
	require.Zero(t, n)
}

// What a receiver did not take comes again, and nothing overtakes it.
func TestUnacknowledgedComesAgain(t *testing.T) {
	t.Parallel()

	c, _, _ := open(t, loopback.Options{})
	for i := range 3 {
		c.Say(provider.Event{Kind: provider.InboundText, From: ada(t), Text: fmt.Sprint(i)})
	}
	broken := errors.New("the store is away")
	var got []string
	failing := true
	r := receiver(func(e provider.Event) error {
		if failing && e.Text == "1" {
			return broken
		}
		got = append(got, e.Text)
		return nil
	})
	for range 3 {
		_, err := c.Deliver(t.Context(), r)
		require.ErrorIs(t, err, broken)
		require.Equal(t, []string{"0"}, got)
	}
	failing = false
	n, err := c.Deliver(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, []string{"0", "1", "2"}, got)
}

func ada(t *testing.T) contact.Address {
	t.Helper()
	a, err := contact.ParseE164("+33639980012")
	require.NoError(t, err)
	return a
}

func TestRepeat(t *testing.T) {
	t.Parallel()

	c, _, _ := open(t, loopback.Options{Repeat: 2})
	c.Say(provider.Event{Kind: provider.Complaint, From: ada(t)})
	var got []provider.Event
	n, err := c.Deliver(t.Context(), keep(&got))
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, got[0], got[1], "the same event has the same ID")
	require.Equal(t, got[0], got[2])
}

// Disorder is drawn from the seed: the same one brings the same order, another
// one another, and nothing is lost.
func TestDisorder(t *testing.T) {
	t.Parallel()

	order := func(seed uint64, disorder bool) (texts []string) {
		c, host, clock := open(t, loopback.Options{
			Disorder: disorder, Seed: seed,
			Person: func(h loopback.Handed) []loopback.Reply {
				return []loopback.Reply{{Text: h.To.Reveal()[8:], After: time.Minute}}
			},
		})
		c.Send(t.Context(), host.Batch(0, 20))
		clock.Advance(time.Hour)
		_, err := c.Deliver(t.Context(), receiver(func(e provider.Event) error {
			texts = append(texts, e.Text)
			return nil
		}))
		require.NoError(t, err)
		return texts
	}
	straight := order(1, false)
	require.IsIncreasing(t, straight)
	require.Equal(t, order(1, true), order(1, true))
	require.NotEqual(t, straight, order(1, true))
	require.NotEqual(t, order(1, true), order(2, true))
	require.ElementsMatch(t, straight, order(2, true))
}

func TestSayKeepsNames(t *testing.T) {
	t.Parallel()

	c, _, _ := open(t, loopback.Options{})
	c.Say(provider.Event{ID: "late-stop-7", Carrier: "other", Kind: provider.CarrierRefusal, From: ada(t)})
	c.Say(provider.Event{Kind: provider.DisconnectedNumber, From: ada(t)})
	var got []provider.Event
	_, err := c.Deliver(t.Context(), keep(&got))
	require.NoError(t, err)
	require.Equal(t, []string{"late-stop-7 other", "e2 loopback"}, []string{got[0].ID + " " + got[0].Carrier, got[1].ID + " " + got[1].Carrier})
	require.Equal(t, start, got[0].Received)
}
