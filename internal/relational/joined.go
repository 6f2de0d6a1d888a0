package relational

import (
	"context"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// A Joined is what may be written in a transaction of somebody else's. It reads
// nothing: what a host's transaction sees may be older than a refusal that was
// acknowledged.
type Joined struct{ stores *Stores }

// Join returns what may be written through b, whose Read and Write run in one
// transaction that is open.
func Join(b Backend) Joined { return Joined{New(b)} }

// Append is that of consent.Ledger.
func (j Joined) Append(ctx context.Context, key contact.KeyID, entries []consent.Entry) ([]consent.Receipt, error) {
	return Ledger{j.stores}.Append(ctx, key, entries)
}

// Add is that of suppression.List.
func (j Joined) Add(ctx context.Context, key contact.KeyID, entries []suppression.Entry) (int, error) {
	return List{j.stores}.Add(ctx, key, entries)
}

// Put is that of contact.Store.
func (j Joined) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	return Contacts{j.stores}.Put(ctx, key, contacts)
}

// Create is that of campaign.Campaigns.
func (j Joined) Create(ctx context.Context, c campaign.Campaign) error {
	return Outbox{j.stores}.Create(ctx, c)
}

// Freeze is that of campaign.Campaigns.
func (j Joined) Freeze(ctx context.Context, key contact.KeyID, c campaign.Chunk) (campaign.Progress, error) {
	return Outbox{j.stores}.Freeze(ctx, key, c)
}

// Cancel is that of campaign.Messages.
func (j Joined) Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error) {
	return Outbox{j.stores}.Cancel(ctx, key, f, scopes, at)
}

// Remember is that of campaign.Outbox.
func (j Joined) Remember(ctx context.Context, r campaign.EventRecord) (campaign.EventRecord, bool, error) {
	return Outbox{j.stores}.Remember(ctx, r)
}

var _ campaign.Atomic = Outbox{}

// Covers implements campaign.Atomic.
func (o Outbox) Covers(ledger consent.Ledger, list suppression.List) bool {
	return ledger == consent.Ledger(Ledger(o)) && list == suppression.List(List(o))
}

// Together implements campaign.Atomic.
func (o Outbox) Together(ctx context.Context, f func(campaign.Together) error) error {
	locks := []Lock{keyLock(listStore, true), keyLock(ledgerStore, true), keyLock(outboxStore, true)}
	return o.write(ctx, "together", locks, func(tx Tx) error { return f(Join(open{o.backend.Name(), tx})) })
}

// open is a transaction whose locks are held already.
type open struct {
	name string
	tx   Tx
}

func (o open) Name() string                                              { return o.name }
func (o open) Read(_ context.Context, f func(Tx) error) error            { return f(o.tx) }
func (o open) Write(_ context.Context, _ []Lock, f func(Tx) error) error { return f(o.tx) }
