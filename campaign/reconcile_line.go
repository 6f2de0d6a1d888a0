package campaign

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/accordsdk/accord/internal/sheet"
	"github.com/accordsdk/accord/internal/words"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"golang.org/x/text/language"
)

// cell returns the cell of a column, "" where there is none.
func cell(record *sheet.Record, column int) string {
	if column < 0 || column >= len(record.Fields) {
		return ""
	}
	return sheet.Cell(record.Fields[column])
}

// ref returns what a line is about.
func (i *invoiceReading) ref(record *sheet.Record) Ref {
	ref := Ref{CarrierID: cell(record, i.columns.carrier)}
	if id, err := uuid.Parse(cell(record, i.columns.dispatch)); err == nil {
		ref.Dispatch = id
	}
	return ref
}

// read reads a line. Where it cannot be read, Kind and Problem are set. The
// problem names the column, and does not quote what stands there.
func (i *invoiceReading) read(record *sheet.Record) (l InvoiceLine, o *owed, status provider.Status) {
	l = InvoiceLine{Line: record.Line, Billed: 1}
	fail := func(problem string) (InvoiceLine, *owed, provider.Status) {
		return InvoiceLine{Line: record.Line, Kind: LineUnreadable, Problem: problem}, nil, 0
	}
	if record.Problem != "" {
		return fail(record.Problem)
	}
	if text := cell(record, i.columns.dispatch); text != "" {
		id, err := uuid.Parse(text)
		if err != nil && cell(record, i.columns.carrier) == "" {
			return fail("Dispatch is not an ID of ours, and CarrierID is empty")
		}
		if at, ok := i.byID[id]; ok && err == nil {
			o = &i.owed[at]
		}
	}
	carrier := cell(record, i.columns.carrier)
	if o == nil && carrier != "" {
		if at, ok := i.byCarrier[carrier]; ok {
			o = &i.owed[at]
		}
	}
	if carrier == "" && cell(record, i.columns.dispatch) == "" {
		return fail("no ID of a message")
	}
	if i.columns.segments >= 0 {
		n, err := strconv.Atoi(cell(record, i.columns.segments))
		if err != nil || n < 0 || n > maxBilled {
			return fail("Segments is not a number of segments")
		}
		l.Billed = n
	}
	if text := cell(record, i.columns.price); text != "" {
		price, err := millionths(text)
		if err != nil {
			return fail("Price is not an amount")
		}
		l.Price = price
	}
	if text := cell(record, i.columns.status); text != "" {
		for word, meaning := range i.Statuses {
			if strings.EqualFold(word, text) {
				status = meaning
			}
		}
	}
	return l, o, status
}

// maxBilled is more segments than any message has.
const maxBilled = 1 << 20

// millionths reads an amount such as 0,0435 or -1 234.5.
func millionths(text string) (int64, error) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", ",", ".").Replace(text)
	digits, negative := strings.CutPrefix(text, "-")
	whole, part, _ := strings.Cut(digits, ".")
	if len(whole)+len(part) == 0 || len(whole) > 8 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, errors.New("no amount")
	}
	n, err := strconv.ParseInt("0"+whole+(part + "000000")[:6], 10, 64)
	if err != nil {
		return 0, err
	}
	if len(part) > 6 && part[6] >= '5' {
		n++
	}
	if negative {
		n = -n
	}
	return n, nil
}

// WriteCSV writes the lines that were not matched and the messages that nobody
// billed, as far as they are listed, in the manner of [Report.WriteCSV]: with
// their kind in words and as a code, the line, the dispatch, the segments billed
// and due, and the price. It starts with the sums of each kind.
func (r *Reconciliation) WriteCSV(w io.Writer, lang language.Tag) error {
	s := saying{Printer: reportPhrases.Printer(lang), lang: words.Match(lang)}
	out := []byte("\ufeff")
	row := func(cells ...string) { out = sheet.AppendRow(out, ';', cells...) }
	row(s.Sprintf("csv.figure"), s.Sprintf("csv.code"), s.Sprintf("csv.line"), s.Sprintf("csv.dispatch"),
		s.Sprintf("csv.billed"), s.Sprintf("csv.due"), s.Sprintf("csv.price"), s.Sprintf("csv.value"))
	for _, k := range lineKinds {
		if t := r.Kinds[k]; t.Lines > 0 {
			row(s.Sprintf("line."+string(k)), string(k), "", "", strconv.Itoa(t.Segments), "", s.exact(t.Price), strconv.Itoa(t.Lines))
		}
	}
	row(s.Sprintf("invoice.unbilled"), "unbilled", "", "", "", "", "", strconv.Itoa(r.Unbilled))
	for _, l := range r.Lines {
		dispatch := ""
		if l.Dispatch != (provider.DispatchID{}) {
			dispatch = l.Dispatch.String()
		}
		row(s.Sprintf("line."+string(l.Kind)), string(l.Kind), strconv.Itoa(l.Line), dispatch,
			strconv.Itoa(l.Billed), strconv.Itoa(l.Due), s.exact(l.Price), "1")
	}
	for _, d := range r.Missing {
		row(s.Sprintf("invoice.unbilled"), "unbilled", "", d.String(), "", "", "", "1")
	}
	_, err := w.Write(out)
	return err
}

// exact writes millionths of a currency unit, all six digits of them: a segment
// costs less than ten cents, and is billed to a hundredth of one.
func (s *saying) exact(millionths int64) string {
	whole := s.money(millionths / 1_000_000 * 1_000_000)
	part := fmt.Sprintf("%06d", max(millionths, -millionths)%1_000_000)
	if millionths < 0 && millionths > -1_000_000 {
		whole = "-" + whole
	}
	return whole[:len(whole)-2] + part
}

// Text returns r in words, in French for language.French and tags below it, and
// in English otherwise.
func (r *Reconciliation) Text(lang language.Tag) string {
	s := saying{Printer: reportPhrases.Printer(lang), lang: words.Match(lang)}
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	line(s.Sprintf("invoice.title", r.Campaign))
	line(s.Sprintf("invoice.lines", r.All.Lines))
	for _, k := range lineKinds {
		if t := r.Kinds[k]; t.Lines > 0 {
			line("  " + s.Sprintf("line", s.Sprintf("line."+string(k)), t.Lines))
		}
	}
	line(s.Sprintf("invoice.price", s.money(r.All.Price)))
	line(s.Sprintf("line", s.Sprintf("invoice.handed-over"), r.HandedOver))
	line(s.Sprintf("line", s.Sprintf("invoice.unbilled"), r.Unbilled))
	for _, l := range r.Lines {
		line("  " + s.Sprintf("invoice.line", l.Line) + ", " + s.Sprintf("line."+string(l.Kind)))
	}
	return b.String()
}
