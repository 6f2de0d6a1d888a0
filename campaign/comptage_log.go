package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

var (
	// ErrTooMany says that somebody asked too often. The error is a
	// [TooManyError], which says when to come again.
	ErrTooMany = errors.New("campaign: asked too often")
	// ErrStale says that answers were kept since the caller read them.
	ErrStale = errors.New("campaign: answers were kept meanwhile")
)

// A TooManyError is the [ErrTooMany] that says when to come again.
type TooManyError struct {
	Again time.Time
}

// Error says when to come again.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("%v: come again at %s", ErrTooMany, e.Again.UTC().Format(time.RFC3339))
}

// Unwrap returns [ErrTooMany].
func (e *TooManyError) Unwrap() error { return ErrTooMany }

// A CountAnswer is a number that a client was told.
type CountAnswer struct {
	// Set stands for the people counted: 664 bytes from which, without the
	// secret of the [Counter], nobody can be found.
	Set  []byte
	Told Count
	At   time.Time
}

// A CountLog keeps what clients were told about the size of bases, so that the
// next answer says no more than the last. Implementations are safe for
// concurrent use by many processes. What was kept is returned byte for byte, and
// times in UTC and whole microseconds. Implementations keep and return copies. A
// call whose context is done changes nothing and returns an error with
// context.Cause in its tree.
type CountLog interface {
	// Take notes that a client asks at an instant, in one step, unless it was
	// noted limit times after at minus window: then nothing is noted, and
	// Take returns false and the instant from which one more would be. Times
	// that are after at count, too: another process has a faster clock.
	Take(ctx context.Context, client contact.PartyID, at time.Time, window time.Duration, limit int) (again time.Time, ok bool, err error)

	// Answers returns what a client was told about a base, oldest first.
	Answers(ctx context.Context, client contact.PartyID, base contact.BaseID) ([]CountAnswer, error)

	// Keep adds answers, all or none. When there are not exactly after answers
	// of that client about that base, it keeps none and fails with [ErrStale].
	Keep(ctx context.Context, client contact.PartyID, base contact.BaseID, after int, answers []CountAnswer) error
}
