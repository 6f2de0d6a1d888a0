package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/relational"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// backend is a DB as package relational uses it.
type backend struct{ *DB }

var _ relational.Publisher = backend{}

// Name implements relational.Backend.
func (b backend) Name() string { return "postgres" }

// tries is how often a transaction is run at most: those that meet each other
// crosswise are few, and each time one of them gets through.
const tries = 20

// Read implements relational.Backend. The transaction could write: one that says
// so is refused by a standby, which may not have the last refusal yet.
func (b backend) Read(ctx context.Context, f func(relational.Tx) error) error {
	return b.transact(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE; "+byKey+b.settings(), f)
}

// Write implements relational.Backend.
func (b backend) Write(ctx context.Context, locks []relational.Lock, f func(relational.Tx) error) error {
	begin := "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; " + byKey + b.settings() + durably + strings.Join(b.locks(locks), "")
	return b.transact(ctx, begin, f)
}

// durably lets a commit wait for the disk. Where it waits for more, for a
// standby, it still does.
const durably = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local'); "

// settings are those of a transaction: it may be another's connection before and
// after, behind a pooler.
func (b backend) settings() string {
	return fmt.Sprintf("SET LOCAL search_path TO %s, pg_temp; SET LOCAL lock_timeout TO %d; ", pgx.Identifier{b.schema}.Sanitize(), b.timeout.Milliseconds())
}

// locks are the statements that take locks, in the order of their names.
func (b backend) locks(locks []relational.Lock) []string {
	locks = slices.Clone(locks)
	slices.SortFunc(locks, func(a, b relational.Lock) int { return strings.Compare(a.Name, b.Name) })
	out := make([]string, len(locks))
	for i, l := range locks {
		out[i] = b.lock(l)
	}
	return out
}

// byKey lets the server find what is asked for by its keys, at once. Of tables
// that have just grown it does not know how large they are, and would read a
// million rows to find a thousand; and it would take longer to start helpers, or
// to compile a statement, than the statement takes.
const byKey = "SET LOCAL enable_seqscan TO off; SET LOCAL enable_hashjoin TO off; SET LOCAL enable_mergejoin TO off; " +
	"SET LOCAL max_parallel_workers_per_gather TO 0; SET LOCAL jit TO off; "

// lock is the statement that takes a lock until the transaction ends. Locks are
// numbers: of two names with one number each would wait for the other's, once in
// 2^64.
func (b backend) lock(l relational.Lock) string {
	sum := sha256.Sum256([]byte("accord\x00" + b.schema + "\x00" + l.Name))
	function := "pg_advisory_xact_lock"
	if l.Shared {
		function += "_shared"
	}
	return "SELECT " + function + "(" + strconv.FormatInt(int64(binary.BigEndian.Uint64(sum[:])), 10) + "); "
}

func (b backend) transact(ctx context.Context, begin string, f func(relational.Tx) error) error {
	for try := 1; ; try++ {
		err := b.once(ctx, begin, f)
		if err == nil || try == tries || !again(err) {
			return scrubbed(err)
		}
	}
}

// again reports whether a transaction that failed may pass the next time: it met
// another.
func again(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		// Serialization failure, deadlock, unique violation: somebody else wrote first.
		return e.Code == "40001" || e.Code == "40P01" || e.Code == "23505"
	}
	return errors.Is(err, relational.ErrAgain)
}

// scrubbed returns err without what a server quotes of the data.
func scrubbed(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("server: %s (SQLSTATE %s)", e.Message, e.Code)
}

func (b backend) once(ctx context.Context, begin string, f func(relational.Tx) error) error {
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	// A connection whose transaction has not ended is closed, and what it did
	// undone.
	defer conn.Release()
	t := tx{conn.Conn(), b.DB}
	if err := t.script(ctx, begin); err != nil {
		t.rollback(ctx)
		return err
	}
	if err := f(t); err != nil {
		t.rollback(ctx)
		return err
	}
	done, err := t.conn.Exec(ctx, "COMMIT")
	if err == nil && done.String() != "COMMIT" {
		err = errors.New("the transaction was rolled back")
	}
	return err
}

// rollback ends a transaction that failed. Where that fails, too, the connection
// is closed.
func (t tx) rollback(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, _ = t.conn.Exec(ctx, "ROLLBACK")
}

// Publish implements relational.Publisher. What is not committed is not seen, and
// gets its cursor after all that is.
func (b backend) Publish(ctx context.Context, t relational.Tx) error {
	_, err := t.Exec(ctx, `UPDATE list_changes SET cursor = v.cursor FROM (
			SELECT seq, nextval('list_cursors') AS cursor FROM (SELECT seq FROM list_changes WHERE cursor IS NULL ORDER BY seq) AS o) AS v
		WHERE list_changes.seq = v.seq`)
	return err
}
