package postgres_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/accordsdk/accord/store/postgres"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

var key = contact.KeyID{1}

func refusal(f contact.Fingerprint) suppression.Entry {
	at := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	return suppression.Entry{ID: uuid.New(), Class: suppression.Refusal, Fingerprint: f, Reason: suppression.Replied, Happened: at, Recorded: at}
}

func open(t *testing.T, pool *pgxpool.Pool) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), pool, nil)
	require.NoError(t, err)
	return db
}

// launch freezes a campaign of one person for each fingerprint.
func launch(t *testing.T, db *postgres.DB, id string, prints ...contact.Fingerprint) {
	t.Helper()
	martin := contact.Party{ID: "martin", Name: "Alex Martin"}
	require.NoError(t, db.Outbox().Create(t.Context(), campaign.Campaign{Request: consent.Request{
		Campaign: id, Client: martin.ID, Controllers: []contact.Party{martin}, Base: contact.Base{ID: "b", Owner: martin, Mode: contact.Own},
		Purpose: contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: martin.ID},
	}}))
	c := campaign.Chunk{Campaign: id, Seq: 1, Last: true}
	for _, f := range prints {
		c.Rows = append(c.Rows, campaign.Row{Dispatch: campaign.NewDispatch(id, f), Contact: "p", Fingerprint: f, Class: campaign.Class{State: campaign.Ready}})
	}
	_, err := db.Outbox().Freeze(t.Context(), key, c)
	require.NoError(t, err)
}

func TestSchema(t *testing.T) {
	t.Parallel()

	cluster := pgtest.Start(t)
	pool := connect(t, cluster, 10)
	// Several processes that open at once make it once.
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if _, err := postgres.Open(t.Context(), pool, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, err := pool.Exec(t.Context(), "UPDATE accord.schema_version SET version = 99")
	require.NoError(t, err)
	_, err = postgres.Open(t.Context(), pool, nil)
	require.ErrorIs(t, err, postgres.ErrSchema)
	require.ErrorContains(t, err, "version 99")
	_, err = pool.Exec(t.Context(), "CREATE SCHEMA theirs; CREATE TABLE theirs.orders (id int)")
	require.NoError(t, err)
	_, err = postgres.Open(t.Context(), pool, &postgres.Options{Schema: "theirs"})
	require.ErrorIs(t, err, postgres.ErrSchema)

	// Who has no right to create anything may use a schema that is there.
	_, err = pool.Exec(t.Context(), `UPDATE accord.schema_version SET version = 1; CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA accord TO plain;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA accord TO plain; GRANT USAGE ON ALL SEQUENCES IN SCHEMA accord TO plain`)
	require.NoError(t, err)
	config, err := pgxpool.ParseConfig(cluster.URL("postgres"))
	require.NoError(t, err)
	config.ConnConfig.User = "plain"
	plain, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(plain.Close)
	db := open(t, plain)
	launch(t, db, "c", contact.Fingerprint{1})
	l, err := db.Outbox().Lease(t.Context(), "c", "w", time.Minute)
	require.NoError(t, err)
	require.NotZero(t, l.Token)
	_, err = db.List().Add(t.Context(), key, []suppression.Entry{refusal(contact.Fingerprint{1})})
	require.NoError(t, err)
	changes, err := db.List().Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
}

func TestForgetful(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t, "fsync = off"), 2)
	_, err := postgres.Open(t.Context(), pool, nil)
	require.ErrorContains(t, err, "fsync off")
	_, err = postgres.Open(t.Context(), pool, &postgres.Options{Volatile: true})
	require.NoError(t, err)
}

// A STOP and a worker, step by step in every order: mark and then check, refuse
// and then list. One of the two always sees the other.
func TestEitherSees(t *testing.T) {
	t.Parallel()

	db := open(t, connect(t, pgtest.Start(t), 10))
	ctx := t.Context()
	for n, order := range []string{"MCRL", "MRCL", "MRLC", "RMCL", "RMLC", "RLMC"} {
		f := contact.Fingerprint{1, byte(n)}
		launch(t, db, order, f)
		l, err := db.Outbox().Lease(ctx, order, "w", time.Minute)
		require.NoError(t, err)
		var checked, listed bool
		for _, step := range order {
			switch step {
			case 'M':
				marked, err := db.Outbox().Mark(ctx, l, []campaign.AttemptID{{Dispatch: l.Rows[0].Dispatch, No: 1}})
				require.NoError(t, err)
				require.Equal(t, []bool{true}, marked)
			case 'C':
				hits, err := db.List().Match(ctx, key, []contact.Fingerprint{f})
				require.NoError(t, err)
				checked = len(hits) > 0
			case 'R':
				_, err := db.List().Add(ctx, key, []suppression.Entry{refusal(f)})
				require.NoError(t, err)
			case 'L':
				found, err := db.Outbox().InFlight(ctx, key, f)
				require.NoError(t, err)
				listed = len(found) > 0
			}
		}
		require.Truef(t, checked || listed, "%s: nobody saw anybody", order)
	}
}

// Why the list is read after the commit, and not in the transaction of the STOP:
// there it misses a mark that commits before the STOP does, while the worker that
// marked does not see the refusal yet.
func TestListInsideMisses(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t), 10)
	db := open(t, pool)
	ctx := t.Context()
	_, err := db.List().Add(ctx, key, []suppression.Entry{refusal(contact.Fingerprint{9})}) // binds the list to its key
	require.NoError(t, err)
	for n, level := range []pgx.TxIsoLevel{pgx.ReadCommitted, pgx.RepeatableRead} {
		f := contact.Fingerprint{1, byte(n)}
		launch(t, db, string(level), f)
		l, err := db.Outbox().Lease(ctx, string(level), "w", time.Minute)
		require.NoError(t, err)
		stop, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: level})
		require.NoError(t, err)
		defer func() { _ = stop.Rollback(context.WithoutCancel(ctx)) }() // it is committed, unless the test failed
		_, err = db.WithTx(stop).Add(ctx, key, []suppression.Entry{refusal(f)})
		require.NoError(t, err)
		inside := 0
		require.NoError(t, stop.QueryRow(ctx, "SELECT count(*) FROM accord.attempts JOIN accord.rows USING (dispatch) WHERE fingerprint = $1", f[:]).Scan(&inside))
		_, err = db.Outbox().Mark(ctx, l, []campaign.AttemptID{{Dispatch: l.Rows[0].Dispatch, No: 1}})
		require.NoError(t, err)
		hits, err := db.List().Match(ctx, key, []contact.Fingerprint{f})
		require.NoError(t, err)
		require.NoError(t, stop.Commit(ctx))
		require.Zero(t, inside)
		require.Empty(t, hits, "neither has seen the other")
		found, err := db.Outbox().InFlight(ctx, key, f)
		require.NoError(t, err)
		require.Len(t, found, 1, "a fresh list has it")
	}
}

func TestWithTx(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t), 10)
	db := open(t, pool)
	ctx := t.Context()
	_, err := pool.Exec(ctx, "CREATE TABLE orders (id int)")
	require.NoError(t, err)
	e := refusal(contact.Fingerprint{1})
	for _, commit := range []bool{false, true} {
		tx, err := pool.Begin(ctx)
		require.NoError(t, err)
		_, err = db.WithTx(tx).Add(ctx, key, []suppression.Entry{e})
		require.NoError(t, err)
		_, err = tx.Exec(ctx, "INSERT INTO orders VALUES (1)") // the host's own search path is as it was
		require.NoError(t, err)
		if commit {
			require.NoError(t, tx.Commit(ctx))
		} else {
			require.NoError(t, tx.Rollback(ctx))
		}
		hits, err := db.List().Match(ctx, key, []contact.Fingerprint{e.Fingerprint})
		require.NoError(t, err)
		require.Equal(t, commit, len(hits) == 1)
	}
	var w any = postgres.Tx{}
	for _, is := range []bool{is[suppression.List](w), is[consent.Ledger](w), is[campaign.Outbox](w), is[contact.Store](w), is[contact.Source](w)} {
		require.False(t, is)
	}
	require.True(t, is[consent.Appender](w))
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// A connection that is cut in the middle of a transaction leaves nothing, and the
// next call gets another one.
func TestCut(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t), 4)
	db := open(t, pool)
	ctx := t.Context()
	e := refusal(contact.Fingerprint{1})
	err := db.Outbox().(campaign.Atomic).Together(ctx, func(w campaign.Together) error {
		if _, err := w.Add(ctx, key, []suppression.Entry{e}); err != nil {
			return err
		}
		_, err := pool.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'idle in transaction'")
		if err != nil {
			return err
		}
		_, _, err = w.Remember(ctx, campaign.EventRecord{ID: "e"})
		return err
	})
	require.Error(t, err)
	hits, err := db.List().Match(ctx, key, []contact.Fingerprint{e.Fingerprint})
	require.NoError(t, err)
	require.Empty(t, hits)
	n, err := db.List().Add(ctx, key, []suppression.Entry{e})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// Who holds what another needs is not waited for for ever.
func TestLockTimeout(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t), 4)
	db, err := postgres.Open(t.Context(), pool, &postgres.Options{LockTimeout: 50 * time.Millisecond})
	require.NoError(t, err)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	e := refusal(contact.Fingerprint{1})
	_, err = db.WithTx(tx).Add(t.Context(), key, []suppression.Entry{e})
	require.NoError(t, err)
	_, err = db.List().Add(t.Context(), key, []suppression.Entry{e})
	require.ErrorContains(t, err, "55P03")
	require.NoError(t, tx.Rollback(t.Context()))
	_, err = db.List().Add(t.Context(), key, []suppression.Entry{e})
	require.NoError(t, err)
}

// What a server says of a row is not passed on.
func TestScrubbed(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t), 4)
	db := open(t, pool)
	_, err := pool.Exec(t.Context(), `CREATE FUNCTION accord.boom() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'Key (address)=(+33639981234)'; END $$;
		CREATE TRIGGER boom BEFORE INSERT ON accord.list_entries FOR EACH ROW EXECUTE FUNCTION accord.boom()`)
	require.NoError(t, err)
	_, err = db.List().Add(t.Context(), key, []suppression.Entry{refusal(contact.Fingerprint{1})})
	require.Error(t, err)
	for ; err != nil; err = errors.Unwrap(err) {
		require.NotContains(t, err.Error(), "33639981234")
	}
}

// A standby answers nothing: it may not have the last refusal. One that takes
// over sends nothing until somebody answers for it.
func TestTakeover(t *testing.T) {
	t.Parallel()

	cluster := pgtest.Start(t)
	db := open(t, connect(t, cluster, 4))
	launch(t, db, "c", contact.Fingerprint{1})
	dir, err := os.MkdirTemp("", "pg")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // temporary in any case
	standby, err := cluster.Standby(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, standby.Stop()) })
	pool := connect(t, standby, 4)
	_, err = postgres.Open(t.Context(), pool, nil)
	require.ErrorContains(t, err, "recovery")
	require.NoError(t, cluster.Kill())
	t.Cleanup(func() { require.NoError(t, cluster.Restart()) })
	require.NoError(t, standby.Promote())
	adopted(t, open(t, pool))
}

// adopted finds that a database is a copy, and adopts it.
func adopted(t *testing.T, db *postgres.DB) {
	t.Helper()
	ctx := t.Context()
	is, err := db.IsCopy(ctx)
	require.NoError(t, err)
	require.True(t, is)
	_, err = db.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.ErrorIs(t, err, campaign.ErrCopy)
	_, err = db.List().Add(ctx, key, []suppression.Entry{refusal(contact.Fingerprint{2})})
	require.NoError(t, err, "a refusal is taken all the same")
	require.NoError(t, db.Adopt(ctx, "ada", "the other is gone, and was synchronous"))
	l, err := db.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.NoError(t, err)
	require.NotZero(t, l.Token)
}

// A dump that is restored is whole, and a copy.
func TestRestore(t *testing.T) {
	t.Parallel()

	cluster := pgtest.Start(t)
	db := open(t, connect(t, cluster, 4))
	launch(t, db, "c", contact.Fingerprint{1})
	before := refusal(contact.Fingerprint{3})
	_, err := db.List().Add(t.Context(), key, []suppression.Entry{before})
	require.NoError(t, err)
	changes, err := db.List().Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "dump")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o777))
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // temporary in any case
	file := filepath.Join(dir, "accord.dump")
	require.NoError(t, cluster.Run("pg_dump", "postgres", "--schema", "accord", "--format", "custom", "--file", file))
	url := cluster.Database(t)
	require.NoError(t, cluster.Run("pg_restore", "db1", "--exit-on-error", file))
	pool, err := pgxpool.New(context.WithoutCancel(t.Context()), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	restored := open(t, pool)
	adopted(t, restored)
	after, err := restored.List().Changes(t.Context(), changes[0].At, 10)
	require.NoError(t, err)
	require.Len(t, after, 1, "the feed goes on where it was")
	require.Equal(t, contact.Fingerprint{2}, after[0].Entry.Fingerprint)
}

// Who finds every chunk locked by others is told to come again, and not that there
// is nothing left.
func TestLeaseMeetsLease(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t), 4)
	db := open(t, pool)
	ctx := t.Context()
	launch(t, db, "c", contact.Fingerprint{1})
	other, err := pool.Begin(ctx)
	require.NoError(t, err)
	defer func() { _ = other.Rollback(context.WithoutCancel(ctx)) }() // it is over, unless the test failed
	_, err = other.Exec(ctx, "SELECT FROM accord.chunks FOR UPDATE")
	require.NoError(t, err)
	l, err := db.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.NoError(t, err)
	require.Zero(t, l.Token)
	require.Equal(t, l.Now, l.Next)
	require.NoError(t, other.Rollback(ctx))
	l, err = db.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.NoError(t, err)
	require.NotZero(t, l.Token)
}

// Commits wait for the disk, whatever the server's own setting is.
func TestCommitsWait(t *testing.T) {
	t.Parallel()

	pool := connect(t, pgtest.Start(t, "synchronous_commit = off"), 4)
	db := open(t, pool)
	ctx := t.Context()
	_, err := pool.Exec(ctx, `CREATE TABLE public.seen (setting text);
		CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
		CREATE TRIGGER look BEFORE INSERT ON accord.list_entries FOR EACH ROW EXECUTE FUNCTION look();
		CREATE TRIGGER look BEFORE INSERT ON accord.attempts FOR EACH ROW EXECUTE FUNCTION look()`)
	require.NoError(t, err)
	_, err = db.List().Add(ctx, key, []suppression.Entry{refusal(contact.Fingerprint{1})})
	require.NoError(t, err)
	launch(t, db, "c", contact.Fingerprint{2})
	l, err := db.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.NoError(t, err)
	_, err = db.Outbox().Mark(ctx, l, []campaign.AttemptID{{Dispatch: l.Rows[0].Dispatch, No: 1}})
	require.NoError(t, err)
	tx, err := pool.Begin(ctx)
	require.NoError(t, err)
	_, err = db.WithTx(tx).Add(ctx, key, []suppression.Entry{refusal(contact.Fingerprint{3})})
	require.NoError(t, err)
	require.NoError(t, tx.Commit(ctx))
	var on, all int
	require.NoError(t, pool.QueryRow(ctx, "SELECT count(*) FILTER (WHERE setting = 'on'), count(*) FROM public.seen").Scan(&on, &all))
	require.Equal(t, []int{3, 3}, []int{on, all})
}
