package campaign

import (
	"errors"
	"fmt"
	"html"
	htmltemplate "html/template"
	"io"
	"net/url"
	"regexp"
	"strings"
	"text/template/parse"
)

// An escape is what a value goes through before it is written.
type escape uint8

const (
	asIs escape = iota
	// asHTML is for text and for attributes in quotes.
	asHTML
	// asURL is for what comes after the host of an address in quotes. All of it
	// is percent-escaped, so that a value stays one step of a path or one value
	// of a query.
	asURL
)

func (e escape) write(value string) string {
	switch e {
	case asHTML:
		return html.EscapeString(value)
	case asURL:
		return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	default:
		return value
	}
}

// widest returns how many characters one character can become.
func (e escape) widest() int {
	switch e {
	case asHTML:
		return len("&#34;")
	case asURL:
		return len("%F0%9F%98%80")
	default:
		return 1
	}
}

// placeHTML finds out where in an HTML text each place lands, and refuses where
// a value cannot be made safe. Package html/template follows the text, with its
// parser of HTML, scripts, styles and addresses: it adds to each place the
// functions that make a value safe there, and which they are says where the
// place is. Its names may change with a later Go; whatever is not on the short
// list below is refused, so that a change refuses too much and never too little.
// What it says of an attribute is read a second time, since it says the same of
// the href of an a and of a url() in a style.
func placeHTML(text string, parts []part) error {
	var source strings.Builder
	for i := range parts {
		source.WriteString(parts[i].literal)
		if parts[i].place != "" {
			source.WriteString("{{.}}")
		}
	}
	t, err := htmltemplate.New("Text").Parse(source.String())
	if err != nil {
		return problem("Text as HTML: %w", err)
	}
	if err := t.Execute(io.Discard, ""); err != nil {
		return problem("Text as HTML: %w", err)
	}
	if t.Tree == nil || t.Tree.Root == nil {
		return nil // nothing but white space
	}
	var contexts []string
	for _, node := range t.Tree.Root.Nodes {
		if action, ok := node.(*parse.ActionNode); ok {
			contexts = append(contexts, functions(action))
		}
	}
	for i := range parts {
		p := &parts[i]
		if p.place == "" {
			continue
		}
		if len(contexts) == 0 {
			return problem("Text, %s: cannot tell where {{%s}} lands", position(text, p.at), p.place)
		}
		if p.escape, err = escapeAt(text, p, contexts[0]); err != nil {
			return problem("Text, %s: {{%s}} %w", position(text, p.at), p.place, err)
		}
		contexts = contexts[1:]
	}
	return nil
}

// functions names what html/template put a place through.
func functions(action *parse.ActionNode) string {
	var names []string
	for _, command := range action.Pipe.Cmds {
		if id, ok := command.Args[0].(*parse.IdentifierNode); ok {
			names = append(names, strings.TrimPrefix(id.Ident, "_html_template_"))
		}
	}
	return strings.Join(names, " ")
}

// escapeAt returns what makes a value safe in the context that functions name.
func escapeAt(text string, p *part, context string) (escape, error) {
	before := text[:p.at]
	switch context {
	case "htmlescaper", "rcdataescaper":
		// html/template writes &lt; for a < that opens no tag, and the message
		// keeps it: the value would make a tag of it.
		if strings.LastIndexByte(before, '<') > strings.LastIndexByte(before, '>') {
			return asIs, errors.New("follows a < that opens no tag: write &lt;")
		}
		return asHTML, nil
	case "attrescaper":
		if a := openAttribute(before); !a.shown() {
			return asIs, errors.New("is in an attribute other than alt, title, summary, label, aria-… and data-…")
		}
		return asHTML, nil
	case "urlfilter urlnormalizer attrescaper", "urlnormalizer attrescaper", "urlescaper attrescaper":
		a := openAttribute(before)
		switch {
		case !a.leads():
			return asIs, errors.New("is in an address other than the href of a link or the src of a picture")
		case ownHost.MatchString(a.value):
			return asURL, nil
		case strings.TrimSpace(a.value) != "":
			return asIs, errors.New("is in an address that does not start with https://host/ of the template's own")
		case p.place != placeNotice && (p.field == nil || p.field.Type != LinkField):
			return asIs, fmt.Errorf("starts an address, and is not of type %s", LinkField)
		}
		return asHTML, nil
	default:
		return asIs, errors.New("is where a value cannot be made safe: it may stand in text, and in attributes with quotes")
	}
}

// An attribute is one whose quote is open.
type attribute struct{ tag, name, value string }

var (
	// openQuote matches the end of a text that stands in a quoted attribute, and
	// nothing that it takes an effort to read.
	openQuote = regexp.MustCompile(`<([A-Za-z][A-Za-z0-9]*)` +
		`(?:\s+[A-Za-z][-A-Za-z0-9_:.]*(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=]+))?)*` +
		`\s+([A-Za-z][-A-Za-z0-9_:.]*)\s*=\s*(?:"([^"<]*)|'([^'<]*))$`)

	// ownHost is the start of an address whose host a template writes itself.
	ownHost = regexp.MustCompile(`^\s*https://[A-Za-z0-9.-]+(:[0-9]+)?[/?#]`)
)

// openAttribute returns the attribute that a text ends in, and the zero
// attribute where it cannot tell.
func openAttribute(before string) attribute {
	m := openQuote.FindStringSubmatch(before)
	if m == nil {
		return attribute{}
	}
	return attribute{strings.ToLower(m[1]), strings.ToLower(m[2]), m[3] + m[4]}
}

// shown reports whether a is nothing but words.
func (a attribute) shown() bool {
	switch a.name {
	case "alt", "title", "summary", "label":
		return true
	default:
		return strings.HasPrefix(a.name, "aria-") || strings.HasPrefix(a.name, "data-")
	}
}

// leads reports whether a is an address that a reader follows or a picture.
func (a attribute) leads() bool {
	return a.name == "href" && (a.tag == "a" || a.tag == "area") || a.name == "src" && a.tag == "img"
}
