package campaign

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// ReportOptions are options for [Reporter.Report].
type ReportOptions struct {
	// Zone is that of hours and days; the default is UTC.
	Zone *time.Location
	// SegmentPrice is what one segment costs, in millionths of the currency
	// unit.
	SegmentPrice int64
	// Share, where set, says whose share of the campaign a dispatch that was
	// handed over is, for controllers who divide the bill: by constituency, by
	// the origin of the contact. It is called from one goroutine, with no trace,
	// and must name few shares: each is a line.
	Share func(*Dispatched) string
	// MaxListed is how many messages each list names; 0 means 1000.
	MaxListed int
	// PageSize is how many rows or events are read at a time; 0 means 1000.
	PageSize int
}

const reportPage = 1000

func (o *ReportOptions) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

func (o *ReportOptions) most() int { return cmp.Or(o.MaxListed, reportPage) }

// ErrNoRecords says that an outbox does not implement [Records].
var ErrNoRecords = errors.New("campaign: the outbox cannot be reported on")

// A Reporter says what became of campaigns. It is safe for concurrent use, and
// changes nothing.
type Reporter struct {
	gate     *consent.Gate
	register *consent.Register
	outbox   Outbox
	records  Records
}

// NewReporter returns a reporter. The gate gives the words of codes and the
// register the refusals. An outbox that does not implement [Records] fails with
// [ErrNoRecords].
func NewReporter(gate *consent.Gate, register *consent.Register, outbox Outbox) (*Reporter, error) {
	if gate == nil || register == nil || outbox == nil {
		return nil, errors.New("campaign: reporter: no gate, register or outbox")
	}
	records, ok := outbox.(Records)
	if !ok {
		return nil, fmt.Errorf("reporter: %w", ErrNoRecords)
	}
	return &Reporter{gate, register, outbox, records}, nil
}

// Report reads every row of a campaign and every event since its first message,
// in pages: what it holds does not grow with the audience. opts may be nil. The
// report has been checked; one that does not add up is returned with the error
// of [Report.Check], as is one of a campaign that was launched further while it
// was read.
func (r *Reporter) Report(ctx context.Context, id string, opts *ReportOptions) (*Report, error) {
	if opts == nil {
		opts = &ReportOptions{}
	}
	out, err := r.report(ctx, id, opts)
	if err != nil {
		return nil, fmt.Errorf("campaign %q: report: %w", id, err)
	}
	return out, out.Check()
}

func (r *Reporter) report(ctx context.Context, id string, opts *ReportOptions) (*Report, error) {
	saved, err := r.outbox.Campaign(ctx, id)
	if err != nil {
		return nil, err
	}
	req := &saved.Campaign.Request
	out := &Report{
		Campaign: id, Name: saved.Campaign.Name, Client: req.Client, Base: req.Base.ID, Owner: req.Base.Owner.ID, Mode: req.Base.Mode,
		Status: saved.Status, Zone: opts.zone().String(), Launched: saved.Launch.Tally.Total(),
	}
	for _, p := range req.Controllers {
		out.Controllers = append(out.Controllers, p.ID)
	}
	c := newCounting(out, opts)
	if err := r.rows(ctx, c, req); err != nil {
		return nil, err
	}
	if err := r.events(ctx, c); err != nil {
		return nil, err
	}
	rest := Tally{}
	for class, n := range saved.Launch.Tally {
		// What is not excluded has an address, and so a row.
		if n -= c.frozen[class]; n > 0 && class.State == Excluded {
			rest[class] = n
		}
	}
	c.finish(rest)
	out.Says = r.says(out.Ordered)
	return out, nil
}

// rows counts every row of the campaign.
func (r *Reporter) rows(ctx context.Context, c *counting, req *consent.Request) error {
	target := req.Target()
	for after := ""; ; {
		page, err := r.records.Rows(ctx, req.Campaign, after, cmp.Or(c.opts.PageSize, reportPage))
		if err != nil {
			return err
		}
		c.At = page.Now
		for i := range page.Rows {
			c.row(&page.Rows[i])
		}
		if err := r.late(ctx, c, page.Rows, &target); err != nil {
			return err
		}
		if page.Next == "" {
			return nil
		}
		if page.Next == after {
			return errors.New("the cursor of the outbox leads back to itself")
		}
		after = page.Next
	}
}

// late finds the messages of a page that went after a refusal and before it was
// known.
func (r *Reporter) late(ctx context.Context, c *counting, rows []Recorded, target *contact.Target) error {
	var prints []contact.Fingerprint
	var sent []*Recorded
	for i := range rows {
		if slices.ContainsFunc(rows[i].Attempts, func(a Attempt) bool { return a.Counts() }) {
			prints, sent = append(prints, rows[i].Row.Fingerprint), append(sent, &rows[i])
		}
	}
	if len(prints) == 0 {
		return nil
	}
	hits, err := r.register.List().Match(ctx, r.register.Keyring().ID(), prints)
	if err != nil {
		return err
	}
	seen := map[AttemptID]bool{}
	for _, h := range hits {
		e := &h.Entry
		if e.Class != suppression.Refusal || !e.Scope.Covers(target) {
			continue
		}
		for i := range sent[h.Index].Attempts {
			a := &sent[h.Index].Attempts[i]
			if !a.Counts() || !a.Marked.After(e.Happened) || a.Marked.After(e.Recorded) || seen[a.ID] {
				continue
			}
			seen[a.ID] = true
			if c.LateCount++; len(c.Late) < c.opts.most() {
				c.Late = append(c.Late, SentLate{a.ID, e.Happened, a.Marked, e.Recorded})
			}
		}
	}
	return nil
}

// events counts what came back.
func (r *Reporter) events(ctx context.Context, c *counting) error {
	if c.first.IsZero() {
		return nil
	}
	// Beyond the time of attribution nothing is taken to answer the campaign.
	until := c.last.Add(attribution + 24*time.Hour)
	for after := ""; ; {
		records, next, err := r.records.Events(ctx, c.first, until, after, cmp.Or(c.opts.PageSize, reportPage))
		if err != nil {
			return err
		}
		for i := range records {
			var x effect
			if err := json.Unmarshal(records[i].Effect, &x); err != nil {
				return fmt.Errorf("event %q: effect: %w", records[i].ID, err)
			}
			if slices.Contains(x.Campaigns, c.Campaign) {
				c.event(&x)
			}
		}
		if next == "" {
			return nil
		}
		if next == after {
			return errors.New("the cursor of the outbox leads back to itself")
		}
		after = next
	}
}

// event counts one event.
func (c *counting) event(x *effect) {
	if len(x.Campaigns) > 1 {
		c.Shared++
	}
	for _, e := range x.Entries {
		if e.Class == suppression.Refusal {
			c.Returned.add(1, FigureRefusals, string(e.Reason))
			c.at(&c.Hours.Refusals, &c.Days.Refusals, x.Happened)
			return
		}
		if e.Reason == suppression.Disconnected {
			c.Returned.add(1, FigureDisconnected)
			return
		}
	}
	for i := range x.Acts {
		if x.Acts[i].Kind == consent.Given {
			c.Returned.add(1, FigureReplies, FigureAgreed)
			return
		}
	}
	c.Returned.add(1, FigureReplies, "reply."+x.Meaning.String())
}

// says returns the words that rules have for the codes in f.
func (r *Reporter) says(f Figure) map[consent.Code]consent.Words {
	wanted := map[consent.Code]bool{}
	var walk func(Figure)
	walk = func(f Figure) {
		wanted[consent.Code(f.Key)] = true
		for _, p := range f.Parts {
			walk(p)
		}
	}
	walk(f)
	var out map[consent.Code]consent.Words
	for _, rule := range r.gate.Rules() {
		for _, c := range rule.Cases {
			if _, said := out[c.Code]; said || !wanted[c.Code] {
				continue
			}
			if out == nil {
				out = map[consent.Code]consent.Words{}
			}
			out[c.Code] = c.Says
		}
	}
	return out
}
