package campaign

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func setOf(b *blur, ids ...int) peopleSet {
	var s peopleSet
	for _, id := range ids {
		s.add(b.element("base", contact.ID(fmt.Sprint(id))))
	}
	return s
}

func span(from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

// The distance is exact up to its bound, whichever side the people are on, and
// is known to be beyond the bound where it is.
func TestPeopleSetDistance(t *testing.T) {
	t.Parallel()
	const seed = 11
	rng := rand.New(rand.NewPCG(seed, 1))
	b := newBlur([]byte("a secret of the tests"))
	common := span(1000, 1000+rng.IntN(300))
	for mine := range 60 {
		for _, yours := range []int{0, 1, rng.IntN(60), mine} {
			s, u := setOf(b, append(span(0, mine), common...)...), setOf(b, append(span(500, 500+yours), common...)...)
			d, ok := s.distance(&u)
			require.Equalf(t, mine+yours <= near, ok, "seed %d: %d and %d", seed, mine, yours)
			if ok {
				require.Equalf(t, mine+yours, d, "seed %d", seed)
			}
			read, ok := readSet(s.bytes())
			require.True(t, ok)
			require.Equal(t, s, read)
		}
	}
	_, ok := readSet(nil)
	require.False(t, ok)
}

// No number stands for fewer than 20, and none is further off than is said.
func TestBlurCount(t *testing.T) {
	t.Parallel()
	b := newBlur([]byte("a secret of the tests"))
	few := 0
	for i := range 4000 {
		n := i % 80
		c := b.count(n, fmt.Append(nil, i))
		require.Equal(t, c.N == 0, c.Few)
		switch {
		case n < small:
			require.True(t, c.Few)
		case n >= 60:
			require.False(t, c.Few)
		case n == 40 && c.Few:
			few++
		}
		if !c.Few {
			require.GreaterOrEqual(t, c.N, 40)
			require.LessOrEqual(t, max(c.N-n, n-c.N), 30)
		}
	}
	require.Positive(t, few, "no limit at which a word turns into a number")
}

// The draw ends at no fixed distance, and hides a handful always.
func TestBlurCloseEnough(t *testing.T) {
	t.Parallel()
	b := newBlur([]byte("a secret of the tests"))
	seen := map[int]bool{}
	for i := range 500 {
		s, u := setOf(b, i), setOf(b, i+1)
		d := b.closeEnough(&s, &u)
		require.GreaterOrEqual(t, d, small)
		require.Less(t, d, near)
		seen[d] = true
	}
	require.Len(t, seen, near-small)
}

// Attack: A, A∩B and A∩¬B without one person. What the three numbers say of the
// person is worth no more than the comment of Counter says.
func TestCountAttackInclusionExclusion(t *testing.T) {
	t.Parallel()
	const worlds = 6000
	right := 0
	for i := range worlds {
		b := newBlur(fmt.Appendf(nil, "secret %d", i))
		there := i%2 == 0 // whether person 0 counts, which the attacker wants to know
		all, half := span(1, 150), span(1, 80)
		if there {
			all = span(0, 150)
		}
		whole, part, rest := setOf(b, all...), setOf(b, half...), setOf(b, span(80, 150)...)
		var known []peopleSet
		var told []Count
		for _, s := range []*peopleSet{&whole, &part, &rest} {
			require.Equal(t, -1, b.closest(s, known), "far from each other: nothing but the noise protects")
			known = append(known, *s)
			told = append(told, b.count(s.n, s.bytes()))
		}
		// 150 is rounded to 160 and 149 to 140 where there is no noise: the guess
		// that is right most often is the one that the mean of the two divides.
		guess := told[0].N-told[1].N-told[2].N > 0
		if guess == there {
			right++
		}
	}
	require.InDelta(t, 0.51, float64(right)/worlds, 0.03)
}

// What it costs per contact and per earlier answer.
func BenchmarkPeopleSet(b *testing.B) {
	blur := newBlur([]byte("a secret of the tests"))
	b.Run("add", func(b *testing.B) {
		var s peopleSet
		for b.Loop() {
			s.add(blur.element("base", "P0000001"))
		}
	})
	b.Run("distance", func(b *testing.B) {
		s, t := setOf(blur, span(0, 100)...), setOf(blur, span(30, 160)...)
		for b.Loop() {
			s.distance(&t)
		}
	})
}

// Every viewer has a word.
func TestViewersHaveWords(t *testing.T) {
	t.Parallel()
	for k := ThePerson; k <= AClient; k++ {
		require.True(t, phrases.Has("viewer."+k.String()))
	}
}
