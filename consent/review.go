package consent

import (
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// ReviewWithin is how long a human has to say that a likely refusal was none.
// After that it is a refusal.
const ReviewWithin = 7 * 24 * time.Hour

// A ReviewCause says why a human must look. Hosts may use names of their own.
type ReviewCause string

// The causes that Accord writes.
const (
	// LikelyRefusal is a reply that is likely to be a no. What it reaches is
	// suspended until somebody has looked.
	LikelyRefusal ReviewCause = "likely-refusal"
	// UnclearReply is a reply of which nobody knows what it means, or a no to no
	// question.
	UnclearReply ReviewCause = "unclear-reply"
	// UnclearYes is a yes that answers no request, or one of several, or that
	// came after something else or before it was asked for.
	UnclearYes ReviewCause = "unclear-yes"
	// LaterYes is a refusal after which the same person, by its own time, said
	// yes. The refusal stands.
	LaterYes ReviewCause = "later-yes"
	// PoliticalWords are words of a vote in a text that calls itself service.
	PoliticalWords ReviewCause = "political-words-in-service"
)

// A ReviewOutcome says what a review found. The zero ReviewOutcome is none yet.
type ReviewOutcome uint8

// The outcomes. The first four are of what people said, the last two of texts.
const (
	NotReviewed  ReviewOutcome = iota
	WasRefusal                 // it was a no, and is recorded as one
	WasNoRefusal               // it was not: what suspended meanwhile is lifted
	WasYes                     // it was a yes to a request that was open
	WasNothing                 // nothing follows
	WasService                 // the text is a service message
	WasPolitical               // the text is not, and is never sent as one
	reviewOutcomes
)

var reviewOutcomeNames = [reviewOutcomes]string{"open", "refusal", "no-refusal", "yes", "nothing", "service", "political"}

// String returns the name of o, such as "no-refusal"; "open" for NotReviewed.
func (o ReviewOutcome) String() string {
	if o < reviewOutcomes {
		return reviewOutcomeNames[o]
	}
	return fmt.Sprintf("review-outcome-%d", uint8(o))
}

// MarshalText returns the name of o.
func (o ReviewOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what [ReviewOutcome.MarshalText] writes.
func (o *ReviewOutcome) UnmarshalText(text []byte) error {
	return unmarshalName(text, reviewOutcomeNames[:], o, "review outcome")
}

// A Review is something that a human must look at. It holds no address.
type Review struct {
	ID    uuid.UUID   `json:"id"`
	Cause ReviewCause `json:"cause"`
	// Fingerprint is that of who said it. It is zero for a text that is not for
	// one person.
	Fingerprint contact.Fingerprint `json:"fingerprint,omitzero"`
	// Text is the digest of a text that is to be looked at, of [PoliticalWords].
	Text Digest `json:"text,omitzero"`
	// Words are what the person wrote, or the text, without the address. They go
	// with the erasure of the person, and when the review ends, unless it ends as
	// a yes, which they are the evidence of.
	Words string `json:"words,omitempty"`
	// Event is the carrier's or host's name for what happened.
	Event string `json:"event,omitempty"`
	// Clients, Campaigns and Dispatches are those that it may answer or is of.
	Clients    []contact.PartyID `json:"clients,omitempty"`
	Campaigns  []string          `json:"campaigns,omitempty"`
	Dispatches []uuid.UUID       `json:"dispatches,omitempty"`
	// Refusals are the entries of the list that suspend until somebody has
	// looked, and were added because of this review.
	Refusals []uuid.UUID `json:"refusals,omitempty"`
	// Reach is what a refusal would reach. Acts are what may turn out to have
	// happened: one no, and for each request that was open that the person was
	// asked and that they agreed. They hold no evidence.
	Reach []contact.Scope `json:"reach,omitempty"`
	Acts  []Act           `json:"acts,omitempty"`
	// Happened is when the person said it, Opened when this installation learned
	// of it; the age of a review counts from Opened.
	Happened time.Time `json:"happened"`
	Opened   time.Time `json:"opened"`
	// Resolution is nil while the review is open.
	Resolution *ReviewResolution `json:"resolution,omitempty"`
}

// A ReviewResolution says how a review ended.
type ReviewResolution struct {
	By  string        `json:"by"` // a user of the host, or "accord"
	Why string        `json:"why"`
	As  ReviewOutcome `json:"as"`
	// Request is the dispatch of the request that was agreed to, with WasYes.
	Request uuid.UUID `json:"request,omitzero"`
	At      time.Time `json:"at"`
}

// Same reports whether r and o say the same, whenever they did.
func (r ReviewResolution) Same(o ReviewResolution) bool {
	r.At, o.At = time.Time{}, time.Time{}
	return r == o
}

// Validate returns an error that names the first field that is wrong.
func (r *ReviewResolution) Validate() error {
	fail := func(field, what string) error { return fmt.Errorf("consent: resolution: %s %s", field, what) }
	switch {
	case r.By == "":
		return fail("By", "is empty")
	case r.Why == "":
		return fail("Why", "is empty")
	case r.As == NotReviewed || r.As >= reviewOutcomes:
		return fail("As", "is not one of the outcomes")
	case (r.As == WasYes) != (r.Request != uuid.Nil):
		return fail("Request", "is the request that was agreed to, and is there for a yes only")
	case r.At.IsZero():
		return fail("At", "is the zero time")
	}
	return nil
}

// Validate returns an error that names the first field that is wrong.
func (r *Review) Validate() error {
	fail := func(field, what string) error { return fmt.Errorf("consent: review %v: %s %s", r.ID, field, what) }
	switch {
	case r.ID == uuid.Nil:
		return fail("ID", "is empty")
	case r.Cause == "":
		return fail("Cause", "is empty")
	case r.Fingerprint.IsZero() && r.Text == Digest{}:
		return fail("Fingerprint", "is empty, and so is Text")
	case r.Happened.IsZero():
		return fail("Happened", "is the zero time")
	case r.Opened.IsZero():
		return fail("Opened", "is the zero time")
	case r.Cause == PoliticalWords && r.Text == Digest{}:
		return fail("Text", "is empty")
	}
	for i := range r.Acts {
		if r.Acts[i].Evidence != nil {
			return fail(fmt.Sprintf("Acts[%d].Evidence", i), "is set, and evidence is for the ledger")
		}
	}
	if r.Resolution != nil {
		return r.Resolution.Validate()
	}
	return nil
}

// Age returns how long r has been waiting at an instant, or had when it ended.
func (r *Review) Age(at time.Time) time.Duration {
	if r.Resolution != nil && r.Resolution.At.Before(at) {
		at = r.Resolution.At
	}
	return at.Sub(r.Opened)
}

// Due returns when r becomes a refusal by itself, the zero time for never.
func (r *Review) Due() time.Time {
	if r.Cause != LikelyRefusal {
		return time.Time{}
	}
	return r.Opened.Add(ReviewWithin)
}

// overdue reports whether r had become a refusal at an instant.
func (r *Review) overdue(at time.Time) bool {
	due := r.Due()
	return !due.IsZero() && !at.Before(due)
}

// Resolved returns r with a resolution, and without the words that nothing
// needs any more. Stores keep what it returns.
func (r Review) Resolved(as ReviewResolution) Review {
	as.At = stamp(as.At)
	r.Resolution = &as
	if as.As != WasYes {
		r.Words = ""
	}
	return r
}

// allows reports whether a review of this cause can end as o.
func (c ReviewCause) allows(o ReviewOutcome) bool {
	switch c {
	case PoliticalWords:
		return o == WasService || o == WasPolitical
	case LikelyRefusal:
		// Nothing is no answer here: something is suspended.
		return o == WasRefusal || o == WasNoRefusal || o == WasYes
	}
	return slices.Contains([]ReviewOutcome{WasRefusal, WasYes, WasNothing}, o)
}
