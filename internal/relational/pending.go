package relational

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// Pending is a suppression.Pending.
type Pending struct{ *Stores }

var _ suppression.Pending = Pending{}

// fileLock keeps those apart who write one file of digests.
func fileLock(file uuid.UUID) []Lock { return []Lock{{Name: "digests " + file.String()}} }

// Add implements suppression.Pending.
func (p Pending) Add(ctx context.Context, file suppression.DigestFile, digests []suppression.PendingDigest) (added int, err error) {
	if err := file.Validate(); err != nil {
		return 0, p.fail(ctx, "add digests", err)
	}
	for i := range digests {
		if err := digests[i].Validate(); err != nil {
			return 0, p.fail(ctx, "add digests", fmt.Errorf("%d: %w", i, err))
		}
	}
	file.Until, file.Recorded = stamp(file.Until), stamp(file.Recorded)
	if len(file.Format.Salt) == 0 {
		file.Format.Salt = nil
	}
	seen := make(map[suppression.Digest]bool, len(digests))
	once := make([]suppression.PendingDigest, 0, len(digests))
	for _, d := range digests {
		if !seen[d.Digest] {
			seen[d.Digest], once = true, append(once, d)
		}
	}
	columns := []Column{{"digest", Bytes}, {"file", Int}, {"line", Int}, {"happened", Int}}
	err = p.write(ctx, "add digests", fileLock(file.ID), func(tx Tx) error {
		added = 0
		seq, err := openFile(ctx, tx, file)
		if err != nil {
			return err
		}
		rows := make([][]any, len(once))
		for i := range once {
			rows[i] = args(once[i].Digest[:], seq, once[i].Line, micro(once[i].Happened))
		}
		return pieces(tx, len(rows), func(from, to int) error {
			v, held := tx.Values(nil, "v", columns, rows[from:to])
			n, err := tx.Exec(ctx, "WITH "+v+` INSERT INTO pending_digests (digest, file, line, happened) SELECT digest, file, line, happened FROM v WHERE true
				ON CONFLICT DO NOTHING`, held...)
			added += int(n)
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// openFile returns the number of a file, which it keeps where it is new.
func openFile(ctx context.Context, tx Tx, file suppression.DigestFile) (seq int64, err error) {
	var body []byte
	found, err := one(ctx, tx, "SELECT seq, body FROM digest_files WHERE id = $1", args(file.ID[:]), &seq, &body)
	if err != nil {
		return 0, err
	}
	if !found {
		_, err := one(ctx, tx, "INSERT INTO digest_files (id, body) VALUES ($1, $2) RETURNING seq", args(file.ID[:], wire.Append(nil, file)), &seq)
		return seq, err
	}
	var held suppression.DigestFile
	if err := wire.Read(body, &held); err != nil {
		return 0, err
	}
	held.Recorded = file.Recorded
	if !reflect.DeepEqual(held, file) {
		return 0, fmt.Errorf("file %v: %w", file.ID, suppression.ErrConflict)
	}
	return seq, nil
}

// Files implements suppression.Pending.
func (p Pending) Files(ctx context.Context) (out []suppression.DigestCount, err error) {
	err = p.read(ctx, "files of digests", func(tx Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT body, (SELECT count(*) FROM pending_digests WHERE file = seq), (SELECT count(entry) FROM pending_digests WHERE file = seq)
			FROM digest_files ORDER BY seq`, nil, func(scan Scan) error {
			var c suppression.DigestCount
			var body []byte
			if err := scan(&body, &c.Digests, &c.Resolved); err != nil {
				return err
			}
			err := wire.Read(body, &c.DigestFile)
			out = append(out, c)
			return err
		})
	})
	return out, err
}

// Match implements suppression.Pending.
func (p Pending) Match(ctx context.Context, digests []suppression.Digest) (hits []suppression.DigestHit, err error) {
	keys, at := distinct(digests, func(d *suppression.Digest) []byte { return d[:] })
	err = p.read(ctx, "match digests", func(tx Tx) error {
		hits = nil
		return pieces(tx, len(keys), func(from, to int) error {
			is, held := tx.Among(nil, "digest", keys[from:to])
			return tx.Query(ctx, `SELECT digest, id, line, happened FROM pending_digests JOIN digest_files ON seq = file
				WHERE entry IS NULL AND `+is+` ORDER BY digest, file`, held, func(scan Scan) error {
				var digest, file []byte
				var happened int64
				var h suppression.DigestHit
				if err := scan(&digest, &file, &h.Pending.Line, &happened); err != nil {
					return err
				}
				h.File, h.Pending.Digest, h.Pending.Happened = uuid.UUID(file), suppression.Digest(digest), time.UnixMicro(happened).UTC()
				for _, h.Index = range at[h.Pending.Digest] {
					hits = append(hits, h)
				}
				return nil
			})
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(hits, func(a, b suppression.DigestHit) int { return a.Index - b.Index })
	return hits, nil
}

// Resolve implements suppression.Pending.
func (p Pending) Resolve(ctx context.Context, resolutions []suppression.Resolution) error {
	return p.write(ctx, "resolve digests", nil, func(tx Tx) error {
		for _, r := range resolutions {
			if r.Entry == uuid.Nil {
				return fmt.Errorf("file %v: Entry is empty", r.File)
			}
			n, err := tx.Exec(ctx, `UPDATE pending_digests SET entry = coalesce(entry, $1)
				WHERE digest = $2 AND file = (SELECT seq FROM digest_files WHERE id = $3)`, r.Entry[:], r.Digest[:], r.File[:])
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("file %v: %w", r.File, contact.ErrNotFound)
			}
		}
		return nil
	})
}

// Forget implements suppression.Pending.
func (p Pending) Forget(ctx context.Context, file uuid.UUID) (gone int, err error) {
	err = p.write(ctx, "forget digests", fileLock(file), func(tx Tx) error {
		n, err := tx.Exec(ctx, "DELETE FROM pending_digests WHERE file = (SELECT seq FROM digest_files WHERE id = $1)", file[:])
		if err != nil {
			return err
		}
		gone = int(n)
		_, err = tx.Exec(ctx, "DELETE FROM digest_files WHERE id = $1", file[:])
		return err
	})
	if err != nil {
		return 0, err
	}
	return gone, nil
}
