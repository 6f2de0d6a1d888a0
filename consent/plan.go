package consent

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/accordsdk/accord/contact"
)

// maxRules is how many checks a plan can hold, a bit each in a [Verdict].
const maxRules = 128

// noRule stands for no check in a [Verdict].
const noRule = 255

// A Plan is a request bound to rules at an instant: everything that does not
// depend on the recipient is settled. It is safe for concurrent use. Make one
// with [Gate.Plan].
type Plan struct {
	req       Request
	at, known time.Time
	target    contact.Target
	question  Question
	names     []string        // of advertisers, folded
	senders   []contact.Party // the advertisers
	ad        *adMarks        // of a label; nil when there is none
	replyPath string          // where a reader must be told to answer; "" when to answer is enough
	elections []Election
	fiction   bool
	caps      []boundCap
	// territories are those of the pack.
	territories []contact.Territory

	checks []boundCheck
	all    []uint8 // every check, for those of whom no place is known

	defersOnFacts bool
	digest        Digest
	pack          Digest

	places   atomic.Pointer[map[placeKey]*Place]
	first    atomic.Pointer[firstPlace] // of most recipients
	placesMu sync.Mutex
}

type boundCheck struct {
	check     Check
	quick     QuickCheck // nil when there is no short way
	place     PlaceCheck // nil when the answer depends on more than the place
	info      RuleInfo
	overrides map[uint8]Override // by case; nil mostly
}

// Request returns what the plan is for. The caller does not change it.
func (p *Plan) Request() *Request { return &p.req }

// Target returns the request in the dimensions of a scope. The caller does not
// change it.
func (p *Plan) Target() *contact.Target { return &p.target }

// At returns the instant that the plan is about.
func (p *Plan) At() time.Time { return p.at }

// Known returns the instant up to which rules are taken as known.
func (p *Plan) Known() time.Time { return p.known }

// Election returns the election of the request, nil when there is none or it is
// not known.
func (p *Plan) Election() *Election {
	for i := range p.elections {
		if p.elections[i].ID == p.req.Election {
			return &p.elections[i]
		}
	}
	return nil
}

// Elections returns the elections known to the pack. The caller does not change
// them.
func (p *Plan) Elections() []Election { return p.elections }

// Digest returns the SHA-256 of request, instants and bound rules. Two plans
// with one digest judge alike.
func (p *Plan) Digest() Digest { return p.digest }

// Pack returns the SHA-256 of the pack and the host's rules.
func (p *Plan) Pack() Digest { return p.pack }

// A Verdict is a judgement without words: what Judge answers for each
// recipient. The zero Verdict denies.
type Verdict struct {
	Outcome  Outcome
	rule     uint8 // the check that decided; noRule when none had anything to say
	cas      uint8 // and what it says
	fired    [maxRules / 64]uint64
	Until    time.Time // for Defer
	Deadline time.Time // for Allow; zero means none
}

// Judge answers for each of facts in the same place of verdicts, which must be
// as long. It is pure, apart from keeping what it works out in the facts
// themselves, and allocates nothing.
func (p *Plan) Judge(facts []Facts, verdicts []Verdict) {
	_ = verdicts[:len(facts)] // panics for a programmer's error: fewer verdicts than facts
	for i := range facts {
		p.judge(&facts[i], &verdicts[i])
	}
}

func (p *Plan) judge(f *Facts, v *Verdict) {
	*v = Verdict{Outcome: Allow, rule: noRule}
	p.foldInto(f)
	first, asks := uint8(0), p.all
	if p.corePasses(f) {
		first = coreQuick
	}
	place := f.Place
	if place != nil && place.by == p {
		v.shorten(&place.deadline)
		asks = place.asks
	} else {
		place = nil // of another plan, or made by hand: what that says of itself counts for nothing
	}
	for _, i := range asks {
		if i < first {
			continue
		}
		c := &p.checks[i]
		switch {
		case place == nil && !c.info.isAsked(f.Territory()):
		case c.place != nil && place != nil:
			p.weigh(v, i, &place.findings[i])
		case c.quick != nil && c.quick.Passes(f):
		default:
			found := c.check.Check(f)
			p.weigh(v, i, &found)
		}
	}
	v.trim()
}

// trim leaves the instant that belongs to the outcome.
func (v *Verdict) trim() {
	switch v.Outcome {
	case Allow:
		v.Until, v.Deadline = time.Time{}, v.Deadline.UTC()
	case Defer:
		v.Until, v.Deadline = v.Until.UTC(), time.Time{}
	default:
		v.Until, v.Deadline = time.Time{}, time.Time{}
	}
}

// foldInto works out where the person stands. Most people have no act, and need
// no more than the zero of it.
func (p *Plan) foldInto(f *Facts) {
	f.standing = Standing{Act: -1, Refusal: -1}
	if len(f.Acts) > 0 {
		f.standing.fold(f.Acts, &p.question, f.Subject, p.at)
	}
}

func (v *Verdict) shorten(deadline *time.Time) {
	if !deadline.IsZero() && (v.Deadline.IsZero() || deadline.Before(v.Deadline)) {
		v.Deadline = *deadline
	}
}

// weigh counts the finding of a check.
func (p *Plan) weigh(v *Verdict, rule uint8, found *Finding) {
	if found.quiet() {
		v.shorten(&found.Deadline)
		return
	}
	c := &p.checks[rule]
	outcome := p.outcome(c, found)
	if outcome == Allow {
		v.shorten(&found.Deadline)
	}
	v.fired[rule/64] |= 1 << (rule % 64)
	// The first of the strictest decides; of those that allow, the basis.
	decides := v.rule == noRule || outcome == Allow && c.info.Basis && !p.checks[v.rule].info.Basis
	if outcome < v.Outcome || outcome == v.Outcome && outcome == Allow && decides {
		v.Outcome, v.rule, v.cas = outcome, rule, found.Case
	}
	if outcome == Defer && found.Until.After(v.Until) {
		v.Until = found.Until
	}
}

// quiet reports whether f allows without a word.
func (f *Finding) quiet() bool { return f.Outcome == Allow && !f.Noted }

// outcome returns what follows from a finding: an override, if there is one,
// and a denial where the finding makes no sense.
func (p *Plan) outcome(c *boundCheck, found *Finding) Outcome {
	if found.Outcome >= outcomes {
		return Deny
	}
	if c.overrides != nil {
		if o, ok := c.overrides[found.Case]; ok {
			return o.Outcome
		}
	}
	if found.Outcome == Defer && !found.Until.After(p.at) {
		return Deny
	}
	return found.Outcome
}

// Code returns the code of what decided v: the reason that a report counts it
// under. An allowed message is counted under its basis, or as [CodeAllowed]
// where that has nothing to say.
func (p *Plan) Code(v *Verdict) Code {
	if v.rule == noRule && v.Outcome == Allow {
		return CodeAllowed
	}
	if int(v.rule) >= len(p.checks) {
		return CodeMissing
	}
	cases := p.checks[v.rule].info.Cases
	if int(v.cas) >= len(cases) {
		return CodeMissing
	}
	return cases[v.cas].Code
}

// Fired returns how many checks had something to say.
func (v *Verdict) Fired() int {
	n := 0
	for _, w := range v.fired {
		n += bits.OnesCount64(w)
	}
	return n
}

// Reasons returns what every check that fired for f has to say, the one that
// decided first. It asks them again, so f must be what v was judged on.
func (p *Plan) Reasons(f *Facts, v *Verdict) []Reason {
	p.foldInto(f)
	var out []Reason
	for i := range p.checks {
		if v.fired[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		c := &p.checks[i]
		var found Finding
		if c.place != nil && f.Place != nil && f.Place.by == p {
			found = f.Place.findings[i]
		} else {
			found = c.check.Check(f)
		}
		r := p.reason(c, &found)
		if i == int(v.rule) {
			out = slices.Insert(out, 0, r)
		} else {
			out = append(out, r)
		}
	}
	return out
}

func (p *Plan) reason(c *boundCheck, found *Finding) Reason {
	r := Reason{Rule: c.info.Name, Outcome: p.outcome(c, found)}
	if o, ok := c.overrides[found.Case]; ok {
		r.Override = &o
	}
	if r.Outcome == Defer {
		r.Until = found.Until
	}
	if int(found.Case) < len(c.info.Cases) {
		cas := c.info.Cases[found.Case]
		r.Code, r.Level, r.Certainty, r.Source, r.Says, r.Remedy = cas.Code, cas.Level, cas.Certainty, cas.Source, cas.Says, cas.Remedy
	}
	return r
}

// settle asks every place check about pl, and notes which checks are left to ask
// of the people there.
func (p *Plan) settle(pl *Place) {
	var v Verdict
	pl.findings = make([]Finding, len(p.checks))
	for i := range p.checks {
		c := &p.checks[i]
		found := Pass()
		if c.place != nil && c.info.isAsked(pl.Territory) {
			found = c.place.CheckPlace(pl)
		}
		pl.findings[i] = found
		switch {
		case !c.info.isAsked(pl.Territory):
		case c.place != nil && found.quiet():
			v.shorten(&found.Deadline)
		default:
			pl.asks = append(pl.asks, uint8(i))
		}
	}
	pl.deadline, pl.by = v.Deadline, p
}

// bind makes a plan of rules, the library's own first.
func bind(req Request, at, known time.Time, pack *Pack, packDigest Digest, rules []Rule, opts *GateOptions) (*Plan, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	p := &Plan{req: req, at: stamp(at), known: stamp(known), fiction: opts.AllowFiction, pack: packDigest, territories: pack.Territories}
	p.target = req.Target()
	p.question = Question{Target: p.target, Election: req.Election}
	if req.Base.Mode == contact.Rented {
		p.question.Owner = req.Base.Owner.ID
	}
	p.senders = req.Advertisers()
	p.ad = req.PoliticalAd.marks()
	for _, party := range p.senders {
		for _, name := range append([]string{party.Name}, party.Aliases...) {
			p.names = append(p.names, foldText(name))
		}
	}
	if req.Sender.ReplyTo != "" {
		p.replyPath = foldText(req.Sender.ReplyTo)
	}
	for _, e := range pack.Elections {
		if e.Known.IsZero() || !p.known.Before(e.Known) {
			p.elections = append(p.elections, e)
		}
	}
	for _, c := range req.Caps {
		p.caps = append(p.caps, boundCap{c, false})
	}
	for _, c := range opts.BaseCaps[req.Base.ID] {
		p.caps = append(p.caps, boundCap{c, true})
	}
	if e := p.Election(); e != nil {
		p.question.ElectionEnds = e.Ends
	}
	empty := map[placeKey]*Place{}
	p.places.Store(&empty)

	basis, clocks := false, false
	beforePack, core := 0, len(coreRules())
	for n, r := range rules {
		if n == core {
			beforePack = len(p.checks)
		}
		info := r.Info()
		if !info.applies(p.at, p.known) || !info.isAbout(&p.req) || !p.concerns(r, &info) {
			continue
		}
		check, err := r.Bind(p)
		if err != nil {
			return nil, fmt.Errorf("consent: rule %s: %w", info.Name, err)
		}
		if check == nil {
			continue
		}
		b := boundCheck{check: check, info: info}
		b.quick, _ = check.(QuickCheck)
		b.place, _ = check.(PlaceCheck)
		clocks = clocks || b.place != nil
		b.override(opts.Overrides)
		p.checks = append(p.checks, b)
		basis = basis || info.Basis
		p.defersOnFacts = p.defersOnFacts || info.DefersOnFacts || n >= len(rules)-len(opts.Rules)
	}
	if !basis {
		p.checks = append(p.checks, boundCheck{check: settled{}, info: noBasisInfo})
	}
	if clocks {
		p.checks = slices.Insert(p.checks, beforePack, boundCheck{check: zoneKnown{}, place: zoneKnown{}, info: zoneInfo})
	}
	if len(p.territories) > 0 {
		r := ruled{p}
		p.checks = slices.Insert(p.checks, beforePack, boundCheck{check: r, place: r, info: ruledInfo})
	}
	if len(p.checks) > maxRules {
		return nil, errors.New("consent: plan: more than 128 rules concern one request")
	}
	for i := range p.checks {
		p.all = append(p.all, uint8(i))
	}
	return p, p.computeDigest(opts.Overrides)
}

// override notes which cases of b the host changed. Codes are shared by rules
// of several levels, and those that cannot be lowered stay as they are.
func (b *boundCheck) override(overrides []Override) {
	for i, c := range b.info.Cases {
		for _, o := range overrides {
			if o.Code != c.Code || !c.Level.allows(o.Outcome) {
				continue
			}
			if b.overrides == nil {
				b.overrides = map[uint8]Override{}
			}
			b.overrides[uint8(i)] = o
		}
	}
}

func (i *RuleInfo) applies(at, known time.Time) bool {
	return (i.InForce.IsZero() || !at.Before(i.InForce)) &&
		(i.Until.IsZero() || at.Before(i.Until)) &&
		(i.Known.IsZero() || !known.Before(i.Known))
}

func (p *Plan) computeDigest(overrides []Override) error {
	req, err := p.req.Digest()
	if err != nil {
		return err
	}
	f := newFramer()
	f.text("accord plan 1")
	f.bytes(req[:])
	f.bytes(p.pack[:])
	f.time(p.at)
	f.time(p.known)
	for i := range p.checks {
		f.text(p.checks[i].info.Name)
	}
	for _, o := range overrides {
		f.text(string(o.Code))
		f.number(uint64(o.Outcome))
	}
	for _, c := range p.caps {
		if c.base {
			f.text("base cap")
			f.number(uint64(c.Count))
			f.number(uint64(c.Within))
		}
	}
	if p.fiction {
		f.text("fiction")
	}
	p.digest = f.sum()
	return nil
}
