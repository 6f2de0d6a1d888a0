package campaign

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A classifier puts contacts into classes: the one piece of code behind preview
// and launch.
type classifier struct {
	gate      *consent.Gate
	source    contact.Source
	campaign  *Campaign
	plan      *consent.Plan            // of the request as it is for everybody
	plans     map[string]*consent.Plan // of each district; read only
	composers *composers
	pageSize  int
}

// A piece is one page of a base, classified.
type piece struct {
	contacts int // read, in the audience or not
	rows     []classifiedRow
	next     contact.Position
	reasons  map[consent.Code]consent.Reason
	err      error
}

type classifiedRow struct {
	contact     contact.ID
	fingerprint contact.Fingerprint
	district    string
	class       Class
	segments    int
}

// each reads the base from a position on and calls visit with each piece, in
// order. Pieces are classified by as many goroutines as there are processors;
// all have ended when it returns.
func (c *classifier) each(ctx context.Context, after contact.Position, visit func(*piece) error) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	ahead := make(chan chan *piece, workers)
	readerDone := make(chan struct{})
	go func() {
		defer close(readerDone)
		defer close(ahead)
		c.read(ctx, after, ahead)
	}()
	defer func() {
		cancel()
		for pending := range ahead { // let every piece that was begun end
			<-pending
		}
		<-readerDone
	}()
	for pending := range ahead {
		p := <-pending
		if p.err != nil {
			return p.err
		}
		if err := visit(p); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// read reads pages one after the other, and has each classified beside the
// reading of the next.
func (c *classifier) read(ctx context.Context, after contact.Position, ahead chan<- chan *piece) {
	workers := runtime.GOMAXPROCS(0)
	tickets := make(chan *classifying, workers)
	for range workers {
		tickets <- &classifying{composers: map[string]*composer{}}
	}
	for {
		pending := make(chan *piece, 1)
		select {
		case ahead <- pending:
		case <-ctx.Done():
			return
		}
		page, err := c.source.Page(ctx, c.plan.Request().Base.ID, after, c.pageSize)
		if err == nil && page.Next == after && page.Next != "" {
			err = fmt.Errorf("campaign: source: page after %q leads back to itself", after)
		}
		if err != nil {
			pending <- &piece{err: fmt.Errorf("campaign: source: %w", err)}
			return
		}
		w := <-tickets
		go func() {
			p := c.classify(ctx, w, page)
			tickets <- w // before the piece is handed on: whoever has all pieces has all workers
			pending <- p
		}()
		if page.Next == "" {
			return
		}
		after = page.Next
	}
}

// classifying is what one goroutine uses again from page to page.
type classifying struct {
	composers  map[string]*composer // by district
	people     []resident           // those in the audience, by district
	recipients []consent.Recipient
	plans      []*consent.Plan
	districts  []string
	inspected  []consent.Inspection
	facts      []consent.Facts
	verdicts   []consent.Verdict
	composed   []composed
}

// A resident is a contact with their district.
type resident struct {
	*contact.Contact
	district string
}

// composer returns the composer of a district, for one goroutine.
func (c *classifier) composer(w *classifying, district string) (*composer, error) {
	if made := w.composers[district]; made != nil {
		return made, nil
	}
	shared, err := c.composers.in(district)
	if err != nil {
		return nil, err
	}
	made := shared.with(c.plans[district])
	w.composers[district] = made
	return made, nil
}

// gather fills w with those of a page who are in the audience and have a
// district, those of one district together, and puts the others into out.
func (c *classifier) gather(w *classifying, page *contact.Page, out *piece) error {
	w.people, w.recipients, w.composed = w.people[:0], w.recipients[:0], w.composed[:0]
	w.plans, w.districts = w.plans[:0], w.districts[:0]
	for i := range page.Contacts {
		p := &page.Contacts[i]
		if !c.campaign.Audience.Includes(p) {
			continue
		}
		district, ok := c.campaign.DistrictOf(p)
		if !ok {
			point, _ := p.Point(c.campaign.Request.Channel)
			out.add(classifiedRow{contact: p.ID, fingerprint: point.Fingerprint, class: Class{Excluded, CodeNoDistrict}}, &noDistrict)
			continue
		}
		w.people = append(w.people, resident{p, district})
	}
	if c.campaign.Districts != nil {
		slices.SortStableFunc(w.people, func(a, b resident) int { return strings.Compare(a.district, b.district) })
	}
	w.inspected = resize(w.inspected, len(w.people))
	var composer *composer
	for n, p := range w.people {
		district := p.district
		if n == 0 || district != w.people[n-1].district {
			var err error
			if composer, err = c.composer(w, district); err != nil {
				return err
			}
		}
		point, _ := p.Point(c.campaign.Request.Channel)
		text := composer.compose(p.Contact)
		w.inspected[n] = text.inspected
		w.composed = append(w.composed, text)
		w.plans, w.districts = append(w.plans, c.plans[district]), append(w.districts, district)
		w.recipients = append(w.recipients, consent.Recipient{Contact: p.Contact, Point: point, Inspected: &w.inspected[n]})
	}
	return nil
}

var noDistrict = consent.Reason{
	Rule: "districts", Code: CodeNoDistrict, Outcome: consent.Deny, Level: consent.Invariant, Certainty: consent.Settled,
	Says: consent.Words{En: "Nobody stands in the district of the contact, or it is unknown.", Fr: "Personne ne se présente dans la circonscription du contact, ou elle est inconnue."},
}

// add adds a row, and the words for its class where there are none yet.
func (p *piece) add(r classifiedRow, said *consent.Reason) {
	p.rows = append(p.rows, r)
	if said == nil {
		return
	}
	if p.reasons == nil {
		p.reasons = map[consent.Code]consent.Reason{}
	}
	if _, ok := p.reasons[r.class.Code]; !ok {
		p.reasons[r.class.Code] = *said
	}
}

func (c *classifier) classify(ctx context.Context, w *classifying, page contact.Page) *piece {
	out := &piece{contacts: len(page.Contacts), next: page.Next}
	if page.Key != c.gate.Keyring().ID() {
		c.gate.Keyring().Hasher().Stamp(page.Contacts)
	}
	out.rows = make([]classifiedRow, 0, len(page.Contacts))
	if out.err = c.gather(w, &page, out); out.err != nil {
		return out
	}
	n := len(w.recipients)
	w.facts, w.verdicts = resize(w.facts, n), resize(w.verdicts, n)
	if err := c.gate.ReadFactsEach(ctx, w.plans, w.recipients, w.facts); err != nil {
		out.err = err
		return out
	}
	for i := 0; i < n; {
		end := i + 1
		for end < n && w.plans[end] == w.plans[i] {
			end++
		}
		w.plans[i].Judge(w.facts[i:end], w.verdicts[i:end])
		i = end
	}
	for i := range n {
		plan, text := w.plans[i], &w.composed[i]
		row := classifiedRow{
			contact: w.recipients[i].Contact.ID, fingerprint: w.facts[i].Fingerprint, district: w.districts[i],
			class: class(plan, &w.verdicts[i], text), segments: text.segments,
		}
		var said *consent.Reason
		if _, known := out.reasons[row.class.Code]; !known {
			said = c.reason(plan, &w.facts[i], &w.verdicts[i], text, row.class.Code)
		}
		out.add(row, said)
	}
	return out
}

// reason says why a contact is in its class.
func (c *classifier) reason(plan *consent.Plan, f *consent.Facts, v *consent.Verdict, text *composed, code consent.Code) *consent.Reason {
	if text.refused != nil && code == text.refused.code {
		r := text.refused.reason(c.campaign.MaxSegments)
		return &r
	}
	if all := plan.Reasons(f, v); len(all) > 0 {
		return &all[0]
	}
	return nil
}

func class(plan *consent.Plan, v *consent.Verdict, text *composed) Class {
	switch {
	case v.Outcome == consent.Deny:
		return Class{Excluded, plan.Code(v)}
	case text.refused != nil:
		return Class{Excluded, text.refused.code}
	case v.Outcome == consent.Defer:
		return Class{Deferred, plan.Code(v)}
	default:
		return Class{Ready, plan.Code(v)}
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
