package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A Position is how far a file was read: what [Reader] says behind a record.
type Position struct {
	Number int // of the last line
	Blank  int
	Bytes  int64
	Found  Encoding
	Reread int
}

// Position returns how far r has read.
func (r *Reader) Position() Position {
	return Position{Number: r.Number(), Blank: r.blank, Bytes: r.Bytes(), Found: r.Found(), Reread: r.Reread()}
}

// maxRecords is how many records of a [Piece] are read one by one at most.
const maxRecords = 256

// A Piece is what stands next in a file: records that had to be read one behind
// the other, and then lines that need not be, since nothing in them says how
// others are to be read. Whoever has a piece can read it while the next one is
// taken. Together pieces have the records, and the positions, that
// [Reader.Next] would have returned.
type Piece struct {
	// End is where the file was when the piece was taken, and Err why there is
	// no other: io.EOF, or what the file failed with.
	End Position
	Err error

	one       []Record
	behind    []Position // each of one
	text      string     // lines, each with its end
	at        Position   // before text
	separator byte
	want      int
}

// Piece takes the next piece.
func (r *Reader) Piece() *Piece {
	p := &Piece{separator: r.separator, want: r.want}
	for len(p.one) < maxRecords {
		p.at = r.Position()
		if p.text = r.ahead(); p.text != "" {
			break
		}
		record, err := r.Next(nil)
		if err != nil {
			p.Err = err
			break
		}
		p.one, p.behind = append(p.one, record), append(p.behind, r.Position())
	}
	p.End = r.Position()
	return p
}

// ahead takes the lines that were read from the file already and that any
// goroutine can read: in UTF-8 throughout, without a quotation mark, by which a
// field may go on over several lines, and without a NUL byte. It returns "" for
// none.
func (r *Reader) ahead() string {
	if len(r.again) > 0 || r.raw != nil || r.asked == Windows1252 {
		return ""
	}
	b, _ := r.in.Peek(r.in.Buffered())
	b = before(b, bytes.IndexByte(b, '"'))
	b = before(b, invalid(b))
	b = before(b, bytes.IndexByte(b, 0))
	b = b[:bytes.LastIndexByte(b, '\n')+1]
	if len(b) == 0 {
		return ""
	}
	text := string(b)
	r.number += bytes.Count(b, []byte{'\n'})
	r.bytes += int64(len(b))
	r.blank += blanks(text)
	r.beyond = r.beyond || !ascii(b)
	_, _ = r.in.Discard(len(b))
	return text
}

// before returns what of b stands before i, or b where i is negative.
func before(b []byte, i int) []byte {
	if i < 0 {
		return b
	}
	return b[:i]
}

// invalid returns where b is not UTF-8, or -1. A character that is cut at the
// end of b is not.
func invalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// blanks returns how many lines of text have nothing on them.
func blanks(text string) (n int) {
	if !strings.Contains(text, "\n\n") && !strings.Contains(text, "\n\r\n") && text[0] != '\n' && text[0] != '\r' {
		return 0
	}
	for line := range strings.Lines(text) {
		if line == "\n" || line == "\r\n" {
			n++
		}
	}
	return n
}

// Most returns how many records p has, or a few more.
func (p *Piece) Most() int { return len(p.one) + strings.Count(p.text, "\n") }

// Next returns the next record of p, whose fields are appended to fields[:0] or
// are its own, and the position behind it, or false behind the last. The texts
// of a record are parts of one that holds many.
func (p *Piece) Next(fields []string) (Record, Position, bool) {
	if len(p.one) > 0 {
		record, at := p.one[0], p.behind[0]
		p.one, p.behind = p.one[1:], p.behind[1:]
		return record, at, true
	}
	for p.text != "" {
		end := strings.IndexByte(p.text, '\n')
		line := p.text[:end]
		p.text = p.text[end+1:]
		p.at.Number++
		p.at.Bytes += int64(end) + 1
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			p.at.Blank++
			continue
		}
		record := Record{Line: p.at.Number, Raw: line}
		record.Fields, record.Problem = split(line, p.separator, p.want, fields[:0])
		return record, p.at, true
	}
	return Record{}, Position{}, false
}
