package sheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// separators are those that files have, the likelier first.
const separators = ";,\t|"

// sampled is how many lines are looked at to find the separator.
const sampled = 20

// Header reads the names of the columns, which may stand in quotation marks and
// with spaces around them, behind lines with nothing but spaces. Where separator
// is 0 it is found: from a first line sep=; as Excel has it, or else as the one
// under which most names are known, most lines have as many fields as the
// header, and there are most fields.
func (r *Reader) Header(separator byte, known func(names []string) int) ([]string, error) {
	sample, err := r.sample()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(sample) == 0 {
		return nil, errors.New("the file is empty, not even a header")
	}
	if declared, ok := declared(sample[0].Text); ok && (separator == 0 || separator == declared) {
		separator, sample = declared, sample[1:]
	}
	if r.separator = separator; separator == 0 {
		r.separator = likeliest(sample, known)
	}
	r.again = append(sample, r.again...)
	record, err := r.Next(nil)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty, not even a header")
	case err != nil:
		return nil, err
	case record.Problem != "":
		return nil, fmt.Errorf("line %d: %s", record.Line, record.Problem)
	case strings.Contains(record.Raw, "\r"):
		return nil, errors.New("a carriage return; lines end in LF or CRLF")
	}
	names := record.Fields
	for i, name := range names {
		names[i] = Cell(name)
	}
	r.want = len(names)
	return names, nil
}

// sample takes the first lines, from the first that has something on it.
func (r *Reader) sample() ([]Line, error) {
	var lines []Line
	for {
		l, err := r.Line()
		if err != nil {
			return lines, err
		}
		if len(lines) == 0 && l.Problem == "" && strings.TrimSpace(l.Text) == "" {
			r.blank++
			continue
		}
		if lines = append(lines, l); len(lines) == sampled {
			return lines, nil
		}
	}
}

// declared reads a line such as sep=; that Excel writes and reads.
func declared(line string) (byte, bool) {
	line = strings.Trim(line, `"`)
	if len(line) == 5 && strings.EqualFold(line[:4], "sep=") && strings.IndexByte(separators, line[4]) >= 0 {
		return line[4], true
	}
	return 0, false
}

func likeliest(lines []Line, known func(names []string) int) byte {
	best, most := byte(','), []int{0, 0, 0}
	if len(lines) == 0 {
		return best
	}
	for i := range len(separators) {
		s := separators[i]
		names, problem := Split(lines[0].Text, s, nil)
		if problem != "" || len(names) < 2 {
			continue
		}
		for i, name := range names {
			names[i] = Cell(name)
		}
		agree := 0
		for _, l := range lines[1:] {
			if fields, problem := Split(l.Text, s, nil); problem == "" && len(fields) == len(names) {
				agree++
			}
		}
		if score := []int{known(names), agree, len(names)}; slices.Compare(score, most) > 0 {
			best, most = s, score
		}
	}
	return best
}

// FoldName returns the name of a column as names are compared: in lower case,
// without accents, and with single spaces for everything that is neither a
// letter nor a digit. "N° de Tél." becomes "n de tel".
func FoldName(name string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// Find returns where column is in the header: the field of that very name, or
// else the only one that has it but for letter case, accents and punctuation.
func Find(header []string, column string) (int, error) {
	at, err := find(header, func(name string) bool { return name == column })
	if at < 0 && err == nil {
		folded := FoldName(column)
		at, err = find(header, func(name string) bool { return folded != "" && FoldName(name) == folded })
	}
	if at < 0 && err == nil {
		err = ErrNoColumn
	}
	return at, err
}

// ErrNoColumn is what [Find] returns where there is no such column.
var ErrNoColumn = errors.New("no such column")

func find(header []string, is func(name string) bool) (int, error) {
	at := slices.IndexFunc(header, is)
	if at < 0 {
		return -1, nil
	}
	if second := slices.IndexFunc(header[at+1:], is); second >= 0 {
		return -1, fmt.Errorf("fields %d and %d of the header have the same name", at+1, at+second+2)
	}
	return at, nil
}
