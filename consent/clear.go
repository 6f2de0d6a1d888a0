package consent

import (
	"context"
	"fmt"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"golang.org/x/text/unicode/norm"
)

// ReadFacts fills facts, which must be as long as recipients, with what ledger,
// list and readers hold now. On an error every one of facts is marked missing,
// and is denied.
func (g *Gate) ReadFacts(ctx context.Context, p *Plan, recipients []Recipient, facts []Facts) error {
	return g.readFacts(ctx, func(int) *Plan { return p }, recipients, facts)
}

// ReadFactsEach is ReadFacts for recipients of whom each has a plan of their
// own: plans is as long as recipients. Those with one plan stand together, or
// readers are asked more often than they need be.
func (g *Gate) ReadFactsEach(ctx context.Context, plans []*Plan, recipients []Recipient, facts []Facts) error {
	return g.readFacts(ctx, func(i int) *Plan { return plans[i] }, recipients, facts)
}

// A PlansReader is a [FactReader] that reads for many plans at once, where a
// campaign speaks for many controllers.
type PlansReader interface {
	FactReader
	// ReadFactsEach is ReadFacts with a plan for each of facts.
	ReadFactsEach(ctx context.Context, plans []*Plan, facts []Facts) error
}

func (g *Gate) readFacts(ctx context.Context, planOf func(int) *Plan, recipients []Recipient, facts []Facts) error {
	fingerprints := make([]contact.Fingerprint, len(recipients))
	var hasher *suppression.Hasher
	for i := range recipients {
		r := &recipients[i]
		fingerprints[i] = r.Point.Fingerprint
		if fingerprints[i].IsZero() && !r.Point.Address.IsZero() {
			if hasher == nil {
				hasher = g.keyring.Hasher()
			}
			fingerprints[i] = hasher.Fingerprint(r.Point.Address)
		}
		planOf(i).startFacts(&facts[i], r)
		facts[i].Fingerprint = fingerprints[i]
	}
	err := g.readStores(ctx, fingerprints, facts)
	for _, reader := range g.opts.Readers {
		if err != nil || len(facts) == 0 {
			break
		}
		err = read(ctx, reader, planOf, facts)
	}
	if err != nil {
		for i := range facts {
			facts[i].Missing = true
		}
		return fmt.Errorf("consent: facts: %w", err)
	}
	g.markTesters(facts)
	return nil
}

// read asks a reader once where all have one plan, or where it can read for
// many, and otherwise once for each run of facts with one plan.
func read(ctx context.Context, reader FactReader, planOf func(int) *Plan, facts []Facts) error {
	last := len(facts) - 1
	if many, ok := reader.(PlansReader); ok && planOf(0) != planOf(last) {
		plans := make([]*Plan, len(facts))
		for i := range plans {
			plans[i] = planOf(i)
		}
		return many.ReadFactsEach(ctx, plans, facts)
	}
	for start := 0; start < len(facts); {
		end := start + 1
		for end < len(facts) && planOf(end) == planOf(start) {
			end++
		}
		if err := reader.ReadFacts(ctx, planOf(start), facts[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// A Clearing is the answer of [Gate.Clear] for one recipient.
type Clearing struct {
	Decision Decision
	// Clearance is the zero Clearance unless the decision allows.
	Clearance Clearance
	// Trace is what the decision rested on.
	Trace Trace
}

// Clear decides afresh for each of recipients and returns a clearance for those
// that are allowed. Call it after the attempts to send are on record, so that a
// refusal that is acknowledged meanwhile is seen here or sees them. A clearance
// is as old as the moment before the facts were read. On an error nobody is
// cleared.
func (g *Gate) Clear(ctx context.Context, req Request, recipients []Recipient) ([]Clearing, error) {
	return g.clear(ctx, []Request{req}, make([]int, len(recipients)), recipients)
}

// ClearEach is Clear for recipients of whom each has a request of their own:
// recipient i has reqs[of[i]].
func (g *Gate) ClearEach(ctx context.Context, reqs []Request, of []int, recipients []Recipient) ([]Clearing, error) {
	return g.clear(ctx, reqs, of, recipients)
}

func (g *Gate) clear(ctx context.Context, reqs []Request, of []int, recipients []Recipient) ([]Clearing, error) {
	wall, elapsed := g.opts.Clock.Now(), g.opts.Clock.Elapsed()
	out := make([]Clearing, len(recipients))
	plans := make([]*Plan, len(reqs))
	for i := range reqs {
		p, err := g.PlanAsOf(reqs[i], wall, wall)
		if err != nil {
			return out, err
		}
		plans[i] = p
	}
	planOf := func(i int) *Plan { return plans[of[i]] }
	facts := make([]Facts, len(recipients))
	verdicts := make([]Verdict, len(recipients))
	fresh := make([]Recipient, len(recipients))
	for i, r := range recipients {
		// The text that goes out is the text that is inspected, and the address
		// is fingerprinted here: neither is taken on trust.
		r.Point.Fingerprint = contact.Fingerprint{}
		// An accent written apart looks the same, costs another alphabet, and
		// was counted as composed.
		r.Content.Subject, r.Content.Text = norm.NFC.String(r.Content.Subject), norm.NFC.String(r.Content.Text)
		r.Inspected = planOf(i).inspectAfresh(&r)
		fresh[i] = r
	}
	err := g.readFacts(ctx, planOf, fresh, facts)
	allowed := 0
	for i := range out {
		p := planOf(i)
		p.judge(&facts[i], &verdicts[i])
		out[i].Decision = p.decision(&facts[i], &verdicts[i])
		if err != nil {
			continue
		}
		out[i].Trace = p.trace(&facts[i], &verdicts[i], &fresh[i])
		if verdicts[i].Outcome != Allow {
			continue
		}
		allowed++
		content := fresh[i].Content
		out[i].Clearance = Clearance{&clearance{
			clock: g.opts.Clock, wall: wall, elapsed: elapsed, life: g.opts.Life,
			deadline: verdicts[i].Deadline, to: fresh[i].Point.Address,
			territory: facts[i].Territory(), content: func() Content { return content }, req: &p.req,
			dispatch: fresh[i].Dispatch, segments: segments(p.req.Channel, fresh[i].Content.Text),
		}}
	}
	if err != nil {
		return out, err
	}
	if len(reqs) > 0 {
		g.opts.Logger.DebugContext(ctx, "cleared", "campaign", reqs[0].Campaign, "asked", len(recipients), "allowed", allowed)
	}
	return out, nil
}
