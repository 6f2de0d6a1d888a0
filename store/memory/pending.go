package memory

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// Pending is a [suppression.Pending]. The zero value is empty and ready to use.
// It must not be copied after first use.
type Pending struct {
	mu    sync.RWMutex
	files []*digestFile // in the order of Files
	byID  map[uuid.UUID]*digestFile
	rows  []pendingRow // of all files
	// byDigest is the last row of each digest, which leads to the others.
	byDigest map[suppression.Digest]int32
}

type digestFile struct {
	count suppression.DigestCount
	order int
}

// A pendingRow is small: there are millions.
type pendingRow struct {
	file     *digestFile
	next     int32 // of the same digest, or -1
	line     int
	happened time.Time
	entry    uuid.UUID // once it is resolved
}

var _ suppression.Pending = (*Pending)(nil)

// Add implements [suppression.Pending].
func (p *Pending) Add(ctx context.Context, file suppression.DigestFile, digests []suppression.PendingDigest) (int, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, fmt.Errorf("memory: add digests: %w", err)
	}
	if err := file.Validate(); err != nil {
		return 0, fmt.Errorf("memory: add digests: %w", err)
	}
	for i := range digests {
		if err := digests[i].Validate(); err != nil {
			return 0, fmt.Errorf("memory: add digests: %d: %w", i, err)
		}
	}
	file = wholeFile(file)
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.byID[file.ID]
	if f != nil {
		held := f.count.DigestFile
		held.Recorded = file.Recorded
		if !reflect.DeepEqual(held, file) {
			return 0, fmt.Errorf("memory: add digests: file %v: %w", file.ID, suppression.ErrConflict)
		}
	} else {
		f = p.open(file)
	}
	added := 0
	for _, d := range digests {
		if p.at(f, d.Digest) != nil {
			continue
		}
		p.push(d.Digest, pendingRow{file: f, line: d.Line, happened: stamp(d.Happened)})
		added++
	}
	f.count.Digests += added
	return added, nil
}

func (p *Pending) open(file suppression.DigestFile) *digestFile {
	if p.byID == nil {
		p.byID, p.byDigest = map[uuid.UUID]*digestFile{}, map[suppression.Digest]int32{}
	}
	f := &digestFile{count: suppression.DigestCount{DigestFile: file}}
	if n := len(p.files); n > 0 {
		f.order = p.files[n-1].order + 1
	}
	p.files = append(p.files, f)
	p.byID[file.ID] = f
	return f
}

// push adds a row before those of the same digest.
func (p *Pending) push(d suppression.Digest, r pendingRow) {
	r.next = -1
	if first, ok := p.byDigest[d]; ok {
		r.next = first
	}
	p.byDigest[d] = int32(len(p.rows))
	p.rows = append(p.rows, r)
}

// at returns the row of d in f, or nil.
func (p *Pending) at(f *digestFile, d suppression.Digest) *pendingRow {
	i, ok := p.byDigest[d]
	for ; ok && i >= 0; i = p.rows[i].next {
		if p.rows[i].file == f {
			return &p.rows[i]
		}
	}
	return nil
}

// wholeFile returns f as it is kept: a copy, with times in whole microseconds.
func wholeFile(f suppression.DigestFile) suppression.DigestFile {
	f.Until, f.Recorded = stamp(f.Until), stamp(f.Recorded)
	f.Format.Spellings, f.Format.Salt = slices.Clone(f.Format.Spellings), slices.Clone(f.Format.Salt)
	if len(f.Format.Salt) == 0 {
		f.Format.Salt = nil
	}
	return f
}

// Files implements [suppression.Pending].
func (p *Pending) Files(ctx context.Context) ([]suppression.DigestCount, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: files of digests: %w", err)
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	out := make([]suppression.DigestCount, len(p.files))
	for i, f := range p.files {
		out[i] = f.count
		out[i].DigestFile = wholeFile(out[i].DigestFile)
	}
	return out, nil
}

// Match implements [suppression.Pending].
func (p *Pending) Match(ctx context.Context, digests []suppression.Digest) ([]suppression.DigestHit, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: match digests: %w", err)
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	var hits []suppression.DigestHit
	for i, d := range digests {
		row, ok := p.byDigest[d]
		from := len(hits)
		for ; ok && row >= 0; row = p.rows[row].next {
			r := &p.rows[row]
			if r.entry != uuid.Nil {
				continue
			}
			hits = append(hits, suppression.DigestHit{
				Index: i, File: r.file.count.ID,
				Pending: suppression.PendingDigest{Digest: d, Line: r.line, Happened: r.happened},
			})
		}
		if len(hits)-from > 1 {
			slices.SortFunc(hits[from:], func(a, b suppression.DigestHit) int {
				return cmp.Compare(p.byID[a.File].order, p.byID[b.File].order)
			})
		}
	}
	return hits, nil
}

// Resolve implements [suppression.Pending].
func (p *Pending) Resolve(ctx context.Context, resolutions []suppression.Resolution) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: resolve digests: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	rows := make([]*pendingRow, len(resolutions))
	for i, r := range resolutions {
		f := p.byID[r.File]
		if f != nil {
			rows[i] = p.at(f, r.Digest)
		}
		if rows[i] == nil {
			return fmt.Errorf("memory: resolve digests: file %v: %w", r.File, contact.ErrNotFound)
		}
		if r.Entry == uuid.Nil {
			return fmt.Errorf("memory: resolve digests: file %v: Entry is empty", r.File)
		}
	}
	for i, r := range rows {
		if r.entry == uuid.Nil {
			r.entry = resolutions[i].Entry
			r.file.count.Resolved++
		}
	}
	return nil
}

// Forget implements [suppression.Pending].
func (p *Pending) Forget(ctx context.Context, file uuid.UUID) (int, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, fmt.Errorf("memory: forget digests: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.byID[file]
	if f == nil {
		return 0, nil
	}
	delete(p.byID, file)
	p.files = slices.DeleteFunc(p.files, func(other *digestFile) bool { return other == f })
	// What is forgotten must be gone, so everything that stays is put anew.
	old, heads := p.rows, p.byDigest
	p.rows, p.byDigest = make([]pendingRow, 0, len(old)-f.count.Digests), make(map[suppression.Digest]int32, len(heads))
	for d, i := range heads {
		for ; i >= 0; i = old[i].next {
			if old[i].file != f {
				p.push(d, old[i])
			}
		}
	}
	return f.count.Digests, nil
}
