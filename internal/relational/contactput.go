package relational

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/merge"
	"github.com/accordsdk/accord/internal/wire"
)

// Put implements contact.Store.
func (s Contacts) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) (done []contact.Merge, err error) {
	for i := range contacts {
		if err := merge.Valid(&contacts[i], key); err != nil {
			return nil, s.fail(ctx, "put", fmt.Errorf("contact %d of %d: %w", i+1, len(contacts), err))
		}
	}
	err = s.write(ctx, "put", []Lock{keyLock(contactStore, true)}, func(tx Tx) error {
		if key != (contact.KeyID{}) {
			if err := bind(ctx, tx, contactStore, key); err != nil {
				return err
			}
		}
		done, err = s.put(ctx, tx, contacts)
		return err
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

type contactName struct {
	base contact.BaseID
	id   contact.ID
}

func (s Contacts) put(ctx context.Context, tx Tx, contacts []contact.Contact) ([]contact.Merge, error) {
	held, err := s.locked(ctx, tx, contacts)
	if err != nil {
		return nil, err
	}
	done := make([]contact.Merge, len(contacts))
	var fresh, changed []*placed
	for i := range contacts {
		c := &contacts[i]
		name := contactName{c.Base, c.ID}
		p := held[name]
		if p == nil {
			p = &placed{Person: merge.New(c)}
			held[name], fresh, done[i] = p, append(fresh, p), contact.Created
			continue
		}
		known := p.Ages != nil
		done[i] = p.Merge(c)
		if p.place > 0 && !p.dirty && (done[i] != contact.Unchanged || known) {
			p.dirty, changed = true, append(changed, p)
		}
	}
	if err := s.insert(ctx, tx, fresh); err != nil {
		return nil, err
	}
	return done, s.update(ctx, tx, changed)
}

// locked reads the contacts that are there already, in the order of their names.
func (s Contacts) locked(ctx context.Context, tx Tx, contacts []contact.Contact) (map[contactName]*placed, error) {
	held := map[contactName]*placed{}
	byBase := map[contact.BaseID][][]byte{}
	for i := range contacts {
		byBase[contacts[i].Base] = append(byBase[contacts[i].Base], text(contacts[i].ID))
	}
	bases := make([]contact.BaseID, 0, len(byBase))
	for base := range byBase {
		bases = append(bases, base)
	}
	slices.Sort(bases)
	for _, base := range bases {
		ids := byBase[base]
		slices.SortFunc(ids, bytes.Compare)
		ids = slices.CompactFunc(ids, bytes.Equal)
		err := pieces(tx, len(ids), func(from, to int) error {
			is, with := tx.Among(args(text(base)), "id", ids[from:to])
			found, err := s.people(ctx, tx, "base = $1 AND "+is+" ORDER BY id"+tx.ForUpdate(), with...)
			for _, p := range found {
				held[contactName{p.Base, p.ID}] = p
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return held, nil
}

// insert writes contacts that are new, and fails with ErrAgain where one is not
// any more.
func (s Contacts) insert(ctx context.Context, tx Tx, fresh []*placed) error {
	numbers := map[*contact.Origin]int64{}
	rows := make([][]any, len(fresh))
	at := make(map[contactName]*placed, len(fresh))
	for i, p := range fresh {
		body, err := body(ctx, tx, &p.Person, numbers)
		if err != nil {
			return err
		}
		at[contactName{p.Base, p.ID}] = p
		rows[i] = args(text(p.Base), text(p.ID), body, writePoints(p.Points))
	}
	columns := []Column{{"base", Bytes}, {"id", Bytes}, {"body", Bytes}, {"points", Bytes}}
	err := pieces(tx, len(rows), func(from, to int) error {
		v, held := tx.Values(nil, "v", columns, rows[from:to])
		n := 0
		err := tx.Query(ctx, "WITH "+v+` INSERT INTO contacts (base, id, body, points) SELECT base, id, body, points FROM v WHERE true
			ON CONFLICT (base, id) DO NOTHING RETURNING place, base, id`, held, func(scan Scan) error {
			var place int64
			var base, id []byte
			if err := scan(&place, &base, &id); err != nil {
				return err
			}
			n++
			at[contactName{contact.BaseID(base), contact.ID(id)}].place = place
			return nil
		})
		if err == nil && n < to-from {
			err = ErrAgain
		}
		return err
	})
	if err != nil {
		return err
	}
	return insertAddresses(ctx, tx, fresh)
}

// insertAddresses writes the addresses that have no row.
func insertAddresses(ctx context.Context, tx Tx, people []*placed) error {
	var rows [][]any
	for _, p := range people {
		for i := p.known; i < len(p.Points); i++ {
			rows = append(rows, args(p.Points[i].Address.AppendReveal([]byte{}), p.place))
		}
	}
	return tx.Insert(ctx, "addresses", []Column{{"address", Bytes}, {"contact", Int}}, rows)
}

func (s Contacts) update(ctx context.Context, tx Tx, changed []*placed) error {
	numbers := map[*contact.Origin]int64{}
	rows := make([][]any, len(changed))
	for i, p := range changed {
		body, err := body(ctx, tx, &p.Person, numbers)
		if err != nil {
			return err
		}
		rows[i] = args(p.place, body, writePoints(p.Points))
	}
	err := pieces(tx, len(rows), func(from, to int) error {
		v, held := tx.Values(nil, "v", []Column{{"at", Int}, {"body", Bytes}, {"points", Bytes}}, rows[from:to])
		_, err := tx.Exec(ctx, "WITH "+v+" UPDATE contacts SET body = v.body, points = v.points FROM v WHERE place = v.at", held...)
		return err
	})
	if err != nil {
		return err
	}
	return insertAddresses(ctx, tx, changed)
}

// body returns what a contact has besides its columns. Numbers are those of the
// origins that were met before in the same transaction.
func body(ctx context.Context, tx Tx, c *merge.Person, numbers map[*contact.Origin]int64) ([]byte, error) {
	b := person{
		Language: c.Language, Territory: c.Territory, Zone: c.Zone, Subject: c.Subject,
		Attributes: c.Attributes, Ages: c.Ages,
	}
	for i := range c.Origins {
		origin := c.Origins[i].Origin
		id, known := numbers[origin]
		if !known {
			var err error
			if id, err = originID(ctx, tx, origin); err != nil {
				return nil, err
			}
			numbers[origin] = id
		}
		b.Origins = append(b.Origins, provenance{id, c.Origins[i].Collected, c.Origins[i].Fields})
	}
	return wire.Append(nil, b), nil
}
