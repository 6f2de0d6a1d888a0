package contact

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxLine is more than any person fills, and bounds what a file without
	// ends of lines can make us hold.
	maxLine = 64 << 10
	// maxSpan is how many lines a quoted field may go on for. Behind a quotation
	// mark that nobody closed there may be a million people.
	maxSpan = 32
)

// csvReader reads records as RFC 4180 has them, and goes on behind those that
// are not. encoding/csv would not do: where a quotation mark is not closed it
// takes everything up to the next one, or to the end of the file, for one field.
type csvReader struct {
	in        *bufio.Reader
	separator byte
	want      int // fields of a record, 0 before the header is known
	line      int // number of the last line taken from in
	bytes     int64
	blank     int
	again     []csvLine // taken from in already, to be read from here first
}

// csvLine is one line of the file without its end.
type csvLine struct {
	number int
	text   string
	long   bool // and cut
}

// csvRecord is a line, or several where a quoted field has ends of lines in it.
type csvRecord struct {
	line    int // the first
	fields  []string
	problem string // why there are no fields
}

func newCSVReader(r io.Reader, separator byte) *csvReader {
	c := &csvReader{in: bufio.NewReaderSize(r, maxLine), separator: separator}
	if start, _ := c.in.Peek(3); string(start) == "\ufeff" {
		n, _ := c.in.Discard(3)
		c.bytes = int64(n)
	}
	return c
}

// next returns the next record into fields, which it may use again, or io.EOF.
// A record of several lines that is not as it should be is a problem of its
// first line only, and the others are read afresh: most likely a quotation mark
// on the first one was not meant.
func (r *csvReader) next(fields []string) (csvRecord, error) {
	first, err := r.take()
	for err == nil && first.text == "" {
		r.blank++
		first, err = r.take()
	}
	if err != nil {
		return csvRecord{}, err
	}
	record := csvRecord{line: first.number}
	if first.long {
		record.problem = fmt.Sprintf("longer than %d bytes", maxLine)
		return record, nil
	}
	record.fields, record.problem = r.split(first.text, fields[:0])
	if record.problem != problemOpen {
		return record, nil
	}
	text, more, err := r.span(first.text)
	if err != nil {
		return csvRecord{}, err
	}
	if text != "" {
		fields, problem := r.split(text, record.fields[:0])
		if record.fields = fields; problem == "" {
			record.problem = ""
		}
	}
	if record.problem != "" {
		r.again = append(more, r.again...)
	}
	return record, nil
}

// span adds lines to the text of one until no quoted field is open. It returns
// "" where that does not happen soon, and in any case the lines that it took.
func (r *csvReader) span(text string) (whole string, more []csvLine, err error) {
	var all strings.Builder
	all.WriteString(text)
	for len(more) < maxSpan {
		l, err := r.take()
		if errors.Is(err, io.EOF) {
			return "", more, nil
		}
		if err != nil {
			return "", nil, err
		}
		more = append(more, l)
		if l.long || all.Len()+len(l.text) > maxLine {
			return "", more, nil
		}
		all.WriteByte('\n')
		all.WriteString(l.text)
		if !strings.Contains(l.text, `"`) {
			continue
		}
		if _, problem := r.split(all.String(), nil); problem != problemOpen {
			return all.String(), more, nil
		}
	}
	return "", more, nil
}

const (
	problemOpen  = "a quoted field is not closed"
	problemBare  = "a quotation mark inside a field that does not start with one"
	problemAfter = "text behind the closing quotation mark of a field"
)

// split appends the fields of text to fields, or says why it has none.
func (r *csvReader) split(text string, fields []string) (_ []string, problem string) {
	if !utf8.ValidString(text) {
		return fields, "not valid UTF-8"
	}
	if strings.IndexByte(text, 0) >= 0 {
		return fields, "a NUL byte"
	}
	for rest := text; ; {
		field, left, problem := r.field(rest)
		if problem != "" {
			return fields, problem
		}
		fields = append(fields, field)
		if left == "" {
			break
		}
		rest = left[1:]
	}
	if r.want > 0 && len(fields) != r.want {
		return fields, fmt.Sprintf("%d fields, want %d as in the header", len(fields), r.want)
	}
	return fields, ""
}

// field returns the first field of text, and what is left from the separator
// behind it on.
func (r *csvReader) field(text string) (field, left, problem string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexByte(text, r.separator)
		if end < 0 {
			end = len(text)
		}
		if strings.IndexByte(text[:end], '"') >= 0 {
			return "", "", problemBare
		}
		return text[:end], text[end:], ""
	}
	doubled := false
	for i := 1; ; {
		j := strings.IndexByte(text[i:], '"')
		if j < 0 {
			return "", "", problemOpen
		}
		end := i + j
		i = end + 1
		if strings.HasPrefix(text[i:], `"`) {
			doubled = true
			i++
			continue
		}
		if i < len(text) && text[i] != r.separator {
			return "", "", problemAfter
		}
		field = text[1:end]
		if doubled {
			field = strings.ReplaceAll(field, `""`, `"`)
		}
		return field, text[i:], ""
	}
}

// take returns the next line.
func (r *csvReader) take() (csvLine, error) {
	if len(r.again) > 0 {
		l := r.again[0]
		r.again = r.again[1:]
		return l, nil
	}
	text, err := r.in.ReadSlice('\n')
	r.bytes += int64(len(text))
	r.line++
	l := csvLine{number: r.line}
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = true
		l.text = "long" // not blank
		for errors.Is(err, bufio.ErrBufferFull) {
			text, err = r.in.ReadSlice('\n')
			r.bytes += int64(len(text))
		}
	} else {
		l.text = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	}
	if errors.Is(err, io.EOF) && (len(text) > 0 || l.long) {
		err = nil // the last line has no end; the next call finds the end of the file
	}
	return l, err
}

// header reads the names of the columns.
func (r *csvReader) header() ([]string, error) {
	record, err := r.next(nil)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("contact: import: the file is empty, not even a header")
	case err != nil:
		return nil, fmt.Errorf("contact: import: header: %w", err)
	case record.problem != "":
		return nil, fmt.Errorf("contact: import: header (line %d): %s", record.line, record.problem)
	}
	var names []string
	for i, name := range record.fields {
		if strings.Contains(name, "\r") {
			return nil, errors.New("contact: import: header: a carriage return; lines end in LF or CRLF")
		}
		name = strings.TrimSpace(name)
		if name != "" && slices.Contains(names, name) {
			return nil, fmt.Errorf("contact: import: header: fields %d and %d have the same name", slices.Index(names, name)+1, i+1)
		}
		names = append(names, strings.Clone(name))
	}
	r.want = len(names)
	return names, nil
}
