package campaign

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// What tests of values reach directly.
var ErrValue = errValue

func (t Template) Compile() (*compiled, error) { return t.compile() }

func (c *compiled) Render(p *contact.Contact, origin *contact.Origin, noticeURL string) (consent.Content, error) {
	return c.render(p, origin, noticeURL)
}

func (a *Audience) Guard(s Schema) error { return a.guard(s) }
