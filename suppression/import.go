package suppression

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/sheet"
	"github.com/google/uuid"
)

// ImportOptions say how [Import] reads a file and what it makes of a line.
type ImportOptions struct {
	// File names the file in entries and in their IDs: importing a file under
	// one name twice changes nothing.
	File string
	// Parse reads an address as people write it; see package contact/phone. The
	// default is contact.ParseAddress.
	Parse func(raw string) (contact.Address, error)
	// Encoding is how the characters of the file are written. By default it is
	// found, line by line.
	Encoding contact.Encoding
	// Column is the header of the column with the address. Empty means that the
	// file has no header and one address a line. Letter case, accents and
	// punctuation make no difference where no column has the very name.
	Column string
	// DateColumn is the header of the column that says when the person refused;
	// empty means that At stands for all. Layout is how it is written, as for
	// time.Parse; by default as France writes dates, or ISO 8601: see
	// contact.Column. Zone is that of dates which name none; the default is UTC.
	DateColumn, Layout string
	Zone               *time.Location
	// Comma stands between columns: one ASCII character. By default it is found
	// in the first lines: a semicolon, a comma, a tab or a bar.
	Comma rune
	// At is when the people refused, where no column says so. Recorded is now.
	At, Recorded time.Time
	// Class is Refusal by default.
	Class Class
	Scope contact.Scope
	// Reason is FromFile by default.
	Reason Reason
	// Client and Campaign are for exclusions, Until for what ends.
	Client   contact.PartyID
	Campaign string
	Until    time.Time
	// Unreadable is handed every line that holds no address that can be read,
	// as it stands, with its number in the file from 1: a refusal that cannot be
	// read is still a refusal, and the host must keep it. Of a line of more than
	// 64 KiB it gets the start. An error from it ends the import. It is required.
	Unreadable func(line int, raw string, reason error) error
}

// An ImportReport accounts for every line of a file that is not blank: Lines is
// the sum of Added, Already, Unreadable and Unsettled.
type ImportReport struct {
	Lines      int `json:"lines"`
	Added      int `json:"added"`
	Already    int `json:"already"` // there before, or twice in the file
	Unreadable int `json:"unreadable"`
	// Unsettled lines were read, and not known to be on the list when the import
	// ended with an error.
	Unsettled int `json:"unsettled,omitzero"`
	// Undated lines, among those added or there already, have no date that could
	// be read, or one after Recorded. At, or else Recorded, stands for it.
	Undated int `json:"undated,omitzero"`
}

const importBatch = 1000

// errNoAddress is what is wrong with a line on which Parse found nothing.
var errNoAddress = fmt.Errorf("suppression: no address: %w", contact.ErrAddress)

// Import reads addresses from r, plain text or CSV as contact.ImportCSV reads
// it, and adds an entry for each. It holds one batch in memory, however long the
// file. A line of the file is a line of the report: a quoted field that goes on
// over several, as comments do, cannot take the addresses after it along.
//
// An error says why it ended before the file did; what the report counts as
// added is on the list, and importing the file again completes it.
func Import(ctx context.Context, list List, keyring *Keyring, r io.Reader, o ImportOptions) (ImportReport, error) {
	in := importer{list: list, key: keyring.ID(), hasher: keyring.Hasher(), o: o, seen: map[uuid.UUID]bool{}}
	in.take = in.line
	if err := in.prepare(); err != nil {
		return ImportReport{}, err
	}
	err := in.read(ctx, r)
	if err == nil {
		err = in.flush(ctx)
	}
	in.report.Unsettled = in.pending
	if err != nil {
		return in.report, fmt.Errorf("suppression: import %q: %w", o.File, err)
	}
	return in.report, nil
}

type importer struct {
	list   List
	key    contact.KeyID
	hasher *Hasher
	o      ImportOptions
	// take takes one line of the file, and its cells.
	take    func(ctx context.Context, n int, raw, cell, date string) error
	space   uuid.UUID // of the IDs of entries
	batch   []Entry
	seen    map[uuid.UUID]bool // in batch
	pending int                // lines of batch, duplicates among them
	report  ImportReport
}

func (in *importer) prepare() error {
	o := &in.o
	if o.Parse == nil {
		o.Parse = contact.ParseAddress
	}
	if o.Class == NoClass {
		o.Class = Refusal
	}
	if o.Reason == "" {
		o.Reason = FromFile
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	fail := func(what string) error { return errors.New("suppression: import: " + what) }
	switch {
	case o.File == "":
		return fail("File is empty")
	case o.Recorded.IsZero():
		return fail("Recorded is the zero time")
	case o.Unreadable == nil:
		return fail("Unreadable is nil, and unreadable refusals must be kept")
	case o.At.IsZero() && o.DateColumn == "":
		return fail("neither At nor DateColumn says when the people refused")
	case o.DateColumn != "" && o.Column == "":
		return fail("DateColumn is set, and Column is empty")
	case o.Encoding > contact.UTF16BE:
		return fail("Encoding is none of the known ones")
	case o.Comma >= 0x80 || strings.ContainsRune("\"\r\n", o.Comma):
		return fail("Comma is not an ASCII character that can stand between columns")
	case o.DateColumn != "" && o.DateColumn == o.Column:
		return fail("DateColumn and Column are the same")
	}
	in.space = o.space()
	e := in.entry(1, contact.Fingerprint{1}, o.Recorded)
	if field, what := e.wrong(); field != "" {
		return fail(field + " " + what)
	}
	if err := o.Scope.Validate(); err != nil {
		return fmt.Errorf("suppression: import: Scope: %w", err)
	}
	return nil
}

// line takes one line of the file. What cannot be read goes to the host.
func (in *importer) line(ctx context.Context, n int, raw, address, date string) error {
	in.report.Lines++
	a, err := in.o.Parse(address)
	if err == nil && a.IsZero() {
		err = errNoAddress
	}
	if err != nil {
		return in.unreadable(n, raw, in.inColumn(err))
	}
	f := in.hasher.Fingerprint(a)
	in.pending++
	if e := in.entry(n, f, in.happened(date)); !in.seen[e.ID] {
		in.seen[e.ID] = true
		in.batch = append(in.batch, e)
	}
	if in.pending < importBatch {
		return nil
	}
	return in.flush(ctx)
}

// inColumn says in which column err was found, where there are columns.
func (in *importer) inColumn(err error) error {
	if in.o.Column == "" {
		return err
	}
	return fmt.Errorf("column %q: %w", in.o.Column, err)
}

func (in *importer) unreadable(n int, raw string, err error) error {
	in.report.Unreadable++
	if err := in.o.Unreadable(n, raw, err); err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	return nil
}

// happened reads the date of a line. One that cannot be read does not cost the
// refusal, and one in the future must not make it wait for its time to come.
func (in *importer) happened(date string) time.Time {
	t := in.o.At
	if in.o.DateColumn != "" {
		read, err := in.date(date)
		if err == nil && !read.IsZero() && !read.After(in.o.Recorded) {
			return read
		}
		in.report.Undated++
	}
	if t.IsZero() {
		return in.o.Recorded
	}
	return t
}

func (in *importer) date(cell string) (time.Time, error) {
	if in.o.Layout == "" {
		return sheet.Date(cell, in.o.Zone)
	}
	return time.ParseInLocation(in.o.Layout, cell, in.o.Zone)
}

func (in *importer) entry(n int, f contact.Fingerprint, happened time.Time) Entry {
	o := &in.o
	return Entry{
		ID: in.id(f), Class: o.Class, Fingerprint: f, Scope: o.Scope, Reason: o.Reason,
		Client: o.Client, Campaign: o.Campaign, Until: o.Until.UTC().Truncate(time.Microsecond),
		Happened: happened.UTC().Truncate(time.Microsecond), Recorded: o.Recorded.UTC().Truncate(time.Microsecond),
		Origin: fmt.Sprintf("file %s line %d", o.File, n),
	}
}

// id names the entry of an address in a file, the same at every import. It
// does not depend on the line, so that a corrected file is the same file.
func (in *importer) id(f contact.Fingerprint) uuid.UUID {
	return uuid.NewSHA1(in.space, f[:])
}

// space is where the IDs of this import live: everything that they depend on
// but the address.
func (o *ImportOptions) space() uuid.UUID {
	s := &o.Scope
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "accord import %q %q %q %q %q %v %v %q %q",
		o.File, s.Controller, s.Group, s.Base, s.Purpose, s.Channels, o.Class, o.Client, o.Campaign))
}

// flush puts the batch on the list. The first import of an address stays: its
// times and its line do not change.
func (in *importer) flush(ctx context.Context) error {
	added, err := addFresh(ctx, in.list, in.key, in.batch)
	if err != nil {
		return err
	}
	in.report.Added += added
	in.report.Already += in.pending - added
	in.batch, in.pending = in.batch[:0], 0
	clear(in.seen)
	return nil
}

// addFresh adds those of es that are not on the list yet, and returns how many
// those were. What is there stays as it is: lifted, or with other times.
func addFresh(ctx context.Context, list List, key contact.KeyID, es []Entry) (int, error) {
	fresh, err := unmatched(ctx, list, key, es)
	if err != nil {
		return 0, err
	}
	added, err := list.Add(ctx, key, fresh)
	// An entry that was lifted, or that another import added meanwhile, is there
	// without having matched.
	for range 3 {
		if !errors.Is(err, ErrConflict) {
			break
		}
		if fresh, err = missing(ctx, list, fresh); err == nil {
			added, err = list.Add(ctx, key, fresh)
		}
	}
	return added, err
}

// unmatched returns those of es that do not stand on the list under their
// fingerprints yet.
func unmatched(ctx context.Context, list List, key contact.KeyID, es []Entry) ([]Entry, error) {
	fs := make([]contact.Fingerprint, len(es))
	for i := range es {
		fs[i] = es[i].Fingerprint
	}
	hits, err := list.Match(ctx, key, fs)
	if err != nil {
		return nil, err
	}
	there := map[uuid.UUID]bool{}
	for i := range hits {
		there[hits[i].Entry.ID] = true
	}
	var fresh []Entry
	for _, e := range es {
		if !there[e.ID] {
			fresh = append(fresh, e)
		}
	}
	return fresh, nil
}

// missing returns those of es that are not there, asking for each.
func missing(ctx context.Context, list List, es []Entry) ([]Entry, error) {
	var fresh []Entry
	for _, e := range es {
		_, _, err := list.Get(ctx, e.ID)
		if err == nil {
			continue
		}
		if !errors.Is(err, contact.ErrNotFound) {
			return nil, err
		}
		fresh = append(fresh, e)
	}
	return fresh, nil
}
