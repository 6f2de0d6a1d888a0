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

// positioned returns a statement with a plain question mark for each numbered
// argument, and the arguments in the order of the marks. The driver asks SQLite
// for the name of each parameter, and SQLite looks for that of a numbered one
// among all of them: a list of a thousand would take a million steps.
func positioned(query string, args []any) (string, []any) {
	known, ok := rewritten.Load(query)
	if !ok {
		p := position(query)
		if len(query) < 2000 { // those with a list in them are of many lengths
			rewritten.Store(query, p)
		}
		known = p
	}
	p := known.(positional)
	ordered := make([]any, len(p.order))
	for i, n := range p.order {
		ordered[i] = args[n]
	}
	return p.query, ordered
}

type positional struct {
	query string
	order []int // the argument of each mark, from 0
}

var rewritten sync.Map // of positional, by query

func position(query string) positional {
	var b strings.Builder
	b.Grow(len(query))
	p := positional{}
	for i := 0; i < len(query); i++ {
		if query[i] != '$' {
			b.WriteByte(query[i])
			continue
		}
		n := 0
		for i+1 < len(query) && '0' <= query[i+1] && query[i+1] <= '9' {
			i++
			n = 10*n + int(query[i]-'0')
		}
		b.WriteByte('?')
		p.order = append(p.order, n-1)
	}
	p.query = b.String()
	return p
}

// Exec implements relational.Tx.
func (t tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	q, args := positioned(query, args)
	done, err := t.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// Query implements relational.Tx.
func (t tx) Query(ctx context.Context, query string, args []any, row func(relational.Scan) error) error {
	q, args := positioned(query, args)
	rows, err := t.QueryContext(ctx, q, args...)
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
