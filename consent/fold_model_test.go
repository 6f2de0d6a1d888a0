package consent_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// opinion is what the model says: a standing with acts by ID, so that it does
// not depend on the order in which they are listed.
type opinion struct {
	State                       consent.State
	Act, Refusal                uuid.UUID
	Category                    bool
	Nearly                      consent.Miss
	LastContact, LastGrant, Cut time.Time
}

func opinionOf(acts []consent.Act, s consent.Standing) opinion {
	o := opinion{
		State: s.State, Category: s.Category, Nearly: s.Nearly,
		LastContact: s.LastContact, LastGrant: s.LastGrant, Cut: s.Cut,
	}
	if s.Act >= 0 {
		o.Act = acts[s.Act].ID
	}
	if s.Refusal >= 0 {
		o.Refusal = acts[s.Refusal].ID
	}
	return o
}

// model says what consent.Fold should, sentence by sentence and slowly: it
// sorts what happened, and then picks.
func model(acts []consent.Act, q consent.Question, at time.Time) opinion {
	var o opinion
	past := slices.Clone(acts)
	past = slices.DeleteFunc(past, func(a consent.Act) bool { return a.Happened.Compare(at) > 0 })
	slices.SortFunc(past, func(a, b consent.Act) int {
		if c := a.Happened.Compare(b.Happened); c != 0 {
			return c
		}
		if a.Kind != b.Kind {
			return int(a.Kind) - int(b.Kind)
		}
		return bytes.Compare(a.ID[:], b.ID[:])
	})
	last := func(ok func(consent.Act) bool) *consent.Act {
		for _, a := range slices.Backward(past) {
			if ok(a) {
				return &a
			}
		}
		return nil
	}

	// When did the number last change hands?
	if gone := last(func(a consent.Act) bool { return a.Kind == consent.Disconnected }); gone != nil {
		o.Cut = gone.Happened
	}
	sinceCut := func(a consent.Act) bool { return o.Cut.IsZero() || a.Happened.After(o.Cut) }

	// When was the person last heard of?
	if own := last(func(a consent.Act) bool { return a.By == consent.ByPerson && sinceCut(a) }); own != nil {
		o.LastContact = own.Happened
	}

	// Did anybody say no?
	no := last(func(a consent.Act) bool { return isNo(a) && saysNoTo(a, q) })
	if no != nil {
		o.Refusal = no.ID
	}

	// Which grants stand?
	var covering, ended []consent.Act
	byCategory := map[uuid.UUID]bool{}
	for _, a := range past {
		if a.Kind != consent.Given || !sinceCut(a) {
			continue
		}
		if no != nil && !(a.By == consent.ByPerson && a.Happened.After(no.Happened)) {
			continue
		}
		lacks, viaCategory := lacking(a, q, at)
		switch {
		case len(lacks) == 0:
			covering = append(covering, a)
			byCategory[a.ID] = viaCategory
			o.LastGrant = a.Happened
		case len(lacks) == 1:
			o.Nearly |= lacks[0]
			if lacks[0] == consent.Lapsed {
				ended = append(ended, a)
			}
		}
	}

	switch {
	case len(covering) > 0:
		best := slices.MaxFunc(covering, func(a, b consent.Act) int { return slices.Compare(worth(a, byCategory), worth(b, byCategory)) })
		// MaxFunc keeps the first of equals, and the last is wanted.
		for _, a := range covering {
			if slices.Equal(worth(a, byCategory), worth(best, byCategory)) {
				best = a
			}
		}
		o.State, o.Act, o.Category = consent.IsGiven, best.ID, byCategory[best.ID]
	case no != nil:
		o.Act = no.ID
		o.State = map[consent.ActKind]consent.State{
			consent.Refused: consent.IsRefused, consent.Withdrawn: consent.IsWithdrawn, consent.Objected: consent.IsObjected,
		}[no.Kind]
	case len(ended) > 0:
		o.State, o.Act = consent.IsExpired, ended[len(ended)-1].ID
	default:
		asked := last(func(a consent.Act) bool {
			return a.Kind == consent.Asked && slices.Contains(a.Purposes, q.Target.Purpose) && a.Channels.Has(q.Target.Channel)
		})
		if asked != nil {
			o.State, o.Act = consent.WasAsked, asked.ID
		}
	}
	return o
}

func isNo(a consent.Act) bool {
	return slices.Contains([]consent.ActKind{consent.Refused, consent.Withdrawn, consent.Objected}, a.Kind)
}

func saysNoTo(a consent.Act, q consent.Question) bool {
	purpose := len(a.Purposes) == 0 || slices.Contains(a.Purposes, q.Target.Purpose) ||
		q.Target.Purpose != contact.Service && slices.Contains(a.Purposes, contact.Prospecting)
	channel := a.Channels.String() == "any" || a.Channels.Has(q.Target.Channel)
	everybody := len(a.Grantees.Parties)+len(a.Grantees.Groups) == 0 || a.Grantees.Category != ""
	named := slices.ContainsFunc(q.Target.Controllers, func(p contact.Party) bool { return named(a, p) })
	return purpose && channel && (everybody || named)
}

func named(a consent.Act, p contact.Party) bool {
	return slices.Contains(a.Grantees.Parties, p.ID) || p.Group != "" && slices.Contains(a.Grantees.Groups, p.Group)
}

func lacking(a consent.Act, q consent.Question, at time.Time) (lacks []consent.Miss, viaCategory bool) {
	if !slices.Contains(a.Purposes, q.Target.Purpose) {
		lacks = append(lacks, consent.OtherPurpose)
	}
	if !a.Channels.Has(q.Target.Channel) {
		lacks = append(lacks, consent.OtherChannel)
	}
	if a.Election != "" && a.Election != q.Election {
		lacks = append(lacks, consent.OtherElection)
	}
	if a.Subject != "" && q.Subject != "" && a.Subject != q.Subject {
		lacks = append(lacks, consent.OtherSubject)
	}
	if !a.Expires.IsZero() && !a.Expires.After(at) {
		lacks = append(lacks, consent.Lapsed)
	}
	must := slices.DeleteFunc(slices.Clone(q.Target.Controllers), func(p contact.Party) bool {
		return p.ID == q.Owner && len(q.Target.Controllers) > 1
	})
	all := len(q.Target.Controllers) > 0 && !slices.ContainsFunc(must, func(p contact.Party) bool { return !named(a, p) })
	if all {
		return lacks, false
	}
	asker := slices.Contains(a.Grantees.Parties, q.Owner) || len(a.Grantees.Parties) == 0 && a.Base != "" && a.Base == q.Target.Base
	if a.Grantees.Category != "" && asker {
		return lacks, true
	}
	return append(lacks, consent.OtherParty), false
}

// worth orders grants by how much they prove: the greater, the more.
func worth(a consent.Act, byCategory map[uuid.UUID]bool) []int {
	n := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	return []int{
		int(a.Grade), n(a.Form != "" || a.Notice != contact.NoticeID{}), n(!byCategory[a.ID]),
		n(a.By == consent.ByPerson), int(a.Happened.Unix()),
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func some[T any](r *rand.Rand, from ...T) []T {
	var out []T
	for _, x := range from {
		if r.IntN(2) == 0 {
			out = append(out, x)
		}
	}
	return out
}

// randomAct returns an act out of a world so small that acts collide.
func randomAct(r *rand.Rand, n int) consent.Act {
	a := consent.Act{
		ID:   uuid.UUID{0: byte(r.IntN(256)), 15: byte(n)},
		Kind: pick(r, consent.Asked, consent.Given, consent.Given, consent.Given, consent.Refused, consent.Withdrawn, consent.Objected, consent.Informed, consent.Related, consent.Disconnected),
		By:   pick(r, consent.ByFile, consent.ByPerson, consent.ByPerson, consent.ByCarrier, consent.ByHost), Grade: pick(r, consent.Asserted, consent.Audited, consent.Witnessed),
		Purposes: some(r, contact.Political, contact.Political, contact.Service, contact.Commercial),
		Channels: pick(r, 0, contact.Channels(contact.SMS), contact.Channels(contact.SMS, contact.RCS), contact.Channels(contact.EmailChannel)),
		Base:     pick[contact.BaseID](r, "", "base", "other"), Election: pick[consent.ElectionID](r, "", "", "fr-european-2024", "other"),
		Form: pick(r, "", "v3"), Subject: pick(r, "", "", "ada", "bob"),
		Happened: march(1 + r.IntN(8)), Recorded: march(20),
		Grantees: consent.Grantees{
			Parties: some[contact.PartyID](r, "martin", "durand", "fichiers"), Groups: some[contact.GroupID](r, "horizon"),
			Category: pick(r, "", "", "candidates"),
		},
	}
	if isNo(a) && r.IntN(2) == 0 {
		a.Purposes = append(a.Purposes, contact.Prospecting)
	}
	if a.Kind == consent.Given && r.IntN(4) == 0 {
		a.Expires = a.Happened.AddDate(0, 0, 1+r.IntN(6))
	}
	return a
}

func randomQuestion(r *rand.Rand) consent.Question {
	return consent.Question{
		Target: contact.Target{
			Controllers: pick(r, []contact.Party{martin}, []contact.Party{martin, owner}, []contact.Party{durand, martin}, []contact.Party{owner}),
			Base:        "base", Purpose: pick(r, contact.Political, contact.Political, contact.Commercial, contact.Service),
			Channel: pick(r, contact.SMS, contact.SMS, contact.RCS),
		},
		Election: pick[consent.ElectionID](r, "", "fr-european-2024"), Owner: pick(r, "", owner.ID), Subject: pick(r, "", "ada"),
	}
}

// The fold agrees with the model on random histories, whatever the order in
// which their acts arrived.
func TestFoldAgreesWithModel(t *testing.T) {
	t.Parallel()

	const seeds, cases = 20, 4000 // 80,000 histories
	states := make(chan map[consent.State]int, seeds)
	t.Run("seeds", func(t *testing.T) {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
				t.Parallel()

				r := rand.New(rand.NewPCG(seed, 1))
				seen := map[consent.State]int{}
				for range cases {
					var acts []consent.Act
					for n := range r.IntN(7) {
						acts = append(acts, randomAct(r, n))
					}
					q, at := randomQuestion(r), march(1+r.IntN(10))
					want := model(acts, q, at)
					seen[want.State]++
					for range 3 {
						got := opinionOf(acts, consent.Fold(acts, &q, at))
						if got != want {
							require.Equalf(t, want, got, "acts %+v\nquestion %+v at %v", acts, q, at)
						}
						r.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
					}
				}
				states <- seen
			})
		}
	})
	close(states)
	total := map[consent.State]int{}
	for seen := range states {
		for s, n := range seen {
			total[s] += n
		}
	}
	for s := range consent.State(7) {
		require.Greater(t, total[s], 100, "%v is hardly tried", s)
	}
}
