package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/relational"
	"github.com/jackc/pgx/v5"
)

// tx is a transaction.
type tx struct {
	conn *pgx.Conn
	db   *DB
}

// script runs statements that have no arguments, in one message.
func (t tx) script(ctx context.Context, text string) error {
	_, err := t.conn.PgConn().Exec(ctx, text).ReadAll()
	return err
}

// Now implements relational.Tx. The clock is read when it is asked for, and not
// at the start of the transaction, which may have waited.
func (t tx) Now(ctx context.Context) (time.Time, error) {
	if t.db.clock != nil {
		return t.db.clock.Now().UTC().Truncate(time.Microsecond), nil
	}
	var now time.Time
	err := t.conn.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&now)
	return now.UTC(), err
}

// Home implements relational.Tx. It names the cluster, its timeline, which begins
// anew with each recovery and each standby that takes over, and the schema, which
// a dump that is restored makes anew.
func (t tx) Home(ctx context.Context) (home string, err error) {
	err = t.conn.QueryRow(ctx, `SELECT c.system_identifier || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || ' ' || n.oid
		FROM pg_control_system() c, pg_namespace n WHERE n.nspname = $1`, t.db.schema).Scan(&home)
	return home, err
}

// Exec implements relational.Tx.
func (t tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	done, err := t.conn.Exec(ctx, query, args...)
	return done.RowsAffected(), err
}

// Query implements relational.Tx.
func (t tx) Query(ctx context.Context, query string, args []any, row func(relational.Scan) error) error {
	rows, err := t.conn.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Insert implements relational.Tx.
func (t tx) Insert(ctx context.Context, table string, columns []relational.Column, rows [][]any) error {
	const few = 10 // for which a COPY, with its two turns more, does not pay
	if len(rows) == 0 {
		return nil
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	if len(rows) > few {
		_, err := t.conn.CopyFrom(ctx, pgx.Identifier{table}, names, pgx.CopyFromRows(rows))
		return err
	}
	list := strings.Join(names, ", ")
	v, args := t.Values(nil, "v", columns, rows)
	_, err := t.Exec(ctx, "WITH "+v+" INSERT INTO "+table+" ("+list+") SELECT "+list+" FROM v", args...)
	return err
}

// Values implements relational.Tx.
func (t tx) Values(args []any, name string, columns []relational.Column, rows [][]any) (string, []any) {
	var names, arrays []string
	for j, c := range columns {
		names = append(names, c.Name)
		place := "$" + strconv.Itoa(len(args)+1)
		if c.Kind == relational.Bytes {
			arrays = append(arrays, place+"::bytea[]")
			args = append(args, texts(rows, j))
		} else {
			arrays = append(arrays, place+"::bigint[]")
			args = append(args, numbers(rows, j))
		}
	}
	return name + " (" + strings.Join(names, ", ") + ") AS (SELECT * FROM unnest(" + strings.Join(arrays, ", ") + "))", args
}

func texts(rows [][]any, column int) [][]byte {
	out := make([][]byte, len(rows))
	for i, row := range rows {
		out[i], _ = row[column].([]byte) // nil for NULL
	}
	return out
}

func numbers(rows [][]any, column int) []*int64 {
	out := make([]*int64, len(rows))
	held := make([]int64, len(rows))
	for i, row := range rows {
		switch n := row[column].(type) {
		case int64:
			held[i] = n
		case int:
			held[i] = int64(n)
		default:
			continue // NULL
		}
		out[i] = &held[i]
	}
	return out
}

// Among implements relational.Tx.
func (t tx) Among(args []any, column string, keys [][]byte) (string, []any) {
	args = append(args, keys)
	return column + " = ANY($" + strconv.Itoa(len(args)) + "::bytea[])", args
}

// AmongPieces implements relational.Tx. Each key is looked up by itself, in the one
// piece of the table that can have it: with ANY every piece is asked for every key.
func (t tx) AmongPieces(args []any, column string, keys [][]byte) (string, []any) {
	args = append(args, keys)
	return column + " IN (SELECT unnest($" + strconv.Itoa(len(args)) + "::bytea[]))", args
}

// Most implements relational.Tx.
func (t tx) Most() int { return 1 << 14 }

// ForUpdate implements relational.Tx.
func (t tx) ForUpdate() string { return " FOR UPDATE" }

// SkipLocked implements relational.Tx.
func (t tx) SkipLocked() string { return " SKIP LOCKED" }
