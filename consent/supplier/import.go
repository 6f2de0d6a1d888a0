package supplier

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// ErrChanged is in the tree of the error of an import whose file was not the
// same the second time that it was read.
var ErrChanged = errors.New("the file changed while it was read")

// Stores are where an import puts what it reads. All are required.
type Stores struct {
	Contacts  contact.Store
	Register  *consent.Register
	Documents consent.Documents // gets the notices
}

// Options are options for [Import]. The zero value is the default.
type Options struct {
	// ParsePhone, Encoding, Separator, Batch, Keep, Rejects and Progress are
	// those of contact.ImportOptions.
	ParsePhone func(raw string) (contact.Address, error)
	Encoding   contact.Encoding
	Separator  rune
	Batch      int
	Keep       int
	Rejects    io.Writer
	Progress   func(contact.ImportReport)

	// Workers is contact.ImportOptions.Workers, and the default as many as
	// there are processors: ParsePhone is called from several goroutines at
	// once unless it is 1. What is put, recorded and reported does not depend
	// on it.
	Workers int
}

// Import reads a supplier's file by its profile: the notices go into
// to.Documents, the people of every line that can be read into to.Contacts, and
// the grants of those whose flags let them into the ledger, by to.Register and
// its clock. A flagged line refuses or records as [Code.Action] or the profile
// says; what was refused can be read in the report.
//
// The file is read twice, from where r stands. What only a whole file shows, a
// thousand people in one second or one IP address for a hundred, is counted
// first, in 32 MiB however long the file: at the end of a single reading the
// first nine hundred would be in the ledger, which forgets nothing. The second
// reading puts, in batches. If the readings differ in length or number of lines
// it fails with [ErrChanged].
//
// An act keeps the ID that supplier, contract, base, form, notice, grade,
// address and date give it, wherever it stands: importing a file again changes
// nothing, and an import that ended early goes on when it is started again. This
// holds for one keyring; after a rotation the same grants have other IDs. The
// same grant with another IP address or URL is flagged [Contradiction], and the
// first that was recorded stands.
//
// The error says why the import ended before the file did: a profile that is not
// valid, a column that the header does not have, a store that failed, or ctx.
// The report is right in any case. It never repeats what a line says.
func Import(ctx context.Context, r io.ReadSeeker, p *Profile, to Stores, o Options) (Report, error) {
	if to.Contacts == nil || to.Register == nil || to.Documents == nil {
		return Report{}, errors.New("supplier: import: Contacts, Register or Documents is missing")
	}
	now := to.Register.Clock().Now()
	lines, err := newReader(p, now)
	if err != nil {
		return Report{}, err
	}
	i := &importer{reader: lines, to: to, options: o, tallies: newTallies(lines)}
	i.spare.New = i.newWaiting
	report, err := i.run(ctx, r)
	out := Report{Supplier: p.Supplier.Name, Contract: p.Contract, Base: p.Base, At: now, Import: report, Acts: i.acts}
	for n := range i.tallies {
		f := i.tallies[n].report()
		if n == len(p.Forms) && f.Lines == 0 {
			continue
		}
		out.Recorded += f.Recorded
		out.Already += f.Already
		out.Refused += f.Refused
		out.Forms = append(out.Forms, f)
	}
	return out, err
}

type importer struct {
	*reader
	to      Stores
	options Options
	origins []*contact.Origin // of each form, and of none
	terms   [][2]*terms       // of each form: asserted, audited
	queue   []queued          // the lines of the batch
	batch   batch
	tallies []tally
	acts    int
	spare   sync.Pool // of *waiting
}

// queued is a line whose contact waits to be put.
type queued struct {
	line
	number int
}

func (i *importer) run(ctx context.Context, r io.ReadSeeker) (contact.ImportReport, error) {
	start, err := r.Seek(0, io.SeekCurrent)
	if err != nil {
		return contact.ImportReport{}, fmt.Errorf("supplier: import: %w", err)
	}
	first, err := i.count(ctx, r)
	if err != nil {
		return contact.ImportReport{}, err
	}
	if _, err := r.Seek(start, io.SeekStart); err != nil {
		return contact.ImportReport{}, fmt.Errorf("supplier: import: %w", err)
	}
	for n := range i.Forms {
		f := &i.Forms[n]
		if _, err := i.to.Documents.PutNotice(ctx, f.Notice); err != nil {
			return contact.ImportReport{}, fmt.Errorf("supplier: import: Forms[%d].Notice: %w", n, err)
		}
		i.origins = append(i.origins, i.origin(f))
		i.terms = append(i.terms, [2]*terms{i.Profile.terms(f, consent.Asserted), i.auditedTerms(f)})
	}
	i.origins = append(i.origins, i.origin(nil))
	people := first.Lines - first.Rejected
	if room, ok := i.to.Contacts.(contact.Reserver); ok {
		room.Reserve(i.Base, people)
	}
	i.to.Register.Reserve(people)
	second, err := i.put(ctx, r)
	if err == nil && (second.Lines != first.Lines || second.Bytes != first.Bytes) {
		err = fmt.Errorf("supplier: import: %w", ErrChanged)
	}
	return second, err
}

func (i *importer) auditedTerms(f *Form) *terms {
	if i.Grade != consent.Audited {
		return nil
	}
	return i.Profile.terms(f, consent.Audited)
}

// count is the first reading. It goes through contact.ImportCSV like the
// second, so that both see the same lines.
func (i *importer) count(ctx context.Context, r io.Reader) (contact.ImportReport, error) {
	o := i.importOptions()
	o.Keep = -1
	if o.IDFrom != nil {
		o.IDFrom = func(*contact.Contact) contact.ID { return "counted" }
	}
	nowhere := i.origin(nil)
	o.RowAhead = func(_ int, c *contact.Contact, get func(string) string) (func(), error) {
		c.Origins[0].Origin = nowhere
		q := i.spare.Get().(*waiting)
		q.line = i.readCounted(get)
		return q.count, nil
	}
	report, err := contact.ImportCSV(ctx, r, discard{}, o)
	i.counts()
	if err != nil {
		return report, fmt.Errorf("supplier: import: first reading: %w", err)
	}
	return report, nil
}

// put is the second reading.
func (i *importer) put(ctx context.Context, r io.Reader) (contact.ImportReport, error) {
	o := i.importOptions()
	keyring := i.to.Register.Keyring()
	o.Stamp, o.Key = func(contacts []contact.Contact) {
		for n := range contacts {
			for m := range contacts[n].Points {
				p := &contacts[n].Points[m]
				p.Fingerprint = keyring.Fingerprint(p.Address)
			}
		}
	}, keyring.ID()
	o.Keep, o.Rejects, o.Progress = i.options.Keep, i.options.Rejects, i.options.Progress
	o.RowAhead = i.row
	report, err := contact.ImportCSV(ctx, r, store{i.to.Contacts, i}, o)
	if err != nil {
		return report, fmt.Errorf("supplier: import: %w", err)
	}
	return report, nil
}

func (i *importer) importOptions() contact.ImportOptions {
	o := contact.ImportOptions{
		Base: i.Base, Zone: i.zone, Columns: i.columns(), ParsePhone: i.options.ParsePhone,
		Encoding: i.options.Encoding, Separator: i.options.Separator, Batch: i.options.Batch, Workers: i.options.Workers,
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if i.Columns.ID == "" {
		o.IDFrom = func(c *contact.Contact) contact.ID {
			var text [2 * len(contact.Fingerprint{})]byte
			hex.Encode(text[:], c.Points[0].Fingerprint[:])
			return contact.ID(text[:])
		}
	}
	return o
}

// columns are those of the profile. The date is read by Row, since a line whose
// date cannot be read is put without a grant.
func (p *Profile) columns() []contact.Column {
	columns := []contact.Column{}
	for _, c := range []contact.Column{
		{Name: p.Columns.ID, Kind: contact.IDColumn}, {Name: p.Columns.Phone, Kind: contact.PhoneColumn},
		{Name: p.Columns.Email, Kind: contact.EmailColumn}, {Name: p.Columns.Date, Kind: contact.HostColumn},
		{Name: p.Columns.Form, Kind: contact.HostColumn}, {Name: p.Columns.IP, Kind: contact.HostColumn},
		{Name: p.Columns.URL, Kind: contact.HostColumn},
	} {
		if c.Name != "" {
			columns = append(columns, c)
		}
	}
	return append(columns, p.Columns.More...)
}

// row is told of each line that would be put, by several goroutines.
func (i *importer) row(number int, c *contact.Contact, get func(string) string) (func(), error) {
	l := i.read(get)
	i.compare(&l)
	form := l.form
	if form < 0 {
		form = len(i.Forms)
	}
	c.Origins[0].Origin = i.origins[form]
	if l.flags.dated() {
		c.Origins[0].Collected = l.at.UTC().Truncate(time.Microsecond)
	}
	q := i.spare.Get().(*waiting)
	q.queued = queued{l, number}
	return q.put, nil
}

// waiting is a line that waits for the lines before it. What it is told then is
// made once, and used for many lines.
type waiting struct {
	queued
	count, put func()
}

func (i *importer) newWaiting() any {
	q := new(waiting)
	q.count = func() {
		i.reader.count(q.line)
		i.spare.Put(q)
	}
	q.put = func() {
		i.queue = append(i.queue, q.queued)
		i.spare.Put(q)
	}
	return q
}

// store puts contacts into a store, and then records their grants: acts are
// only of lines that are put. Should recording fail, the lines count as
// unsettled, and importing again records what is missing.
type store struct {
	contact.Store
	importer *importer
}

// Put implements [contact.Store].
func (s store) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	i := s.importer
	if len(contacts) != len(i.queue) { // a line was rejected after row had seen it, which nothing here makes happen
		return nil, fmt.Errorf("%d contacts for %d lines", len(contacts), len(i.queue))
	}
	done, err := s.Store.Put(ctx, key, contacts)
	if err != nil {
		return nil, err
	}
	if err := i.record(ctx, contacts); err != nil {
		return nil, err
	}
	i.queue = i.queue[:0]
	return done, nil
}

// discard is a store that keeps nothing, for counting.
type discard struct{ contact.Store }

// Put implements [contact.Store].
func (discard) Put(_ context.Context, _ contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	return make([]contact.Merge, len(contacts)), nil
}
