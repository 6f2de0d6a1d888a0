package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/accordsdk/accord/store/sqlite"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, path string, clock *storetest.Clock) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, &sqlite.Options{Clock: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func stores(db *sqlite.DB, clock *storetest.Clock) storetest.Stores {
	return storetest.Stores{
		Contacts: db.Contacts(), List: db.List(), Ledger: db.Ledger(), Documents: db.Documents(), Outbox: db.Outbox(),
		Pending: db.Pending(), Reviews: db.Reviews(), Counts: db.Counts(), Accesses: db.Accesses(), Clock: clock,
	}
}

func TestStores(t *testing.T) {
	t.Parallel()

	storetest.Run(t, func(t *testing.T) storetest.Stores {
		clock := storetest.NewClock()
		return stores(open(t, filepath.Join(t.TempDir(), "accord.db"), clock), clock)
	})
}

func TestDurable(t *testing.T) {
	t.Parallel()

	storetest.RunDurable(t, func(t *testing.T) storetest.Durable {
		path, clock := filepath.Join(t.TempDir(), "accord.db"), storetest.NewClock()
		return func(t *testing.T) storetest.Stores { return stores(open(t, path, clock), clock) }
	})
}
