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
	chains  map[consent.ChainID]*consent.Chain
	byPrint map[contact.Fingerprint]*consent.Chain
	byAct   map[uuid.UUID]place
	order   []consent.ChainID // ascending when sorted is set
	sorted  bool
}

type place struct {
	chain *consent.Chain
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
	batch := map[uuid.UUID]consent.Act{}
	for i := range entries {
		a := &entries[i].Act
		if err := a.Validate(); err != nil {
			return nil, fmt.Errorf("memory: append: entry %d: %w", i, err)
		}
		if entries[i].Fingerprint.IsZero() {
			return nil, fmt.Errorf("memory: append: entry %d: no fingerprint", i)
		}
		held, ok := batch[a.ID]
		if at, there := l.byAct[a.ID]; there {
			held, ok = at.chain.Records[at.seq-1].Act, true
			if l.byPrint[entries[i].Fingerprint] != at.chain {
				return nil, fmt.Errorf("memory: append: act %v: %w", a.ID, consent.ErrConflict)
			}
		}
		if ok && !consent.SameAct(held, *a) {
			return nil, fmt.Errorf("memory: append: act %v: %w", a.ID, consent.ErrConflict)
		}
		batch[a.ID] = *a
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
		l.chains = map[consent.ChainID]*consent.Chain{}
		l.byPrint = map[contact.Fingerprint]*consent.Chain{}
		l.byAct = map[uuid.UUID]place{}
	}
	c := l.byPrint[e.Fingerprint]
	if c == nil {
		made := consent.NewGenesis(uuid.New(), e.Address, salt())
		c = &made
		l.chains[c.ID], l.byPrint[e.Fingerprint] = c, c
		l.order, l.sorted = append(l.order, c.ID), false
	}
	r := consent.Link(c, copyAct(e.Act), salt())
	c.Records = append(c.Records, r)
	l.byAct[e.Act.ID] = place{c, len(c.Records)}
	return consent.Receipt{Chain: c.ID, Seq: r.Seq, New: true}
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
	if err := l.bound(key); err != nil {
		return nil, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := make([]consent.History, len(fingerprints))
	chains := make([]*consent.Chain, len(fingerprints))
	total := 0
	for i, f := range fingerprints {
		if c := l.byPrint[f]; c != nil {
			chains[i] = c
			total += len(c.Records)
		}
	}
	// One piece of memory for all: a preview reads a thousand at a time.
	acts := make([]consent.Act, 0, total)
	for i, c := range chains {
		if c == nil {
			continue
		}
		from := len(acts)
		for j := range c.Records {
			acts = append(acts, c.Records[j].Act)
		}
		out[i] = consent.History{Chain: c.ID, Acts: acts[from:len(acts):len(acts)]}
	}
	return out, nil
}

func (l *Ledger) bound(key contact.KeyID) error {
	l.mu.RLock()
	own := l.key
	l.mu.RUnlock()
	if own != (contact.KeyID{}) {
		return bind(&own, key)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return bind(&l.key, key)
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
	return copyChain(c), nil
}

func copyChain(c *consent.Chain) consent.Chain {
	out := *c
	out.Records = slices.Clone(c.Records)
	for i := range out.Records {
		out.Records[i].Act = copyAct(out.Records[i].Act)
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
	for _, id := range l.order[at:min(len(l.order), at+max(0, limit))] {
		out = append(out, copyChain(l.chains[id]))
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
	c := l.byPrint[f]
	if c == nil {
		return nil
	}
	c.GenesisSalt = consent.Salt{}
	for i := range c.Records {
		r := &c.Records[i]
		r.Erased, r.Salt = true, consent.Salt{}
		r.Act.Subject, r.Act.Evidence = "", nil
	}
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
	index := make(map[contact.Fingerprint]*consent.Chain, len(l.byPrint))
	for f, c := range l.byPrint {
		index[wrap(f)] = c
	}
	l.byPrint = index
	return nil
}
