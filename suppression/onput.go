package suppression

import (
	"context"
	"fmt"

	"github.com/accordsdk/accord/contact"
)

// OnPut returns store with a Put that resolves the digests which are pending for
// the contacts being put, before they are put: nobody can be written to whose
// refusal came first, as a digest. Where that fails nothing is put, and Put
// returns the error.
//
// A file of digests that is imported while contacts are being put may have been
// too late for the one look and, since they were not there yet, too early for
// [Resolver.Bases]. Put therefore looks once more when they are there. It fails
// if that does, and the contacts are there then; putting them again is safe, and
// looks again.
func (r *Resolver) OnPut(store contact.Store) contact.Store { return resolvingStore{store, r} }

type resolvingStore struct {
	contact.Store
	resolver *Resolver
}

// Put implements contact.Store.
func (s resolvingStore) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	var report ResolveReport
	q := question{resolver: s.resolver}
	q.about(contacts)
	look := func() error {
		err := q.open(ctx)
		if err == nil {
			err = q.ask(ctx, &report)
		}
		if err != nil {
			return fmt.Errorf("suppression: resolve on put: %w", err)
		}
		return nil
	}
	if err := look(); err != nil {
		return nil, err
	}
	merged, err := s.Store.Put(ctx, key, contacts)
	if err != nil {
		return nil, err
	}
	if err := look(); err != nil {
		return nil, err
	}
	return merged, nil
}
