package suppression

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// resolvePage is how many addresses are hashed and asked for at a time.
const resolvePage = 1000

// A Resolver finds out whose the digests of a [Pending] are, and makes entries
// of them. Digests are resolved when contacts are put or digests are imported,
// and never when a message is judged: a [List] knows all that its host can know.
//
// An entry made from a digest has the class, scope, reason and date of its line,
// "file X line N" for its origin, and the ID that [Import] would give to the same
// address in a file of that name: to resolve twice changes nothing, also after
// the entry was lifted.
//
// A Resolver is safe for concurrent use.
type Resolver struct {
	pending Pending
	list    List
	keyring *Keyring
}

// NewResolver returns a Resolver that puts on list, under the fingerprints of
// keyring, what it finds in pending.
func NewResolver(pending Pending, list List, keyring *Keyring) (*Resolver, error) {
	if pending == nil || list == nil || keyring == nil {
		return nil, errors.New("suppression: resolver: pending, list and keyring are all needed")
	}
	return &Resolver{pending, list, keyring}, nil
}

// A ResolveReport says what a [Resolver] read and found.
type ResolveReport struct {
	Contacts  int `json:"contacts"`
	Addresses int `json:"addresses"` // of them, of every kind
	// Resolved digests were pending and have an address now. Added are the entries
	// that this put on the list: fewer where several digests are of one address,
	// or where the entry was there.
	Resolved int `json:"resolved"`
	Added    int `json:"added"`
	// Files are all that there are, with what is resolved of each by now. A file
	// of which nothing is may be of another format than was said.
	Files []DigestCount `json:"files,omitempty"`
}

// String returns the counts on one line.
func (r ResolveReport) String() string {
	var files strings.Builder
	for _, f := range r.Files {
		fmt.Fprintf(&files, "; %v", f)
	}
	return fmt.Sprintf("%d contacts, %d addresses: %d resolved, %d added%s", r.Contacts, r.Addresses, r.Resolved, r.Added, files.String())
}

// Bases walks bases and resolves what is pending for their contacts. It is to be
// called after [ImportDigests]. An error says why it ended early; what was
// resolved until then is on the list, and calling it again completes it.
func (r *Resolver) Bases(ctx context.Context, source contact.Source, bases ...contact.BaseID) (ResolveReport, error) {
	var report ResolveReport
	err := r.bases(ctx, source, bases, &report)
	if err == nil {
		report.Files, err = r.pending.Files(ctx)
	}
	if err != nil {
		return report, fmt.Errorf("suppression: resolve: %w", err)
	}
	return report, nil
}

func (r *Resolver) bases(ctx context.Context, source contact.Source, bases []contact.BaseID, report *ResolveReport) error {
	q := question{resolver: r}
	if err := q.open(ctx); err != nil {
		return err
	}
	return eachPage(ctx, source, bases, func(p *contact.Page) error {
		q.about(p.Contacts)
		return q.ask(ctx, report)
	})
}

// eachPage walks bases. A base that is named twice is walked once.
func eachPage(ctx context.Context, source contact.Source, bases []contact.BaseID, page func(*contact.Page) error) error {
	for i, base := range bases {
		if slices.Contains(bases[:i], base) {
			continue
		}
		for at := contact.Position(""); ; {
			p, err := source.Page(ctx, base, at, resolvePage)
			if err != nil {
				return err
			}
			if err := page(&p); err != nil {
				return err
			}
			if at = p.Next; at == "" {
				break
			}
		}
	}
	return nil
}

// Contacts resolves what is pending for contacts, whose fingerprints it does not
// need. Hosts that keep their people themselves call it before a new address can
// be written to, and once more when it can: digests that are imported in between
// are found by the second call, and later ones by [Resolver.Bases].
func (r *Resolver) Contacts(ctx context.Context, contacts []contact.Contact) (ResolveReport, error) {
	var report ResolveReport
	q := question{resolver: r}
	q.about(contacts)
	if err := q.open(ctx); err != nil {
		return report, fmt.Errorf("suppression: resolve: %w", err)
	}
	if err := q.ask(ctx, &report); err != nil {
		return report, fmt.Errorf("suppression: resolve: %w", err)
	}
	return report, nil
}

// A question is whether digests of some addresses are pending.
type question struct {
	resolver  *Resolver
	files     map[uuid.UUID]DigestFile
	recipes   []recipe
	contacts  int
	addresses []contact.Address
	digests   []Digest
	owners    []int // of digests, in addresses
	hashed    bool
	buf       []byte
}

// open reads which files there are. The digests of the addresses are made anew
// if they are hashed in another way than those before.
func (q *question) open(ctx context.Context) error {
	files, err := q.resolver.pending.Files(ctx)
	if err != nil {
		return err
	}
	q.files = make(map[uuid.UUID]DigestFile, len(files))
	var recipes []recipe
	known := map[recipe]bool{}
	for i := range files {
		f := &files[i].DigestFile
		q.files[f.ID] = *f
		for _, r := range f.Format.recipes() {
			if !known[r] {
				known[r] = true
				recipes = append(recipes, r)
			}
		}
	}
	if !slices.Equal(recipes, q.recipes) {
		q.recipes, q.hashed = recipes, false
	}
	return nil
}

func (q *question) about(contacts []contact.Contact) {
	q.contacts, q.addresses, q.hashed = len(contacts), q.addresses[:0], false
	for i := range contacts {
		for _, p := range contacts[i].Points {
			q.addresses = append(q.addresses, p.Address)
		}
	}
}

func (q *question) hash() {
	if q.hashed {
		return
	}
	q.digests, q.owners, q.hashed = q.digests[:0], q.owners[:0], true
	for i, a := range q.addresses {
		for _, r := range q.recipes {
			var d Digest
			var ok bool
			if d, q.buf, ok = r.digest(q.buf, a); ok {
				q.digests, q.owners = append(q.digests, d), append(q.owners, i)
			}
		}
	}
}

// ask puts on the list what is pending for the addresses.
func (q *question) ask(ctx context.Context, report *ResolveReport) error {
	q.hash()
	report.Contacts += q.contacts
	report.Addresses += len(q.addresses)
	for at := 0; at < len(q.digests); at += resolvePage {
		hits, err := q.resolver.pending.Match(ctx, q.digests[at:min(len(q.digests), at+resolvePage)])
		if err != nil {
			return err
		}
		if err := q.settle(ctx, hits, q.owners[at:], report); err != nil {
			return err
		}
	}
	return nil
}

// settle makes entries of hits, and then says so to pending: what is between the
// two is resolved again, to the same entries.
func (q *question) settle(ctx context.Context, hits []DigestHit, owners []int, report *ResolveReport) error {
	if len(hits) == 0 {
		return nil
	}
	type line struct {
		file   uuid.UUID
		digest Digest
	}
	hasher := q.resolver.keyring.Hasher()
	spaces, taken, settled := map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]bool{}, map[line]bool{}
	var entries []Entry
	var resolutions []Resolution
	for i := range hits {
		h := &hits[i]
		file, ok := q.files[h.File]
		if !ok {
			continue // it was added since, and whoever did asks next
		}
		space, ok := spaces[h.File]
		if !ok {
			space = file.space()
			spaces[h.File] = space
		}
		f := hasher.Fingerprint(q.addresses[owners[h.Index]])
		id := uuid.NewSHA1(space, f[:])
		if !taken[id] { // by another spelling of the same number
			taken[id] = true
			entries = append(entries, file.entry(h.Pending, f, id))
		}
		if l := (line{h.File, h.Pending.Digest}); !settled[l] {
			settled[l] = true
			resolutions = append(resolutions, Resolution{h.File, h.Pending.Digest, id})
		}
	}
	added, err := addFresh(ctx, q.resolver.list, q.resolver.keyring.ID(), entries)
	if err != nil {
		return err
	}
	report.Added += added
	err = q.resolver.pending.Resolve(ctx, resolutions)
	if errors.Is(err, contact.ErrNotFound) {
		return fmt.Errorf("a file was forgotten meanwhile: %w", err)
	}
	if err != nil {
		return err
	}
	report.Resolved += len(resolutions)
	return nil
}
