package storetest

import (
	"context"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
)

type faultyCounts struct {
	store campaign.CountLog
	fault Fault
}

var _ campaign.CountLog = faultyCounts{}

func (s faultyCounts) Take(ctx context.Context, client contact.PartyID, at time.Time, window time.Duration, limit int) (time.Time, bool, error) {
	return try2(s.fault, "Counts.Take", func() (time.Time, bool, error) { return s.store.Take(ctx, client, at, window, limit) })
}

func (s faultyCounts) Answers(ctx context.Context, client contact.PartyID, base contact.BaseID) ([]campaign.CountAnswer, error) {
	return try1(s.fault, "Counts.Answers", func() ([]campaign.CountAnswer, error) { return s.store.Answers(ctx, client, base) })
}

func (s faultyCounts) Keep(ctx context.Context, client contact.PartyID, base contact.BaseID, after int, answers []campaign.CountAnswer) error {
	return try0(s.fault, "Counts.Keep", func() error { return s.store.Keep(ctx, client, base, after, answers) })
}

type faultyAccesses struct {
	store campaign.AccessLog
	fault Fault
}

var _ campaign.AccessLog = faultyAccesses{}

func (s faultyAccesses) Admit(ctx context.Context, key contact.KeyID, a campaign.Access, limits campaign.AccessLimits) (campaign.Access, time.Time, error) {
	return try2(s.fault, "Accesses.Admit", func() (campaign.Access, time.Time, error) { return s.store.Admit(ctx, key, a, limits) })
}

func (s faultyAccesses) Accesses(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]campaign.Access, error) {
	return try1(s.fault, "Accesses.Accesses", func() ([]campaign.Access, error) { return s.store.Accesses(ctx, key, f) })
}

func (s faultyAccesses) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return try0(s.fault, "Accesses.Rotate", func() error { return s.store.Rotate(ctx, from, to, wrap) })
}
