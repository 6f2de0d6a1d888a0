package suppression

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/accordsdk/accord/internal/sheet"
)

var errLongLine = fmt.Errorf("suppression: a line of more than %d bytes", sheet.MaxLine)

// read takes the lines of r, whatever is quoted in them. Blank ones are not
// lines of the report.
func (in *importer) read(ctx context.Context, r io.Reader) error {
	if in.o.Column != "" {
		return in.readTable(ctx, r)
	}
	lines := sheet.NewLines(r, sheet.Encoding(in.o.Encoding))
	return in.each(ctx, lines, func(text string) (address, date string) { return sheet.Cell(text), "" })
}

func (in *importer) readTable(ctx context.Context, r io.Reader) error {
	rows := sheet.NewReader(r, sheet.Encoding(in.o.Encoding))
	header, err := rows.Header(byte(in.o.Comma), in.known)
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	t := table{separator: rows.Separator(), width: len(header), when: -1}
	if t.at, err = sheet.Find(header, in.o.Column); err != nil {
		return fmt.Errorf("column %q: %w", in.o.Column, err)
	}
	if in.o.DateColumn != "" {
		if t.when, err = sheet.Find(header, in.o.DateColumn); err != nil {
			return fmt.Errorf("column %q: %w", in.o.DateColumn, err)
		}
	}
	return in.each(ctx, rows, t.read)
}

// known returns how many of our columns a header has.
func (in *importer) known(names []string) int {
	n := 0
	for _, column := range []string{in.o.Column, in.o.DateColumn} {
		if _, err := sheet.Find(names, column); err == nil && column != "" {
			n++
		}
	}
	return n
}

// each takes the lines that are left, one by one.
func (in *importer) each(ctx context.Context, lines interface {
	Line() (sheet.Line, error)
	Number() int
}, cells func(text string) (address, date string),
) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		l, err := lines.Line()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", lines.Number(), err)
		}
		if strings.TrimSpace(l.Text) == "" && l.Problem == "" {
			continue
		}
		raw := l.Text
		if l.Problem != "" {
			raw = l.Raw
		}
		if l.Problem == sheet.ProblemLong {
			in.report.Lines++
			err = in.unreadable(l.Number, raw, errLongLine)
		} else {
			// Letters that cannot be read do not cost a number that can.
			address, date := cells(l.Text)
			err = in.take(ctx, l.Number, raw, address, date)
		}
		if err != nil {
			return err
		}
	}
}

// A table finds the columns of a line.
type table struct {
	separator byte
	width     int
	at, when  int // when is -1 where no column has the date
	fields    []string
}

// read returns the address and the date of a line, and "" for what is not
// there. A quotation mark too many does not cost the refusal: where the line has
// as many separators as the header, they count whatever is quoted.
func (t *table) read(line string) (address, date string) {
	var problem string
	t.fields, problem = sheet.Split(line, t.separator, t.fields[:0])
	if problem != "" && strings.Count(line, string(t.separator)) == t.width-1 {
		t.fields = strings.Split(strings.ReplaceAll(line, `"`, ""), string(t.separator))
	}
	if t.at < len(t.fields) {
		address = sheet.Cell(t.fields[t.at])
	}
	if t.when >= 0 && t.when < len(t.fields) {
		date = sheet.Cell(t.fields[t.when])
	}
	return address, date
}
