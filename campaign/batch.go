package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A trial is one row on its way through a batch.
type trial struct {
	row       Pending
	by        *speaker
	recipient consent.Recipient
	gone      consent.Code // why there is nobody or nothing to send to
	message   *provider.Message
	trace     *consent.Trace
	decision  consent.Decision
	outcome   provider.Outcome
	segments  int // with the carrier's clause; 0 where nobody counted
}

// batch takes rows through the steps: render, put off, mark, check, send,
// settle.
func (r *running) batch(ctx context.Context, lease Lease, rows []Pending) (Summary, error) {
	trials, err := r.render(ctx, rows)
	if err != nil {
		return Summary{}, err
	}
	return r.deliver(ctx, lease, trials)
}

// deliver takes trials through the steps that follow rendering. Whatever
// happens after the mark, every attempt is settled that is known not to have
// been handed over.
func (r *running) deliver(ctx context.Context, lease Lease, trials []*trial) (Summary, error) {
	var done Summary
	trials, err := r.putOff(ctx, lease, trials, &done)
	if err != nil || len(trials) == 0 {
		return done, err
	}
	trials, err = r.mark(ctx, lease, trials)
	if err != nil || len(trials) == 0 {
		return done, err
	}
	settlements, err := r.check(ctx, trials, &done)
	settlements = append(settlements, r.send(ctx, trials, &done)...)
	if serr := settleAll(ctx, r.outbox, settlements); serr != nil {
		return done, fmt.Errorf("campaign %q: %w", r.saved.Campaign.ID(), serr)
	}
	if lerr := r.learn(ctx, trials); lerr != nil {
		return done, fmt.Errorf("campaign %q: %w", r.saved.Campaign.ID(), lerr)
	}
	return done, err
}

// render finds each row's contact again and makes the text. The address and the
// district must still be those that the audience was frozen with.
func (r *running) render(ctx context.Context, rows []Pending) ([]*trial, error) {
	req := &r.saved.Campaign.Request
	ids := make([]contact.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Contact
	}
	found, err := r.source.Get(ctx, req.Base.ID, ids)
	if err != nil {
		return nil, fmt.Errorf("campaign %q: source: %w", r.saved.Campaign.ID(), err)
	}
	byID := make(map[contact.ID]*contact.Contact, len(found))
	for i := range found {
		byID[found[i].ID] = &found[i]
	}
	speakers := map[string]*speaker{}
	hasher := r.gate.Keyring().Hasher()
	out := make([]*trial, len(rows))
	for i := range rows {
		t := &trial{row: rows[i]}
		out[i] = t
		p := byID[rows[i].Contact]
		if p == nil {
			t.gone = CodeErased
			continue
		}
		if district, _ := r.saved.Campaign.DistrictOf(p); district != rows[i].District {
			t.gone = CodeDistrictChanged
			continue
		}
		if t.by, err = r.speaker(speakers, rows[i].District); err != nil {
			return nil, err
		}
		t.gone = CodeChanged
		for _, point := range p.Points {
			if !point.Address.Reaches(req.Channel) || hasher.Fingerprint(point.Address) != rows[i].Fingerprint {
				continue
			}
			text := t.by.composer.compose(p)
			t.gone, t.segments = text.code(), text.segments
			t.recipient = consent.Recipient{
				Contact: p, Content: text.content, Inspected: &text.inspected, Dispatch: rows[i].Dispatch,
				Point: contact.Point{Address: point.Address, Fingerprint: rows[i].Fingerprint},
			}
			break
		}
	}
	return out, nil
}

// A speaker is who a batch speaks for in one district.
type speaker struct {
	request  consent.Request
	plan     *consent.Plan
	composer *composer
}

// speaker returns the speaker of a district, which known holds for one batch.
func (r *running) speaker(known map[string]*speaker, district string) (*speaker, error) {
	if s := known[district]; s != nil {
		return s, nil
	}
	s := &speaker{request: r.saved.Campaign.In(district).Request}
	var err error
	if s.plan, err = r.gate.Plan(s.request, time.Time{}); err != nil {
		return nil, err
	}
	if r.composers != nil { // a Sender has its text already
		shared, err := r.composers.in(district)
		if err != nil {
			return nil, err
		}
		s.composer = shared.with(s.plan)
	}
	known[district] = s
	return s, nil
}

// putOff judges without marking, and leaves out what is deferred: hours that
// are closed must not cost an attempt. It only saves work: what it lets through
// is judged again after the mark. Facts are read where something else than the
// clock can defer: where nothing can, who refused waits with the others, and is
// denied when they are asked for.
func (r *running) putOff(ctx context.Context, lease Lease, trials []*trial, done *Summary) ([]*trial, error) {
	waits, err := r.waiting(ctx, trials)
	if err != nil {
		return nil, err
	}
	kept := trials[:0:0]
	var deferrals []Deferral
	for i, t := range trials {
		v := &waits[i]
		if t.gone != "" || v.Outcome != consent.Defer {
			kept = append(kept, t)
			continue
		}
		t.decision = consent.Decision{Outcome: consent.Defer, Code: t.by.plan.Code(v), Until: v.Until, At: t.by.plan.At()}
		deferrals = append(deferrals, Deferral{t.row.Dispatch, v.Until, t.decision.Code})
	}
	if len(deferrals) > 0 {
		if err := r.outbox.Defer(ctx, lease, deferrals); err != nil {
			return nil, fmt.Errorf("campaign %q: defer: %w", r.saved.Campaign.ID(), err)
		}
		done.Deferred += len(deferrals)
	}
	return kept, nil
}

// waiting judges each of trials that has somebody to send to.
func (r *running) waiting(ctx context.Context, trials []*trial) ([]consent.Verdict, error) {
	verdicts := make([]consent.Verdict, len(trials))
	var recipients []consent.Recipient
	var plans []*consent.Plan
	var asked []int
	for i, t := range trials {
		switch {
		case t.gone != "":
		case t.by.plan.DefersByClock():
			verdicts[i] = t.by.plan.JudgeClock(t.by.plan.PlaceOf(&t.recipient))
		default:
			asked, recipients, plans = append(asked, i), append(recipients, t.recipient), append(plans, t.by.plan)
		}
	}
	if len(asked) == 0 {
		return verdicts, nil
	}
	facts := make([]consent.Facts, len(recipients))
	if err := r.gate.ReadFactsEach(ctx, plans, recipients, facts); err != nil {
		return nil, err
	}
	for n, i := range asked {
		plans[n].Judge(facts[n:n+1], verdicts[i:i+1])
	}
	return verdicts, nil
}

// mark records the attempts, and leaves out those that somebody else made or
// cancelled.
func (r *running) mark(ctx context.Context, lease Lease, trials []*trial) ([]*trial, error) {
	ids := make([]AttemptID, len(trials))
	for i, t := range trials {
		ids[i] = AttemptID{t.row.Dispatch, t.row.No}
	}
	marked, err := r.outbox.Mark(ctx, lease, ids)
	if err != nil {
		return nil, fmt.Errorf("campaign %q: mark: %w", r.saved.Campaign.ID(), err)
	}
	out := trials[:0:0]
	for i, t := range trials {
		if i < len(marked) && marked[i] {
			out = append(out, t)
		}
	}
	return out, nil
}

// check asks the gate, in reads that begin after the mark, and composes what it
// clears. It returns how the others are settled. An error clears nobody.
func (r *running) check(ctx context.Context, trials []*trial, done *Summary) ([]Settlement, error) {
	var settlements []Settlement
	var recipients []consent.Recipient
	var requests []consent.Request
	var of []int // the request of each
	var asked []*trial
	numbers := map[*speaker]int{}
	notSent := func(t *trial, code consent.Code, until time.Time, trace *consent.Trace) {
		settlements = append(settlements, Settlement{
			Attempt: AttemptID{t.row.Dispatch, t.row.No}, Kind: NotSent,
			Code: code, Until: until, At: r.gate.Clock().Now(), Trace: trace,
		})
	}
	for _, t := range trials {
		if t.gone != "" {
			done.Gone++
			notSent(t, t.gone, time.Time{}, nil)
			continue
		}
		if _, ok := numbers[t.by]; !ok {
			numbers[t.by] = len(requests)
			requests = append(requests, t.by.request)
		}
		asked, of = append(asked, t), append(of, numbers[t.by])
		recipients = append(recipients, t.recipient)
	}
	clearings, err := r.gate.ClearEach(ctx, requests, of, recipients)
	for i, t := range asked {
		if err != nil {
			done.Retry++
			notSent(t, consent.CodeMissing, r.gate.Clock().Now().Add(provider.Wait), nil)
			continue
		}
		c := &clearings[i]
		t.decision = c.Decision
		if c.Decision.Allowed() {
			m, cerr := provider.Compose(c.Clearance, t.row.Dispatch)
			if cerr != nil { // the clearance ran out before it was used
				done.Retry++
				notSent(t, consent.CodeMissing, r.gate.Clock().Now().Add(provider.Wait), &c.Trace)
				continue
			}
			t.message, t.trace = m, &c.Trace
			continue
		}
		if c.Decision.Outcome == consent.Defer {
			done.Deferred++
			notSent(t, c.Decision.Code, c.Decision.Until, &c.Trace)
			continue
		}
		done.Denied++
		notSent(t, c.Decision.Code, time.Time{}, &c.Trace)
	}
	return settlements, err
}

// send hands over what was composed and returns how it is settled.
func (r *running) send(ctx context.Context, trials []*trial, done *Summary) []Settlement {
	var batch []*provider.Message
	var sent []*trial
	for _, t := range trials {
		if t.message != nil {
			batch = append(batch, t.message)
			sent = append(sent, t)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	outcomes := provider.HandOver(ctx, r.provider, batch)
	now := r.gate.Clock().Now()
	settlements := make([]Settlement, len(sent))
	for i, t := range sent {
		t.outcome = outcomes[i]
		settlements[i] = answered(t, outcomes[i], now, r.saved.Campaign.attempts())
		done.count(&settlements[i])
	}
	return settlements
}

// answered returns the settlement of an attempt that the carrier answered.
func answered(t *trial, o provider.Outcome, now time.Time, attempts int) Settlement {
	s := Settlement{
		Attempt: AttemptID{t.row.Dispatch, t.row.No}, Kind: Answered,
		Outcome: o, At: now, Trace: t.trace, Segments: t.segments, Language: t.recipient.Content.Language,
	}
	if o.Kind.NotTaken() {
		s.Segments = 0
		s.Final = t.row.No >= attempts
		s.Until = now.Add(max(o.RetryAfter, provider.Wait))
	}
	return s
}

func (s *Summary) count(by *Settlement) {
	switch k := by.Outcome.Kind; {
	case k == provider.Accepted:
		s.HandedOver++
	case k == provider.Unknown:
		s.Unknown++
	case k == provider.Rejected || by.Final:
		s.Failed++
	default:
		s.Retry++
	}
}

// settleAll records outcomes even when ctx is done, and tries again where the
// store fails: what is not recorded stays unknown, and an unknown is not sent
// again.
func settleAll(ctx context.Context, o Outbox, settlements []Settlement) error {
	if len(settlements) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	var err error
	for range settleTries {
		if err = o.Settle(ctx, settlements); err == nil {
			return nil
		}
	}
	return fmt.Errorf("settle: %w", err)
}

// learn records what the carrier said of addresses.
func (r *running) learn(ctx context.Context, trials []*trial) error {
	for _, t := range trials {
		if t.outcome.Kind != provider.Rejected {
			continue
		}
		err := r.inbox.learn(context.WithoutCancel(ctx), lesson{
			t.row.Fingerprint, &t.by.request, t.outcome.Cause, AttemptID{t.row.Dispatch, t.row.No}, r.inbox.now(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
