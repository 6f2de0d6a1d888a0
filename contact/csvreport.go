package contact

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A LineError says what is wrong with a line of a file, and never repeats what
// stands there.
type LineError struct {
	Line   int    // of the file, from 1; the header has one too
	Column string // its name, or "" when the line as a whole is wrong
	Err    error
}

// Error returns, for example, "line 12: phone: too few digits: not an address".
func (e LineError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d: %s: %v", e.Line, e.Column, e.Err)
}

// Unwrap returns e.Err.
func (e LineError) Unwrap() error { return e.Err }

type lineReason struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Reason string `json:"reason"`
}

// MarshalJSON writes line, column and reason.
func (e LineError) MarshalJSON() ([]byte, error) {
	return json.Marshal(lineReason{e.Line, e.Column, e.Err.Error()})
}

// UnmarshalJSON reads what [LineError.MarshalJSON] writes. The reason has the
// same words, and wraps nothing.
func (e *LineError) UnmarshalJSON(text []byte) error {
	var r lineReason
	if err := json.Unmarshal(text, &r); err != nil {
		return fmt.Errorf("contact: line error: %w", err)
	}
	*e = LineError{r.Line, r.Column, errors.New(r.Reason)}
	return nil
}

// An ImportReport accounts for every line of a file: Lines is always the sum of
// Created, Merged, Unchanged, Rejected and Unsettled.
type ImportReport struct {
	// Lines are the data lines read. A line whose quoted field goes on over
	// several counts once.
	Lines int `json:"lines"`

	// What became of them, as Store.Put answered.
	Created   int `json:"created"`
	Merged    int `json:"merged"`
	Unchanged int `json:"unchanged"`
	// Rejected lines changed nothing in the store.
	Rejected int `json:"rejected"`
	// Unsettled lines were read, and not known to be put when the import ended
	// with an error, or when this report was made. To import the file again
	// settles them.
	Unsettled int `json:"unsettled"`

	// Omitted counts addresses that could not be read, in lines that were
	// imported for another one.
	Omitted int `json:"omitted"`
	// Blank lines have nothing on them and are not data.
	Blank int   `json:"blank"`
	Bytes int64 `json:"bytes"` // read so far

	// Rejects and Omissions are the first of them, see ImportOptions.Keep.
	Rejects   []LineError `json:"rejects,omitempty"`
	Omissions []LineError `json:"omissions,omitempty"`
	// Columns are those that were mapped, and Ignored the names of the others.
	Columns []Column `json:"columns,omitempty"`
	Ignored []string `json:"ignored,omitempty"`

	// Separator and Encoding are what the file was found to have. Reread lines
	// were not UTF-8, and were read as Windows-1252.
	Separator string   `json:"separator,omitempty"`
	Encoding  Encoding `json:"encoding"`
	Reread    int      `json:"reread,omitempty"`
}

// String returns the counts on one line.
func (r ImportReport) String() string {
	lines := "lines"
	if r.Lines == 1 {
		lines = "line"
	}
	s := fmt.Sprintf("%d %s: %d created, %d merged, %d unchanged, %d rejected", r.Lines, lines, r.Created, r.Merged, r.Unchanged, r.Rejected)
	if r.Unsettled > 0 {
		s += fmt.Sprintf(", %d unsettled", r.Unsettled)
	}
	return s
}

// snapshot returns r for somebody else to keep.
func (r ImportReport) snapshot(pending int) ImportReport {
	r.Unsettled = pending
	r.Rejects, r.Omissions, r.Ignored = slices.Clip(r.Rejects), slices.Clip(r.Omissions), slices.Clip(r.Ignored)
	return r
}
