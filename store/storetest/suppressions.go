package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func refusal(f byte) suppression.Entry {
	return suppression.Entry{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: contact.Fingerprint{f}, Reason: suppression.Replied,
		Scope:    contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()},
		Happened: day(2024, 6, 3), Recorded: day(2024, 6, 3).Add(time.Second),
	}
}

func add(t *testing.T, l suppression.List, es ...suppression.Entry) int {
	t.Helper()
	n, err := l.Add(t.Context(), keyA, es)
	require.NoError(t, err)
	return n
}

func match(t *testing.T, l suppression.List, fs ...contact.Fingerprint) []suppression.Hit {
	t.Helper()
	hits, err := l.Match(t.Context(), keyA, fs)
	require.NoError(t, err)
	return hits
}

// cancelled returns a context that is done for a reason of its own.
func cancelled(t *testing.T) (context.Context, error) {
	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	return ctx, reason
}

var listCases = []testCase{
	{
		name:   "Idempotent",
		clause: "It is idempotent by ID: an ID that is there already with the same content changes nothing, and one with other content fails with [ErrConflict].",
		run: func(t *testing.T, s Stores) {
			e := refusal(1)
			require.Equal(t, 1, add(t, s.List, e))
			require.Equal(t, 0, add(t, s.List, e))
			other := e
			other.Scope.Controller = "dupont"
			_, err := s.List.Add(t.Context(), keyA, []suppression.Entry{other})
			require.ErrorIs(t, err, suppression.ErrConflict)
			hits := match(t, s.List, e.Fingerprint)
			require.Len(t, hits, 1)
			require.Equal(t, contact.PartyID("martin"), hits[0].Entry.Scope.Controller)
		},
	}, {
		name:   "AllOrNone",
		clause: "Add adds entries, all or none, and returns how many were new.",
		run: func(t *testing.T, s Stores) {
			good, bad := refusal(1), refusal(2)
			bad.Reason = ""
			_, err := s.List.Add(t.Context(), keyA, []suppression.Entry{good, bad})
			require.Error(t, err)
			require.Empty(t, match(t, s.List, good.Fingerprint, bad.Fingerprint))
			taken := refusal(3)
			add(t, s.List, taken)
			taken.Reason = suppression.ByForm
			_, err = s.List.Add(t.Context(), keyA, []suppression.Entry{good, taken})
			require.ErrorIs(t, err, suppression.ErrConflict)
			require.Empty(t, match(t, s.List, good.Fingerprint))
			require.Equal(t, 1, add(t, s.List, good, good))
		},
	}, {
		name:   "Match",
		clause: "Match returns the entries for each of fingerprints that were not lifted, ended ones among them, in ascending order of Index.",
		run: func(t *testing.T, s Stores) {
			a, b, c := refusal(1), refusal(1), refusal(2)
			c.Class, c.Until = suppression.Hygiene, c.Happened.Add(time.Hour)
			add(t, s.List, a, b, c)
			hits := match(t, s.List, c.Fingerprint, contact.Fingerprint{9}, a.Fingerprint, c.Fingerprint)
			var at []int
			for _, h := range hits {
				at = append(at, h.Index)
			}
			require.Equal(t, []int{0, 2, 2, 3}, at)
			require.Equal(t, suppression.Hygiene, hits[0].Entry.Class)
			require.True(t, c.Until.Equal(hits[0].Entry.Until))
		},
	}, {
		name:   "Lift",
		clause: "Lift records that a refusal ended. It is idempotent, and fails with contact.ErrNotFound when there is no such entry.",
		run: func(t *testing.T, s Stores) {
			e, kept := refusal(1), refusal(1)
			add(t, s.List, e, kept)
			l := suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: day(2024, 6, 5)}
			require.NoError(t, s.List.Lift(t.Context(), l))
			require.NoError(t, s.List.Lift(t.Context(), l))
			hits := match(t, s.List, e.Fingerprint)
			require.Len(t, hits, 1)
			require.Equal(t, kept.ID, hits[0].Entry.ID)
			_, lifting, err := s.List.Get(t.Context(), e.ID)
			require.NoError(t, err)
			require.NotNil(t, lifting)
			require.Equal(t, l.Act, lifting.Act)
			require.ErrorIs(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: uuid.New()}), contact.ErrNotFound)
			_, _, err = s.List.Get(t.Context(), uuid.New())
			require.ErrorIs(t, err, contact.ErrNotFound)
			// Adding the same entry again does not bring the refusal back to
			// life, nor does it fail.
			require.Equal(t, 0, add(t, s.List, e))
			require.Len(t, match(t, s.List, e.Fingerprint), 1)
		},
	}, {
		name:   "Feed",
		clause: "A change that commits later has a later cursor: a reader that resumes from the last cursor it saw misses nothing.",
		run: func(t *testing.T, s Stores) {
			const writers, each = 8, 25
			seen := map[uuid.UUID]bool{}
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					for i := range each {
						_, err := s.List.Add(t.Context(), keyA, []suppression.Entry{refusal(byte(w*each + i + 1))})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			done := make(chan struct{})
			go func() { wg.Wait(); close(done) }()
			after := suppression.Cursor(0)
			read := func() int {
				changes, err := s.List.Changes(t.Context(), after, 7)
				require.NoError(t, err)
				for _, c := range changes {
					require.Greater(t, c.At, after)
					require.NotNil(t, c.Entry)
					after, seen[c.Entry.ID] = c.At, true
				}
				return len(changes)
			}
			for running := true; running; {
				select {
				case <-done:
					running = false
				default:
				}
				read()
			}
			for read() > 0 {
			}
			require.Equal(t, writers*each, len(seen))
			e := refusal(250)
			add(t, s.List, e)
			require.NoError(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: e.ID, Act: uuid.New()}))
			changes, err := s.List.Changes(t.Context(), after, 10)
			require.NoError(t, err)
			require.Len(t, changes, 2)
			require.NotNil(t, changes[1].Lifting)
			require.Equal(t, e.ID, changes[1].Lifting.Entry)
		},
	}, {
		name:   "Key",
		clause: "The first call that names a key binds the List to it; any call with another key fails with [ErrKey] and changes nothing.",
		run: func(t *testing.T, s Stores) {
			_, err := s.List.Match(t.Context(), keyA, nil)
			require.NoError(t, err)
			e := refusal(1)
			_, err = s.List.Add(t.Context(), keyB, []suppression.Entry{e})
			require.ErrorIs(t, err, suppression.ErrKey)
			_, err = s.List.Match(t.Context(), keyB, []contact.Fingerprint{e.Fingerprint})
			require.ErrorIs(t, err, suppression.ErrKey)
			require.ErrorIs(t, s.List.Rotate(t.Context(), keyB, keyC, wrap), suppression.ErrKey)
			require.Empty(t, match(t, s.List, e.Fingerprint))
		},
	}, {
		name:   "Rotate",
		clause: "Rotate replaces every fingerprint f by wrap(f), in one step, when the List's key is from, and does nothing when it is to",
		run: func(t *testing.T, s Stores) {
			e := refusal(1)
			add(t, s.List, e)
			for range 2 {
				require.NoError(t, s.List.Rotate(t.Context(), keyA, keyB, wrap))
			}
			_, err := s.List.Match(t.Context(), keyA, nil)
			require.ErrorIs(t, err, suppression.ErrKey)
			hits, err := s.List.Match(t.Context(), keyB, []contact.Fingerprint{e.Fingerprint, wrap(e.Fingerprint)})
			require.NoError(t, err)
			require.Len(t, hits, 1)
			require.Equal(t, 1, hits[0].Index)
			require.Equal(t, wrap(e.Fingerprint), hits[0].Entry.Fingerprint)
			changes, err := s.List.Changes(t.Context(), 0, 10)
			require.NoError(t, err)
			require.Equal(t, wrap(e.Fingerprint), changes[0].Entry.Fingerprint)
		},
	}, {
		name:   "Bytes",
		clause: "Match returns the entries for each of fingerprints",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				e := refusal(byte(i + 1))
				e.Scope.Controller, e.Scope.Base, e.Reason = contact.PartyID(text), contact.BaseID(text), suppression.Reason("r"+text)
				add(t, s.List, e)
				hits := match(t, s.List, e.Fingerprint)
				require.Lenf(t, hits, 1, "%+q", text)
				require.Equal(t, fmt.Sprintf("%+q", e.Scope), fmt.Sprintf("%+q", hits[0].Entry.Scope))
			}
		},
	}, {
		name:   "Cancelled",
		clause: "once Add has returned, every later Match anywhere sees the entries",
		run: func(t *testing.T, s Stores) {
			ctx, reason := cancelled(t)
			e := refusal(1)
			_, err := s.List.Add(ctx, keyA, []suppression.Entry{e})
			require.ErrorIs(t, err, reason)
			_, err = s.List.Match(ctx, keyA, []contact.Fingerprint{e.Fingerprint})
			require.ErrorIs(t, err, reason)
			require.ErrorIs(t, s.List.Lift(ctx, suppression.Lifting{Entry: e.ID}), reason)
			require.Empty(t, match(t, s.List, e.Fingerprint))
		},
	},
}

// wrap stands for what a rotation does to a fingerprint.
func wrap(f contact.Fingerprint) contact.Fingerprint {
	f[15] ^= 0xff
	return f
}
