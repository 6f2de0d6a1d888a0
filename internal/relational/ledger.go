package relational

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/google/uuid"
)

// Ledger is a consent.Ledger.
type Ledger struct{ *Stores }

var _ consent.Ledger = Ledger{}

// A personal is what an erasure removes of an act.
type personal struct {
	Subject  string
	Evidence *consent.Evidence
}

var recordTable = []Column{
	{"chain", Bytes}, {"seq", Int}, {"act", Bytes}, {"body", Bytes}, {"personal", Bytes},
	{"salt", Bytes}, {"erased", Int}, {"commitment", Bytes}, {"previous", Bytes}, {"digest", Bytes},
}

// recordRow is a record as a row of its table.
func recordRow(chain consent.ChainID, r *consent.Record) []any {
	body := r.Act
	p := personal{body.Subject, body.Evidence}
	body.Subject, body.Evidence, body.ID = "", nil, uuid.Nil
	var kept any
	if p != (personal{}) {
		kept = wire.Append(nil, p)
	}
	return args(chain[:], int64(r.Seq), r.Act.ID[:], wire.Append(nil, body), kept, r.Salt[:], 0, r.Commitment[:], r.Previous[:], r.Digest[:])
}

const recordColumns = "r.seq, r.act, r.body, r.personal, r.salt, r.erased, r.commitment, r.previous, r.digest"

// scanRecord reads recordColumns, and what comes before them into more.
func scanRecord(scan Scan, more ...any) (r consent.Record, err error) {
	var act, body, kept, salt, commitment, previous, digest []byte
	var seq, erased int64
	if err := scan(append(more, &seq, &act, &body, &kept, &salt, &erased, &commitment, &previous, &digest)...); err != nil {
		return r, err
	}
	if r.Act, err = readAct(act, body, kept); err != nil {
		return r, err
	}
	r.Seq, r.Erased = uint64(seq), erased != 0
	copy(r.Salt[:], salt)
	copy(r.Commitment[:], commitment)
	copy(r.Previous[:], previous)
	copy(r.Digest[:], digest)
	return r, nil
}

func readAct(id, body, kept []byte) (a consent.Act, err error) {
	if err := wire.Read(body, &a); err != nil {
		return a, err
	}
	copy(a.ID[:], id)
	if kept == nil {
		return a, nil
	}
	var p personal
	if err := wire.Read(kept, &p); err != nil {
		return a, err
	}
	a.Subject, a.Evidence = p.Subject, p.Evidence
	return a, nil
}

func salt() (s consent.Salt) {
	_, _ = rand.Read(s[:]) // documented never to fail
	return s
}

// Read implements consent.Ledger.
func (l Ledger) Read(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) (out []consent.History, err error) {
	keys, at := distinct(fingerprints, printBytes)
	var order [][]int64
	err = l.readBound(ctx, "read", ledgerStore, key, func(tx Tx) error {
		out, order = make([]consent.History, len(fingerprints)), make([][]int64, len(fingerprints))
		return pieces(tx, len(keys), func(from, to int) error {
			is, held := tx.AmongPieces(nil, "c.fingerprint", keys[from:to])
			// Without an order, which is made here: one would lead databases to go
			// through all chains in it.
			return tx.Query(ctx, `SELECT c.fingerprint, c.id, r.seq, r.act, r.body, r.personal FROM chains c CROSS JOIN records r
				WHERE r.chain = c.id AND `+is, held, func(scan Scan) error {
				var fingerprint, chain, act, body, kept []byte
				var seq int64
				if err := scan(&fingerprint, &chain, &seq, &act, &body, &kept); err != nil {
					return err
				}
				a, err := readAct(act, body, kept)
				for _, i := range at[contact.Fingerprint(fingerprint)] {
					place, _ := slices.BinarySearch(order[i], seq)
					order[i] = slices.Insert(order[i], place, seq)
					out[i].Chain = consent.ChainID(chain)
					out[i].Acts = slices.Insert(out[i].Acts, place, a)
				}
				return err
			})
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Chain implements consent.Ledger.
func (l Ledger) Chain(ctx context.Context, id consent.ChainID) (c consent.Chain, err error) {
	err = l.read(ctx, "chain", func(tx Tx) error {
		chains, err := readChains(ctx, tx, "WHERE id = $1", id[:])
		if err == nil && len(chains) == 0 {
			err = fmt.Errorf("%v: %w", id, contact.ErrNotFound)
		}
		if err == nil {
			c = chains[0]
		}
		return err
	})
	return c, err
}

// Walk implements consent.Ledger.
func (l Ledger) Walk(ctx context.Context, after consent.ChainID, limit int) (chains []consent.Chain, err error) {
	err = l.read(ctx, "walk", func(tx Tx) error {
		chains, err = readChains(ctx, tx, "WHERE id > $1 ORDER BY id LIMIT $2", after[:], max(0, limit))
		return err
	})
	return chains, err
}

// readChains returns the chains of a query, each whole.
func readChains(ctx context.Context, tx Tx, where string, with ...any) ([]consent.Chain, error) {
	var chains []consent.Chain
	var ids [][]byte
	at := map[consent.ChainID]int{}
	err := tx.Query(ctx, "SELECT id, genesis, genesis_salt FROM chains "+where, with, func(scan Scan) error {
		var id, genesis, genesisSalt []byte
		if err := scan(&id, &genesis, &genesisSalt); err != nil {
			return err
		}
		at[consent.ChainID(id)], ids = len(chains), append(ids, id)
		chains = append(chains, consent.Chain{ID: consent.ChainID(id), Genesis: consent.Digest(genesis), GenesisSalt: consent.Salt(genesisSalt)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return chains, pieces(tx, len(ids), func(from, to int) error {
		is, held := tx.AmongPieces(nil, "r.chain", ids[from:to])
		return tx.Query(ctx, "SELECT r.chain, "+recordColumns+" FROM records r WHERE "+is+" ORDER BY r.chain, r.seq", held, func(scan Scan) error {
			var chain []byte
			r, err := scanRecord(scan, &chain)
			if err != nil {
				return err
			}
			c := &chains[at[consent.ChainID(chain)]]
			c.Records = append(c.Records, r)
			return nil
		})
	})
}

// Erase implements consent.Ledger.
func (l Ledger) Erase(ctx context.Context, key contact.KeyID, fingerprint contact.Fingerprint) error {
	return l.writeBound(ctx, "erase", ledgerStore, key, nil, func(tx Tx) error {
		var chain []byte
		none := consent.Salt{}
		found, err := one(ctx, tx, "UPDATE chains SET genesis_salt = $1 WHERE fingerprint = $2 RETURNING id", args(none[:], fingerprint[:]), &chain)
		if err != nil || !found {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE records SET erased = 1, salt = $1, personal = NULL WHERE chain = $2", none[:], chain)
		return err
	})
}

// Rotate implements consent.Ledger.
func (l Ledger) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return l.rotate(ctx, ledgerStore, from, to, func(tx Tx) error {
		return rewrap(ctx, tx, "chains", "id", wrap)
	})
}
