package campaign

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

func (a *Audience) Guard(s Schema) error { return a.guard(s) }

// A Filled is what tests of templates see of a text: the text, or the code of
// why there is none and the place that is to blame.
type Filled struct {
	Content consent.Content
	Code    consent.Code
	Place   string
}

// Fill compiles t and fills it in for each of people.
func (t Template) Fill(channel contact.Channel, notice string, origin *contact.Origin, people ...contact.Contact) ([]Filled, error) {
	c, err := t.compile(channel, notice, "Alex Martin", nil)
	if err != nil {
		return nil, err
	}
	var out []Filled
	for i := range people {
		content, refused := c.render(&people[i], origin)
		f := Filled{Content: content}
		if refused != nil {
			f.Code, f.Place = refused.code, refused.place
		}
		out = append(out, f)
	}
	return out, nil
}

// Filler returns a function that fills t in for one person, for benchmarks.
func (t Template) Filler(channel contact.Channel, notice string) (func(*contact.Contact, *contact.Origin) bool, error) {
	c, err := t.compile(channel, notice, "Alex Martin", nil)
	if err != nil {
		return nil, err
	}
	return func(p *contact.Contact, o *contact.Origin) bool {
		_, refused := c.render(p, o)
		return refused == nil
	}, nil
}

// Pick returns the index of the template for a language.
func Pick(language string, templates ...string) int {
	var all []*compiled
	for _, tag := range templates {
		all = append(all, &compiled{template: Template{Language: tag}})
	}
	return pick(all, language)
}

// PoliticalWord returns the first word of a vote in a text.
var PoliticalWord = politicalWord

// PoliticalData is the lexicon.
var PoliticalData = politicalData

// NewWatch returns when the limits of a campaign are to be looked at: due takes a
// look, and done ends one that began at an instant.
func NewWatch(clock consent.Clock) (due func() bool, done func(began time.Duration)) {
	w := newWatch(nil, clock, &Saved{})
	return w.due, w.done
}
