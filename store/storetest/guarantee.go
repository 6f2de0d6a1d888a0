package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// guaranteeCases show the guarantees of the README over the stores under test,
// each through the types that hosts use.
var guaranteeCases = []testCase{
	{
		name:   "G1_NoMessageWithoutADecision",
		clause: "A refusal that is acknowledged before the gate reads is seen by the gate",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			a := w.people(1)[0]
			clear := func() consent.Clearing {
				found, err := w.Contacts.ByAddress(t.Context(), rented.ID, a)
				require.NoError(t, err)
				out, err := w.gate.Clear(t.Context(), w.request("g1", consent.ContentMessage), []consent.Recipient{{
					Contact: &found[0], Point: contact.Point{Address: a}, Content: consent.Content{Text: "Alex Martin. " + noticeURL + " Concours SARL. STOP"},
				}})
				require.NoError(t, err)
				return out[0]
			}
			denied := clear()
			require.False(t, denied.Decision.Allowed())
			_, err := provider.Compose(denied.Clearance, uuid.New())
			require.ErrorIs(t, err, provider.ErrNoClearance)

			w.agree(a)
			once := clear()
			require.Truef(t, once.Decision.Allowed(), "%v", &once.Decision)
			m, err := provider.Compose(once.Clearance, uuid.New())
			require.NoError(t, err)
			twin, err := provider.Compose(once.Clearance, uuid.New())
			require.NoError(t, err)
			opened, err := m.Open()
			require.NoError(t, err)
			require.Equal(t, a, opened.To)
			for _, again := range []*provider.Message{m, twin} {
				_, err = again.Open()
				require.ErrorIs(t, err, provider.ErrOpened)
			}

			slept := clear()
			m, err = provider.Compose(slept.Clearance, uuid.New())
			require.NoError(t, err)
			w.Clock.Suspend(w.gate.Life() + time.Millisecond)
			_, err = m.Open()
			require.ErrorIs(t, err, provider.ErrExpired)

			late := clear()
			w.Clock.Advance(w.gate.Life() + time.Millisecond)
			_, err = provider.Compose(late.Clearance, uuid.New())
			require.ErrorIs(t, err, provider.ErrExpired)
			require.Empty(t, w.carrier.Inbox())
		},
	}, {
		name:   "G2_FailsClosed",
		clause: "On an error nobody is cleared.",
		run: func(t *testing.T, s Stores) {
			for _, op := range []string{"Ledger.Read", "List.Match", "Outbox.Mark", "Outbox.Lease", "Outbox.Sent"} {
				w := newWorld(t, s)
				a := w.people(1)[0]
				w.agree(a)
				id := "g2 " + op
				c := w.content(id)
				c.Request.Caps = []consent.Cap{{Count: 9, Within: time.Hour}}
				if op != "Ledger.Read" { // the first of the loop launches with a healthy store
					w.carrier = loopback.New(&loopback.Options{Clock: s.Clock})
				}
				w.launch(c)
				// What is read to decide fails once the attempt is marked: at the
				// moment when nothing but the gate stands before the carrier.
				broken, marked := errors.New("the disk is gone"), !strings.Contains("Ledger.Read List.Match Outbox.Sent", op)
				w.Stores = Faulty(s, func(name string, done bool) error {
					marked = marked || name == "Outbox.Mark" && done
					if name == op && !done && marked {
						return broken
					}
					return nil
				})
				w.wireLoose()
				_, err := w.runner("w").Run(t.Context(), id)
				require.ErrorIsf(t, err, broken, "%s", op)
				require.Emptyf(t, w.carrier.Inbox(), "%s", op)
				require.Equalf(t, 1, w.tally(id).In(campaign.Ready, campaign.Deferred), "%s: %v", op, w.tally(id))
			}
			var zero consent.Decision
			require.False(t, zero.Allowed())
		},
	}, {
		name:   "G3_NothingAfterAnAcknowledgedRefusal",
		clause: "It reads what is committed when it is called: a caller who wants to see what was marked during its own earlier steps calls it after them.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			people := w.people(12)
			w.agree(people...)
			w.launch(w.content("g3"))
			refused := map[contact.Address][]campaign.Attempt{}
			w.script = func(n int, _ loopback.Handed) loopback.Answer {
				if n != 2 {
					return loopback.Answer{}
				}
				// In the middle of a batch everybody says STOP, each of them
				// acknowledged before the next.
				for _, a := range people {
					r, err := w.says(a, "STOP")
					if err != nil {
						t.Error(err)
					}
					refused[a] = r.InFlight
				}
				return loopback.Answer{}
			}
			// The script runs inside the carrier, under its lock: what arrived
			// by then is counted from outside.
			_, err := w.runner("w").Run(t.Context(), "g3")
			require.NoError(t, err)
			require.Len(t, refused, 12)
			for i, h := range w.carrier.Inbox() {
				if i > 2 { // arrived after the acknowledgement
					require.NotEmptyf(t, refused[h.To], "message %d was not on the in-flight list", i)
				}
			}
			require.LessOrEqual(t, len(w.carrier.Inbox()), 4, "no more than the batch that was marked")
			w.Clock.Advance(time.Hour)
			_, err = w.runner("w").Run(t.Context(), "g3")
			require.NoError(t, err)
			require.LessOrEqual(t, len(w.carrier.Inbox()), 4)
			require.Equal(t, 12, w.tally("g3").Total())
			require.Equal(t, 8, w.tally("g3").In(campaign.Cancelled, campaign.Excluded))
			for _, a := range people {
				// The list and the ledger both say no: either would do.
				d := w.decide(a)
				require.Equalf(t, consent.CodeRefused, d.Code, "%v", &d)
				require.Containsf(t, d.String(), "consent.withdrawn", "%v", &d)
			}
		},
	}, {
		name:   "G4_ARefusalSurvives",
		clause: "Adding never needs authority and never removes or weakens what is there.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			people := w.people(2)
			a := people[0]
			w.agree(people...)
			require.True(t, ptr(w.decide(a)).Allowed())
			_, err := w.says(a, "Stop !")
			require.NoError(t, err)
			still := func(after string) {
				t.Helper()
				d := w.decide(a)
				require.Equalf(t, consent.CodeRefused, d.Code, "after %s: %v", after, &d)
				require.Containsf(t, d.String(), "consent.withdrawn", "after %s: %v", after, &d)
				require.Truef(t, ptr(w.decide(people[1])).Allowed(), "after %s, the other", after)
			}
			still("the refusal")
			w.Clock.Advance(time.Hour)
			_, err = w.Contacts.Erase(t.Context(), rented.ID, []contact.ID{"P0000"})
			require.NoError(t, err)
			require.NoError(t, w.register.Erase(t.Context(), a))
			w.people(2) // the supplier's file, again
			still("erasure and re-import")
			// A later consent by a file does not beat the person.
			_, err = w.register.Record(t.Context(), consent.Statement{Address: a, Act: consent.Act{
				ID: uuid.New(), Kind: consent.Given, By: consent.ByFile, Grade: consent.Audited, Purposes: []contact.Purpose{contact.Political},
				Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}}, Source: "file", Form: "v4", Happened: w.Clock.Now(),
			}})
			require.NoError(t, err)
			still("a later file")
			next, err := w.keyring.Rotated([]byte("another secret of the test"))
			require.NoError(t, err)
			for range 2 {
				require.NoError(t, suppression.Rotate(t.Context(), w.keyring, next, w.Contacts, w.List, w.Ledger, w.Outbox))
			}
			w.keyring = next
			w.wire()
			still("rotation and restart")
		},
	}, {
		name:   "G5_AtMostOnce",
		clause: "One is not recorded when an attempt of that dispatch stands, when its number is not the next, or when the dispatch was cancelled.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			people := w.people(10)
			w.agree(people...)
			w.launch(w.content("g5"))
			// The carrier takes everything, loses an answer, and panics once.
			w.script = func(n int, _ loopback.Handed) loopback.Answer {
				return loopback.Answer{Lost: n == 1, Panic: n == 5}
			}
			for range 3 {
				_, err := w.runner("first").Run(t.Context(), "g5")
				require.NoError(t, err)
				w.Clock.Advance(time.Hour)
			}
			for a, n := range w.arrivals() {
				require.Equalf(t, 1, n, "%v", a)
			}
			unknowns, err := w.runner("first").Unknowns(t.Context(), "g5", 100)
			require.NoError(t, err)
			require.NotEmpty(t, unknowns)
			require.Equal(t, 10, w.tally("g5").In(campaign.HandedOver, campaign.Unknown))
			// A late receipt settles one, for good.
			_, err = w.inbox.Handle(t.Context(), provider.Event{
				ID: "r", Kind: provider.DeliveryReceipt, Carrier: "test", Dispatch: unknowns[0].ID.Dispatch, Status: provider.Delivered, Received: w.Clock.Now(),
			})
			require.NoError(t, err)
			require.NoError(t, w.runner("first").Settle(t.Context(), unknowns[0].ID, provider.Outcome{Kind: provider.Temporary}))
			_, err = w.runner("second").Run(t.Context(), "g5")
			require.NoError(t, err)
			for a, n := range w.arrivals() {
				require.Equalf(t, 1, n, "%v", a)
			}
			require.Equal(t, 1, w.tally("g5").In(campaign.Delivered))
		},
	}, {
		name:   "G6_NothingIsSkipped",
		clause: "The sum is always that of Progress.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			people := w.people(23)
			w.agree(people[:20]...)
			c := w.content("g6")
			preview, err := w.planner.Preview(t.Context(), c, time.Time{})
			require.NoError(t, err)
			// The launch dies twice, the run at every kind of step.
			healthy := w.Stores
			calls := 0
			for _, op := range []string{"Outbox.Freeze", "Outbox.Freeze", "Outbox.Lease", "Outbox.Mark", "Outbox.Settle", "Outbox.Defer", "Outbox.Release", "List.Match", "Ledger.Read", ""} {
				for _, after := range []bool{false, true} {
					n := 0
					w.Stores = Faulty(healthy, func(name string, done bool) error {
						if name == op && done == after {
							if n++; n >= 2 {
								return errors.New("the process died")
							}
						}
						return nil
					})
					w.wireLoose()
					if _, err := w.planner.Launch(t.Context(), c); err == nil {
						_, _ = w.runner(fmt.Sprint("w", calls)).Run(t.Context(), "g6")
					}
					calls++
					w.Clock.Advance(time.Minute)
				}
			}
			w.Stores = healthy
			w.wire()
			_, err = w.runner("last").Run(t.Context(), "g6")
			require.NoError(t, err)
			final := w.tally("g6")
			require.Equal(t, preview.Audience, final.Total())
			require.Equal(t, preview.Tally.In(campaign.Excluded), final.In(campaign.Excluded))
			require.Equalf(t, 20, final.In(campaign.HandedOver, campaign.Unknown), "%v", final)
			for a, n := range w.arrivals() {
				require.Equalf(t, 1, n, "%v", a)
			}
			require.Len(t, w.arrivals(), 20)
		},
	}, {
		name:   "G7_TamperingShows",
		clause: "It makes records with [NewGenesis] and [Link].",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			w.agree(w.people(3)...)
			var checkpoint bytes.Buffer
			require.NoError(t, consent.WriteCheckpoint(t.Context(), s.Ledger, &checkpoint))
			verify := func(change func([]consent.Chain) []consent.Chain) []consent.Fault {
				v, err := consent.Verify(t.Context(), tampered{s.Ledger, change}, bytes.NewReader(checkpoint.Bytes()))
				require.NoError(t, err)
				return v.Faults
			}
			require.Empty(t, verify(func(cs []consent.Chain) []consent.Chain { return cs }))
			for name, change := range map[string]func([]consent.Chain) []consent.Chain{
				"a purpose":       func(cs []consent.Chain) []consent.Chain { cs[0].Records[0].Act.Purposes[0] = "political"; return cs },
				"evidence":        func(cs []consent.Chain) []consent.Chain { cs[1].Records[1].Act.Evidence.Document = "forged"; return cs },
				"order":           func(cs []consent.Chain) []consent.Chain { r := cs[0].Records; r[0], r[1] = r[1], r[0]; return cs },
				"removal":         func(cs []consent.Chain) []consent.Chain { cs[0].Records = cs[0].Records[1:]; return cs },
				"a cut tail":      func(cs []consent.Chain) []consent.Chain { cs[2].Records = cs[2].Records[:1]; return cs },
				"a missing chain": func(cs []consent.Chain) []consent.Chain { return cs[1:] },
			} {
				require.NotEmptyf(t, verify(change), "%s", name)
			}
		},
	}, {
		name:   "G8_SameFactsSameDecision",
		clause: "Chain returns one chain, or an error with contact.ErrNotFound in its tree.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			people := w.people(3)
			w.agree(people[:2]...)
			w.launch(w.content("g8"))
			_, err := w.says(people[1], "STOP")
			require.NoError(t, err)
			_, err = w.runner("w").Run(t.Context(), "g8")
			require.NoError(t, err)
			d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: campaign.NewDispatch("g8", w.keyring.Fingerprint(people[0]))})
			require.NoError(t, err)
			trace := d.Attempts[0].Settlement.Trace
			require.NotNil(t, trace)
			w.Clock.Advance(48 * time.Hour)
			_, err = w.says(people[0], "STOP") // what came later changes nothing
			require.NoError(t, err)
			again, err := w.gate.Replay(t.Context(), w.request("g8", consent.ContentMessage), *trace, trace.At)
			require.NoError(t, err)
			require.Empty(t, again.Missing)
			require.Truef(t, again.Same && again.Decision.Allowed(), "%v", &again.Decision)
			require.NoError(t, w.register.Erase(t.Context(), people[0]))
			again, err = w.gate.Replay(t.Context(), w.request("g8", consent.ContentMessage), *trace, trace.At)
			require.NoError(t, err)
			require.NotEmpty(t, again.Missing)
		},
	}, {
		name:   "G9_NoAddressLeaks",
		clause: "It holds no address.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			people := w.people(6)
			w.agree(people...)
			w.launch(w.content("g9"))
			w.script = func(n int, _ loopback.Handed) loopback.Answer {
				return loopback.Answer{Panic: n == 3, Outcome: provider.Outcome{Kind: []provider.OutcomeKind{provider.Accepted, provider.Temporary, provider.Rejected}[n%3]}}
			}
			var seen strings.Builder
			for range 3 {
				_, err := w.runner("w").Run(t.Context(), "g9")
				fmt.Fprintf(&seen, "%v %+v\n", err, w.tally("g9"))
				w.Clock.Advance(time.Hour)
			}
			for _, a := range people {
				r, err := w.says(a, "STOP")
				require.NoError(t, err)
				d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: campaign.NewDispatch("g9", w.keyring.Fingerprint(a))})
				require.NoError(t, err)
				for _, v := range []any{r, d, w.decide(a), a} {
					b, err := json.Marshal(v)
					require.NoError(t, err)
					fmt.Fprintf(&seen, "%v %+v %#v %s\n", v, v, v, b)
				}
			}
			seen.WriteString(w.log.String())
			for _, a := range people {
				require.NotContains(t, seen.String(), a.Reveal()[1:])
				require.NotContains(t, seen.String(), a.Reveal()[6:])
			}
		},
	}, {
		name:   "G10_NoImportRevivesARefusal",
		clause: "Put records nothing about consent and cannot revive a refusal: consents and refusals are kept elsewhere, by address.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			file := "id,phone\nA,+33639980001\nB,06\nC,+33639980003\n,+33639980004\n"
			o := contact.ImportOptions{
				Base: rented.ID, Origin: supplier("Concours SARL"), Stamp: w.keyring.Hasher().Stamp, Key: w.keyring.ID(),
				Columns: []contact.Column{{Name: "id", Kind: contact.IDColumn}, {Name: "phone", Kind: contact.PhoneColumn}},
			}
			report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), s.Contacts, o)
			require.NoError(t, err)
			require.Equal(t, report.Lines, report.Created+report.Merged+report.Unchanged+report.Rejected+report.Unsettled)
			require.Equal(t, []int{4, 2, 2}, []int{report.Lines, report.Created, report.Rejected})
			a := phone(1)
			w.agree(a)
			require.True(t, ptr(w.decide(a)).Allowed())
			_, err = w.says(a, "STOP")
			require.NoError(t, err)
			w.Clock.Advance(time.Hour)
			for range 2 {
				_, err = contact.ImportCSV(t.Context(), strings.NewReader(file), s.Contacts, o)
				require.NoError(t, err)
				require.False(t, ptr(w.decide(a)).Allowed())
			}
		},
	}, {
		name:   "G11_LawTakesEffectAtItsDate",
		clause: "Append appends acts, all or none, and returns where each stands.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			a := w.people(1)[0]
			w.agree(a)
			found, err := s.Contacts.ByAddress(t.Context(), rented.ID, a)
			require.NoError(t, err)
			at := func(when time.Time) consent.Outcome {
				req := w.request("g11", consent.ContentMessage)
				req.Election, req.NoElection = "", true
				p, err := w.gate.Plan(req, when)
				require.NoError(t, err)
				ds, err := w.gate.DecideAll(t.Context(), p, []consent.Recipient{{
					Contact: &found[0], Point: contact.Point{Address: a}, Content: consent.Content{Text: "Alex Martin. " + noticeURL + " Concours SARL. STOP"},
				}})
				require.NoError(t, err)
				return ds[0].Outcome
			}
			// 21:45 in Paris: inside the charter of 2024, outside that of 2026.
			require.Equal(t, consent.Allow, at(time.Date(2026, 2, 24, 20, 45, 0, 0, time.UTC)))
			require.Equal(t, consent.Defer, at(time.Date(2026, 3, 3, 20, 45, 0, 0, time.UTC)))
			// A Sunday: tolerated since 2026.
			require.Equal(t, consent.Defer, at(time.Date(2026, 2, 22, 11, 0, 0, 0, time.UTC)))
			require.Equal(t, consent.Allow, at(time.Date(2026, 3, 8, 11, 0, 0, 0, time.UTC)))
		},
	}, {
		name:   "G12_BadInputIsRefusedAndNothingIsLost",
		clause: "An entry that is not valid fails.",
		run: func(t *testing.T, s Stores) {
			w := newWorld(t, s)
			a := w.people(1)[0]
			_, err := w.inbox.Handle(t.Context(), provider.Event{Kind: provider.InboundText, From: a, Text: "STOP", Received: w.Clock.Now()})
			require.EqualError(t, err, "provider: event: ID is empty")
			c := w.content("g12")
			c.Templates[0].Text = "Alex Martin {{nom}}"
			_, err = w.planner.Launch(t.Context(), c)
			require.ErrorContains(t, err, "{{nom}} is not a declared field")
			_, err = s.Outbox.Campaign(t.Context(), "g12")
			require.ErrorIs(t, err, contact.ErrNotFound)
			_, err = s.List.Add(t.Context(), w.keyring.ID(), []suppression.Entry{{ID: uuid.New()}})
			require.ErrorContains(t, err, "Class")
			// A refusal that cannot be read is handed back, not dropped.
			var kept []string
			report, err := suppression.Import(t.Context(), s.List, w.keyring, strings.NewReader("+33639980000\n06 39 98\n"), suppression.ImportOptions{
				File: "f", At: w.Clock.Now(), Recorded: w.Clock.Now(), Unreadable: func(line int, raw string, _ error) error {
					kept = append(kept, fmt.Sprint(line, " ", raw))
					return nil
				},
			})
			require.NoError(t, err)
			require.Equal(t, suppression.ImportReport{Lines: 2, Added: 1, Unreadable: 1}, report)
			require.Equal(t, []string{"2 06 39 98"}, kept)
		},
	},
}
