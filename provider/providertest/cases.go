package providertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var cases = []testCase{
	{
		name:   "CapabilitiesConstant",
		clause: "Capabilities returns what the provider can do. It always returns the same.",
		run: func(tb testing.TB, b *bench) {
			before := b.Provider.Capabilities()
			require.NotZero(tb, before.Channels, "Channels is empty")
			require.True(tb, before.Channels.Valid(), "Channels holds one that does not exist")
			for name, n := range map[string]int{"Batch": before.Batch, "Window": before.Window, "ClauseSeptets": before.ClauseSeptets} {
				require.GreaterOrEqual(tb, n, 0, name)
			}
			b.send(tb, tb.Context(), b.host.Batch(0, b.few(2)))
			require.Equal(tb, before, b.Provider.Capabilities())
		},
	}, {
		name:   "OneOutcomeEach",
		clause: "Send hands over a batch, and returns one outcome for each message, in their order.",
		run: func(tb testing.TB, b *bench) {
			require.Empty(tb, b.send(tb, tb.Context(), nil))
			batch := b.host.Batch(0, b.few(3))
			// The first cannot be sent, so that the order shows.
			_, err := batch[0].Open()
			require.NoError(tb, err)
			out := b.send(tb, tb.Context(), batch)
			require.Len(tb, out, len(batch))
			require.NotEqual(tb, provider.Accepted, out[0].Kind, "the first cannot have been sent")
			for i := 1; i < len(out); i++ {
				require.Equalf(tb, provider.Accepted, out[i].Kind, "message %d of %d: %s", i, len(out), out[i].Detail)
			}
			b.sameAsLooked(tb, batch[1:], out[1:])
		},
	}, {
		name:   "WhatWasCleared",
		clause: "It opens each message just before it hands it to the carrier",
		run: func(tb testing.TB, b *bench) {
			batch := b.host.Batch(0, b.few(5))
			b.accepted(tb, b.send(tb, tb.Context(), batch))
			arrived := b.Arrived(tb.Context())
			require.Len(tb, arrived, len(batch))
			for i := range batch {
				require.Truef(tb, batch[i].Opened(), "message %d arrived, and was not opened", i)
			}
			for i := range arrived {
				n := indexOf(b.host, arrived[i].To, len(batch))
				require.GreaterOrEqualf(tb, n, 0, "arrival %d went to nobody of the batch", i)
				require.Truef(tb, strings.HasPrefix(arrived[i].Text, text(n)), "arrival %d has another text than was cleared", i)
				if arrived[i].Dispatch != uuid.Nil {
					require.Equalf(tb, batch[n].ID(), arrived[i].Dispatch, "arrival %d", i)
				}
			}
		},
	}, {
		name:   "OnlyWhatOpens",
		clause: "a message that cannot be opened is not sent",
		run: func(tb testing.TB, b *bench) {
			late := map[string]func() *provider.Message{
				"zero": func() *provider.Message { return new(provider.Message) },
				"opened before": func() *provider.Message {
					m := b.host.Message(Draft{})
					_, err := m.Open()
					require.NoError(tb, err)
					return m
				},
				"older than its life": func() *provider.Message {
					m := b.host.Message(Draft{})
					b.clock.Advance(consent.DefaultLife + time.Millisecond)
					return m
				},
				"from before the machine slept": func() *provider.Message {
					m := b.host.Message(Draft{})
					b.clock.Suspend(time.Hour)
					return m
				},
				"past its deadline": func() *provider.Message {
					m := b.host.Message(Draft{Deadline: b.clock.Now().Add(time.Second)})
					b.clock.Advance(time.Second)
					return m
				},
			}
			for name, message := range late {
				out := b.send(tb, tb.Context(), []*provider.Message{message()})
				require.Lenf(tb, out, 1, "a message %s", name)
				require.NotEqualf(tb, provider.Accepted, out[0].Kind, "a message %s", name)
				require.Emptyf(tb, b.arrived(tb), "a message %s", name)
			}
			b.accepted(tb, b.send(tb, tb.Context(), b.host.Batch(1, 1)))
			require.Equal(tb, map[contact.Address]int{b.host.Address(1): 1}, b.arrived(tb))
		},
	}, {
		name:   "SameBatchAgain",
		clause: "A wrapper that retries, and a second provider after a first, get ErrOpened",
		run: func(tb testing.TB, b *bench) {
			batch := b.host.Batch(0, b.few(3))
			b.accepted(tb, b.send(tb, tb.Context(), batch))
			for _, o := range b.send(tb, tb.Context(), batch) {
				require.NotEqual(tb, provider.Accepted, o.Kind)
			}
			require.Len(tb, b.Arrived(tb.Context()), len(batch))
		},
	}, {
		name:   "Batch",
		clause: "Batch is the most messages that one Send takes; 0 means 1.",
		run: func(tb testing.TB, b *bench) {
			whole := b.few(300)
			out := b.send(tb, tb.Context(), b.host.Batch(0, whole))
			require.Len(tb, out, whole)
			b.accepted(tb, out)
			require.Len(tb, b.Arrived(tb.Context()), whole)
			most := b.Provider.Capabilities().MaxBatch()
			if most > 300 {
				return
			}
			// One more than it takes is the caller's mistake, and what became of
			// each message must be true all the same.
			batch := b.host.Batch(1000, most+1)
			b.truthful(tb, 1000, batch, b.send(tb, tb.Context(), batch))
		},
	}, {
		name:   "CancelledBefore",
		clause: "It returns when the outcomes are known or ctx is done; what it cannot tell is [Unknown].",
		run: func(tb testing.TB, b *bench) {
			ctx, cancel := context.WithCancel(tb.Context())
			cancel()
			batch := b.host.Batch(0, b.few(3))
			b.truthful(tb, 0, batch, b.send(tb, ctx, batch))
		},
	}, {
		name:   "CancelledMeanwhile",
		clause: "It returns when the outcomes are known or ctx is done; what it cannot tell is [Unknown].",
		needs:  func(h *Harness) bool { return h.Hang != nil },
		run: func(tb testing.TB, b *bench) {
			b.Hang()
			ctx, cancel := context.WithCancel(tb.Context())
			defer cancel()
			batch := b.host.Batch(0, b.few(3))
			done := b.start(ctx, batch)
			b.untilArrival(tb)
			cancel()
			out := b.wait(tb, done)
			counts := b.arrived(tb)
			for i, m := range batch {
				if counts[b.host.Address(i)] > 0 {
					require.Truef(tb, m.Opened(), "message %d arrived, and was not opened", i)
					require.Equalf(tb, provider.Unknown, kind(out, i), "message %d: the carrier said nothing", i)
				}
			}
			b.truthful(tb, 0, batch, out)
		},
	}, {
		name:   "LostAnswer",
		clause: "It does not retry what may have gone.",
		needs:  func(h *Harness) bool { return h.Lose != nil },
		run: func(tb testing.TB, b *bench) {
			b.Lose()
			ctx, cancel := context.WithTimeout(tb.Context(), 2*time.Second)
			defer cancel()
			batch := b.host.Batch(0, b.few(3))
			out := b.send(tb, ctx, batch)
			counts := b.arrived(tb)
			require.NotEmpty(tb, counts, "nothing arrived, though the carrier takes messages")
			for i := range batch {
				n := counts[b.host.Address(i)]
				require.LessOrEqualf(tb, n, 1, "message %d was sent again", i)
				if n == 1 {
					require.Equalf(tb, provider.Unknown, kind(out, i), "message %d: nobody heard the answer", i)
				}
			}
		},
	}, {
		name:   "OneRecipientEach",
		clause: "What the carrier says of a recipient is in the outcome of that message alone.",
		run: func(tb testing.TB, b *bench) {
			if b.Echo != nil {
				b.Echo()
			}
			batch := b.host.Batch(0, b.few(3))
			out := provider.HandOver(tb.Context(), b.Provider, batch)
			for i, o := range out {
				said := fmt.Sprintf("%s %s %s %s", o.CarrierID, o.Code, o.Detail, o.Cause)
				for n := range batch {
					// To whom it may belong, and how much of it is there, is not
					// said: this text ends in logs.
					require.Truef(tb, said == b.host.Address(n).Redact(said), "outcome %d tells of recipient %d", i, n)
				}
			}
		},
	}, {
		name:   "Concurrent",
		clause: "Implementations are safe for concurrent use",
		run: func(tb testing.TB, b *bench) {
			const callers = 4
			n := b.few(10)
			batches := make([][]*provider.Message, callers)
			calls := make([]<-chan []provider.Outcome, callers)
			for c := range callers {
				batches[c] = b.host.Batch(c*n, n)
			}
			for c := range callers {
				calls[c] = b.start(tb.Context(), batches[c])
			}
			b.Provider.Capabilities()
			for c := range callers {
				b.truthful(tb, c*n, batches[c], b.wait(tb, calls[c]))
			}
			// The same batch from two callers is sent once.
			shared := b.host.Batch(callers*n, n)
			first, second := b.start(tb.Context(), shared), b.start(tb.Context(), shared)
			b.wait(tb, first)
			b.wait(tb, second)
			for a, times := range b.arrived(tb) {
				require.Equalf(tb, 1, times, "%v got the message more than once", a)
			}
		},
	}, {
		name:   "Ready",
		clause: "Ready waits until at least one message can be handed over, and returns how many can, at most limit.",
		needs:  func(h *Harness) bool { _, ok := h.Provider.(provider.Readier); return ok },
		run: func(tb testing.TB, b *bench) {
			readier := b.Provider.(provider.Readier)
			for _, limit := range []int{1, 3, 100_000} {
				n, err := readier.Ready(tb.Context(), limit)
				require.NoError(tb, err)
				require.GreaterOrEqual(tb, n, 1)
				require.LessOrEqual(tb, n, limit)
			}
			n, err := readier.Ready(tb.Context(), b.few(5))
			require.NoError(tb, err)
			b.accepted(tb, b.send(tb, tb.Context(), b.host.Batch(0, n)))
		},
	}, {
		name:   "Look",
		clause: "Look returns the outcome of the dispatch called id, [Unknown] when the carrier cannot say. A carrier that certainly never had it answers [Temporary].",
		needs:  func(h *Harness) bool { _, ok := h.Provider.(provider.Looker); return ok },
		run: func(tb testing.TB, b *bench) {
			looker := b.Provider.(provider.Looker)
			o, err := looker.Look(tb.Context(), uuid.New())
			require.NoError(tb, err)
			require.Contains(tb, []provider.OutcomeKind{provider.Unknown, provider.Temporary}, o.Kind)
			batch := b.host.Batch(0, b.few(3))
			b.sameAsLooked(tb, batch, b.send(tb, tb.Context(), batch))
		},
	}, {
		name:   "Deadline",
		clause: "HonoursDeadline says that a message is not delivered after its deadline.",
		needs:  func(h *Harness) bool { return h.Provider.Capabilities().HonoursDeadline },
		run: func(tb testing.TB, b *bench) {
			deadline := b.clock.Now().Add(time.Hour)
			b.accepted(tb, b.send(tb, tb.Context(), []*provider.Message{b.host.Message(Draft{Deadline: deadline})}))
			arrived := b.Arrived(tb.Context())
			require.Len(tb, arrived, 1)
			require.False(tb, arrived[0].Deadline.IsZero(), "the carrier was not told of the deadline")
			require.Falsef(tb, arrived[0].Deadline.After(deadline), "the carrier may deliver %v after the deadline", arrived[0].Deadline.Sub(deadline))
			require.True(tb, arrived[0].Deadline.After(b.clock.Now()), "the carrier was told of a deadline that is over")
		},
	}, {
		name:   "Deduplicates",
		clause: "Deduplicates says that a second message with the same dispatch ID is dropped.",
		needs:  func(h *Harness) bool { return h.Provider.Capabilities().Deduplicates },
		run: func(tb testing.TB, b *bench) {
			id := uuid.New()
			for range 2 {
				b.send(tb, tb.Context(), []*provider.Message{b.host.Message(Draft{Dispatch: id})})
			}
			require.Len(tb, b.Arrived(tb.Context()), 1)
		},
	},
}

// accepted stops the test unless every message was accepted.
func (b *bench) accepted(tb testing.TB, out []provider.Outcome) {
	tb.Helper()
	for i, o := range out {
		require.Equalf(tb, provider.Accepted, o.Kind, "message %d of %d: %s", i, len(out), o.Detail)
	}
}

// truthful checks what out says of batch, whose first recipient has the number
// from: what is accepted arrived, once, and what is not taken did not.
func (b *bench) truthful(tb testing.TB, from int, batch []*provider.Message, out []provider.Outcome) {
	tb.Helper()
	require.LessOrEqual(tb, len(out), len(batch))
	counts := b.arrived(tb)
	for i, m := range batch {
		n := counts[b.host.Address(from+i)]
		require.LessOrEqualf(tb, n, 1, "message %d arrived more than once", i)
		if n == 1 {
			require.Truef(tb, m.Opened(), "message %d arrived, and was not opened", i)
		}
		switch k := kind(out, i); {
		case k == provider.Accepted:
			require.Equalf(tb, 1, n, "message %d is accepted, and did not arrive", i)
		case k.NotTaken() || k == provider.Rejected:
			require.Zerof(tb, n, "message %d is %v, and arrived", i, k)
		}
	}
}

// sameAsLooked checks that a look-up tells the same as the outcomes did.
func (b *bench) sameAsLooked(tb testing.TB, batch []*provider.Message, out []provider.Outcome) {
	tb.Helper()
	looker, ok := b.Provider.(provider.Looker)
	if !ok {
		return
	}
	require.Len(tb, out, len(batch))
	for i, m := range batch {
		looked, err := looker.Look(tb.Context(), m.ID())
		require.NoError(tb, err)
		if looked.Kind == provider.Unknown {
			continue
		}
		require.Equalf(tb, out[i].Kind, looked.Kind, "message %d", i)
		require.Equalf(tb, out[i].CarrierID, looked.CarrierID, "message %d", i)
	}
}

// kind returns the kind of the ith outcome, Unknown where there is none.
func kind(out []provider.Outcome, i int) provider.OutcomeKind {
	if i < len(out) {
		return out[i].Kind
	}
	return provider.Unknown
}

// indexOf returns which of the first n people has the address a, or -1.
func indexOf(h *Host, a contact.Address, n int) int {
	for i := range n {
		if h.Address(i) == a {
			return i
		}
	}
	return -1
}
