// Package sheet reads the tables that people send each other as text: CSV in
// the encodings and dialects that spreadsheets and mailing tools give it. It
// goes line by line, so that what is wrong with a line costs that line and no
// other, and holds no more of a file than one record.
package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxLine is the length in bytes, once it is UTF-8, from which a line is too
// long: more than any person fills. It bounds what a file without ends of lines
// can make us hold.
const MaxLine = 64 << 10

// An Encoding is how the characters of a file are written down.
type Encoding uint8

// The encodings. Detect goes by the mark at the start of a file, then by where
// its zero bytes are, and from there on by each line: one that is not UTF-8 is
// Windows-1252. Files that two programs wrote one after the other have both.
const (
	Detect Encoding = iota
	UTF8
	Windows1252
	UTF16LE
	UTF16BE
)

// A Line is one line of a file, as UTF-8 and without its end.
type Line struct {
	Number int // from 1
	Text   string
	// Problem says why Text is not, or not all, of what the line says, and Raw
	// then holds its bytes, those of a UTF-16 file apart.
	Problem, Raw string
}

// ProblemLong is what is wrong with a line of more than MaxLine bytes, whose
// start alone is kept.
var ProblemLong = fmt.Sprintf("longer than %d bytes", MaxLine)

// Lines reads a file line by line. A line ends in LF or CRLF.
type Lines struct {
	in     *bufio.Reader
	asked  Encoding
	found  Encoding
	reread int
	beyond bool // a line was UTF-8 and not ASCII
	number int
	bytes  int64
	raw    *countingReader // of a UTF-16 file; nil for others
}

// NewLines starts to read r. It reads ahead.
func NewLines(r io.Reader, e Encoding) *Lines {
	l := &Lines{in: bufio.NewReaderSize(r, MaxLine), asked: e, found: UTF8}
	start, _ := l.in.Peek(512)
	mark := 0
	switch {
	case strings.HasPrefix(string(start), "\ufeff") && (e == Detect || e == UTF8):
		mark = 3
	case strings.HasPrefix(string(start), "\xff\xfe") && (e == Detect || e == UTF16LE):
		mark, e = 2, UTF16LE
	case strings.HasPrefix(string(start), "\xfe\xff") && (e == Detect || e == UTF16BE):
		mark, e = 2, UTF16BE
	case e == Detect:
		e = sixteen(start)
	}
	n, _ := l.in.Discard(mark)
	l.bytes = int64(n)
	switch e {
	case UTF16LE, UTF16BE:
		order := unicode.LittleEndian
		if e == UTF16BE {
			order = unicode.BigEndian
		}
		l.raw = &countingReader{r: l.in}
		decoder := unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()
		l.in = bufio.NewReaderSize(transform.NewReader(l.raw, decoder), MaxLine)
		l.found = e
	case Windows1252:
		l.found = e
	}
	return l
}

// sixteen returns the encoding of a text in UTF-16 without a mark: half of its
// bytes, the same half throughout, are zero as long as it is in Latin letters.
// It returns Detect for others, and for what is too short to tell.
func sixteen(start []byte) Encoding {
	var zeros [2]int
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	enough := max(4, len(start)*2/5)
	switch {
	case zeros[0] == 0 && zeros[1] >= enough:
		return UTF16LE
	case zeros[1] == 0 && zeros[0] >= enough:
		return UTF16BE
	default:
		return Detect
	}
}

// Found returns the encoding as far as it is known yet. It is Windows1252 where
// at least one line was not UTF-8.
func (l *Lines) Found() Encoding { return l.found }

// Reread returns how many lines were not UTF-8 and were read as Windows-1252.
func (l *Lines) Reread() int { return l.reread }

// Bytes returns how much of the file was read, which runs ahead of the lines
// where the file is in UTF-16.
func (l *Lines) Bytes() int64 {
	if l.raw != nil {
		return l.bytes + l.raw.n
	}
	return l.bytes
}

// Number returns the number of the last line that Line returned or tried to.
func (l *Lines) Number() int { return l.number }

// Line returns the next line, or io.EOF behind the last one. With any other
// error comes no line: what was read of it may be half a number, and so another
// one.
func (l *Lines) Line() (Line, error) {
	b, err := l.in.ReadSlice('\n')
	if len(b) == 0 && errors.Is(err, io.EOF) {
		return Line{}, io.EOF
	}
	l.number++
	l.bytes += l.counted(len(b))
	line := Line{Number: l.number}
	if errors.Is(err, bufio.ErrBufferFull) {
		line.Text, line.Problem = l.long(b)
		line.Raw = string(b)
		for errors.Is(err, bufio.ErrBufferFull) {
			b, err = l.in.ReadSlice('\n')
			l.bytes += l.counted(len(b))
		}
	} else if err == nil || errors.Is(err, io.EOF) {
		if err != nil && l.cut(b) {
			line.Text, line.Problem = strings.ToValidUTF8(string(b), "\ufffd"), problemCut
		} else {
			line.Text, line.Problem = l.decode(trimEnd(b))
		}
		if line.Problem != "" {
			line.Raw = string(trimEnd(b))
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return Line{}, err
	}
	return line, nil
}

func (l *Lines) counted(n int) int64 {
	if l.raw != nil {
		return 0
	}
	return int64(n)
}

func trimEnd(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b
}

// long returns the start of a line that is too long, cut where a character may
// be cut.
func (l *Lines) long(start []byte) (text, problem string) {
	text, _ = l.decode(start)
	if len(text) > MaxLine-utf8.UTFMax {
		text = strings.ToValidUTF8(text[:MaxLine-utf8.UTFMax], "")
	}
	return text, ProblemLong
}

const (
	problemNUL     = "a NUL byte"
	problemUTF8    = "not valid UTF-8"
	problemUTF16   = "not valid UTF-16"
	problem1252    = "bytes that Windows-1252 does not have"
	problemCut     = "the file ends in the middle of a character"
	problemNeither = "neither UTF-8 nor Windows-1252 throughout"
)

// decode returns b as UTF-8. Where it has a problem, the text is as near as one
// can get.
func (l *Lines) decode(b []byte) (text, problem string) {
	switch {
	case l.asked == Windows1252:
		text, problem = windows1252(b)
	case utf8.Valid(b):
		text = string(b)
		l.beyond = l.beyond || !ascii(b)
		if l.raw != nil && strings.ContainsRune(text, utf8.RuneError) {
			problem = problemUTF16
		}
	case l.asked == UTF8:
		text, problem = strings.ToValidUTF8(string(b), "\ufffd"), problemUTF8
	case l.damaged(b):
		text, problem = strings.ToValidUTF8(string(b), "\ufffd"), problemNeither
	default:
		if text, problem = windows1252(b); problem == "" {
			l.reread++
			l.found = Windows1252
		}
	}
	if problem == "" && strings.IndexByte(text, 0) >= 0 {
		problem = problemNUL
	}
	return text, problem
}

// damaged reports whether b, which is not UTF-8, was UTF-8 once: a name that a
// program cut in the middle of a letter. Windows-1252 has characters of UTF-8
// too, by accident, where an accented capital stands before a sign.
func (l *Lines) damaged(b []byte) bool {
	if l.reread > 0 && !l.beyond {
		return false // the file is in Windows-1252
	}
	whole, broken := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			whole++
		}
		b = b[n:]
	}
	return whole >= broken
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func windows1252(b []byte) (text, problem string) {
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError || r >= 0x80 && r < 0xa0 {
			r, problem = utf8.RuneError, problem1252
		}
		s.WriteRune(r)
	}
	return s.String(), problem
}

// countingReader counts what is read through it.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
