package storetest

import (
	"math"
	"sync"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// feedCases are about the order of changes, and about keys.
var feedCases = []testCase{
	{
		name:   "Feed",
		clause: "A change that commits later has a later cursor: a reader that resumes from the last cursor it saw misses nothing.",
		run: func(t *testing.T, s Stores) {
			const writers, each = 8, 25
			seen := map[uuid.UUID]bool{}
			var wg sync.WaitGroup
			defer wg.Wait() // also when the reader fails
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
			again, err := s.List.Changes(t.Context(), changes[0].At, 10)
			require.NoError(t, err)
			require.Equal(t, changes[1:], again)
			end, err := s.List.Changes(t.Context(), changes[1].At, 10)
			require.NoError(t, err)
			require.Empty(t, end)
		},
	}, {
		name:   "FeedLimit",
		clause: "A limit below 1 is an error.",
		run: func(t *testing.T, s Stores) {
			for _, limit := range []int{0, -1} {
				_, err := s.List.Changes(t.Context(), 0, limit)
				require.Errorf(t, err, "limit %d", limit)
			}
			changes, err := s.List.Changes(t.Context(), 0, math.MaxInt)
			require.NoError(t, err)
			require.Empty(t, changes)
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
			add(t, s.List, e)
			_, err = s.List.Match(t.Context(), keyB, nil)
			require.ErrorIs(t, err, suppression.ErrKey, "even when nothing is asked")
			_, err = s.List.Add(t.Context(), keyB, nil)
			require.ErrorIs(t, err, suppression.ErrKey)
			require.ErrorIs(t, s.List.Rotate(t.Context(), keyB, keyC, wrap), suppression.ErrKey)
			require.Equal(t, e, match(t, s.List, e.Fingerprint)[0].Entry)
		},
	}, {
		name:   "ZeroKey",
		clause: "The zero KeyID is no key, and fails so, too.",
		run: func(t *testing.T, s Stores) {
			for range 2 {
				_, err := s.List.Add(t.Context(), contact.KeyID{}, []suppression.Entry{refusal(1)})
				require.ErrorIs(t, err, suppression.ErrKey)
				_, err = s.List.Match(t.Context(), contact.KeyID{}, nil)
				require.ErrorIs(t, err, suppression.ErrKey)
				require.Empty(t, match(t, s.List, contact.Fingerprint{1})) // the second round is bound
			}
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
			got, _, err := s.List.Get(t.Context(), e.ID)
			require.NoError(t, err)
			require.Equal(t, wrap(e.Fingerprint), got.Fingerprint)
		},
	}, {
		name:   "RotateUnbound",
		clause: "does nothing when it is to or when the List is bound to no key yet, which to then becomes.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.List.Rotate(t.Context(), keyA, keyB, wrap))
			_, err := s.List.Match(t.Context(), keyA, nil)
			require.ErrorIs(t, err, suppression.ErrKey)
			_, err = s.List.Match(t.Context(), keyB, nil)
			require.NoError(t, err)
		},
	},
}

// wrap stands for what a rotation does to a fingerprint.
func wrap(f contact.Fingerprint) contact.Fingerprint {
	f[15] ^= 0xff
	return f
}
