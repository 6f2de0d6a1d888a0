package campaign

import (
	"context"
	"errors"
	"time"
)

// ErrCursor says that a cursor is none of those that were given out.
var ErrCursor = errors.New("campaign: no such cursor")

// Records is what a [Reporter] reads an [Outbox] by. It is optional, found by
// type assertion: an Outbox without it sends and receives as well, and cannot
// be reported on.
//
// What holds for an Outbox holds here: copies, times in UTC and whole
// microseconds, texts byte for byte, contexts that are done.
type Records interface {
	// Rows returns at most limit rows of the frozen audience of a campaign that
	// follow a cursor, with their attempts, oldest first and without the traces
	// of their decisions, and the class that Tally counts each in. The cursor "" stands before the first row; that of
	// the answer is "" when it has the last row that is frozen. A limit below 1
	// means 1. A campaign that is not there fails with contact.ErrNotFound, and
	// a cursor that is none with [ErrCursor].
	//
	// Rows come in an order that does not change, whatever is sent, settled,
	// deferred or cancelled meanwhile, and those frozen later come later: who
	// reads from "" to "" sees each row that was there at the start exactly
	// once. The rows of one answer are of one moment, its Now by the clock of
	// the store; between two answers attempts may be added and settled, and
	// classes change.
	Rows(ctx context.Context, campaign, after string, limit int) (RecordPage, error)

	// Events returns at most limit of the records that Remember keeps, whose At
	// is not before from and before until, in the order of At and then ID, and
	// the cursor behind the last, "" when there are no more. The cursor "" stands
	// before the first. A limit below 1 means 1, and a cursor that is none fails
	// with [ErrCursor]. One that is remembered during the reading may be left
	// out; the others come exactly once.
	Events(ctx context.Context, from, until time.Time, after string, limit int) ([]EventRecord, string, error)
}

// A RecordPage is what [Records] answers.
type RecordPage struct {
	Rows []Recorded
	Next string
	Now  time.Time
}

// A Recorded row is a dispatch with the class that it is in now.
type Recorded struct {
	Dispatched
	Class Class
}
