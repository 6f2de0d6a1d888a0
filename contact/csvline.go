package contact

import (
	"errors"
	"slices"
	"strings"

	"github.com/accordsdk/accord/internal/sheet"
)

// A lineReader makes contacts of records, for one goroutine.
type lineReader struct {
	ImportOptions
	header  []string
	columns []mapped
	fields  []string
	zones   map[string]string // those found to be zones; to find one takes a file
	room    *lineRoom
	getter  func(column string) string
	asked   []askedColumn
}

// A readLine is a line of the file, read.
type readLine struct {
	number  int
	contact [1]Contact   // a list, as Stamp takes one
	unread  []LineError  // addresses that were left out
	in      func()       // to be called when contact goes into its batch; may be nil
	wrong   *LineError   // why there is no contact, and then
	record  sheet.Record // what the line was
}

// line reads a record into l, and leaves it to the caller to keep what it
// rejects.
func (i *lineReader) line(l *readLine, record sheet.Record) {
	*l = readLine{number: record.Line}
	if record.Problem != "" {
		l.wrong = &LineError{record.Line, "", errors.New(record.Problem)}
		return
	}
	i.fields = record.Fields
	l.contact[0], l.unread, l.wrong = i.read(record)
	if l.wrong != nil {
		return
	}
	if l.wrong = i.finish(l); l.wrong != nil {
		l.wrong.Line = record.Line
		l.contact[0] = Contact{}
	}
}

// finish does to the contact of l what the host asked for, and says why it
// cannot be put.
func (i *lineReader) finish(l *readLine) *LineError {
	c := &l.contact[0]
	stamped := Point{}
	if c.ID == "" && i.IDFrom != nil && len(c.Points) > 0 {
		if i.Stamp != nil {
			i.Stamp(l.contact[:])
			stamped = c.Points[0]
		}
		c.ID = i.IDFrom(c)
	}
	if wrong := i.addressed(c); wrong != nil {
		return wrong
	}
	if i.Row != nil || i.RowAhead != nil {
		if err := i.row(l); err != nil {
			return &LineError{Err: err}
		}
		c.Base = i.Base
		slices.SortStableFunc(c.Attributes, func(a, b Attribute) int { return strings.Compare(a.Name, b.Name) })
		if wrong := i.addressed(c); wrong != nil {
			return wrong
		}
	}
	if i.Stamp != nil && (len(c.Points) != 1 || c.Points[0] != stamped) {
		i.Stamp(l.contact[:])
	}
	return usable(c)
}

func (i *lineReader) row(l *readLine) (err error) {
	if i.getter == nil {
		i.getter = i.get
	}
	if i.RowAhead == nil {
		return i.Row(l.number, &l.contact[0], func(column string) string { return strings.Clone(i.get(column)) })
	}
	l.in, err = i.RowAhead(l.number, &l.contact[0], i.getter)
	return err
}

// addressed says whether c can be named and written to.
func (i *lineReader) addressed(c *Contact) *LineError {
	if c.ID == "" {
		wrong := &LineError{Err: errors.New("no ID")}
		for _, m := range i.columns {
			if m.Kind == IDColumn {
				wrong.Column = m.Name
			}
		}
		return wrong
	}
	if len(c.Points) == 0 {
		return &LineError{Err: errors.New("no address")}
	}
	return nil
}

// usable says why a store would not take c, in words that do not quote it, or
// why nobody could ever write to it.
func usable(c *Contact) *LineError {
	if len(c.Origins) == 0 {
		return &LineError{Err: errors.New("no origin")}
	}
	for _, p := range c.Origins {
		if err := p.Origin.Validate(); err != nil {
			return &LineError{Err: err}
		}
	}
	if c.Validate() != nil {
		return &LineError{Err: errors.New("an address is empty, or an attribute given twice")}
	}
	return nil
}

// get returns a cell, which may be a part of a longer text.
func (i *lineReader) get(column string) string {
	at := i.find(column)
	if at < 0 {
		return ""
	}
	return sheet.Cell(i.fields[at])
}

// find returns where column is, or -1. Whoever asks for one asks for it on every
// line.
func (i *lineReader) find(column string) int {
	for n := range i.asked {
		if i.asked[n].column == column {
			return i.asked[n].at
		}
	}
	at, err := sheet.Find(i.header, column)
	if err != nil || column == "" {
		at = -1
	}
	if len(i.asked) < len(i.header) {
		i.asked = append(i.asked, askedColumn{strings.Clone(column), at})
	}
	return at
}

// An askedColumn is one that was looked for, and where it is.
type askedColumn struct {
	column string
	at     int
}

// A lineRoom is memory for the contacts of many lines. A nil one has none, and
// each line takes its own.
type lineRoom struct {
	points  []Point
	origins []Provenance
}

// reset makes room for that many lines, in the place of those before.
func (r *lineRoom) reset(lines int) {
	r.points, r.origins = slices.Grow(r.points[:0], lines), slices.Grow(r.origins[:0], lines)
}

// point returns an empty list with room for one.
func (r *lineRoom) point() []Point {
	if r == nil || len(r.points) == cap(r.points) {
		return nil
	}
	n := len(r.points)
	r.points = r.points[:n+1]
	return r.points[n : n : n+1]
}

// origin returns a list of the one.
func (r *lineRoom) origin(o *Origin) []Provenance {
	if r == nil || len(r.origins) == cap(r.origins) {
		return []Provenance{{Origin: o}}
	}
	n := len(r.origins)
	r.origins = append(r.origins, Provenance{Origin: o})
	return r.origins[n : n+1 : n+1]
}
