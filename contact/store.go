package contact

import (
	"context"
	"errors"
)

// ErrNotFound is in the tree of errors about a thing that is not there.
var ErrNotFound = errors.New("not found")

// ErrKey is in the tree of errors that say that fingerprints were made with
// another secret than those that a store keeps. Fingerprints of two secrets
// never match, so that a refusal would be missed without a sign.
var ErrKey = errors.New("fingerprints of another key")

// A Position is a place in a base, in the source's own terms. The empty
// Position is the start.
type Position string

// A Page is one piece of a base.
type Page struct {
	Contacts []Contact
	// Next is where the following page starts. It is empty after the last.
	Next Position
	// Key names the secret of the fingerprints in Contacts, of which none is
	// missing. Where it is zero, or not the reader's own, the reader makes them
	// itself.
	Key KeyID
}

// A Source lets the library read people whom the host keeps. Implementations
// are safe for concurrent use, and read the primary copy of their data. A call
// whose context is done returns an error with context.Cause in its tree.
//
// IDs, bases and addresses are the same when == says so, whatever the collation
// of the database beneath. What was kept is returned byte for byte, and times
// in UTC and whole microseconds.
//
// Contacts that a Source returns belong to the caller, who does not change what
// their Origins point at.
type Source interface {
	// Page returns at most limit contacts of base, those after the position
	// given, in an order that does not change while they are read: a contact
	// that was there throughout is returned exactly once. A page may be shorter
	// than limit and have a Next. A limit below 1 is an error, and so is a
	// position that no Page returned. A base that nobody knows is empty.
	Page(ctx context.Context, base BaseID, after Position, limit int) (Page, error)

	// Get returns the contacts of base with these IDs, in any order. An ID that
	// is not there is left out, and is not an error; one that is asked for
	// twice is answered once.
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

// String returns "created", "merged" or "unchanged".
func (m Merge) String() string {
	switch m {
	case Created:
		return "created"
	case Merged:
		return "merged"
	case Unchanged:
		return "unchanged"
	default:
		return "none"
	}
}

// A Store keeps contacts for hosts that want the library to. Implementations
// are safe for concurrent use. A call that fails changes nothing, unless the
// connection to a database was lost before its answer came.
type Store interface {
	Source

	// Put adds contacts, all or none, and returns what was done with each. A
	// contact whose Base and ID are there already is merged: new addresses,
	// origins and attributes are added; where both have a value the one with
	// the youngest provenance wins, and the newcomer among equals; an empty
	// value changes nothing. A contact that comes twice in one call is merged
	// with itself. Put keeps copies. A contact that is not valid fails.
	//
	// The age of a value is that of the youngest provenance that it came with
	// and that names its field (see Provenance.Fields), so that the order in
	// which files are put decides between equals only.
	//
	// The fingerprints must be of key, as all those in the Store are: the first
	// key that is not zero binds the Store, and any other fails with [ErrKey].
	// With the zero key no contact may have a fingerprint.
	//
	// Put records nothing about consent and cannot revive a refusal: consents
	// and refusals are kept elsewhere, by address.
	Put(ctx context.Context, key KeyID, contacts []Contact) ([]Merge, error)

	// Erase removes the contacts with these IDs and returns how many were
	// there.
	Erase(ctx context.Context, base BaseID, ids []ID) (int, error)

	// Rotate replaces every fingerprint f by wrap(f), in one step, when the
	// Store's key is from, and does nothing when it is to or when the Store is
	// bound to no key yet, which to then becomes. It fails with [ErrKey] when
	// the Store's key is another. A zero fingerprint stays zero.
	Rotate(ctx context.Context, from, to KeyID, wrap func(Fingerprint) Fingerprint) error
}
