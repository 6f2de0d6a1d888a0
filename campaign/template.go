package campaign

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// A Template is the words of a message in one language, with places for what
// differs from person to person: {{name}}. There is nothing else to it: no
// code, no loops, no conditions.
//
// {{origin}} is the name of where the person's data came from, at most 60
// characters, {{notice}} the link to the full information, and {{controller}}
// the name of the first advertiser of the request, which is that of the
// candidate in a campaign of [Districts]. {{label}} is what a political message
// says of itself, in the language of the template: [consent.PoliticalAd.Label].
// All are known to every template. Every other place is a field that Fields declares, filled
// with the attribute of that name. A place is written one way, without spaces
// inside the braces, and what is filled in is never read for places again. {{
// and }} stand for nothing but places: there is no way to write them as words,
// since a message that shows them is a mistake.
//
// A contact whose values do not fit the fields is left out, with
// [CodeValue], [CodeValueWrong] or [CodeValueLong]; the message is never sent
// with a gap. [Campaign.Bounds] says before launch how long messages can get.
//
// # HTML
//
// Where HTML is set, values are escaped for the place they land in: between
// tags, in an attribute of words (alt, title, summary, label, aria- and data-),
// or in an address (the href of a link, the src of a picture), all in quotes.
// {{notice}} or a field of type [LinkField] may start an address
// (href="{{profile}}"); any other place comes after an https://host/ that the
// template itself writes, and is percent-escaped. A template is refused that
// has a place anywhere else, a script, a style or a comment first of all, or
// whose HTML html/template, which judges the places, cannot follow.
type Template struct {
	// Language is a BCP 47 tag. No two templates of a campaign have the same.
	Language string `json:"language"`
	// Subject is for e-mail, and empty elsewhere. It is one line.
	Subject string  `json:"subject,omitempty"`
	Text    string  `json:"text"`
	Fields  []Field `json:"fields,omitempty"`
	// HTML says that Text is HTML. It is for e-mail.
	HTML bool `json:"html,omitempty"`
}

const (
	placeOrigin     = "origin"
	placeNotice     = "notice"
	placeController = "controller"
	placeLabel      = "label"

	// maxOrigin is the most characters of {{origin}}: a name, as in a consent
	// request.
	maxOrigin = 60
)

// compiled is a template ready to be filled in.
type compiled struct {
	template Template
	subject  []part
	text     []part
	notice   string
	who      string // the name of the first advertiser
	label    string // of political advertising
	// plain says that nothing in it differs from person to person but the
	// origin.
	plain bool
	// touching says that a field stands against a word or a link, so that its
	// value can change what the template says: STOP{{name}}.
	touching bool
}

type part struct {
	literal string
	field   *Field  // nil for a literal and for the places known to all
	place   string  // "" for a literal
	at      int     // where it begins
	tongue  *tongue // of the template
	escape  escape
}

// compile reads a template for a channel, and refuses what it cannot fill in
// with an error that says where. Notice is the link of {{notice}}, who the name
// of {{controller}}, and ad has the words of {{label}}; it may be nil.
func (t Template) compile(channel contact.Channel, notice, who string, ad *consent.PoliticalAd) (*compiled, error) {
	c := &compiled{template: t, notice: notice, who: who, plain: true}
	if ad != nil {
		c.label = ad.Label(t.Language)
	}
	if err := t.check(channel); err != nil {
		return nil, fmt.Errorf("campaign: template %q: %w", t.Language, err)
	}
	used := map[string]bool{}
	var err error
	if c.subject, err = c.parts("Subject", t.Subject, channel, used); err != nil {
		return nil, fmt.Errorf("campaign: template %q: %w", t.Language, err)
	}
	if c.text, err = c.parts("Text", t.Text, channel, used); err != nil {
		return nil, fmt.Errorf("campaign: template %q: %w", t.Language, err)
	}
	for i, f := range t.Fields {
		if !used[f.Name] {
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: %q is not used", t.Language, i, f.Name)
		}
	}
	if t.HTML {
		if err := placeHTML(t.Text, c.text); err != nil {
			return nil, fmt.Errorf("campaign: template %q: %w", t.Language, err)
		}
	}
	c.touching = touches(c.subject) || touches(c.text)
	return c, nil
}

// check looks at everything but the places.
func (t *Template) check(channel contact.Channel) error {
	_, err := language.Parse(t.Language)
	switch {
	case err != nil || strings.Contains(t.Language, "_"):
		return problem("Language is not a BCP 47 tag")
	case t.Text == "":
		return problem("Text is empty")
	case channel != contact.EmailChannel && t.Subject != "":
		return problem("Subject is set, and the channel is %v", channel)
	case channel != contact.EmailChannel && t.HTML:
		return problem("HTML is set, and the channel is %v", channel)
	}
	if at := strings.IndexFunc(t.Subject, notInLine); at >= 0 {
		return problem("Subject, %s: a control character or a line end", position(t.Subject, at))
	}
	for i := range t.Fields {
		if err := t.Fields[i].check(t.Language); err != nil {
			return problem("Fields[%d]: %w", i, err)
		}
		if slices.ContainsFunc(t.Fields[:i], func(f Field) bool { return f.Name == t.Fields[i].Name }) {
			return problem("Fields[%d]: %q is declared twice", i, t.Fields[i].Name)
		}
	}
	return nil
}

// problem is an error whose text begins with the name of a field of a struct.
func problem(format string, args ...any) error { return fmt.Errorf(format, args...) }

// notInLine reports whether r ends a line or cannot be seen.
func notInLine(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// position says where the byte at stands in text, in characters from 1.
func position(text string, at int) string {
	before := text[:at]
	line := strings.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, column %d", strings.Count(before, "\n")+1, utf8.RuneCountInString(before[line:])+1)
}

// parts cuts a text into words and places.
func (c *compiled) parts(where, text string, channel contact.Channel, used map[string]bool) ([]part, error) {
	fail := func(at int, what string) error { return fmt.Errorf("%s, %s: %s", where, position(text, at), what) }
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("%s is not valid UTF-8", where)
	}
	var out []part
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "{{")
		stray := strings.Index(text[at:], "}}")
		if stray >= 0 && (open < 0 || stray < open) {
			return nil, fail(at+stray, "}} without {{")
		}
		if at > 0 && !norm.NFC.PropertiesString(text[at:]).BoundaryBefore() {
			return nil, fail(at, "an accent that would join the value before it")
		}
		if open < 0 {
			out = append(out, part{literal: text[at:], at: at})
			break
		}
		open += at
		if open > at {
			out = append(out, part{literal: text[at:open], at: at})
		}
		end := strings.Index(text[open:], "}}")
		if end < 0 {
			return nil, fail(open, "{{ without }}")
		}
		p := part{place: text[open+2 : open+end], at: open}
		if err := c.resolve(&p, channel, used); err != nil {
			return nil, fail(open, err.Error())
		}
		out = append(out, p)
		at = open + end + 2
	}
	return out, nil
}

// resolve finds what fills a place.
func (c *compiled) resolve(p *part, channel contact.Channel, used map[string]bool) error {
	switch name := p.place; {
	case name == placeOrigin:
		return nil
	case name == placeNotice && c.notice == "":
		return fmt.Errorf("{{notice}} is used, and the NoticeURL of the request is empty")
	case name == placeNotice && strings.ContainsFunc(c.notice, notInLine):
		return fmt.Errorf("{{notice}} is used, and the NoticeURL of the request holds a control character")
	case name == placeController && strings.ContainsFunc(c.who, notInLine):
		return fmt.Errorf("{{controller}} is used, and the name of the controller holds a control character")
	case name == placeLabel && c.label == "":
		return fmt.Errorf("{{label}} is used, and the request has no PoliticalAd")
	case name == placeNotice, name == placeController, name == placeLabel:
		return nil
	}
	for i := range c.template.Fields {
		if f := &c.template.Fields[i]; f.Name == p.place {
			p.field, p.tongue = f, tongueOf(c.template.Language, channel)
		}
	}
	if p.field == nil {
		if trimmed := strings.TrimSpace(p.place); trimmed != p.place {
			return fmt.Errorf("a place is written without spaces: {{%s}}", trimmed)
		}
		return fmt.Errorf("{{%s}} is not a declared field", p.place)
	}
	used[p.place], c.plain = true, false
	return nil
}

// touches reports whether a field stands against another place, a word, or a
// character that a link may go on with.
func touches(parts []part) bool {
	joins := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/?#&=%-_~", r)
	}
	for i := range parts {
		if parts[i].field == nil {
			continue
		}
		if i > 0 {
			r, _ := utf8.DecodeLastRuneInString(parts[i-1].literal)
			if parts[i-1].place != "" || joins(r) {
				return true
			}
		}
		if i+1 < len(parts) {
			r, _ := utf8.DecodeRuneInString(parts[i+1].literal)
			if parts[i+1].place != "" || joins(r) {
				return true
			}
		}
	}
	return false
}

// A refusal says why a text cannot be made for a contact. It names the place,
// and never holds the value.
type refusal struct {
	code  consent.Code
	place string
}

// A filler gives the words for a place.
type filler func(*part) (string, consent.Code)

// render fills c in for one person.
func (c *compiled) render(p *contact.Contact, origin *contact.Origin) (consent.Content, *refusal) {
	return c.renderWith(func(at *part) (string, consent.Code) { return c.value(at, p, origin) })
}

func (c *compiled) renderWith(fill filler) (consent.Content, *refusal) {
	subject, refused := fillParts(c.subject, fill)
	if refused != nil {
		return consent.Content{}, refused
	}
	text, refused := fillParts(c.text, fill)
	if refused != nil {
		return consent.Content{}, refused
	}
	return consent.Content{Language: c.template.Language, Subject: subject, Text: text}, nil
}

func fillParts(parts []part, fill filler) (string, *refusal) {
	if len(parts) == 1 && parts[0].place == "" {
		return parts[0].literal, nil
	}
	var b strings.Builder
	for i := range parts {
		b.Grow(len(parts[i].literal))
		if parts[i].place == "" {
			b.WriteString(parts[i].literal)
			continue
		}
		value, code := fill(&parts[i])
		if code != "" {
			return "", &refusal{code, parts[i].place}
		}
		b.WriteString(parts[i].escape.write(value))
	}
	return b.String(), nil
}

// value returns what a place says to one person.
func (c *compiled) value(p *part, who *contact.Contact, origin *contact.Origin) (string, consent.Code) {
	switch {
	case p.place == placeNotice:
		return c.notice, ""
	case p.place == placeController && p.field == nil:
		return c.who, ""
	case p.place == placeLabel && p.field == nil:
		return c.label, ""
	case p.field == nil:
		if origin == nil {
			return "", CodeValue
		}
		return bounded(origin.Named(), maxOrigin)
	}
	v, ok := who.Attribute(p.field.Name)
	return p.field.words(v, ok, p.tongue)
}

// neutral returns what a place says to nobody in particular: what a template
// promises by its own words, whatever the values. A link is always a link.
func (c *compiled) neutral(p *part, origin *contact.Origin) (string, consent.Code) {
	switch {
	case p.field == nil:
		return c.value(p, nil, origin)
	case p.field.Type == LinkField:
		return "https://-", ""
	default:
		return "-", ""
	}
}
