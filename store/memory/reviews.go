package memory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// Reviews is a [consent.ReviewStore]. The zero value is empty and ready to use.
// It must not be copied after first use.
type Reviews struct {
	mu    sync.RWMutex
	key   contact.KeyID
	byID  map[uuid.UUID]*consent.Review
	order []*consent.Review // by Opened and ID
}

var _ consent.ReviewStore = (*Reviews)(nil)

func (s *Reviews) bind(key contact.KeyID) error {
	if key == (contact.KeyID{}) {
		return fmt.Errorf("memory: the zero key: %w", suppression.ErrKey)
	}
	return bind(&s.key, key)
}

// OpenReview implements [consent.ReviewStore].
func (s *Reviews) OpenReview(ctx context.Context, key contact.KeyID, r consent.Review) (bool, error) {
	if err := context.Cause(ctx); err != nil {
		return false, fmt.Errorf("memory: open review: %w", err)
	}
	if err := r.Validate(); err != nil {
		return false, fmt.Errorf("memory: open review: %w", err)
	}
	if r.Resolution != nil {
		return false, fmt.Errorf("memory: open review %v: Resolution is set", r.ID)
	}
	r = wholeReview(&r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.bind(key); err != nil {
		return false, err
	}
	if held, ok := s.byID[r.ID]; ok {
		if !sameReview(held, &r) {
			return false, fmt.Errorf("memory: review %v: %w", r.ID, consent.ErrConflict)
		}
		return false, nil
	}
	if s.byID == nil {
		s.byID = map[uuid.UUID]*consent.Review{}
	}
	s.byID[r.ID] = &r
	at, _ := slices.BinarySearchFunc(s.order, &r, reviewOrder)
	s.order = slices.Insert(s.order, at, &r)
	return true, nil
}

func reviewOrder(a, b *consent.Review) int {
	if c := a.Opened.Compare(b.Opened); c != 0 {
		return c
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}

// sameReview compares what a review is about, and not what became of it.
func sameReview(held, r *consent.Review) bool {
	a, b := *held, *r
	a.Words, a.Opened, a.Resolution = b.Words, b.Opened, nil
	return reflect.DeepEqual(a, b)
}

// wholeReview returns a copy of r, with times in whole microseconds.
func wholeReview(r *consent.Review) consent.Review {
	out := *r
	out.Happened, out.Opened = stamp(r.Happened), stamp(r.Opened)
	out.Clients = copied(r.Clients)
	out.Campaigns = copied(r.Campaigns)
	out.Dispatches = copied(r.Dispatches)
	out.Refusals = copied(r.Refusals)
	out.Reach = copied(r.Reach)
	out.Acts = copied(r.Acts)
	for i := range out.Acts {
		a := &out.Acts[i]
		a.Purposes, a.Grantees.Parties, a.Grantees.Groups = copied(a.Purposes), copied(a.Grantees.Parties), copied(a.Grantees.Groups)
		a.Happened, a.Recorded, a.Expires = stamp(a.Happened), stamp(a.Recorded), stamp(a.Expires)
	}
	if r.Resolution != nil {
		as := *r.Resolution
		out.Resolution = &as
	}
	return out
}

// copied returns a copy in which nothing and an empty slice are the same.
func copied[T any](in []T) []T {
	if len(in) == 0 {
		return nil
	}
	return slices.Clone(in)
}

// Review implements [consent.ReviewStore].
func (s *Reviews) Review(ctx context.Context, id uuid.UUID) (consent.Review, error) {
	if err := context.Cause(ctx); err != nil {
		return consent.Review{}, fmt.Errorf("memory: review: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, ok := s.byID[id]
	if !ok {
		return consent.Review{}, fmt.Errorf("memory: review %v: %w", id, contact.ErrNotFound)
	}
	return wholeReview(r), nil
}

// Reviews implements [consent.ReviewStore].
func (s *Reviews) Reviews(ctx context.Context, key contact.KeyID, q consent.ReviewQuery) ([]consent.Review, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: reviews: %w", err)
	}
	if q.Limit < 1 {
		return nil, errors.New("memory: reviews: Limit is below 1")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.bind(key); err != nil {
		return nil, err
	}
	start := 0
	if q.After != uuid.Nil {
		last, ok := s.byID[q.After]
		if !ok {
			return nil, fmt.Errorf("memory: reviews: after %v: %w", q.After, contact.ErrNotFound)
		}
		at, _ := slices.BinarySearchFunc(s.order, last, reviewOrder)
		start = at + 1
	}
	var out []consent.Review
	for _, r := range s.order[start:] {
		if len(out) == q.Limit {
			break
		}
		if asked(r, &q) {
			out = append(out, wholeReview(r))
		}
	}
	return out, nil
}

func asked(r *consent.Review, q *consent.ReviewQuery) bool {
	switch {
	case q.Open && r.Resolution != nil && !q.Closed, q.Closed && r.Resolution == nil && !q.Open:
		return false
	case q.Cause != "" && r.Cause != q.Cause:
		return false
	case q.Campaign != "" && !slices.Contains(r.Campaigns, q.Campaign):
		return false
	case q.Client != "" && !slices.Contains(r.Clients, q.Client):
		return false
	}
	return q.Fingerprint.IsZero() || r.Fingerprint == q.Fingerprint
}

// ResolveReview implements [consent.ReviewStore].
func (s *Reviews) ResolveReview(ctx context.Context, id uuid.UUID, as consent.ReviewResolution) (consent.Review, error) {
	fail := func(err error) (consent.Review, error) {
		return consent.Review{}, fmt.Errorf("memory: resolve review %v: %w", id, err)
	}
	if err := context.Cause(ctx); err != nil {
		return fail(err)
	}
	if err := as.Validate(); err != nil {
		return fail(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.byID[id]
	switch {
	case !ok:
		return fail(contact.ErrNotFound)
	case r.Resolution != nil && !r.Resolution.Same(as):
		return fail(consent.ErrConflict)
	case r.Resolution == nil:
		*r = r.Resolved(as)
	}
	return wholeReview(r), nil
}

// EraseReviews implements [consent.ReviewStore].
func (s *Reviews) EraseReviews(ctx context.Context, key contact.KeyID, f contact.Fingerprint) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: erase reviews: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.bind(key); err != nil {
		return err
	}
	for _, r := range s.order {
		if r.Fingerprint == f && !f.IsZero() {
			r.Words = ""
		}
	}
	return nil
}

// Rotate implements [consent.ReviewStore].
func (s *Reviews) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: rotate: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	moved, err := rotating(&s.key, from, to)
	if err != nil || !moved {
		return err
	}
	for _, r := range s.order {
		if !r.Fingerprint.IsZero() {
			r.Fingerprint = wrap(r.Fingerprint)
		}
	}
	return nil
}
