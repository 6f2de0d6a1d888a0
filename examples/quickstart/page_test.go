package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

// written runs the quickstart and returns the page that it wrote.
func written(t *testing.T, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "page.html")
	told(t, append([]string{"-html", name}, args...)...)
	page, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(page)
}

// An element is one of the page, with the text that stands in it.
type element struct {
	name string
	attr map[string]string
	text string
	kids []*element
}

// each calls f for e and for all within it, in the order of the page.
func (e *element) each(f func(*element)) {
	f(e)
	for _, k := range e.kids {
		k.each(f)
	}
}

// all returns the elements of a name.
func (e *element) all(name string) (found []*element) {
	e.each(func(e *element) {
		if e.name == name {
			found = append(found, e)
		}
	})
	return found
}

// parsed reads a page as XML, so that a tag which is not closed fails.
func parsed(t *testing.T, page string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = xml.HTMLEntity
	root := &element{}
	open := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			require.Len(t, open, 1)
			return root
		}
		require.NoError(t, err)
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			last.kids = append(last.kids, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, e := range open {
				e.text += string(token)
			}
		}
	}
}

// valueOf looks up the terms of a figure in the document of -json.
func valueOf(t *testing.T, document any, from string) (sum int) {
	t.Helper()
	sign := 1
	for term := range strings.FieldsSeq(from) {
		switch term {
		case "+":
			sign = 1
			continue
		case "-":
			sign = -1
			continue
		}
		pointer, length := strings.CutPrefix(term, "#")
		at := document
		for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			switch within := at.(type) {
			case map[string]any:
				at = within[name]
			case []any:
				i, err := strconv.Atoi(name)
				require.NoError(t, err, from)
				at = within[i]
			default:
				require.Failf(t, "no such figure", "%s", from)
			}
		}
		switch v := at.(type) {
		case float64:
			sum += sign * int(v)
		case []any:
			require.True(t, length, from)
			sum += len(v)
		case nil: // a class without anybody, or a list without anything, is left out
			require.True(t, length || strings.Contains(term, "/final/") || strings.Contains(term, "/tally/"), "no such figure: %s", from)
		default:
			require.Failf(t, "not a figure", "%s", from)
		}
	}
	return sum
}

// Each figure says where it stands in the document of -json, and stands there
// in another run with the same seed.
func TestPageHasTheFiguresOfTheRun(t *testing.T) {
	t.Parallel()

	for _, args := range [][]string{{"-seed", "1"}, {"-seed", "7"}, {"-at", "2024-06-03T23:00:00+02:00"}} {
		var document any
		require.NoError(t, json.Unmarshal([]byte(told(t, append([]string{"-json"}, args...)...)), &document))
		figures := 0
		parsed(t, written(t, args...)).each(func(e *element) {
			if from, ok := e.attr["data-figure"]; ok {
				figures++
				require.Equal(t, thousands(valueOf(t, document, from)), e.text, "%s, %v", from, args)
			}
			if from, ok := e.attr["data-millionths"]; ok {
				figures++
				require.Equal(t, strings.TrimSuffix(euros(int64(valueOf(t, document, from)), 2), " EUR"), e.text, "%s, %v", from, args)
			}
		})
		require.Greater(t, figures, 150)
	}
}

// What the template writes itself has no digit: a figure on the page comes from
// the run.
func TestTemplateHasNoFigures(t *testing.T) {
	t.Parallel()

	text := regexp.MustCompile(`(?s)\{\{.*?\}\}|<[^>]*>`).ReplaceAllString(pageTemplate, " ")
	require.Empty(t, regexp.MustCompile(`.{0,20}[0-9]+.{0,20}`).FindAllString(text, -1))
}

// Whoever finds the page learns nobody's address, and no server learns who
// reads it.
func TestPageKeepsToItself(t *testing.T) {
	t.Parallel()

	page := written(t)
	file := shippedText(t)
	tail := regexp.MustCompile(`39[ .-]?98[ .-]?([0-9]{2})[ .-]?([0-9]{2})`)
	numbers := tail.FindAllStringSubmatch(file+string(shippedRefusals), -1)
	require.Greater(t, len(numbers), 2000)
	bare := strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "").Replace(page)
	for _, n := range numbers {
		require.False(t, strings.Contains(bare, "3998"+n[1]+n[2]), "a number is on the page")
	}
	mail := regexp.MustCompile(`[a-z0-9.]+@[a-z.]+`).FindAllString(file, -1)
	require.Greater(t, len(mail), 100)
	for _, m := range mail {
		require.False(t, strings.Contains(page, m), "an e-mail address is on the page")
	}

	for what, pattern := range map[string]string{
		"an element that loads":     `(?i)<(script|link|img|iframe|object|embed|base)\b`,
		"an attribute that loads":   `(?i)\s(src|href|action|srcset|poster|on[a-z]+)\s*=`,
		"a style that loads":        `(?i)url\(|@import|@font-face`,
		"what the template refused": `ZgotmplZ`,
		"an address":                `[a-z0-9]@[a-z]`,
	} {
		require.Empty(t, regexp.MustCompile(pattern).FindString(page), what)
	}
}

func TestSameSeedSamePage(t *testing.T) {
	t.Parallel()

	a, b, other := written(t), written(t), written(t, "-seed", "2")
	require.True(t, a == b, "two runs wrote other bytes")
	require.False(t, a == other)
}

// Those who do not see the charts, or read by headings, get the same.
func TestPageIsAccessible(t *testing.T) {
	t.Parallel()

	page := parsed(t, written(t))
	require.Equal(t, "en", page.all("html")[0].attr["lang"])
	require.Len(t, page.all("main"), 1)
	require.Len(t, page.all("h1"), 1)

	ids := map[string]*element{}
	depth := 0
	page.each(func(e *element) {
		if id := e.attr["id"]; id != "" {
			require.NotContains(t, ids, id)
			ids[id] = e
		}
		if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
			level := int(e.name[1] - '0')
			require.LessOrEqual(t, level, depth+1, "%q skips a level", e.text)
			depth = level
		}
	})
	page.each(func(e *element) {
		for id := range strings.FieldsSeq(e.attr["aria-labelledby"]) {
			require.Contains(t, ids, id)
			require.NotEmpty(t, strings.TrimSpace(ids[id].text))
		}
	})

	charts := 0
	for _, svg := range page.all("svg") {
		if svg.attr["role"] != "img" {
			continue
		}
		charts++
		require.Equal(t, "title", svg.kids[0].name)
		require.Equal(t, "desc", svg.kids[1].name)
		require.Equal(t, svg.attr["aria-labelledby"], svg.kids[0].attr["id"]+" "+svg.kids[1].attr["id"])
		require.Regexp(t, `[0-9]`, svg.kids[1].text, "a description says what the chart shows")
	}
	require.Equal(t, 3, charts)

	require.Len(t, page.all("table"), 5)
	for _, th := range page.all("th") {
		require.Contains(t, []string{"col", "row", "rowgroup"}, th.attr["scope"], th.text)
	}
	scrolled := 0
	for _, div := range page.all("div") {
		if strings.HasPrefix(div.attr["class"], "scroll") {
			scrolled += len(div.all("table"))
			require.Equal(t, "0", div.attr["tabindex"], "a keyboard cannot scroll it")
			require.NotEmpty(t, div.attr["aria-label"])
		}
	}
	require.Equal(t, 5, scrolled, "a table outside its box can make the page scroll sideways")
}

// Everybody is counted at each decision: those left out by level, and those who
// may be written to.
func TestPageCountsEverybody(t *testing.T) {
	t.Parallel()

	o, err := parse([]string{"-db", inMemoryName})
	require.NoError(t, err)
	s, err := newStory(t.Context(), o, begun{}, io.Discard)
	require.NoError(t, err)
	require.NoError(t, s.tell(t.Context(), shippedContacts, shippedRefusals))
	p := s.page()
	require.Len(t, p.Decisions, 4)
	for _, d := range p.Decisions {
		sum := d.Preview.Tally.In(campaign.Ready)
		for _, l := range d.Levels {
			sum += l.Count.N
		}
		require.Equal(t, d.Audience, sum, d.Name)
	}
	for i, step := range p.Steps[1:] {
		require.LessOrEqual(t, step.Count.N, p.Steps[i].Count.N, step.Label)
	}
}

// shippedText is the file of contacts as a person reads it.
func shippedText(t *testing.T) string {
	t.Helper()
	text, err := charmap.Windows1252.NewDecoder().Bytes(shippedContacts)
	require.NoError(t, err)
	return string(text)
}
