package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// queueCases are the promises of campaign.Queue, and of those calls of
// campaign.Messages that race with it.
var queueCases = []testCase{
	{
		name:   "Lease",
		clause: "Token is higher than that of every earlier lease of the chunk, and 0 when there was nothing to lease.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 4, 2)
			a, b := lease(t, s, "c"), lease(t, s, "c")
			require.NotEqual(t, a.Chunk, b.Chunk)
			require.Len(t, a.Rows, 2)
			none := lease(t, s, "c")
			require.Zero(t, none.Token)
			require.True(t, none.Next.Equal(a.Until), "another may be leased when the first ends")
			s.Clock.Advance(time.Minute)
			again := lease(t, s, "c")
			require.Equal(t, a.Chunk, again.Chunk)
			require.Greater(t, again.Token, a.Token)
			require.NoError(t, s.Outbox.Release(t.Context(), again))
			require.NoError(t, s.Outbox.Release(t.Context(), again))
			third := lease(t, s, "c")
			require.Equal(t, a.Chunk, third.Chunk)
			require.Greater(t, third.Token, again.Token)
			require.NoError(t, s.Outbox.Release(t.Context(), a), "an old lease takes nothing away")
			require.NotEqual(t, third.Chunk, lease(t, s, "c").Chunk)
		},
	}, {
		name:   "WokenWorker",
		clause: "A lease that is over, or whose token is not the latest of the chunk, fails with [ErrLease]; a campaign that is not Running fails with [ErrStatus]; nothing is recorded then.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 2, 2)
			slept := lease(t, s, "c")
			first := campaign.AttemptID{Dispatch: slept.Rows[0].Dispatch, No: 1}
			second := campaign.AttemptID{Dispatch: slept.Rows[1].Dispatch, No: 1}
			s.Clock.Advance(time.Minute)
			_, err := s.Outbox.Mark(t.Context(), slept, []campaign.AttemptID{first})
			require.ErrorIs(t, err, campaign.ErrLease)
			other := lease(t, s, "c")
			_, err = s.Outbox.Mark(t.Context(), slept, []campaign.AttemptID{first})
			require.ErrorIs(t, err, campaign.ErrLease)
			require.ErrorIs(t, s.Outbox.Defer(t.Context(), slept, []campaign.Deferral{{Dispatch: first.Dispatch, Until: s.Clock.Now().Add(time.Hour)}}), campaign.ErrLease)
			marked, err := s.Outbox.Mark(t.Context(), other, []campaign.AttemptID{first, {Dispatch: first.Dispatch, No: 2}, {Dispatch: second.Dispatch, No: 3}})
			require.NoError(t, err)
			require.Equal(t, []bool{true, false, false}, marked)
			marked, err = s.Outbox.Mark(t.Context(), other, []campaign.AttemptID{first})
			require.NoError(t, err)
			require.Equal(t, []bool{false}, marked)
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Paused, By: "a", Why: "test"}))
			_, err = s.Outbox.Mark(t.Context(), other, []campaign.AttemptID{second})
			require.ErrorIs(t, err, campaign.ErrStatus)
			// What the woken worker brings is taken all the same.
			s.Clock.Advance(time.Hour)
			require.Equal(t, 1, tallyOf(t, s, "c")[class(campaign.Unknown, "")])
			settle(t, s, answered(first, provider.Accepted))
			require.Equal(t, campaign.Tally{class(campaign.HandedOver, ""): 1, ready: 1}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "Settle",
		clause: "It is accepted from anyone at any time, lease or not, and only moves from unknown to known: a settlement that says otherwise than an earlier one is counted as a contradiction and changes nothing else.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			id := mark(t, s, lease(t, s, "c"))
			require.Equal(t, campaign.Tally{class(campaign.InFlight, ""): 1}, tallyOf(t, s, "c"))
			settle(t, s, answered(id, provider.Unknown))
			require.Equal(t, campaign.Tally{class(campaign.Unknown, ""): 1}, tallyOf(t, s, "c"))
			settle(t, s, answered(id, provider.Accepted))
			settle(t, s, answered(id, provider.Accepted))
			settle(t, s, answered(id, provider.Temporary))
			settle(t, s, answered(id, provider.Unknown))
			settle(t, s, campaign.Settlement{Attempt: id, Kind: campaign.NotSent, Code: "late"})
			require.Equal(t, campaign.Tally{class(campaign.HandedOver, ""): 1}, tallyOf(t, s, "c"))
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{CarrierID: "c-" + id.Dispatch.String()})
			require.NoError(t, err)
			require.Len(t, d.Attempts, 1)
			require.Equal(t, 2, d.Attempts[0].Contradictions)
			require.Zero(t, lease(t, s, "c").Token)
			never := campaign.AttemptID{Dispatch: id.Dispatch, No: 7}
			require.ErrorIs(t, s.Outbox.Settle(t.Context(), []campaign.Settlement{answered(never, provider.Accepted)}), contact.ErrNotFound)
		},
	}, {
		name:   "TriedAgain",
		clause: "A row may be tried when it is Ready, is not put off beyond now, and has no attempt that stands: its last attempt was settled not taken by the carrier, or not sent and put off, and the Until of that settlement has come.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			l := lease(t, s, "c")
			until := s.Clock.Now().Add(time.Hour)
			require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[0].Dispatch, Until: until, Code: "hours.closed"}}))
			require.NoError(t, s.Outbox.Release(t.Context(), l))
			require.Equal(t, campaign.Tally{class(campaign.Deferred, "hours.closed"): 1}, tallyOf(t, s, "c"))
			none := lease(t, s, "c")
			require.Zero(t, none.Token)
			require.True(t, until.Equal(none.Next))
			s.Clock.Advance(time.Hour)
			for no, st := range []campaign.Settlement{
				{Kind: campaign.NotSent, Code: "sent.in-flight", Until: s.Clock.Now().Add(time.Hour)},
				{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Throttled}, Until: s.Clock.Now().Add(3 * time.Hour)},
			} {
				l := lease(t, s, "c")
				require.Equal(t, no+1, l.Rows[0].No)
				st.Attempt = mark(t, s, l)
				settle(t, s, st)
				require.NoError(t, s.Outbox.Release(t.Context(), l))
				require.Equal(t, 1, tallyOf(t, s, "c").In(campaign.Deferred))
				require.Zero(t, lease(t, s, "c").Token)
				s.Clock.Advance(st.Until.Sub(s.Clock.Now()))
				require.Equal(t, campaign.Tally{ready: 1}, tallyOf(t, s, "c"))
			}
			st := answered(mark(t, s, lease(t, s, "c")), provider.Temporary)
			st.Final = true
			settle(t, s, st)
			require.Equal(t, 1, tallyOf(t, s, "c").In(campaign.Failed))
			s.Clock.Advance(time.Hour)
			require.Zero(t, lease(t, s, "c").Token)
		},
	}, {
		name:   "CancelAgainstMark",
		clause: "It records in the place of the next attempt, so that of a cancelling and a marking one comes second and loses. What is marked and not settled is not touched.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 2, 2)
			l := lease(t, s, "c")
			scope := []contact.Scope{{Group: "party", Channels: contact.SMS.Siblings()}}
			cancel := func(n int, scopes []contact.Scope) int {
				k, err := s.Outbox.Cancel(t.Context(), keyA, printOf(n), scopes, s.Clock.Now())
				require.NoError(t, err)
				return k
			}
			require.Equal(t, 0, cancel(0, []contact.Scope{{Group: "another"}}))
			require.Equal(t, 1, cancel(0, scope))
			require.Equal(t, 0, cancel(0, scope))
			ids := []campaign.AttemptID{{Dispatch: l.Rows[0].Dispatch, No: 1}, {Dispatch: l.Rows[0].Dispatch, No: 2}, {Dispatch: l.Rows[1].Dispatch, No: 1}}
			marked, err := s.Outbox.Mark(t.Context(), l, ids)
			require.NoError(t, err)
			require.Equal(t, []bool{false, false, true}, marked)
			require.Equal(t, 0, cancel(1, scope))
			flying, err := s.Outbox.InFlight(t.Context(), keyA, printOf(1))
			require.NoError(t, err)
			require.Len(t, flying, 1)
			require.Equal(t, ids[2], flying[0].ID)
			empty, err := s.Outbox.InFlight(t.Context(), keyA, printOf(0))
			require.NoError(t, err)
			require.Empty(t, empty)
			st := answered(ids[2], provider.Temporary)
			settle(t, s, st)
			require.Equal(t, 1, cancel(1, scope), "what the carrier did not take can be cancelled")
			require.Equal(t, campaign.Tally{class(campaign.Cancelled, ""): 2}, tallyOf(t, s, "c"))
			require.Error(t, s.Outbox.Settle(t.Context(), []campaign.Settlement{answered(campaign.AttemptID{Dispatch: ids[0].Dispatch, No: 1}, provider.Accepted)}))
		},
	}, {
		name:   "Unknowns",
		clause: "Unknowns returns at most limit attempts of a campaign that were marked, whose outcome nobody knows, and whose lease is over or whose carrier could not say; oldest first.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 3, 1)
			var ids []campaign.AttemptID
			for range 3 {
				s.Clock.Advance(time.Second)
				ids = append(ids, mark(t, s, lease(t, s, "c")))
			}
			unknowns := func(id string, limit int) (out []campaign.AttemptID) {
				as, err := s.Outbox.Unknowns(t.Context(), id, limit)
				require.NoError(t, err)
				for _, a := range as {
					out = append(out, a.ID)
				}
				return out
			}
			require.Empty(t, unknowns("c", 9), "their leases hold")
			settle(t, s, answered(ids[1], provider.Unknown))
			require.Equal(t, ids[1:2], unknowns("c", 9))
			s.Clock.Advance(time.Hour)
			require.Equal(t, ids, unknowns("", 9))
			require.Equal(t, ids[:2], unknowns("c", 2))
			settle(t, s, answered(ids[0], provider.Rejected))
			require.Equal(t, ids[1:], unknowns("c", 9))
			require.Empty(t, unknowns("other", 9))
		},
	}, {
		name:   "ManyWorkers",
		clause: "Lease gives one chunk of a Running campaign to worker: one with rows that may be tried now, that nobody holds a lease of.",
		run: func(t *testing.T, s Stores) {
			const rows = 600
			frozen(t, s.Outbox, "c", rows, 25)
			var mu sync.Mutex
			marks := map[campaign.AttemptID]int{}
			var wg sync.WaitGroup
			for w := range 8 {
				wg.Go(func() {
					for {
						l, err := s.Outbox.Lease(t.Context(), "c", fmt.Sprint(w), time.Minute)
						if err != nil {
							t.Error(err)
							return
						}
						if l.Token == 0 {
							return
						}
						var ids []campaign.AttemptID
						for _, r := range l.Rows {
							ids = append(ids, campaign.AttemptID{Dispatch: r.Dispatch, No: r.No})
						}
						marked, err := s.Outbox.Mark(t.Context(), l, ids)
						if err != nil {
							t.Error(err)
							return
						}
						var ss []campaign.Settlement
						mu.Lock()
						for i, ok := range marked {
							if ok {
								marks[ids[i]]++
								ss = append(ss, answered(ids[i], provider.Accepted))
							}
						}
						mu.Unlock()
						if err := s.Outbox.Settle(t.Context(), ss); err != nil {
							t.Error(err)
						}
						if err := s.Outbox.Release(t.Context(), l); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			require.Len(t, marks, rows)
			for id, n := range marks {
				require.Equalf(t, 1, n, "%v", id)
			}
			require.Equal(t, rows, tallyOf(t, s, "c").In(campaign.HandedOver))
		},
	},
}
