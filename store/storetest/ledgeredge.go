package storetest

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// filled returns an entry with text in every text, and something in every field
// of the act.
func filled(n int, text string) consent.Entry {
	e := given(n)
	a := &e.Act
	a.Grade = consent.Audited
	a.Purposes = []contact.Purpose{contact.Purpose("p" + text), "q"}
	a.Channels = contact.Channels(contact.SMS, contact.RCS, contact.EmailChannel, contact.AutomatedVoice, contact.VoicemailDrop, contact.LiveVoice)
	a.Grantees = consent.Grantees{
		Parties: []contact.PartyID{contact.PartyID(text), "b"}, Groups: []contact.GroupID{contact.GroupID(text), "b"},
		Category: text, PartnerList: contact.NoticeID{1, 31: 2},
	}
	a.Base, a.Election, a.Form, a.Source, a.Subject = contact.BaseID(text), consent.ElectionID(text), text, text, text
	a.Dispatch, a.Notice = uuid.New(), contact.NoticeID{3, 31: 4}
	a.Hours = consent.Hours{From: 1, To: 24 * 60}
	a.Recorded, a.Expires = time.Date(2024, 6, 2, 1, 2, 3, 999_999_000, time.UTC), time.Date(2034, 2, 28, 23, 59, 59, 1000, time.UTC)
	a.Evidence = &consent.Evidence{Text: text, Event: text, IP: text, URL: text, Document: text}
	return e
}

// plainAct returns a with empty lists as nil, since a store may keep either.
func plainAct(a consent.Act) consent.Act {
	if len(a.Purposes) == 0 {
		a.Purposes = nil
	}
	if len(a.Grantees.Parties) == 0 {
		a.Grantees.Parties = nil
	}
	if len(a.Grantees.Groups) == 0 {
		a.Grantees.Groups = nil
	}
	return a
}

// ledgerEdges are the promises of consent.Ledger about what is rare.
var ledgerEdges = []testCase{
	{
		name:   "EveryField",
		clause: "What was appended is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				e := filled(i, text)
				at := appendActs(t, s.Ledger, e)[0]
				require.Equalf(t, e.Act, history(t, s.Ledger, e.Fingerprint).Acts[0], "%+q", text)
				c, err := s.Ledger.Chain(t.Context(), at.Chain)
				require.NoError(t, err)
				require.Equalf(t, e.Act, c.Records[0].Act, "%+q", text)
			}
			least := consent.Entry{Fingerprint: contact.Fingerprint{0xFE}, Act: consent.Act{
				ID: uuid.New(), Kind: consent.Disconnected, Happened: day(2024, 6, 1), Recorded: day(2024, 6, 1),
			}}
			bare := consent.Entry{Fingerprint: contact.Fingerprint{0xFE}, Act: least.Act}
			bare.Act.ID, bare.Act.Evidence = uuid.New(), &consent.Evidence{}
			appendActs(t, s.Ledger, least, bare)
			h := history(t, s.Ledger, least.Fingerprint)
			require.Equal(t, least.Act, plainAct(h.Acts[0]))
			require.Equal(t, bare.Act, plainAct(h.Acts[1]), "empty evidence is not none")
			verified(t, s.Ledger)
		},
	}, {
		name:   "Times",
		clause: "What was appended is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			e.Act.Happened = time.Date(2024, 6, 1, 0, 30, 0, 123_456_789, time.FixedZone("CEST", 7200))
			e.Act.Recorded = time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
			e.Act.Expires = time.Date(2999, 12, 31, 0, 0, 0, 0, time.FixedZone("", -3600))
			appendActs(t, s.Ledger, e)
			got := history(t, s.Ledger, e.Fingerprint).Acts[0]
			require.Equal(t, time.Date(2024, 5, 31, 22, 30, 0, 123_456_000, time.UTC), got.Happened)
			require.Equal(t, time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC), got.Recorded)
			require.Equal(t, time.Date(2999, 12, 31, 1, 0, 0, 0, time.UTC), got.Expires)
			require.False(t, appendActs(t, s.Ledger, e)[0].New, "the same instants are the same act")
			verified(t, s.Ledger)
		},
	}, {
		name:   "CopiesIn",
		clause: "Append keeps copies.",
		run: func(t *testing.T, s Stores) {
			e := filled(1, "kept")
			want := filled(1, "kept").Act
			want.ID, want.Dispatch = e.Act.ID, e.Act.Dispatch
			at := appendActs(t, s.Ledger, e)[0]
			e.Act.Purposes[0], e.Act.Grantees.Parties[0], e.Act.Grantees.Groups[0] = "spoilt", "spoilt", "spoilt"
			e.Act.Evidence.Text = "spoilt"
			require.Equal(t, want, history(t, s.Ledger, e.Fingerprint).Acts[0])
			c, err := s.Ledger.Chain(t.Context(), at.Chain)
			require.NoError(t, err)
			c.Records[0].Digest[0]++
			c.Records[0].Act.Kind = consent.Objected
			c.Records = c.Records[:0]
			require.Equal(t, want, history(t, s.Ledger, e.Fingerprint).Acts[0])
			verified(t, s.Ledger)
		},
	}, {
		name:   "TwiceInOneCall",
		clause: "It is idempotent by the ID of the act",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			rs := appendActs(t, s.Ledger, e, given(1), e)
			require.Equal(t, []bool{true, true, false}, []bool{rs[0].New, rs[1].New, rs[2].New})
			require.Equal(t, rs[0].Seq, rs[2].Seq)
			require.Len(t, history(t, s.Ledger, e.Fingerprint).Acts, 2)

			for name, change := range map[string]func(*consent.Entry){
				"another address": func(e *consent.Entry) { e.Fingerprint[15]++ },
				"another act":     func(e *consent.Entry) { e.Act.Kind = consent.Asked },
			} {
				first := given(2)
				second := first
				change(&second)
				_, err := s.Ledger.Append(t.Context(), keyA, []consent.Entry{given(3), first, second})
				require.ErrorIs(t, err, consent.ErrConflict, name)
				require.Empty(t, history(t, s.Ledger, first.Fingerprint).Acts, name)
				require.Empty(t, history(t, s.Ledger, given(3).Fingerprint).Acts, name)
			}
		},
	}, {
		name:   "ConflictOfOneIsOfAll",
		clause: "Append appends acts, all or none, and returns where each stands.",
		run: func(t *testing.T, s Stores) {
			held := given(1)
			appendActs(t, s.Ledger, held)
			other := held
			other.Act.Base = "elsewhere"
			_, err := s.Ledger.Append(t.Context(), keyA, []consent.Entry{given(2), other, given(3)})
			require.ErrorIs(t, err, consent.ErrConflict)
			require.Equal(t, 1, verified(t, s.Ledger).Records)
			rs, err := s.Ledger.Append(t.Context(), keyA, nil)
			require.NoError(t, err)
			require.Empty(t, rs)
		},
	}, {
		name:   "Order",
		clause: "the acts of its chain in the order in which they were appended",
		run: func(t *testing.T, s Stores) {
			var want []uuid.UUID
			for i := range 30 {
				e := given(1)
				e.Act.Happened = day(2024, 6, 30-i) // the order of happening is another
				e.Act.ID[0] = byte(255 - i)
				want = append(want, e.Act.ID)
				require.EqualValues(t, i+1, appendActs(t, s.Ledger, e)[0].Seq)
			}
			var got []uuid.UUID
			for _, a := range history(t, s.Ledger, given(1).Fingerprint).Acts {
				got = append(got, a.ID)
			}
			require.Equal(t, want, got)
		},
	}, {
		name:   "ReadMany",
		clause: "Read returns the history of each of fingerprints, in their order.",
		run: func(t *testing.T, s Stores) {
			var entries []consent.Entry
			for i := range 500 {
				entries = append(entries, given(i))
			}
			for some := range slices.Chunk(entries, 170) {
				appendActs(t, s.Ledger, some...)
			}
			var ask []contact.Fingerprint
			for i := range 1000 {
				ask = append(ask, given(999-i).Fingerprint)
			}
			hs, err := s.Ledger.Read(t.Context(), keyA, ask)
			require.NoError(t, err)
			require.Len(t, hs, 1000)
			for i, h := range hs {
				if n := 999 - i; n >= 500 {
					require.Equal(t, consent.History{}, h)
					continue
				} else {
					require.Len(t, h.Acts, 1)
					require.Equal(t, entries[n].Act.ID, h.Acts[0].ID)
				}
			}
		},
	}, {
		name:   "WalkLimits",
		clause: "An answer without chains is the end.",
		run: func(t *testing.T, s Stores) {
			for i := range 9 {
				appendActs(t, s.Ledger, given(i), given(i))
			}
			all, err := s.Ledger.Walk(t.Context(), consent.ChainID{}, math.MaxInt32)
			require.NoError(t, err)
			require.Len(t, all, 9)
			for _, c := range all {
				require.Len(t, c.Records, 2, "chains come whole")
			}
			rest, err := s.Ledger.Walk(t.Context(), all[8].ID, 10)
			require.NoError(t, err)
			require.Empty(t, rest)
			rest, err = s.Ledger.Walk(t.Context(), all[4].ID, 2)
			require.NoError(t, err)
			require.Equal(t, []consent.ChainID{all[5].ID, all[6].ID}, []consent.ChainID{rest[0].ID, rest[1].ID})
			unknown := all[3].ID
			for i := 15; i >= 0; i-- { // the next number: a place where no chain is
				if unknown[i]++; unknown[i] != 0 {
					break
				}
			}
			rest, err = s.Ledger.Walk(t.Context(), unknown, 1)
			require.NoError(t, err)
			require.Equal(t, all[4].ID, rest[0].ID)
		},
	}, {
		name:   "RotateNothing",
		clause: "and does nothing when it is to or when the Ledger is bound to no key yet, which to then becomes",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Ledger.Rotate(t.Context(), keyB, keyA, flip))
			appendActs(t, s.Ledger, given(1))
			require.NoError(t, s.Ledger.Rotate(t.Context(), keyB, keyA, flip))
			require.Len(t, history(t, s.Ledger, given(1).Fingerprint).Acts, 1)
		},
	}, {
		name:   "RotateMany",
		clause: "Chains do not change.",
		run: func(t *testing.T, s Stores) {
			for i := range 40 {
				appendActs(t, s.Ledger, given(i))
			}
			require.NoError(t, s.Ledger.Erase(t.Context(), keyA, given(7).Fingerprint))
			var before strings.Builder
			require.NoError(t, consent.WriteCheckpoint(t.Context(), s.Ledger, &before))
			require.NoError(t, s.Ledger.Rotate(t.Context(), keyA, keyB, flip))
			v, err := consent.Verify(t.Context(), s.Ledger, strings.NewReader(before.String()))
			require.NoError(t, err)
			require.Equal(t, consent.Verification{Chains: 40, Records: 40, Erased: 1}, v)
			for i := range 40 {
				again := given(i)
				again.Fingerprint = flip(again.Fingerprint)
				rs, err := s.Ledger.Append(t.Context(), keyB, []consent.Entry{again})
				require.NoError(t, err)
				require.EqualValues(t, 2, rs[0].Seq, "those of erased people are moved, too")
			}
		},
	}, {
		name:   "CancelledEverywhere",
		clause: "A call whose context is done changes nothing, and returns an error with context.Cause in its tree.",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			at := appendActs(t, s.Ledger, e)[0]
			ctx, reason := cancelled(t)
			for name, call := range map[string]func(context.Context) error{
				"Append": func(ctx context.Context) error {
					_, err := s.Ledger.Append(ctx, keyA, []consent.Entry{given(2)})
					return err
				},
				"Read": func(ctx context.Context) error {
					_, err := s.Ledger.Read(ctx, keyA, []contact.Fingerprint{e.Fingerprint})
					return err
				},
				"Chain":  func(ctx context.Context) error { _, err := s.Ledger.Chain(ctx, at.Chain); return err },
				"Walk":   func(ctx context.Context) error { _, err := s.Ledger.Walk(ctx, consent.ChainID{}, 5); return err },
				"Erase":  func(ctx context.Context) error { return s.Ledger.Erase(ctx, keyA, e.Fingerprint) },
				"Rotate": func(ctx context.Context) error { return s.Ledger.Rotate(ctx, keyA, keyB, flip) },
			} {
				require.ErrorIs(t, call(ctx), reason, name)
			}
			require.NotNil(t, history(t, s.Ledger, e.Fingerprint).Acts[0].Evidence)
			require.Equal(t, 1, verified(t, s.Ledger).Records)
		},
	},
}

// documentEdges are those of consent.Documents.
var documentEdges = []testCase{
	{
		name:   "Bytes",
		clause: "What was put is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				n := contact.Notice{Language: text, Text: text, URL: text, Partners: []string{text, "b", text}, PartnersVersion: text}
				id, err := s.Documents.PutNotice(t.Context(), n)
				require.NoError(t, err)
				got, err := s.Documents.Notice(t.Context(), id)
				require.NoError(t, err)
				require.Equalf(t, n, got, "%+q", text)

				a := assessment(text)
				a.Signed = time.Date(2024, 5, 1, 2, 0, 0, 123_456_789, time.FixedZone("CEST", 7200))
				for range 2 {
					require.NoError(t, s.Documents.PutAssessment(t.Context(), a))
				}
				found, err := s.Documents.Assessments(t.Context(), a.Controller)
				require.NoError(t, err)
				a.Signed = time.Date(2024, 5, 1, 0, 0, 0, 123_456_000, time.UTC)
				require.Equalf(t, []consent.Assessment{a}, found, "%d %+q", i, text)
			}
			bare, err := s.Documents.PutNotice(t.Context(), contact.Notice{})
			require.NoError(t, err)
			got, err := s.Documents.Notice(t.Context(), bare)
			require.NoError(t, err)
			require.Empty(t, got.Partners)
		},
	}, {
		name:   "Copies",
		clause: "keep and return copies",
		run: func(t *testing.T, s Stores) {
			n := contact.Notice{Text: "J'accepte", Partners: []string{"A", "B"}}
			id, err := s.Documents.PutNotice(t.Context(), n)
			require.NoError(t, err)
			n.Partners[0] = "spoilt"
			got, err := s.Documents.Notice(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, []string{"A", "B"}, got.Partners)
			got.Partners[0] = "spoilt"
			got, err = s.Documents.Notice(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, []string{"A", "B"}, got.Partners)
		},
	}, {
		name:   "Signed",
		clause: "a signed document does not change",
		run: func(t *testing.T, s Stores) {
			a := assessment("x")
			require.NoError(t, s.Documents.PutAssessment(t.Context(), a))
			for name, change := range map[string]func(*consent.Assessment){
				"the controller":   func(a *consent.Assessment) { a.Controller = "dupont" },
				"the purpose":      func(a *consent.Assessment) { a.Purpose = contact.Charity },
				"the channel":      func(a *consent.Assessment) { a.Channel = contact.EmailChannel },
				"the election":     func(a *consent.Assessment) { a.Election = "other" },
				"the words":        func(a *consent.Assessment) { a.Document[0]++ },
				"the time":         func(a *consent.Assessment) { a.Signed = a.Signed.Add(time.Microsecond) },
				"who signed":       func(a *consent.Assessment) { a.Signatory = "nobody" },
				"what is expected": func(a *consent.Assessment) { a.Expectation = "anything" },
			} {
				b := a
				change(&b)
				require.ErrorIs(t, s.Documents.PutAssessment(t.Context(), b), consent.ErrConflict, name)
			}
			found, err := s.Documents.Assessments(t.Context(), a.Controller)
			require.NoError(t, err)
			require.Equal(t, []consent.Assessment{a}, found)
		},
	}, {
		name:   "Cancelled",
		clause: "A call whose context is done changes nothing, and returns an error with context.Cause in its tree.",
		run: func(t *testing.T, s Stores) {
			ctx, reason := cancelled(t)
			n := contact.Notice{Text: "J'accepte"}
			_, err := s.Documents.PutNotice(ctx, n)
			require.ErrorIs(t, err, reason)
			_, err = s.Documents.Notice(ctx, n.ID())
			require.ErrorIs(t, err, reason)
			require.ErrorIs(t, s.Documents.PutAssessment(ctx, assessment("x")), reason)
			_, err = s.Documents.Assessments(ctx, "martin")
			require.ErrorIs(t, err, reason)
			_, err = s.Documents.Notice(t.Context(), n.ID())
			require.ErrorIs(t, err, contact.ErrNotFound)
			found, err := s.Documents.Assessments(t.Context(), "x")
			require.NoError(t, err)
			require.Empty(t, found)
		},
	},
}

func assessment(text string) consent.Assessment {
	return consent.Assessment{
		ID: text, Controller: contact.PartyID(text), Purpose: contact.Political, Channel: contact.SMS, Base: contact.BaseID(text),
		Election: consent.ElectionID(text), Document: contact.NoticeID{1}, Signatory: text, Signed: day(2024, 5, 1), Expectation: text,
	}
}
