package storetest

import (
	"context"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// A Fault decides whether a call fails. It is asked twice for each: before the
// call takes effect, and after. An error from the second is a lost
// acknowledgement, which most code has never met. op names the store and the
// method, such as "Outbox.Mark".
type Fault func(op string, done bool) error

// Faulty returns s with every call subject to fault, which may also wait, so
// that a test can order what happens, or leave with runtime.Goexit, as a
// process that dies.
func Faulty(s Stores, fault Fault) Stores {
	out := s
	if s.Contacts != nil {
		out.Contacts = faultyContacts{s.Contacts, fault}
	}
	if s.List != nil {
		out.List = faultyList{s.List, fault}
	}
	if s.Ledger != nil {
		out.Ledger = faultyLedger{s.Ledger, fault}
	}
	if s.Outbox != nil {
		out.Outbox = faultyOutbox{s.Outbox, fault}
	}
	return out
}

// try0 and try1 make a call that may fail before or after it takes effect.
func try0(f Fault, op string, call func() error) error {
	if err := f(op, false); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	return f(op, true)
}

func try1[T any](f Fault, op string, call func() (T, error)) (T, error) {
	var out T
	err := try0(f, op, func() (err error) {
		out, err = call()
		return err
	})
	return out, err
}

type faultyContacts struct {
	contact.Store
	fault Fault
}

func (s faultyContacts) Page(ctx context.Context, base contact.BaseID, after contact.Position, limit int) (contact.Page, error) {
	return try1(s.fault, "Contacts.Page", func() (contact.Page, error) { return s.Store.Page(ctx, base, after, limit) })
}

func (s faultyContacts) Get(ctx context.Context, base contact.BaseID, ids []contact.ID) ([]contact.Contact, error) {
	return try1(s.fault, "Contacts.Get", func() ([]contact.Contact, error) { return s.Store.Get(ctx, base, ids) })
}

func (s faultyContacts) Put(ctx context.Context, key contact.KeyID, cs []contact.Contact) ([]contact.Merge, error) {
	return try1(s.fault, "Contacts.Put", func() ([]contact.Merge, error) { return s.Store.Put(ctx, key, cs) })
}

func (s faultyContacts) Erase(ctx context.Context, base contact.BaseID, ids []contact.ID) (int, error) {
	return try1(s.fault, "Contacts.Erase", func() (int, error) { return s.Store.Erase(ctx, base, ids) })
}

type faultyList struct {
	suppression.List
	fault Fault
}

func (s faultyList) Add(ctx context.Context, key contact.KeyID, es []suppression.Entry) (int, error) {
	return try1(s.fault, "List.Add", func() (int, error) { return s.List.Add(ctx, key, es) })
}

func (s faultyList) Match(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint) ([]suppression.Hit, error) {
	return try1(s.fault, "List.Match", func() ([]suppression.Hit, error) { return s.List.Match(ctx, key, fs) })
}

func (s faultyList) Lift(ctx context.Context, l suppression.Lifting) error {
	return try0(s.fault, "List.Lift", func() error { return s.List.Lift(ctx, l) })
}

type faultyLedger struct {
	consent.Ledger
	fault Fault
}

func (s faultyLedger) Append(ctx context.Context, key contact.KeyID, es []consent.Entry) ([]consent.Receipt, error) {
	return try1(s.fault, "Ledger.Append", func() ([]consent.Receipt, error) { return s.Ledger.Append(ctx, key, es) })
}

func (s faultyLedger) Read(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint) ([]consent.History, error) {
	return try1(s.fault, "Ledger.Read", func() ([]consent.History, error) { return s.Ledger.Read(ctx, key, fs) })
}

func (s faultyLedger) Erase(ctx context.Context, key contact.KeyID, f contact.Fingerprint) error {
	return try0(s.fault, "Ledger.Erase", func() error { return s.Ledger.Erase(ctx, key, f) })
}

type faultyOutbox struct {
	campaign.Outbox
	fault Fault
}

func (s faultyOutbox) Create(ctx context.Context, c campaign.Campaign) error {
	return try0(s.fault, "Outbox.Create", func() error { return s.Outbox.Create(ctx, c) })
}

func (s faultyOutbox) Freeze(ctx context.Context, key contact.KeyID, c campaign.Chunk) (campaign.Progress, error) {
	return try1(s.fault, "Outbox.Freeze", func() (campaign.Progress, error) { return s.Outbox.Freeze(ctx, key, c) })
}

func (s faultyOutbox) Lease(ctx context.Context, id, worker string, d time.Duration) (campaign.Lease, error) {
	return try1(s.fault, "Outbox.Lease", func() (campaign.Lease, error) { return s.Outbox.Lease(ctx, id, worker, d) })
}

func (s faultyOutbox) Defer(ctx context.Context, l campaign.Lease, ds []campaign.Deferral) error {
	return try0(s.fault, "Outbox.Defer", func() error { return s.Outbox.Defer(ctx, l, ds) })
}

func (s faultyOutbox) Mark(ctx context.Context, l campaign.Lease, ids []campaign.AttemptID) ([]bool, error) {
	return try1(s.fault, "Outbox.Mark", func() ([]bool, error) { return s.Outbox.Mark(ctx, l, ids) })
}

func (s faultyOutbox) Settle(ctx context.Context, ss []campaign.Settlement) error {
	return try0(s.fault, "Outbox.Settle", func() error { return s.Outbox.Settle(ctx, ss) })
}

func (s faultyOutbox) Release(ctx context.Context, l campaign.Lease) error {
	return try0(s.fault, "Outbox.Release", func() error { return s.Outbox.Release(ctx, l) })
}

func (s faultyOutbox) Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error) {
	return try1(s.fault, "Outbox.Cancel", func() (int, error) { return s.Outbox.Cancel(ctx, key, f, scopes, at) })
}

func (s faultyOutbox) InFlight(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]campaign.Attempt, error) {
	return try1(s.fault, "Outbox.InFlight", func() ([]campaign.Attempt, error) { return s.Outbox.InFlight(ctx, key, f) })
}

func (s faultyOutbox) Sent(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint, since time.Time) ([][]consent.Sent, error) {
	return try1(s.fault, "Outbox.Sent", func() ([][]consent.Sent, error) { return s.Outbox.Sent(ctx, key, fs, since) })
}

func (s faultyOutbox) Report(ctx context.Context, r campaign.Receipt) (a campaign.Attempt, fresh bool, err error) {
	err = try0(s.fault, "Outbox.Report", func() (err error) {
		a, fresh, err = s.Outbox.Report(ctx, r)
		return err
	})
	return a, fresh, err
}

func (s faultyOutbox) Remember(ctx context.Context, r campaign.EventRecord) (out campaign.EventRecord, first bool, err error) {
	err = try0(s.fault, "Outbox.Remember", func() (err error) {
		out, first, err = s.Outbox.Remember(ctx, r)
		return err
	})
	return out, first, err
}

// dispatchID is for cases that need one.
func dispatchID(n int) uuid.UUID { return uuid.UUID{15: byte(n), 14: byte(n >> 8), 0: 1} }
