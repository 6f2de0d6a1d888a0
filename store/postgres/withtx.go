package postgres

import (
	"context"
	"strings"

	"github.com/accordsdk/accord/internal/relational"
	"github.com/jackc/pgx/v5"
)

// A Tx writes in a transaction of the host: Append as a consent.Ledger does, Add
// as a suppression.List, Put as a contact.Store, and Create, Freeze, Cancel and
// Remember as a campaign.Outbox. All of it counts when the transaction is
// committed, and not before. The host ends a transaction in which a call failed,
// and may try it again.
//
// It is none of those interfaces, on purpose: it reads nothing, since what a
// transaction sees may be older than a refusal that was acknowledged. Acts with
// their checks are recorded by consent.Register.RecordIn.
type Tx struct{ relational.Joined }

// WithTx returns what may be written in a transaction of the host on the same
// database. It must not be used after the end of the transaction, and by one
// goroutine at a time. Each call puts the search path back as it was.
func (db *DB) WithTx(t pgx.Tx) Tx { return Tx{relational.Join(joined{backend{db}, tx{t.Conn(), db}})} }

// joined is a transaction that somebody else ends.
type joined struct {
	backend
	tx tx
}

// Read implements relational.Backend.
func (j joined) Read(ctx context.Context, f func(relational.Tx) error) error {
	return j.Write(ctx, nil, f)
}

// Write implements relational.Backend.
func (j joined) Write(ctx context.Context, locks []relational.Lock, f func(relational.Tx) error) error {
	var path, timeout string
	err := j.tx.conn.QueryRow(ctx, "SELECT current_setting('search_path'), current_setting('lock_timeout')").Scan(&path, &timeout)
	if err != nil {
		return scrubbed(err)
	}
	if err := j.tx.script(ctx, j.settings()+durably+strings.Join(j.locks(locks), "")); err != nil {
		return scrubbed(err)
	}
	if err := f(j.tx); err != nil {
		return scrubbed(err)
	}
	_, err = j.tx.conn.Exec(ctx, "SELECT set_config('search_path', $1, true), set_config('lock_timeout', $2, true)", path, timeout)
	return scrubbed(err)
}
