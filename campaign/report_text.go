package campaign

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/internal/sheet"
	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// A saying says a report in one language.
type saying struct {
	words.Printer
	lang language.Tag
	says map[consent.Code]consent.Words
	zone *time.Location
}

func (r *Report) saying(lang language.Tag) saying {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = nil
	}
	return saying{reportPhrases.Printer(lang), words.Match(lang), r.Says, zone}
}

// label says the key of a figure below one called above.
func (s *saying) label(above, key string) string {
	if key == FigureOther {
		return s.Sprintf("figure.other")
	}
	switch above {
	case FigureFailed:
		return s.Word("cause", key)
	case FigureRefusals:
		return s.Word("reason", key)
	}
	if reportPhrases.Has("figure." + key) {
		return s.Sprintf("figure." + key)
	}
	if w, ok := s.says[consent.Code(key)]; ok {
		return w.In(s.lang.String())
	}
	if reportPhrases.Has(key) { // a meaning of a reply
		return s.Sprintf(key)
	}
	return s.Word("code", key)
}

// when says the hour or the day that begins at t. Of two hours of one name, in
// the night when clocks are put back, each has its zone with it.
func (s *saying) when(t time.Time, hour bool) string {
	if t.IsZero() {
		return s.Sprintf("merged")
	}
	if s.zone != nil {
		t = t.In(s.zone)
	}
	layout := "2006-01-02"
	if s.lang == language.French {
		layout = "02/01/2006"
	}
	if !hour {
		return t.Format(layout)
	}
	layout += " 15:04"
	if n := t.Hour(); t.Add(-time.Hour).Hour() == n || t.Add(time.Hour).Hour() == n {
		layout += " MST"
	}
	return t.Format(layout)
}

// money writes millionths of a currency unit, to a hundredth, with the mark of
// the language for decimals.
func (s *saying) money(millionths int64) string {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	cents := (millionths + 5000) / 10000
	mark := "."
	if s.lang == language.French {
		mark = ","
	}
	return fmt.Sprintf("%s%d%s%02d", sign, cents/100, mark, cents%100)
}

// Text returns r in words, in French for language.French and tags below it, and
// in English otherwise.
func (r *Report) Text(lang language.Tag) string {
	s := r.saying(lang)
	var b strings.Builder
	line := func(indent int, text string) { b.WriteString(strings.Repeat("  ", indent) + text + "\n") }
	count := func(indent int, label string, n int) { line(indent, s.Sprintf("line", label, n)) }
	var tree func(indent int, above string, f *Figure)
	tree = func(indent int, above string, f *Figure) {
		count(indent, s.label(above, f.Key), f.Count)
		for i := range f.Parts {
			tree(indent+1, f.Key, &f.Parts[i])
		}
	}
	line(0, s.Sprintf("title", or(r.Name, r.Campaign), s.when(r.At, true)))
	line(0, s.Sprintf("parties", string(r.Client), string(r.Base), string(r.Owner), progressPhrases.Printer(lang).Word("status", r.Status.String())))
	if r.Reduced {
		line(0, s.Sprintf("reduced", SmallCount))
	}
	tree(0, "", &r.Ordered)
	if r.Attempts.Count > 0 {
		tree(0, "", &r.Attempts)
		count(1, s.Sprintf("tried"), r.Tried)
		count(1, s.Sprintf("retries"), r.Retries)
	}
	if r.Returned.Count > 0 {
		tree(0, "", &r.Returned)
		if r.Shared > 0 {
			count(1, s.Sprintf("shared"), r.Shared)
		}
	}
	line(0, s.Sprintf("segments"))
	for _, x := range r.segmentLines() {
		count(1, s.Sprintf("segments."+x.key), x.n)
	}
	if r.Segments.Price != 0 {
		line(0, s.Sprintf("cost.line", s.Sprintf("cost"), s.money(r.Segments.Cost)))
	}
	if r.LateCount > 0 {
		count(0, s.Sprintf("late"), r.LateCount)
	}
	for _, days := range []bool{true, false} {
		t, title := &r.Hours, "hours"
		if days {
			t, title = &r.Days, "days"
		}
		line(0, s.Sprintf(title))
		for _, x := range t.series() {
			for _, m := range x.moments {
				count(1, s.when(m.Start, !days)+", "+s.Sprintf("figure."+x.key), m.Count)
			}
		}
	}
	for _, x := range []struct {
		title string
		by    []Figure
	}{{"languages", r.Languages}, {"shares", r.Shares}} {
		if len(x.by) > 0 {
			line(0, s.Sprintf(x.title))
		}
		for _, f := range x.by {
			count(1, s.share(f.Key), f.Count)
		}
	}
	return b.String()
}

// share says the key of a language or of a share.
func (s *saying) share(key string) string {
	switch key {
	case "":
		return s.Sprintf("unsaid")
	case FigureOther:
		return s.Sprintf("figure.other")
	default:
		return key
	}
}

// Words says s, in French for language.French and tags below it, and in English
// otherwise.
func (s State) Words(lang language.Tag) string {
	return reportPhrases.Printer(lang).Word("state", s.String())
}

type segmentLine struct {
	key string
	n   int
}

// segmentLines are what is said of segments. A report that was reduced knows
// what is due, and nothing else.
func (r *Report) segmentLines() []segmentLine {
	g := &r.Segments
	if r.Reduced {
		return []segmentLine{{"due", g.Due}}
	}
	return []segmentLine{
		{"ours", g.Ours}, {"answered", g.Answered}, {"reported", g.Reported}, {"due", g.Due},
		{"differing", g.Differing}, {"uncounted", g.Uncounted},
	}
}

type series struct {
	key     string
	moments []Moment
}

func (t *Timeline) series() []series {
	return []series{{FigureHandedOver, t.HandedOver}, {FigureDelivered, t.Delivered}, {FigureRefusals, t.Refusals}}
}

// WriteCSV writes r as one table that spreadsheets in France open as it is:
// UTF-8 with a mark, semicolons, CRLF, a comma for decimals in French, and no
// cell that is run as a formula. It has a line for each figure, with its section,
// its words in lang, its code as in JSON, an hour or a day or a dispatch where
// the line is about one, and the value.
func (r *Report) WriteCSV(w io.Writer, lang language.Tag) error {
	s := r.saying(lang)
	out := []byte("\ufeff")
	row := func(section, label, code, when, dispatch, value string) {
		out = sheet.AppendRow(out, ';', section, label, code, when, dispatch, value)
	}
	row(s.Sprintf("csv.section"), s.Sprintf("csv.figure"), s.Sprintf("csv.code"), s.Sprintf("csv.when"), s.Sprintf("csv.dispatch"), s.Sprintf("csv.value"))
	var tree func(section, above, path string, f *Figure)
	tree = func(section, above, path string, f *Figure) {
		row(section, s.label(above, f.Key), path+f.Key, "", "", strconv.Itoa(f.Count))
		for i := range f.Parts {
			tree(section, f.Key, path+f.Key+"/", &f.Parts[i])
		}
	}
	for _, f := range []*Figure{&r.Ordered, &r.Attempts, &r.Returned} {
		if f.Key != "" && (f == &r.Ordered || f.Count > 0) {
			tree(s.label("", f.Key), "", "", f)
		}
	}
	section := s.Sprintf("segments")
	for _, x := range r.segmentLines() {
		row(section, s.Sprintf("segments."+x.key), "segments/"+x.key, "", "", strconv.Itoa(x.n))
	}
	if r.Segments.Price != 0 {
		row(s.Sprintf("cost"), s.Sprintf("cost"), "segments/cost", "", "", s.money(r.Segments.Cost))
	}
	for _, d := range r.Segments.Differences {
		for _, x := range []segmentLine{{"ours", d.Ours}, {"answered", d.Answered}, {"reported", d.Reported}} {
			row(section, s.Sprintf("segments."+x.key), "segments/differences/"+x.key, "", d.Attempt.Dispatch.String(), strconv.Itoa(x.n))
		}
	}
	for _, days := range []bool{true, false} {
		t, title := &r.Hours, "hours"
		if days {
			t, title = &r.Days, "days"
		}
		for _, x := range t.series() {
			for _, m := range x.moments {
				row(s.Sprintf(title), s.Sprintf("figure."+x.key), title+"/"+x.key, s.when(m.Start, !days), "", strconv.Itoa(m.Count))
			}
		}
	}
	for _, f := range r.Languages {
		row(s.Sprintf("languages"), s.share(f.Key), "languages/"+f.Key, "", "", strconv.Itoa(f.Count))
	}
	for _, f := range r.Shares {
		row(s.Sprintf("shares"), s.share(f.Key), "shares/"+f.Key, "", "", strconv.Itoa(f.Count))
	}
	if r.LateCount > 0 {
		row(s.Sprintf("late"), s.Sprintf("late"), "late", "", "", strconv.Itoa(r.LateCount))
	}
	for _, l := range r.Late {
		row(s.Sprintf("late"), s.Sprintf("late"), "late/sent", s.when(l.Sent, true), l.Attempt.Dispatch.String(), "1")
	}
	_, err := w.Write(out)
	return err
}
