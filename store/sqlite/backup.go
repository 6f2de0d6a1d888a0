package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/accordsdk/accord/campaign"
)

// Backup writes a copy of db, as of one moment, to a file that must not be there
// yet, while others read and write. The copy is whole when Backup returns nil,
// and until then has another name. It knows that it is one: see [DB.Adopt].
func (db *DB) Backup(ctx context.Context, path string) (err error) {
	fail := func(err error) error { return fmt.Errorf("sqlite: backup: %w", err) }
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return fail(fmt.Errorf("%s: %w", path, os.ErrExist))
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	part := filepath.Join(dir, "part")
	if err := db.copyTo(ctx, part); err != nil {
		return fail(err)
	}
	if err := db.markCopy(ctx, part); err != nil {
		return fail(err)
	}
	// Link refuses to replace what appeared meanwhile.
	if err := os.Link(part, path); err != nil {
		return fail(err)
	}
	return nil
}

// copyTo writes one state of db. It takes a connection of its own, so that nobody
// waits: readers may not write, and there is one writer.
func (db *DB) copyTo(ctx context.Context, path string) (err error) {
	p, err := sql.Open("sqlite", uri(db.path, nil))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	_, err = p.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// markCopy writes into a copy that it is none that may send.
func (db *DB) markCopy(ctx context.Context, path string) (err error) {
	p, err := sql.Open("sqlite", uri(path, url.Values{"_pragma": {"synchronous(FULL)"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	_, err = p.ExecContext(ctx, "INSERT INTO homes (place, who, why, at) VALUES (?, ?, ?, ?)",
		[]byte("backup"), []byte(campaign.ByAccord), []byte("a backup"), db.clock.Now().UnixMicro())
	return err
}

// IsCopy reports whether the file is a copy of the one that sent: a backup, or
// put in its place.
func (db *DB) IsCopy(ctx context.Context) (bool, error) { return db.stores.IsCopy(ctx) }

// Adopt lets a copy send. Whoever calls it answers for two things: nothing sends
// from the original any more, and what that one sent since the copy was made may
// be sent again from here, since here nobody knows of it. By is a user of the
// host. It does nothing where db is no copy.
//
// Before that, a copy answers, reports and takes refusals, and its outbox fails
// with campaign.ErrCopy where it is asked for a lease.
func (db *DB) Adopt(ctx context.Context, by, why string) error { return db.stores.Adopt(ctx, by, why) }
