package consent

import (
	"time"

	"github.com/accordsdk/accord/contact"
)

// A Window is a time in which messages may go, the end not included.
type Window struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// windowStep divides every time at which a day, an hour or a silence can begin:
// the zones of the world differ by quarters of an hour.
const windowStep = 15 * time.Minute

// Windows returns when messages like req may go to somebody in a territory, as
// far as that depends on the clock: hours, silences, the campaign's own start
// and end. It asks the rules that are known now about every quarter of an hour
// from the one of from to until, at most 92 days of them, and returns the
// windows in UTC and in order. Where the zone is unknown there is none. A start
// or end of the campaign within a quarter costs the rest of that quarter.
func (g *Gate) Windows(req Request, territory contact.Territory, from, until time.Time) ([]Window, error) {
	now := g.opts.Clock.Now()
	const most = 92 * 24 * time.Hour
	if until.Sub(from) > most {
		until = from.Add(most)
	}
	var out []Window
	for at := from.UTC().Truncate(windowStep); at.Before(until); at = at.Add(windowStep) {
		begins := at
		if begins.Before(from) {
			begins = from.UTC()
		}
		p, err := g.PlanAsOf(req, begins, now)
		if err != nil {
			return nil, err
		}
		if v := p.JudgeClock(p.Place(territory, "", "")); v.Outcome != Allow {
			continue
		}
		ends := at.Add(windowStep)
		if ends.After(until) {
			ends = until.UTC()
		}
		if n := len(out); n > 0 && out[n-1].Until.Equal(begins) {
			out[n-1].Until = ends
			continue
		}
		out = append(out, Window{begins, ends})
	}
	return out, nil
}

// JudgeClock answers by the clock alone: by the rules about places, which know
// hours and silences, and by the campaign's own window. It needs no facts, and says
// nothing of whether the person agreed: a message that it does not allow now is one
// that Judge does not allow either.
func (p *Plan) JudgeClock(pl *Place) Verdict {
	if pl.by != p { // of another plan, or made by hand
		pl = &Place{Territory: pl.Territory, Zones: pl.Zones, Assumed: pl.Assumed}
		p.settle(pl)
	}
	v := Verdict{Outcome: Allow, rule: noRule}
	for i := range p.checks {
		c := &p.checks[i]
		switch own, settledFirst := c.check.(settled); {
		case c.place != nil:
			p.weigh(&v, uint8(i), &pl.findings[i])
		case settledFirst && c.info.Name == windowRule{}.Info().Name:
			p.weigh(&v, uint8(i), &own.finding)
		}
	}
	v.trim()
	return v
}

// DefersByClock reports whether nothing but the clock can put a message off, as
// far as the rules say: see RuleInfo.DefersOnFacts. A host's own rules may.
func (p *Plan) DefersByClock() bool { return !p.defersOnFacts }
