package providertest_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/provider/providertest"
)

func TestLoopback(t *testing.T) {
	t.Parallel()

	for name, opts := range map[string]loopback.Options{
		"by default":       {},
		"one at a time":    {Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 1, HonoursDeadline: true}},
		"e-mail":           {Capabilities: provider.Capabilities{Channels: contact.Channels(contact.EmailChannel), Batch: 7}},
		"with a clause":    {Clause: " STOP au 36180"},
		"deduplicating":    {Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 20, Deduplicates: true}},
		"quoting everyone": {Echo: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			providertest.Run(t, func(*testing.T) providertest.Harness {
				return harness(opts)
			})
		})
	}
}

func harness(opts loopback.Options) providertest.Harness {
	var hang, lose atomic.Bool
	clock := providertest.NewClock(time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC))
	opts.Clock = clock
	opts.Script = func(int, loopback.Handed) loopback.Answer {
		return loopback.Answer{Hang: hang.Load(), Lost: lose.Load()}
	}
	carrier := loopback.New(&opts)
	h := providertest.Harness{
		Provider: carrier, Clock: clock,
		Hang: func() { hang.Store(true) }, Lose: func() { lose.Store(true) },
		Arrived: func(context.Context) []providertest.Arrival {
			var out []providertest.Arrival
			for _, h := range carrier.Inbox() {
				out = append(out, providertest.Arrival{Dispatch: h.Dispatch, To: h.To, Text: h.Text, Deadline: h.Deadline})
			}
			return out
		},
	}
	if opts.Echo {
		h.Echo = func() {}
	}
	return h
}
