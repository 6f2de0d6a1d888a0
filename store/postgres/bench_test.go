package postgres_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/accordsdk/accord/store/postgres"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/stretchr/testify/require"
)

// go test ./store/postgres -run '^$' -bench Campaign -benchtime 1x
func BenchmarkCampaign(b *testing.B) {
	pool := connect(b, pgtest.Start(b), 20)
	var schema atomic.Int64
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			storetest.Bench(b, n, func(b *testing.B) storetest.Stores {
				clock := storetest.NewClock()
				db, err := postgres.Open(b.Context(), pool, &postgres.Options{Schema: fmt.Sprint("bench", schema.Add(1)), Clock: clock})
				require.NoError(b, err)
				return stores(db, clock)
			})
		})
	}
}
