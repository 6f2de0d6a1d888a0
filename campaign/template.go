package campaign

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A Template is the words of a message in one language, with places for what
// differs from person to person: {{name}}. There is nothing else to it: no
// code, no loops, no conditions.
//
// {{origin}} is the name of where the person's data came from and {{notice}}
// the link to the full information, both known to every template. Every other
// place is a field that Fields declares, filled with the attribute of that
// name.
type Template struct {
	Language string `json:"language"` // BCP 47
	// Subject is for e-mail, and empty elsewhere.
	Subject string  `json:"subject,omitempty"`
	Text    string  `json:"text"`
	Fields  []Field `json:"fields,omitempty"`
	// HTML says that Text is HTML, and that what is filled in is escaped.
	HTML bool `json:"html,omitempty"`
}

// A Field declares one place of a template.
type Field struct {
	Name string `json:"name"`
	// Default is used for a contact without the attribute. A field without one
	// leaves such contacts out.
	Default string `json:"default,omitempty"`
	// MaxLength is the most characters that a value may have; 0 means 40. A
	// longer value leaves the contact out: a text is never cut.
	MaxLength int `json:"max_length,omitempty"`
}

const (
	defaultFieldLength = 40
	placeOrigin        = "origin"
	placeNotice        = "notice"
)

// errValue says that a contact lacks a value, or has one that is too long.
var errValue = errors.New("campaign: template: value missing or too long")

// compiled is a template ready to be filled in.
type compiled struct {
	template Template
	subject  []part
	text     []part
	// plain says that nothing in it differs from person to person but the
	// origin.
	plain bool
}

type part struct {
	literal string
	field   *Field // nil for a literal and for the places known to all
	place   string // "" for a literal
}

// compile reads a template, and refuses what it cannot fill in with an error
// that says where.
func (t Template) compile() (*compiled, error) {
	c := &compiled{template: t, plain: true}
	if t.Text == "" {
		return nil, fmt.Errorf("campaign: template %q: Text is empty", t.Language)
	}
	seen := map[string]bool{}
	for i, f := range t.Fields {
		switch {
		case f.Name == "" || strings.ContainsAny(f.Name, "{} \n"):
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: Name %q is not a name", t.Language, i, f.Name)
		case f.Name == placeOrigin || f.Name == placeNotice:
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: %q is known to every template", t.Language, i, f.Name)
		case seen[f.Name]:
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: %q is declared twice", t.Language, i, f.Name)
		case f.MaxLength < 0:
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: MaxLength is negative", t.Language, i)
		case utf8.RuneCountInString(f.Default) > f.max():
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: Default is longer than MaxLength", t.Language, i)
		}
		seen[f.Name] = true
	}
	used := map[string]bool{}
	var err error
	if c.subject, err = c.parts("Subject", t.Subject, used); err != nil {
		return nil, err
	}
	if c.text, err = c.parts("Text", t.Text, used); err != nil {
		return nil, err
	}
	for i, f := range t.Fields {
		if !used[f.Name] {
			return nil, fmt.Errorf("campaign: template %q: Fields[%d]: %q is not used", t.Language, i, f.Name)
		}
	}
	return c, nil
}

func (f *Field) max() int {
	if f.MaxLength == 0 {
		return defaultFieldLength
	}
	return f.MaxLength
}

func (c *compiled) parts(where, text string, used map[string]bool) ([]part, error) {
	t := &c.template
	fail := func(at int, what string) error {
		return fmt.Errorf("campaign: template %q: %s, character %d: %s", t.Language, where, utf8.RuneCountInString(text[:at])+1, what)
	}
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("campaign: template %q: %s is not valid UTF-8", t.Language, where)
	}
	var out []part
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "{{")
		stray := strings.Index(text[at:], "}}")
		if stray >= 0 && (open < 0 || stray < open) {
			return nil, fail(at+stray, "}} without {{")
		}
		if open < 0 {
			out = append(out, part{literal: text[at:]})
			break
		}
		open += at
		if open > at {
			out = append(out, part{literal: text[at:open]})
		}
		end := strings.Index(text[open:], "}}")
		if end < 0 {
			return nil, fail(open, "{{ without }}")
		}
		name := text[open+2 : open+end]
		p := part{place: name}
		switch name {
		case placeOrigin, placeNotice:
		default:
			for i := range t.Fields {
				if t.Fields[i].Name == name {
					p.field = &t.Fields[i]
				}
			}
			if p.field == nil {
				return nil, fail(open, fmt.Sprintf("{{%s}} is not a declared field", name))
			}
			used[name], c.plain = true, false
		}
		out = append(out, p)
		at = open + end + 2
	}
	return out, nil
}

// render fills c in for one person. It fails with errValue where a value is
// missing or too long.
func (c *compiled) render(p *contact.Contact, origin *contact.Origin, noticeURL string) (consent.Content, error) {
	subject, err := fill(c.subject, p, origin, noticeURL, false)
	if err != nil {
		return consent.Content{}, err
	}
	text, err := fill(c.text, p, origin, noticeURL, c.template.HTML)
	if err != nil {
		return consent.Content{}, err
	}
	return consent.Content{Language: c.template.Language, Subject: subject, Text: text}, nil
}

func fill(parts []part, p *contact.Contact, origin *contact.Origin, noticeURL string, escape bool) (string, error) {
	if len(parts) == 1 && parts[0].place == "" {
		return parts[0].literal, nil
	}
	var b strings.Builder
	for i := range parts {
		value := parts[i].literal
		if parts[i].place != "" {
			v, err := parts[i].value(p, origin, noticeURL)
			if err != nil {
				return "", err
			}
			if value = v; escape {
				value = html.EscapeString(v)
			}
		}
		b.WriteString(value)
	}
	return b.String(), nil
}

func (p *part) value(c *contact.Contact, origin *contact.Origin, noticeURL string) (string, error) {
	switch {
	case p.field == nil && p.place == placeNotice:
		return noticeURL, nil
	case p.field == nil:
		if origin == nil || origin.Named() == "" {
			return "", errValue
		}
		return origin.Named(), nil
	}
	v, ok := c.Attribute(p.field.Name)
	text := v.String()
	if !ok || text == "" {
		text = p.field.Default
	}
	if text == "" || utf8.RuneCountInString(text) > p.field.max() || !utf8.ValidString(text) || strings.ContainsAny(text, "\r\n") {
		return "", errValue
	}
	return text, nil
}
