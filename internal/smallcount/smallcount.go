// Package smallcount keeps small counts out of tables that are published.
//
// A count of three people is nearly their names. Leaving it out is not enough:
// whoever knows the total subtracts. So every small count of a list is merged
// into one cell with others until the merged count is not small and stands for
// two cells or more; and what a hidden count is split into is hidden with it.
//
// Zero is no person, and is not small. Cells of zero are left out, so that
// nobody can tell them from those that were merged.
package smallcount

// Other is the key of the cell that others were merged into.
const Other = "other"

// A Cell is one count of a list, by a key that is unique in it.
type Cell struct {
	Key string
	N   int // not negative
	// Splits are the ways in which the count is split: each adds up to N.
	Splits [][]Cell
}

// Suppress returns cells as they may be published, and false where even their
// sum is above zero and below threshold, in which case nothing may be, the sum
// included. Otherwise the sum stays what it was. Counts that are small are
// merged into one cell, whose key is [Other], which comes last and has no
// splits; so are as many larger ones as it takes. It says not which they were.
// Cells of zero are left out, and the others stay in their order. The same
// happens to each split of those. A threshold below 5 hides nothing reliably.
//
// Who knows the sum, the cells returned, every key and this procedure cannot
// tell what any small count was that was merged. That holds for one table. Two
// tables of overlapping people, and lists that are not splits of one another but
// share people, are the caller's business.
//
// It does not change cells, which share nothing with what is returned.
func Suppress(cells []Cell, threshold int) ([]Cell, bool) {
	sum := 0
	for i := range cells {
		sum += cells[i].N
	}
	if 0 < sum && sum < threshold {
		return nil, false
	}
	hidden := hide(cells, threshold)
	out := make([]Cell, 0, len(cells))
	merged := 0
	for i := range cells {
		if hidden[i] {
			merged += cells[i].N
			continue
		}
		if cells[i].N == 0 {
			continue
		}
		c := Cell{Key: cells[i].Key, N: cells[i].N}
		for _, split := range cells[i].Splits {
			// The sum of a split is that of its cell, and so not too small.
			if published, ok := Suppress(split, threshold); ok {
				c.Splits = append(c.Splits, published)
			}
		}
		out = append(out, c)
	}
	if merged > 0 {
		out = append(out, Cell{Key: Other, N: merged})
	}
	return out, true
}

// hide says which cells are merged: all below a bound, which is the threshold
// or that doubled, doubled again, and so on.
//
// The bound is what keeps the procedure from telling what it hides. Had we added
// the next smaller cell, then who sees that the smallest of those left is 21
// would know that the one merged was 20 or 21. And where every merged count were
// as high as it can be, one below the bound or the threshold, the sum would say
// so.
func hide(cells []Cell, threshold int) []bool {
	hidden := make([]bool, len(cells))
	for bound := threshold; ; bound *= 2 {
		sum, merged, left := 0, 0, 0
		for i := range cells {
			hidden[i] = 0 < cells[i].N && cells[i].N < bound
			switch {
			case hidden[i]:
				sum += cells[i].N
				merged++
			case cells[i].N > 0:
				left++
			}
		}
		if bound == threshold && merged == 0 || left == 0 {
			return hidden
		}
		if merged >= 2 && sum >= threshold && sum < (merged-1)*(bound-1)+threshold-2 {
			return hidden
		}
	}
}
