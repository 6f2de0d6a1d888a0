package suppression

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is the longest line that is read, in bytes.
const maxLine = 64 << 10

var errLongLine = fmt.Errorf("suppression: a line of more than %d bytes", maxLine)

// read takes the lines of r, whatever is quoted in them. Blank ones are not
// lines of the report.
func (in *importer) read(ctx context.Context, r io.Reader) error {
	lines := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		raw, long, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			// What was read of the line may be half a number, and so another one.
			return fmt.Errorf("line %d: %w", n, err)
		}
		if n == 1 {
			raw = strings.TrimPrefix(raw, "\ufeff")
		}
		if strings.TrimSpace(raw) != "" {
			if err := in.take(ctx, n, raw, long); err != nil {
				return err
			}
		}
		if err != nil {
			break
		}
	}
	if in.o.Column != "" && in.table == nil {
		return errors.New("no header")
	}
	return nil
}

// readLine returns the next line without its end, or the start of one that is
// too long. With the last line comes io.EOF.
func readLine(r *bufio.Reader) (line string, long bool, err error) {
	b, err := r.ReadSlice('\n')
	line = strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		_, err = r.ReadSlice('\n')
	}
	return line, long, err
}

// take finds the columns of a line.
func (in *importer) take(ctx context.Context, n int, raw string, long bool) error {
	switch {
	case in.o.Column != "" && in.table == nil:
		t, err := newTable(raw, &in.o)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		in.table = t
		return nil
	case long:
		in.report.Lines++
		return in.unreadable(n, raw, errLongLine)
	case in.table == nil:
		return in.line(ctx, n, raw, strings.TrimSpace(raw), "")
	}
	address, date := in.table.read(raw)
	return in.line(ctx, n, raw, address, date)
}

// A table reads lines of CSV one by one.
type table struct {
	text     strings.Reader
	buffer   *bufio.Reader
	csv      *csv.Reader
	at, when int // columns, -1 for none
}

func newTable(header string, o *ImportOptions) (*table, error) {
	t := &table{at: -1, when: -1}
	t.buffer = bufio.NewReader(&t.text)
	t.csv = csv.NewReader(t.buffer)
	t.csv.FieldsPerRecord, t.csv.LazyQuotes, t.csv.ReuseRecord = -1, true, true
	if o.Comma != 0 {
		t.csv.Comma = o.Comma
	}
	names, err := t.fields(header)
	if err != nil {
		return nil, err
	}
	find := func(column string, at *int) error {
		for i, name := range names {
			if strings.TrimSpace(name) != column {
				continue
			}
			if *at >= 0 {
				return fmt.Errorf("two columns %q", column)
			}
			*at = i
		}
		if *at < 0 {
			return fmt.Errorf("no column %q", column)
		}
		return nil
	}
	if err := find(o.Column, &t.at); err != nil {
		return nil, err
	}
	if o.DateColumn == "" {
		return t, nil
	}
	return t, find(o.DateColumn, &t.when)
}

func (t *table) fields(line string) ([]string, error) {
	t.text.Reset(line)
	t.buffer.Reset(&t.text)
	return t.csv.Read()
}

// read returns the address and the date of a line. What cannot be read has
// neither.
func (t *table) read(line string) (address, date string) {
	fields, err := t.fields(line)
	if err != nil {
		return "", ""
	}
	if t.at < len(fields) {
		address = strings.TrimSpace(fields[t.at])
	}
	if t.when >= 0 && t.when < len(fields) {
		date = strings.TrimSpace(fields[t.when])
	}
	return address, date
}
