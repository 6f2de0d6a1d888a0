package storetest

import (
	"context"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

type faultyReviews struct {
	store consent.ReviewStore
	fault Fault
}

var _ consent.ReviewStore = faultyReviews{}

func (s faultyReviews) OpenReview(ctx context.Context, key contact.KeyID, r consent.Review) (bool, error) {
	return try1(s.fault, "Reviews.OpenReview", func() (bool, error) { return s.store.OpenReview(ctx, key, r) })
}

func (s faultyReviews) Review(ctx context.Context, id uuid.UUID) (consent.Review, error) {
	return try1(s.fault, "Reviews.Review", func() (consent.Review, error) { return s.store.Review(ctx, id) })
}

func (s faultyReviews) Reviews(ctx context.Context, key contact.KeyID, q consent.ReviewQuery) ([]consent.Review, error) {
	return try1(s.fault, "Reviews.Reviews", func() ([]consent.Review, error) { return s.store.Reviews(ctx, key, q) })
}

func (s faultyReviews) ResolveReview(ctx context.Context, id uuid.UUID, as consent.ReviewResolution) (consent.Review, error) {
	return try1(s.fault, "Reviews.ResolveReview", func() (consent.Review, error) { return s.store.ResolveReview(ctx, id, as) })
}

func (s faultyReviews) EraseReviews(ctx context.Context, key contact.KeyID, f contact.Fingerprint) error {
	return try0(s.fault, "Reviews.EraseReviews", func() error { return s.store.EraseReviews(ctx, key, f) })
}

func (s faultyReviews) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return try0(s.fault, "Reviews.Rotate", func() error { return s.store.Rotate(ctx, from, to, wrap) })
}
