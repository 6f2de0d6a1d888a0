package relational

import (
	"context"
	"fmt"
	"slices"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// List is a suppression.List.
type List struct{ *Stores }

var _ suppression.List = List{}

var entryColumns = []Column{{"id", Bytes}, {"fingerprint", Bytes}, {"body", Bytes}}

// Add implements suppression.List.
func (l List) Add(ctx context.Context, key contact.KeyID, entries []suppression.Entry) (added int, err error) {
	if err := validEntries(entries); err != nil {
		return 0, l.fail(ctx, "add", err)
	}
	err = l.writeBound(ctx, "add", listStore, key, nil, func(tx Tx) error {
		added, err = addEntries(ctx, tx, entries)
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

func validEntries(entries []suppression.Entry) error {
	for i := range entries {
		if err := entries[i].Validate(); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
	}
	return nil
}

// addEntries adds what is new, in the order of IDs, so that two who add the same
// do not wait for each other crosswise.
func addEntries(ctx context.Context, tx Tx, entries []suppression.Entry) (int, error) {
	byID := make(map[uuid.UUID]suppression.Entry, len(entries))
	var rows [][]any
	for _, e := range entries {
		e.Happened, e.Recorded, e.Until = stamp(e.Happened), stamp(e.Recorded), stamp(e.Until)
		if held, twice := byID[e.ID]; twice {
			if held != e {
				return 0, fmt.Errorf("entry %v: %w", e.ID, suppression.ErrConflict)
			}
			continue
		}
		byID[e.ID] = e
		rows = append(rows, args(e.ID[:], e.Fingerprint[:], entryBody(e)))
	}
	order := slices.Clone(rows)
	slices.SortFunc(order, func(a, b []any) int { return slices.Compare(a[0].([]byte), b[0].([]byte)) })
	fresh := map[uuid.UUID]int64{}
	err := pieces(tx, len(order), func(from, to int) error {
		v, held := tx.Values(nil, "v", entryColumns, order[from:to])
		return tx.Query(ctx, "WITH "+v+` INSERT INTO list_entries (id, fingerprint, body) SELECT id, fingerprint, body FROM v WHERE true
			ON CONFLICT (id) DO NOTHING RETURNING seq, id`, held, func(scan Scan) error {
			var seq int64
			var id []byte
			err := scan(&seq, &id)
			fresh[uuid.UUID(id)] = seq
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	var known [][]byte
	var changes [][]any
	for _, row := range rows {
		id := row[0].([]byte)
		if seq, is := fresh[uuid.UUID(id)]; is {
			changes = append(changes, args(seq, 0))
			continue
		}
		known = append(known, id)
	}
	if err := sameEntries(ctx, tx, known, byID); err != nil {
		return 0, err
	}
	return len(fresh), tx.Insert(ctx, "list_changes", changeColumns, changes)
}

var changeColumns = []Column{{"entry", Int}, {"lifted", Int}}

// sameEntries returns an error unless the entries that are there are those that
// came.
func sameEntries(ctx context.Context, tx Tx, ids [][]byte, came map[uuid.UUID]suppression.Entry) error {
	return pieces(tx, len(ids), func(from, to int) error {
		is, held := tx.Among(nil, "id", ids[from:to])
		return tx.Query(ctx, "SELECT id, fingerprint, body, lifting FROM list_entries WHERE "+is, held, func(scan Scan) error {
			e, _, err := scanEntry(scan)
			if err == nil && came[e.ID] != e {
				err = fmt.Errorf("entry %v: %w", e.ID, suppression.ErrConflict)
			}
			return err
		})
	})
}

// entryBody returns what an entry has besides its columns.
func entryBody(e suppression.Entry) []byte {
	e.ID, e.Fingerprint = uuid.Nil, contact.Fingerprint{}
	return wire.Append(nil, e)
}

// scanEntry reads the columns id, fingerprint, body and lifting, and what comes
// before them into more.
func scanEntry(scan Scan, more ...any) (e suppression.Entry, lifting *suppression.Lifting, err error) {
	var id, fingerprint, body, lifted []byte
	if err := scan(append(more, &id, &fingerprint, &body, &lifted)...); err != nil {
		return e, nil, err
	}
	if err := wire.Read(body, &e); err != nil {
		return e, nil, err
	}
	copy(e.ID[:], id)
	copy(e.Fingerprint[:], fingerprint)
	if lifted == nil {
		return e, nil, nil
	}
	lifting = new(suppression.Lifting)
	return e, lifting, wire.Read(lifted, lifting)
}

// Match implements suppression.List.
func (l List) Match(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) (hits []suppression.Hit, err error) {
	keys, at := distinct(fingerprints, printBytes)
	err = l.readBound(ctx, "match", listStore, key, func(tx Tx) error {
		hits = nil
		return pieces(tx, len(keys), func(from, to int) error {
			is, held := tx.Among(nil, "fingerprint", keys[from:to])
			return tx.Query(ctx, "SELECT id, fingerprint, body, lifting FROM list_entries WHERE lifting IS NULL AND "+is+" ORDER BY seq", held, func(scan Scan) error {
				e, _, err := scanEntry(scan)
				for _, i := range at[e.Fingerprint] {
					hits = append(hits, suppression.Hit{Index: i, Entry: e})
				}
				return err
			})
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(hits, func(a, b suppression.Hit) int { return a.Index - b.Index })
	return hits, nil
}

func printBytes(f *contact.Fingerprint) []byte { return f[:] }

// Get implements suppression.List.
func (l List) Get(ctx context.Context, id uuid.UUID) (e suppression.Entry, lifting *suppression.Lifting, err error) {
	err = l.read(ctx, "get", func(tx Tx) error {
		e, lifting, _, err = getEntry(ctx, tx, id, "")
		return err
	})
	return e, lifting, err
}

func getEntry(ctx context.Context, tx Tx, id uuid.UUID, suffix string) (e suppression.Entry, lifting *suppression.Lifting, seq int64, err error) {
	found := false
	err = tx.Query(ctx, "SELECT seq, id, fingerprint, body, lifting FROM list_entries WHERE id = $1"+suffix, args(id[:]), func(scan Scan) error {
		found = true
		e, lifting, err = scanEntry(scan, &seq)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("entry %v: %w", id, contact.ErrNotFound)
	}
	return e, lifting, seq, err
}

// Lift implements suppression.List.
func (l List) Lift(ctx context.Context, lifting suppression.Lifting) error {
	if err := lifting.Validate(); err != nil {
		return l.fail(ctx, "lift", err)
	}
	lifting.Recorded = stamp(lifting.Recorded)
	return l.write(ctx, "lift", nil, func(tx Tx) error {
		e, held, seq, err := getEntry(ctx, tx, lifting.Entry, tx.ForUpdate())
		if err != nil {
			return err
		}
		if err := lifting.Of(&e); err != nil || held != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE list_entries SET lifting = $1 WHERE seq = $2", wire.Append(nil, lifting), seq); err != nil {
			return err
		}
		return tx.Insert(ctx, "list_changes", changeColumns, [][]any{args(seq, 1)})
	})
}

// Changes implements suppression.List.
//
// Where there are several writers at a time, a change gets its cursor when the
// feed is first read after its commit: a number that it got when it was made
// would be passed by when another with a later one is committed before it.
func (l List) Changes(ctx context.Context, after suppression.Cursor, limit int) (out []suppression.Change, err error) {
	if limit < 1 {
		return nil, l.fail(ctx, "changes", fmt.Errorf("limit %d is below 1", limit))
	}
	if after > 1<<62 {
		return nil, nil // no database has so many
	}
	read := func(tx Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT cursor, lifted, id, fingerprint, body, lifting FROM list_changes JOIN list_entries ON list_entries.seq = entry
			WHERE cursor > $1 ORDER BY cursor LIMIT $2`, args(int64(after), limit), func(scan Scan) error {
			var c suppression.Change
			var at, lifted int64
			e, lifting, err := scanEntry(scan, &at, &lifted)
			c.At = suppression.Cursor(at)
			if lifted != 0 {
				c.Lifting = lifting
			} else {
				c.Entry = &e
			}
			out = append(out, c)
			return err
		})
	}
	if p, ok := l.backend.(Publisher); ok {
		err = l.write(ctx, "changes", []Lock{{Name: "feed"}}, func(tx Tx) error {
			if err := p.Publish(ctx, tx); err != nil {
				return err
			}
			return read(tx)
		})
		return out, err
	}
	return out, l.read(ctx, "changes", read)
}

// A Publisher is a [Backend] that has several writers at a time. One that has a
// single writer numbers changes as they are made.
type Publisher interface {
	// Publish gives cursors to the changes that have none. The caller holds the
	// lock of the feed.
	Publish(ctx context.Context, tx Tx) error
}

// Rotate implements suppression.List.
func (l List) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return l.rotate(ctx, listStore, from, to, func(tx Tx) error {
		return rewrap(ctx, tx, "list_entries", "id", wrap)
	})
}
