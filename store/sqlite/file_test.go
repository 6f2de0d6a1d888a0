package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/sqlite"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var key = contact.KeyID{1}

func refusal(n byte) suppression.Entry {
	at := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	return suppression.Entry{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: contact.Fingerprint{n}, Reason: suppression.Replied, Happened: at, Recorded: at,
	}
}

// raw opens a file without this package.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestSchema(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "accord.db")
	open(t, path, storetest.NewClock())
	_, err := raw(t, path).Exec("PRAGMA user_version = 99")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), path, nil)
	require.ErrorIs(t, err, sqlite.ErrSchema)
	require.ErrorContains(t, err, "version 99")

	other := filepath.Join(t.TempDir(), "other.db")
	_, err = raw(t, other).Exec("CREATE TABLE mine (x)")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), other, nil)
	require.ErrorIs(t, err, sqlite.ErrSchema)
	tables := 0
	require.NoError(t, raw(t, other).QueryRow("SELECT count(*) FROM sqlite_master").Scan(&tables))
	require.Equal(t, 1, tables, "what is another's is not touched")

	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, bytes.Repeat([]byte("no database "), 1000), 0o600))
	_, err = sqlite.Open(t.Context(), text, nil)
	require.Error(t, err)
	for _, none := range []string{"", ":memory:"} {
		_, err = sqlite.Open(t.Context(), none, nil)
		require.ErrorContains(t, err, "no file")
	}
}

// A file name is a name, and no part of it is an option.
func TestName(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "a b?mode=memory&c%41#d.db")
	open(t, path, storetest.NewClock())
	require.FileExists(t, path)
}

func TestBackup(t *testing.T) {
	t.Parallel()

	ctx, dir, clock := t.Context(), t.TempDir(), storetest.NewClock()
	db := open(t, filepath.Join(dir, "accord.db"), clock)
	e := refusal(1)
	_, err := db.List().Add(ctx, key, []suppression.Entry{e})
	require.NoError(t, err)
	launch(t, db)
	is, err := db.IsCopy(ctx)
	require.NoError(t, err)
	require.False(t, is)
	path := filepath.Join(dir, "backup.db")
	require.NoError(t, db.Backup(ctx, path))
	require.ErrorIs(t, db.Backup(ctx, path), os.ErrExist)
	left, err := filepath.Glob(filepath.Join(dir, ".backup*"))
	require.NoError(t, err)
	require.Empty(t, left)

	// The backup knows what there was, takes refusals, and sends nothing.
	restored := open(t, path, clock)
	hits, err := restored.List().Match(ctx, key, []contact.Fingerprint{e.Fingerprint})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	_, err = restored.List().Add(ctx, key, []suppression.Entry{refusal(2)})
	require.NoError(t, err)
	is, err = restored.IsCopy(ctx)
	require.NoError(t, err)
	require.True(t, is)
	_, err = restored.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.ErrorIs(t, err, campaign.ErrCopy)
	require.NoError(t, restored.Adopt(ctx, "ada", "the disk of the other is broken"))
	l, err := restored.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.NoError(t, err)
	require.NotZero(t, l.Token)

	// The original goes on. A lease of before a copy marks nothing in the copy.
	l, err = db.Outbox().Lease(ctx, "c", "w", time.Minute)
	require.NoError(t, err)
	require.NoError(t, db.Backup(ctx, filepath.Join(dir, "second.db")))
	second := open(t, filepath.Join(dir, "second.db"), clock)
	_, err = second.Outbox().Mark(ctx, l, []campaign.AttemptID{{Dispatch: l.Rows[0].Dispatch, No: 1}})
	require.ErrorIs(t, err, campaign.ErrCopy)
	marked, err := db.Outbox().Mark(ctx, l, []campaign.AttemptID{{Dispatch: l.Rows[0].Dispatch, No: 1}})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, marked)
}

// A file that was copied without this package is found out by the file itself.
func TestCopiedFile(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	path := filepath.Join(dir, "accord.db")
	db, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	copied := filepath.Join(dir, "copied.db")
	require.NoError(t, os.WriteFile(copied, b, 0o600))
	is, err := open(t, copied, storetest.NewClock()).IsCopy(t.Context())
	require.NoError(t, err)
	require.True(t, is)
	moved := filepath.Join(dir, "moved.db")
	require.NoError(t, os.Rename(path, moved))
	is, err = open(t, moved, storetest.NewClock()).IsCopy(t.Context())
	require.NoError(t, err)
	require.False(t, is)
}

func plain(id string) campaign.Campaign {
	martin := contact.Party{ID: "martin", Name: "Alex Martin"}
	return campaign.Campaign{Request: consent.Request{
		Campaign: id, Client: martin.ID, Controllers: []contact.Party{martin}, Base: contact.Base{ID: "b", Owner: martin, Mode: contact.Own},
		Purpose: contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: martin.ID},
	}}
}

func launch(t *testing.T, db *sqlite.DB) {
	t.Helper()
	require.NoError(t, db.Outbox().Create(t.Context(), plain("c")))
	f := contact.Fingerprint{9}
	row := campaign.Row{Dispatch: campaign.NewDispatch("c", f), Contact: "p", Fingerprint: f, Class: campaign.Class{State: campaign.Ready}}
	_, err := db.Outbox().Freeze(t.Context(), key, campaign.Chunk{Campaign: "c", Seq: 1, Rows: []campaign.Row{row}, Last: true})
	require.NoError(t, err)
}

// A disk that is full refuses, and loses nothing that was there.
func TestDiskFull(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "accord.db")
	db := open(t, path, storetest.NewClock())
	held := refusal(1)
	_, err := db.List().Add(t.Context(), key, []suppression.Entry{held})
	require.NoError(t, err)
	sqlite.Shrink(t, db)
	full := 0
	for range 2000 {
		e := refusal(2)
		e.Origin = string(bytes.Repeat([]byte("x"), 4000))
		n, err := db.List().Add(t.Context(), key, []suppression.Entry{e})
		if err == nil {
			continue
		}
		require.ErrorContains(t, err, "full")
		require.Zero(t, n)
		_, _, err = db.List().Get(t.Context(), e.ID)
		require.ErrorIs(t, err, contact.ErrNotFound)
		full++
		break
	}
	require.Equal(t, 1, full)
	hits, err := db.List().Match(t.Context(), key, []contact.Fingerprint{held.Fingerprint})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	var check string
	require.NoError(t, raw(t, path).QueryRow("PRAGMA integrity_check").Scan(&check))
	require.Equal(t, "ok", check)
}

// A transaction that ends with its process leaves nothing, and nobody waits for
// it longer than was said.
func TestWriterHolds(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "accord.db")
	a := open(t, path, storetest.NewClock())
	b, err := sqlite.Open(t.Context(), path, &sqlite.Options{Wait: 50 * time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	tx, err := a.Begin(t.Context())
	require.NoError(t, err)
	_, err = b.List().Add(t.Context(), key, []suppression.Entry{refusal(1)})
	require.ErrorContains(t, err, "locked")
	require.NoError(t, tx.Rollback())
	_, err = b.List().Add(t.Context(), key, []suppression.Entry{refusal(1)})
	require.NoError(t, err)
}

func TestWithTx(t *testing.T) {
	t.Parallel()

	ctx := t.Context()
	db := open(t, filepath.Join(t.TempDir(), "accord.db"), storetest.NewClock())
	e := refusal(1)
	for _, commit := range []bool{false, true} {
		tx, err := db.Begin(ctx)
		require.NoError(t, err)
		_, err = tx.Exec("CREATE TABLE IF NOT EXISTS orders (id INTEGER)")
		require.NoError(t, err)
		w := db.WithTx(tx)
		n, err := w.Add(ctx, key, []suppression.Entry{e})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.NoError(t, w.Create(ctx, plain("c")))
		_, err = w.Freeze(ctx, key, campaign.Chunk{Campaign: "c", Seq: 1, Last: true})
		require.NoError(t, err)
		if commit {
			require.NoError(t, tx.Commit())
		} else {
			require.NoError(t, tx.Rollback())
		}
		hits, err := db.List().Match(ctx, key, []contact.Fingerprint{e.Fingerprint})
		require.NoError(t, err)
		require.Equal(t, commit, len(hits) == 1)
		_, err = db.Outbox().Campaign(ctx, "c")
		require.Equal(t, commit, err == nil)
	}
	var w any = sqlite.Tx{}
	for _, is := range []bool{is[suppression.List](w), is[consent.Ledger](w), is[campaign.Outbox](w), is[contact.Store](w), is[contact.Source](w)} {
		require.False(t, is)
	}
	require.True(t, is[consent.Appender](w))
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// What was erased is not in the file any more.
func TestErasedBytes(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "accord.db")
	db, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	a, err := phone.Parse("+33639981234", "FR")
	require.NoError(t, err)
	const secret = "je m'appelle Ada Lovelace"
	f := contact.Fingerprint{7}
	_, err = db.Ledger().Append(t.Context(), key, []consent.Entry{{Fingerprint: f, Address: a, Act: consent.Act{
		ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{contact.Political},
		Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}},
		Happened: time.Now(), Recorded: time.Now(), Evidence: &consent.Evidence{Text: secret},
	}}})
	require.NoError(t, err)
	origin := &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
	_, err = db.Contacts().Put(t.Context(), key, []contact.Contact{{
		ID: "p", Base: "b", Points: []contact.Point{{Address: a, Fingerprint: f}}, Origins: []contact.Provenance{{Origin: origin, Collected: time.Now()}},
	}})
	require.NoError(t, err)
	in := func() (found []string) {
		files, err := filepath.Glob(path + "*")
		require.NoError(t, err)
		for _, name := range files {
			b, err := os.ReadFile(name)
			require.NoError(t, err)
			for _, s := range []string{secret, a.Reveal()} {
				if bytes.Contains(b, []byte(s)) {
					found = append(found, fmt.Sprintf("%s in %s", s, filepath.Base(name)))
				}
			}
		}
		return found
	}
	require.NotEmpty(t, in())
	require.NoError(t, db.Ledger().Erase(t.Context(), key, f))
	n, err := db.Contacts().Erase(t.Context(), "b", []contact.ID{"p"})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, db.Close())
	require.Empty(t, in())
}

func TestCancelled(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "accord.db"), storetest.NewClock())
	cause := fmt.Errorf("the host is going down")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	require.ErrorIs(t, db.Adopt(ctx, "ada", "x"), cause)
	_, err := db.IsCopy(ctx)
	require.ErrorIs(t, err, cause)
}
