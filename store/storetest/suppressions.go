package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func refusal(f byte) suppression.Entry {
	return suppression.Entry{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: contact.Fingerprint{f}, Reason: suppression.Replied,
		Scope:    contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()},
		Happened: day(2024, 6, 3), Recorded: day(2024, 6, 3).Add(time.Second),
	}
}

func add(t *testing.T, l suppression.List, es ...suppression.Entry) int {
	t.Helper()
	n, err := l.Add(t.Context(), keyA, es)
	require.NoError(t, err)
	return n
}

func match(t *testing.T, l suppression.List, fs ...contact.Fingerprint) []suppression.Hit {
	t.Helper()
	hits, err := l.Match(t.Context(), keyA, fs)
	require.NoError(t, err)
	return hits
}

// cancelled returns a context that is done for a reason of its own.
func cancelled(t *testing.T) (context.Context, error) {
	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	return ctx, reason
}

var listCases = []testCase{
	{
		name:   "Idempotent",
		clause: "It is idempotent by ID: an ID that is there already with the same content changes nothing, and one with other content fails with [ErrConflict].",
		run: func(t *testing.T, s Stores) {
			e := refusal(1)
			require.Equal(t, 1, add(t, s.List, e))
			require.Equal(t, 0, add(t, s.List, e))
			other := e
			other.Scope.Controller = "dupont"
			_, err := s.List.Add(t.Context(), keyA, []suppression.Entry{other})
			require.ErrorIs(t, err, suppression.ErrConflict)
			hits := match(t, s.List, e.Fingerprint)
			require.Len(t, hits, 1)
			require.Equal(t, contact.PartyID("martin"), hits[0].Entry.Scope.Controller)
		},
	}, {
		name:   "AllOrNone",
		clause: "Add adds entries, all or none, and returns how many were new.",
		run: func(t *testing.T, s Stores) {
			good, bad := refusal(1), refusal(2)
			bad.Reason = ""
			_, err := s.List.Add(t.Context(), keyA, []suppression.Entry{good, bad})
			require.Error(t, err)
			require.Empty(t, match(t, s.List, good.Fingerprint, bad.Fingerprint))
			taken := refusal(3)
			add(t, s.List, taken)
			taken.Reason = suppression.ByForm
			_, err = s.List.Add(t.Context(), keyA, []suppression.Entry{good, taken})
			require.ErrorIs(t, err, suppression.ErrConflict)
			require.Empty(t, match(t, s.List, good.Fingerprint))
			require.Equal(t, 1, add(t, s.List, good, good))
		},
	}, {
		name:   "Match",
		clause: "Match returns the entries for each of fingerprints that were not lifted, ended ones among them, in ascending order of Index.",
		run: func(t *testing.T, s Stores) {
			a, b, c := refusal(1), refusal(1), refusal(2)
			c.Class, c.Until = suppression.Hygiene, c.Happened.Add(time.Hour)
			add(t, s.List, a, b, c)
			hits := match(t, s.List, c.Fingerprint, contact.Fingerprint{9}, a.Fingerprint, c.Fingerprint)
			var at []int
			for _, h := range hits {
				at = append(at, h.Index)
			}
			require.Equal(t, []int{0, 2, 2, 3}, at)
			require.Equal(t, suppression.Hygiene, hits[0].Entry.Class)
			require.True(t, c.Until.Equal(hits[0].Entry.Until))
		},
	}, {
		name:   "MatchMany",
		clause: "A fingerprint that is asked for twice is answered twice.",
		run: func(t *testing.T, s Stores) {
			const listed, asked = 300, 5000
			numbered := func(n int) contact.Fingerprint { return contact.Fingerprint{1, byte(n), byte(n >> 8), 15: byte(n)} }
			var es []suppression.Entry
			for n := range listed {
				e := refusal(0)
				e.Fingerprint = numbered(n)
				es = append(es, e)
			}
			require.Equal(t, listed, add(t, s.List, es...))
			fs := make([]contact.Fingerprint, asked)
			for i := range fs {
				fs[i] = numbered(i * 7 % 1000)
			}
			var want, got []int
			for i := range fs {
				if i*7%1000 < listed {
					want = append(want, i)
				}
			}
			for _, h := range match(t, s.List, fs...) {
				require.Equal(t, fs[h.Index], h.Entry.Fingerprint)
				got = append(got, h.Index)
			}
			require.Equal(t, want, got)
			require.Empty(t, match(t, s.List))
		},
	}, {
		name:   "ClassesStandSideBySide",
		clause: "Adding never needs authority and never removes or weakens what is there",
		run: func(t *testing.T, s Stores) {
			no, dead, client, narrow := refusal(1), refusal(1), refusal(1), refusal(1)
			dead.Class, dead.Until = suppression.Hygiene, dead.Happened.Add(time.Hour)
			client.Class, client.Client, client.Campaign, client.Until = suppression.Exclusion, "dupont", "june", day(2025, 1, 1)
			narrow.Scope.Base, narrow.Happened = "base", day(2024, 7, 1)
			for _, e := range []suppression.Entry{no, dead, client, narrow} {
				require.Equal(t, 1, add(t, s.List, e))
			}
			var got []suppression.Entry
			for _, h := range match(t, s.List, no.Fingerprint) {
				got = append(got, h.Entry)
			}
			require.ElementsMatch(t, []suppression.Entry{no, dead, client, narrow}, got)
		},
	}, {
		name:   "Times",
		clause: "What was added is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			paris := time.FixedZone("CEST", 2*60*60)
			e := refusal(1)
			e.Class, e.Test = suppression.Hygiene, true
			e.Happened = time.Date(2024, 6, 3, 12, 0, 0, 123_456_789, paris)
			e.Recorded, e.Until = e.Happened.Add(time.Second), e.Happened.Add(time.Hour)
			add(t, s.List, e)
			got, _, err := s.List.Get(t.Context(), e.ID)
			require.NoError(t, err)
			want := e
			want.Happened = time.Date(2024, 6, 3, 10, 0, 0, 123_456_000, time.UTC)
			want.Recorded, want.Until = want.Happened.Add(time.Second), want.Happened.Add(time.Hour)
			require.Equal(t, want, got)
			// What the store made of an entry does not make it another one.
			require.Equal(t, 0, add(t, s.List, e, want))
			l := suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: e.Happened}
			require.NoError(t, s.List.Lift(t.Context(), l))
			_, lifting, err := s.List.Get(t.Context(), e.ID)
			require.NoError(t, err)
			require.Equal(t, want.Happened, lifting.Recorded)
		},
	}, {
		name:   "Copies",
		clause: "Add keeps copies.",
		run: func(t *testing.T, s Stores) {
			e := refusal(1)
			batch := []suppression.Entry{e}
			add(t, s.List, batch...)
			batch[0].Scope.Controller = "dupont"
			require.NoError(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: day(2024, 6, 5)}))
			kept := refusal(2)
			add(t, s.List, kept)
			match(t, s.List, kept.Fingerprint)[0].Entry.Scope.Controller = "dupont"
			for range 2 { // what the first round spoils must be there in the second
				changes, err := s.List.Changes(t.Context(), 0, 10)
				require.NoError(t, err)
				require.Equal(t, e, *changes[0].Entry)
				require.Equal(t, e.ID, changes[1].Lifting.Entry)
				_, lifting, err := s.List.Get(t.Context(), e.ID)
				require.NoError(t, err)
				require.Equal(t, e.ID, lifting.Entry)
				require.Equal(t, kept, match(t, s.List, kept.Fingerprint)[0].Entry)
				*changes[0].Entry, *changes[1].Lifting, *lifting = suppression.Entry{}, suppression.Lifting{}, suppression.Lifting{}
			}
		},
	}, {
		name:   "AtOnce",
		clause: "Implementations are safe for concurrent use, and read and write the primary copy of their data: once Add has returned, every later Match anywhere sees the entries.",
		run: func(t *testing.T, s Stores) {
			const adders = 8
			var batch []suppression.Entry
			for n := range 20 {
				batch = append(batch, refusal(byte(n+1)))
			}
			var added atomic.Int64
			var wg sync.WaitGroup
			for w := range adders {
				wg.Go(func() {
					own := append(slices.Clone(batch), refusal(byte(100+w)))
					if w%2 == 1 {
						slices.Reverse(own)
					}
					n, err := s.List.Add(t.Context(), keyA, own)
					if err != nil {
						t.Error(err)
						return
					}
					added.Add(int64(n))
					var fs []contact.Fingerprint
					for i := range own {
						fs = append(fs, own[i].Fingerprint)
					}
					hits, err := s.List.Match(t.Context(), keyA, fs)
					if err != nil || len(hits) != len(own) {
						t.Errorf("%d of %d, and %v", len(hits), len(own), err)
					}
				})
			}
			wg.Wait()
			require.EqualValues(t, len(batch)+adders, added.Load(), "each entry is new once")
			changes, err := s.List.Changes(t.Context(), 0, 1000)
			require.NoError(t, err)
			require.Len(t, changes, len(batch)+adders)
		},
	}, {
		name:   "Lift",
		clause: "Lift records that a refusal ended. It is idempotent: the first Lifting of an entry stays. It fails with contact.ErrNotFound when there is no such entry.",
		run: func(t *testing.T, s Stores) {
			e, kept := refusal(1), refusal(1)
			add(t, s.List, e, kept)
			l := suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: day(2024, 6, 5)}
			require.NoError(t, s.List.Lift(t.Context(), l))
			again := l
			again.Act = uuid.New()
			require.NoError(t, s.List.Lift(t.Context(), again))
			hits := match(t, s.List, e.Fingerprint)
			require.Len(t, hits, 1)
			require.Equal(t, kept.ID, hits[0].Entry.ID)
			_, lifting, err := s.List.Get(t.Context(), e.ID)
			require.NoError(t, err)
			require.NotNil(t, lifting)
			require.Equal(t, l, *lifting)
			require.ErrorIs(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: uuid.New(), Act: uuid.New()}), contact.ErrNotFound)
			_, _, err = s.List.Get(t.Context(), uuid.New())
			require.ErrorIs(t, err, contact.ErrNotFound)
			changes, err := s.List.Changes(t.Context(), 0, 10)
			require.NoError(t, err)
			require.Len(t, changes, 3, "the second lifting changes nothing")
		},
	}, {
		name:   "LiftOfRefusal",
		clause: "for a Lifting that is not valid or not [Lifting.Of] the entry.",
		run: func(t *testing.T, s Stores) {
			no, dead := refusal(1), refusal(1)
			dead.Class = suppression.Hygiene
			add(t, s.List, no, dead)
			by := func(id uuid.UUID) suppression.Lifting {
				return suppression.Lifting{Entry: id, Origin: "p1\x00", Recorded: day(2024, 6, 5)}
			}
			require.Error(t, s.List.Lift(t.Context(), by(no.ID)), "nothing but an act or a review ends a refusal")
			require.Error(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: dead.ID, Recorded: day(2024, 6, 5)}))
			require.NoError(t, s.List.Lift(t.Context(), by(dead.ID)))
			hits := match(t, s.List, no.Fingerprint)
			require.Len(t, hits, 1)
			require.Equal(t, no.ID, hits[0].Entry.ID)
			_, lifting, err := s.List.Get(t.Context(), dead.ID)
			require.NoError(t, err)
			require.Equal(t, by(dead.ID), *lifting)
		},
	}, {
		name:   "LiftedStays",
		clause: "an entry that was lifted stays so when it is added again.",
		run: func(t *testing.T, s Stores) {
			e := refusal(1)
			e.Class = suppression.Hygiene
			add(t, s.List, e)
			require.NoError(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: day(2024, 6, 5)}))
			require.Equal(t, 0, add(t, s.List, e))
			require.Empty(t, match(t, s.List, e.Fingerprint))
			// Another refusal by the same person is another entry.
			require.Equal(t, 1, add(t, s.List, refusal(1)))
			require.Len(t, match(t, s.List, e.Fingerprint), 1)
		},
	}, {
		name:   "Bytes",
		clause: "Texts are the same when == says so, whatever the collation of the database beneath.",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				e := refusal(byte(i + 1))
				e.Class, e.Client, e.Campaign = suppression.Exclusion, contact.PartyID(text), text
				e.Scope = contact.Scope{
					Controller: contact.PartyID(text), Group: contact.GroupID(text), Base: contact.BaseID(text), Purpose: contact.Purpose(text), Channels: e.Scope.Channels,
				}
				e.Reason, e.Origin = suppression.Reason(text), text
				add(t, s.List, e)
				hits := match(t, s.List, e.Fingerprint)
				require.Lenf(t, hits, 1, "%+q", text)
				require.Equalf(t, e, hits[0].Entry, "%+q", text)
				require.Equalf(t, 0, add(t, s.List, e), "%+q", text)
				// Not the same text, and so not the same entry.
				e.Scope.Base = contact.BaseID(hostile[(i+1)%len(hostile)])
				_, err := s.List.Add(t.Context(), keyA, []suppression.Entry{e})
				require.ErrorIsf(t, err, suppression.ErrConflict, "%+q", text)
			}
		},
	}, {
		name:   "Cancelled",
		clause: "A call whose context is done changes nothing and returns an error with context.Cause in its tree.",
		run: func(t *testing.T, s Stores) {
			ctx, reason := cancelled(t)
			e, late := refusal(1), refusal(2)
			add(t, s.List, e)
			_, err := s.List.Add(ctx, keyA, []suppression.Entry{late})
			require.ErrorIs(t, err, reason)
			_, err = s.List.Match(ctx, keyA, []contact.Fingerprint{e.Fingerprint})
			require.ErrorIs(t, err, reason)
			_, _, err = s.List.Get(ctx, e.ID)
			require.ErrorIs(t, err, reason)
			_, err = s.List.Changes(ctx, 0, 1)
			require.ErrorIs(t, err, reason)
			require.ErrorIs(t, s.List.Lift(ctx, suppression.Lifting{Entry: e.ID, Act: uuid.New()}), reason)
			require.ErrorIs(t, s.List.Rotate(ctx, keyA, keyB, wrap), reason)
			require.Len(t, match(t, s.List, e.Fingerprint, late.Fingerprint), 1)
		},
	},
}
