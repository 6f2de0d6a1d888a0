package campaign

import (
	"fmt"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A composer makes the text for one person, and says what it holds. Preview,
// launch and run share it, so that they cannot differ. It is for one goroutine.
type composer struct {
	plan      *consent.Plan
	campaign  *Campaign
	templates []*compiled
	clause    int // septets that the carrier appends

	// known holds what is the same for everyone of one origin.
	known map[composedKey]composed
}

type composedKey struct {
	template int
	origin   *contact.Origin
}

// A composed is a text with what a decision and a bill need of it.
type composed struct {
	content   consent.Content
	inspected consent.Inspection
	segments  int
	refused   *refusal // not nil when no text can be made
}

// maxKnown bounds what a composer remembers, for sources that make an origin
// for each contact.
const maxKnown = 4096

func newComposer(c *Campaign, clause int) (*composer, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	out := &composer{campaign: c, clause: clause, known: map[composedKey]composed{}}
	for i := range c.Templates {
		compiled, err := c.Templates[i].compile(c.Request.Channel, c.Request.NoticeURL, c.Request.Advertisers()[0].Name, c.Request.PoliticalAd)
		if err != nil {
			return nil, err
		}
		out.templates = append(out.templates, compiled)
	}
	return out, nil
}

// with returns a composer for another plan or goroutine.
func (c *composer) with(p *consent.Plan) *composer {
	return &composer{plan: p, campaign: c.campaign, templates: c.templates, clause: c.clause, known: map[composedKey]composed{}}
}

func (c *composer) compose(p *contact.Contact) composed {
	var origin *contact.Origin
	if latest := p.Latest(); latest != nil {
		origin = latest.Origin
	}
	key := composedKey{pick(c.templates, p.Language), origin}
	known, ok := c.known[key]
	if !ok {
		known = c.composeFor(key)
		if len(c.known) >= maxKnown {
			clear(c.known)
		}
		c.known[key] = known
	}
	if c.campaign.Ask != nil || c.templates[key.template].plain || known.refused != nil {
		return known
	}
	t := c.templates[key.template]
	content, refused := t.render(p, origin)
	if refused != nil {
		// What the template holds is judged all the same: a contact lacks the
		// value, not the stop mention.
		return composed{inspected: known.inspected, refused: refused}
	}
	inspected := known.inspected
	if t.touching {
		inspected = inspected.And(c.plan.Inspect(content, origin))
	}
	return c.limit(composed{content: content, inspected: inspected})
}

// composeFor makes what is the same for everyone of one origin. For a template
// with fields that is what its own words hold: a value cannot stand in for the
// identity or the stop mention.
func (c *composer) composeFor(key composedKey) composed {
	content, refused := c.neutral(key.template, key.origin)
	if refused != nil && key.origin == nil {
		return composed{} // denied for having no origin, whatever the text
	}
	if refused != nil {
		// The rest of the text is judged all the same: the contact is left out
		// for the name of the origin, and for nothing else.
		content, _ = c.neutral(key.template, &contact.Origin{Collector: "-"})
		inspected := c.plan.Inspect(content, nil)
		inspected.Origin = true
		return composed{inspected: inspected, refused: refused}
	}
	out := composed{content: content, inspected: c.plan.Inspect(content, key.origin)}
	if c.campaign.Ask == nil && !c.templates[key.template].plain {
		return out
	}
	return c.limit(out)
}

// neutral returns the text for nobody in particular.
func (c *composer) neutral(template int, origin *contact.Origin) (consent.Content, *refusal) {
	if c.campaign.Ask == nil {
		t := c.templates[template]
		return t.renderWith(func(p *part) (string, consent.Code) { return t.neutral(p, origin) })
	}
	content, err := c.campaign.Ask.Content(origin)
	if err != nil {
		return content, &refusal{CodeValueWrong, placeOrigin}
	}
	return content, nil
}

// limit counts the segments of a text, and refuses it where they are too many.
func (c *composer) limit(text composed) composed {
	text.segments = c.segments(text.content.Text)
	if most := c.campaign.MaxSegments; most > 0 && text.segments > most {
		text.refused = &refusal{code: CodeTextLong}
	}
	return text
}

func (c *composer) segments(text string) int {
	if c.campaign.Request.Channel != contact.SMS {
		return 1
	}
	return provider.CountSMSWith(text, c.clause).Segments
}

// code returns why no text can be made, or "".
func (t *composed) code() consent.Code {
	if t.refused == nil {
		return ""
	}
	return t.refused.code
}

// reason says a refusal in words.
func (r *refusal) reason(most int) consent.Reason {
	out := consent.Reason{Rule: "template", Code: r.code, Outcome: consent.Deny, Level: consent.Invariant}
	switch r.code {
	case CodeValue:
		out.Says = consent.Words{
			En: fmt.Sprintf("The contact has no value for {{%s}}.", r.place),
			Fr: fmt.Sprintf("Le contact n'a pas de valeur pour {{%s}}.", r.place),
		}
	case CodeValueWrong:
		out.Says = consent.Words{
			En: fmt.Sprintf("The value for {{%s}} is of another type, or holds what a message may not.", r.place),
			Fr: fmt.Sprintf("La valeur pour {{%s}} est d'un autre type, ou contient ce qu'un message ne peut pas contenir.", r.place),
		}
	case CodeValueLong:
		out.Says = consent.Words{
			En: fmt.Sprintf("The value for {{%s}} is longer than the field allows.", r.place),
			Fr: fmt.Sprintf("La valeur pour {{%s}} est plus longue que le champ ne le permet.", r.place),
		}
	case CodeTextLong:
		out.Says = consent.Words{
			En: fmt.Sprintf("The text needs more segments than the campaign allows (%d).", most),
			Fr: fmt.Sprintf("Le texte demande plus de segments que la campagne n'en permet (%d).", most),
		}
	}
	return out
}
