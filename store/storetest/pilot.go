package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// piloting freezes n people in chunks of size for a campaign with a pilot.
func piloting(t *testing.T, s Stores, n, size, pilot int) {
	t.Helper()
	c := campaignNamed("c")
	c.Pilot = pilot
	require.NoError(t, s.Outbox.Create(t.Context(), c))
	for seq, at := 1, 0; at < n; seq++ {
		chunk := campaign.Chunk{Campaign: "c", Seq: seq}
		for ; at < n && len(chunk.Rows) < size; at++ {
			chunk.Rows = append(chunk.Rows, rowOf("c", at))
		}
		chunk.Last = at >= n
		_, err := s.Outbox.Freeze(t.Context(), keyA, chunk)
		require.NoError(t, err)
	}
}

func idsOf(rows []campaign.Pending) (ids []campaign.AttemptID) {
	for _, r := range rows {
		ids = append(ids, campaign.AttemptID{Dispatch: r.Dispatch, No: r.No})
	}
	return ids
}

func saved(t *testing.T, s Stores, id string) campaign.Saved {
	t.Helper()
	out, err := s.Outbox.Campaign(t.Context(), id)
	require.NoError(t, err)
	return out
}

var pilotCases = []testCase{
	{
		name:   "Pilot",
		clause: "first attempts are recorded up to that number in all, and the step that reaches it also makes the campaign Paused, By [ByAccord] and for [PilotDone].",
		run: func(t *testing.T, s Stores) {
			piloting(t, s, 8, 4, 6)
			first, second := lease(t, s, "c"), lease(t, s, "c")
			marked, err := s.Outbox.Mark(t.Context(), first, idsOf(first.Rows))
			require.NoError(t, err)
			require.Equal(t, []bool{true, true, true, true}, marked)
			require.Equal(t, campaign.Running, saved(t, s, "c").Status)
			s.Clock.Advance(time.Second)
			marked, err = s.Outbox.Mark(t.Context(), second, idsOf(second.Rows))
			require.NoError(t, err)
			require.Equal(t, []bool{true, true, false, false}, marked)
			got := saved(t, s, "c")
			require.Equal(t, campaign.Paused, got.Status)
			require.Equal(t, []campaign.StatusChange{{To: campaign.Paused, By: campaign.ByAccord, Why: campaign.PilotDone, At: s.Clock.Now()}}, got.Changes)
			_, err = s.Outbox.Lease(t.Context(), "c", "w", time.Minute)
			require.ErrorIs(t, err, campaign.ErrStatus)
			_, err = s.Outbox.Mark(t.Context(), second, idsOf(second.Rows[2:]))
			require.ErrorIs(t, err, campaign.ErrStatus)

			// Once somebody has resumed it, there is no pilot any more.
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Running, By: "a", Why: "looks good"}))
			marked, err = s.Outbox.Mark(t.Context(), second, idsOf(second.Rows[2:]))
			require.NoError(t, err)
			require.Equal(t, []bool{true, true}, marked)
			require.Equal(t, campaign.Running, saved(t, s, "c").Status)
		},
	}, {
		name:   "PilotAtOnce",
		clause: "first attempts are recorded up to that number in all.",
		run: func(t *testing.T, s Stores) {
			piloting(t, s, 16, 2, 5)
			var wg sync.WaitGroup
			var mu sync.Mutex
			recorded := 0
			leases := make([]campaign.Lease, 8)
			for i := range leases {
				leases[i] = lease(t, s, "c")
			}
			for _, l := range leases {
				wg.Go(func() {
					for _, id := range idsOf(l.Rows) {
						marked, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{id})
						mu.Lock()
						if err == nil && marked[0] {
							recorded++
						}
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			require.Equal(t, 5, recorded)
			require.Equal(t, 5, tallyOf(t, s, "c")[class(campaign.InFlight, "")])
		},
	}, {
		name:   "PilotRetries",
		clause: "While a campaign with a Pilot was never Running again after a pause, first attempts are recorded up to that number in all.",
		run: func(t *testing.T, s Stores) {
			piloting(t, s, 3, 3, 2)
			l := lease(t, s, "c")
			a := mark(t, s, l)
			settle(t, s, campaign.Settlement{Attempt: a, Kind: campaign.NotSent, Code: "x", Until: s.Clock.Now()})
			a.No = 2
			marked, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{a})
			require.NoError(t, err)
			require.Equal(t, []bool{true}, marked, "a second attempt is not a second message")
			require.Equal(t, campaign.Running, saved(t, s, "c").Status)
			p, err := s.Outbox.Pulse(t.Context(), "c", time.Time{})
			require.NoError(t, err)
			require.Equal(t, 1, p.Tried)
			require.Equal(t, 2, p.Recent)
		},
	}, {
		name:   "StatusChanges",
		clause: "The status that it has already is no error and changes nothing; any other change fails with [ErrStatus]. The change is kept, with the store's own time for its At.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			require.Empty(t, saved(t, s, "c").Changes)
			var want []campaign.StatusChange
			set := func(c campaign.StatusChange) {
				t.Helper()
				s.Clock.Advance(time.Minute)
				c.At = s.Clock.Now().Add(-time.Hour) // the caller's, which is not asked for
				require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", c))
				again := c
				again.By, again.Why = "b", "again"
				require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", again))
				c.At = s.Clock.Now()
				want = append(want, c)
			}
			set(campaign.StatusChange{To: campaign.Paused, By: "a", Why: campaign.Why(hostile[6])})
			set(campaign.StatusChange{To: campaign.Running, By: hostile[6], Why: "fine", Counts: campaign.Counts{Sent: 5, Refusals: 4, Complaints: 3, Failures: 2, Unknowns: 1}})
			set(campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "over"})
			require.Equal(t, want, saved(t, s, "c").Changes)
			require.ErrorIs(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Running, By: "a", Why: "x"}), campaign.ErrStatus)
			require.Equal(t, want, saved(t, s, "c").Changes)
		},
	}, {
		name:   "Pulse",
		clause: "Pulse returns how the sending of a campaign goes; Recent counts attempts that were marked at the instant since or later.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 3, 1)
			frozen(t, s.Outbox, "d", 1, 1)
			pulse := func(since time.Time) campaign.Pulse {
				t.Helper()
				p, err := s.Outbox.Pulse(t.Context(), "c", since)
				require.NoError(t, err)
				return p
			}
			start := s.Clock.Now()
			require.Equal(t, campaign.Pulse{Now: start}, pulse(time.Time{}))
			for range 3 {
				s.Clock.Advance(time.Second)
				mark(t, s, lease(t, s, "c"))
			}
			mark(t, s, lease(t, s, "d"))
			now := s.Clock.Now()
			want := campaign.Pulse{Now: now, Started: start.Add(time.Second), Latest: now, Tried: 3, Recent: 3}
			require.Equal(t, want, pulse(time.Time{}))
			want.Recent = 2
			require.Equal(t, want, pulse(start.Add(2*time.Second)))

			for i, r := range []campaign.EventRecord{
				{ID: "1", Campaigns: []string{"c", "d"}, Sign: campaign.RefusalSign}, {ID: "2", Campaigns: []string{"c"}, Sign: campaign.ComplaintSign},
				{ID: "1", Campaigns: []string{"c", "d"}, Sign: campaign.RefusalSign}, {ID: "3", Campaigns: []string{"c"}}, {ID: "4", Sign: campaign.RefusalSign},
				{ID: "5", Campaigns: []string{"d"}, Sign: campaign.RefusalSign}, {ID: "6", Campaigns: []string{"gone"}, Sign: campaign.RefusalSign},
			} {
				r.At, r.Effect = s.Clock.Now(), []byte{byte(i)}
				got, first, err := s.Outbox.Remember(t.Context(), r)
				require.NoError(t, err)
				require.Equal(t, i != 2, first)
				require.Equal(t, r.Campaigns, got.Campaigns)
				require.Equal(t, r.Sign, got.Sign)
			}
			want.Refusals, want.Complaints = 1, 1
			require.Equal(t, want, pulse(start.Add(2*time.Second)), "an event counts once")
			_, err := s.Outbox.Pulse(t.Context(), "none", time.Time{})
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	},
}
