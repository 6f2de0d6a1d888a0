package campaign

import (
	"fmt"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A Figure is one count of a [Report] and what it is the sum of, where it is
// one.
type Figure struct {
	Key   string   `json:"key"`
	Count int      `json:"count"`
	Parts []Figure `json:"parts,omitempty"`
}

// Find returns the figure at path below f, or a zero one.
func (f Figure) Find(path ...string) Figure {
	for _, key := range path {
		i := f.index(key)
		if i < 0 {
			return Figure{}
		}
		f = f.Parts[i]
	}
	return f
}

func (f *Figure) index(key string) int {
	for i := range f.Parts {
		if f.Parts[i].Key == key {
			return i
		}
	}
	return -1
}

// check returns an error that names the first figure which is not the sum of its
// parts.
func (f *Figure) check(path string) error {
	if len(f.Parts) == 0 {
		return nil
	}
	sum := 0
	for i := range f.Parts {
		sum += f.Parts[i].Count
		if err := f.Parts[i].check(path + "/" + f.Parts[i].Key); err != nil {
			return err
		}
	}
	if sum != f.Count {
		return fmt.Errorf("campaign: report: %s is %d, and its parts add up to %d", path, f.Count, sum)
	}
	return nil
}

// The keys of figures. Below each of excluded, deferred, failed and refusals the
// keys are codes: those of consent.Code, provider.Cause and suppression.Reason.
const (
	FigureOrdered    = "ordered"    // contacts of the frozen audience
	FigureDuplicate  = "duplicate"  // had the address of another
	FigureExcluded   = "excluded"   // by a rule or a list, in the groups that follow
	FigureRefusal    = "refusal"    // the person's no, on a list or in the ledger
	FigureHygiene    = "hygiene"    // the address does not work
	FigureExclusion  = "exclusion"  // the client's wish
	FigureNoConsent  = "no-consent" // nothing shows that the person agreed
	FigureContact    = "contact"    // the contact lacks something, or is gone
	FigureRule       = "rule"       // any other rule
	FigureNotTried   = "not-tried"
	FigureCancelled  = "cancelled"
	FigureDeferred   = "deferred"
	FigureFailed     = "failed"
	FigureUnknown    = "unknown"
	FigureInFlight   = "in-flight"
	FigureHandedOver = "handed-over"
	FigureDelivered  = "delivered"
	FigureNotReached = "undelivered"
	FigureNoReceipt  = "no-receipt" // handed over, and nothing reported yet

	FigureAttempts = "attempts"
	FigureAccepted = "accepted"
	FigureNotSent  = "not-sent" // the gate said no after the mark

	FigureReturned     = "returned"
	FigureRefusals     = "refusals"
	FigureReplies      = "replies"
	FigureAgreed       = "agreed"
	FigureDisconnected = "disconnected"
	// FigureOther stands, in a report that was reduced, for several figures.
	FigureOther = "other"
)

// A Report says what became of a campaign: what its client ordered, what its
// carrier bills, and why the two differ. It holds no address. Field names in
// JSON do not change.
type Report struct {
	Campaign    string            `json:"campaign"`
	Name        string            `json:"name,omitempty"`
	Client      contact.PartyID   `json:"client"`
	Controllers []contact.PartyID `json:"controllers"`
	Base        contact.BaseID    `json:"base"`
	Owner       contact.PartyID   `json:"owner"`
	Mode        contact.BaseMode  `json:"mode"`
	Status      Status            `json:"status"`
	// At is when it was read, by the clock of the store, and Zone that of hours
	// and days. While messages go and receipts come, figures are of the moments
	// at which their pages were read.
	At   time.Time `json:"at"`
	Zone string    `json:"zone"`
	// Launched is how many contacts the launch counted: what Ordered must be.
	Launched int `json:"launched"`
	// Ordered is every contact of the frozen audience, each in one place below.
	Ordered Figure `json:"ordered"`
	// Attempts are the tries to hand over, by how they ended; Tried is how many
	// dispatches had one, and Retries how many tries were not the first.
	Attempts Figure `json:"attempts"`
	Tried    int    `json:"tried"`
	Retries  int    `json:"retries"`
	// Returned are the events that were attributed to the campaign: a person may
	// send several. Shared is how many of them were attributed to others, too:
	// a short code does not say whom a STOP answers.
	Returned Figure `json:"returned"`
	Shared   int    `json:"shared"`
	// Hours and Days have a line for each hour and day in which something was.
	Hours Timeline `json:"hours"`
	Days  Timeline `json:"days"`
	// Languages are what was handed over, by the language of the words; Shares
	// are the same by ReportOptions.Share.
	Languages []Figure `json:"languages"`
	Shares    []Figure `json:"shares,omitempty"`
	Segments  Segments `json:"segments"`
	// LateCount is how many messages went, or may have gone, after the person
	// refused and before we knew, by the refusals that stand, and Late the first
	// of them.
	LateCount int        `json:"late_count"`
	Late      []SentLate `json:"late,omitempty"`
	// Says are the words of the codes above, where a rule has some.
	Says map[consent.Code]consent.Words `json:"says,omitempty"`
	// Reduced says that [Report.For] left something out.
	Reduced bool `json:"reduced,omitempty"`
}

// A Timeline counts by hour or by day.
type Timeline struct {
	HandedOver []Moment `json:"handed_over"` // by when the attempt was marked
	Delivered  []Moment `json:"delivered"`   // by the receipt
	Refusals   []Moment `json:"refusals"`    // by when the person sent it
}

// A Moment is the count of the hour or day that begins at Start. In a report
// that was reduced, the zero Start stands for several that were merged.
type Moment struct {
	Start time.Time `json:"start,omitzero"`
	Count int       `json:"count"`
}

// Segments compares what was counted of the messages that were handed over.
type Segments struct {
	Ours     int `json:"ours"`     // by us, when they were handed over
	Answered int `json:"answered"` // by the carrier, in its answers
	Reported int `json:"reported"` // by the carrier, in its receipts
	// Due is what is to be paid for: for each message the last of receipt,
	// answer and our own count that says a number. Cost is Due times Price, in
	// millionths of the currency unit.
	Due   int   `json:"due"`
	Price int64 `json:"price,omitempty"`
	Cost  int64 `json:"cost,omitempty"`
	// Uncounted is how many messages nobody counted the segments of. Differing
	// is of how many the numbers said are not all the same, and Differences the
	// first of them.
	Uncounted   int                 `json:"uncounted"`
	Differing   int                 `json:"differing"`
	Differences []SegmentDifference `json:"differences,omitempty"`
}

// A SegmentDifference is a message whose segments were counted differently; 0
// where somebody said no number.
type SegmentDifference struct {
	Attempt  AttemptID `json:"attempt"`
	Ours     int       `json:"ours"`
	Answered int       `json:"answered"`
	Reported int       `json:"reported"`
}

// A SentLate went after the person refused and before we knew.
type SentLate struct {
	Attempt AttemptID `json:"attempt"`
	Refused time.Time `json:"refused"`
	Sent    time.Time `json:"sent"`
	Known   time.Time `json:"known"`
}

// Count returns a figure of the audience by its path, such as
// "handed-over/delivered", and Ordered for "".
func (r *Report) Count(path string) int {
	if path == "" {
		return r.Ordered.Count
	}
	return r.Ordered.Find(strings.Split(path, "/")...).Count
}

// Check returns an error that says which line of r does not add up: a figure
// that is not the sum of its parts, or a total that is another somewhere else.
// What [Report.For] left out is not compared.
func (r *Report) Check() error {
	for _, f := range []*Figure{&r.Ordered, &r.Attempts, &r.Returned} {
		if err := f.check(f.Key); err != nil {
			return err
		}
	}
	handed := r.Ordered.Find(FigureHandedOver).Count
	delivered := r.Ordered.Find(FigureHandedOver, FigureDelivered).Count
	refusals := r.Returned.Find(FigureRefusals).Count
	for _, line := range []struct {
		name      string
		got, want int
		left      bool // may have been left out
	}{
		{"ordered, against what the launch counted", r.Ordered.Count, r.Launched, false},
		{"attempts/accepted, against handed-over", r.Attempts.Find(FigureAccepted).Count, handed, true},
		{"tried and retries, against attempts", r.Tried + r.Retries, r.Attempts.Count, true},
		{"hours/handed_over", total(r.Hours.HandedOver), handed, true},
		{"days/handed_over", total(r.Days.HandedOver), handed, true},
		{"hours/delivered", total(r.Hours.Delivered), delivered, true},
		{"days/delivered", total(r.Days.Delivered), delivered, true},
		{"hours/refusals", total(r.Hours.Refusals), refusals, true},
		{"days/refusals", total(r.Days.Refusals), refusals, true},
		{"languages", sum(r.Languages), handed, true},
		{"shares", sum(r.Shares), handed, r.Shares == nil},
	} {
		if line.got != line.want && !(line.left && line.got == 0 && (r.Reduced || line.name == "shares")) {
			return fmt.Errorf("campaign: report: %s: %d, want %d", line.name, line.got, line.want)
		}
	}
	if s := &r.Segments; s.Cost != int64(s.Due)*s.Price {
		return fmt.Errorf("campaign: report: segments/cost: %d, want %d times %d", s.Cost, s.Due, s.Price)
	}
	return nil
}

func total(ms []Moment) int {
	n := 0
	for _, m := range ms {
		n += m.Count
	}
	return n
}

func sum(fs []Figure) int {
	n := 0
	for _, f := range fs {
		n += f.Count
	}
	return n
}
