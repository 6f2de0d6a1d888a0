package campaign

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A Count is a number of people as a client of somebody else's base may know
// it: about N, a multiple of 20, or too few to tell. Few stands for every number
// under 20, zero among them, and for some up to 59, so that neither word nor
// number says on which side of a limit one person stands.
type Count struct {
	N   int  `json:"n"`
	Few bool `json:"few,omitempty"`
}

// A Comptage says how many people a campaign would reach, as far as its viewer
// may know.
type Comptage struct {
	Campaign string    `json:"campaign"`
	At       time.Time `json:"at"`

	// Audience are the contacts that the filter chooses. It is the sum of the
	// four that follow, where Few counts as nothing.
	Audience Count `json:"audience"`
	// Reachable may be written to, now or later. When is not said: a message
	// that waits for another tells that there is another.
	Reachable Count `json:"reachable"`
	// Excluded are the client's own exclusions, Unfit those that its own text
	// does not suit: a value is missing, wrong or too long.
	Excluded Count `json:"excluded"`
	Unfit    Count `json:"unfit"`
	// Withheld is everybody else, in one number whatever the reason: refusals,
	// no consent, numbers that do not work, caps. It is what is left of the four
	// other numbers, and counted by nobody.
	Withheld Count `json:"withheld"`

	// Exact is the whole preview, for the owner of the base and the host; nil
	// for everybody else.
	Exact *Preview `json:"exact,omitempty"`
}

// CounterOptions are options for [NewCounter].
type CounterOptions struct {
	// PerDay is how many questions a client may ask within 24 hours, over all
	// its campaigns; 0 means 50.
	PerDay int
}

const defaultCountsPerDay = 50

// minSecret is how many bytes the secret of a Counter has at least.
const minSecret = 16

// A Counter tells a client how many people a campaign would reach (in French,
// comptage), so that it learns of nobody in particular. It is safe for
// concurrent use.
//
// # What it protects from
//
// The attacker is a client of a base that it does not own. It chooses audiences,
// texts, controllers and exclusions of its own, asks as often as it may, knows
// everybody in a set but one, and wants to know of that one whether they are in
// the base, have an attribute, or refuse. It sees nothing but what Count
// returns.
//
//   - Nothing is told of fewer than 20 people, nor that there are none.
//   - The noise of a number comes from the set of people, by a keyed hash, as in
//     the cell key method of statistics offices: the same people give the same
//     number, however, whenever and by whomever they are asked for, so that
//     asking again tells nothing new.
//   - A set that differs by fewer than 20 people from one that the client was
//     told a number for, in any of its campaigns on that base, gets that number.
//     It is not refused, since a refusal would say that somebody is in the
//     difference. Where between 20 and 40 this ends is drawn for each pair.
//   - Numbers that must add up are subtracted from one another, not counted.
//   - Segments, cost and reasons are left out. [Campaign.Bounds] knows the first
//     without looking at anybody.
//
// # What is left
//
// A number that is told is off by a standard deviation of about 10. Who knows
// everybody in a set but one guesses right about that one 52 times of 100, and
// after 420 sets that are far from each other 84 times; at 50 questions a day
// that is nine days of odd questions, which the log shows. Who knows nobody needs
// three numbers each time, of A, A∩B and A∩¬B without the one, and three times as
// many triples. No noise makes that impossible: whoever answers enough questions
// says everything in the end (Dinur and Nissim 2003). Clients who pool their
// answers, and a base in which the same people get new IDs, are met by the noise
// alone. A number can be wrong by 70.
type Counter struct {
	planner *Planner
	log     CountLog
	secret  []byte
	opts    CounterOptions
}

// NewCounter returns a counter over a planner. secret is at least 16 random
// bytes that no client knows and that never change, not even when the keyring
// does: another secret answers afresh, and two answers tell more than one. Days are
// counted by the clock of the planner's gate. opts may be nil.
func NewCounter(planner *Planner, log CountLog, secret []byte, opts *CounterOptions) (*Counter, error) {
	switch {
	case planner == nil || log == nil:
		return nil, errors.New("campaign: counter: no planner or log")
	case len(secret) < minSecret:
		return nil, fmt.Errorf("campaign: counter: the secret has %d bytes, want at least %d", len(secret), minSecret)
	}
	c := &Counter{planner: planner, log: log, secret: append([]byte(nil), secret...)}
	if opts != nil {
		c.opts = *opts
	}
	if c.opts.PerDay == 0 {
		c.opts.PerDay = defaultCountsPerDay
	}
	if c.opts.PerDay < 0 {
		return nil, errors.New("campaign: counter: PerDay is negative")
	}
	return c, nil
}

// Count says how many people c would reach if it ran now. The host and the owner
// of the base, who is the client of a base of its own, are told exactly, with
// the preview as it is for the host and as [Preview.ForClient] has it for a
// client. Any other client is told in round numbers, and only about its own
// campaigns; asking more often than it may fails with [ErrTooMany].
func (c *Counter) Count(ctx context.Context, of Campaign, viewer Viewer) (Comptage, error) {
	exact, err := c.sees(&of, viewer)
	if err != nil {
		return Comptage{}, err
	}
	if !exact {
		if err := c.take(ctx, viewer.Party); err != nil {
			return Comptage{}, err
		}
	}
	var sets [countedSets]peopleSet
	visit := func(*classifiedRow, Class) {}
	if !exact {
		b := newBlur(c.secret)
		visit = func(row *classifiedRow, class Class) {
			x := b.element(of.Request.Base.ID, row.contact)
			sets[inAudience].add(x)
			if cell := countedAs(class); cell != inAudience {
				sets[cell].add(x)
			}
		}
	}
	p, err := c.planner.preview(ctx, of, time.Time{}, visit)
	if err != nil {
		return Comptage{}, err
	}
	out := Comptage{Campaign: p.Campaign, At: p.At}
	if exact {
		out.exactly(&p, viewer.Kind == AClient)
		return out, nil
	}
	told, err := c.tell(ctx, viewer.Party, of.Request.Base.ID, &sets)
	if err != nil {
		return Comptage{}, fmt.Errorf("campaign %q: count: %w", of.ID(), err)
	}
	out.add(told)
	return out, nil
}

// Tally says how far a campaign that was launched is, by class: exactly to the
// host and the owner of the base, in round numbers to any other client, and only
// about its own. What a client owes is on the invoice of the owner, who has the
// exact numbers; these are for looking on.
func (c *Counter) Tally(ctx context.Context, id string, viewer Viewer) (map[Class]Count, error) {
	saved, err := c.planner.outbox.Campaign(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("campaign %q: tally: %w", id, err)
	}
	exact, err := c.sees(&saved.Campaign, viewer)
	if err != nil {
		return nil, err
	}
	tally, err := c.planner.outbox.Tally(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("campaign %q: tally: %w", id, err)
	}
	if viewer.Kind == AClient {
		tally = tally.ForClient()
	}
	out := map[Class]Count{}
	if exact {
		for class, n := range tally {
			out[class] = Count{N: n}
		}
		return out, nil
	}
	shown := Tally{}
	for _, class := range shownToClients {
		shown[class] = 0 // that a class is there must not say that somebody is in it
	}
	for class, n := range tally {
		if _, ok := shown[class]; !ok {
			class = Class{Excluded, CodeWithheld}
		}
		shown[class] += n
	}
	// The noise is of the class and not of the number, so that a number that
	// moves shows at one step of twenty only.
	b := newBlur(c.secret)
	for class, n := range shown {
		out[class] = b.count(n, []byte("tally "+id+" "+class.String()))
	}
	return out, nil
}

// sees reports whether viewer may know the exact numbers of a campaign, and
// fails when it may know none.
func (c *Counter) sees(of *Campaign, viewer Viewer) (exact bool, err error) {
	if err := of.Validate(); err != nil {
		return false, err
	}
	owner := viewer.Party != "" && viewer.Party == of.Request.Base.Owner.ID
	switch {
	case viewer.Kind == TheHost:
		return true, nil
	case viewer.Kind == AnOwner && owner:
		return true, nil
	case viewer.Kind == AClient && viewer.Party != "" && viewer.Party == of.Request.Client:
		return owner, nil
	default:
		return false, fmt.Errorf("campaign %q: count: %w", of.ID(), ErrNotYours)
	}
}

// ErrNotYours says that the viewer has no business with a campaign.
var ErrNotYours = errors.New("campaign: neither the viewer's campaign nor their base")

func (c *Counter) take(ctx context.Context, client contact.PartyID) error {
	again, ok, err := c.log.Take(ctx, client, c.planner.gate.Clock().Now(), 24*time.Hour, c.opts.PerDay)
	if err != nil {
		return fmt.Errorf("campaign: count: %w", err)
	}
	if !ok {
		return fmt.Errorf("campaign: count: %w", &TooManyError{Again: again})
	}
	return nil
}

// The sets that a comptage counts.
const (
	inAudience = iota
	isReachable
	isExcluded
	isUnfit
	countedSets
)

// countedAs returns the set that a class counts in, beside the audience, or
// inAudience for none.
func countedAs(class Class) int {
	switch {
	case class.State == Ready || class.State == Deferred:
		return isReachable
	case class.Code == consent.CodeExcluded:
		return isExcluded
	case ownText(class.Code):
		return isUnfit
	default:
		return inAudience
	}
}

// tries is how often tell begins again because the client asked something else
// in the same moment.
const tries = 10

// tell says what the client is told of each set: what it was told of one that is
// close, the oldest first, or else a number of its own.
func (c *Counter) tell(ctx context.Context, client contact.PartyID, base contact.BaseID, sets *[countedSets]peopleSet) ([countedSets]Count, error) {
	var told [countedSets]Count
	for range tries {
		known, err := c.log.Answers(ctx, client, base)
		if err != nil {
			return told, err
		}
		earlier := make([]peopleSet, len(known))
		for i := range known {
			set, ok := readSet(known[i].Set)
			if !ok {
				return told, errors.New("the log has an answer without its set: answer " + strconv.Itoa(i))
			}
			earlier[i] = set
		}
		b, before := newBlur(c.secret), len(known)
		for i := range sets {
			at := b.closest(&sets[i], earlier)
			if at < 0 {
				at = len(known)
				seed := sets[i].bytes()
				known = append(known, CountAnswer{Set: seed, Told: b.count(sets[i].n, seed), At: c.planner.gate.Clock().Now()})
				earlier = append(earlier, sets[i])
			}
			told[i] = known[at].Told
		}
		if len(known) == before {
			return told, nil
		}
		err = c.log.Keep(ctx, client, base, before, known[before:])
		if err == nil || !errors.Is(err, ErrStale) {
			return told, err
		}
	}
	return told, ErrStale
}

// closest returns the first of earlier that is close to s, or -1.
func (b *blur) closest(s *peopleSet, earlier []peopleSet) int {
	for i := range earlier {
		if d, ok := s.distance(&earlier[i]); ok && (d == 0 || d < b.closeEnough(&earlier[i], s)) {
			return i
		}
	}
	return -1
}

// add fills in what was told, and makes it add up. It looks at nothing else, and
// so tells nothing else.
func (c *Comptage) add(told [countedSets]Count) {
	c.Audience, c.Excluded, c.Unfit = told[inAudience], told[isExcluded], told[isUnfit]
	left := c.Audience.N
	for _, part := range []*Count{&c.Excluded, &c.Unfit} {
		*part = atMost(*part, left)
		left -= part.N
	}
	c.Reachable = atMost(told[isReachable], left)
	c.Withheld = atMost(Count{N: left}, left-c.Reachable.N)
}

// atMost returns c, or n where that is less.
func atMost(c Count, n int) Count {
	if c.N = min(c.N, n); c.N == 0 {
		c.Few = true
	}
	return c
}

func (c *Comptage) exactly(p *Preview, client bool) {
	var n [countedSets]int
	for class, k := range p.Tally {
		n[countedAs(class)] += k
	}
	c.Audience, c.Reachable, c.Excluded, c.Unfit = Count{N: p.Audience}, Count{N: n[isReachable]}, Count{N: n[isExcluded]}, Count{N: n[isUnfit]}
	c.Withheld = Count{N: n[inAudience]} // what is in no other
	c.Exact = p
	if client {
		shown := p.ForClient()
		c.Exact = &shown
	}
}
