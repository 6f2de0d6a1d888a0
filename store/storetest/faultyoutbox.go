package storetest

import (
	"context"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

type faultyOutbox struct {
	store campaign.Outbox
	fault Fault
}

var _ campaign.Outbox = faultyOutbox{}

func (s faultyOutbox) Create(ctx context.Context, c campaign.Campaign) error {
	return try0(s.fault, "Outbox.Create", func() error { return s.store.Create(ctx, c) })
}

func (s faultyOutbox) Campaign(ctx context.Context, id string) (campaign.Saved, error) {
	return try1(s.fault, "Outbox.Campaign", func() (campaign.Saved, error) { return s.store.Campaign(ctx, id) })
}

func (s faultyOutbox) SetStatus(ctx context.Context, id string, c campaign.StatusChange) error {
	return try0(s.fault, "Outbox.SetStatus", func() error { return s.store.SetStatus(ctx, id, c) })
}

func (s faultyOutbox) Pulse(ctx context.Context, id string, since time.Time) (campaign.Pulse, error) {
	return try1(s.fault, "Outbox.Pulse", func() (campaign.Pulse, error) { return s.store.Pulse(ctx, id, since) })
}

func (s faultyOutbox) Approve(ctx context.Context, id string, a campaign.Approval) error {
	return try0(s.fault, "Outbox.Approve", func() error { return s.store.Approve(ctx, id, a) })
}

func (s faultyOutbox) Freeze(ctx context.Context, key contact.KeyID, c campaign.Chunk) (campaign.Progress, error) {
	return try1(s.fault, "Outbox.Freeze", func() (campaign.Progress, error) { return s.store.Freeze(ctx, key, c) })
}

func (s faultyOutbox) Tally(ctx context.Context, id string) (campaign.Tally, error) {
	return try1(s.fault, "Outbox.Tally", func() (campaign.Tally, error) { return s.store.Tally(ctx, id) })
}

func (s faultyOutbox) Lease(ctx context.Context, id, worker string, d time.Duration) (campaign.Lease, error) {
	return try1(s.fault, "Outbox.Lease", func() (campaign.Lease, error) { return s.store.Lease(ctx, id, worker, d) })
}

func (s faultyOutbox) Defer(ctx context.Context, l campaign.Lease, ds []campaign.Deferral) error {
	return try0(s.fault, "Outbox.Defer", func() error { return s.store.Defer(ctx, l, ds) })
}

func (s faultyOutbox) Mark(ctx context.Context, l campaign.Lease, ids []campaign.AttemptID) ([]bool, error) {
	return try1(s.fault, "Outbox.Mark", func() ([]bool, error) { return s.store.Mark(ctx, l, ids) })
}

func (s faultyOutbox) Settle(ctx context.Context, ss []campaign.Settlement) error {
	return try0(s.fault, "Outbox.Settle", func() error { return s.store.Settle(ctx, ss) })
}

func (s faultyOutbox) Release(ctx context.Context, l campaign.Lease) error {
	return try0(s.fault, "Outbox.Release", func() error { return s.store.Release(ctx, l) })
}

func (s faultyOutbox) Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error) {
	return try1(s.fault, "Outbox.Cancel", func() (int, error) { return s.store.Cancel(ctx, key, f, scopes, at) })
}

func (s faultyOutbox) InFlight(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]campaign.Attempt, error) {
	return try1(s.fault, "Outbox.InFlight", func() ([]campaign.Attempt, error) { return s.store.InFlight(ctx, key, f) })
}

func (s faultyOutbox) Sent(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint, since time.Time) ([][]consent.Sent, error) {
	return try1(s.fault, "Outbox.Sent", func() ([][]consent.Sent, error) { return s.store.Sent(ctx, key, fs, since) })
}

func (s faultyOutbox) Find(ctx context.Context, r campaign.Ref) (campaign.Dispatched, error) {
	return try1(s.fault, "Outbox.Find", func() (campaign.Dispatched, error) { return s.store.Find(ctx, r) })
}

func (s faultyOutbox) Report(ctx context.Context, r campaign.Receipt) (campaign.Attempt, bool, error) {
	return try2(s.fault, "Outbox.Report", func() (campaign.Attempt, bool, error) { return s.store.Report(ctx, r) })
}

func (s faultyOutbox) Unknowns(ctx context.Context, id string, limit int) ([]campaign.Attempt, error) {
	return try1(s.fault, "Outbox.Unknowns", func() ([]campaign.Attempt, error) { return s.store.Unknowns(ctx, id, limit) })
}

func (s faultyOutbox) Remember(ctx context.Context, r campaign.EventRecord) (campaign.EventRecord, bool, error) {
	return try2(s.fault, "Outbox.Remember", func() (campaign.EventRecord, bool, error) { return s.store.Remember(ctx, r) })
}

func (s faultyOutbox) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return try0(s.fault, "Outbox.Rotate", func() error { return s.store.Rotate(ctx, from, to, wrap) })
}
