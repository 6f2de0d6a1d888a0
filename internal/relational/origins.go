package relational

import (
	"context"
	"fmt"
	"sync"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
)

// origins are kept once each, and never change: a base of millions has a few
// hundred.
type origins struct {
	mu   sync.RWMutex
	byID map[int64]*contact.Origin
}

func (o *origins) get(id int64) *contact.Origin {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.byID[id]
}

func (o *origins) keep(id int64, origin *contact.Origin) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byID == nil {
		o.byID = map[int64]*contact.Origin{}
	}
	o.byID[id] = origin
}

// origin returns an origin by its number.
func (s *Stores) origin(ctx context.Context, tx Tx, id int64) (*contact.Origin, error) {
	if known := s.origins.get(id); known != nil {
		return known, nil
	}
	var body []byte
	if found, err := one(ctx, tx, "SELECT body FROM origins WHERE id = $1", args(id), &body); err != nil || !found {
		return nil, fmt.Errorf("origin %d is not there: %w", id, err)
	}
	origin := new(contact.Origin)
	if err := wire.Read(body, origin); err != nil {
		return nil, err
	}
	s.origins.keep(id, origin)
	return origin, nil
}

// originID returns the number of an origin, which it keeps where it is new. The
// number is not remembered: the transaction may be undone.
func originID(ctx context.Context, tx Tx, origin *contact.Origin) (id int64, err error) {
	hash := origin.ID()
	find := func() (bool, error) {
		return one(ctx, tx, "SELECT id FROM origins WHERE hash = $1", args(hash[:]), &id)
	}
	if found, err := find(); err != nil || found {
		return id, err
	}
	_, err = tx.Exec(ctx, "INSERT INTO origins (hash, body) VALUES ($1, $2) ON CONFLICT DO NOTHING", hash[:], wire.Append(nil, *origin))
	if err != nil {
		return 0, err
	}
	_, err = find()
	return id, err
}
