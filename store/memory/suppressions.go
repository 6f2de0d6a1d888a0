package memory

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// Suppressions is a [suppression.List]. The zero value is empty and ready to
// use. It must not be copied after first use.
type Suppressions struct {
	mu      sync.RWMutex
	key     contact.KeyID
	entries []listed
	byID    map[uuid.UUID]int
	byPrint map[contact.Fingerprint][]int
	changes []change
}

type listed struct {
	entry   suppression.Entry
	lifting *suppression.Lifting
}

// A change refers to an entry, which is kept once.
type change struct {
	entry  int // in entries
	lifted bool
}

var _ suppression.List = (*Suppressions)(nil)

// bind compares key with the one the list is bound to, and binds it the first
// time. The caller holds the lock for writing, or knows that it is bound.
func bind(own *contact.KeyID, key contact.KeyID) error {
	if *own == (contact.KeyID{}) {
		*own = key
	}
	if *own != key {
		return fmt.Errorf("memory: %w", suppression.ErrKey)
	}
	return nil
}

// bind is bind for a list, on which the zero key is no key.
func (s *Suppressions) bind(key contact.KeyID) error {
	if key == (contact.KeyID{}) {
		return fmt.Errorf("memory: the zero key: %w", suppression.ErrKey)
	}
	return bind(&s.key, key)
}

// Add implements [suppression.List].
func (s *Suppressions) Add(ctx context.Context, key contact.KeyID, entries []suppression.Entry) (int, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, fmt.Errorf("memory: add: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.bind(key); err != nil {
		return 0, err
	}
	batch := make(map[uuid.UUID]suppression.Entry, len(entries))
	fresh := make([]suppression.Entry, 0, len(entries))
	for i := range entries {
		if err := entries[i].Validate(); err != nil {
			return 0, fmt.Errorf("memory: add: entry %d: %w", i, err)
		}
		e := whole(entries[i])
		held, ok := batch[e.ID]
		if at, there := s.byID[e.ID]; there {
			held, ok = s.entries[at].entry, true
		}
		if !ok {
			batch[e.ID] = e
			fresh = append(fresh, e)
			continue
		}
		if held != e {
			return 0, fmt.Errorf("memory: add: entry %v: %w", e.ID, suppression.ErrConflict)
		}
	}
	if s.byID == nil {
		s.byID, s.byPrint = map[uuid.UUID]int{}, map[contact.Fingerprint][]int{}
	}
	for _, e := range fresh {
		at := len(s.entries)
		s.entries = append(s.entries, listed{entry: e})
		s.byID[e.ID] = at
		s.byPrint[e.Fingerprint] = append(s.byPrint[e.Fingerprint], at)
		s.changes = append(s.changes, change{entry: at})
	}
	return len(fresh), nil
}

// whole returns e as it is kept, with times in whole microseconds: the same
// entries are ==.
func whole(e suppression.Entry) suppression.Entry {
	e.Happened, e.Recorded, e.Until = stamp(e.Happened), stamp(e.Recorded), stamp(e.Until)
	return e
}

func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Match implements [suppression.List].
func (s *Suppressions) Match(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) ([]suppression.Hit, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: match: %w", err)
	}
	unlock, err := s.lockFor(key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if len(s.byPrint) == 0 {
		return nil, nil
	}
	var hits []suppression.Hit
	for i, f := range fingerprints {
		for _, at := range s.byPrint[f] {
			if s.entries[at].lifting == nil {
				hits = append(hits, suppression.Hit{Index: i, Entry: s.entries[at].entry})
			}
		}
	}
	return hits, nil
}

// lockFor locks s for a reader whose fingerprints are of key, and binds it to
// key the first time. The lock that the key is compared under is the one that
// is read under, or a rotation in between would find no refusal.
func (s *Suppressions) lockFor(key contact.KeyID) (unlock func(), err error) {
	s.mu.RLock()
	if s.key == key && key != (contact.KeyID{}) {
		return s.mu.RUnlock, nil
	}
	s.mu.RUnlock()
	s.mu.Lock()
	if err := s.bind(key); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	return s.mu.Unlock, nil
}

// Get implements [suppression.List].
func (s *Suppressions) Get(ctx context.Context, id uuid.UUID) (suppression.Entry, *suppression.Lifting, error) {
	if err := context.Cause(ctx); err != nil {
		return suppression.Entry{}, nil, fmt.Errorf("memory: get: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	at, ok := s.byID[id]
	if !ok {
		return suppression.Entry{}, nil, fmt.Errorf("memory: entry %v: %w", id, contact.ErrNotFound)
	}
	l := s.entries[at]
	if l.lifting == nil {
		return l.entry, nil, nil
	}
	lifting := *l.lifting
	return l.entry, &lifting, nil
}

// Lift implements [suppression.List].
func (s *Suppressions) Lift(ctx context.Context, l suppression.Lifting) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: lift: %w", err)
	}
	if err := l.Validate(); err != nil {
		return fmt.Errorf("memory: lift: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.byID[l.Entry]
	if !ok {
		return fmt.Errorf("memory: entry %v: %w", l.Entry, contact.ErrNotFound)
	}
	if err := l.Of(&s.entries[at].entry); err != nil {
		return fmt.Errorf("memory: lift: %w", err)
	}
	if s.entries[at].lifting != nil {
		return nil
	}
	l.Recorded = stamp(l.Recorded)
	s.entries[at].lifting = &l
	s.changes = append(s.changes, change{entry: at, lifted: true})
	return nil
}

// Changes implements [suppression.List].
func (s *Suppressions) Changes(ctx context.Context, after suppression.Cursor, limit int) ([]suppression.Change, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: changes: %w", err)
	}
	if limit < 1 {
		return nil, fmt.Errorf("memory: changes: limit %d is below 1", limit)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if after >= suppression.Cursor(len(s.changes)) {
		return nil, nil
	}
	start := int(after)
	page := s.changes[start:min(len(s.changes), start+min(limit, len(s.changes)))]
	out := make([]suppression.Change, len(page))
	for i, c := range page {
		out[i].At = suppression.Cursor(start + i + 1)
		l := &s.entries[c.entry]
		if c.lifted {
			lifting := *l.lifting
			out[i].Lifting = &lifting
		} else {
			entry := l.entry
			out[i].Entry = &entry
		}
	}
	return out, nil
}

// Rotate implements [suppression.List].
func (s *Suppressions) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: rotate: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	moved, err := rotating(&s.key, from, to)
	if err != nil || !moved {
		return err
	}
	s.byPrint = make(map[contact.Fingerprint][]int, len(s.entries))
	for i := range s.entries {
		e := &s.entries[i].entry
		e.Fingerprint = wrap(e.Fingerprint)
		s.byPrint[e.Fingerprint] = append(s.byPrint[e.Fingerprint], i)
	}
	return nil
}

// rotating decides what a Rotate has to do: nothing when the key is to already,
// and only to take the key when there was none.
func rotating(own *contact.KeyID, from, to contact.KeyID) (bool, error) {
	switch *own {
	case to:
		return false, nil
	case contact.KeyID{}:
		*own = to
		return false, nil
	case from:
		*own = to
		return true, nil
	default:
		return false, fmt.Errorf("memory: rotate: %w", suppression.ErrKey)
	}
}
