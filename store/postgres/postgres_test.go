package postgres_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/accordsdk/accord/store/postgres"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

func connect(tb testing.TB, c *pgtest.Cluster, connections int32) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(c.URL("postgres"))
	require.NoError(tb, err)
	config.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

func stores(db *postgres.DB, clock *storetest.Clock) storetest.Stores {
	return storetest.Stores{
		Contacts: db.Contacts(), List: db.List(), Ledger: db.Ledger(), Documents: db.Documents(), Outbox: db.Outbox(),
		Pending: db.Pending(), Reviews: db.Reviews(), Counts: db.Counts(), Accesses: db.Accesses(), Clock: clock,
	}
}

func TestStores(t *testing.T) {
	t.Parallel()

	// The cases are many and short: what is tested here is not the disk.
	pool := connect(t, pgtest.Start(t, "fsync = off"), 20)
	var n atomic.Int64
	storetest.Run(t, func(t *testing.T) storetest.Stores {
		clock := storetest.NewClock()
		schema := fmt.Sprintf("Sch\u00e9ma %d", n.Add(1)) // a name that has to be quoted
		db, err := postgres.Open(t.Context(), pool, &postgres.Options{Schema: schema, Clock: clock, Volatile: true})
		require.NoError(t, err)
		return stores(db, clock)
	})
}

// The statements are those of a pooler in transaction mode, too: none is prepared
// on a connection that another transaction of ours may not get.
func TestDurable(t *testing.T) {
	t.Parallel()

	cluster := pgtest.Start(t)
	for name, mode := range map[string]pgx.QueryExecMode{"Prepared": pgx.QueryExecModeCacheStatement, "Pooler": pgx.QueryExecModeExec} {
		t.Run(name, func(t *testing.T) {
			config, err := pgxpool.ParseConfig(cluster.URL("postgres"))
			require.NoError(t, err)
			config.MaxConns = 30
			config.ConnConfig.DefaultQueryExecMode = mode
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			var n atomic.Int64
			storetest.RunDurable(t, func(t *testing.T) storetest.Durable {
				schema, clock := fmt.Sprint(name, n.Add(1)), storetest.NewClock()
				return func(t *testing.T) storetest.Stores {
					db, err := postgres.Open(t.Context(), pool, &postgres.Options{Schema: schema, Clock: clock})
					require.NoError(t, err)
					return stores(db, clock)
				}
			})
		})
	}
}
