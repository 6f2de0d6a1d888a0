package storetest

import (
	"context"

	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

type faultyPending struct {
	store suppression.Pending
	fault Fault
}

var _ suppression.Pending = faultyPending{}

func (s faultyPending) Add(ctx context.Context, file suppression.DigestFile, digests []suppression.PendingDigest) (int, error) {
	return try1(s.fault, "Pending.Add", func() (int, error) { return s.store.Add(ctx, file, digests) })
}

func (s faultyPending) Files(ctx context.Context) ([]suppression.DigestCount, error) {
	return try1(s.fault, "Pending.Files", func() ([]suppression.DigestCount, error) { return s.store.Files(ctx) })
}

func (s faultyPending) Match(ctx context.Context, digests []suppression.Digest) ([]suppression.DigestHit, error) {
	return try1(s.fault, "Pending.Match", func() ([]suppression.DigestHit, error) { return s.store.Match(ctx, digests) })
}

func (s faultyPending) Resolve(ctx context.Context, resolutions []suppression.Resolution) error {
	return try0(s.fault, "Pending.Resolve", func() error { return s.store.Resolve(ctx, resolutions) })
}

func (s faultyPending) Forget(ctx context.Context, file uuid.UUID) (int, error) {
	return try1(s.fault, "Pending.Forget", func() (int, error) { return s.store.Forget(ctx, file) })
}
