package storetest

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

var outboxCases = []testCase{
	{
		name:   "Create",
		clause: "It is idempotent: the same campaign again changes nothing, and another with the same ID fails with [ErrConflict].",
		run: func(t *testing.T, s Stores) {
			c := campaignNamed("c")
			c.Audience.Conditions = []campaign.Condition{{Attribute: "age", Op: campaign.AtLeast, Values: []contact.Value{contact.Number(18)}}}
			for range 2 {
				require.NoError(t, s.Outbox.Create(t.Context(), c))
			}
			other := c
			other.Name = "another"
			require.ErrorIs(t, s.Outbox.Create(t.Context(), other), campaign.ErrConflict)
			c.Templates[0].Text = "changed by the caller"
			saved, err := s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, campaign.Launching, saved.Status)
			require.Equal(t, campaignNamed("c").Templates, saved.Campaign.Templates)
			require.Equal(t, c.Audience, saved.Campaign.Audience)
			_, err = s.Outbox.Campaign(t.Context(), "none")
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	}, {
		name:   "Status",
		clause: "SetStatus changes the status: Running to Paused and back, and any to Stopped, which is for ever.",
		run: func(t *testing.T, s Stores) {
			set := func(to campaign.Status) error {
				return s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: to, By: "a", Why: "test"})
			}
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			require.ErrorIs(t, set(campaign.Running), campaign.ErrStatus)
			require.ErrorIs(t, set(campaign.Paused), campaign.ErrStatus)
			_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 1, Rows: []campaign.Row{rowOf("c", 1)}, Last: true})
			require.NoError(t, err)
			for _, to := range []campaign.Status{campaign.Running, campaign.Paused, campaign.Paused, campaign.Running, campaign.Stopped, campaign.Stopped} {
				require.NoError(t, set(to))
			}
			require.ErrorIs(t, set(campaign.Running), campaign.ErrStatus)
			require.Equal(t, campaign.Tally{class(campaign.Cancelled, ""): 1}, tallyOf(t, s, "c"))
			_, err = s.Outbox.Lease(t.Context(), "c", "w", time.Minute)
			require.ErrorIs(t, err, campaign.ErrStatus)
		},
	}, {
		name:   "Freeze",
		clause: "A row whose fingerprint is in the audience already is not added, and counts as Excluded with [CodeDuplicate]. It is idempotent by campaign and Seq: a chunk that is there already changes nothing.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			one := campaign.Chunk{
				Campaign: "c", Seq: 1, Rows: []campaign.Row{rowOf("c", 1), rowOf("c", 2), rowOf("c", 1)}, Next: "p1",
				Rest: campaign.Tally{class(campaign.Excluded, consent.CodeNoAddress): 2},
			}
			_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 2})
			require.ErrorIs(t, err, campaign.ErrStatus)
			_, err = s.Outbox.Lease(t.Context(), "c", "w", time.Minute)
			require.ErrorIs(t, err, campaign.ErrStatus)
			for range 2 {
				p, err := s.Outbox.Freeze(t.Context(), keyA, one)
				require.NoError(t, err)
				require.Equal(t, campaign.Progress{Chunks: 1, Next: "p1", Tally: campaign.Tally{
					ready: 2, class(campaign.Excluded, campaign.CodeDuplicate): 1, class(campaign.Excluded, consent.CodeNoAddress): 2,
				}}, p)
			}
			denied := rowOf("c", 3)
			denied.Class = class(campaign.Excluded, "consent.never-asked")
			p, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 2, Rows: []campaign.Row{rowOf("c", 2), denied}, Last: true})
			require.NoError(t, err)
			require.True(t, p.Complete)
			require.Equal(t, 7, p.Tally.Total())
			require.Equal(t, p.Tally, tallyOf(t, s, "c"))
			require.Len(t, lease(t, s, "c").Rows, 2)
			_, err = s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 3})
			require.ErrorIs(t, err, campaign.ErrStatus)
			// The same address in another campaign is another dispatch.
			frozen(t, s.Outbox, "d", 1, 1)
			require.Equal(t, 1, tallyOf(t, s, "d")[ready])
		},
	}, {
		name:   "Sent",
		clause: "every attempt that is not settled, settled as unknown, or accepted, and not reported undelivered or expired; oldest first.",
		run: func(t *testing.T, s Stores) {
			settlements := []campaign.Settlement{
				{}, {Kind: campaign.Answered}, {Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}},
				{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Rejected}}, {Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Temporary}},
				{Kind: campaign.NotSent, Code: "x"}, {Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}},
				{}, {Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}},
			}
			frozen(t, s.Outbox, "c", len(settlements), 1)
			before := s.Clock.Now()
			for range settlements {
				s.Clock.Advance(time.Second)
				mark(t, s, lease(t, s, "c"))
			}
			var fs []contact.Fingerprint
			for i, st := range settlements {
				id := campaign.AttemptID{Dispatch: rowOf("c", i).Dispatch, No: 1}
				if st.Kind != campaign.NoSettlement {
					st.Attempt = id
					settle(t, s, st)
				}
				fs = append(fs, printOf(i))
			}
			for i, st := range map[int]provider.Status{6: provider.Undelivered, 7: provider.Expired, 8: provider.Delivered} {
				_, _, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: rowOf("c", i).Dispatch}, Status: st, At: s.Clock.Now()})
				require.NoError(t, err)
			}
			sent, err := s.Outbox.Sent(t.Context(), keyA, fs, before)
			require.NoError(t, err)
			var counts []int
			for _, m := range sent {
				counts = append(counts, len(m))
			}
			require.Equal(t, []int{1, 1, 1, 0, 0, 0, 0, 0, 1}, counts)
			m := sent[0][0]
			require.Equal(t, "36180", m.Sender)
			require.True(t, m.InFlight)
			require.False(t, sent[1][0].InFlight)
			require.Equal(t, []contact.PartyID{"martin", "fichiers"}, m.Controllers)
			sent, err = s.Outbox.Sent(t.Context(), keyA, fs[:1], s.Clock.Now().Add(time.Hour))
			require.NoError(t, err)
			require.Empty(t, sent[0])
			s.Clock.Advance(time.Hour)
			sent, err = s.Outbox.Sent(t.Context(), keyA, fs[:1], before)
			require.NoError(t, err)
			require.False(t, sent[0][0].InFlight, "its lease is over")
		},
	}, {
		name:   "Report",
		clause: "An attempt of which nothing is known is thereby known to be accepted. The first final status stays; another that comes later is counted as a contradiction.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			id := mark(t, s, lease(t, s, "c"))
			report := func(ref campaign.Ref, st provider.Status) (campaign.Attempt, bool) {
				a, fresh, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: ref, Status: st, At: s.Clock.Now()})
				require.NoError(t, err)
				return a, fresh
			}
			a, fresh := report(campaign.Ref{Dispatch: id.Dispatch}, provider.Delivered)
			require.True(t, fresh)
			require.Equal(t, provider.Accepted, a.Settlement.Outcome.Kind)
			require.Equal(t, campaign.Tally{class(campaign.Delivered, ""): 1}, tallyOf(t, s, "c"))
			_, fresh = report(campaign.Ref{Dispatch: id.Dispatch}, provider.Delivered)
			require.False(t, fresh)
			a, fresh = report(campaign.Ref{Dispatch: id.Dispatch}, provider.Undelivered)
			require.False(t, fresh)
			require.Equal(t, provider.Delivered, a.Receipt)
			require.Equal(t, 1, a.Contradictions)
			late := answered(id, provider.Accepted) // the answer comes after its receipt
			late.Trace = &consent.Trace{Code: "consent.given"}
			settle(t, s, late)
			require.Equal(t, campaign.Tally{class(campaign.Delivered, ""): 1}, tallyOf(t, s, "c"))
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: id.Dispatch})
			require.NoError(t, err)
			require.NotNil(t, d.Attempts[0].Settlement.Trace, "what the decision rested on is kept")
			require.Equal(t, consent.Code("consent.given"), d.Attempts[0].Settlement.Trace.Code)
			_, _, err = s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{CarrierID: "nobody's"}, Status: provider.Delivered})
			require.ErrorIs(t, err, contact.ErrNotFound)
			_, err = s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: dispatchID(9)})
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	}, {
		name:   "Remember",
		clause: "Remember keeps what follows from an event, once: for an ID that is there already it returns the record of the first time, and false.",
		run: func(t *testing.T, s Stores) {
			first := campaign.EventRecord{ID: "e", At: s.Clock.Now(), Effect: []byte(`{"a":1}`)}
			firsts := make(chan bool, 8)
			for i := range 8 {
				go func() {
					r := first
					r.Effect = []byte(`{"a":1}`)
					r.At = r.At.Add(time.Duration(i))
					_, fresh, err := s.Outbox.Remember(t.Context(), r)
					firsts <- fresh && err == nil
				}()
			}
			n := 0
			for range 8 {
				if <-firsts {
					n++
				}
			}
			require.Equal(t, 1, n)
			got, fresh, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: "e", Effect: []byte("other")})
			require.NoError(t, err)
			require.False(t, fresh)
			require.JSONEq(t, `{"a":1}`, string(got.Effect))
		},
	}, {
		name:   "KeyAndRotate",
		clause: "The first call that names a key binds the Outbox to it; any call with another key fails with suppression.ErrKey and changes nothing.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 2, 1)
			mark(t, s, lease(t, s, "c"))
			_, err := s.Outbox.InFlight(t.Context(), keyB, printOf(0))
			require.ErrorIs(t, err, suppression.ErrKey)
			_, err = s.Outbox.Cancel(t.Context(), keyB, printOf(1), []contact.Scope{{}}, s.Clock.Now())
			require.ErrorIs(t, err, suppression.ErrKey)
			require.ErrorIs(t, s.Outbox.Rotate(t.Context(), keyB, keyC, wrap), suppression.ErrKey)
			for range 2 {
				require.NoError(t, s.Outbox.Rotate(t.Context(), keyA, keyB, wrap))
			}
			flying, err := s.Outbox.InFlight(t.Context(), keyB, wrap(printOf(0)))
			require.NoError(t, err)
			require.Len(t, flying, 1)
			n, err := s.Outbox.Cancel(t.Context(), keyB, wrap(printOf(1)), []contact.Scope{{}}, s.Clock.Now())
			require.NoError(t, err)
			require.Equal(t, 1, n)
		},
	},
}
