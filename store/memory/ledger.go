package memory

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// Ledger is a [consent.Ledger]. The zero value is empty and ready to use. It
// must not be copied after first use.
type Ledger struct {
	mu      sync.RWMutex
	key     contact.KeyID
	chains  []*chain // as they were founded
	byPrint map[contact.Fingerprint]indexed
	byAct   map[uuid.UUID]place
	// Those who verify the Ledger ask for chains by ID, and nobody else: both
	// of these are brought up to date when they are asked for.
	byID  map[consent.ChainID]int // in chains
	order []int                   // in chains, by ID

	slices shared
	batch  map[uuid.UUID]int // of Append, used again
	drafts sync.Pool         // of *[]draft, cleared
}

// indexed is what Read needs, in the map itself: at the size of a real base
// every pointer followed is a wait for memory.
type indexed struct {
	chain *chain
	id    consent.ChainID
	acts  []consent.Act
}

// place is where an act stands. It holds no pointer, for the collector of
// garbage to follow: there are as many as acts.
type place struct {
	chain uint32 // in chains
	seq   uint32
}

var _ consent.Ledger = (*Ledger)(nil)

// Read implements [consent.Ledger].
func (l *Ledger) Read(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) ([]consent.History, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: read: %w", err)
	}
	unlock, err := l.lockFor(key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	out := make([]consent.History, len(fingerprints))
	for i, f := range fingerprints {
		if c, ok := l.byPrint[f]; ok {
			out[i] = consent.History{Chain: c.id, Acts: c.acts[:len(c.acts):len(c.acts)]}
		}
	}
	return out, nil
}

// lockFor locks l for a reader whose fingerprints are of key, and binds it to
// key the first time. The lock that the key is compared under is the one that
// is read under, or a rotation in between would answer that nobody is known.
func (l *Ledger) lockFor(key contact.KeyID) (unlock func(), err error) {
	l.mu.RLock()
	if l.key == key {
		return l.mu.RUnlock, nil
	}
	l.mu.RUnlock()
	l.mu.Lock()
	if err := bind(&l.key, key); err != nil {
		l.mu.Unlock()
		return nil, err
	}
	return l.mu.Unlock, nil
}

// Chain implements [consent.Ledger].
func (l *Ledger) Chain(ctx context.Context, id consent.ChainID) (consent.Chain, error) {
	if err := context.Cause(ctx); err != nil {
		return consent.Chain{}, fmt.Errorf("memory: chain: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byID == nil {
		l.byID = map[consent.ChainID]int{}
	}
	for i := len(l.byID); i < len(l.chains); i++ {
		l.byID[l.chains[i].id] = i
	}
	i, there := l.byID[id]
	if !there {
		return consent.Chain{}, fmt.Errorf("memory: chain %v: %w", id, contact.ErrNotFound)
	}
	return l.chains[i].copy(), nil
}

// Walk implements [consent.Ledger].
func (l *Ledger) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: walk: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	compare := func(i int, id consent.ChainID) int { return bytes.Compare(l.chains[i].id[:], id[:]) }
	if len(l.order) < len(l.chains) {
		for i := len(l.order); i < len(l.chains); i++ {
			l.order = append(l.order, i)
		}
		slices.SortFunc(l.order, func(i, j int) int { return compare(i, l.chains[j].id) })
	}
	at, found := slices.BinarySearchFunc(l.order, after, compare)
	if found {
		at++
	}
	var out []consent.Chain
	for _, i := range l.order[at:][:min(len(l.order)-at, max(0, limit))] {
		out = append(out, l.chains[i].copy())
	}
	return out, nil
}

// Erase implements [consent.Ledger].
func (l *Ledger) Erase(ctx context.Context, key contact.KeyID, f contact.Fingerprint) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: erase: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := bind(&l.key, key); err != nil {
		return err
	}
	c := l.byPrint[f].chain
	if c == nil {
		return nil
	}
	c.salt = consent.Salt{}
	c.acts = slices.Clone(c.acts) // readers may hold the others
	for i := range c.links {
		c.links[i].erased, c.links[i].salt = true, consent.Salt{}
		c.acts[i].Subject, c.acts[i].Evidence = "", nil
	}
	l.byPrint[f] = indexed{c, c.id, c.acts}
	return nil
}

// Rotate implements [consent.Ledger].
func (l *Ledger) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: rotate: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	moved, err := rotating(&l.key, from, to)
	if err != nil || !moved {
		return err
	}
	index := make(map[contact.Fingerprint]indexed, len(l.byPrint))
	for f, c := range l.byPrint {
		index[wrap(f)] = c
	}
	l.byPrint = index
	return nil
}
