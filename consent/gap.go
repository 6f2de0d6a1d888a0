package consent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// A Gap is what a [Shadow] counted.
type Gap struct {
	Agreed int `json:"agreed"`
	// Refused counts, by the code that decided, messages that the host sent and
	// the gate would have denied or deferred.
	Refused map[Code]int `json:"refused,omitempty"`
	// Held counts, by code, messages that the host did not send and the gate
	// would have allowed.
	Held map[Code]int `json:"held,omitempty"`
	// Errors counts messages that could not be decided.
	Errors int `json:"errors,omitempty"`
	// Cures counts, of Refused, the messages that one thing alone keeps back: how
	// many more could go if it were put right for data of that source.
	Cures map[Cure]int `json:"cures,omitempty"`
	// Says are what the codes of Refused mean, and what to do about it.
	Says map[Code]Saying `json:"says,omitempty"`
}

// A Cure is one thing to put right: a code, for data of one source.
type Cure struct {
	Code     Code           `json:"code"`
	Base     contact.BaseID `json:"base"`
	Supplier string         `json:"supplier,omitempty"` // or who collected, where nobody came between
	Form     string         `json:"form,omitempty"`
}

// MarshalText returns the parts of c with bars between them, for the keys of
// JSON objects.
func (c Cure) MarshalText() ([]byte, error) {
	parts := []string{string(c.Code), string(c.Base), c.Supplier, c.Form}
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], "|", "/")
	}
	return []byte(strings.Join(parts, "|")), nil
}

// A Saying is what a code means, and what to do about it.
type Saying struct {
	Says   Words `json:"says"`
	Remedy Words `json:"remedy,omitzero"`
}

func sourceOf(req *Request, r *Recipient) Cure {
	c := Cure{Base: req.Base.ID}
	if r.Contact == nil {
		return c
	}
	if latest := r.Contact.Latest(); latest != nil {
		c.Supplier, c.Form = latest.Origin.Named(), latest.Origin.Form
	}
	return c
}

func (g *Gap) count(d *Decision, source Cure, sent bool) {
	switch {
	case d.Allowed() == sent:
		g.Agreed++
		return
	case !sent:
		g.Held = counted(g.Held, d.Code)
		return
	}
	g.Refused = counted(g.Refused, d.Code)
	alone, others := Code(""), false
	for _, r := range d.Reasons {
		if r.Outcome == Allow {
			continue
		}
		others = others || alone != "" && alone != r.Code
		alone = r.Code
		if g.Says == nil {
			g.Says = map[Code]Saying{}
		}
		g.Says[r.Code] = Saying{r.Says, r.Remedy}
	}
	if alone == "" || others {
		return
	}
	source.Code = alone
	g.Cures = counted(g.Cures, source)
}

func counted[K comparable](m map[K]int, k K) map[K]int {
	if m == nil {
		m = map[K]int{}
	}
	m[k]++
	return m
}

var gapPhrases = words.New([][3]string{
	{"gap.title", "%d messages observed: the two agree on %d", "%d messages observés : les deux sont d'accord sur %d"},
	{"gap.errors", "%d could not be decided", "%d n'ont pas pu être décidés"},
	{"gap.refused", "sent, and would have been kept back: %d", "envoyés, et auraient été retenus : %d"},
	{"gap.held", "not sent, and could have gone: %d", "non envoyés, et auraient pu partir : %d"},
	{"gap.line", "%d: %s", "%d : %s"},
	{"gap.cures", "how many more could go, if one thing were put right:", "combien pourraient partir en plus, si une chose était corrigée :"},
	{"gap.cure", "%d: %s (%s)", "%d : %s (%s)"},
	{"gap.source", "base %s, %s, form %s", "base %s, %s, formulaire %s"},
	{"gap.nobody", "no source", "aucune source"},
	{"gap.noform", "none", "aucun"},
})

// Text returns g in words, in French for language.French and tags below it, and
// in English otherwise. What most messages are about comes first.
func (g *Gap) Text(lang language.Tag) string {
	p := gapPhrases.Printer(lang)
	inFrench := words.Match(lang) == language.French
	in := func(w Words) string {
		if inFrench {
			return w.Fr
		}
		return w.En
	}
	refused, held := total(g.Refused), total(g.Held)
	var b strings.Builder
	line := func(indent int, key string, args ...any) {
		b.WriteString(strings.Repeat("  ", indent) + p.Sprintf(key, args...) + "\n")
	}
	line(0, "gap.title", g.Agreed+refused+held+g.Errors, g.Agreed)
	if g.Errors > 0 {
		line(0, "gap.errors", g.Errors)
	}
	line(0, "gap.refused", refused)
	for _, code := range most(g.Refused, func(a, b Code) int { return cmp.Compare(a, b) }) {
		says := in(g.Says[code].Says)
		if says == "" {
			says = string(code)
		}
		line(1, "gap.line", g.Refused[code], says)
	}
	line(0, "gap.held", held)
	if len(g.Cures) > 0 {
		line(0, "gap.cures")
	}
	for _, c := range most(g.Cures, func(a, b Cure) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }) {
		remedy := in(g.Says[c.Code].Remedy)
		if remedy == "" {
			remedy = string(c.Code)
		}
		supplier, form := c.Supplier, c.Form
		if supplier == "" {
			supplier = p.Sprintf("gap.nobody")
		}
		if form == "" {
			form = p.Sprintf("gap.noform")
		}
		line(1, "gap.cure", g.Cures[c], remedy, p.Sprintf("gap.source", string(c.Base), supplier, form))
	}
	return b.String()
}

func total[K comparable](m map[K]int) (n int) {
	for _, k := range m {
		n += k
	}
	return n
}

// most returns the keys of m, those with the highest counts first.
func most[K comparable](m map[K]int, byName func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(m[b]-m[a], byName(a, b)) })
	return keys
}
