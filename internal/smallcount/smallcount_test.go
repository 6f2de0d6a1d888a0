package smallcount_test

import (
	"fmt"
	"testing"

	"github.com/accordsdk/accord/internal/smallcount"
	"github.com/stretchr/testify/require"
)

type cell = smallcount.Cell

func TestSuppress(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		in, want []cell
	}{
		"none":             {nil, []cell{}},
		"nothing small":    {[]cell{{Key: "a", N: 20}, {Key: "b", N: 30}}, []cell{{Key: "a", N: 20}, {Key: "b", N: 30}}},
		"zero is not":      {[]cell{{Key: "a", N: 0}, {Key: "b", N: 30}}, []cell{{Key: "b", N: 30}}},
		"one alone":        {[]cell{{Key: "a", N: 3}, {Key: "b", N: 90}, {Key: "c", N: 30}}, []cell{{Key: "b", N: 90}, {Key: "other", N: 33}}},
		"two, still small": {[]cell{{Key: "a", N: 3}, {Key: "b", N: 90}, {Key: "c", N: 4}}, []cell{{Key: "other", N: 97}}},
		"two are enough":   {[]cell{{Key: "a", N: 19}, {Key: "b", N: 90}, {Key: "c", N: 1}}, []cell{{Key: "b", N: 90}, {Key: "other", N: 20}}},
		"a split of one that is hidden goes with it": {
			[]cell{{Key: "a", N: 3}, {Key: "b", N: 90}, {Key: "c", N: 30, Splits: [][]cell{{{Key: "x", N: 30}}}}},
			[]cell{{Key: "b", N: 90}, {Key: "other", N: 33}},
		},
		"a split of one that is not": {
			[]cell{{Key: "b", N: 90, Splits: [][]cell{{{Key: "x", N: 1}, {Key: "y", N: 89}}, {{Key: "z", N: 90}}}}},
			[]cell{{Key: "b", N: 90, Splits: [][]cell{{{Key: "other", N: 90}}, {{Key: "z", N: 90}}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, ok := smallcount.Suppress(tt.in, 20)
			require.True(t, ok)
			require.Equal(t, tt.want, got)
		})
	}
	_, ok := smallcount.Suppress([]cell{{Key: "a", N: 10}, {Key: "b", N: 9}}, 20)
	require.False(t, ok)
}

// Every table of few people is published; those that were published alike are put
// together. A small count that has one value in all of them is known to whoever
// reads. So is the smallest of a list, whosever it is.
func TestNoHiddenCountCanBeDeduced(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ threshold, cells, people int }{{5, 2, 80}, {5, 3, 80}, {5, 4, 44}, {5, 5, 26}, {7, 3, 80}, {9, 4, 40}} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			t.Parallel()

			deduce(t, tt.threshold, func(yield func(table) bool) {
				for counts := range lists(tt.cells, tt.people) {
					yield(flat(counts))
				}
			})
		})
	}
	t.Run("two levels", func(t *testing.T) {
		t.Parallel()

		deduce(t, 5, func(yield func(table) bool) {
			for n := range lists(5, 22) {
				a := cell{Key: "a", N: n[0] + n[1], Splits: [][]cell{{{Key: "x", N: n[0]}, {Key: "y", N: n[1]}}}}
				b := cell{Key: "b", N: n[2] + n[3], Splits: [][]cell{{{Key: "z", N: n[2]}, {Key: "w", N: n[3]}}}}
				yield(table{[]cell{a, b, {Key: "c", N: n[4]}}, append(n, a.N, b.N, smallest(a.N, b.N, n[4]))})
			}
		})
	})
	t.Run("two splits", func(t *testing.T) {
		t.Parallel()

		deduce(t, 5, func(yield func(table) bool) {
			for n := range lists(4, 22) {
				for other := range n[0] + n[1] + 1 {
					a := cell{Key: "a", N: n[0] + n[1], Splits: [][]cell{
						{{Key: "x", N: n[0]}, {Key: "y", N: n[1]}}, {{Key: "v", N: other}, {Key: "w", N: n[0] + n[1] - other}},
					}}
					counts := append(n[:4:4], a.N, other, a.N-other, smallest(a.N, n[2], n[3]))
					yield(table{[]cell{a, {Key: "b", N: n[2]}, {Key: "c", N: n[3]}}, counts})
				}
			}
		})
	})
}

// A table is a list with all its counts, those of its splits among them.
type table struct {
	cells  []cell
	counts []int
}

func flat(counts []int) table {
	out := table{counts: append(counts, smallest(counts...))}
	for i, n := range counts {
		out.cells = append(out.cells, cell{Key: string(rune('a' + i)), N: n})
	}
	return out
}

// smallest returns the smallest count that is not zero.
func smallest(counts ...int) int {
	least := 0
	for _, n := range counts {
		if n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// lists yields every list of n counts of at most so many people.
func lists(n, people int) func(yield func([]int) bool) {
	var fill func(counts []int, left int, yield func([]int) bool) bool
	fill = func(counts []int, left int, yield func([]int) bool) bool {
		if len(counts) == n {
			return yield(append([]int(nil), counts...))
		}
		for k := range left + 1 {
			if !fill(append(counts, k), left-k, yield) {
				return false
			}
		}
		return true
	}
	return func(yield func([]int) bool) { fill(make([]int, 0, n), people, yield) }
}

// deduce fails where a small count has one value in all tables that look alike.
func deduce(t *testing.T, threshold int, tables func(yield func(table) bool)) {
	t.Helper()
	type seen struct {
		values []uint64 // bits
		one    table
	}
	alike := map[string]*seen{}
	for x := range tables {
		published, ok := smallcount.Suppress(x.cells, threshold)
		look := "nothing"
		if ok {
			look = fmt.Sprint(published)
		}
		s := alike[look]
		if s == nil {
			s = &seen{make([]uint64, len(x.counts)), x}
			alike[look] = s
		}
		for i, n := range x.counts {
			s.values[i] |= 1 << min(n, 63)
		}
	}
	require.Greater(t, len(alike), 10)
	for look, s := range alike {
		for i, values := range s.values {
			n := s.one.counts[i]
			if values == 1<<n && 0 < n && n < threshold {
				t.Errorf("count %d is known to be %d from %s, as in %v", i, n, look, s.one.counts)
			}
		}
	}
}
