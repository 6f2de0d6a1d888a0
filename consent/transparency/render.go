package transparency

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"strings"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
	"golang.org/x/text/number"
)

// ErrIncomplete is what a notice that lacks something is not published with. The
// error says what lacks.
var ErrIncomplete = errors.New("transparency: the notice is incomplete")

func (n *Notice) complete() error {
	if missing := n.Missing(); len(missing) > 0 {
		return fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(missing, ", "))
	}
	return nil
}

// JSON returns the notice for programs, in English: the notice itself, and each
// item with its article, its certainty, its number in the template of
// Implementing Regulation (EU) 2025/1410 where that is known, and whether it was
// left out. It is not the structure of the European repository (EU-TTPA-12), and
// fails with [ErrIncomplete]; [json.Marshal] writes a draft.
func (n *Notice) JSON() ([]byte, error) {
	if err := n.complete(); err != nil {
		return nil, err
	}
	type line struct {
		Key       Key               `json:"key"`
		Article   string            `json:"article"`
		Number    int               `json:"number,omitempty"`
		Certainty consent.Certainty `json:"certainty"`
		Name      string            `json:"name"`
		LeftOut   bool              `json:"left_out,omitempty"`
	}
	out := struct {
		Format     string  `json:"format"`
		Regulation string  `json:"regulation"`
		Items      []line  `json:"items"`
		Notice     *Notice `json:"notice"`
	}{Format: "accord transparency notice 1", Regulation: "http://data.europa.eu/eli/reg/2024/900/oj", Notice: n}
	for _, i := range Items() {
		_, without := n.Without[i.Key]
		out.Items = append(out.Items, line{i.Key, i.Article, i.Number, i.Certainty, i.Name.En, without})
	}
	return json.MarshalIndent(out, "", "  ")
}

// Text returns the notice in words, in French for language.French and tags below
// it, and in English otherwise. It fails with [ErrIncomplete].
func (n *Notice) Text(lang language.Tag) (string, error) {
	if err := n.complete(); err != nil {
		return "", err
	}
	v := n.view(lang)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", v.Heading, v.Title)
	for _, s := range v.Sections {
		fmt.Fprintf(&b, "\n%s\n", s.Name)
		for _, l := range s.Lines {
			b.WriteString("  " + l.Label + l.Text + "\n")
		}
	}
	return b.String(), nil
}

// HTML returns the notice as one page that needs nothing else, in the languages
// of [Notice.Text]. What the notice holds is escaped. It fails with
// [ErrIncomplete].
func (n *Notice) HTML(lang language.Tag) ([]byte, error) {
	if err := n.complete(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := page.Execute(&b, n.view(lang)); err != nil {
		return nil, fmt.Errorf("transparency: %w", err)
	}
	return b.Bytes(), nil
}

var page = template.Must(template.New("notice").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Heading}}: {{.Title}}</title></head>
<body>
<main>
<h1>{{.Heading}}</h1>
<p>{{.Title}}</p>
{{range .Sections}}<section>
<h2>{{.Name}}</h2>
{{range .Lines}}<p>{{.Label}}{{if .Link}}<a href="{{.Link}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}</p>
{{end}}</section>
{{end}}</main>
</body>
</html>
`))

type view struct {
	Lang, Heading, Title string
	Sections             []section
}

type section struct {
	Name  string
	Lines []line
}

type line struct{ Label, Text, Link string }

// view returns what is shown of n. Items that do not apply are left out.
func (n *Notice) view(lang language.Tag) view {
	w := writer{phrases.Printer(lang), words.Match(lang).String()}
	v := view{Lang: w.lang, Heading: w.Sprintf("heading"), Title: n.Title}
	for _, item := range Items() {
		if _, without := n.Without[item.Key]; without {
			continue
		}
		v.Sections = append(v.Sections, section{item.Name.In(w.lang), w.lines(n, item.Key)})
	}
	return v
}

type writer struct {
	words.Printer
	lang string
}

func (w writer) lines(n *Notice, key Key) []line {
	switch key {
	case KeySponsor:
		return w.party(&n.Sponsor)
	case KeyController:
		return w.party(n.ControlledBy)
	case KeyPayer:
		return w.party(n.Payer)
	case KeyPeriod:
		return []line{{Text: w.Sprintf("period", n.From, n.To)}}
	case KeyAmounts:
		return []line{w.labelled("paid", w.amount(n.Paid)), w.labelled("benefits", w.amount(n.Benefits))}
	case KeyCampaign:
		return []line{{Text: w.amount(*n.Campaign)}}
	case KeyFunds:
		return w.funds(n.Funds)
	case KeyMethod:
		return w.said(n.Method)
	case KeyElections:
		return each(n.Elections, false)
	case KeyParticipation:
		return each(n.Participation, true)
	case KeyRepository:
		return each([]string{n.Repository}, true)
	case KeyReport:
		out := w.said(n.Report)
		if n.ReportURL != "" {
			out = append(out, line{Text: n.ReportURL, Link: n.ReportURL})
		}
		return out
	case KeyPrevious:
		return w.said(n.Previous)
	case KeyTargeting:
		t := n.Targeting
		return []line{
			w.labelled("logic", w.in(t.Logic)), w.labelled("groups", w.in(t.Groups)),
			w.labelled("data", w.in(t.Data)), w.labelled("refuse", w.in(t.Refuse)),
		}
	default: // KeyReach
		return []line{{Text: w.Sprintf("reach", *n.Reach)}}
	}
}

func (w writer) party(p *Party) []line {
	out := []line{w.labelled("name", p.Name), w.labelled("email", p.Email)}
	if p.Address != "" {
		out = append(out, w.labelled("address", p.Address))
	}
	return append(out, w.labelled("established", p.Established))
}

func (w writer) funds(f Funds) []line {
	var out []line
	for _, answer := range []struct {
		yes bool
		key string
	}{{f.Public, "public"}, {f.Private, "private"}, {f.InsideUnion, "inside"}, {f.OutsideUnion, "outside"}} {
		if answer.yes {
			out = append(out, line{Text: w.Sprintf(answer.key)})
		}
	}
	return out
}

func (w writer) amount(a Amount) string {
	units := number.Decimal(float64(a.Hundredths)/100, number.Scale(2))
	return w.Sprintf("amount", units, a.Currency)
}

func (w writer) labelled(key, text string) line {
	return line{Label: w.Sprintf("label", w.Sprintf(key)), Text: text}
}

// in returns the words of w's language, or the others where there are none.
func (w writer) in(s consent.Words) string {
	if text := s.In(w.lang); !empty(text) {
		return text
	}
	return s.En + s.Fr
}

func (w writer) said(s consent.Words) []line { return []line{{Text: w.in(s)}} }

func each(texts []string, links bool) []line {
	var out []line
	for _, text := range texts {
		l := line{Text: text}
		if links {
			l.Link = text
		}
		out = append(out, l)
	}
	return out
}
