package pieces_test

import (
	"sync/atomic"
	"testing"

	"github.com/accordsdk/accord/internal/pieces"
	"github.com/stretchr/testify/require"
)

func TestEach(t *testing.T) {
	t.Parallel()

	for _, n := range []int{0, 1, 7, 8, 9, 1000} {
		done := make([]atomic.Int32, n)
		pieces.Each(n, 8, func(from, to int) {
			if to-from > 8 || from%8 != 0 || from >= to {
				t.Errorf("a piece from %d to %d", from, to)
			}
			for i := from; i < to; i++ {
				done[i].Add(1)
			}
		})
		for i := range done {
			require.EqualValues(t, 1, done[i].Load(), "%d of %d", i, n)
		}
	}
}
