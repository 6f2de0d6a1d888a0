package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/accordsdk/accord/store/sqlite"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/stretchr/testify/require"
)

// go test ./store/sqlite -run '^$' -bench Campaign -benchtime 1x
func BenchmarkCampaign(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			storetest.Bench(b, n, func(b *testing.B) (storetest.Stores, storetest.ByHand) {
				clock := storetest.NewClock()
				file := filepath.Join(b.TempDir(), "accord.db")
				db, err := sqlite.Open(b.Context(), file, &sqlite.Options{Clock: clock})
				require.NoError(b, err)
				b.Cleanup(func() { require.NoError(b, db.Close()) })
				return stores(db, clock), byHand(b, file)
			})
		})
	}
}

// agreedNotRefused is what somebody would ask the tables, without any of what makes
// an answer right: purposes, parties, channels, ends, withdrawals, rules.
const agreedNotRefused = `SELECT count(*) FROM (SELECT substr(points, 1, 16) AS print FROM contacts WHERE base = CAST('supporters' AS BLOB)) AS p
	JOIN chains ON chains.fingerprint = p.print LEFT JOIN list_entries l ON l.fingerprint = p.print AND l.lifting IS NULL
	WHERE chains.length > 0 AND l.id IS NULL`

func byHand(b *testing.B, file string) storetest.ByHand {
	conn, err := sql.Open("sqlite", file)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, conn.Close()) })
	return storetest.ByHand{
		Count: func(ctx context.Context) (n int, err error) {
			err = conn.QueryRowContext(ctx, agreedNotRefused).Scan(&n)
			return n, err
		},
		Size: func(context.Context) (int64, error) {
			info, err := os.Stat(file)
			if err != nil {
				return 0, err
			}
			return info.Size(), nil
		},
	}
}
