package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// outboxEdges are about what is kept, for whom, and under which key.
var outboxEdges = []testCase{
	{
		name:   "RoundTrip",
		clause: "What was kept is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			c := full("c")
			require.NoError(t, s.Outbox.Create(t.Context(), c))
			saved, err := s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			want := full("c")
			r := &want.Request
			at := time.Date(2024, 6, 3, 8, 0, 0, 123_456_000, time.UTC)
			r.NotBefore, r.NotAfter, r.Assessments[0].Signed = at, at.Add(48*time.Hour), at
			require.Equal(t, want, saved.Campaign)
			// The same instants in another zone do not make it another campaign,
			// nor does what the store made of it.
			require.NoError(t, s.Outbox.Create(t.Context(), c))
			require.NoError(t, s.Outbox.Create(t.Context(), saved.Campaign))

			ask := campaign.Campaign{Request: campaignNamed("ask").Request, Ask: &consent.Ask{
				Language: "fr", Who: "Alex Martin", Party: "Parti", Election: "9 juin", ReplyTo: "36180", NoticeURL: noticeURL,
			}}
			ask.Request.Kind = consent.ConsentRequest
			require.NoError(t, s.Outbox.Create(t.Context(), ask))
			saved, err = s.Outbox.Campaign(t.Context(), "ask")
			require.NoError(t, err)
			require.Equal(t, ask, saved.Campaign)
		},
	}, {
		name:   "Bytes",
		clause: "Texts are the same when == says so, whatever the collation of the database beneath.",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				frozen(t, s.Outbox, text, 1, 1)
				l, err := s.Outbox.Lease(t.Context(), text, text, time.Minute)
				require.NoErrorf(t, err, "%+q", text)
				id := mark(t, s, l)
				st := answered(id, provider.Accepted)
				st.Outcome.CarrierID, st.Outcome.Detail, st.Outcome.Cause = text, text, provider.Cause(text)
				settle(t, s, st)
				got, first, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: text, At: s.Clock.Now(), Effect: []byte{byte(i)}})
				require.NoError(t, err)
				require.Truef(t, first, "%+q", text)
				require.Equal(t, text, got.ID)
			}
			for i, text := range hostile {
				d, err := s.Outbox.Find(t.Context(), campaign.Ref{CarrierID: text})
				require.NoErrorf(t, err, "%+q", text)
				require.Equal(t, rowOf(text, 0), d.Row)
				require.Equal(t, text, d.Campaign)
				a := d.Attempts[0]
				require.Equal(t, []string{text, text, text, text}, []string{a.Worker, a.Settlement.Outcome.Detail, string(a.Settlement.Outcome.Cause), a.Campaign})
				got, first, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: text})
				require.NoError(t, err)
				require.Falsef(t, first, "%+q", text)
				require.Equalf(t, []byte{byte(i)}, got.Effect, "%+q", text)
			}
			sent, err := s.Outbox.Sent(t.Context(), keyA, []contact.Fingerprint{printOf(0)}, time.Time{})
			require.NoError(t, err)
			require.Len(t, sent[0], len(hostile))
		},
	}, {
		name:   "Rows",
		clause: "A Row is one contact of a frozen audience with an address.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			c := campaign.Chunk{Campaign: "c", Seq: 1, Last: true}
			for i, text := range hostile {
				r := rowOf("c", i)
				r.Contact, r.Class.Code = contact.ID(text), consent.Code("c."+text)
				c.Rows = append(c.Rows, r)
			}
			_, err := s.Outbox.Freeze(t.Context(), keyA, c)
			require.NoError(t, err)
			var want []campaign.Pending
			for _, r := range c.Rows {
				want = append(want, campaign.Pending{Row: r, No: 1})
				d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: r.Dispatch})
				require.NoError(t, err)
				require.Equal(t, campaign.Dispatched{Campaign: "c", Row: r}, d)
			}
			require.ElementsMatch(t, want, lease(t, s, "c").Rows)
			require.Len(t, tallyOf(t, s, "c"), len(hostile))
		},
	}, {
		name:   "Copies",
		clause: "Implementations keep and return copies.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), full("c")))
			rest := campaign.Tally{class(campaign.Excluded, consent.CodeNoAddress): 2}
			chunk := campaign.Chunk{Campaign: "c", Seq: 1, Last: true, Rows: []campaign.Row{rowOf("c", 0), rowOf("c", 1)}, Rest: rest}
			p, err := s.Outbox.Freeze(t.Context(), keyA, chunk)
			require.NoError(t, err)
			want := campaign.Tally{ready: 2, class(campaign.Excluded, consent.CodeNoAddress): 2}
			chunk.Rows[0].Contact, rest[ready], p.Tally[ready] = "spoilt", 9, 9
			tallyOf(t, s, "c")[ready] = 9
			for range 2 { // what the first round spoils must be there in the second
				saved, err := s.Outbox.Campaign(t.Context(), "c")
				require.NoError(t, err)
				require.Equal(t, want, saved.Launch.Tally)
				require.Equal(t, full("c").Templates, saved.Campaign.Templates)
				require.Equal(t, "A. Martin", saved.Campaign.Request.Controllers[0].Aliases[0])
				saved.Launch.Tally[ready] = 9
				saved.Campaign.Templates[0].Fields[0].Name = "spoilt"
				saved.Campaign.Request.Controllers[0].Aliases[0] = "spoilt"
				require.Equal(t, want, tallyOf(t, s, "c"))
			}
			l := lease(t, s, "c")
			require.ElementsMatch(t, []contact.ID{"c", "c"}, []contact.ID{l.Rows[0].Contact, l.Rows[1].Contact})

			st := answered(mark(t, s, l), provider.Accepted)
			st.Trace = traced()
			settle(t, s, st)
			st.Trace.Others[0], st.Trace.Entries[0], st.Trace.Facts.Extra["k"], st.Trace.Facts.Sent[0].Controllers[0] = 9, uuid.Nil, "spoilt", "spoilt"
			for range 2 {
				d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: st.Attempt.Dispatch})
				require.NoError(t, err)
				got := d.Attempts[0].Settlement.Trace
				require.Equal(t, traced(), got)
				got.Others[0], got.Entries[0], got.Facts.Extra["k"], got.Facts.Sent[0].Controllers[0] = 9, uuid.Nil, "spoilt", "spoilt"
				got.Outcome = consent.Deny
				d.Attempts[0].Contradictions = 9
			}
			effect := []byte("effect")
			kept, _, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: "e", Effect: effect})
			require.NoError(t, err)
			effect[0], kept.Effect[0] = 'x', 'x'
			for range 2 {
				again, _, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: "e"})
				require.NoError(t, err)
				require.Equal(t, "effect", string(again.Effect))
				again.Effect[0] = 'x'
			}
		},
	}, {
		name:   "Times",
		clause: "times in UTC and whole microseconds",
		run: func(t *testing.T, s Stores) {
			s.Clock.Advance(987_654_321)
			frozen(t, s.Outbox, "c", 2, 2)
			l := lease(t, s, "c")
			now := s.Clock.Now().UTC().Truncate(time.Microsecond)
			require.Equal(t, now, l.Now)
			require.Equal(t, now.Add(time.Minute), l.Until)
			local := s.Clock.Now().In(paris)
			require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[1].Dispatch, Until: local.Add(time.Hour), Code: "x"}}))
			id := mark(t, s, l)
			require.NoError(t, s.Outbox.Settle(t.Context(), []campaign.Settlement{{
				Attempt: id, Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}, At: local, Until: local,
			}}))
			a, _, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: id.Dispatch}, Status: provider.Delivered, At: local})
			require.NoError(t, err)
			require.Equal(t, []time.Time{now, now.Add(time.Minute), now, now, now}, []time.Time{a.Marked, a.LeaseUntil, a.Settlement.At, a.Settlement.Until, a.ReceiptAt})
			require.NoError(t, s.Outbox.Release(t.Context(), l))
			require.Equal(t, now.Add(time.Hour), lease(t, s, "c").Next)
			n, err := s.Outbox.Cancel(t.Context(), keyA, l.Rows[1].Fingerprint, []contact.Scope{{}}, local)
			require.NoError(t, err)
			require.Equal(t, 1, n)
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: l.Rows[1].Dispatch})
			require.NoError(t, err)
			require.Equal(t, now, d.Attempts[0].Marked)
			r, _, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: "e", At: local})
			require.NoError(t, err)
			require.Equal(t, now, r.At)
		},
	}, {
		name:   "NoCampaign",
		clause: "One about a campaign that is not there fails with contact.ErrNotFound.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 1, 1)
			l := lease(t, s, "c")
			l.Campaign = "none"
			for name, call := range map[string]func() error{
				"Campaign": func() error { _, err := s.Outbox.Campaign(t.Context(), "none"); return err },
				"SetStatus": func() error {
					return s.Outbox.SetStatus(t.Context(), "none", campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"})
				},
				"Freeze": func() error {
					_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "none", Seq: 1, Rows: []campaign.Row{rowOf("none", 7)}})
					return err
				},
				"Tally": func() error { _, err := s.Outbox.Tally(t.Context(), "none"); return err },
				"Lease": func() error { _, err := s.Outbox.Lease(t.Context(), "none", "w", time.Minute); return err },
				"Mark":  func() error { _, err := s.Outbox.Mark(t.Context(), l, nil); return err },
				"Defer": func() error { return s.Outbox.Defer(t.Context(), l, nil) },
			} {
				require.ErrorIsf(t, call(), contact.ErrNotFound, "%s", name)
			}
			_, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: rowOf("none", 7).Dispatch})
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	}, {
		name:   "Contexts",
		clause: "A call whose context is done changes nothing and returns an error with context.Cause in its tree.",
		run: func(t *testing.T, s Stores) {
			frozen(t, s.Outbox, "c", 2, 2)
			l := lease(t, s, "c")
			id := mark(t, s, l)
			next := campaign.AttemptID{Dispatch: l.Rows[1].Dispatch, No: 1}
			ctx, reason := cancelled(t)
			o := s.Outbox
			for name, call := range map[string]func() error{
				"Create":   func() error { return o.Create(ctx, campaignNamed("d")) },
				"Campaign": func() error { _, err := o.Campaign(ctx, "c"); return err },
				"SetStatus": func() error {
					return o.SetStatus(ctx, "c", campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"})
				},
				"Freeze": func() error {
					_, err := o.Freeze(ctx, keyA, campaign.Chunk{Campaign: "c", Seq: 1})
					return err
				},
				"Tally":   func() error { _, err := o.Tally(ctx, "c"); return err },
				"Lease":   func() error { _, err := o.Lease(ctx, "c", "w", time.Minute); return err },
				"Defer":   func() error { return o.Defer(ctx, l, []campaign.Deferral{{Dispatch: next.Dispatch, Until: l.Until}}) },
				"Mark":    func() error { _, err := o.Mark(ctx, l, []campaign.AttemptID{next}); return err },
				"Settle":  func() error { return o.Settle(ctx, []campaign.Settlement{answered(id, provider.Accepted)}) },
				"Release": func() error { return o.Release(ctx, l) },
				"Cancel": func() error {
					_, err := o.Cancel(ctx, keyA, l.Rows[1].Fingerprint, []contact.Scope{{}}, l.Now)
					return err
				},
				"InFlight": func() error { _, err := o.InFlight(ctx, keyA, printOf(0)); return err },
				"Sent":     func() error { _, err := o.Sent(ctx, keyA, nil, l.Now); return err },
				"Find":     func() error { _, err := o.Find(ctx, campaign.Ref{Dispatch: id.Dispatch}); return err },
				"Report": func() error {
					_, _, err := o.Report(ctx, campaign.Receipt{Ref: campaign.Ref{Dispatch: id.Dispatch}, Status: provider.Delivered})
					return err
				},
				"Unknowns": func() error { _, err := o.Unknowns(ctx, "c", 9); return err },
				"Remember": func() error { _, _, err := o.Remember(ctx, campaign.EventRecord{ID: "e"}); return err },
				"Rotate":   func() error { return o.Rotate(ctx, keyA, keyB, wrap) },
			} {
				require.ErrorIsf(t, call(), reason, "%s", name)
			}
			require.Equal(t, campaign.Tally{class(campaign.InFlight, ""): 1, ready: 1}, tallyOf(t, s, "c"))
			_, err := o.Campaign(t.Context(), "d")
			require.ErrorIs(t, err, contact.ErrNotFound)
			_, first, err := o.Remember(t.Context(), campaign.EventRecord{ID: "e"})
			require.NoError(t, err)
			require.True(t, first)
			marked, err := o.Mark(t.Context(), l, []campaign.AttemptID{next})
			require.NoError(t, err)
			require.Equal(t, []bool{true}, marked, "the lease holds, the key is the same")
		},
	}, {
		name:   "Key",
		clause: "any call with another key fails with suppression.ErrKey and changes nothing. The zero KeyID is no key, and fails so, too.",
		run: func(t *testing.T, s Stores) {
			o := s.Outbox
			require.NoError(t, o.Create(t.Context(), campaignNamed("c")))
			refused := func(key contact.KeyID) {
				_, err := o.Freeze(t.Context(), key, campaign.Chunk{Campaign: "c", Seq: 1, Rows: []campaign.Row{rowOf("c", 0)}, Last: true})
				require.ErrorIs(t, err, suppression.ErrKey)
				_, err = o.Cancel(t.Context(), key, printOf(0), []contact.Scope{{}}, s.Clock.Now())
				require.ErrorIs(t, err, suppression.ErrKey)
				_, err = o.InFlight(t.Context(), key, printOf(0))
				require.ErrorIs(t, err, suppression.ErrKey)
				_, err = o.Sent(t.Context(), key, nil, s.Clock.Now())
				require.ErrorIs(t, err, suppression.ErrKey)
			}
			refused(contact.KeyID{}) // bound to none
			_, err := o.InFlight(t.Context(), keyA, printOf(0))
			require.NoError(t, err)
			refused(contact.KeyID{})
			refused(keyB)
			frozen(t, o, "c", 1, 1) // nothing was frozen
			refused(keyB)
			require.Equal(t, campaign.Tally{ready: 1}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "RotateUnbound",
		clause: "does nothing when it is to or when the Outbox is bound to no key yet, which to then becomes.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Rotate(t.Context(), keyA, keyB, wrap))
			_, err := s.Outbox.InFlight(t.Context(), keyA, printOf(0))
			require.ErrorIs(t, err, suppression.ErrKey)
			_, err = s.Outbox.InFlight(t.Context(), keyB, printOf(0))
			require.NoError(t, err)
		},
	}, {
		name:   "RotateInTheMiddle",
		clause: "Dispatches keep their IDs.",
		run: func(t *testing.T, s Stores) {
			for _, id := range []string{"c", "d"} {
				require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed(id)))
				_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: id, Seq: 1, Rows: []campaign.Row{rowOf(id, 0)}})
				require.NoError(t, err)
			}
			require.NoError(t, s.Outbox.Rotate(t.Context(), keyA, keyB, wrap))
			// The next chunk has the same person, whose dispatch is named by the
			// new fingerprint.
			again := campaign.Row{Dispatch: campaign.NewDispatch("c", wrap(printOf(0))), Contact: "c2", Fingerprint: wrap(printOf(0)), Class: ready}
			p, err := s.Outbox.Freeze(t.Context(), keyB, campaign.Chunk{Campaign: "c", Seq: 2, Rows: []campaign.Row{again}, Last: true})
			require.NoError(t, err)
			require.Equal(t, campaign.Tally{ready: 1, class(campaign.Excluded, campaign.CodeDuplicate): 1}, p.Tally)
			l := lease(t, s, "c")
			require.Len(t, l.Rows, 1)
			require.Equal(t, rowOf("c", 0).Dispatch, l.Rows[0].Dispatch)
			require.Equal(t, wrap(printOf(0)), l.Rows[0].Fingerprint)
			mark(t, s, l)
			sent, err := s.Outbox.Sent(t.Context(), keyB, []contact.Fingerprint{printOf(0), wrap(printOf(0))}, time.Time{})
			require.NoError(t, err)
			require.Empty(t, sent[0])
			require.Len(t, sent[1], 1)
			n, err := s.Outbox.Cancel(t.Context(), keyB, wrap(printOf(0)), []contact.Scope{{}}, s.Clock.Now())
			require.NoError(t, err)
			require.Equal(t, 1, n, "that of the other campaign")
		},
	}, {
		name:   "FrozenByMany",
		clause: "It is idempotent by campaign and Seq: a chunk that is there already changes nothing.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			const chunks, size = 5, 10
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for seq := 1; seq <= chunks; seq++ {
						c := campaign.Chunk{Campaign: "c", Seq: seq, Next: contact.Position("n"), Last: seq == chunks}
						for i := range size {
							c.Rows = append(c.Rows, rowOf("c", seq*size+i))
						}
						p, err := s.Outbox.Freeze(t.Context(), keyA, c)
						if err != nil || p.Tally.Total() < seq*size {
							t.Errorf("chunk %d: %v, %v", seq, p, err)
						}
					}
				})
			}
			wg.Wait()
			require.Equal(t, campaign.Tally{ready: chunks * size}, tallyOf(t, s, "c"))
		},
	}, {
		name:   "NobodyToWriteTo",
		clause: "The last chunk makes the campaign Running.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			require.Empty(t, tallyOf(t, s, "c"))
			p, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{
				Campaign: "c", Seq: 1, Last: true, Rest: campaign.Tally{class(campaign.Excluded, consent.CodeNoAddress): 3},
			})
			require.NoError(t, err)
			require.True(t, p.Complete)
			saved, err := s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, campaign.Running, saved.Status)
			require.Equal(t, p, saved.Launch)
			l := lease(t, s, "c")
			require.Zero(t, l.Token)
			require.True(t, l.Next.IsZero(), "never")
			require.Equal(t, 3, tallyOf(t, s, "c").Total())
		},
	}, {
		name:   "StoppedInTheMiddle",
		clause: "A Seq that is not the next fails with [ErrStatus], as does a campaign that is not Launching.",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("c")))
			one := campaign.Chunk{Campaign: "c", Seq: 1, Rows: []campaign.Row{rowOf("c", 0)}, Next: "p"}
			for _, seq := range []int{-1, 0, 2} {
				_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: seq, Rows: one.Rows})
				require.ErrorIsf(t, err, campaign.ErrStatus, "%d", seq)
			}
			first, err := s.Outbox.Freeze(t.Context(), keyA, one)
			require.NoError(t, err)
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"}))
			_, err = s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 2, Rows: []campaign.Row{rowOf("c", 1)}, Last: true})
			require.ErrorIs(t, err, campaign.ErrStatus)
			again, err := s.Outbox.Freeze(t.Context(), keyA, one)
			require.NoError(t, err)
			require.Equal(t, first, again)
			require.Equal(t, campaign.Tally{class(campaign.Cancelled, ""): 1}, tallyOf(t, s, "c"))
		},
	},
}
