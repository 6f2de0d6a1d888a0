package memory

import (
	"bytes"
	"context"
	"crypto/rand"
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
	chains  map[consent.ChainID]*chain
	byPrint map[contact.Fingerprint]indexed
	byAct   map[uuid.UUID]place
	order   []consent.ChainID // ascending when sorted is set
	sorted  bool
	slices  shared
}

// chain is one chain, apart from its acts in one piece: what Read gives out,
// and therefore never changes. An erasure makes new ones.
type chain struct {
	consent.Chain // records without their acts
	acts          []consent.Act
}

// indexed is what Read needs, in the map itself: at the size of a real base
// every pointer followed is a wait for memory.
type indexed struct {
	chain *chain
	id    consent.ChainID
	acts  []consent.Act
}

type place struct {
	chain *chain
	seq   int
}

var _ consent.Ledger = (*Ledger)(nil)

// Append implements [consent.Ledger].
func (l *Ledger) Append(ctx context.Context, key contact.KeyID, entries []consent.Entry) ([]consent.Receipt, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: append: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := bind(&l.key, key); err != nil {
		return nil, err
	}
	// All or none: what is wrong is found before anything is written.
	batch := map[uuid.UUID]*consent.Entry{}
	for i := range entries {
		a := &entries[i].Act
		if err := a.Validate(); err != nil {
			return nil, fmt.Errorf("memory: append: entry %d: %w", i, err)
		}
		if entries[i].Fingerprint.IsZero() {
			return nil, fmt.Errorf("memory: append: entry %d: no fingerprint", i)
		}
		same := true
		if first := batch[a.ID]; first != nil {
			same = first.Fingerprint == entries[i].Fingerprint && consent.SameAct(first.Act, *a)
		}
		if at, there := l.byAct[a.ID]; there {
			same = same && l.byPrint[entries[i].Fingerprint].chain == at.chain && consent.SameAct(at.chain.acts[at.seq-1], *a)
		}
		if !same {
			return nil, fmt.Errorf("memory: append: act %v: %w", a.ID, consent.ErrConflict)
		}
		batch[a.ID] = &entries[i]
	}
	out := make([]consent.Receipt, len(entries))
	for i := range entries {
		out[i] = l.append(&entries[i])
	}
	return out, nil
}

func (l *Ledger) append(e *consent.Entry) consent.Receipt {
	if at, there := l.byAct[e.Act.ID]; there {
		return consent.Receipt{Chain: at.chain.ID, Seq: uint64(at.seq)}
	}
	if l.chains == nil {
		l.chains = map[consent.ChainID]*chain{}
		l.byPrint = map[contact.Fingerprint]indexed{}
		l.byAct = map[uuid.UUID]place{}
	}
	c := l.byPrint[e.Fingerprint].chain
	if c == nil {
		c = &chain{Chain: consent.NewGenesis(uuid.New(), e.Address, salt())}
		l.chains[c.ID] = c
		l.order, l.sorted = append(l.order, c.ID), false
	}
	r := consent.Link(&c.Chain, l.slices.share(copyAct(e.Act)), salt())
	a := r.Act
	r.Act = consent.Act{}
	c.Records = append(c.Records, r)
	c.acts = append(c.acts, a)
	l.byPrint[e.Fingerprint] = indexed{c, c.ID, c.acts}
	l.byAct[e.Act.ID] = place{c, len(c.Records)}
	return consent.Receipt{Chain: c.ID, Seq: r.Seq, New: true}
}

// shared holds one copy of the short lists that most acts have alike.
type shared struct {
	purposes map[string][]contact.Purpose
	parties  map[string][]contact.PartyID
}

// maxShared bounds it, for acts that have nothing alike.
const maxShared = 4096

func (s *shared) share(a consent.Act) consent.Act {
	if s.purposes == nil || len(s.purposes) > maxShared || len(s.parties) > maxShared {
		s.purposes, s.parties = map[string][]contact.Purpose{}, map[string][]contact.PartyID{}
	}
	a.Purposes = shareIn(s.purposes, a.Purposes)
	a.Grantees.Parties = shareIn(s.parties, a.Grantees.Parties)
	return a
}

func shareIn[T ~string](known map[string][]T, list []T) []T {
	if len(list) != 1 { // the others are rare
		return list
	}
	held, ok := known[string(list[0])]
	if !ok {
		held = list
		known[string(list[0])] = list
	}
	return held
}

func salt() (s consent.Salt) {
	_, _ = rand.Read(s[:]) // documented never to fail
	return s
}

// copyAct returns a with slices and evidence of its own.
func copyAct(a consent.Act) consent.Act {
	a.Purposes = slices.Clone(a.Purposes)
	a.Grantees.Parties = slices.Clone(a.Grantees.Parties)
	a.Grantees.Groups = slices.Clone(a.Grantees.Groups)
	if a.Evidence != nil {
		e := *a.Evidence
		a.Evidence = &e
	}
	return a
}

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
	l.mu.RLock()
	defer l.mu.RUnlock()
	c := l.chains[id]
	if c == nil {
		return consent.Chain{}, fmt.Errorf("memory: chain %v: %w", id, contact.ErrNotFound)
	}
	return c.copy(), nil
}

func (c *chain) copy() consent.Chain {
	out := c.Chain
	out.Records = slices.Clone(c.Records)
	for i := range out.Records {
		out.Records[i].Act = copyAct(c.acts[i])
	}
	return out
}

// Walk implements [consent.Ledger].
func (l *Ledger) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: walk: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	byBytes := func(a, b consent.ChainID) int { return bytes.Compare(a[:], b[:]) }
	if !l.sorted {
		slices.SortFunc(l.order, byBytes)
		l.sorted = true
	}
	at, found := slices.BinarySearchFunc(l.order, after, byBytes)
	if found {
		at++
	}
	var out []consent.Chain
	for _, id := range l.order[at:][:min(len(l.order)-at, max(0, limit))] {
		out = append(out, l.chains[id].copy())
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
	c.GenesisSalt = consent.Salt{}
	c.acts = slices.Clone(c.acts) // readers may hold the others
	for i := range c.Records {
		c.Records[i].Erased, c.Records[i].Salt = true, consent.Salt{}
		c.acts[i].Subject, c.acts[i].Evidence = "", nil
	}
	l.byPrint[f] = indexed{c, c.ID, c.acts}
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
