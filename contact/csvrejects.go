package contact

import (
	"io"
	"slices"
	"strconv"

	"github.com/accordsdk/accord/internal/sheet"
)

// The columns that a file of rejected lines has more than the one they were
// read from: the number of the line in it, and what was wrong. An import of
// that file ignores them.
const (
	RejectLine   = "accord_line"
	RejectReason = "accord_reason"
)

// rejectsFile writes rejected lines to be corrected and imported again.
type rejectsFile struct {
	started bool
	buffer  []byte
	cells   []string
}

func (f *rejectsFile) write(w io.Writer, header []string, separator byte, record sheet.Record, e LineError) error {
	f.buffer = f.buffer[:0]
	if !f.started {
		f.started = true
		f.buffer = append(f.buffer, "\ufeff"...)
		f.row(header, header, separator, RejectLine, RejectReason)
	}
	fields := record.Fields
	if record.Problem != "" && (len(fields) == 0 || len(fields) > len(header)) {
		fields = []string{record.Raw}
	}
	reason := e.Err.Error()
	if e.Column != "" {
		reason = e.Column + ": " + reason
	}
	f.row(header, fields, separator, strconv.Itoa(e.Line), reason)
	_, err := w.Write(f.buffer)
	return err
}

// row adds a line: those fields that the header names, without what an earlier
// import said of them.
func (f *rejectsFile) row(header, fields []string, separator byte, line, reason string) {
	f.cells = f.cells[:0]
	for i, name := range header {
		switch {
		case name == RejectLine || name == RejectReason:
		case i < len(fields):
			f.cells = append(f.cells, sheet.Cell(fields[i]))
		default:
			f.cells = append(f.cells, "")
		}
	}
	f.buffer = sheet.AppendRow(f.buffer, separator, append(slices.Clip(f.cells), line, reason)...)
}
