package regime

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// rule makes a consent.Rule of data and a function. A nil concerns means that
// it concerns every request.
type rule struct {
	info     consent.RuleInfo
	concerns func(*consent.Request) bool
	// passes tells who has nothing to be told, before check is asked. It may be
	// nil.
	passes func(*consent.Plan, *consent.Facts) bool
	check  func(*consent.Plan, *consent.Facts) consent.Finding
	place  func(*consent.Plan, *consent.Place) consent.Finding
	refuse func(*consent.Plan) (consent.Finding, bool) // settled by the plan alone
}

func (r rule) Info() consent.RuleInfo { return r.info }

func (r rule) Bind(p *consent.Plan) (consent.Check, error) {
	if r.concerns != nil && !r.concerns(p.Request()) {
		return nil, nil
	}
	switch {
	case r.refuse != nil:
		found, concerned := r.refuse(p)
		if !concerned {
			return nil, nil
		}
		return settled{found}, nil
	case r.place != nil:
		return placed{p, r.place}, nil
	case r.passes != nil:
		return &quick{checked{p, r.check}, r.passes}, nil
	default:
		return &checked{p, r.check}, nil
	}
}

type checked struct {
	plan  *consent.Plan
	check func(*consent.Plan, *consent.Facts) consent.Finding
}

func (c *checked) Check(f *consent.Facts) consent.Finding { return c.check(c.plan, f) }

// quick is a consent.QuickCheck.
type quick struct {
	checked
	passes func(*consent.Plan, *consent.Facts) bool
}

func (c *quick) Passes(f *consent.Facts) bool { return c.passes(c.plan, f) }

func (c *quick) Check(f *consent.Facts) consent.Finding {
	if c.passes(c.plan, f) {
		return consent.Pass()
	}
	return c.check(c.plan, f)
}

type placed struct {
	plan  *consent.Plan
	check func(*consent.Plan, *consent.Place) consent.Finding
}

func (c placed) CheckPlace(pl *consent.Place) consent.Finding { return c.check(c.plan, pl) }

func (c placed) Check(f *consent.Facts) consent.Finding {
	if f.Place == nil {
		return consent.Finding{}
	}
	return c.check(c.plan, f.Place)
}

type settled struct{ finding consent.Finding }

func (s settled) Check(*consent.Facts) consent.Finding { return s.finding }

func deny(c uint8) consent.Finding { return consent.Finding{Case: c} }

func note(c uint8) consent.Finding {
	return consent.Finding{Outcome: consent.Allow, Case: c, Noted: true}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func electronic(r *consent.Request) bool { return r.Kind != consent.KeywordReply }

func content(r *consent.Request) bool { return r.Kind == consent.ContentMessage }

// written reports whether the message is read and not heard. The pack has no
// rules for calls, and a basis alone must not let them go: a purpose without a
// basis rule for the channel is denied.
func written(r *consent.Request) bool {
	return r.Channel == contact.SMS || r.Channel == contact.RCS || r.Channel == contact.EmailChannel
}

func words(en, fr string) consent.Words { return consent.Words{En: en, Fr: fr} }
