package campaign

import (
	"strings"

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
	code      consent.Code // not empty when no text can be made
}

// maxKnown bounds what a composer remembers, for sources that make an origin
// for each contact.
const maxKnown = 4096

func newComposer(c *Campaign, clause int) (*composer, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	out := &composer{campaign: c, clause: clause, known: map[composedKey]composed{}}
	for _, t := range c.Templates {
		compiled, err := t.compile()
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
	key := composedKey{c.template(p.Language), origin}
	known, ok := c.known[key]
	if !ok {
		known = c.composeFor(key)
		if len(c.known) >= maxKnown {
			clear(c.known)
		}
		c.known[key] = known
	}
	if c.campaign.Ask != nil || c.templates[key.template].plain || known.code != "" {
		return known
	}
	content, err := c.templates[key.template].render(p, origin, c.campaign.Request.NoticeURL)
	if err != nil {
		return composed{code: CodeValue}
	}
	return composed{content: content, inspected: known.inspected, segments: c.segments(content.Text)}
}

// composeFor makes what is the same for everyone of one origin. For a template
// with fields that is what its own words hold: a value cannot stand in for the
// identity or the stop mention.
func (c *composer) composeFor(key composedKey) composed {
	var content consent.Content
	var err error
	if c.campaign.Ask != nil {
		content, err = c.campaign.Ask.Content(key.origin)
	} else {
		t := c.templates[key.template]
		nobody := &contact.Contact{}
		for _, f := range t.template.Fields {
			nobody.Attributes = append(nobody.Attributes, contact.Attribute{Name: f.Name, Value: contact.Text("-")})
		}
		content, err = t.render(nobody, key.origin, c.campaign.Request.NoticeURL)
	}
	if err != nil {
		// A contact without an origin is denied for that, whatever the text.
		if key.origin == nil {
			return composed{}
		}
		return composed{code: CodeValue}
	}
	return composed{content: content, inspected: c.plan.Inspect(content, key.origin), segments: c.segments(content.Text)}
}

func (c *composer) segments(text string) int {
	if c.campaign.Request.Channel != contact.SMS {
		return 1
	}
	return provider.CountSMSWith(text, c.clause).Segments
}

// template returns the index of the template for a language: one with the same
// tag, one with the same language, or the first.
func (c *composer) template(language string) int {
	if language == "" || len(c.templates) < 2 {
		return 0
	}
	base, _, _ := strings.Cut(language, "-")
	near := 0
	for i := len(c.templates) - 1; i >= 0; i-- {
		tag := c.templates[i].template.Language
		if strings.EqualFold(tag, language) {
			return i
		}
		if b, _, _ := strings.Cut(tag, "-"); strings.EqualFold(b, base) {
			near = i
		}
	}
	return near
}
