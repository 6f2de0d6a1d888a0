package consent

import (
	"context"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// A ReviewQuery says which reviews are asked for. The zero value of a field
// asks for all.
type ReviewQuery struct {
	// Open asks for those that nobody has resolved, Closed for the others.
	Open, Closed bool
	Cause        ReviewCause
	Campaign     string          // one of Campaigns
	Client       contact.PartyID // one of Clients
	Fingerprint  contact.Fingerprint
	// After is the last review of the page before, the zero ID for the first
	// page.
	After uuid.UUID
	// Limit is how many there are in a page.
	Limit int
}

// A ReviewStore keeps reviews. Hosts read and resolve them through a
// [Reviewer]. Implementations are safe for concurrent use, and read and write
// the primary copy of their data: once OpenReview has returned, every later
// Reviews anywhere sees the review.
//
// The first call that names a key binds the ReviewStore to it; any call with
// another key fails with suppression.ErrKey and changes nothing.
//
// Texts are the same when == says so, whatever the collation of the database
// beneath. What was put is returned byte for byte, and times in UTC and whole
// microseconds. A store keeps and returns copies. A call whose context is done
// changes nothing, and returns an error with context.Cause in its tree.
type ReviewStore interface {
	// OpenReview keeps a review that is open, and reports whether it is new. It
	// is idempotent by ID: one that is there already changes nothing, whether it
	// is resolved or not, and gets no words back that are gone. Words and Opened
	// are not compared; an ID used for another review fails with [ErrConflict].
	// A review that is not valid fails, and so does one with a Resolution.
	OpenReview(ctx context.Context, key contact.KeyID, r Review) (bool, error)

	// Review returns the review with this ID, or an error with
	// contact.ErrNotFound in its tree.
	Review(ctx context.Context, id uuid.UUID) (Review, error)

	// Reviews returns the reviews that a query asks for, oldest first: by Opened
	// and then by the bytes of ID. A review that was resolved keeps its place. A
	// query with a Limit below 1, or After a review that is not there, is an
	// error.
	Reviews(ctx context.Context, key contact.KeyID, q ReviewQuery) ([]Review, error)

	// ResolveReview records how a review ended, as [Review.Resolved] makes it,
	// and returns it. It is idempotent: the same resolution again, at whatever
	// time, changes nothing and returns the first. Another one fails with
	// [ErrConflict]: of two at the same time one wins. One that is not valid
	// fails, and a review that is not there is contact.ErrNotFound.
	ResolveReview(ctx context.Context, id uuid.UUID, as ReviewResolution) (Review, error)

	// EraseReviews removes the words of every review of a fingerprint. The
	// reviews stay, open ones as open as they were: a likely refusal survives. No
	// review is not an error.
	EraseReviews(ctx context.Context, key contact.KeyID, fingerprint contact.Fingerprint) error

	// Rotate replaces every fingerprint f by wrap(f), in one step, when the
	// store's key is from, and does nothing when it is to or when the store is
	// bound to no key yet, which to then becomes. A zero fingerprint stays zero.
	Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error
}
