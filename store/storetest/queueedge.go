package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// queueEdges are about leases that end, marks that lose, and answers that come
// late or twice.
var queueEdges = []testCase{
	{
		name:   "EachChunkOnce",
		clause: "that nobody holds a lease of",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 6, 2)
			var mu sync.Mutex
			chunks := map[int]int{}
			var wg sync.WaitGroup
			for w := range 8 {
				wg.Go(func() {
					l, err := s.Outbox.Lease(t.Context(), "c", fmt.Sprint(w), time.Minute)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					chunks[l.Chunk]++
				})
			}
			wg.Wait()
			require.Equal(t, map[int]int{0: 5, 1: 1, 2: 1, 3: 1}, chunks)
		},
	}, {
		name:   "LeaseEnds",
		clause: "A Lease is the right of one worker to mark rows of one chunk, for a time by the store's clock.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 3, 3)
			l := lease(t, s, "c")
			require.Equal(t, "c", l.Campaign)
			require.True(t, l.Now.Equal(s.Clock.Now()))
			require.True(t, l.Until.Equal(l.Now.Add(time.Minute)))
			s.Clock.Advance(time.Minute - time.Microsecond)
			require.Zero(t, lease(t, s, "c").Token)
			first := mark(t, s, l)
			s.Clock.Advance(time.Microsecond)
			_, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{{Dispatch: l.Rows[1].Dispatch, No: 1}})
			require.ErrorIs(t, err, campaign.ErrLease, "to the microsecond")
			again := lease(t, s, "c")
			require.Len(t, again.Rows, 2, "what was marked and is unknown is not tried again")
			require.NotContains(t, []provider.DispatchID{again.Rows[0].Dispatch, again.Rows[1].Dispatch}, first.Dispatch)
			require.Equal(t, campaign.Tally{class(campaign.Unknown, ""): 1, ready: 2}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "Next",
		clause: "Next is, when there was nothing to lease, the earliest moment at which there may be: a deferral or a lease that ends. Zero means never.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 3, 1)
			now := s.Clock.Now()
			for i := range 3 {
				l := lease(t, s, "c")
				until := now.Add(time.Duration(3-i) * time.Hour)
				require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[0].Dispatch, Until: until, Code: "hours.closed"}}))
				require.NoError(t, s.Outbox.Release(t.Context(), l))
			}
			next := func(want time.Time) {
				t.Helper()
				l := lease(t, s, "c")
				require.Zero(t, l.Token)
				require.Empty(t, l.Rows)
				require.Equal(t, "c", l.Campaign)
				require.Truef(t, want.Equal(l.Next), "%v, not %v", l.Next, want)
			}
			next(now.Add(time.Hour))
			n, err := s.Outbox.Cancel(t.Context(), keyA, printOf(2), []contact.Scope{{}}, now)
			require.NoError(t, err)
			require.Equal(t, 1, n)
			next(now.Add(2 * time.Hour))
			s.Clock.Advance(2 * time.Hour)
			held := lease(t, s, "c")
			require.NotZero(t, held.Token)
			next(held.Until)
			mark(t, s, held)
			next(now.Add(3 * time.Hour)) // the lease that ends has nothing left
			s.Clock.Advance(time.Hour)
			mark(t, s, lease(t, s, "c"))
			next(time.Time{})

			// Of two that wait in one chunk the first may go.
			now = s.Clock.Now()
			frozen(t, s.Outbox, "d", 2, 2)
			l, err := s.Outbox.Lease(t.Context(), "d", "w", time.Minute)
			require.NoError(t, err)
			require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{
				{Dispatch: l.Rows[0].Dispatch, Until: now.Add(time.Hour), Code: "x"}, {Dispatch: l.Rows[1].Dispatch, Until: now.Add(2 * time.Hour), Code: "x"},
			}))
			require.NoError(t, s.Outbox.Release(t.Context(), l))
			_, err = s.Outbox.Cancel(t.Context(), keyA, l.Rows[0].Fingerprint, []contact.Scope{{}}, now)
			require.NoError(t, err)
			l, err = s.Outbox.Lease(t.Context(), "d", "w", time.Minute)
			require.NoError(t, err)
			require.True(t, l.Next.Equal(now.Add(2*time.Hour)))
		},
	}, {
		name:   "SomeOfAChunk",
		clause: "Rows are those of the chunk that may be tried now.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			c := campaign.Chunk{Campaign: "c", Seq: 1, Last: true}
			for i := range 5 {
				c.Rows = append(c.Rows, rowOf("c", i))
			}
			c.Rows[0].Class = class(campaign.Excluded, "consent.never-asked")
			_, err := s.Outbox.Freeze(t.Context(), keyA, c)
			require.NoError(t, err)
			l := lease(t, s, "c")
			require.Len(t, l.Rows, 4)
			settle(t, s, answered(mark(t, s, l), provider.Accepted))
			until := s.Clock.Now().Add(time.Hour)
			require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[1].Dispatch, Until: until, Code: "x"}}))
			_, err = s.Outbox.Cancel(t.Context(), keyA, l.Rows[2].Fingerprint, []contact.Scope{{}}, s.Clock.Now())
			require.NoError(t, err)
			require.NoError(t, s.Outbox.Release(t.Context(), l))
			left := lease(t, s, "c")
			require.Equal(t, []campaign.Pending{{Row: l.Rows[3].Row, No: 1}}, left.Rows)
			require.Equal(t, campaign.Tally{
				class(campaign.Excluded, "consent.never-asked"): 1, class(campaign.HandedOver, ""): 1, class(campaign.Deferred, "x"): 1,
				class(campaign.Cancelled, ""): 1, ready: 1,
			}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "Marked",
		clause: "Mark records that attempts are about to be made, in one step, synchronous to disk, and says for each whether it was recorded.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 4, 2)
			l, other := lease(t, s, "c"), lease(t, s, "c")
			of := func(r campaign.Pending, no int) campaign.AttemptID {
				return campaign.AttemptID{Dispatch: r.Dispatch, No: no}
			}
			marked, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{
				of(l.Rows[0], 0), of(l.Rows[0], 2), of(l.Rows[0], 1), of(l.Rows[0], 1), of(l.Rows[0], 2), {Dispatch: uuid.UUID{9}, No: 1},
			})
			require.NoError(t, err)
			require.Equal(t, []bool{false, false, true, false, false, false}, marked)
			a := attempt(t, s, of(l.Rows[0], 1))
			require.Equal(t, campaign.Attempt{
				ID: of(l.Rows[0], 1), Campaign: "c", Worker: "w", Marked: l.Now.UTC(), LeaseUntil: l.Until.UTC(),
			}, a)
			none, err := s.Outbox.Mark(t.Context(), l, nil)
			require.NoError(t, err)
			require.Empty(t, none)
			mark(t, s, other)
		},
	}, {
		name:   "MarkNeedsRunning",
		clause: "a campaign that is not Running fails with [ErrStatus]; nothing is recorded then.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			l := lease(t, s, "c")
			id := campaign.AttemptID{Dispatch: l.Rows[0].Dispatch, No: 1}
			for _, st := range []campaign.Status{campaign.Paused, campaign.Running, campaign.Stopped} {
				require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: st, By: "a", Why: "test"}))
				if st == campaign.Running {
					continue
				}
				_, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{id})
				require.ErrorIs(t, err, campaign.ErrStatus)
				_, err = s.Outbox.Lease(t.Context(), "c", "w", time.Minute)
				require.ErrorIs(t, err, campaign.ErrStatus)
			}
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: id.Dispatch})
			require.NoError(t, err)
			require.Empty(t, d.Attempts)
			require.NoError(t, s.Outbox.Release(t.Context(), l))
		},
	}, {
		name:   "MarkAgainstCancel",
		clause: "It records in the place of the next attempt, so that of a cancelling and a marking one comes second and loses.",
		run: func(t *testing.T, s Stores) {
			const rows = 100
			frozen(t, s.Outbox, "c", rows, rows)
			l := lease(t, s, "c")
			var marks, cancels [rows]bool
			var wg sync.WaitGroup
			wg.Go(func() {
				for i := range rows {
					got, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{{Dispatch: rowOf("c", i).Dispatch, No: 1}})
					if err != nil {
						t.Error(err)
						return
					}
					marks[i] = got[0]
				}
			})
			wg.Go(func() {
				for i := range rows {
					n, err := s.Outbox.Cancel(t.Context(), keyA, printOf(i), []contact.Scope{{}}, s.Clock.Now())
					if err != nil {
						t.Error(err)
						return
					}
					cancels[i] = n == 1
				}
			})
			wg.Wait()
			marked := 0
			for i := range rows {
				require.NotEqualf(t, marks[i], cancels[i], "row %d", i)
				if marks[i] {
					marked++
				}
				flying, err := s.Outbox.InFlight(t.Context(), keyA, printOf(i))
				require.NoError(t, err)
				require.Equalf(t, marks[i], len(flying) == 1, "row %d", i)
			}
			require.Equal(t, marked, tallyOf(t, s, "c").In(campaign.InFlight))
			require.Equal(t, rows-marked, tallyOf(t, s, "c").In(campaign.Cancelled))
		},
	}, {
		name:   "DeadWorkers",
		clause: "One is not recorded when an attempt of that dispatch stands",
		run: func(t *testing.T, s Stores) {
			rows := 5000
			if testing.Short() {
				rows = 600
			}
			frozen(t, s.Outbox, "c", rows, 50)
			var mu sync.Mutex
			marks := map[campaign.AttemptID]int{}
			work := func(worker int) {
				for n := 0; ; n++ {
					l, err := s.Outbox.Lease(t.Context(), "c", fmt.Sprint(worker), time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					if l.Token == 0 {
						return
					}
					var ids []campaign.AttemptID
					for i, r := range l.Rows {
						if n%3 != 0 || i%2 == 0 { // of some chunks only half is tried
							ids = append(ids, campaign.AttemptID{Dispatch: r.Dispatch, No: r.No})
						}
					}
					marked, err := s.Outbox.Mark(t.Context(), l, ids)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for i, ok := range marked {
						if ok {
							marks[ids[i]]++
						}
					}
					mu.Unlock()
					if n%2 == 0 { // every other time the worker dies here
						if err := s.Outbox.Release(t.Context(), l); err != nil {
							t.Error(err)
						}
					}
				}
			}
			for len(marks) < rows && !t.Failed() {
				var wg sync.WaitGroup
				for w := range 8 {
					wg.Go(func() { work(w) })
				}
				wg.Wait()
				s.Clock.Advance(time.Minute)
			}
			for id, n := range marks {
				require.Equalf(t, 1, n, "%v", id)
				require.Equal(t, 1, id.No)
			}
			require.Equal(t, campaign.Tally{class(campaign.Unknown, ""): rows}, tallyOf(t, s, "c"))
		},
	},
}
