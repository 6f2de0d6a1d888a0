package relational

import (
	"context"
	"errors"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// The stores that are bound to a key.
const (
	listStore     = "list"
	ledgerStore   = "ledger"
	outboxStore   = "outbox"
	contactStore  = "contacts"
	reviewStore   = "reviews"
	accessesStore = "accesses"
)

// keyLock keeps a rotation of a store away from those who write fingerprints.
func keyLock(store string, shared bool) Lock { return Lock{Name: "key " + store, Shared: shared} }

// bound returns the key that a store is bound to, the zero key for none.
func bound(ctx context.Context, tx Tx, store string) (key contact.KeyID, err error) {
	var b []byte
	_, err = one(ctx, tx, "SELECT key FROM bindings WHERE store = $1", args(text(store)), &b)
	copy(key[:], b)
	return key, err
}

// bind compares key with that of a store, and binds it the first time.
func bind(ctx context.Context, tx Tx, store string, key contact.KeyID) error {
	held, err := bound(ctx, tx, store)
	switch {
	case err != nil:
		return err
	case key == contact.KeyID{}:
		return suppression.ErrKey
	case held == key:
		return nil
	case held != contact.KeyID{}:
		return suppression.ErrKey
	}
	n, err := tx.Exec(ctx, "INSERT INTO bindings (store, key) VALUES ($1, $2) ON CONFLICT (store) DO NOTHING", text(store), key[:])
	if err == nil && n == 0 {
		return ErrAgain // somebody else bound it, perhaps to another
	}
	return err
}

// writeBound runs f in one transaction in which the store is bound to key, and
// stays so.
func (s *Stores) writeBound(ctx context.Context, what, store string, key contact.KeyID, locks []Lock, f func(Tx) error) error {
	return s.write(ctx, what, append(locks, keyLock(store, true)), func(tx Tx) error {
		if err := bind(ctx, tx, store, key); err != nil {
			return err
		}
		return f(tx)
	})
}

// readBound runs f on one state of the database in which the store is bound to
// key. The key is compared in the state that is read, or a rotation in between
// would answer that nobody is known. The first call binds.
func (s *Stores) readBound(ctx context.Context, what, store string, key contact.KeyID, f func(Tx) error) error {
	unbound := errors.New("unbound")
	err := s.read(ctx, what, func(tx Tx) error {
		held, err := bound(ctx, tx, store)
		switch {
		case err != nil:
			return err
		case held == contact.KeyID{}:
			return unbound
		case held != key:
			return suppression.ErrKey
		}
		return f(tx)
	})
	if !errors.Is(err, unbound) {
		return err
	}
	return s.writeBound(ctx, what, store, key, nil, f)
}

// rotate decides what a Rotate has to do, and calls f where it is to move
// fingerprints. All is one transaction.
func (s *Stores) rotate(ctx context.Context, store string, from, to contact.KeyID, f func(Tx) error) error {
	return s.write(ctx, "rotate "+store, []Lock{keyLock(store, false)}, func(tx Tx) error {
		held, err := bound(ctx, tx, store)
		switch {
		case err != nil:
			return err
		case held == to:
			return nil
		case held != from && held != contact.KeyID{}:
			return suppression.ErrKey
		}
		if held == from {
			if err := f(tx); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "INSERT INTO bindings (store, key) VALUES ($1, $2) ON CONFLICT (store) DO UPDATE SET key = excluded.key", text(store), to[:])
		return err
	})
}

// rewrap replaces the fingerprints of a table, a page at a time in the order of
// its primary key, by which the rows are found again. The zero fingerprint
// stays.
func rewrap(ctx context.Context, tx Tx, table, primary string, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	const page = 1000
	last := []byte{}
	for {
		var moved [][]any
		row := func(scan Scan) error {
			var id, b []byte
			if err := scan(&id, &b); err != nil {
				return err
			}
			last = id
			f := contact.Fingerprint(b)
			if !f.IsZero() {
				f = wrap(f)
			}
			moved = append(moved, args(id, f[:]))
			return nil
		}
		query := "SELECT " + primary + ", fingerprint FROM " + table + " WHERE " + primary + " > $1 ORDER BY " + primary + " LIMIT $2"
		if err := tx.Query(ctx, query, args(last, page), row); err != nil {
			return err
		}
		err := pieces(tx, len(moved), func(from, to int) error {
			v, held := tx.Values(nil, "v", []Column{{"id", Bytes}, {"f", Bytes}}, moved[from:to])
			_, err := tx.Exec(ctx, "WITH "+v+" UPDATE "+table+" SET fingerprint = v.f FROM v WHERE "+table+"."+primary+" = v.id", held...)
			return err
		})
		if err != nil || len(moved) < page {
			return err
		}
	}
}
