package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func partyID(s string) contact.PartyID { return contact.PartyID(s) }

func baseID(s string) contact.BaseID { return contact.BaseID(s) }

var (
	accessKey = contact.KeyID{1}
	looser    = campaign.AccessLimits{PerUser: 100, PerParty: 100, Within: time.Hour}
)

func access(by, party string, f byte, after time.Duration) campaign.Access {
	return campaign.Access{
		By: by, Kind: campaign.AClient, Party: partyID(party), Why: "réclamation nº 12 \u202f", Fingerprint: contact.Fingerprint{f, 0xff},
		At: day(2024, 6, 3).Add(after), Outcome: campaign.Admitted,
	}
}

func admit(t *testing.T, s campaign.AccessLog, a campaign.Access, l campaign.AccessLimits) (bool, time.Time) {
	t.Helper()
	kept, again, err := s.Admit(t.Context(), accessKey, a, l)
	require.NoError(t, err)
	a.Outcome = kept.Outcome
	require.Equal(t, a, kept)
	return kept.Outcome == campaign.Admitted, again
}

func accesses(t *testing.T, s campaign.AccessLog, f byte) []campaign.Access {
	t.Helper()
	out, err := s.Accesses(t.Context(), accessKey, contact.Fingerprint{f, 0xff})
	require.NoError(t, err)
	return out
}

var accessCases = []testCase{{
	name:   "AccessesAreKept",
	clause: "Accesses returns every access to an address, oldest first, those that were not admitted among them.",
	run: func(t *testing.T, s Stores) {
		late, early, other := access("agent 7", "martin", 1, time.Minute), access("agent 8", "", 1, 0), access("agent 7", "martin", 2, 0)
		for _, a := range []campaign.Access{late, early, other} {
			ok, _ := admit(t, s.Accesses, a, looser)
			require.True(t, ok)
		}
		refused := access("agent 7", "martin", 1, 2*time.Minute)
		ok, _ := admit(t, s.Accesses, refused, campaign.AccessLimits{PerUser: 1, PerParty: 9, Within: time.Hour})
		require.False(t, ok)
		refused.Outcome = campaign.TooMany
		require.Equal(t, []campaign.Access{early, late, refused}, accesses(t, s.Accesses, 1))
		require.Equal(t, []campaign.Access{other}, accesses(t, s.Accesses, 2))
		require.Empty(t, accesses(t, s.Accesses, 3))
	},
}, {
	name:   "AdmitCountsUserAndParty",
	clause: "or TooMany when as many as the limits allow were admitted to the same By or for the same Party after a.At minus limits.Within; and returns what it kept and, with TooMany, the instant from which one more would be admitted.",
	run: func(t *testing.T, s Stores) {
		at := day(2024, 6, 3)
		l := campaign.AccessLimits{PerUser: 2, PerParty: 3, Within: time.Hour}
		for _, step := range []struct {
			by, party string
			after     time.Duration
			again     time.Duration // 0 for admitted
		}{
			{"a", "martin", 0, 0},
			{"a", "martin", time.Minute, 0},
			{"a", "martin", 2 * time.Minute, time.Hour},
			{"a", "dupont", 2 * time.Minute, time.Hour}, // the user is the same
			{"A", "martin", 3 * time.Minute, 0},
			{"b", "martin", 4 * time.Minute, time.Hour}, // the party is full
			{"a", "martin", 4 * time.Minute, time.Hour},
			{"b", "", 4 * time.Minute, 0}, // no party, no limit of one
			{"c", "", 4 * time.Minute, 0},
			{"d", "", 4 * time.Minute, 0},
			{"e", "", 4 * time.Minute, 0},
			{"a", "martin", time.Hour - time.Microsecond, time.Hour},
			{"a", "martin", time.Hour, 0},
			{"a", "martin", time.Hour, 61 * time.Minute},
		} {
			ok, again := admit(t, s.Accesses, access(step.by, step.party, 1, step.after), l)
			require.Equalf(t, step.again == 0, ok, "%+v", step)
			if !ok {
				require.Equalf(t, at.Add(step.again), again, "%+v", step)
			}
		}
	},
}, {
	name:   "AdmitTakesTheLaterOfTwo",
	clause: "with TooMany, the instant from which one more would be admitted",
	run: func(t *testing.T, s Stores) {
		l := campaign.AccessLimits{PerUser: 1, PerParty: 1, Within: time.Hour}
		admit(t, s.Accesses, access("a", "martin", 1, 0), l)
		admit(t, s.Accesses, access("b", "dupont", 1, time.Minute), l)
		for _, party := range [][2]string{{"a", "dupont"}, {"b", "martin"}} {
			ok, again := admit(t, s.Accesses, access(party[0], party[1], 1, 2*time.Minute), l)
			require.False(t, ok)
			require.Equal(t, day(2024, 6, 3).Add(61*time.Minute), again)
		}
	},
}, {
	name:   "AdmitCountsWhatIsAhead",
	clause: "Times that are after a.At count, too. It takes no notice of a.Outcome.",
	run: func(t *testing.T, s Stores) {
		l := campaign.AccessLimits{PerUser: 1, PerParty: 9, Within: time.Hour}
		ahead := access("a", "martin", 1, time.Minute)
		ahead.Outcome = campaign.TooMany
		ok, _ := admit(t, s.Accesses, ahead, l)
		require.True(t, ok)
		ok, _ = admit(t, s.Accesses, access("a", "martin", 1, 0), l)
		require.False(t, ok)
	},
}, {
	name:   "AdmitAtOnce",
	clause: "Admit keeps a, in one step, with the outcome Admitted, or TooMany",
	run: func(t *testing.T, s Stores) {
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				kept, _, err := s.Accesses.Admit(context.WithoutCancel(t.Context()), accessKey, access("a", "martin", 1, 0), campaign.AccessLimits{PerUser: 7, PerParty: 9, Within: time.Hour})
				if err == nil && kept.Outcome == campaign.Admitted {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 7, in.Load())
		require.Len(t, accesses(t, s.Accesses, 1), 20)
	},
}, {
	name:   "AccessesAreChecked",
	clause: "An access that is not valid fails.",
	run: func(t *testing.T, s Stores) {
		for name, change := range map[string]func(*campaign.Access){
			"By": func(a *campaign.Access) { a.By = "" }, "Kind": func(a *campaign.Access) { a.Kind = campaign.Nobody },
			"Fingerprint": func(a *campaign.Access) { a.Fingerprint = contact.Fingerprint{} }, "At": func(a *campaign.Access) { a.At = time.Time{} },
		} {
			a := access("a", "martin", 1, 0)
			change(&a)
			_, _, err := s.Accesses.Admit(t.Context(), accessKey, a, looser)
			require.ErrorContains(t, err, name)
		}
		require.Empty(t, accesses(t, s.Accesses, 1))
	},
}, {
	name:   "AccessesEndWithTheirContext",
	clause: "A call whose context is done changes nothing and returns an error with context.Cause in its tree.",
	run: func(t *testing.T, s Stores) {
		gone := errors.New("the caller hung up")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(gone)
		_, _, err := s.Accesses.Admit(ctx, accessKey, access("a", "martin", 1, 0), looser)
		require.ErrorIs(t, err, gone)
		_, err = s.Accesses.Accesses(ctx, accessKey, contact.Fingerprint{1})
		require.ErrorIs(t, err, gone)
		require.ErrorIs(t, s.Accesses.Rotate(ctx, accessKey, contact.KeyID{2}, func(f contact.Fingerprint) contact.Fingerprint { return f }), gone)
		require.Empty(t, accesses(t, s.Accesses, 1))
	},
}, {
	name:   "AccessesKeepTheirKey",
	clause: "The first call that names a key binds the AccessLog to it; any call with another key fails with suppression.ErrKey and changes nothing. The zero KeyID is no key, and fails so, too.",
	run: func(t *testing.T, s Stores) {
		_, _, err := s.Accesses.Admit(t.Context(), contact.KeyID{}, access("a", "martin", 1, 0), looser)
		require.ErrorIs(t, err, suppression.ErrKey)
		admit(t, s.Accesses, access("a", "martin", 1, 0), looser)
		_, _, err = s.Accesses.Admit(t.Context(), contact.KeyID{2}, access("a", "martin", 1, 0), looser)
		require.ErrorIs(t, err, suppression.ErrKey)
		_, err = s.Accesses.Accesses(t.Context(), contact.KeyID{2}, contact.Fingerprint{1, 0xff})
		require.ErrorIs(t, err, suppression.ErrKey)
		require.Len(t, accesses(t, s.Accesses, 1), 1)
	},
}, {
	name:   "AccessesRotate",
	clause: "Rotate replaces every fingerprint f by wrap(f), in one step, when the AccessLog's key is from, and does nothing when it is to or when it is bound to no key yet, which to then becomes.",
	run: func(t *testing.T, s Stores) {
		admit(t, s.Accesses, access("a", "martin", 1, 0), looser)
		to, wrap := contact.KeyID{2}, func(f contact.Fingerprint) contact.Fingerprint { f[0] += 10; return f }
		require.ErrorIs(t, s.Accesses.Rotate(t.Context(), contact.KeyID{9}, to, wrap), suppression.ErrKey)
		for range 2 {
			require.NoError(t, s.Accesses.Rotate(t.Context(), accessKey, to, wrap))
		}
		got, err := s.Accesses.Accesses(t.Context(), to, contact.Fingerprint{11, 0xff})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, contact.Fingerprint{11, 0xff}, got[0].Fingerprint)
		// What was admitted before still counts.
		kept, _, err := s.Accesses.Admit(t.Context(), to, access("a", "martin", 1, 0), campaign.AccessLimits{PerUser: 1, PerParty: 9, Within: time.Hour})
		require.NoError(t, err)
		require.Equal(t, campaign.TooMany, kept.Outcome)
	},
}, {
	name:   "AccessesRotateWhenEmpty",
	clause: "does nothing when it is to or when it is bound to no key yet, which to then becomes",
	run: func(t *testing.T, s Stores) {
		same := func(f contact.Fingerprint) contact.Fingerprint { return f }
		require.NoError(t, s.Accesses.Rotate(t.Context(), contact.KeyID{7}, accessKey, same))
		_, err := s.Accesses.Accesses(t.Context(), contact.KeyID{7}, contact.Fingerprint{1})
		require.ErrorIs(t, err, suppression.ErrKey)
		require.Empty(t, accesses(t, s.Accesses, 1))
	},
}}
