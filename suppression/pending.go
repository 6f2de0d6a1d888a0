package suppression

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// A DigestFile is a file of digests that was imported: what it says of each of
// its lines, and how they are to be read.
type DigestFile struct {
	// ID names everything here but Recorded.
	ID       uuid.UUID       `json:"id"`
	Name     string          `json:"name"`
	Format   DigestFormat    `json:"format"`
	Class    Class           `json:"class"`
	Scope    contact.Scope   `json:"scope"`
	Reason   Reason          `json:"reason"`
	Client   contact.PartyID `json:"client,omitempty"`
	Campaign string          `json:"campaign,omitempty"`
	Until    time.Time       `json:"until,omitzero"`
	Recorded time.Time       `json:"recorded"`
}

// Validate returns an error that names the first field that is wrong.
func (f *DigestFile) Validate() error {
	fail := func(what string) error { return fmt.Errorf("suppression: file of digests %v: %s", f.ID, what) }
	switch {
	case f.ID == uuid.Nil:
		return fail("ID is empty")
	case f.Name == "":
		return fail("Name is empty")
	}
	if err := f.Format.Validate(); err != nil {
		return err
	}
	e := f.entry(PendingDigest{Line: 1, Happened: f.Recorded}, contact.Fingerprint{1}, f.ID)
	return e.Validate()
}

// entry is what a line becomes once it is known whose it is.
func (f *DigestFile) entry(d PendingDigest, fingerprint contact.Fingerprint, id uuid.UUID) Entry {
	return Entry{
		ID: id, Class: f.Class, Fingerprint: fingerprint, Scope: f.Scope, Reason: f.Reason, Client: f.Client, Campaign: f.Campaign,
		Until: f.Until, Happened: d.Happened, Recorded: f.Recorded, Origin: fmt.Sprintf("file %s line %d", f.Name, d.Line),
	}
}

// space is where the IDs of its entries live: those that [Import] gives to the
// addresses of a file of this name, whatever the format, so that a file that was
// first read with another format, or sent again in the clear, is the same file.
func (f *DigestFile) space() uuid.UUID {
	o := ImportOptions{File: f.Name, Scope: f.Scope, Class: f.Class, Client: f.Client, Campaign: f.Campaign}
	return o.space()
}

// A PendingDigest is a line of a [DigestFile].
type PendingDigest struct {
	Digest   Digest    `json:"-"`
	Line     int       `json:"line"` // from 1
	Happened time.Time `json:"happened"`
}

// Validate returns an error that names the first field that is wrong.
func (d *PendingDigest) Validate() error {
	switch {
	case d.Digest == Digest{}:
		return errors.New("suppression: pending digest: Digest is empty")
	case d.Line < 1:
		return errors.New("suppression: pending digest: Line is below 1")
	case d.Happened.IsZero():
		return errors.New("suppression: pending digest: Happened is the zero time")
	}
	return nil
}

// A DigestHit is a pending digest that is one of those asked for.
type DigestHit struct {
	Index   int       // in the slice asked for
	File    uuid.UUID // the ID of its DigestFile
	Pending PendingDigest
}

// A Resolution says which entry of a [List] a pending digest became.
type Resolution struct {
	File   uuid.UUID
	Digest Digest
	Entry  uuid.UUID
}

// A DigestCount is a file of digests, and how many it has.
type DigestCount struct {
	DigestFile
	Digests int `json:"digests"`
	// Resolved are those whose address is known and on the list. None at all, of
	// many, says that the contract describes another format, or another salt.
	Resolved int `json:"resolved"`
}

// String says, for example, "refusals.txt: 0 of 3 resolved".
func (c DigestCount) String() string {
	return fmt.Sprintf("%s: %d of %d resolved", c.Name, c.Resolved, c.Digests)
}

// Pending keeps the digests of people whom nobody here knows yet. Those of
// telephone numbers are reversible in minutes (see [Digest]): what a Pending
// keeps is as personal as the numbers, and is guarded, counted and erased as
// they are. It belongs in another place than the [List].
//
// Implementations are safe for concurrent use, and read and write the primary
// copy of their data: once Add has returned, every later Match anywhere sees the
// digests. Texts are the same when == says so, whatever the collation of the
// database beneath. What was added is returned byte for byte, and times in UTC
// and whole microseconds. A call whose context is done changes nothing and
// returns an error with context.Cause in its tree, and a call that fails changes
// nothing, unless the connection to a database was lost before its answer came.
// No error holds a digest.
type Pending interface {
	// Add adds digests to file, all or none, and returns how many were new in it.
	// It is idempotent by the file's ID and digest: one that is there already, or
	// that comes twice in one call, keeps its first line and date, and stays
	// resolved when it was. A file is kept with its first digest, or without any,
	// and keeps its first Recorded; an ID that is there with other content fails
	// with [ErrConflict]. A file or digest that is not valid fails. Add keeps
	// copies.
	Add(ctx context.Context, file DigestFile, digests []PendingDigest) (int, error)

	// Files returns every file that was added and not forgotten, in the order of
	// their first Add, each with the number of its digests and of those that are
	// resolved.
	Files(ctx context.Context) ([]DigestCount, error)

	// Match returns what is pending under each of digests, in whichever files, in
	// ascending order of Index and then in the order of Files. A digest that is
	// asked for twice is answered twice; one that is resolved is not answered.
	Match(ctx context.Context, digests []Digest) ([]DigestHit, error)

	// Resolve records which entries digests became, all or none. It is
	// idempotent: the first resolution of a digest in a file stays. It fails with
	// contact.ErrNotFound when there is no such digest in the file.
	Resolve(ctx context.Context, resolutions []Resolution) error

	// Forget removes a file and all its digests, and returns how many there were;
	// a file that is not there has none. Entries that digests became are on the
	// list, and stay there.
	Forget(ctx context.Context, file uuid.UUID) (int, error)
}
