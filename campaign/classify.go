package campaign

import (
	"context"
	"fmt"
	"runtime"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A classifier puts contacts into classes: the one piece of code behind preview
// and launch.
type classifier struct {
	gate     *consent.Gate
	source   contact.Source
	plan     *consent.Plan
	composer *composer
	pageSize int
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
		tickets <- &classifying{composer: c.composer.with(c.plan)}
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
	composer   *composer
	recipients []consent.Recipient
	inspected  []consent.Inspection
	facts      []consent.Facts
	verdicts   []consent.Verdict
	composed   []composed
}

func (c *classifier) classify(ctx context.Context, w *classifying, page contact.Page) *piece {
	out := &piece{contacts: len(page.Contacts), next: page.Next}
	req := c.plan.Request()
	if page.Key != c.gate.Keyring().ID() {
		c.gate.Keyring().Hasher().Stamp(page.Contacts)
	}
	w.recipients, w.composed = w.recipients[:0], w.composed[:0]
	w.inspected = resize(w.inspected, len(page.Contacts))
	for i := range page.Contacts {
		p := &page.Contacts[i]
		if !c.composer.campaign.Audience.Includes(p) {
			continue
		}
		point, _ := p.Point(req.Channel)
		text := w.composer.compose(p)
		n := len(w.recipients)
		w.inspected[n] = text.inspected
		w.composed = append(w.composed, text)
		w.recipients = append(w.recipients, consent.Recipient{Contact: p, Point: point, Inspected: &w.inspected[n]})
	}
	n := len(w.recipients)
	w.facts, w.verdicts = resize(w.facts, n), resize(w.verdicts, n)
	if err := c.gate.ReadFacts(ctx, c.plan, w.recipients, w.facts); err != nil {
		out.err = err
		return out
	}
	c.plan.Judge(w.facts, w.verdicts)
	out.rows = make([]classifiedRow, n)
	for i := range out.rows {
		class := c.class(&w.verdicts[i], &w.composed[i])
		out.rows[i] = classifiedRow{
			contact: w.recipients[i].Contact.ID, fingerprint: w.facts[i].Fingerprint,
			class: class, segments: w.composed[i].segments,
		}
		if _, said := out.reasons[class.Code]; !said {
			if out.reasons == nil {
				out.reasons = map[consent.Code]consent.Reason{}
			}
			if refused := w.composed[i].refused; refused != nil && class.Code == refused.code {
				out.reasons[class.Code] = refused.reason(c.composer.campaign.MaxSegments)
				continue
			}
			for _, r := range c.plan.Reasons(&w.facts[i], &w.verdicts[i])[:1] {
				out.reasons[class.Code] = r
			}
		}
	}
	return out
}

func (c *classifier) class(v *consent.Verdict, text *composed) Class {
	switch {
	case v.Outcome == consent.Deny:
		return Class{Excluded, c.plan.Code(v)}
	case text.refused != nil:
		return Class{Excluded, text.refused.code}
	case v.Outcome == consent.Defer:
		return Class{Deferred, c.plan.Code(v)}
	default:
		return Class{Ready, c.plan.Code(v)}
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
