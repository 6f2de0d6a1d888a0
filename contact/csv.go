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

	// RowAhead is Row for lines that several goroutines read, see Workers: it
	// is called from any of them, in no order. What it returns besides an
	// error, which may be nil, is called on the goroutine of ImportCSV, in the
	// order of the file, when the line goes into its batch. What get returns is
	// a part of a longer text, to be cloned if it is kept. Row or RowAhead may
	// be set, and not both.
	RowAhead func(line int, c *Contact, get func(column string) string) (in func(), err error)

	// Workers is how many goroutines read lines, besides one that takes them
	// from the file: they read ahead of what is put, and have all ended when
	// ImportCSV returns. With more than one, ParsePhone, Stamp and IDFrom are
	// called from several at once, which the Stamp of a suppression.Hasher does
	// not bear. Nothing else is: whatever the number, the same is put in the
	// same order, and the same reported. The default is one, the caller's own;
	// so it is where Row is set.
	Workers int

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
// store. It holds one batch in memory, and with Workers a few pieces of 64 KiB
// for each, however long the file.
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
	i := &importer{lineReader: lineReader{ImportOptions: o, zones: map[string]string{}}, store: store, in: sheet.NewReader(r, sheet.Encoding(o.Encoding))}
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
	case o.Row != nil && o.RowAhead != nil:
		return errors.New("contact: import: Row and RowAhead are both set")
	case o.Origin == nil && o.Row == nil && o.RowAhead == nil:
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
	lineReader
	store   Store
	in      *sheet.Reader
	at      sheet.Position // behind the last record that was counted
	now     readLine
	batch   []Contact
	first   int // line of the first contact in batch
	flushed int // batches
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
	err = i.head()
	i.at = i.in.Position()
	if err != nil {
		return err
	}
	if i.Workers > 1 && i.Row == nil {
		return i.runAhead(ctx)
	}
	for {
		if err := i.goesOn(ctx); err != nil {
			return err
		}
		record, err := i.in.Next(i.fields)
		i.at = i.in.Position()
		if err != nil {
			return i.ends(ctx, err)
		}
		i.line(&i.now, record)
		i.now.record, i.fields = record, record.Fields
		if err := i.settle(ctx, &i.now); err != nil {
			return err
		}
	}
}

// goesOn returns why the import is to end before the next line, or nil.
func (i *importer) goesOn(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("contact: import: before line %d: %w", i.at.Number+1, err)
	}
	return nil
}

// ends ends the import with what the file ended with.
func (i *importer) ends(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) {
		return i.flush(ctx, i.at.Number)
	}
	return fmt.Errorf("contact: import: line %d: %w", i.at.Number, err)
}

// settle counts a line that was read, and puts its contact into the batch.
func (i *importer) settle(ctx context.Context, l *readLine) error {
	i.report.Lines++
	if l.wrong != nil {
		return i.reject(*l.wrong, l.record)
	}
	if len(i.batch) == 0 {
		i.first = l.number
	}
	i.batch = append(i.batch, l.contact[0])
	for _, e := range l.unread {
		i.omit(e)
	}
	if l.in != nil {
		l.in()
	}
	if len(i.batch) < cap(i.batch) {
		return nil
	}
	return i.flush(ctx, l.number)
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
		i.flushed++
	}
	if i.Progress != nil {
		i.count()
		i.Progress(i.report.snapshot(0))
	}
	return nil
}

func (i *importer) count() {
	i.report.Bytes, i.report.Blank = i.at.Bytes, i.at.Blank
	i.report.Encoding, i.report.Reread = Encoding(i.at.Found), i.at.Reread
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
