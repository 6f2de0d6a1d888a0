package memory

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/pieces"
	"github.com/google/uuid"
)

// appended is what one goroutine makes of entries at a time.
const appended = 128

// A draft is an entry on its way into the ledger.
type draft struct {
	err  error     // why it is not valid
	new  *founding // its chain, should its address have none
	salt consent.Salt
	held place // where the act stands already; zero for nowhere
}

// Append implements [consent.Ledger]. What needs a processor is done before the
// Ledger is locked, on all of them: most acts of an import are the first of
// their address, and their chains can be made ahead.
func (l *Ledger) Append(ctx context.Context, key contact.KeyID, entries []consent.Entry) ([]consent.Receipt, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: append: %w", err)
	}
	held, _ := l.drafts.Get().(*[]draft)
	if held == nil {
		held = new([]draft)
	}
	*held = slices.Grow((*held)[:0], len(entries))[:len(entries)]
	drafts := *held
	defer func() {
		clear(drafts)
		l.drafts.Put(held)
	}()
	pieces.Each(len(entries), appended, func(from, to int) { l.draft(entries[from:to], drafts[from:to]) })
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := bind(&l.key, key); err != nil {
		return nil, err
	}
	if err := l.check(entries, drafts); err != nil {
		return nil, err
	}
	l.make(0)
	out := make([]consent.Receipt, len(entries))
	for i := range entries {
		if first := l.batch[entries[i].Act.ID]; first < i {
			out[i] = out[first]
			out[i].New = false
			continue
		}
		out[i] = l.append(&entries[i], &drafts[i])
	}
	return out, nil
}

// draft makes what can be made of entries before it is known what else the
// Ledger will hold by then. It reads the Ledger only to spare itself work.
func (l *Ledger) draft(entries []consent.Entry, drafts []draft) {
	known, first := make([]bool, len(entries)), len(entries)
	l.mu.RLock()
	for i := range entries {
		if _, known[i] = l.byPrint[entries[i].Fingerprint]; known[i] {
			first--
		}
	}
	l.mu.RUnlock()
	// Chains are never given back, and may share their memory.
	foundings := make([]founding, first)
	room := draws.Get().(*drawn)
	defer draws.Put(room)
	salts, ids := room.draw(len(entries))
	for i := range entries {
		e, d := &entries[i], &drafts[i]
		if d.err = e.Act.Validate(); d.err != nil {
			continue
		}
		if e.Fingerprint.IsZero() {
			d.err = fmt.Errorf("no fingerprint")
			continue
		}
		d.salt = salts[2*i]
		if known[i] {
			continue
		}
		g := consent.NewGenesis(ids[i], e.Address, salts[2*i+1])
		d.new, foundings = &foundings[0], foundings[1:]
		d.new.chain = chain{id: g.ID, genesis: g.Genesis, salt: g.GenesisSalt}
		r := consent.LinkAfter(g.ID, 0, g.Head(), e.Act, d.salt)
		d.new.first[0] = linkOf(&r)
		d.new.links = d.new.first[:]
		d.new.acts = keep(&r.Act)
	}
}

// drawn is room for random bytes, which are drawn at one go: a call for each
// salt costs more than what it returns.
type drawn struct {
	bytes []byte
	salts []consent.Salt
	ids   []uuid.UUID
}

var draws = sync.Pool{New: func() any { return new(drawn) }}

// draw returns two random salts for each of n entries, and a random UUID.
func (d *drawn) draw(n int) ([]consent.Salt, []uuid.UUID) {
	d.salts, d.ids = slices.Grow(d.salts[:0], 2*n)[:2*n], slices.Grow(d.ids[:0], n)[:n]
	size := len(d.salts)*len(consent.Salt{}) + len(d.ids)*len(uuid.UUID{})
	d.bytes = slices.Grow(d.bytes[:0], size)[:size]
	_, _ = rand.Read(d.bytes) // documented never to fail
	rest := d.bytes
	for i := range d.salts {
		rest = rest[copy(d.salts[i][:], rest):]
	}
	for i := range d.ids {
		rest = rest[copy(d.ids[i][:], rest):]
		d.ids[i][6] = d.ids[i][6]&0x0f | 0x40 // version 4: RFC 9562
		d.ids[i][8] = d.ids[i][8]&0x3f | 0x80
	}
	clear(d.bytes)
	return d.salts, d.ids
}

// check finds what is wrong before anything is written, since Append takes all
// or none, and which entries stand already: in the Ledger, or earlier in the
// batch.
func (l *Ledger) check(entries []consent.Entry, drafts []draft) error {
	if l.batch == nil || len(l.batch) > 8*len(entries) {
		l.batch = make(map[uuid.UUID]int, len(entries))
	}
	clear(l.batch)
	for i := range entries {
		e, d := &entries[i], &drafts[i]
		if d.err != nil {
			return fmt.Errorf("memory: append: entry %d: %w", i, d.err)
		}
		same := true
		if first, there := l.batch[e.Act.ID]; there {
			f := &entries[first]
			same = f.Fingerprint == e.Fingerprint && consent.SameAct(f.Act, e.Act)
		} else {
			l.batch[e.Act.ID] = i
		}
		if at, there := l.byAct[e.Act.ID]; there {
			c := l.chains[at.chain]
			same = same && l.byPrint[e.Fingerprint].chain == c && consent.SameAct(c.acts[at.seq-1], e.Act)
			d.held = at
		}
		if !same {
			return fmt.Errorf("memory: append: act %v: %w", e.Act.ID, consent.ErrConflict)
		}
	}
	return nil
}

func (l *Ledger) append(e *consent.Entry, d *draft) consent.Receipt {
	if d.held.seq != 0 {
		return consent.Receipt{Chain: l.chains[d.held.chain].id, Seq: uint64(d.held.seq)}
	}
	c := l.byPrint[e.Fingerprint].chain
	switch {
	case c == nil && d.new != nil:
		c = &d.new.chain
		l.slices.share(&c.acts[0])
		l.file(c)
	case c == nil: // its chain was there a moment ago
		g := consent.NewGenesis(uuid.New(), e.Address, salt())
		c = &chain{id: g.ID, genesis: g.Genesis, salt: g.GenesisSalt}
		l.file(c)
		fallthrough
	default:
		r := consent.LinkAfter(c.id, uint64(len(c.links)), c.head(), e.Act, d.salt)
		own := keep(&r.Act)
		l.slices.share(&own[0])
		c.links = append(c.links, linkOf(&r))
		c.acts = append(c.acts, own...)
	}
	l.byPrint[e.Fingerprint] = indexed{c, c.id, c.acts}
	l.byAct[e.Act.ID] = place{uint32(c.number), uint32(len(c.links))}
	return consent.Receipt{Chain: c.id, Seq: uint64(len(c.links)), New: true}
}

// file notes a new chain.
func (l *Ledger) file(c *chain) {
	c.number = len(l.chains)
	l.chains = append(l.chains, c)
}

func salt() (s consent.Salt) {
	_, _ = rand.Read(s[:]) // documented never to fail
	return s
}

// Reserve implements [consent.Reserver], for a ledger that is new.
func (l *Ledger) Reserve(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.make(max(0, n))
}

// make makes the indices, with room for n acts, where there are none yet.
func (l *Ledger) make(n int) {
	if l.byAct == nil {
		l.byPrint = make(map[contact.Fingerprint]indexed, n)
		l.byAct = make(map[uuid.UUID]place, n)
	}
}
