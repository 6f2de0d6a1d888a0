// Package relational is every store of the library over one relational
// database. Package sqlite and package postgres give it theirs, as a [Backend];
// what is kept, and how steps that run at the same time are kept apart, is said
// here once.
//
// Texts are kept as bytes throughout: what was kept is returned byte for byte,
// whether it is UTF-8 or not and whatever bytes it holds, and no collation
// compares it. Times are microseconds since 1970 in UTC; NULL is the zero time.
package relational

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/internal/merge"
)

// A Backend is a database with the tables of the migrations.
type Backend interface {
	// Name is that of the package, for errors.
	Name() string
	// Read runs f on one state of the database: that of the last commit when it
	// begins. F may be called again.
	Read(ctx context.Context, f func(Tx) error) error
	// Write takes locks, in the order of their names, and then runs f in one
	// transaction whose statements each see what is committed when they begin. It
	// commits, synchronous to disk, when f returns nil. F may be called again
	// when the database asks for it, or when f returns [ErrAgain].
	Write(ctx context.Context, locks []Lock, f func(Tx) error) error
}

// ErrAgain says that a transaction met another, and may pass the second time.
var ErrAgain = errors.New("another transaction came first")

// A Lock keeps transactions apart that name it, until they end. Shared ones keep
// out exclusive ones only.
type Lock struct {
	Name   string
	Shared bool
}

// A Scan reads the columns of a row.
type Scan func(to ...any) error

// A Tx is a transaction. Statements name their arguments $1, $2 and so on. What
// they look up by keys they join with CROSS JOIN, the keys first: SQLite takes
// that for the order in which to look, whatever it thinks of the sizes of tables.
// Arguments are int64, int, bool, nil and []byte.
type Tx interface {
	// Now is the clock of the store.
	Now(ctx context.Context) (time.Time, error)
	// Home says where the database is: the same as long as it is the same one,
	// and not for a copy of it.
	Home(ctx context.Context) (string, error)
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query calls row for each row of the answer. Row runs no statement.
	Query(ctx context.Context, query string, args []any, row func(Scan) error) error
	// Insert adds rows to the named columns of a table, fast.
	Insert(ctx context.Context, table string, columns []Column, rows [][]any) error
	// Values adds arguments, and returns the text of a table called name of which
	// they are the rows, to stand behind WITH.
	Values(args []any, name string, columns []Column, rows [][]any) (string, []any)
	// Among adds keys to args, and returns the condition that column is one of
	// them.
	Among(args []any, column string, keys [][]byte) (string, []any)
	// AmongPieces is Among for the column by which a table is in pieces.
	AmongPieces(args []any, column string, keys [][]byte) (string, []any)
	// Most is how many rows Values takes at a time, and keys Among.
	Most() int
	// ForUpdate stands behind a SELECT that locks what it finds: "" where a
	// transaction that writes is alone in any case.
	ForUpdate() string
	// SkipLocked stands behind ForUpdate, to leave out what is locked.
	SkipLocked() string
}

// A Column is one of a table made of arguments.
type Column struct {
	Name string
	Kind Kind
}

// A Kind is the type of a column.
type Kind uint8

// The kinds.
const (
	Bytes Kind = iota
	Int
)

// A Stores is every store over one database.
type Stores struct {
	backend   Backend
	origins   origins
	campaigns campaigns
}

// New returns the stores over b, whose tables are there.
func New(b Backend) *Stores { return &Stores{backend: b} }

func (s *Stores) fail(ctx context.Context, what string, err error) error {
	// A call that is ended by its context says why, whatever the driver made of
	// it.
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return fmt.Errorf("%s: %s: %w", s.backend.Name(), what, err)
}

// read runs f on one state of the database. What names the call in errors.
func (s *Stores) read(ctx context.Context, what string, f func(Tx) error) error {
	if context.Cause(ctx) != nil {
		return s.fail(ctx, what, nil)
	}
	if err := s.backend.Read(ctx, f); err != nil {
		return s.fail(ctx, what, err)
	}
	return nil
}

// write runs f in one transaction.
func (s *Stores) write(ctx context.Context, what string, locks []Lock, f func(Tx) error) error {
	if context.Cause(ctx) != nil {
		return s.fail(ctx, what, nil)
	}
	if err := s.backend.Write(ctx, locks, f); err != nil {
		return s.fail(ctx, what, err)
	}
	return nil
}

// one runs a query that answers with one row at most, and reports whether there
// was one.
func one(ctx context.Context, tx Tx, query string, args []any, to ...any) (bool, error) {
	found := false
	err := tx.Query(ctx, query, args, func(scan Scan) error {
		found = true
		return scan(to...)
	})
	return found, err
}

// pieces calls f with pieces of n things, each of which fits into one statement.
func pieces(tx Tx, n int, f func(from, to int) error) error {
	most := tx.Most()
	for from := 0; from < n; from += most {
		if err := f(from, min(from+most, n)); err != nil {
			return err
		}
	}
	return nil
}

// args is a list of arguments.
func args(all ...any) []any { return all }

// text is a text as it is kept, which is never NULL.
func text[T ~string](s T) []byte { return append([]byte{}, s...) }

// micro is a time as it is kept, NULL for the zero time.
func micro(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// notBefore is the first microsecond that is not before t: what is kept is in
// whole ones. The zero time is before all.
func notBefore(t time.Time) int64 {
	if t.IsZero() {
		return -1 << 62
	}
	return t.Add(time.Microsecond - time.Nanosecond).UnixMicro()
}

// moment is a time that micro made.
func moment(at *int64) time.Time {
	if at == nil {
		return time.Time{}
	}
	return time.UnixMicro(*at).UTC()
}

// stamp returns t as stores keep it.
func stamp(t time.Time) time.Time { return merge.InStore(t) }

// distinct returns the keys of things, each once, and where each is among them.
func distinct[K comparable](things []K, bytes func(*K) []byte) (keys [][]byte, at map[K][]int) {
	at = make(map[K][]int, len(things))
	keys = make([][]byte, 0, len(things))
	for i := range things {
		if _, again := at[things[i]]; !again {
			keys = append(keys, bytes(&things[i]))
		}
		at[things[i]] = append(at[things[i]], i)
	}
	return keys, at
}
