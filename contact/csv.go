package contact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/sheet"
)

// ImportOptions say what [ImportCSV] reads and what it makes of it. Base and
// Origin are required; the zero value of the others is the default that their
// comment says.
type ImportOptions struct {
	Base BaseID
	// Origin is where the data came from, shared by all contacts of the file.
	// It may be nil only when Row gives each contact its own.
	Origin *Origin
	// Columns say what the columns of the file hold. When there are none, Map
	// says it once the header is known; its default is [RecognizeColumns].
	Columns []Column
	Map     func(header []string) ([]Column, error)

	// Encoding is how the characters of the file are written. By default it is
	// found, line by line.
	Encoding Encoding
	// Separator stands between fields: one ASCII character. By default it is
	// found in the first lines: a semicolon, a comma, a tab or a bar.
	Separator rune
	// ParsePhone reads a phone number as people write it; see package
	// contact/phone. The default is ParseE164. Its error is reported, without
	// what it read should it repeat it.
	ParsePhone func(raw string) (Address, error)
	// Zone is that of collection dates which name none: where the file comes
	// from. The default is UTC.
	Zone *time.Location

	// Stamp sets the fingerprints of contacts, and Key names the secret they
	// are made with: suppression.Hasher.Stamp and suppression.Keyring.ID. Both
	// or neither; without, the contacts have no fingerprints.
	Stamp func([]Contact)
	Key   KeyID

	// IDFrom names a contact whose line has no ID, by its fingerprints for
	// example, which it has where Stamp is set. By default such lines are
	// rejected.
	IDFrom func(c *Contact) ID
	// Row is called for each line that would be put, with its contact and a
	// reader for any column of the header ("" for others). It may change the
	// contact, and must not keep it. An error rejects the line, and is reported
	// as it is: it should say nothing of the person. The line is not in the
	// store yet when Row is called, and not at all should its batch fail.
	Row func(line int, c *Contact, get func(column string) string) error

	// Batch is how many contacts are put at a time. The default is 1,000.
	Batch int
	// Keep is how many rejects, and how many omissions, the report lists; the
	// counts are always exact. The default is 100, a negative number is none.
	Keep int
	// Rejected and Omitted are told of every one.
	Rejected, Omitted func(LineError)
	// Rejects gets a file of the rejected lines: with the header, separator and
	// cells of this one and two columns more, [RejectLine] and [RejectReason],
	// in UTF-8. Whoever corrects the cells can import it as it is. A line that
	// has no cells, such as one with a quotation mark too many, stands whole in
	// the first. Nothing is written where nothing is rejected. The file holds
	// what the lines hold: addresses, in the clear.
	Rejects io.Writer
	// Progress is called after each batch.
	Progress func(ImportReport)
}

// ImportCSV reads contacts from r, a CSV file with a header, and puts them into
// store. It holds one batch in memory, however long the file.
//
// It reads files as people and their programs write them: UTF-8 with or without
// a mark, UTF-16, Windows-1252, also line by line; lines that end in LF or CRLF;
// a first line sep=; as Excel has it; cells such as ="0612345678" or '0612345678
// that keep a zero; quoted cells of several lines, up to 32.
//
// Every line is accounted for in the report. A line is rejected, and the next
// one read, when it has another number of fields than the header, quotation
// marks that do not match, bytes that its encoding does not have, more than
// 65,536 bytes, no ID, no address that can be read, or another cell that is not
// what its column holds. An address that cannot be read is left out where its
// line has another one. An empty cell changes nothing: neither in the contact
// nor in the store. A contact that stands in the file twice is put twice, and
// keeps both origins.
//
// The error says why the import ended before the file did: wrong options, a
// mapped column that the header does not have, a store or a writer that failed,
// or ctx. The report is right in any case. Importing a file again is safe.
func ImportCSV(ctx context.Context, r io.Reader, store Store, o ImportOptions) (ImportReport, error) {
	if err := o.check(store); err != nil {
		return ImportReport{}, err
	}
	i := &importer{ImportOptions: o, store: store, in: sheet.NewReader(r, sheet.Encoding(o.Encoding)), zones: map[string]string{}}
	i.batch = make([]Contact, 0, o.Batch)
	err := i.run(ctx)
	i.count()
	return i.report.snapshot(len(i.batch)), err
}

// check returns an error that names the first option that is wrong, and sets
// the defaults of the others.
func (o *ImportOptions) check(store Store) error {
	if o.ParsePhone == nil {
		o.ParsePhone = ParseE164
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Batch <= 0 {
		o.Batch = 1000
	}
	if o.Keep == 0 {
		o.Keep = 100
	}
	if o.Map == nil {
		o.Map = func(header []string) ([]Column, error) { return RecognizeColumns(header), nil }
	}
	switch {
	case store == nil:
		return errors.New("contact: import: no store")
	case o.Base == "":
		return errors.New("contact: import: Base is empty")
	case o.Origin == nil && o.Row == nil:
		return errors.New("contact: import: Origin is nil, and there is no Row to set others")
	case o.Encoding > UTF16BE:
		return errors.New("contact: import: Encoding is none of the known ones")
	case o.Separator >= 0x80 || strings.ContainsRune("\"\r\n", o.Separator):
		return errors.New("contact: import: Separator is not an ASCII character that can stand between fields")
	case (o.Stamp == nil) != (o.Key == KeyID{}):
		return errors.New("contact: import: Stamp and Key go together, and one is missing")
	}
	if o.Origin != nil {
		if err := o.Origin.Validate(); err != nil {
			return fmt.Errorf("contact: import: Origin: %w", err)
		}
	}
	if len(o.Columns) == 0 {
		return nil // not known yet
	}
	return checkColumns(o.Columns, o.IDFrom != nil)
}

type importer struct {
	ImportOptions
	store   Store
	in      *sheet.Reader
	header  []string
	columns []mapped
	batch   []Contact
	first   int // line of the first contact in batch
	fields  []string
	zones   map[string]string // those found to be zones; to find one takes a file
	rejects rejectsFile
	report  ImportReport
}

// head reads the header, and finds the columns in it.
func (i *importer) head() (err error) {
	if i.header, err = i.in.Header(byte(i.Separator), i.known); err != nil {
		return fmt.Errorf("contact: import: header: %w", err)
	}
	i.report.Separator = string(i.in.Separator())
	if len(i.Columns) == 0 {
		if i.Columns, err = i.Map(slices.Clone(i.header)); err != nil {
			return fmt.Errorf("contact: import: Map: %w", err)
		}
		if err := checkColumns(i.Columns, i.IDFrom != nil); err != nil {
			return err
		}
	}
	if i.columns, i.report.Ignored, err = mapColumns(i.Columns, i.header); err != nil {
		return err
	}
	i.report.Columns = slices.Clone(i.Columns)
	return nil
}

// known returns how many names of a header say what their column holds.
func (i *importer) known(names []string) int {
	if len(i.Columns) == 0 {
		return len(RecognizeColumns(names))
	}
	n := 0
	for _, c := range i.Columns {
		if _, err := sheet.Find(names, c.Name); err == nil {
			n++
		}
	}
	return n
}

func (i *importer) run(ctx context.Context) (err error) {
	if err := i.head(); err != nil {
		return err
	}
	for {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("contact: import: before line %d: %w", i.in.Number()+1, err)
		}
		record, err := i.in.Next(i.fields)
		if errors.Is(err, io.EOF) {
			return i.flush(ctx, i.in.Number())
		}
		if err != nil {
			return fmt.Errorf("contact: import: line %d: %w", i.in.Number(), err)
		}
		i.fields = record.Fields
		i.report.Lines++
		if wrong := i.add(record); wrong != nil {
			if err := i.reject(*wrong, record); err != nil {
				return err
			}
		}
		if len(i.batch) == cap(i.batch) {
			if err := i.flush(ctx, record.Line); err != nil {
				return err
			}
		}
	}
}

// add puts the contact of a line into the batch, or says why not.
func (i *importer) add(record sheet.Record) *LineError {
	if record.Problem != "" {
		return &LineError{record.Line, "", errors.New(record.Problem)}
	}
	c, unread, wrong := i.read(record)
	if wrong != nil {
		return wrong
	}
	last := len(i.batch)
	i.batch = append(i.batch, c)
	if wrong := i.finish(record.Line, i.batch[last:]); wrong != nil {
		wrong.Line = record.Line
		clear(i.batch[last:])
		i.batch = i.batch[:last]
		return wrong
	}
	if last == 0 {
		i.first = record.Line
	}
	for _, e := range unread {
		i.omit(e)
	}
	return nil
}

// finish does to the one contact given what the host asked for, and says why it
// cannot be put.
func (i *importer) finish(line int, one []Contact) *LineError {
	c := &one[0]
	if c.ID == "" && i.IDFrom != nil && len(c.Points) > 0 {
		if i.Stamp != nil {
			i.Stamp(one)
		}
		c.ID = i.IDFrom(c)
	}
	if wrong := i.addressed(c); wrong != nil {
		return wrong
	}
	if i.Row != nil {
		if err := i.Row(line, c, i.get); err != nil {
			return &LineError{Err: err}
		}
		c.Base = i.Base
		slices.SortStableFunc(c.Attributes, func(a, b Attribute) int { return strings.Compare(a.Name, b.Name) })
		if wrong := i.addressed(c); wrong != nil {
			return wrong
		}
	}
	if i.Stamp != nil {
		i.Stamp(one)
	}
	return usable(c)
}

// addressed says whether c can be named and written to.
func (i *importer) addressed(c *Contact) *LineError {
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

func (i *importer) get(column string) string {
	if column == "" {
		return ""
	}
	if at, err := sheet.Find(i.header, column); err == nil {
		return strings.Clone(sheet.Cell(i.fields[at]))
	}
	return ""
}

// flush puts the batch, whose last line is given.
func (i *importer) flush(ctx context.Context, last int) error {
	if len(i.batch) > 0 {
		done, err := i.store.Put(ctx, i.Key, i.batch)
		if err == nil && len(done) != len(i.batch) {
			err = fmt.Errorf("the store answered for %d contacts of %d", len(done), len(i.batch))
		}
		if err != nil {
			return fmt.Errorf("contact: import: lines %d to %d: %w", i.first, last, err)
		}
		for _, merge := range done {
			switch merge {
			case Created:
				i.report.Created++
			case Merged:
				i.report.Merged++
			default:
				i.report.Unchanged++
			}
		}
		clear(i.batch)
		i.batch = i.batch[:0]
	}
	if i.Progress != nil {
		i.count()
		i.Progress(i.report.snapshot(0))
	}
	return nil
}

func (i *importer) count() {
	i.report.Bytes, i.report.Blank = i.in.Bytes(), i.in.Blank()
	i.report.Encoding, i.report.Reread = Encoding(i.in.Found()), i.in.Reread()
}

func (i *importer) reject(e LineError, record sheet.Record) error {
	i.report.Rejected++
	if len(i.report.Rejects) < i.Keep {
		i.report.Rejects = append(i.report.Rejects, e)
	}
	if i.Rejected != nil {
		i.Rejected(e)
	}
	if i.Rejects == nil {
		return nil
	}
	if err := i.rejects.write(i.Rejects, i.header, i.in.Separator(), record, e); err != nil {
		return fmt.Errorf("contact: import: line %d: Rejects: %w", e.Line, err)
	}
	return nil
}

func (i *importer) omit(e LineError) {
	i.report.Omitted++
	if len(i.report.Omissions) < i.Keep {
		i.report.Omissions = append(i.report.Omissions, e)
	}
	if i.Omitted != nil {
		i.Omitted(e)
	}
}
