package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxSpan is how many lines a quoted field may go on for. Behind a quotation
// mark that nobody closed there may be a million people.
const maxSpan = 32

// A Record is a line of a table, or several where a quoted field has ends of
// lines in it.
type Record struct {
	Line   int    // the first, from 1
	Raw    string // as it stands, without the end
	Bytes  string // the same, where it was not text and Raw is as near as one can get
	Fields []string
	// Problem says why Fields are not what the record says; there may be some
	// even so.
	Problem string
}

// A Reader reads records as RFC 4180 has them, and goes on behind those that
// are not. encoding/csv would not do: where a quotation mark is not closed it
// takes everything up to the next one, or to the end of the file, for one field.
type Reader struct {
	*Lines
	separator byte
	want      int // fields of a record, 0 before the header is known
	blank     int
	again     []Line // taken already, to be read from here first
}

// NewReader starts to read r.
func NewReader(r io.Reader, e Encoding) *Reader {
	return &Reader{Lines: NewLines(r, e)}
}

// Separator returns what stands between fields, once the header was read.
func (r *Reader) Separator() byte { return r.separator }

// Blank returns how many lines had nothing on them.
func (r *Reader) Blank() int { return r.blank }

// Next returns the next record, whose fields are appended to fields[:0], or
// io.EOF. A record of several lines that is not as it should be is a problem of
// its first line only, and the others are read afresh: most likely a quotation
// mark on the first one was not meant.
func (r *Reader) Next(fields []string) (Record, error) {
	first, err := r.Line()
	for err == nil && first.Text == "" && first.Problem == "" {
		r.blank++
		first, err = r.Line()
	}
	if err != nil {
		return Record{}, err
	}
	record := Record{Line: first.Number, Raw: first.Text, Bytes: first.Raw, Problem: first.Problem, Fields: fields[:0]}
	if first.Problem != "" {
		return record, nil
	}
	record.Fields, record.Problem = r.split(first.Text, fields[:0])
	if record.Problem != problemOpen {
		return record, nil
	}
	text, more, err := r.span(first.Text)
	if err != nil {
		return Record{}, err
	}
	if text != "" {
		whole, problem := r.split(text, record.Fields[:0])
		if record.Fields = whole; problem == "" {
			record.Raw, record.Problem = text, ""
			return record, nil
		}
	}
	record.Fields = record.Fields[:0]
	r.again = append(more, r.again...)
	return record, nil
}

// span adds lines to the text of one until no quoted field is open. It returns
// "" where that does not happen soon, and in any case the lines that it took.
func (r *Reader) span(text string) (whole string, more []Line, err error) {
	var all strings.Builder
	all.WriteString(text)
	for len(more) < maxSpan {
		l, err := r.Line()
		if errors.Is(err, io.EOF) {
			return "", more, nil
		}
		if err != nil {
			return "", nil, err
		}
		more = append(more, l)
		if l.Problem != "" || all.Len()+len(l.Text) > MaxLine {
			return "", more, nil
		}
		all.WriteByte('\n')
		all.WriteString(l.Text)
		if !strings.Contains(l.Text, `"`) {
			continue
		}
		if _, problem := r.split(all.String(), nil); problem != problemOpen {
			return all.String(), more, nil
		}
	}
	return "", more, nil
}

// Line returns the next line, whatever is quoted in it, or io.EOF.
func (r *Reader) Line() (Line, error) {
	if len(r.again) > 0 {
		l := r.again[0]
		r.again = r.again[1:]
		return l, nil
	}
	return r.Lines.Line()
}

const (
	problemOpen  = "a quoted field is not closed"
	problemAfter = "text behind the closing quotation mark of a field"
)

func (r *Reader) split(text string, fields []string) (_ []string, problem string) {
	return split(text, r.separator, r.want, fields)
}

func split(text string, separator byte, want int, fields []string) (_ []string, problem string) {
	fields, problem = Split(text, separator, fields)
	if problem == "" && want > 0 && len(fields) != want {
		problem = fmt.Sprintf("%s, want %d as in the header", count(len(fields)), want)
	}
	return fields, problem
}

// Split appends the fields of text to fields. A quotation mark counts where a
// field starts with it; in the middle of one it is a character like any other,
// as in ="0612345678", by which spreadsheets keep a number from losing its zero.
// The problem says why there are no more fields, and is "" where these are all.
func Split(text string, separator byte, fields []string) (_ []string, problem string) {
	for rest := text; ; {
		field, left, problem := first(rest, separator)
		if problem != "" {
			return fields, problem
		}
		fields = append(fields, field)
		if left == "" {
			return fields, ""
		}
		rest = left[1:]
	}
}

// first returns the first field of text, and what is left from the separator
// behind it on.
func first(text string, separator byte) (field, left, problem string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexByte(text, separator)
		if end < 0 {
			end = len(text)
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
		if i < len(text) && text[i] != separator {
			return "", "", problemAfter
		}
		field = text[1:end]
		if doubled {
			field = strings.ReplaceAll(field, `""`, `"`)
		}
		return field, text[i:], ""
	}
}

func count(fields int) string {
	if fields == 1 {
		return "1 field"
	}
	return fmt.Sprint(fields, " fields")
}
