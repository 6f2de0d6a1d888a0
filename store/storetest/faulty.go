package storetest

import (
	"context"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// A Fault decides whether a call fails. It is asked twice for each: before the
// call takes effect, and after. An error from the second is a lost
// acknowledgement, which most code has never met. op names the store and the
// method, such as "Outbox.Mark". It is called from as many goroutines as the
// stores are.
type Fault func(op string, done bool) error

// Faulty returns s with every call subject to fault, which may also wait, so
// that a test can order what happens, or leave with runtime.Goexit, as a
// process that dies. A call that the store itself fails is asked about once. No
// optional interface of a store is there any more.
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
	if s.Documents != nil {
		out.Documents = faultyDocuments{s.Documents, fault}
	}
	if s.Outbox != nil {
		out.Outbox = faultyOutbox{s.Outbox, fault}
	}
	if s.Pending != nil {
		out.Pending = faultyPending{s.Pending, fault}
	}
	if s.Reviews != nil {
		out.Reviews = faultyReviews{s.Reviews, fault}
	}
	if s.Counts != nil {
		out.Counts = faultyCounts{s.Counts, fault}
	}
	if s.Accesses != nil {
		out.Accesses = faultyAccesses{s.Accesses, fault}
	}
	return out
}

// try0, try1 and try2 make a call that may fail before or after it takes effect,
// and returns so many values beside its error. What a lost acknowledgement would
// have said is lost with it.
func try0(f Fault, op string, call func() error) error {
	_, _, err := try2(f, op, func() (_, _ struct{}, err error) { return struct{}{}, struct{}{}, call() })
	return err
}

func try1[T any](f Fault, op string, call func() (T, error)) (T, error) {
	v, _, err := try2(f, op, func() (v T, _ struct{}, err error) {
		v, err = call()
		return v, struct{}{}, err
	})
	return v, err
}

func try2[T, U any](f Fault, op string, call func() (T, U, error)) (v T, w U, err error) {
	if err := f(op, false); err != nil {
		return v, w, err
	}
	a, b, err := call()
	if err == nil {
		err = f(op, true)
	}
	if err != nil {
		return v, w, err
	}
	return a, b, nil
}

type faultyContacts struct {
	store contact.Store
	fault Fault
}

var _ contact.Store = faultyContacts{}

func (s faultyContacts) Page(ctx context.Context, base contact.BaseID, after contact.Position, limit int) (contact.Page, error) {
	return try1(s.fault, "Contacts.Page", func() (contact.Page, error) { return s.store.Page(ctx, base, after, limit) })
}

func (s faultyContacts) Get(ctx context.Context, base contact.BaseID, ids []contact.ID) ([]contact.Contact, error) {
	return try1(s.fault, "Contacts.Get", func() ([]contact.Contact, error) { return s.store.Get(ctx, base, ids) })
}

func (s faultyContacts) ByAddress(ctx context.Context, base contact.BaseID, a contact.Address) ([]contact.Contact, error) {
	return try1(s.fault, "Contacts.ByAddress", func() ([]contact.Contact, error) { return s.store.ByAddress(ctx, base, a) })
}

func (s faultyContacts) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	return try1(s.fault, "Contacts.Put", func() ([]contact.Merge, error) { return s.store.Put(ctx, key, contacts) })
}

func (s faultyContacts) Erase(ctx context.Context, base contact.BaseID, ids []contact.ID) (int, error) {
	return try1(s.fault, "Contacts.Erase", func() (int, error) { return s.store.Erase(ctx, base, ids) })
}

func (s faultyContacts) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return try0(s.fault, "Contacts.Rotate", func() error { return s.store.Rotate(ctx, from, to, wrap) })
}

type faultyList struct {
	store suppression.List
	fault Fault
}

var _ suppression.List = faultyList{}

func (s faultyList) Add(ctx context.Context, key contact.KeyID, entries []suppression.Entry) (int, error) {
	return try1(s.fault, "List.Add", func() (int, error) { return s.store.Add(ctx, key, entries) })
}

func (s faultyList) Match(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) ([]suppression.Hit, error) {
	return try1(s.fault, "List.Match", func() ([]suppression.Hit, error) { return s.store.Match(ctx, key, fingerprints) })
}

func (s faultyList) Get(ctx context.Context, id uuid.UUID) (suppression.Entry, *suppression.Lifting, error) {
	return try2(s.fault, "List.Get", func() (suppression.Entry, *suppression.Lifting, error) { return s.store.Get(ctx, id) })
}

func (s faultyList) Lift(ctx context.Context, l suppression.Lifting) error {
	return try0(s.fault, "List.Lift", func() error { return s.store.Lift(ctx, l) })
}

func (s faultyList) Changes(ctx context.Context, after suppression.Cursor, limit int) ([]suppression.Change, error) {
	return try1(s.fault, "List.Changes", func() ([]suppression.Change, error) { return s.store.Changes(ctx, after, limit) })
}

func (s faultyList) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return try0(s.fault, "List.Rotate", func() error { return s.store.Rotate(ctx, from, to, wrap) })
}

type faultyLedger struct {
	store consent.Ledger
	fault Fault
}

var _ consent.Ledger = faultyLedger{}

func (s faultyLedger) Append(ctx context.Context, key contact.KeyID, entries []consent.Entry) ([]consent.Receipt, error) {
	return try1(s.fault, "Ledger.Append", func() ([]consent.Receipt, error) { return s.store.Append(ctx, key, entries) })
}

func (s faultyLedger) Read(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) ([]consent.History, error) {
	return try1(s.fault, "Ledger.Read", func() ([]consent.History, error) { return s.store.Read(ctx, key, fingerprints) })
}

func (s faultyLedger) Chain(ctx context.Context, id consent.ChainID) (consent.Chain, error) {
	return try1(s.fault, "Ledger.Chain", func() (consent.Chain, error) { return s.store.Chain(ctx, id) })
}

func (s faultyLedger) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	return try1(s.fault, "Ledger.Walk", func() ([]consent.Chain, error) { return s.store.Walk(ctx, after, limit) })
}

func (s faultyLedger) Erase(ctx context.Context, key contact.KeyID, fingerprint contact.Fingerprint) error {
	return try0(s.fault, "Ledger.Erase", func() error { return s.store.Erase(ctx, key, fingerprint) })
}

func (s faultyLedger) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return try0(s.fault, "Ledger.Rotate", func() error { return s.store.Rotate(ctx, from, to, wrap) })
}

type faultyDocuments struct {
	store consent.Documents
	fault Fault
}

var _ consent.Documents = faultyDocuments{}

func (s faultyDocuments) PutNotice(ctx context.Context, n contact.Notice) (contact.NoticeID, error) {
	return try1(s.fault, "Documents.PutNotice", func() (contact.NoticeID, error) { return s.store.PutNotice(ctx, n) })
}

func (s faultyDocuments) Notice(ctx context.Context, id contact.NoticeID) (contact.Notice, error) {
	return try1(s.fault, "Documents.Notice", func() (contact.Notice, error) { return s.store.Notice(ctx, id) })
}

func (s faultyDocuments) PutAssessment(ctx context.Context, a consent.Assessment) error {
	return try0(s.fault, "Documents.PutAssessment", func() error { return s.store.PutAssessment(ctx, a) })
}

func (s faultyDocuments) Assessments(ctx context.Context, controller contact.PartyID) ([]consent.Assessment, error) {
	return try1(s.fault, "Documents.Assessments", func() ([]consent.Assessment, error) { return s.store.Assessments(ctx, controller) })
}
