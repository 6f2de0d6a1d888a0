package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/accordsdk/accord/store/sqlite"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/stretchr/testify/require"
)

// go test ./store/sqlite -run '^$' -bench Campaign -benchtime 1x
func BenchmarkCampaign(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			storetest.Bench(b, n, func(b *testing.B) storetest.Stores {
				clock := storetest.NewClock()
				db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "accord.db"), &sqlite.Options{Clock: clock})
				require.NoError(b, err)
				b.Cleanup(func() { require.NoError(b, db.Close()) })
				return stores(db, clock)
			})
		})
	}
}
