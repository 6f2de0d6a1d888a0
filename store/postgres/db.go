package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/relational"
	"github.com/accordsdk/accord/suppression"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options are options for [Open].
type Options struct {
	// Schema is the name of the schema that holds the tables; "" means accord.
	Schema string
	// Clock is the one of the store, by which leases end. The default is that of
	// the server, which all processes share.
	Clock consent.Clock
	// LockTimeout is how long a call waits for another that holds what it needs;
	// 0 means 10 seconds. A call that has waited so long fails, and changes
	// nothing.
	LockTimeout time.Duration
	// Volatile accepts a server that loses commits when it loses power (fsync is
	// off). It is for tests: a mark or a STOP that is lost is a message too many.
	Volatile bool
}

// A DB is one schema of a database, and every store of the library in it. It is
// safe for concurrent use.
//
// It reads and writes the primary server: a call on a standby fails. Commits
// wait for the disk, whatever synchronous_commit says for others.
type DB struct {
	stores  *relational.Stores
	pool    *pgxpool.Pool
	schema  string
	clock   consent.Clock
	timeout time.Duration
}

// Open returns the stores in a schema of the database that pool connects to. It
// makes the schema where there is none, and brings it to the version of this
// package: of several processes that open it at once one does, and the others
// wait. A schema of a newer version is refused with [ErrSchema] in the tree of
// the error. opts may be nil. The pool stays the caller's, who closes it.
func Open(ctx context.Context, pool *pgxpool.Pool, opts *Options) (*DB, error) {
	if pool == nil {
		return nil, errors.New("postgres: open: no pool")
	}
	if opts == nil {
		opts = &Options{}
	}
	db := &DB{pool: pool, schema: opts.Schema, clock: opts.Clock, timeout: opts.LockTimeout}
	if db.schema == "" {
		db.schema = "accord"
	}
	if db.timeout <= 0 {
		db.timeout = 10 * time.Second
	}
	db.stores = relational.New(backend{db})
	if err := db.migrate(ctx); err != nil {
		return nil, fmt.Errorf("postgres: open: %w", err)
	}
	if opts.Volatile {
		return db, nil
	}
	if err := db.durable(ctx); err != nil {
		return nil, fmt.Errorf("postgres: open: %w", err)
	}
	return db, nil
}

// durable returns an error for a server that forgets.
func (db *DB) durable(ctx context.Context) error {
	for _, setting := range []string{"fsync", "full_page_writes"} {
		var value string
		if err := db.pool.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return scrubbed(err)
		}
		if value != "on" {
			return fmt.Errorf("the server has %s %s, and may forget that a message was sent", setting, value)
		}
	}
	return nil
}

// Contacts returns the contacts of db.
func (db *DB) Contacts() contact.Store { return relational.Contacts{Stores: db.stores} }

// List returns the suppression list of db.
func (db *DB) List() suppression.List { return relational.List{Stores: db.stores} }

// Pending returns the digests of db that wait for their numbers.
func (db *DB) Pending() suppression.Pending { return relational.Pending{Stores: db.stores} }

// Ledger returns the ledger of db.
func (db *DB) Ledger() consent.Ledger { return relational.Ledger{Stores: db.stores} }

// Documents returns the notices and assessments of db.
func (db *DB) Documents() consent.Documents { return relational.Documents{Stores: db.stores} }

// Reviews returns the reviews of db.
func (db *DB) Reviews() consent.ReviewStore { return relational.Reviews{Stores: db.stores} }

// Outbox returns the campaigns of db, their audiences and every attempt to send.
// It is a campaign.Records, too.
func (db *DB) Outbox() campaign.Outbox { return relational.Outbox{Stores: db.stores} }

// Counts returns what clients were told about the size of bases.
func (db *DB) Counts() campaign.CountLog { return relational.Counts{Stores: db.stores} }

// Accesses returns who looked up whom.
func (db *DB) Accesses() campaign.AccessLog { return relational.Accesses{Stores: db.stores} }
