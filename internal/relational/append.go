package relational

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// Append implements consent.Ledger.
func (l Ledger) Append(ctx context.Context, key contact.KeyID, entries []consent.Entry) (out []consent.Receipt, err error) {
	if err := validActs(entries); err != nil {
		return nil, l.fail(ctx, "append", err)
	}
	err = l.writeBound(ctx, "append", ledgerStore, key, nil, func(tx Tx) error {
		out, err = appendActs(ctx, tx, entries)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func validActs(entries []consent.Entry) error {
	for i := range entries {
		if err := entries[i].Act.Validate(); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		if entries[i].Fingerprint.IsZero() {
			return fmt.Errorf("entry %d: no fingerprint", i)
		}
	}
	return nil
}

// An openChain is a chain as far as the next record needs it.
type openChain struct {
	id          consent.ChainID
	fingerprint contact.Fingerprint
	genesis     consent.Digest
	salt        consent.Salt
	length      uint64
	head        consent.Digest
	fresh, used bool
}

// appendActs appends the acts that are not there. Chains are locked in the order
// of their addresses, so that two who append do not wait for each other
// crosswise.
func appendActs(ctx context.Context, tx Tx, entries []consent.Entry) ([]consent.Receipt, error) {
	out := make([]consent.Receipt, len(entries))
	first := make(map[uuid.UUID]int, len(entries)) // of each act
	for i := range entries {
		if _, again := first[entries[i].Act.ID]; !again {
			first[entries[i].Act.ID] = i
		}
	}
	if err := knownActs(ctx, tx, entries, first, out); err != nil {
		return nil, err
	}
	var fresh []*consent.Entry
	for i := range entries {
		if out[first[entries[i].Act.ID]].Seq == 0 {
			fresh = append(fresh, &entries[i])
		}
	}
	chains, err := openChains(ctx, tx, fresh)
	if err != nil {
		return nil, err
	}
	var records, acts [][]any
	for i := range entries {
		e := &entries[i]
		if at := first[e.Act.ID]; at < i {
			if entries[at].Fingerprint != e.Fingerprint || !consent.SameAct(entries[at].Act, e.Act) {
				return nil, fmt.Errorf("act %v: %w", e.Act.ID, consent.ErrConflict)
			}
			out[i] = out[at]
			out[i].New = false
			continue
		}
		if out[i].Seq > 0 {
			continue
		}
		c := chains[e.Fingerprint]
		r := consent.LinkAfter(c.id, c.length, c.head, e.Act, salt())
		c.length, c.head, c.used = r.Seq, r.Digest, true
		out[i] = consent.Receipt{Chain: c.id, Seq: r.Seq, New: true}
		records, acts = append(records, recordRow(c.id, &r)), append(acts, args(r.Act.ID[:], c.id[:], int64(r.Seq)))
	}
	if err := keepChains(ctx, tx, chains); err != nil {
		return nil, err
	}
	if err := insertAll(ctx, tx, "acts", actColumns, acts); err != nil {
		return nil, err
	}
	return out, tx.Insert(ctx, "records", recordTable, records)
}

var (
	actColumns   = []Column{{"id", Bytes}, {"chain", Bytes}, {"seq", Int}}
	chainColumns = []Column{{"fingerprint", Bytes}, {"id", Bytes}, {"genesis", Bytes}, {"genesis_salt", Bytes}, {"length", Int}, {"head", Bytes}}
)

// insertAll adds rows, and fails with ErrAgain when one of them is there: it was
// not when we looked. The order of keys keeps two from waiting crosswise.
func insertAll(ctx context.Context, tx Tx, table string, columns []Column, rows [][]any) error {
	slices.SortFunc(rows, func(a, b []any) int { return bytes.Compare(a[0].([]byte), b[0].([]byte)) })
	names := ""
	for i, c := range columns {
		if i > 0 {
			names += ", "
		}
		names += c.Name
	}
	return pieces(tx, len(rows), func(from, to int) error {
		v, held := tx.Values(nil, "v", columns, rows[from:to])
		n, err := tx.Exec(ctx, "WITH "+v+" INSERT INTO "+table+" ("+names+") SELECT "+names+" FROM v WHERE true ON CONFLICT DO NOTHING", held...)
		if err == nil && n < int64(to-from) {
			err = ErrAgain
		}
		return err
	})
}

// knownActs fills in the receipts of acts that are there already.
func knownActs(ctx context.Context, tx Tx, entries []consent.Entry, first map[uuid.UUID]int, out []consent.Receipt) error {
	ids := make([][]byte, 0, len(first))
	for id := range first {
		ids = append(ids, bytes.Clone(id[:]))
	}
	return pieces(tx, len(ids), func(from, to int) error {
		is, held := tx.AmongPieces(nil, "a.id", ids[from:to])
		return tx.Query(ctx, `SELECT c.id, c.fingerprint, `+recordColumns+` FROM acts a CROSS JOIN chains c CROSS JOIN records r
			WHERE c.id = a.chain AND r.chain = a.chain AND r.seq = a.seq AND `+is, held, func(scan Scan) error {
			var chain, fingerprint []byte
			held, err := scanRecord(scan, &chain, &fingerprint)
			if err != nil {
				return err
			}
			i := first[held.Act.ID]
			if contact.Fingerprint(fingerprint) != entries[i].Fingerprint || !consent.SameAct(held.Act, entries[i].Act) {
				return fmt.Errorf("act %v: %w", held.Act.ID, consent.ErrConflict)
			}
			out[i] = consent.Receipt{Chain: consent.ChainID(chain), Seq: held.Seq}
			return nil
		})
	})
}

// openChains locks the chains of entries, and begins those that are not there.
func openChains(ctx context.Context, tx Tx, entries []*consent.Entry) (map[contact.Fingerprint]*openChain, error) {
	chains := make(map[contact.Fingerprint]*openChain, len(entries))
	keys := make([][]byte, 0, len(entries))
	for _, e := range entries {
		if chains[e.Fingerprint] == nil {
			chains[e.Fingerprint] = &openChain{fresh: true, fingerprint: e.Fingerprint}
			keys = append(keys, e.Fingerprint[:])
		}
	}
	slices.SortFunc(keys, bytes.Compare)
	err := pieces(tx, len(keys), func(from, to int) error {
		is, held := tx.AmongPieces(nil, "fingerprint", keys[from:to])
		return tx.Query(ctx, "SELECT fingerprint, id, length, head FROM chains WHERE "+is+" ORDER BY fingerprint"+tx.ForUpdate(), held, func(scan Scan) error {
			var fingerprint, id, head []byte
			var length int64
			if err := scan(&fingerprint, &id, &length, &head); err != nil {
				return err
			}
			c := chains[contact.Fingerprint(fingerprint)]
			c.fresh, c.id, c.length, c.head = false, consent.ChainID(id), uint64(length), consent.Digest(head)
			return nil
		})
	})
	for _, e := range entries {
		if c := chains[e.Fingerprint]; c.fresh && c.id == uuid.Nil {
			g := consent.NewGenesis(uuid.New(), e.Address, salt())
			c.id, c.genesis, c.salt, c.head = g.ID, g.Genesis, g.GenesisSalt, g.Head()
		}
	}
	return chains, err
}

// keepChains writes how long chains are now.
func keepChains(ctx context.Context, tx Tx, chains map[contact.Fingerprint]*openChain) error {
	var fresh, longer [][]any
	for _, c := range chains {
		switch {
		case !c.used:
		case c.fresh:
			// The fingerprint goes first: it is what rows are ordered by, and what two
			// who begin a chain at the same time meet at.
			fresh = append(fresh, args(c.fingerprint[:], c.id[:], c.genesis[:], c.salt[:], int64(c.length), c.head[:]))
		default:
			longer = append(longer, args(c.fingerprint[:], int64(c.length), c.head[:]))
		}
	}
	if err := insertAll(ctx, tx, "chains", chainColumns, fresh); err != nil {
		return err
	}
	return pieces(tx, len(longer), func(from, to int) error {
		v, held := tx.Values(nil, "v", []Column{{"f", Bytes}, {"n", Int}, {"h", Bytes}}, longer[from:to])
		_, err := tx.Exec(ctx, "WITH "+v+" UPDATE chains SET length = v.n, head = v.h FROM v WHERE fingerprint = v.f", held...)
		return err
	})
}
