package campaign

import (
	"context"
	"errors"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

// The errors of an [Outbox].
var (
	// ErrConflict says that a campaign's ID is used for another.
	ErrConflict = errors.New("campaign: ID used for another campaign")
	// ErrStatus says that the status of the campaign does not allow the step.
	ErrStatus = errors.New("campaign: not possible in this status")
	// ErrLease says that a lease is over, or was given to somebody else since.
	ErrLease = errors.New("campaign: lease lost")
	// ErrCopy says that an outbox finds itself to be a copy of another: restored
	// from a backup, or a standby that took over. It does not know what the other
	// has sent since, and gives out no lease until somebody answers for it.
	ErrCopy = errors.New("campaign: the outbox is a copy, and may not know what was sent")
)

// A Saved campaign is a campaign with how far its launch and its status are.
type Saved struct {
	Campaign Campaign
	Status   Status
	Launch   Progress
	// Approvals are those that were given, oldest first.
	Approvals []Approval
	// Changes are those of the status after the launch, oldest first.
	Changes []StatusChange
}

// Progress says how much of an audience is frozen.
type Progress struct {
	Chunks   int              // frozen so far
	Next     contact.Position // where the next chunk starts
	Complete bool
	// Tally counts the contacts frozen so far, duplicates among them.
	Tally Tally
	// Digest is that of the last chunk: of the filter and of everybody frozen so
	// far, in order.
	Digest consent.Digest
}

// A Row is one contact of a frozen audience with an address. It holds no
// address.
type Row struct {
	Dispatch    provider.DispatchID
	Contact     contact.ID
	Fingerprint contact.Fingerprint
	// District is that of the contact when the audience was frozen; "" for a
	// campaign without Districts.
	District string
	// Class is Ready or Excluded, with the code of the basis or of the reason.
	Class Class
}

// A Chunk is one piece of a frozen audience, of about a thousand contacts.
type Chunk struct {
	Campaign string
	Seq      int // 1 for the first
	Rows     []Row
	// Rest counts the contacts of the piece that have no row because they have
	// no address.
	Rest Tally
	Next contact.Position // where the following chunk starts
	Last bool
	// Digest is the SHA-256 of the audience up to and with this chunk.
	Digest consent.Digest
}

// An AttemptID names one attempt to send one dispatch. Attempts are numbered
// from 1.
type AttemptID struct {
	Dispatch provider.DispatchID `json:"dispatch"`
	No       int                 `json:"no"`
}

// A Lease is the right of one worker to mark rows of one chunk, for a time by
// the store's clock.
type Lease struct {
	Campaign string
	Chunk    int
	// Token is higher than that of every earlier lease of the chunk, and 0 when
	// there was nothing to lease.
	Token uint64
	Until time.Time
	// Now is the store's clock.
	Now time.Time
	// Rows are those of the chunk that may be tried now.
	Rows []Pending
	// Next is, when there was nothing to lease, the earliest moment at which
	// there may be: a deferral or a lease that ends. Zero means never.
	Next time.Time
}

// A Pending row is one that may be tried.
type Pending struct {
	Row
	No int // the number of the next attempt
}

// A Deferral puts a row off.
type Deferral struct {
	Dispatch provider.DispatchID
	Until    time.Time
	Code     consent.Code
}

// A Dispatched is a row with its attempts, oldest first.
type Dispatched struct {
	Campaign string
	Row      Row
	Attempts []Attempt
}

// A Ref names a dispatch by its ID, or, where that is zero, by the carrier's
// name for one of its messages: two carriers may use one name for two.
type Ref struct {
	Dispatch  provider.DispatchID
	CarrierID string
}

// A Receipt is what a carrier reported about a message.
type Receipt struct {
	Ref
	Status   provider.Status
	At       time.Time
	Segments int
}

// An EventRecord is an event that was received, with what follows from it.
type EventRecord struct {
	ID string
	At time.Time
	// Effect is what the Inbox worked out when the event first came. It holds
	// no address.
	Effect []byte
	// Campaigns are those that it is about, each once, and Sign what it counts
	// as in their Pulse.
	Campaigns []string
	Sign      Sign
}

// An Outbox keeps campaigns, their frozen audiences and every attempt to send.
// Implementations are safe for concurrent use by many processes, and read and
// write the primary copy of their data. Times by which leases end are those of
// the store's own clock.
//
// Texts are the same when == says so, whatever the collation of the database
// beneath. What was kept is returned byte for byte, and times in UTC and whole
// microseconds. Implementations keep and return copies. A call whose context is
// done changes nothing and returns an error with context.Cause in its tree. One
// about a campaign that is not there fails with contact.ErrNotFound.
//
// The first call that names a key binds the Outbox to it; any call with another
// key fails with suppression.ErrKey and changes nothing. The zero KeyID is no
// key, and fails so, too.
type Outbox interface {
	Campaigns
	Queue
	Messages

	// Remember keeps what follows from an event, once: for an ID that is there
	// already it returns the record of the first time, and false.
	Remember(ctx context.Context, r EventRecord) (EventRecord, bool, error)

	// Rotate replaces every fingerprint f by wrap(f), in one step, when the
	// Outbox's key is from, and does nothing when it is to or when the Outbox is
	// bound to no key yet, which to then becomes. Dispatches keep their IDs.
	Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error
}

// Campaigns is the part of an [Outbox] that keeps campaigns and audiences.
type Campaigns interface {
	// Create keeps a campaign, in status Launching. It is idempotent: the same
	// campaign again changes nothing, and another with the same ID fails with
	// [ErrConflict].
	Create(ctx context.Context, c Campaign) error

	// Campaign returns the campaign called id, or an error with
	// contact.ErrNotFound in its tree.
	Campaign(ctx context.Context, id string) (Saved, error)

	// SetStatus changes the status: Running to Paused and back, and any to
	// Stopped, which is for ever. The status that it has already is no error and
	// changes nothing; any other change fails with [ErrStatus]. The change is
	// kept, with the store's own time for its At.
	SetStatus(ctx context.Context, id string, c StatusChange) error

	// Pulse returns how the sending of a campaign goes; Recent counts attempts
	// that were marked at the instant since or later.
	Pulse(ctx context.Context, id string, since time.Time) (Pulse, error)

	// Freeze adds a chunk to the audience, in one step, and returns the progress
	// after it. A row whose fingerprint is in the audience already is not added,
	// and counts as Excluded with [CodeDuplicate]. It is idempotent by campaign
	// and Seq: a chunk that is there already changes nothing. A Seq that is not
	// the next fails with [ErrStatus], as does a campaign that is not Launching.
	// The last chunk makes the campaign Running.
	Freeze(ctx context.Context, key contact.KeyID, c Chunk) (Progress, error)

	// Approve adds an approval to a campaign whose launch is complete. It is
	// idempotent: one that differs in nothing but its time, and perhaps in the
	// proofs, from one that is there changes nothing. It fails with [ErrStatus]
	// while the campaign is Launching and when it is Stopped, and with
	// [ErrApproval] when a.Audience is not the Digest of the launch.
	Approve(ctx context.Context, id string, a Approval) error

	// Tally returns how many contacts of the frozen audience are in each class
	// now. The sum is always that of Progress. A row without an attempt is in
	// its frozen class, or Deferred; what would be Ready or Deferred in a
	// Stopped campaign is Cancelled. An attempt that is marked and not settled
	// is InFlight while its lease holds, and Unknown after.
	Tally(ctx context.Context, id string) (Tally, error)
}

// Queue is the part of an [Outbox] that workers use.
type Queue interface {
	// Lease gives one chunk of a Running campaign to worker: one with rows that
	// may be tried now, that nobody holds a lease of. A row may be tried when it
	// is Ready, is not put off beyond now, and has no attempt that stands: its
	// last attempt was settled not taken by the carrier, or not sent and put
	// off, and the Until of that settlement has come. Where there is none, the
	// Token of the answer is 0. A campaign that is not Running fails with
	// [ErrStatus], and one that fewer people have approved than its Approvals
	// demands with [ErrApproval].
	Lease(ctx context.Context, campaign, worker string, d time.Duration) (Lease, error)

	// Defer puts rows off. A lease that is over fails with [ErrLease].
	Defer(ctx context.Context, l Lease, ds []Deferral) error

	// Mark records that attempts are about to be made, in one step, synchronous
	// to disk, and says for each whether it was recorded. One is not recorded
	// when an attempt of that dispatch stands, when its number is not the next,
	// or when the dispatch was cancelled. A lease that is over, or whose token
	// is not the latest of the chunk, fails with [ErrLease]; a campaign that is
	// not Running fails with [ErrStatus]; nothing is recorded then.
	//
	// While a campaign with a Pilot was never Running again after a pause, first
	// attempts are recorded up to that number in all, and the step that reaches
	// it also makes the campaign Paused, By [ByAccord] and for [PilotDone].
	Mark(ctx context.Context, l Lease, ids []AttemptID) ([]bool, error)

	// Settle records what became of attempts. It is accepted from anyone at any
	// time, lease or not, and only moves from unknown to known: a settlement
	// that says otherwise than an earlier one is counted as a contradiction and
	// changes nothing else. One that says the same adds what was not known, the
	// trace, the carrier's ID and the segments: a receipt may come before the
	// answer. An attempt that was never marked fails with contact.ErrNotFound;
	// the others are recorded all the same.
	Settle(ctx context.Context, ss []Settlement) error

	// Release ends a lease early. A lease that is over already is no error.
	Release(ctx context.Context, l Lease) error
}

// Messages is the part of an [Outbox] that answers about addresses and
// dispatches.
type Messages interface {
	// Cancel cancels the dispatches to an address that were not tried or may be
	// tried again, in every campaign that one of the scopes reaches, and returns
	// how many. It records in the place of the next attempt, so that of a
	// cancelling and a marking one comes second and loses. What is marked and
	// not settled is not touched.
	Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error)

	// InFlight returns the attempts to an address that are marked and of which
	// nothing is known, oldest first. It reads what is committed when it is
	// called: a caller who wants to see what was marked during its own earlier
	// steps calls it after them.
	InFlight(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]Attempt, error)

	// Sent returns, for each address, the messages since an instant that went
	// or may have gone: every attempt that is not settled, settled as unknown,
	// or accepted, and not reported undelivered or expired; oldest first.
	Sent(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint, since time.Time) ([][]consent.Sent, error)

	// Find returns the dispatch that r names, or an error with
	// contact.ErrNotFound in its tree.
	Find(ctx context.Context, r Ref) (Dispatched, error)

	// Report records a receipt on the last attempt of the dispatch, or on that
	// with the carrier's ID where one is given. An attempt of which nothing is
	// known is thereby known to be accepted. The first final status stays;
	// another that comes later is counted as a contradiction, and so is one for
	// an attempt that is known not to have gone. The first number of segments
	// stays, too, beside those that we counted. It returns the attempt, and
	// whether the status is new. Where there is none it fails with
	// contact.ErrNotFound.
	Report(ctx context.Context, r Receipt) (Attempt, bool, error)

	// Unknowns returns at most limit attempts of a campaign that were marked,
	// whose outcome nobody knows, and whose lease is over or whose carrier could
	// not say; oldest first. An empty campaign means all; one that is not there
	// has none.
	Unknowns(ctx context.Context, campaign string, limit int) ([]Attempt, error)
}

// dispatches is the namespace of dispatch IDs.
var dispatches = uuid.MustParse("6d0c7d1e-2a5b-5c0a-9a83-6f3b0a0f4c11")

// NewDispatch returns the ID of the dispatch of a campaign to an address: the
// same whoever asks, so that an audience that is frozen twice is one.
func NewDispatch(campaign string, f contact.Fingerprint) provider.DispatchID {
	return uuid.NewSHA1(dispatches, append([]byte(campaign+"\x00"), f[:]...))
}
