// Package pieces spreads work that needs a processor, and nothing else, over
// those that there are.
package pieces

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do for all of n things, in pieces of at most size, from several
// goroutines at once and in no order. It returns when all calls have, and
// leaves no goroutine behind. What fits into one piece is done without any.
func Each(n, size int, do func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+size-1)/size)
	var next atomic.Int64
	work := func() {
		for {
			from := int(next.Add(int64(size))) - size
			if from >= n {
				return
			}
			do(from, min(from+size, n))
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
