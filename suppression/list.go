package suppression

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// ErrConflict is in the tree of errors about an ID that is used already for
// something else.
var ErrConflict = errors.New("ID used for something else")

// A Hit is an entry that stands for one of the fingerprints asked for.
type Hit struct {
	Index int // in the slice asked for
	Entry Entry
}

// A Lifting ends a refusal. It is recorded and never removed. Make one through
// consent.Register, which checks that the act is the person's and later, or that
// the review is of that very refusal, one that was only likely. It names one of
// the two; what ends an entry of another class is said in Origin instead.
type Lifting struct {
	Entry uuid.UUID `json:"entry"`
	// Act is in the ledger.
	Act uuid.UUID `json:"act,omitzero"`
	// Review is in a consent.ReviewStore, which says who looked, and why it was
	// no refusal.
	Review uuid.UUID `json:"review,omitzero"`
	// Origin says what ended hygiene or an exclusion: a message that arrived, the
	// client who takes it back. It lifts no refusal, and holds no address.
	Origin   string    `json:"origin,omitempty"`
	Recorded time.Time `json:"recorded"`
}

// Validate returns an error unless l names an entry, and one of an act, a review
// and an origin.
func (l *Lifting) Validate() error {
	if l.Entry == uuid.Nil {
		return errors.New("suppression: lifting: Entry is empty")
	}
	named := 0
	for _, is := range []bool{l.Act != uuid.Nil, l.Review != uuid.Nil, l.Origin != ""} {
		if is {
			named++
		}
	}
	if named != 1 {
		return fmt.Errorf("suppression: lifting of %v: it names an act, a review or an origin, one of the three", l.Entry)
	}
	return nil
}

// Of returns an error when l cannot be the lifting of e: a refusal ends by an act
// or a review alone.
func (l *Lifting) Of(e *Entry) error {
	if e.Class == Refusal && l.Origin != "" {
		return fmt.Errorf("suppression: lifting of %v: it is a refusal, and neither an act nor a review ends it", l.Entry)
	}
	return nil
}

// A Cursor is a place in the feed of changes. The zero Cursor is its start.
type Cursor uint64

// A Change is one line of the feed: an entry that was added, or a lifting.
// Exactly one of the two is set.
type Change struct {
	At      Cursor   `json:"at"`
	Entry   *Entry   `json:"entry,omitempty"`
	Lifting *Lifting `json:"lifting,omitempty"`
}

// A List keeps entries by fingerprint. Implementations are safe for concurrent
// use, and read and write the primary copy of their data: once Add has
// returned, every later Match anywhere sees the entries.
//
// The first call that names a key binds the List to it; any call with another
// key fails with [ErrKey] and changes nothing. The zero KeyID is no key, and
// fails so, too.
//
// Texts are the same when == says so, whatever the collation of the database
// beneath. What was added is returned byte for byte, and times in UTC and whole
// microseconds. A call whose context is done changes nothing and returns an
// error with context.Cause in its tree.
type List interface {
	// Add adds entries, all or none, and returns how many were new. It is
	// idempotent by ID: an ID that is there already with the same content
	// changes nothing, and one with other content fails with [ErrConflict]. An
	// entry that is not valid fails. Adding never needs authority and never
	// removes or weakens what is there, and an entry that was lifted stays so
	// when it is added again. Add keeps copies.
	Add(ctx context.Context, key contact.KeyID, entries []Entry) (int, error)

	// Match returns the entries for each of fingerprints that were not lifted,
	// ended ones among them, in ascending order of Index. A fingerprint that is
	// asked for twice is answered twice.
	Match(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) ([]Hit, error)

	// Get returns the entry with this ID and its lifting, nil when it was not
	// lifted, or an error with contact.ErrNotFound in its tree.
	Get(ctx context.Context, id uuid.UUID) (Entry, *Lifting, error)

	// Lift records that a refusal ended. It is idempotent: the first Lifting of
	// an entry stays. It fails with contact.ErrNotFound when there is no such
	// entry, and for a Lifting that is not valid or not [Lifting.Of] the entry.
	// Entries of other classes may be lifted too.
	Lift(ctx context.Context, l Lifting) error

	// Changes returns at most limit changes after the cursor, oldest first. A
	// change that commits later has a later cursor: a reader that resumes from
	// the last cursor it saw misses nothing. Fingerprints in it are of the key
	// that the List has now. A limit below 1 is an error.
	Changes(ctx context.Context, after Cursor, limit int) ([]Change, error)

	// Rotate replaces every fingerprint f by wrap(f), in one step, when the
	// List's key is from, and does nothing when it is to or when the List is
	// bound to no key yet, which to then becomes. It may call wrap concurrently.
	Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error
}

// A Rotator is anything that holds fingerprints and can be moved to a new key:
// a List, a contact.Store, a ledger, an outbox.
type Rotator interface {
	Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error
}

// Rotate moves stores from one keyring to the one that [Keyring.Rotated] made
// of it, one after the other. It can be called again after a failure: stores
// that were moved are left alone. Programs that still hold the old keyring get
// [ErrKey] from a store as soon as that store is moved, and must be restarted
// with the new one: they refuse to send until then.
func Rotate(ctx context.Context, from, to *Keyring, stores ...Rotator) error {
	if len(to.secrets) != len(from.secrets)+1 {
		return errNoSuccessor
	}
	secret := to.secrets[len(to.secrets)-1]()
	probe, err := from.Rotated(secret)
	if err != nil {
		return err
	}
	if probe.id != to.id {
		return errNoSuccessor
	}
	last, err := NewKeyring(secret)
	if err != nil {
		return err
	}
	for i, s := range stores {
		if err := s.Rotate(ctx, from.id, to.id, last.wrap); err != nil {
			return fmt.Errorf("suppression: rotate: store %d of %d: %w", i+1, len(stores), err)
		}
	}
	return nil
}

var errNoSuccessor = errors.New("suppression: rotate: the new keyring is not the old one with one more secret")
