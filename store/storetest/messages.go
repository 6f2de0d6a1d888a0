package storetest

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// messageCases are the promises of campaign.Messages.
var messageCases = []testCase{
	{
		name:   "CancelReach",
		clause: "in every campaign that one of the scopes reaches, and returns how many",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, func(id string, r *consent.Request) {
				switch id {
				case "dupont":
					r.Controllers = []contact.Party{{ID: "dupont", Name: "Camille Dupont"}, owner}
				case "own":
					r.Base, r.Controllers = contact.Base{ID: "own", Owner: martin, Mode: contact.Own}, []contact.Party{martin}
				case "commercial":
					r.Purpose, r.Election = contact.Commercial, ""
				case "rcs":
					r.Channel = contact.RCS
				}
			}, "c", "dupont", "own", "commercial", "rcs")
			cancel := func(want int, scopes ...contact.Scope) {
				t.Helper()
				n, err := s.Outbox.Cancel(t.Context(), keyA, printOf(0), scopes, s.Clock.Now())
				require.NoError(t, err)
				require.Equal(t, want, n)
			}
			cancel(0)
			cancel(0, contact.Scope{Controller: "somebody"}, contact.Scope{Base: "another"}, contact.Scope{Channels: contact.Channels(contact.EmailChannel)})
			cancel(1, contact.Scope{Controller: "dupont"})
			cancel(1, contact.Scope{Group: "party", Base: "own"})
			cancel(2, contact.Scope{Purpose: contact.Commercial}, contact.Scope{Channels: contact.Channels(contact.RCS)})
			cancel(0, contact.Scope{Purpose: contact.Commercial})
			require.Equal(t, campaign.Tally{ready: 1}, tallyOf(t, s, "c"))
			cancel(1, contact.Scope{Purpose: contact.Prospecting}, contact.Scope{})
			for _, id := range []string{"c", "dupont", "own", "commercial", "rcs"} {
				require.Equal(t, campaign.Tally{class(campaign.Cancelled, ""): 1}, tallyOf(t, s, id))
				require.Zero(t, lease(t, s, id).Token)
			}
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: rowOf("c", 0).Dispatch})
			require.NoError(t, err)
			require.Len(t, d.Attempts, 1)
			require.Equal(t, campaign.Attempt{
				ID: campaign.AttemptID{Dispatch: d.Row.Dispatch, No: 1}, Campaign: "c", Marked: s.Clock.Now(), Cancel: true,
			}, d.Attempts[0])
		},
	}, {
		name:   "CancelWhat",
		clause: "Cancel cancels the dispatches to an address that were not tried or may be tried again",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, unchanged, "ready", "deferred", "put off", "temporary", "flying", "unknown", "accepted", "final")
			wait := s.Clock.Now().Add(time.Hour)
			try := func(id string, st campaign.Settlement) {
				st.Attempt = mark(t, s, lease(t, s, id))
				if st.Kind != campaign.NoSettlement {
					settle(t, s, st)
				}
			}
			l := lease(t, s, "deferred")
			require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[0].Dispatch, Until: wait, Code: "x"}}))
			try("put off", campaign.Settlement{Kind: campaign.NotSent, Code: "x", Until: wait})
			try("temporary", campaign.Settlement{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Temporary}, Until: wait})
			try("flying", campaign.Settlement{})
			try("unknown", campaign.Settlement{Kind: campaign.Answered})
			try("accepted", campaign.Settlement{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}})
			try("final", campaign.Settlement{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Throttled}, Final: true})
			// One that was frozen out is not counted.
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("excluded")))
			r := rowOf("excluded", 0)
			r.Class = class(campaign.Excluded, "consent.never-asked")
			_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "excluded", Seq: 1, Rows: []campaign.Row{r}, Last: true})
			require.NoError(t, err)

			n, err := s.Outbox.Cancel(t.Context(), keyA, printOf(0), []contact.Scope{{}}, s.Clock.Now())
			require.NoError(t, err)
			require.Equal(t, 4, n)
			s.Clock.Advance(2 * time.Hour)
			for id, want := range map[string]campaign.Class{
				"ready": class(campaign.Cancelled, ""), "deferred": class(campaign.Cancelled, ""), "put off": class(campaign.Cancelled, ""),
				"temporary": class(campaign.Cancelled, ""), "flying": class(campaign.Unknown, ""), "unknown": class(campaign.Unknown, ""),
				"accepted": class(campaign.HandedOver, ""), "final": class(campaign.Failed, "temporary"), "excluded": r.Class,
			} {
				require.Equalf(t, campaign.Tally{want: 1}, tallyOf(t, s, id), "%s", id)
				require.Zerof(t, lease(t, s, id).Token, "%s", id)
			}
		},
	}, {
		name:   "InFlightOrder",
		clause: "InFlight returns the attempts to an address that are marked and of which nothing is known, oldest first.",
		run: func(t *testing.T, s Stores) {
			ids := []string{"third", "first", "second", "known"}
			everywhere(t, s, unchanged, ids...)
			attempts := map[string]campaign.AttemptID{}
			for _, id := range []string{"first", "second", "known", "third"} {
				s.Clock.Advance(time.Second)
				attempts[id] = mark(t, s, lease(t, s, id))
			}
			settle(t, s, answered(attempts["known"], provider.Accepted))
			settle(t, s, answered(attempts["second"], provider.Unknown))
			flying := func() (out []string) {
				as, err := s.Outbox.InFlight(t.Context(), keyA, printOf(0))
				require.NoError(t, err)
				for _, a := range as {
					require.Equal(t, attempts[a.Campaign], a.ID)
					out = append(out, a.Campaign)
				}
				return out
			}
			require.Equal(t, []string{"first", "second", "third"}, flying())
			s.Clock.Advance(time.Hour)
			require.Equal(t, []string{"first", "second", "third"}, flying(), "whatever became of their leases")
			settle(t, s, answered(attempts["first"], provider.Temporary))
			_, _, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: attempts["second"].Dispatch}, Status: provider.Undelivered})
			require.NoError(t, err)
			require.Equal(t, []string{"third"}, flying())
		},
	}, {
		name:   "SentOrder",
		clause: "Sent returns, for each address, the messages since an instant that went or may have gone",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, unchanged, "b", "a")
			for _, id := range []string{"a", "b"} {
				s.Clock.Advance(time.Second)
				settle(t, s, answered(mark(t, s, lease(t, s, id)), provider.Accepted))
			}
			sent := func(since time.Time, fs ...contact.Fingerprint) (out [][]string) {
				all, err := s.Outbox.Sent(t.Context(), keyA, fs, since)
				require.NoError(t, err)
				for _, one := range all {
					var names []string
					for _, m := range one {
						names = append(names, m.Campaign)
					}
					out = append(out, names)
				}
				return out
			}
			both := []string{"a", "b"}
			require.Equal(t, [][]string{both, nil, both}, sent(time.Time{}, printOf(0), printOf(1), printOf(0)))
			require.Equal(t, [][]string{{"b"}}, sent(s.Clock.Now(), printOf(0)), "that of the very instant")
			require.Equal(t, [][]string{nil}, sent(s.Clock.Now().Add(time.Microsecond), printOf(0)))
			require.Empty(t, sent(time.Time{}))
			all, err := s.Outbox.Sent(t.Context(), keyA, []contact.Fingerprint{printOf(0)}, s.Clock.Now())
			require.NoError(t, err)
			require.Equal(t, []consent.Sent{{
				Dispatch: rowOf("b", 0).Dispatch, Campaign: "b", Client: martin.ID, Controllers: []contact.PartyID{martin.ID, owner.ID}, Base: rented.ID,
				Purpose: contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS, Election: pollID, Sender: "36180", At: s.Clock.Now(),
			}}, all[0])
		},
	}, {
		name:   "Find",
		clause: "A Ref names a dispatch by its ID, or, where that is zero, by the carrier's name for one of its messages: two carriers may use one name for two.",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, unchanged, "c", "d")
			first := answered(tryAgain(t, s, "c"), provider.Temporary)
			first.Outcome.CarrierID = "m-1"
			settle(t, s, first)
			second := answered(tryAgain(t, s, "c"), provider.Accepted)
			second.Outcome.CarrierID = "m-2"
			settle(t, s, second)
			other := answered(tryAgain(t, s, "d"), provider.Accepted)
			other.Outcome.CarrierID = "m-3"
			settle(t, s, other)
			for _, ref := range []campaign.Ref{
				{Dispatch: first.Attempt.Dispatch}, {CarrierID: "m-1"}, {CarrierID: "m-2"},
				{Dispatch: first.Attempt.Dispatch, CarrierID: "m-3"}, {Dispatch: first.Attempt.Dispatch, CarrierID: "unheard of"},
			} {
				d, err := s.Outbox.Find(t.Context(), ref)
				require.NoErrorf(t, err, "%v", ref)
				require.Equal(t, "c", d.Campaign)
				require.Equal(t, rowOf("c", 0), d.Row)
				require.Len(t, d.Attempts, 2)
				require.Equal(t, []campaign.AttemptID{first.Attempt, second.Attempt}, []campaign.AttemptID{d.Attempts[0].ID, d.Attempts[1].ID})
			}
			for _, ref := range []campaign.Ref{{}, {CarrierID: "m-4"}, {Dispatch: dispatchID(9)}} {
				_, err := s.Outbox.Find(t.Context(), ref)
				require.ErrorIsf(t, err, contact.ErrNotFound, "%v", ref)
			}
		},
	}, {
		name:   "ReportWhich",
		clause: "Report records a receipt on the last attempt of the dispatch, or on that with the carrier's ID where one is given.",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, unchanged, "c", "d")
			first := answered(tryAgain(t, s, "c"), provider.Temporary)
			first.Outcome.CarrierID = "m-1"
			settle(t, s, first)
			last := tryAgain(t, s, "c")
			report := func(ref campaign.Ref, st provider.Status) (campaign.Attempt, bool) {
				a, fresh, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: ref, Status: st, At: s.Clock.Now(), Segments: 3})
				require.NoError(t, err)
				return a, fresh
			}
			a, fresh := report(campaign.Ref{CarrierID: "m-1"}, provider.Delivered)
			require.Equal(t, first.Attempt, a.ID)
			require.False(t, fresh, "the carrier said that it did not take it")
			require.Equal(t, 1, a.Contradictions)
			require.Equal(t, provider.NoStatus, a.Receipt)
			require.Equal(t, campaign.Tally{class(campaign.InFlight, ""): 1}, tallyOf(t, s, "c"))

			a, fresh = report(campaign.Ref{Dispatch: last.Dispatch, CarrierID: "m-2"}, provider.Expired)
			require.Equal(t, last, a.ID)
			require.True(t, fresh)
			require.Equal(t, "m-2", a.Settlement.Outcome.CarrierID)
			require.Equal(t, 3, a.ReceiptSegments)
			require.Zero(t, a.Settlement.Segments, "nobody of ours counted")
			require.Equal(t, campaign.Tally{class(campaign.Undelivered, "expired"): 1}, tallyOf(t, s, "c"))
			again, fresh := report(campaign.Ref{CarrierID: "m-2"}, provider.Expired)
			require.False(t, fresh)
			require.Equal(t, a, again, "and now it is found by that name")

			denied := campaign.Settlement{Attempt: tryAgain(t, s, "d"), Kind: campaign.NotSent, Code: "list.refused"}
			settle(t, s, denied)
			a, fresh = report(campaign.Ref{Dispatch: denied.Attempt.Dispatch}, provider.Delivered)
			require.False(t, fresh)
			require.Equal(t, 1, a.Contradictions)
			require.Equal(t, campaign.Tally{class(campaign.Excluded, "list.refused"): 1}, tallyOf(t, s, "d"))
		},
	}, {
		name:   "ReportOnNothing",
		clause: "Where there is none it fails with contact.ErrNotFound.",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, unchanged, "c", "d")
			_, err := s.Outbox.Cancel(t.Context(), keyA, printOf(0), []contact.Scope{{}}, s.Clock.Now())
			require.NoError(t, err)
			frozen(t, s.Outbox, "e", 1, 1)
			for _, ref := range []campaign.Ref{{}, {CarrierID: "m-1"}, {Dispatch: dispatchID(9)}, {Dispatch: rowOf("c", 0).Dispatch}, {Dispatch: rowOf("e", 0).Dispatch}} {
				_, _, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: ref, Status: provider.Delivered, At: s.Clock.Now()})
				require.ErrorIsf(t, err, contact.ErrNotFound, "%v", ref)
			}
		},
	}, {
		name:   "UnknownsOfAll",
		clause: "An empty campaign means all; one that is not there has none.",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, unchanged, "b", "a", "known")
			for _, id := range []string{"a", "b", "known"} {
				s.Clock.Advance(time.Second)
				a := mark(t, s, lease(t, s, id))
				if id == "known" {
					settle(t, s, answered(a, provider.Accepted))
				}
			}
			s.Clock.Advance(time.Hour)
			unknowns := func(id string, limit int) (out []string) {
				as, err := s.Outbox.Unknowns(t.Context(), id, limit)
				require.NoError(t, err)
				for _, a := range as {
					out = append(out, a.Campaign)
				}
				return out
			}
			require.Equal(t, []string{"a", "b"}, unknowns("", 9))
			require.Equal(t, []string{"a"}, unknowns("", 1))
			require.Equal(t, []string{"b"}, unknowns("b", 9))
			require.Empty(t, unknowns("none", 9))
		},
	},
}
