package storetest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// given returns an entry in which the person with the nth number agrees.
func given(n int) consent.Entry {
	return consent.Entry{
		Fingerprint: contact.Fingerprint{byte(n), byte(n >> 8), 1}, Address: phone(n),
		Act: consent.Act{
			ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
			Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS),
			Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}, Groups: []contact.GroupID{"party"}},
			Happened: time.Date(2024, 6, 1, 10, 0, 0, 123_000, time.UTC), Recorded: day(2024, 6, 2), Subject: "ada",
			Evidence: &consent.Evidence{Text: "OUI", Event: "e-1", IP: "192.0.2.1"},
		},
	}
}

func appendActs(t *testing.T, l consent.Ledger, es ...consent.Entry) []consent.Receipt {
	t.Helper()
	rs, err := l.Append(t.Context(), keyA, es)
	require.NoError(t, err)
	return rs
}

func history(t *testing.T, l consent.Ledger, f contact.Fingerprint) consent.History {
	t.Helper()
	hs, err := l.Read(t.Context(), keyA, []contact.Fingerprint{f})
	require.NoError(t, err)
	require.Len(t, hs, 1)
	return hs[0]
}

func verified(t *testing.T, l consent.Ledger) consent.Verification {
	t.Helper()
	v, err := consent.Verify(t.Context(), l, nil)
	require.NoError(t, err)
	require.Empty(t, v.Faults)
	return v
}

var ledgerCases = []testCase{
	{
		name:   "Idempotent",
		clause: "It is idempotent by the ID of the act: an act that is there already changes nothing and gets the receipt of the first time, and an ID used for another act or another address fails with [ErrConflict].",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			first := appendActs(t, s.Ledger, e)
			require.True(t, first[0].New)
			again := e
			again.Act.Recorded = e.Act.Recorded.Add(time.Hour)
			second := appendActs(t, s.Ledger, again)
			require.Equal(t, first[0].Chain, second[0].Chain)
			require.Equal(t, first[0].Seq, second[0].Seq)
			require.False(t, second[0].New)
			other := e
			other.Act.Purposes = []contact.Purpose{contact.Commercial}
			_, err := s.Ledger.Append(t.Context(), keyA, []consent.Entry{other})
			require.ErrorIs(t, err, consent.ErrConflict)
			elsewhere := e
			elsewhere.Fingerprint = contact.Fingerprint{77}
			_, err = s.Ledger.Append(t.Context(), keyA, []consent.Entry{elsewhere})
			require.ErrorIs(t, err, consent.ErrConflict)
			require.Len(t, history(t, s.Ledger, e.Fingerprint).Acts, 1)
		},
	}, {
		name:   "AllOrNone",
		clause: "Append appends acts, all or none, and returns where each stands.",
		run: func(t *testing.T, s Stores) {
			good, bad := given(1), given(2)
			bad.Act.Purposes = nil
			_, err := s.Ledger.Append(t.Context(), keyA, []consent.Entry{good, bad})
			require.Error(t, err)
			require.Empty(t, history(t, s.Ledger, good.Fingerprint).Acts)
			require.Equal(t, 0, verified(t, s.Ledger).Records)
		},
	}, {
		name:   "Read",
		clause: "Read returns the history of each of fingerprints, in their order.",
		run: func(t *testing.T, s Stores) {
			a, b := given(1), given(2)
			later := given(1)
			later.Act.Kind, later.Act.Evidence = consent.Withdrawn, &consent.Evidence{Text: "STOP"}
			appendActs(t, s.Ledger, a, b, later)
			hs, err := s.Ledger.Read(t.Context(), keyA, []contact.Fingerprint{b.Fingerprint, {9}, a.Fingerprint, b.Fingerprint})
			require.NoError(t, err)
			require.Len(t, hs, 4)
			require.Len(t, hs[0].Acts, 1)
			require.Equal(t, consent.History{}, hs[1])
			require.Equal(t, []consent.ActKind{consent.Given, consent.Withdrawn}, []consent.ActKind{hs[2].Acts[0].Kind, hs[2].Acts[1].Kind})
			require.Equal(t, hs[0].Chain, hs[3].Chain)
			require.True(t, consent.SameAct(a.Act, hs[2].Acts[0]))
			require.True(t, a.Act.Happened.Equal(hs[2].Acts[0].Happened))
		},
	}, {
		name:   "Concurrent",
		clause: "Implementations are safe for concurrent use, and read and write the primary copy of their data: once Append has returned, every later Read anywhere sees the acts.",
		run: func(t *testing.T, s Stores) {
			var wg sync.WaitGroup
			for w := range 8 {
				wg.Go(func() {
					for i := range 20 {
						e := given(i % 5)
						e.Act.Source = fmt.Sprint(w)
						if _, err := s.Ledger.Append(t.Context(), keyA, []consent.Entry{e}); err != nil {
							t.Error(err)
							return
						}
						hs, err := s.Ledger.Read(t.Context(), keyA, []contact.Fingerprint{e.Fingerprint})
						if err != nil || len(hs) != 1 {
							t.Error("read", err)
							return
						}
						found := false
						for j := range hs[0].Acts {
							found = found || hs[0].Acts[j].ID == e.Act.ID
						}
						if !found {
							t.Error("an act that was appended is not read")
						}
					}
				})
			}
			wg.Wait()
			v := verified(t, s.Ledger)
			require.Equal(t, 5, v.Chains)
			require.Equal(t, 160, v.Records)
		},
	}, {
		name:   "Walk",
		clause: "Walk returns at most limit chains whose IDs are greater than after, byte by byte, in ascending order.",
		run: func(t *testing.T, s Stores) {
			for i := range 23 {
				appendActs(t, s.Ledger, given(i))
			}
			var after consent.ChainID
			n := 0
			for {
				page, err := s.Ledger.Walk(t.Context(), after, 5)
				require.NoError(t, err)
				require.LessOrEqual(t, len(page), 5)
				if len(page) == 0 {
					break
				}
				for _, c := range page {
					require.Positive(t, bytes.Compare(c.ID[:], after[:]))
					after = c.ID
					n++
					got, err := s.Ledger.Chain(t.Context(), c.ID)
					require.NoError(t, err)
					require.Equal(t, c.Head(), got.Head())
					require.Empty(t, got.Check())
				}
			}
			require.Equal(t, 23, n)
			_, err := s.Ledger.Chain(t.Context(), uuid.New())
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	}, {
		name:   "Erase",
		clause: "Erase removes evidence, subjects and salts from the chain of an address. What remains can be verified, and still holds every act: a refusal survives.",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			no := given(1)
			no.Act.Kind, no.Act.Evidence = consent.Objected, &consent.Evidence{Text: "STOP, says Ada"}
			rs := appendActs(t, s.Ledger, e, no)
			before := history(t, s.Ledger, e.Fingerprint)
			require.NoError(t, s.Ledger.Erase(t.Context(), keyA, e.Fingerprint))
			require.NoError(t, s.Ledger.Erase(t.Context(), keyA, contact.Fingerprint{200}))
			require.Equal(t, "OUI", before.Acts[0].Evidence.Text, "what was read before stays as it was")
			after := history(t, s.Ledger, e.Fingerprint)
			require.Len(t, after.Acts, 2)
			require.Equal(t, consent.Objected, after.Acts[1].Kind)
			for _, a := range after.Acts {
				require.Nil(t, a.Evidence)
				require.Empty(t, a.Subject)
			}
			c, err := s.Ledger.Chain(t.Context(), rs[0].Chain)
			require.NoError(t, err)
			require.Zero(t, c.GenesisSalt)
			for _, r := range c.Records {
				require.True(t, r.Erased)
				require.Zero(t, r.Salt)
			}
			require.Equal(t, 2, verified(t, s.Ledger).Erased)
			// The chain goes on, and a repetition of an erased act is known.
			again := appendActs(t, s.Ledger, e)
			require.False(t, again[0].New)
			appendActs(t, s.Ledger, given(1))
			require.Equal(t, 3, verified(t, s.Ledger).Records)
		},
	}, {
		name:   "Key",
		clause: "The first call that names a key binds the Ledger to it; any call with another key fails with suppression.ErrKey and changes nothing.",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			appendActs(t, s.Ledger, e)
			_, err := s.Ledger.Append(t.Context(), keyB, []consent.Entry{given(2)})
			require.ErrorIs(t, err, suppression.ErrKey)
			_, err = s.Ledger.Read(t.Context(), keyB, nil)
			require.ErrorIs(t, err, suppression.ErrKey)
			require.ErrorIs(t, s.Ledger.Erase(t.Context(), keyB, e.Fingerprint), suppression.ErrKey)
			require.ErrorIs(t, s.Ledger.Rotate(t.Context(), keyB, keyC, wrap), suppression.ErrKey)
			require.Equal(t, "ada", history(t, s.Ledger, e.Fingerprint).Acts[0].Subject)
		},
	}, {
		name:   "Rotate",
		clause: "Rotate replaces every fingerprint f of the index by wrap(f), in one step, when the Ledger's key is from, and does nothing when it is to",
		run: func(t *testing.T, s Stores) {
			e := given(1)
			rs := appendActs(t, s.Ledger, e)
			for range 2 {
				require.NoError(t, s.Ledger.Rotate(t.Context(), keyA, keyB, wrap))
			}
			hs, err := s.Ledger.Read(t.Context(), keyB, []contact.Fingerprint{e.Fingerprint, wrap(e.Fingerprint)})
			require.NoError(t, err)
			require.Empty(t, hs[0].Acts)
			require.Equal(t, rs[0].Chain, hs[1].Chain)
			require.Empty(t, verified(t, s.Ledger).Faults)
		},
	}, {
		name:   "Bytes",
		clause: "It makes records with [NewGenesis] and [Link].",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				e := given(i)
				e.Act.Purposes = []contact.Purpose{contact.Purpose("p" + text)}
				e.Act.Grantees.Parties = []contact.PartyID{contact.PartyID(text)}
				e.Act.Base, e.Act.Form, e.Act.Source, e.Act.Subject = contact.BaseID(text), text, text, text
				e.Act.Evidence.Text = text
				rs := appendActs(t, s.Ledger, e)
				got := history(t, s.Ledger, e.Fingerprint).Acts[0]
				require.Truef(t, consent.SameAct(e.Act, got), "%+q", text)
				c, err := s.Ledger.Chain(t.Context(), rs[0].Chain)
				require.NoError(t, err)
				require.True(t, c.About(e.Address))
				require.False(t, c.About(phone(4321)))
			}
			verified(t, s.Ledger)
		},
	}, {
		name:   "Cancelled",
		clause: "once Append has returned, every later Read anywhere sees the acts",
		run: func(t *testing.T, s Stores) {
			ctx, reason := cancelled(t)
			e := given(1)
			_, err := s.Ledger.Append(ctx, keyA, []consent.Entry{e})
			require.ErrorIs(t, err, reason)
			_, err = s.Ledger.Read(ctx, keyA, nil)
			require.ErrorIs(t, err, reason)
			_, err = s.Ledger.Walk(ctx, consent.ChainID{}, 1)
			require.ErrorIs(t, err, reason)
			require.Empty(t, history(t, s.Ledger, e.Fingerprint).Acts)
		},
	},
}

var documentCases = []testCase{
	{
		name:   "Notices",
		clause: "PutNotice keeps n under its ID and returns that. It is idempotent.",
		run: func(t *testing.T, s Stores) {
			n := contact.Notice{Language: "fr", Text: "J'accepte les offres", Partners: []string{"A", "B"}, PartnersVersion: "v1"}
			for range 2 {
				id, err := s.Documents.PutNotice(t.Context(), n)
				require.NoError(t, err)
				require.Equal(t, n.ID(), id)
			}
			got, err := s.Documents.Notice(t.Context(), n.ID())
			require.NoError(t, err)
			require.Equal(t, n, got)
			_, err = s.Documents.Notice(t.Context(), contact.NoticeID{1})
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	}, {
		name:   "Assessments",
		clause: "It is idempotent, and fails with [ErrConflict] when the ID is used for another: a signed document does not change.",
		run: func(t *testing.T, s Stores) {
			a := consent.Assessment{
				ID: "b", Controller: "martin", Purpose: contact.Political, Channel: contact.SMS, Base: base, Document: contact.NoticeID{1},
				Signatory: "the treasurer", Signed: day(2024, 5, 1), Expectation: "members expect news of their section",
			}
			first := a
			first.ID = "a"
			for range 2 {
				require.NoError(t, s.Documents.PutAssessment(t.Context(), a))
			}
			require.NoError(t, s.Documents.PutAssessment(t.Context(), first))
			other := a
			other.Expectation = "anything"
			require.ErrorIs(t, s.Documents.PutAssessment(t.Context(), other), consent.ErrConflict)
			got, err := s.Documents.Assessments(t.Context(), "martin")
			require.NoError(t, err)
			require.Len(t, got, 2)
			require.Equal(t, []string{"a", "b"}, []string{got[0].ID, got[1].ID})
			got, err = s.Documents.Assessments(t.Context(), "dupont")
			require.NoError(t, err)
			require.Empty(t, got)
			require.Error(t, s.Documents.PutAssessment(t.Context(), consent.Assessment{ID: "c"}))
		},
	},
}
