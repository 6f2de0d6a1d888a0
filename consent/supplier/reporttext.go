package supplier

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/sheet"
	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// percent writes a share such as "87.5 %", with the comma of the language.
// Nothing short of all is 100 %.
func percent(p words.Printer, part, whole int) string {
	permille := 0
	if whole > 0 {
		permille = part * 1000 / whole
	}
	return p.Sprintf("%.1f", float64(permille)/10) + " %"
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func numbers(lines []int) string {
	out := make([]string, len(lines))
	for i, n := range lines {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, " ")
}

// Markdown returns r in words, in French for language.French and tags below it,
// and in English otherwise. Dates are in UTC, those of months aside.
func (r Report) Markdown(lang language.Tag) string {
	p := phrases.Printer(lang)
	var b strings.Builder
	i := &r.Import
	b.WriteString("# " + p.Sprintf("report.title", words.Cell(r.Supplier), words.Cell(r.Contract), day(r.At)) + "\n\n")
	b.WriteString(p.Sprintf("report.lines", i.Lines, i.Created+i.Merged+i.Unchanged, i.Rejected, i.Unsettled) + "\n")
	b.WriteString(p.Sprintf("report.consents", r.Recorded, r.Already, r.Refused) + "\n")
	for n := range r.Forms {
		r.Forms[n].markdown(&b, p)
	}
	return b.String()
}

func (f *FormReport) markdown(b *strings.Builder, p words.Printer) {
	if f.Name == "" {
		b.WriteString("\n## " + p.Sprintf("form.none") + "\n\n")
	} else {
		b.WriteString("\n## " + p.Sprintf("form", words.Cell(f.Name)) + "\n\n")
		if f.Until.IsZero() {
			b.WriteString("- " + p.Sprintf("form.from", day(f.From)) + "\n")
		} else {
			b.WriteString("- " + p.Sprintf("form.until", day(f.From), day(f.Until)) + "\n")
		}
		b.WriteString("- " + p.Sprintf("form.notice", f.Notice.String(), words.Cell(or(f.Partners, "–"))) + "\n")
	}
	b.WriteString("- " + p.Sprintf("form.lines", f.Lines, percent(p, f.Complete, f.Lines), f.Recorded, f.Already, f.Refused) + "\n")
	if len(f.Networks) > 0 {
		b.WriteString("- " + p.Sprintf("form.networks", counted(f.Networks)) + "\n")
	}
	if len(f.Flags) > 0 {
		b.WriteString("\n" + p.Sprintf("table.flags") + "\n| --- | --- | --- | --: | --- |\n")
		for _, flag := range f.Flags {
			_, _ = fmt.Fprintf(b, "| %s | %s | %s | %d | %s |\n", p.Sprintf("flag."+flag.Code.String()),
				p.Sprintf("level."+flag.Level.String()), p.Sprintf("action."+flag.Action.String()), flag.Lines, numbers(flag.First))
		}
	}
	months(b, p, f.Months)
}

// months writes the histogram of dates.
func months(b *strings.Builder, p words.Printer, counts map[string]int) {
	if len(counts) == 0 {
		return
	}
	b.WriteString("\n" + p.Sprintf("table.months") + "\n| --- | --: |\n")
	for _, month := range slices.Sorted(maps.Keys(counts)) {
		_, _ = fmt.Fprintf(b, "| %s | %d |\n", month, counts[month])
	}
}

// counted returns names with their counts, such as "192.5.x.x (120)".
func counted(counts map[string]int) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%s (%d)", name, counts[name]))
	}
	return strings.Join(out, ", ")
}

// CSV returns the forms and their flags as a table with a semicolon between
// cells, as spreadsheets in France read it, in UTF-8 with a mark. A form without
// flags has one line, with empty cells.
func (r Report) CSV(lang language.Tag) []byte {
	p := phrases.Printer(lang)
	out := sheet.AppendRow([]byte("\ufeff"), ';', strings.Split(p.Sprintf("csv.head"), ",")...)
	for _, f := range r.Forms {
		form := []string{or(f.Name, p.Sprintf("form.none")), "", strconv.Itoa(f.Lines), strconv.Itoa(f.Complete)}
		if !f.From.IsZero() {
			form[1] = day(f.From)
		}
		if len(f.Flags) == 0 {
			out = sheet.AppendRow(out, ';', append(form, "", "", "", "", "", "")...)
		}
		for _, flag := range f.Flags {
			code := flag.Code.String()
			out = sheet.AppendRow(out, ';', append(slices.Clip(form), code, p.Sprintf("flag."+code), p.Sprintf("level."+flag.Level.String()),
				p.Sprintf("action."+flag.Action.String()), strconv.Itoa(flag.Lines), numbers(flag.First))...)
		}
	}
	return out
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
