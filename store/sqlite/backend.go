package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/accordsdk/accord/internal/relational"
)

// backend is a DB as package relational uses it. A transaction that writes is
// alone, so that locks are none.
type backend struct{ *DB }

// Name implements relational.Backend.
func (b backend) Name() string { return "sqlite" }

// Read implements relational.Backend.
func (b backend) Read(ctx context.Context, f func(relational.Tx) error) error {
	return transact(ctx, b.reader, func(t *sql.Tx) error { return f(b.tx(t)) })
}

// Write implements relational.Backend.
func (b backend) Write(ctx context.Context, _ []relational.Lock, f func(relational.Tx) error) error {
	return transact(ctx, b.writer, func(t *sql.Tx) error { return f(b.tx(t)) })
}

func transact(ctx context.Context, pool *sql.DB, f func(tx *sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // f's error says more
		return err
	}
	return tx.Commit()
}

// migrating runs f in one transaction that may write.
func (db *DB) migrating(ctx context.Context, f func(tx *sql.Tx) error) error {
	return transact(ctx, db.writer, f)
}

// tx is a transaction.
type tx struct {
	*sql.Tx
	db *DB
}

func (db *DB) tx(t *sql.Tx) tx { return tx{t, db} }

// Now implements relational.Tx.
func (t tx) Now(context.Context) (time.Time, error) {
	return t.db.clock.Now().UTC().Truncate(time.Microsecond), nil
}

// Home implements relational.Tx.
func (t tx) Home(context.Context) (string, error) { return t.db.home, nil }

// numbered is a statement with the arguments as SQLite names them: ?1 for $1.
func numbered(query string) string {
	if known, ok := rewritten.Load(query); ok {
		return known.(string)
	}
	q := strings.ReplaceAll(query, "$", "?")
	if len(query) < 2000 { // those with a list in them are of many lengths
		rewritten.Store(query, q)
	}
	return q
}

var rewritten sync.Map // of string

// Exec implements relational.Tx.
func (t tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	done, err := t.ExecContext(ctx, numbered(query), args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// Query implements relational.Tx.
func (t tx) Query(ctx context.Context, query string, args []any, row func(relational.Scan) error) error {
	rows, err := t.QueryContext(ctx, numbered(query), args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			_ = rows.Close() // row's error says more
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// Insert implements relational.Tx.
func (t tx) Insert(ctx context.Context, table string, columns []relational.Column, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	var names, marks []string
	for _, c := range columns {
		names, marks = append(names, c.Name), append(marks, "?")
	}
	insert, err := t.PrepareContext(ctx, "INSERT INTO "+table+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return errors.Join(err, insert.Close())
		}
	}
	return insert.Close()
}

// Values implements relational.Tx.
func (t tx) Values(args []any, name string, columns []relational.Column, rows [][]any) (string, []any) {
	var b strings.Builder
	b.WriteString(name)
	for i, c := range columns {
		b.WriteString([]string{", ", "("}[btoi(i == 0)])
		b.WriteString(c.Name)
	}
	b.WriteString(") AS (VALUES ")
	if len(rows) == 0 {
		b.WriteString("(" + strings.TrimSuffix(strings.Repeat("NULL, ", len(columns)), ", ") + ") LIMIT 0")
	}
	for i, row := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		for j := range row {
			b.WriteString([]string{", $", "($"}[btoi(j == 0)])
			b.WriteString(strconv.Itoa(len(args) + j + 1))
		}
		b.WriteString(")")
		args = append(args, row...)
	}
	b.WriteString(")")
	return b.String(), args
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Among implements relational.Tx.
func (t tx) Among(args []any, column string, keys [][]byte) (string, []any) {
	var b strings.Builder
	b.WriteString(column + " IN (")
	for i, k := range keys {
		if i > 0 {
			b.WriteString(", ")
		}
		args = append(args, k)
		b.WriteString("$" + strconv.Itoa(len(args)))
	}
	b.WriteString(")")
	return b.String(), args
}

// AmongPieces implements relational.Tx. Tables are in one piece.
func (t tx) AmongPieces(args []any, column string, keys [][]byte) (string, []any) {
	return t.Among(args, column, keys)
}

// Most implements relational.Tx. A statement takes 32766 arguments, and is
// parsed afresh for each number of them.
func (t tx) Most() int { return 500 }

// ForUpdate implements relational.Tx.
func (t tx) ForUpdate() string { return "" }

// SkipLocked implements relational.Tx.
func (t tx) SkipLocked() string { return "" }
