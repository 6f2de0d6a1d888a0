package contact

import (
	"context"
	"errors"
)

// ErrNotFound is in the tree of errors about a thing that is not there.
var ErrNotFound = errors.New("not found")

// A Position is a place in a base, in the source's own terms. The empty
// Position is the start.
type Position string

// A Page is one piece of a base.
type Page struct {
	Contacts []Contact
	// Next is where the following page starts. It is empty after the last.
	Next Position
	// Key names the secret of the fingerprints in Contacts. Where it is zero,
	// or not the reader's own, the reader makes them itself.
	Key KeyID
}

// A Source lets the library read people whom the host keeps. Implementations
// are safe for concurrent use, and read the primary copy of their data.
//
// Contacts that a Source returns belong to the caller, who does not change what
// their Origins point at.
type Source interface {
	// Page returns at most limit contacts of base, those after the position
	// given, in an order that does not change while they are read: a contact
	// that was there throughout is returned exactly once. A page may be shorter
	// than limit and have a Next.
	Page(ctx context.Context, base BaseID, after Position, limit int) (Page, error)

	// Get returns the contacts of base with these IDs, in any order. An ID that
	// is not there is left out, and is not an error.
	Get(ctx context.Context, base BaseID, ids []ID) ([]Contact, error)

	// ByAddress returns the contacts of base that have a as one of their
	// addresses; none is not an error.
	ByAddress(ctx context.Context, base BaseID, a Address) ([]Contact, error)
}

// A Merge says what [Store.Put] did with one contact.
type Merge uint8

// The answers of Put.
const (
	Created Merge = iota + 1
	Merged
	Unchanged
)

// A Store keeps contacts for hosts that want the library to. Implementations
// are safe for concurrent use.
type Store interface {
	Source

	// Put adds contacts, all or none, and returns what was done with each. A
	// contact whose Base and ID are there already is merged: new addresses,
	// origins and attributes are added; where both have a value the one with
	// the youngest provenance wins, and the newcomer among equals; an empty
	// value changes nothing. The fingerprints must be of key, as all those in
	// the Store are. Put keeps copies.
	//
	// Put records nothing about consent and cannot revive a refusal: consents
	// and refusals are kept elsewhere, by address.
	Put(ctx context.Context, key KeyID, contacts []Contact) ([]Merge, error)

	// Erase removes the contacts with these IDs and returns how many were
	// there.
	Erase(ctx context.Context, base BaseID, ids []ID) (int, error)

	// Rotate replaces every fingerprint f by wrap(f), in one step, when the
	// Store's key is from, and does nothing when it is to.
	Rotate(ctx context.Context, from, to KeyID, wrap func(Fingerprint) Fingerprint) error
}
