package campaign_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// mayDiffer says what of martin's may differ between a history and the same
// without the other clients: what follows from a refusal that reaches martin in
// one of the two. These are all the ways in which one client can be felt by
// another:
//
//   - a STOP to a message from the rented base refuses that base for every
//     client of it: the numbers of that base change, and no explanation;
//   - a STOP to a shared sender may answer any of those who used it, and one
//     that answers nobody refuses everybody;
//   - a STOP to another candidate of martin's group refuses the group;
//   - a cap counts the messages of every campaign with an advertiser in common,
//     of which there is none here.
func mayDiffer(history []isolationStep, full, alone *isolated) map[string]bool {
	out := map[string]bool{}
	for at, s := range history {
		a, b := full.received[at], alone.received[at]
		if s.what != "stop" || reflect.DeepEqual(a.Refused, b.Refused) {
			continue
		}
		for _, scope := range append(append([]contact.Scope(nil), a.Refused...), b.Refused...) {
			for _, base := range []contact.Base{rented, mine} {
				controllers := []contact.Party{martin}
				if base.Mode == contact.Rented {
					controllers = append(controllers, owner)
				}
				target := contact.Target{Controllers: controllers, Base: base.ID, Purpose: contact.Political, Channel: contact.SMS}
				if !scope.Covers(&target) {
					continue
				}
				out["base "+string(base.ID)] = true
				if scope.Base == "" {
					out[fmt.Sprint("person ", s.who)] = true
				}
			}
			if scope.Controller == martin.ID {
				out["export"] = true
			}
		}
	}
	return out
}

// Whatever other clients do, a client sees what it would see without them.
func TestIsolation(t *testing.T) {
	t.Parallel()
	const histories = 120
	strict, felt := 0, 0
	for seed := range uint64(histories) {
		history := isolationHistory(rand.New(rand.NewPCG(seed, 3)))
		full, alone := newIsolated(t, false), newIsolated(t, true)
		for at, s := range history {
			full.step(at, s)
			alone.step(at, s)
		}
		full.look()
		alone.look()
		may := mayDiffer(history, full, alone)
		if len(may) == 0 {
			strict++
		}
		require.Equal(t, len(alone.seen), len(full.seen))
		for what, is := range alone.seen {
			if is == full.seen[what] {
				continue
			}
			felt++
			allowed := may[what]
			for prefix := range may {
				allowed = allowed || len(what) > len(prefix) && what[:len(prefix)+1] == prefix+":"
			}
			require.Truef(t, allowed, "seed %d: %s differs:\nalone: %s\nwith others: %s\nhistory: %v\nmay differ: %v", seed, what, is, full.seen[what], history, may)
		}
	}
	t.Logf("%d histories, %d without a shared refusal, %d differences of those that must be", histories, strict, felt)
	require.Greater(t, strict, histories/6)
	require.Positive(t, felt, "the exceptions are real")
}

// The exceptions, one by one: each is felt, and nothing beside it.
func TestIsolationExceptions(t *testing.T) {
	t.Parallel()
	own := "36181"
	for name, tt := range map[string]struct {
		history []isolationStep
		differs []string
	}{
		"a STOP to another client of the rented base": {
			[]isolationStep{{by: dupont.ID, what: "send", base: rented, to: own}, {by: dupont.ID, what: "stop", base: rented, to: own}},
			[]string{"exact rented"},
		},
		"a STOP to another client's own base": {
			[]isolationStep{{by: dupont.ID, what: "import", base: theirs}, {by: dupont.ID, what: "send", base: theirs, to: own}, {by: dupont.ID, what: "stop", base: theirs, to: own}},
			nil,
		},
		"a STOP to a sender that two clients used": {
			[]isolationStep{
				{by: martin.ID, what: "send", base: mine, to: "36180-shared"}, {by: dupont.ID, what: "import", base: theirs},
				{by: dupont.ID, what: "send", base: theirs, to: "36180-shared"}, {by: dupont.ID, what: "stop", base: theirs, to: "36180-shared"},
			},
			nil, // martin is refused with and without dupont
		},
		"a STOP to a candidate of the same party": {
			[]isolationStep{{by: petit.ID, what: "send", base: rented, to: own}, {by: petit.ID, what: "stop", base: rented, to: own}},
			[]string{"base mine: count", "exact rented", "person 0: explanation"},
		},
		"exclusions, imports and look-ups": {
			[]isolationStep{{by: dupont.ID, what: "exclude", base: rented}, {by: dupont.ID, what: "import", base: theirs}, {by: dupont.ID, what: "count", base: rented, to: own}, {by: dupont.ID, what: "explain", base: rented, to: own}, {by: dupont.ID, what: "send", base: rented, to: own}},
			nil,
		},
	} {
		full, alone := newIsolated(t, false), newIsolated(t, true)
		for at, s := range tt.history {
			full.step(at, s)
			alone.step(at, s)
		}
		for _, w := range []*isolated{full, alone} {
			w.look()
			exact, err := w.counter.Count(t.Context(), w.campaign(1001, isolationStep{by: martin.ID, base: rented, to: "36180"}), campaign.Viewer{Kind: campaign.TheHost})
			require.NoError(t, err)
			w.see("exact rented", exact.Reachable)
		}
		var differs []string
		for _, what := range sorted(alone.seen) {
			if alone.seen[what] != full.seen[what] {
				differs = append(differs, what)
			}
		}
		require.Equal(t, tt.differs, differs, name)
	}
}

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
