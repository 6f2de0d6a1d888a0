package suppression

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
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
	// Column is the header of the column with the address. Empty means that the
	// file has no header and one address a line.
	Column string
	// DateColumn is the header of the column that says when the person refused;
	// empty means that At stands for all. Layout is how it is written, as for
	// time.Parse; the default is 2006-01-02, in UTC.
	DateColumn, Layout string
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
	// as it stands: a refusal that cannot be read is still a refusal, and the
	// host must keep it. It is required.
	Unreadable func(line int, raw string, reason error) error
}

// An ImportReport accounts for every line of a file: Lines is the sum of the
// others.
type ImportReport struct {
	Lines      int `json:"lines"`
	Added      int `json:"added"`
	Already    int `json:"already"` // there before, or twice in the file
	Unreadable int `json:"unreadable"`
}

const importBatch = 1000

// Import reads addresses from r, plain text or CSV in UTF-8, and adds an entry
// for each. It holds one batch in memory, however long the file. An error says
// why it ended before the file did; what the report counts as added is there.
// Importing the file again completes it.
func Import(ctx context.Context, list List, keyring *Keyring, r io.Reader, o ImportOptions) (ImportReport, error) {
	in := importer{list: list, keyring: keyring, hasher: keyring.Hasher(), o: o}
	if err := in.prepare(); err != nil {
		return ImportReport{}, err
	}
	read := in.lines
	if o.Column != "" {
		read = in.table
	}
	err := read(ctx, r)
	if err == nil {
		err = in.flush(ctx)
	}
	if err != nil {
		return in.report, fmt.Errorf("suppression: import %q: %w", o.File, err)
	}
	return in.report, nil
}

type importer struct {
	list    List
	keyring *Keyring
	hasher  *Hasher
	o       ImportOptions
	batch   []Entry
	pending int // in batch, duplicates among them
	report  ImportReport
}

func (in *importer) prepare() error {
	o := &in.o
	switch {
	case o.File == "":
		return errors.New("suppression: import: File is empty")
	case o.Recorded.IsZero():
		return errors.New("suppression: import: Recorded is the zero time")
	case o.Unreadable == nil:
		return errors.New("suppression: import: Unreadable is nil, and unreadable refusals must be kept")
	case o.At.IsZero() && o.DateColumn == "":
		return errors.New("suppression: import: neither At nor DateColumn says when the people refused")
	case o.DateColumn != "" && o.Column == "":
		return errors.New("suppression: import: DateColumn is set, and Column is empty")
	}
	if o.Parse == nil {
		o.Parse = contact.ParseAddress
	}
	if o.Class == NoClass {
		o.Class = Refusal
	}
	if o.Reason == "" {
		o.Reason = FromFile
	}
	if o.Layout == "" {
		o.Layout = time.DateOnly
	}
	return o.Scope.Validate()
}

// lines reads one address a line. Blank lines are not lines of the report.
func (in *importer) lines(ctx context.Context, r io.Reader) error {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, 1<<20)
	for n := 1; scan.Scan(); n++ {
		raw := strings.TrimSpace(strings.TrimPrefix(scan.Text(), "\ufeff"))
		if raw == "" {
			continue
		}
		if err := in.line(ctx, n, raw, raw, ""); err != nil {
			return err
		}
	}
	return scan.Err()
}

// table reads CSV with a header.
func (in *importer) table(ctx context.Context, r io.Reader) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord, c.LazyQuotes, c.ReuseRecord = -1, true, true
	header, err := c.Read()
	if err != nil {
		return fmt.Errorf("line 1: no header: %w", err)
	}
	at, when := -1, -1
	for i, name := range header {
		switch strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")) {
		case in.o.Column:
			at = i
		case in.o.DateColumn:
			when = i
		}
	}
	if at < 0 {
		return fmt.Errorf("line 1: no column %q", in.o.Column)
	}
	if in.o.DateColumn != "" && when < 0 {
		return fmt.Errorf("line 1: no column %q", in.o.DateColumn)
	}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		n, _ := c.FieldPos(0)
		address, date := "", ""
		if at < len(record) {
			address = record[at]
		}
		if when >= 0 && when < len(record) {
			date = record[when]
		}
		if err := in.line(ctx, n, strings.Join(record, ","), strings.TrimSpace(address), strings.TrimSpace(date)); err != nil {
			return err
		}
	}
}

// line takes one line of the file. What cannot be read goes to the host. A date
// that cannot be read does not cost the refusal: At, or else Recorded, stands
// for it.
func (in *importer) line(ctx context.Context, n int, raw, address, date string) error {
	in.report.Lines++
	a, err := in.o.Parse(address)
	if err != nil || a.IsZero() {
		if err == nil {
			err = contact.ErrAddress
		}
		in.report.Unreadable++
		if err := in.o.Unreadable(n, raw, err); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		return nil
	}
	happened := in.o.At
	if t, err := time.Parse(in.o.Layout, date); err == nil {
		happened = t
	}
	if happened.IsZero() {
		happened = in.o.Recorded
	}
	f := in.hasher.Fingerprint(a)
	in.pending++
	e := Entry{
		ID: in.id(f), Class: in.o.Class, Fingerprint: f, Scope: in.o.Scope, Reason: in.o.Reason,
		Client: in.o.Client, Campaign: in.o.Campaign, Until: in.o.Until,
		Happened: happened.UTC().Truncate(time.Microsecond), Recorded: in.o.Recorded.UTC().Truncate(time.Microsecond),
		Origin: fmt.Sprintf("file %s line %d", in.o.File, n),
	}
	if !slices.ContainsFunc(in.batch, func(b Entry) bool { return b.ID == e.ID }) {
		in.batch = append(in.batch, e)
	}
	if in.pending < importBatch {
		return nil
	}
	return in.flush(ctx)
}

// id names the entry of an address in a file, the same at every import. It
// does not depend on the line, so that a corrected file is the same file.
func (in *importer) id(f contact.Fingerprint) uuid.UUID {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %v %q %q ", in.o.File, in.o.Scope.String(), in.o.Class, in.o.Client, in.o.Campaign)
	h.Write(f[:])
	return uuid.NewSHA1(uuid.NameSpaceOID, h.Sum(nil))
}

func (in *importer) flush(ctx context.Context) error {
	fresh := in.batch[:0:0]
	for _, e := range in.batch {
		// The first import of an address stays: its times and line do not change.
		_, _, err := in.list.Get(ctx, e.ID)
		if errors.Is(err, contact.ErrNotFound) {
			fresh = append(fresh, e)
		} else if err != nil {
			return err
		}
	}
	added, err := in.list.Add(ctx, in.keyring.ID(), fresh)
	if err != nil {
		return err
	}
	in.report.Added += added
	in.report.Already += in.pending - added
	in.batch, in.pending = in.batch[:0], 0
	return nil
}
