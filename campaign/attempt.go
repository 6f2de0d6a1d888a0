package campaign

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

// A SettlementKind says how an attempt ended. The zero SettlementKind is none.
type SettlementKind uint8

// The kinds.
const (
	NoSettlement SettlementKind = iota
	// Answered: the carrier answered; Outcome says what. An unknown outcome
	// ends the wait for an answer and leaves the attempt unknown.
	Answered
	// NotSent: nothing was handed over, for the reason of Code. The dispatch is
	// excluded, or put off where Until is set.
	NotSent
)

// A Settlement is what became of an attempt.
type Settlement struct {
	Attempt AttemptID
	Kind    SettlementKind
	Outcome provider.Outcome
	// Final says that a temporary outcome is not tried again.
	Final bool
	Code  consent.Code
	// Until is when the dispatch may be tried again, where it may: after it was
	// put off, or not taken by the carrier.
	Until time.Time
	At    time.Time
	// Trace is what the decision rested on; nil where there was none.
	Trace *consent.Trace
	// Segments is how many were handed over, by our own count and with the
	// carrier's clause; 0 where nobody counted. What the carrier counted is in
	// Outcome.
	Segments int
	// Language is that of the words that were handed over, where they had one.
	Language string
}

// An Attempt is what an outbox knows of one try.
type Attempt struct {
	ID       AttemptID
	Campaign string
	// Worker held the lease that it was marked under.
	Worker     string
	Marked     time.Time
	LeaseUntil time.Time
	// Cancel says that it is no attempt, and stands in the place of one.
	Cancel     bool
	Settlement Settlement // zero while nothing is known
	Receipt    provider.Status
	ReceiptAt  time.Time
	// ReceiptSegments is how many the carrier counted in the first receipt that
	// said so; 0 while none did.
	ReceiptSegments int
	// Contradictions counts outcomes and receipts that came later and said
	// something else. The first stays.
	Contradictions int
}

// Known reports whether what became of a is known.
func (a *Attempt) Known() bool {
	switch a.Settlement.Kind {
	case NotSent:
		return true
	case Answered:
		return a.Settlement.Outcome.Kind != provider.Unknown
	default:
		return a.Cancel
	}
}

// Stands reports whether no further attempt may be made after a: it went, may
// have gone, is on its way, is refused for good, or was cancelled.
func (a *Attempt) Stands() bool {
	switch {
	case a.Cancel || !a.Known():
		return true
	case a.Settlement.Kind == NotSent:
		return a.Settlement.Until.IsZero()
	default:
		return a.Settlement.Final || !a.Settlement.Outcome.Kind.NotTaken()
	}
}

// Class returns the class of a row whose last attempt is a, at the store's
// instant now.
func (a *Attempt) Class(row Class, now time.Time) Class {
	s := &a.Settlement
	switch {
	case a.Cancel:
		return Class{Cancelled, ""}
	case s.Kind == NoSettlement && now.Before(a.LeaseUntil):
		return Class{InFlight, ""}
	case !a.Known():
		return Class{Unknown, ""}
	case s.Kind == NotSent && s.Until.IsZero():
		return Class{Excluded, s.Code}
	case s.Kind == NotSent && now.Before(s.Until):
		return Class{Deferred, s.Code}
	case s.Kind == NotSent:
		return row
	}
	switch s.Outcome.Kind {
	case provider.Rejected:
		return Class{Failed, consent.Code(s.Outcome.Cause)}
	case provider.Temporary, provider.Throttled:
		if s.Final {
			return Class{Failed, "temporary"}
		}
		if now.Before(s.Until) {
			return Class{Deferred, "carrier." + consent.Code(s.Outcome.Kind.String())}
		}
		return row
	}
	switch a.Receipt {
	case provider.Delivered:
		return Class{Delivered, ""}
	case provider.Undelivered:
		return Class{Undelivered, ""}
	case provider.Expired:
		return Class{Undelivered, "expired"}
	default:
		return Class{HandedOver, ""}
	}
}

// Counts reports whether a is a message that went or may have gone, as
// Messages.Sent means it.
func (a *Attempt) Counts() bool {
	if a.Cancel || a.Settlement.Kind == NotSent || a.Receipt == provider.Undelivered || a.Receipt == provider.Expired {
		return false
	}
	return !a.Known() || a.Settlement.Outcome.Kind == provider.Accepted
}

// Settle records s on a, as Queue.Settle promises, and reports whether that
// changed anything. It is for stores, and keeps what s points at.
func (a *Attempt) Settle(s Settlement) bool {
	if !a.Known() {
		s.complete(&a.Settlement)
		a.Settlement = s
		return true
	}
	switch {
	case s.Kind == NoSettlement || s.Kind == Answered && s.Outcome.Kind == provider.Unknown:
		return false // whoever does not know contradicts nobody
	case s.Kind != a.Settlement.Kind || s.Kind == Answered && s.Outcome.Kind != a.Settlement.Outcome.Kind:
		a.Contradictions++
		return true
	}
	return a.Settlement.complete(&s)
}

// complete adds to s what only other says, and reports whether there was
// something: a receipt knows no trace, and an answer may come without the
// carrier's name for the message.
func (s *Settlement) complete(other *Settlement) (changed bool) {
	if s.Trace == nil && other.Trace != nil {
		s.Trace, changed = other.Trace, true
	}
	if s.Kind != Answered {
		return changed
	}
	if s.Outcome.CarrierID == "" && other.Outcome.CarrierID != "" {
		s.Outcome.CarrierID, changed = other.Outcome.CarrierID, true
	}
	if s.Segments == 0 && other.Segments != 0 && !s.Outcome.Kind.NotTaken() {
		s.Segments, changed = other.Segments, true
	}
	return changed
}

// Report records a receipt on a, as Messages.Report promises, and reports
// whether its status is new. It is for stores.
func (a *Attempt) Report(r Receipt) (fresh bool) {
	if !a.Known() {
		s := a.Settlement
		s.Attempt, s.Kind, s.At = a.ID, Answered, r.At
		s.Outcome.Kind = provider.Accepted
		if r.CarrierID != "" {
			s.Outcome.CarrierID = r.CarrierID
		}
		a.Settle(s)
	}
	switch {
	case a.Settlement.Outcome.Kind != provider.Accepted:
		a.Contradictions++ // the carrier said that it did not take it
		return false
	case a.Receipt == provider.NoStatus:
		a.Receipt, a.ReceiptAt, fresh = r.Status, r.At, true
	case a.Receipt != r.Status:
		a.Contradictions++
	}
	if a.ReceiptSegments == 0 {
		a.ReceiptSegments = r.Segments
	}
	return fresh
}
