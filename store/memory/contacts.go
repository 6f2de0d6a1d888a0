package memory

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/merge"
)

// Contacts is a [contact.Store]. The zero value is empty and ready to use. It
// must not be copied after first use.
type Contacts struct {
	mu    sync.RWMutex
	key   contact.KeyID
	bases map[contact.BaseID]*shelf
}

var (
	_ contact.Store    = (*Contacts)(nil)
	_ contact.Reserver = (*Contacts)(nil)
)

// Page implements [contact.Source].
func (s *Contacts) Page(ctx context.Context, base contact.BaseID, after contact.Position, limit int) (contact.Page, error) {
	if err := context.Cause(ctx); err != nil {
		return contact.Page{}, fmt.Errorf("memory: page: %w", err)
	}
	if limit < 1 {
		return contact.Page{}, fmt.Errorf("memory: page: limit is %d, want 1 or more", limit)
	}
	from, err := readPosition(after)
	if err != nil {
		return contact.Page{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var page contact.Page
	shelf := s.bases[base]
	if shelf == nil {
		return page, nil
	}
	rows, more := shelf.after(from, limit)
	page.Contacts = copyOut(rows)
	if merge.Stamped(page.Contacts) {
		page.Key = s.key
	}
	if more {
		page.Next = contact.Position(strconv.Itoa(rows[len(rows)-1].place + 1))
	}
	return page, nil
}

// readPosition returns the place that a page starts at.
func readPosition(p contact.Position) (int, error) {
	if p == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(string(p))
	if err != nil || n < 1 {
		return 0, fmt.Errorf("memory: page: the position is not one that Page returned")
	}
	return n, nil
}

// Get implements [contact.Source].
func (s *Contacts) Get(ctx context.Context, base contact.BaseID, ids []contact.ID) ([]contact.Contact, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: get: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	shelf := s.bases[base]
	if shelf == nil {
		return nil, nil
	}
	var rows []*row
	asked := make(map[contact.ID]bool, len(ids))
	for _, id := range ids {
		if r := shelf.byID[id]; r != nil && !asked[id] {
			asked[id] = true
			rows = append(rows, r)
		}
	}
	return copyOut(rows), nil
}

// ByAddress implements [contact.Source].
func (s *Contacts) ByAddress(ctx context.Context, base contact.BaseID, a contact.Address) ([]contact.Contact, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: by address: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	shelf := s.bases[base]
	if shelf == nil {
		return nil, nil
	}
	return copyOut(shelf.at(a)), nil
}

// Reserve implements [contact.Reserver], for a base that is new.
func (s *Contacts) Reserve(base contact.BaseID, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bases == nil {
		s.bases = map[contact.BaseID]*shelf{}
	}
	if s.bases[base] == nil && n > 0 {
		s.bases[base] = newShelf(n)
	}
}

// Put implements [contact.Store].
func (s *Contacts) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: put: %w", err)
	}
	for i := range contacts {
		if err := merge.Valid(&contacts[i], key); err != nil {
			return nil, fmt.Errorf("memory: put: contact %d of %d: %w", i+1, len(contacts), err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if key != (contact.KeyID{}) {
		if s.key != (contact.KeyID{}) && s.key != key {
			return nil, fmt.Errorf("memory: put: %w", contact.ErrKey)
		}
		s.key = key
	}
	if s.bases == nil {
		s.bases = map[contact.BaseID]*shelf{}
	}
	done := make([]contact.Merge, len(contacts))
	room := newSlabs(contacts)
	for i := range contacts {
		c := &contacts[i]
		held := s.bases[c.Base]
		if held == nil {
			held = newShelf(0)
			s.bases[c.Base] = held
		}
		done[i] = held.put(c, room)
	}
	return done, nil
}

// Erase implements [contact.Store].
func (s *Contacts) Erase(ctx context.Context, base contact.BaseID, ids []contact.ID) (int, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, fmt.Errorf("memory: erase: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf := s.bases[base]
	if shelf == nil {
		return 0, nil
	}
	erased := 0
	for _, id := range ids {
		if shelf.erase(id) {
			erased++
		}
	}
	return erased, nil
}

// Rotate implements [contact.Store]. It calls wrap with the Store locked, so
// wrap must not use it.
func (s *Contacts) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: rotate: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.key {
	case to:
		return nil
	case contact.KeyID{}:
		s.key = to
		return nil
	case from:
	default:
		return fmt.Errorf("memory: rotate: %w", contact.ErrKey)
	}
	for _, shelf := range s.bases {
		shelf.rewrap(wrap)
	}
	s.key = to
	return nil
}
