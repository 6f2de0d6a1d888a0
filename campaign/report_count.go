package campaign

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

// counting is a report while its rows are read. It holds counts by key, and
// nothing by row.
type counting struct {
	*Report
	opts      *ReportOptions
	frozen    Tally // of the rows read, by their frozen class
	times     map[*[]Moment]map[time.Time]int
	languages map[string]int
	shares    map[string]int
	first     time.Time // of the attempts
	last      time.Time
}

func newCounting(r *Report, opts *ReportOptions) *counting {
	r.Ordered, r.Attempts, r.Returned = Figure{Key: FigureOrdered}, Figure{Key: FigureAttempts}, Figure{Key: FigureReturned}
	c := &counting{Report: r, opts: opts, frozen: Tally{}, times: map[*[]Moment]map[time.Time]int{}, languages: map[string]int{}}
	if opts.Share != nil {
		c.shares = map[string]int{}
	}
	return c
}

// add counts n at path and at everything above.
func (f *Figure) add(n int, path ...string) {
	f.Count += n
	for _, key := range path {
		i := f.index(key)
		if i < 0 {
			f.Parts = append(f.Parts, Figure{Key: key})
			i = len(f.Parts) - 1
		}
		f = &f.Parts[i]
		f.Count += n
	}
}

// row counts a row.
func (c *counting) row(r *Recorded) {
	c.frozen[r.Row.Class]++
	c.Ordered.add(1, place(r.Class)...)
	tries := 0
	for i := range r.Attempts {
		a := &r.Attempts[i]
		if a.Cancel {
			continue
		}
		tries++
		if c.first.IsZero() || a.Marked.Before(c.first) {
			c.first = a.Marked
		}
		if a.Marked.After(c.last) {
			c.last = a.Marked
		}
		c.attempt(a)
	}
	if tries > 0 {
		c.Tried++
		c.Retries += tries - 1
	}
	if n := len(r.Attempts); n > 0 && r.Attempts[n-1].handedOver() {
		c.handedOver(r, &r.Attempts[n-1])
	}
}

// handedOver reports whether the carrier took a.
func (a *Attempt) handedOver() bool {
	return a.Settlement.Kind == Answered && a.Settlement.Outcome.Kind == provider.Accepted
}

func (c *counting) attempt(a *Attempt) {
	key := FigureNotSent
	switch k := a.Class(Class{}, c.At).State; {
	case k == InFlight || k == Unknown:
		key = k.String()
	case a.Settlement.Kind == Answered:
		key = a.Settlement.Outcome.Kind.String()
	}
	c.Attempts.add(1, key)
}

func (c *counting) handedOver(r *Recorded, a *Attempt) {
	c.at(&c.Hours.HandedOver, &c.Days.HandedOver, a.Marked)
	if a.Receipt == provider.Delivered {
		c.at(&c.Hours.Delivered, &c.Days.Delivered, a.ReceiptAt)
	}
	c.languages[a.Settlement.Language]++
	if c.shares != nil {
		c.shares[c.opts.Share(&r.Dispatched)]++
	}
	s := SegmentDifference{Attempt: a.ID, Ours: a.Settlement.Segments, Answered: a.Settlement.Outcome.Segments, Reported: a.ReceiptSegments}
	c.Segments.Ours += s.Ours
	c.Segments.Answered += s.Answered
	c.Segments.Reported += s.Reported
	due := cmp.Or(s.Reported, s.Answered, s.Ours)
	c.Segments.Due += due
	if due == 0 {
		c.Segments.Uncounted++
	}
	for _, n := range [...]int{s.Ours, s.Answered, s.Reported} {
		if n == 0 || n == due {
			continue
		}
		if c.Segments.Differing++; len(c.Segments.Differences) < c.opts.most() {
			c.Segments.Differences = append(c.Segments.Differences, s)
		}
		break
	}
}

// at counts one at an instant, by hour and by day. Of the two hours of one name
// in the night when clocks are put back, each has its own.
func (c *counting) at(hours, days *[]Moment, t time.Time) {
	t = t.In(c.opts.zone())
	hour := t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	c.moment(hours, hour)
	c.moment(days, time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location()))
}

func (c *counting) moment(in *[]Moment, start time.Time) {
	if c.times[in] == nil {
		c.times[in] = map[time.Time]int{}
	}
	c.times[in][start]++
}

// finish puts what was counted by key into order. rest are the contacts that
// have no row.
func (c *counting) finish(rest Tally) {
	for class, n := range rest {
		c.Ordered.add(n, place(class)...)
	}
	for in, counts := range c.times {
		for start, n := range counts {
			*in = append(*in, Moment{start, n})
		}
		slices.SortFunc(*in, func(a, b Moment) int { return a.Start.Compare(b.Start) })
	}
	c.Languages, c.Shares = figures(c.languages), figures(c.shares)
	for _, f := range []*Figure{&c.Ordered, &c.Attempts, &c.Returned} {
		f.sort()
	}
	c.Segments.Price = c.opts.SegmentPrice
	c.Segments.Cost = int64(c.Segments.Due) * c.Segments.Price
}

func figures(counts map[string]int) []Figure {
	var out []Figure
	for key, n := range counts {
		out = append(out, Figure{Key: key, Count: n})
	}
	slices.SortFunc(out, func(a, b Figure) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// order is that of the keys in a report; codes follow by name.
var order = []string{
	FigureDuplicate, FigureExcluded, FigureRefusal, FigureHygiene, FigureExclusion, FigureNoConsent, FigureContact, FigureRule,
	FigureNotTried, FigureCancelled, FigureDeferred, FigureFailed, FigureUnknown, FigureInFlight, FigureHandedOver,
	FigureDelivered, FigureNotReached, FigureNoReceipt, FigureAccepted, FigureRefusals, FigureReplies, FigureDisconnected,
}

func (f *Figure) sort() {
	rank := func(key string) int {
		if i := slices.Index(order, key); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(f.Parts, func(a, b Figure) int {
		return cmp.Or(rank(a.Key)-rank(b.Key), strings.Compare(a.Key, b.Key))
	})
	for i := range f.Parts {
		f.Parts[i].sort()
	}
}

// place says where a class stands below Ordered.
func place(c Class) []string {
	switch c.State {
	case Excluded:
		if c.Code == CodeDuplicate {
			return []string{FigureDuplicate}
		}
		return []string{FigureExcluded, exclusionGroup(c.Code), string(c.Code)}
	case Ready:
		return []string{FigureNotTried}
	case Deferred:
		return []string{FigureDeferred, string(c.Code)}
	case Failed:
		return []string{FigureFailed, cmp.Or(string(c.Code), "no-cause")}
	case HandedOver:
		return []string{FigureHandedOver, FigureNoReceipt}
	case Delivered:
		return []string{FigureHandedOver, FigureDelivered}
	case Undelivered:
		return []string{FigureHandedOver, FigureNotReached, cmp.Or(string(c.Code), provider.Undelivered.String())}
	default:
		return []string{c.State.String()}
	}
}

// exclusionGroup says which sort of exclusion a code is: refusals, hygiene and
// the client's own exclusions are never mixed, whether a list or the ledger
// holds them.
func exclusionGroup(c consent.Code) string {
	switch c {
	case consent.CodeRefused, "consent.refused", "consent.withdrawn", "consent.objected", "request.refused", "service.refused":
		return FigureRefusal
	case consent.CodeHygiene:
		return FigureHygiene
	case consent.CodeExcluded:
		return FigureExclusion
	case consent.CodeNoOrigin, consent.CodeMissing:
		return FigureContact
	}
	switch sort, _, _ := strings.Cut(string(c), "."); sort {
	case "consent":
		return FigureNoConsent
	case "address", "contact", "template":
		return FigureContact
	default:
		return FigureRule
	}
}
