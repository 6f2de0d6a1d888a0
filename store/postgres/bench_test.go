package postgres_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/accordsdk/accord/store/postgres"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// go test ./store/postgres -run '^$' -bench Campaign -benchtime 1x
func BenchmarkCampaign(b *testing.B) {
	pool := connect(b, pgtest.Start(b), 20)
	var schema atomic.Int64
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			storetest.Bench(b, n, func(b *testing.B) (storetest.Stores, storetest.ByHand) {
				clock := storetest.NewClock()
				name := fmt.Sprint("bench", schema.Add(1))
				db, err := postgres.Open(b.Context(), pool, &postgres.Options{Schema: name, Clock: clock})
				require.NoError(b, err)
				return stores(db, clock), byHand(pool, name)
			})
		})
	}
}

// agreedNotRefused is what somebody would ask the tables of a schema, without any of
// what makes an answer right: purposes, parties, channels, ends, withdrawals, rules.
const agreedNotRefused = `SELECT count(*) FROM (SELECT substr(points, 1, 16) AS print FROM %[1]s.contacts WHERE base = 'supporters'::bytea) AS p
	JOIN %[1]s.chains c ON c.fingerprint = p.print LEFT JOIN %[1]s.list_entries l ON l.fingerprint = p.print AND l.lifting IS NULL
	WHERE c.length > 0 AND l.id IS NULL`

func byHand(pool *pgxpool.Pool, schema string) storetest.ByHand {
	return storetest.ByHand{
		Count: func(ctx context.Context) (n int, err error) {
			err = pool.QueryRow(ctx, fmt.Sprintf(agreedNotRefused, schema)).Scan(&n)
			return n, err
		},
		Size: func(ctx context.Context) (n int64, err error) {
			err = pool.QueryRow(ctx, `SELECT coalesce(sum(pg_table_size(c.oid) + pg_indexes_size(c.oid)), 0)::bigint
				FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = $1 AND c.relkind = 'r'`, schema).Scan(&n)
			return n, err
		},
	}
}
