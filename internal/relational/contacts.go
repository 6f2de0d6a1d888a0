package relational

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/merge"
	"github.com/accordsdk/accord/internal/wire"
)

// Contacts is a contact.Store.
type Contacts struct{ *Stores }

var _ contact.Store = Contacts{}

// A person is what a row of contacts has besides its columns.
type person struct {
	Language, Zone, Subject string
	Territory               contact.Territory
	Attributes              []contact.Attribute
	Origins                 []provenance
	Ages                    []merge.Age
}

// A provenance is a contact.Provenance whose origin is a row.
type provenance struct {
	Origin    int64
	Collected time.Time
	Fields    []string
}

// Page implements contact.Source. A position is a place in the base, which is
// never given twice.
func (s Contacts) Page(ctx context.Context, base contact.BaseID, after contact.Position, limit int) (page contact.Page, err error) {
	if limit < 1 {
		return page, s.fail(ctx, "page", fmt.Errorf("limit is %d, want 1 or more", limit))
	}
	from := int64(0)
	if after != "" {
		if from, err = strconv.ParseInt(string(after), 10, 64); err != nil || from < 1 {
			return page, s.fail(ctx, "page", errors.New("the position is not one that Page returned"))
		}
	}
	limit = min(limit, 1<<20)
	err = s.read(ctx, "page", func(tx Tx) error {
		page = contact.Page{}
		found, err := s.people(ctx, tx, "base = $1 AND place > $2 ORDER BY place LIMIT $3", text(base), from, limit+1)
		if err != nil {
			return err
		}
		if len(found) > limit {
			found = found[:limit]
			page.Next = contact.Position(strconv.FormatInt(found[limit-1].place, 10))
		}
		page.Contacts = contactsOf(nil, found)
		if merge.Stamped(page.Contacts) {
			page.Key, err = bound(ctx, tx, contactStore)
		}
		return err
	})
	return page, err
}

// Get implements contact.Source.
func (s Contacts) Get(ctx context.Context, base contact.BaseID, ids []contact.ID) (out []contact.Contact, err error) {
	keys, _ := distinct(ids, func(id *contact.ID) []byte { return text(*id) })
	err = s.read(ctx, "get", func(tx Tx) error {
		out = nil
		return pieces(tx, len(keys), func(from, to int) error {
			is, held := tx.Among(args(text(base)), "id", keys[from:to])
			found, err := s.people(ctx, tx, "base = $1 AND "+is, held...)
			out = contactsOf(out, found)
			return err
		})
	})
	return out, err
}

// ByAddress implements contact.Source.
func (s Contacts) ByAddress(ctx context.Context, base contact.BaseID, a contact.Address) (out []contact.Contact, err error) {
	err = s.read(ctx, "by address", func(tx Tx) error {
		found, err := s.people(ctx, tx, "base = $1 AND place IN (SELECT contact FROM addresses WHERE address = $2) ORDER BY place", text(base), a.AppendReveal([]byte{}))
		out = contactsOf(nil, found)
		return err
	})
	return out, err
}

// placed is a contact with its place.
type placed struct {
	merge.Person
	place int64
	known int // points whose address has its row
	dirty bool
}

func contactsOf(out []contact.Contact, found []*placed) []contact.Contact {
	for _, p := range found {
		out = append(out, p.Contact)
	}
	return out
}

// people reads the contacts that a condition finds, whole.
func (s Contacts) people(ctx context.Context, tx Tx, where string, with ...any) ([]*placed, error) {
	var found []*placed
	var kept [][]provenance
	err := tx.Query(ctx, "SELECT place, base, id, body, points FROM contacts WHERE "+where, with, func(scan Scan) error {
		p := &placed{}
		var id, base, body, points []byte
		if err := scan(&p.place, &base, &id, &body, &points); err != nil {
			return err
		}
		var b person
		if err := wire.Read(body, &b); err != nil {
			return err
		}
		p.ID, p.Base = contact.ID(id), contact.BaseID(base)
		p.Language, p.Territory, p.Zone, p.Subject = b.Language, b.Territory, b.Zone, b.Subject
		p.Attributes, p.Ages = b.Attributes, b.Ages
		var err error
		p.Points, err = readPoints(points)
		p.known = len(p.Points)
		found, kept = append(found, p), append(kept, b.Origins)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, origins := range kept {
		for _, o := range origins {
			origin, err := s.origin(ctx, tx, o.Origin)
			if err != nil {
				return nil, err
			}
			found[i].Origins = append(found[i].Origins, contact.Provenance{Origin: origin, Collected: o.Collected, Fields: o.Fields})
		}
	}
	return found, nil
}

// Points are kept beside the body of their contact, each as its fingerprint, the
// length of its address and the address, so that a rotation rewrites nothing
// else and a page is read without a second table.

func writePoints(points []contact.Point) []byte {
	b := []byte{}
	for i := range points {
		b = append(b, points[i].Fingerprint[:]...)
		a := points[i].Address.AppendReveal(nil)
		b = append(binary.AppendUvarint(b, uint64(len(a))), a...)
	}
	return b
}

func readPoints(b []byte) (points []contact.Point, err error) {
	for len(b) > 0 {
		var p contact.Point
		if len(b) < len(p.Fingerprint) {
			return nil, errPoints
		}
		copy(p.Fingerprint[:], b)
		b = b[len(p.Fingerprint):]
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, errPoints
		}
		if p.Address, err = contact.ParseAddress(string(b[size : size+int(n)])); err != nil {
			return nil, errPoints // the error would hold the address
		}
		points, b = append(points, p), b[size+int(n):]
	}
	return points, nil
}

var errPoints = errors.New("contacts: the points of a row cannot be read")

// Erase implements contact.Store.
func (s Contacts) Erase(ctx context.Context, base contact.BaseID, ids []contact.ID) (erased int, err error) {
	keys, _ := distinct(ids, func(id *contact.ID) []byte { return text(*id) })
	err = s.write(ctx, "erase", nil, func(tx Tx) error {
		erased = 0
		return pieces(tx, len(keys), func(from, to int) error {
			is, held := tx.Among(args(text(base)), "id", keys[from:to])
			_, err := tx.Exec(ctx, "DELETE FROM addresses WHERE contact IN (SELECT place FROM contacts WHERE base = $1 AND "+is+")", held...)
			if err != nil {
				return err
			}
			n, err := tx.Exec(ctx, "DELETE FROM contacts WHERE base = $1 AND "+is, held...)
			erased += int(n)
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	return erased, nil
}

// Rotate implements contact.Store.
func (s Contacts) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	const page = 1000
	return s.rotate(ctx, contactStore, from, to, func(tx Tx) error {
		last := int64(0)
		for {
			var moved [][]any
			err := tx.Query(ctx, "SELECT place, points FROM contacts WHERE place > $1 ORDER BY place LIMIT $2", args(last, page), func(scan Scan) error {
				var b []byte
				if err := scan(&last, &b); err != nil {
					return err
				}
				points, err := readPoints(b)
				for i := range points {
					if f := &points[i].Fingerprint; !f.IsZero() {
						*f = wrap(*f)
					}
				}
				moved = append(moved, args(last, writePoints(points)))
				return err
			})
			if err != nil {
				return err
			}
			if err := updatePoints(ctx, tx, moved); err != nil || len(moved) < page {
				return err
			}
		}
	})
}

func updatePoints(ctx context.Context, tx Tx, rows [][]any) error {
	return pieces(tx, len(rows), func(from, to int) error {
		v, held := tx.Values(nil, "v", []Column{{"at", Int}, {"points", Bytes}}, rows[from:to])
		_, err := tx.Exec(ctx, "WITH "+v+" UPDATE contacts SET points = v.points FROM v WHERE place = v.at", held...)
		return err
	})
}
