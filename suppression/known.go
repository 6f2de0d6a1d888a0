package suppression

import (
	"context"
	"errors"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// eachKnown walks bases and calls found with each address once, and with the
// standing entries under its fingerprint that keep keeps, of which there is at
// least one. It returns how many fingerprints of the list have such an entry and
// belong to nobody in bases. It holds those that were found, 16 bytes each.
func eachKnown(
	ctx context.Context, list List, keyring *Keyring, source contact.Source, bases []contact.BaseID,
	keep func(*Entry) bool, found func(contact.Address, []Entry) error,
) (unknown int, err error) {
	if source == nil || len(bases) == 0 {
		return 0, errors.New("no bases to take addresses from")
	}
	key, hasher := keyring.ID(), keyring.Hasher()
	seen := map[contact.Fingerprint]bool{}
	var addresses []contact.Address
	var fs []contact.Fingerprint
	err = eachPage(ctx, source, bases, func(p *contact.Page) error {
		addresses, fs = addresses[:0], fs[:0]
		for i := range p.Contacts {
			for _, point := range p.Contacts[i].Points {
				f := point.Fingerprint
				if p.Key != key || f.IsZero() {
					f = hasher.Fingerprint(point.Address)
				}
				addresses, fs = append(addresses, point.Address), append(fs, f)
			}
		}
		hits, err := list.Match(ctx, key, fs)
		if err != nil {
			return err
		}
		for at := 0; at < len(hits); {
			i := hits[at].Index
			var kept []Entry
			for ; at < len(hits) && hits[at].Index == i; at++ {
				if keep(&hits[at].Entry) {
					kept = append(kept, hits[at].Entry)
				}
			}
			if len(kept) == 0 || seen[fs[i]] {
				continue
			}
			seen[fs[i]] = true
			if err := found(addresses[i], kept); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	// The same set counts each of the others once.
	err = eachStanding(ctx, list, key, keep, func(es []*Entry) error {
		for _, e := range es {
			if !seen[e.Fingerprint] {
				seen[e.Fingerprint] = true
				unknown++
			}
		}
		return nil
	})
	return unknown, err
}

// eachStanding walks the feed of list and calls page with those entries of each
// page that keep keeps and that were not lifted. Asking the list for them leaves
// out what was, and fails if the page is of another key.
func eachStanding(ctx context.Context, list List, key contact.KeyID, keep func(*Entry) bool, page func([]*Entry) error) error {
	for after := Cursor(0); ; {
		changes, err := list.Changes(ctx, after, exportPage)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return nil
		}
		after = changes[len(changes)-1].At
		var chosen []*Entry
		var fs []contact.Fingerprint
		for _, c := range changes {
			if c.Entry != nil && keep(c.Entry) {
				chosen, fs = append(chosen, c.Entry), append(fs, c.Entry.Fingerprint)
			}
		}
		hits, err := list.Match(ctx, key, fs)
		if err != nil {
			return err
		}
		there := map[uuid.UUID]bool{}
		for i := range hits {
			there[hits[i].Entry.ID] = true
		}
		standing := chosen[:0]
		for _, e := range chosen {
			if there[e.ID] {
				standing = append(standing, e)
			}
		}
		if err := page(standing); err != nil {
			return err
		}
	}
}
