package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/relational"
	"github.com/accordsdk/accord/suppression"
	_ "modernc.org/sqlite" // the driver called sqlite
)

// Options are options for [Open].
type Options struct {
	// Clock is the one of the store, by which leases end. The default is
	// consent.SystemClock: all processes on a file share a machine.
	Clock consent.Clock
	// Wait is how long a call waits for another process that writes; 0 means 10
	// seconds. A call that has waited so long fails.
	Wait time.Duration
}

// A DB is one SQLite file, and every store of the library in it. It is safe for
// concurrent use, also by several processes on one machine. It must not lie on
// a network file system, whose locks SQLite cannot trust.
type DB struct {
	stores *relational.Stores
	clock  consent.Clock
	path   string
	home   string // see fileHome
	// SQLite has one writer at a time. Ours wait for each other here and not in
	// the file, so that they are served in turn; those of other processes wait
	// in the file, up to Options.Wait.
	writer *sql.DB
	reader *sql.DB
}

// pragmas are set on every connection.
//
// WAL lets readers go on while somebody writes. FULL makes every commit durable
// when it returns: with NORMAL a loss of power could undo a STOP that was
// acknowledged, or a mark, and a message would go twice. A foreign key is a
// fault in this package before it is one in the data. What the query planner or
// a sort needs for a moment stays in memory, where no copy of an address is
// left behind in a temporary file; and deleted content is overwritten, since a
// person who was erased must not be found in the free pages.
var pragmas = []string{
	"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "temp_store(MEMORY)", "secure_delete(ON)",
	"cache_size(-65536)", "wal_autocheckpoint(4000)", "trusted_schema(OFF)",
}

// Open opens the file called path, makes it where there is none, and brings its
// schema to the version of this package. A file of a newer version, or of
// another program, is refused with [ErrSchema] in the tree of the error, and not
// touched. opts may be nil.
//
// A file that was copied or restored is opened, and sends nothing until it is
// adopted: see [DB.Adopt].
func Open(ctx context.Context, path string, opts *Options) (*DB, error) {
	if opts == nil {
		opts = &Options{}
	}
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, errors.New("sqlite: open: no file; for stores in memory there is package memory")
	}
	db := &DB{clock: opts.Clock, path: path}
	if db.clock == nil {
		db.clock = consent.SystemClock()
	}
	db.stores = relational.New(backend{db})
	wait := opts.Wait
	if wait <= 0 {
		wait = 10 * time.Second
	}
	var err error
	if db.writer, err = pool(path, wait, true); err != nil {
		return nil, err
	}
	if db.reader, err = pool(path, wait, false); err != nil {
		return nil, errors.Join(err, db.writer.Close())
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: open: %w", err), db.Close())
	}
	return db, nil
}

func pool(path string, wait time.Duration, writes bool) (*sql.DB, error) {
	q := url.Values{"_pragma": {fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())}}
	q["_pragma"] = append(q["_pragma"], pragmas...)
	connections := max(4, runtime.GOMAXPROCS(0))
	if writes {
		// A transaction that will write takes the lock at its start: one that
		// took it later could fail after its reads, and would have to be
		// repeated.
		q.Set("_txlock", "immediate")
		connections = 1
	} else {
		q["_pragma"] = append(q["_pragma"], "query_only(ON)")
	}
	p, err := sql.Open("sqlite", uri(path, q))
	if err != nil {
		return nil, fmt.Errorf("sqlite: open: %w", err)
	}
	p.SetMaxOpenConns(connections)
	p.SetMaxIdleConns(connections)
	return p, nil
}

// uri is path as SQLite takes it, with options.
func uri(path string, options url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode()
}

// Close closes the file. Calls that are under way fail.
func (db *DB) Close() error {
	if err := errors.Join(db.reader.Close(), db.writer.Close()); err != nil {
		return fmt.Errorf("sqlite: close: %w", err)
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
