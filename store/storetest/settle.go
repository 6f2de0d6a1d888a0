package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// settleCases are about answers: which there are, and those that come late, twice
// or from somebody else.
var settleCases = []testCase{
	{
		name:   "Settlements",
		clause: "A row without an attempt is in its frozen class, or Deferred; what would be Ready or Deferred in a Stopped campaign is Cancelled. An attempt that is marked and not settled is InFlight while its lease holds, and Unknown after.",
		run: func(t *testing.T, s Stores) {
			wait := s.Clock.Now().Add(time.Hour)
			after := func(k provider.OutcomeKind, cause provider.Cause, final bool, until time.Time) campaign.Settlement {
				return campaign.Settlement{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: k, Cause: cause}, Final: final, Until: until}
			}
			for i, tt := range []struct {
				settlement campaign.Settlement
				now, later campaign.Class
				stopped    campaign.State
				again      bool
			}{
				{campaign.Settlement{}, class(campaign.InFlight, ""), class(campaign.Unknown, ""), campaign.Unknown, false},
				{after(provider.Unknown, "", false, time.Time{}), class(campaign.Unknown, ""), class(campaign.Unknown, ""), campaign.Unknown, false},
				{after(provider.Accepted, "", false, time.Time{}), class(campaign.HandedOver, ""), class(campaign.HandedOver, ""), campaign.HandedOver, false},
				{after(provider.Rejected, provider.Blocked, false, time.Time{}), class(campaign.Failed, "blocked"), class(campaign.Failed, "blocked"), campaign.Failed, false},
				{after(provider.Temporary, "", false, wait), class(campaign.Deferred, "carrier.temporary"), ready, campaign.Cancelled, true},
				{after(provider.Throttled, "", false, wait), class(campaign.Deferred, "carrier.throttled"), ready, campaign.Cancelled, true},
				{after(provider.Temporary, "", false, time.Time{}), ready, ready, campaign.Cancelled, true},
				{after(provider.Temporary, "", true, wait), class(campaign.Failed, "temporary"), class(campaign.Failed, "temporary"), campaign.Failed, false},
				{campaign.Settlement{Kind: campaign.NotSent, Code: "list.refused"}, class(campaign.Excluded, "list.refused"), class(campaign.Excluded, "list.refused"), campaign.Excluded, false},
				{campaign.Settlement{Kind: campaign.NotSent, Code: "hours.closed", Until: wait}, class(campaign.Deferred, "hours.closed"), ready, campaign.Cancelled, true},
			} {
				id := fmt.Sprint("c", i)
				frozen(t, s.Outbox, id, 1, 1)
				a := mark(t, s, lease(t, s, id))
				if tt.settlement.Kind != campaign.NoSettlement {
					tt.settlement.Attempt = a
					settle(t, s, tt.settlement)
				}
				require.Equalf(t, campaign.Tally{tt.now: 1}, tallyOf(t, s, id), "%d", i)
				s.Clock.Advance(time.Hour)
				require.Equalf(t, campaign.Tally{tt.later: 1}, tallyOf(t, s, id), "%d", i)
				l := lease(t, s, id)
				require.Equalf(t, tt.again, l.Token != 0, "%d", i)
				if tt.again {
					require.Equal(t, 2, l.Rows[0].No)
				}
				require.NoError(t, s.Outbox.SetStatus(t.Context(), id, campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"}))
				require.Equalf(t, 1, tallyOf(t, s, id).In(tt.stopped), "%d: %v", i, tallyOf(t, s, id))
				s.Clock.Advance(-time.Hour)
			}
		},
	}, {
		name:   "FirstStays",
		clause: "only moves from unknown to known: a settlement that says otherwise than an earlier one is counted as a contradiction and changes nothing else",
		run: func(t *testing.T, s Stores) {
			kinds := []campaign.Settlement{
				{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Unknown}},
				{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}},
				{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Rejected}},
				{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Temporary}},
				{Kind: campaign.NotSent, Code: "x"},
			}
			for i, first := range kinds {
				for j, second := range kinds {
					id := fmt.Sprint("c", i, j)
					frozen(t, s.Outbox, id, 1, 1)
					first.Attempt = tryAgain(t, s, id)
					second.Attempt = first.Attempt
					settle(t, s, first)
					settle(t, s, second)
					settle(t, s, second)
					want, contradictions := first, 0
					switch {
					case i == 0:
						want = second
					case j != 0 && i != j:
						contradictions = 2
					}
					got := attempt(t, s, first.Attempt)
					require.Equalf(t, want.Kind, got.Settlement.Kind, "%s", id)
					require.Equalf(t, want.Outcome.Kind, got.Settlement.Outcome.Kind, "%s", id)
					require.Equalf(t, want.Code, got.Settlement.Code, "%s", id)
					require.Equalf(t, contradictions, got.Contradictions, "%s", id)
				}
			}
		},
	}, {
		name:   "SettledByAnyone",
		clause: "It is accepted from anyone at any time, lease or not",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 3, 3)
			l := lease(t, s, "c")
			var ids []campaign.AttemptID
			for _, r := range l.Rows {
				ids = append(ids, campaign.AttemptID{Dispatch: r.Dispatch, No: 1})
			}
			_, err := s.Outbox.Mark(t.Context(), l, ids)
			require.NoError(t, err)
			s.Clock.Advance(time.Hour)
			settle(t, s, answered(ids[0], provider.Accepted))
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Paused, By: "a", Why: "test"}))
			settle(t, s, answered(ids[1], provider.Rejected))
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"}))
			settle(t, s, answered(ids[2], provider.Temporary))
			require.Equal(t, campaign.Tally{class(campaign.HandedOver, ""): 1, class(campaign.Failed, ""): 1, class(campaign.Cancelled, ""): 1}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "OthersAreRecorded",
		clause: "An attempt that was never marked fails with contact.ErrNotFound; the others are recorded all the same.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 3, 3)
			l := lease(t, s, "c")
			a := mark(t, s, l)
			l.Rows = l.Rows[1:]
			b := mark(t, s, l)
			err := s.Outbox.Settle(t.Context(), []campaign.Settlement{
				answered(a, provider.Accepted), answered(campaign.AttemptID{Dispatch: l.Rows[1].Dispatch, No: 1}, provider.Accepted),
				answered(campaign.AttemptID{Dispatch: a.Dispatch, No: 0}, provider.Accepted), answered(campaign.AttemptID{Dispatch: uuid.UUID{9}, No: 1}, provider.Accepted),
				answered(b, provider.Rejected),
			})
			require.ErrorIs(t, err, contact.ErrNotFound)
			require.Equal(t, campaign.Tally{class(campaign.HandedOver, ""): 1, class(campaign.Failed, ""): 1, ready: 1}, tallyOf(t, s, "c"))
			require.NoError(t, s.Outbox.Settle(t.Context(), nil))
		},
	}, {
		name:   "AnswerAfterReceipt",
		clause: "One that says the same adds what was not known, the trace, the carrier's ID and the segments: a receipt may come before the answer.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			id := mark(t, s, lease(t, s, "c"))
			_, fresh, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: id.Dispatch}, Status: provider.Delivered, At: s.Clock.Now()})
			require.NoError(t, err)
			require.True(t, fresh)
			st := answered(id, provider.Accepted)
			st.Trace, st.Segments = traced(), 2
			settle(t, s, st)
			other := answered(id, provider.Accepted)
			other.Outcome.CarrierID, other.Trace, other.Segments = "another", &consent.Trace{Length: 9}, 9
			settle(t, s, other) // what is known stays
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{CarrierID: st.Outcome.CarrierID})
			require.NoError(t, err)
			a := d.Attempts[0]
			require.Equal(t, traced(), a.Settlement.Trace)
			require.Equal(t, st.Outcome.CarrierID, a.Settlement.Outcome.CarrierID)
			require.Equal(t, 2, a.Settlement.Segments)
			require.Equal(t, provider.Delivered, a.Receipt)
			require.Zero(t, a.Contradictions)
			// So does an answer that could not say: its trace is of what was sent.
			frozen(t, s.Outbox, "d", 1, 1)
			id = mark(t, s, lease(t, s, "d"))
			unknown := answered(id, provider.Unknown)
			unknown.Trace = traced()
			settle(t, s, unknown)
			settle(t, s, campaign.Settlement{Attempt: id, Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}})
			got := attempt(t, s, id).Settlement
			require.Equal(t, traced(), got.Trace)
			require.Equal(t, unknown.Outcome.CarrierID, got.Outcome.CarrierID)
		},
	}, {
		name:   "UnknownThenNotTaken",
		clause: "An unknown outcome ends the wait for an answer and leaves the attempt unknown.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			first := tryAgain(t, s, "c")
			settle(t, s, answered(first, provider.Unknown))
			s.Clock.Advance(time.Hour)
			require.Zero(t, lease(t, s, "c").Token)
			settle(t, s, answered(first, provider.Temporary)) // the carrier never had it
			l := lease(t, s, "c")
			require.Equal(t, 2, l.Rows[0].No)
			marked, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{first, {Dispatch: first.Dispatch, No: 2}})
			require.NoError(t, err)
			require.Equal(t, []bool{false, true}, marked)
			settle(t, s, answered(first, provider.Accepted)) // too late, and counted
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: first.Dispatch})
			require.NoError(t, err)
			require.Equal(t, []int{1, 0}, []int{d.Attempts[0].Contradictions, d.Attempts[1].Contradictions})
			require.Equal(t, campaign.Tally{class(campaign.InFlight, ""): 1}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "AgainWhileLeased",
		clause: "one with rows that may be tried now, that nobody holds a lease of",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			l := lease(t, s, "c")
			st := answered(mark(t, s, l), provider.Temporary)
			settle(t, s, st)
			other := lease(t, s, "c")
			require.Zero(t, other.Token, "whoever settled it still holds the chunk")
			require.True(t, other.Next.Equal(l.Until))
			require.NoError(t, s.Outbox.Release(t.Context(), l))
			require.Equal(t, 2, lease(t, s, "c").Rows[0].No)
		},
	}, {
		name:   "AgainBeforeTheOthers",
		clause: "the Until of that settlement has come",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 2, 2)
			now := s.Clock.Now()
			l := lease(t, s, "c")
			require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[1].Dispatch, Until: now.Add(24 * time.Hour), Code: "hours.closed"}}))
			st := answered(mark(t, s, l), provider.Throttled)
			require.NoError(t, s.Outbox.Release(t.Context(), l))
			require.True(t, lease(t, s, "c").Next.Equal(now.Add(24*time.Hour)))
			st.Until = now.Add(time.Hour)
			settle(t, s, st)
			require.True(t, lease(t, s, "c").Next.Equal(st.Until))
			s.Clock.Advance(time.Hour)
			again := lease(t, s, "c")
			require.Len(t, again.Rows, 1)
			require.Equal(t, st.Attempt.Dispatch, again.Rows[0].Dispatch)
		},
	},
}
