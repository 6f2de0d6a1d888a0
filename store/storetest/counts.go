package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/stretchr/testify/require"
)

// told is an answer with bytes that a text cannot hold.
func told(n int) campaign.CountAnswer {
	return campaign.CountAnswer{Set: []byte{0, 0xff, byte(n), 0}, Told: campaign.Count{N: 20 * n, Few: n == 0}, At: day(2024, 6, 3).Add(time.Duration(n) * time.Microsecond)}
}

var countCases = []testCase{{
	name:   "TakeCountsTheWindow",
	clause: "Take notes that a client asks at an instant, in one step, unless it was noted limit times after at minus window: then nothing is noted, and Take returns false and the instant from which one more would be.",
	run: func(t *testing.T, s Stores) {
		at := day(2024, 6, 3)
		take := func(client string, after time.Duration) (time.Time, bool) {
			again, ok, err := s.Counts.Take(t.Context(), partyID(client), at.Add(after), time.Hour, 2)
			require.NoError(t, err)
			return again, ok
		}
		_, ok := take("martin", 0)
		require.True(t, ok)
		_, ok = take("martin", 10*time.Minute)
		require.True(t, ok)
		for range 3 { // nothing is noted, so that the time does not move
			again, ok := take("martin", time.Hour-time.Microsecond)
			require.False(t, ok)
			require.Equal(t, at.Add(time.Hour), again)
			require.Equal(t, time.UTC, again.Location())
		}
		_, ok = take("Martin", time.Hour-time.Microsecond)
		require.True(t, ok, "another client")
		_, ok = take("martin", time.Hour)
		require.True(t, ok)
		again, ok := take("martin", time.Hour)
		require.False(t, ok)
		require.Equal(t, at.Add(70*time.Minute), again)
	},
}, {
	name:   "TakeCountsWhatIsAhead",
	clause: "Times that are after at count, too: another process has a faster clock.",
	run: func(t *testing.T, s Stores) {
		at := day(2024, 6, 3)
		_, ok, err := s.Counts.Take(t.Context(), "martin", at.Add(time.Minute), time.Hour, 1)
		require.NoError(t, err)
		require.True(t, ok)
		again, ok, err := s.Counts.Take(t.Context(), "martin", at, time.Hour, 1)
		require.NoError(t, err)
		require.False(t, ok)
		require.Equal(t, at.Add(61*time.Minute), again)
	},
}, {
	name:   "TakeAtOnce",
	clause: "Take notes that a client asks at an instant, in one step, unless it was noted limit times after at minus window",
	run: func(t *testing.T, s Stores) {
		var taken atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, ok, err := s.Counts.Take(context.WithoutCancel(t.Context()), "martin", day(2024, 6, 3), time.Hour, 7); err == nil && ok {
					taken.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 7, taken.Load())
	},
}, {
	name:   "AnswersAreKept",
	clause: "Answers returns what a client was told about a base, oldest first.",
	run: func(t *testing.T, s Stores) {
		first, more := []campaign.CountAnswer{told(2), told(0)}, []campaign.CountAnswer{told(1)}
		require.NoError(t, s.Counts.Keep(t.Context(), "martin", "rented", 0, first))
		first[0].Set[0] = 1 // a copy was kept
		require.NoError(t, s.Counts.Keep(t.Context(), "martin", "rented", 2, more))
		for range 2 {
			got, err := s.Counts.Answers(t.Context(), "martin", "rented")
			require.NoError(t, err)
			require.Equal(t, []campaign.CountAnswer{told(2), told(0), told(1)}, got)
			got[0].Set[0] = 9 // and a copy returned
		}
		for _, other := range [][2]string{{"Martin", "rented"}, {"martin", "Rented"}, {"martin", "rented "}} {
			got, err := s.Counts.Answers(t.Context(), partyID(other[0]), baseID(other[1]))
			require.NoError(t, err)
			require.Empty(t, got)
		}
	},
}, {
	name:   "KeepIsStale",
	clause: "When there are not exactly after answers of that client about that base, it keeps none and fails with [ErrStale].",
	run: func(t *testing.T, s Stores) {
		require.ErrorIs(t, s.Counts.Keep(t.Context(), "martin", "rented", 1, []campaign.CountAnswer{told(1)}), campaign.ErrStale)
		require.NoError(t, s.Counts.Keep(t.Context(), "martin", "rented", 0, []campaign.CountAnswer{told(1)}))
		require.ErrorIs(t, s.Counts.Keep(t.Context(), "martin", "rented", 0, []campaign.CountAnswer{told(2)}), campaign.ErrStale)
		got, err := s.Counts.Answers(t.Context(), "martin", "rented")
		require.NoError(t, err)
		require.Len(t, got, 1)
	},
}, {
	name:   "KeepAtOnce",
	clause: "Keep adds answers, all or none.",
	run: func(t *testing.T, s Stores) {
		var kept atomic.Int32
		var wg sync.WaitGroup
		for n := range 10 {
			wg.Go(func() {
				if s.Counts.Keep(context.WithoutCancel(t.Context()), "martin", "rented", 0, []campaign.CountAnswer{told(n), told(n)}) == nil {
					kept.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, kept.Load())
		got, err := s.Counts.Answers(t.Context(), "martin", "rented")
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Equal(t, got[0], got[1])
	},
}, {
	name:   "CountsEndWithTheirContext",
	clause: "A call whose context is done changes nothing and returns an error with context.Cause in its tree.",
	run: func(t *testing.T, s Stores) {
		gone := errors.New("the caller hung up")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(gone)
		_, _, err := s.Counts.Take(ctx, "martin", day(2024, 6, 3), time.Hour, 1)
		require.ErrorIs(t, err, gone)
		require.ErrorIs(t, s.Counts.Keep(ctx, "martin", "rented", 0, []campaign.CountAnswer{told(1)}), gone)
		_, err = s.Counts.Answers(ctx, "martin", "rented")
		require.ErrorIs(t, err, gone)
		_, ok, err := s.Counts.Take(t.Context(), "martin", day(2024, 6, 3), time.Hour, 1)
		require.NoError(t, err)
		require.True(t, ok)
	},
}}
