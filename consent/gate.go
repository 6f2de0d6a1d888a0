package consent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/sms"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// GateOptions are options for [OpenGate]. The zero value of each field, and a
// nil *GateOptions, mean the default.
type GateOptions struct {
	// Rules are a host's own, asked after those of the pack.
	Rules []Rule
	// Readers read facts that ledger and list do not hold.
	Readers []FactReader
	// Overrides change what follows from codes of the pack or the host's rules.
	Overrides []Override
	// BaseCaps are what the owner of a base allows, counting every message that
	// goes out on it for whichever client. A client cannot see past the code, nor
	// forget them.
	BaseCaps map[contact.BaseID][]Cap
	// Testers are those whom proof copies may go to, at most [MaxTesters].
	Testers []Tester
	// AllowFiction lets messages go to numbers and domains reserved for
	// fiction. It is for tests and demonstrations.
	AllowFiction bool
	// Life is how long a clearance lives. The default is [DefaultLife]; more
	// than [MaxLife] is an error.
	Life time.Duration
	// Clock is the default [SystemClock] when nil.
	Clock Clock
	// Logger receives one Debug record for each batch that is cleared. The
	// default discards.
	Logger *slog.Logger
}

// A Gate decides whether messages may go. It is safe for concurrent use. There
// is no Gate without a ledger, a suppression list and rules.
//
// Its stores read their primary copy, outside any transaction of the host: in a
// transaction that repeats its reads, a refusal acknowledged meanwhile is
// invisible.
type Gate struct {
	ledger  Ledger
	list    suppression.List
	keyring *suppression.Keyring
	pack    Pack
	opts    GateOptions
	digest  Digest
	rules   []Rule
	testers map[contact.Fingerprint]struct{}
}

// OpenGate returns a gate that asks pack. It fails when one of its parts is
// missing, when an election or an override of them is wrong, and when the
// stores hold fingerprints of another keyring, in which no refusal would be
// found. opts may be nil.
func OpenGate(ctx context.Context, ledger Ledger, list suppression.List, keyring *suppression.Keyring, pack Pack, opts *GateOptions) (*Gate, error) {
	if opts == nil {
		opts = &GateOptions{}
	}
	g := &Gate{ledger: ledger, list: list, keyring: keyring, pack: pack, opts: *opts}
	switch {
	case ledger == nil:
		return nil, errors.New("consent: gate: no ledger")
	case list == nil:
		return nil, errors.New("consent: gate: no suppression list")
	case keyring == nil:
		return nil, errors.New("consent: gate: no keyring")
	case len(pack.Rules) == 0:
		return nil, errors.New("consent: gate: the pack has no rules")
	case opts.Life < 0 || opts.Life > MaxLife:
		return nil, fmt.Errorf("consent: gate: Life %v is not between 0 and %v", opts.Life, MaxLife)
	}
	if g.opts.Life == 0 {
		g.opts.Life = DefaultLife
	}
	if g.opts.Clock == nil {
		g.opts.Clock = SystemClock()
	}
	if g.opts.Logger == nil {
		g.opts.Logger = slog.New(slog.DiscardHandler)
	}
	for base, caps := range opts.BaseCaps {
		for i, c := range caps {
			if c.Count < 1 || c.Within <= 0 {
				return nil, fmt.Errorf("consent: gate: BaseCaps[%q][%d] is not a positive count within a positive time", base, i)
			}
		}
	}
	if err := g.declare(opts.Testers); err != nil {
		return nil, err
	}
	for i := range pack.Elections {
		if err := pack.Elections[i].Validate(); err != nil {
			return nil, err
		}
	}
	g.rules = append(coreRules(), pack.Rules...)
	g.rules = append(g.rules, capRule{})
	g.rules = append(g.rules, opts.Rules...)
	if err := g.checkOverrides(); err != nil {
		return nil, err
	}
	g.digest = packDigest(&pack, g.rules)
	if _, err := list.Match(ctx, keyring.ID(), nil); err != nil {
		return nil, fmt.Errorf("consent: gate: suppression list: %w", err)
	}
	if _, err := ledger.Read(ctx, keyring.ID(), nil); err != nil {
		return nil, fmt.Errorf("consent: gate: ledger: %w", err)
	}
	return g, nil
}

func (g *Gate) checkOverrides() error {
	levels := map[Code][]Level{}
	names := map[string]bool{}
	for _, r := range g.rules {
		info := r.Info()
		if info.Name == "" || len(info.Cases) == 0 {
			return fmt.Errorf("consent: gate: rule %q has no name or no case", info.Name)
		}
		if names[info.Name] {
			return fmt.Errorf("consent: gate: two rules are named %q", info.Name)
		}
		names[info.Name] = true
		for _, c := range info.Cases {
			levels[c.Code] = append(levels[c.Code], c.Level)
		}
	}
	seen := map[Code]bool{}
	for _, o := range g.opts.Overrides {
		switch held := levels[o.Code]; {
		case len(held) == 0:
			return fmt.Errorf("consent: gate: override of unknown code %q", o.Code)
		case seen[o.Code]:
			return fmt.Errorf("consent: gate: two overrides of %q", o.Code)
		case o.Reason == "" || o.By == "":
			return fmt.Errorf("consent: gate: override of %q without Reason or By", o.Code)
		case o.Outcome != Deny && o.Outcome != Allow:
			return fmt.Errorf("consent: gate: override of %q: Outcome is neither deny nor allow", o.Code)
		case !slices.ContainsFunc(held, func(l Level) bool { return l.allows(o.Outcome) }):
			return fmt.Errorf("consent: gate: override of %q, which is %s and cannot be lowered", o.Code, held[0])
		}
		seen[o.Code] = true
	}
	return nil
}

func packDigest(pack *Pack, rules []Rule) Digest {
	f := newFramer()
	for _, s := range []string{"accord pack 1", pack.Name, pack.Version, pack.Read} {
		f.text(s)
	}
	f.text(fmt.Sprint(pack.Territories))
	f.number(uint64(len(rules)))
	for _, r := range rules {
		info := r.Info()
		f.text(info.Name)
		f.text(info.Params)
		f.time(info.InForce)
		f.time(info.Until)
		f.time(info.Known)
		if info.NotOfProofs {
			f.text("not of proofs")
		}
		f.text(fmt.Sprint(info.Purposes, info.Kinds, info.Channels, info.Territories))
		f.number(uint64(len(info.Cases)))
		for _, c := range info.Cases {
			for _, s := range []string{string(c.Code), string(c.Level), string(c.Certainty), c.Source.Text, c.Source.Date} {
				f.text(s)
			}
		}
	}
	f.number(uint64(len(pack.Elections)))
	for _, e := range pack.Elections {
		f.text(string(e.ID))
		f.time(e.Known)
		f.time(e.Ends)
		f.text(fmt.Sprint(e.Territories))
		f.number(uint64(len(e.Silences)))
		for _, s := range e.Silences {
			f.text(string(s.Territory))
			f.time(s.From)
			f.time(s.Until)
		}
	}
	return f.sum()
}

// Rules describes every rule that the gate asks, in the order in which it asks
// them: the library's own, those of the pack, caps, and the host's. It is how a
// host shows what it decides by, and from which sources.
func (g *Gate) Rules() []RuleInfo {
	out := []RuleInfo{noBasisInfo, zoneInfo, ruledInfo}
	for _, r := range g.rules {
		out = append(out, r.Info())
	}
	return out
}

// Keyring returns the keyring of the gate.
func (g *Gate) Keyring() *suppression.Keyring { return g.keyring }

// Clock returns the clock of the gate.
func (g *Gate) Clock() Clock { return g.opts.Clock }

// Life returns how long a clearance of the gate lives.
func (g *Gate) Life() time.Duration { return g.opts.Life }

// Plan binds req to the rules that are in force at the instant at, the zero
// time meaning now, as far as they are known now.
func (g *Gate) Plan(req Request, at time.Time) (*Plan, error) {
	now := g.opts.Clock.Now()
	if at.IsZero() {
		at = now
	}
	return g.PlanAsOf(req, at, now)
}

// PlanAsOf is Plan with the rules that were known at the instant known: with
// known = at, it decides as it was decided then; with known = now, as the law
// of then reads today.
func (g *Gate) PlanAsOf(req Request, at, known time.Time) (*Plan, error) {
	return bind(req, at, known, &g.pack, g.digest, g.rules, &g.opts)
}

// A Recipient is one person that a message may go to.
type Recipient struct {
	// Contact is the person as the base knows them. It is not changed.
	Contact *contact.Contact
	// Point is the address to use. Where its fingerprint is zero the gate makes
	// it; where it is set it must be of the gate's keyring.
	Point   contact.Point
	Content Content
	// Inspected is what Content holds, where somebody inspected it already.
	// Clear inspects by itself, and what Inspected lacks it takes as lacking: a
	// name filled in cannot be the stop mention that a template forgot.
	Inspected *Inspection
	// Dispatch identifies the message, and keeps it from counting as an earlier
	// message to the same address.
	Dispatch uuid.UUID
}

// startFacts sets f to what the recipient alone says.
func (p *Plan) startFacts(f *Facts, r *Recipient) {
	*f = Facts{
		AddressKind: r.Point.Address.Kind(),
		Fictional:   r.Point.Address.Fictional(),
		Dispatch:    r.Dispatch,
	}
	if r.Contact != nil {
		f.Subject = r.Contact.Subject
		if latest := r.Contact.Latest(); latest != nil {
			f.Origin, f.Collected = latest.Origin, latest.Collected
		}
	}
	f.Place = p.PlaceOf(r)
	if r.Inspected != nil {
		f.Content = *r.Inspected
	} else {
		f.Content = p.Inspect(r.Content, f.Origin)
	}
}

func (g *Gate) readStores(ctx context.Context, fingerprints []contact.Fingerprint, facts []Facts) error {
	histories, err := g.ledger.Read(ctx, g.keyring.ID(), fingerprints)
	if err != nil {
		return err
	}
	if len(histories) != len(facts) {
		return fmt.Errorf("ledger answered %d histories for %d addresses", len(histories), len(facts))
	}
	for i := range histories {
		facts[i].Chain, facts[i].Acts = histories[i].Chain, histories[i].Acts
	}
	hits, err := g.list.Match(ctx, g.keyring.ID(), fingerprints)
	if err != nil {
		return err
	}
	for _, h := range hits {
		if h.Index < 0 || h.Index >= len(facts) {
			return fmt.Errorf("suppression list answered for address %d of %d", h.Index, len(facts))
		}
		facts[h.Index].Entries = append(facts[h.Index].Entries, h.Entry)
	}
	return nil
}

// Decide says whether a message like req may go to r now, and why. The decision
// is meaningful whether or not the error is nil: an error denies.
func (g *Gate) Decide(ctx context.Context, req Request, r Recipient) (Decision, error) {
	p, err := g.Plan(req, time.Time{})
	if err != nil {
		return Decision{}, err
	}
	ds, err := g.DecideAll(ctx, p, []Recipient{r})
	return ds[0], err
}

// DecideAll says whether the message that p is for may go to each of
// recipients at the instant of p. On an error every decision denies.
func (g *Gate) DecideAll(ctx context.Context, p *Plan, recipients []Recipient) ([]Decision, error) {
	facts := make([]Facts, len(recipients))
	verdicts := make([]Verdict, len(recipients))
	err := g.ReadFacts(ctx, p, recipients, facts)
	p.Judge(facts, verdicts)
	out := make([]Decision, len(recipients))
	for i := range out {
		out[i] = p.decision(&facts[i], &verdicts[i])
	}
	return out, err
}

func (p *Plan) decision(f *Facts, v *Verdict) Decision {
	return Decision{
		Outcome:      v.Outcome,
		Code:         p.Code(v),
		Reasons:      p.Reasons(f, v),
		At:           p.at,
		Until:        v.Until,
		Deadline:     v.Deadline,
		AssumedPlace: f.Place != nil && f.Place.Assumed,
	}
}

// inspectAfresh returns what the text of r holds, less what the caller says it
// lacks.
func (p *Plan) inspectAfresh(r *Recipient) *Inspection {
	var origin *contact.Origin
	if r.Contact != nil {
		if latest := r.Contact.Latest(); latest != nil {
			origin = latest.Origin
		}
	}
	in := p.Inspect(r.Content, origin)
	if r.Inspected != nil {
		in = in.And(*r.Inspected)
	}
	return &in
}

func segments(channel contact.Channel, text string) int {
	if channel != contact.SMS {
		return 1
	}
	_, n, _ := sms.Count(text, 0)
	return n
}
