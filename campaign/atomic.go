package campaign

import (
	"context"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// Atomic is an [Outbox] that can keep a refusal, its act and the cancelling of
// what was queued in one step: it, a ledger and a list are one database. It is
// optional, found by type assertion. With an Outbox that is not one, or that does
// not cover the ledger and the list of its register, an [Inbox] takes the same
// steps one after the other, the refusal first.
type Atomic interface {
	// Covers reports whether ledger and list are of the same database: the very
	// ones, and not others with the same content.
	Covers(ledger consent.Ledger, list suppression.List) bool

	// Together runs f in one transaction, synchronous to disk, and keeps all that
	// it wrote when it returns nil, or nothing. It may run f more than once, where
	// the transaction met another.
	Together(ctx context.Context, f func(Together) error) error
}

// Together is what is written together when an event comes. It is not enough for
// a gate, a runner or an inbox, on purpose: a transaction that began before a
// refusal was acknowledged may not see it.
type Together interface {
	consent.Appender
	// Remember is that of [Outbox].
	Remember(ctx context.Context, r EventRecord) (EventRecord, bool, error)
	// Add is that of suppression.List.
	Add(ctx context.Context, key contact.KeyID, entries []suppression.Entry) (int, error)
	// Cancel is that of [Messages].
	Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error)
}

// apart takes the steps of a Together one after the other.
type apart struct {
	Outbox
	suppression.List
	consent.Ledger
}

// together runs f in one transaction where the stores of in allow it. Where that
// fails it takes the steps one after the other: what cannot be recorded beside a
// refusal must not undo the refusal.
func (in *Inbox) together(ctx context.Context, f func(Together) error) error {
	steps := apart{in.outbox, in.register.List(), in.register.Ledger()}
	if a, ok := in.outbox.(Atomic); ok && a.Covers(steps.Ledger, steps.List) {
		if err := a.Together(ctx, f); err == nil {
			return nil
		}
	}
	return f(steps)
}
