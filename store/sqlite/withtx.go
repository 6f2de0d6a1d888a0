package sqlite

import (
	"context"
	"database/sql"

	"github.com/accordsdk/accord/internal/relational"
)

// A Tx writes in a transaction of the host: Append as a consent.Ledger does, Add
// as a suppression.List, Put as a contact.Store, and Create, Freeze, Cancel and
// Remember as a campaign.Outbox. All of it counts when the transaction is
// committed, and not before.
//
// It is none of those interfaces, on purpose: it reads nothing, since what a
// transaction sees may be older than a refusal that was acknowledged. Acts with
// their checks are recorded by consent.Register.RecordIn.
type Tx struct{ relational.Joined }

// WithTx returns what may be written in a transaction of the host on the same
// file, from [DB.Begin] or on a connection of its own. It must not be used after
// the end of the transaction, and by one goroutine at a time.
func (db *DB) WithTx(t *sql.Tx) Tx { return Tx{relational.Join(joined{db.tx(t)})} }

// Begin begins a transaction that may write, when all others have ended: until it
// ends nobody else writes.
func (db *DB) Begin(ctx context.Context) (*sql.Tx, error) { return db.writer.BeginTx(ctx, nil) }

// joined is a transaction that somebody else ends.
type joined struct{ tx tx }

// Name implements relational.Backend.
func (j joined) Name() string { return "sqlite" }

// Read implements relational.Backend.
func (j joined) Read(_ context.Context, f func(relational.Tx) error) error { return f(j.tx) }

// Write implements relational.Backend.
func (j joined) Write(_ context.Context, _ []relational.Lock, f func(relational.Tx) error) error {
	return f(j.tx)
}
