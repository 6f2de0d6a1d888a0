package suppression

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

const (
	exportPage  = 1000
	exportTitle = "accord suppressions 1"
	exportEnd   = "end"
)

var exportHeader = []string{"id", "class", "fingerprint", "controller", "group", "base", "purpose", "channels", "reason", "happened", "recorded", "until", "origin"}

// ExportOptions say what [Export] writes.
type ExportOptions struct {
	// At is the instant at which entries must hold: now, for most.
	At time.Time
	// Keep reports whether an entry is written, as those of one scope are. The
	// default writes all.
	Keep func(*Entry) bool
}

// Export writes the entries of list that hold at o.At to w, as CSV with a
// header: refusals and hygiene, without the exclusions, which belong to
// clients. It holds fingerprints and no address; the first line names the key
// they were made with, and the last line how many there are, so that a file that
// was cut shows. No cell is a formula to a spreadsheet. Export returns how many
// entries it wrote, and holds a page of them in memory.
//
// A list of another key fails with [ErrKey], as does one that is moved to a new
// key meanwhile.
func Export(ctx context.Context, list List, keyring *Keyring, w io.Writer, o ExportOptions) (int, error) {
	if o.At.IsZero() {
		return 0, errors.New("suppression: export: At is the zero time")
	}
	x := exporter{list: list, key: keyring.ID(), out: csv.NewWriter(w), o: o}
	if err := x.run(ctx); err != nil {
		return x.written, fmt.Errorf("suppression: export: %w", err)
	}
	return x.written, nil
}

type exporter struct {
	list    List
	key     contact.KeyID
	out     *csv.Writer
	o       ExportOptions
	written int
}

func (x *exporter) run(ctx context.Context) error {
	// The feed does not name its key, and Match does.
	if _, err := x.list.Match(ctx, x.key, nil); err != nil {
		return err
	}
	_ = x.out.Write([]string{exportTitle, hex.EncodeToString(x.key[:])}) // errors come with Flush
	_ = x.out.Write(exportHeader)
	if err := eachStanding(ctx, x.list, x.key, x.keep, x.page); err != nil {
		return err
	}
	_ = x.out.Write([]string{exportEnd, strconv.Itoa(x.written)})
	return x.flush()
}

func (x *exporter) keep(e *Entry) bool {
	return e.Class != Exclusion && e.Active(x.o.At) && (x.o.Keep == nil || x.o.Keep(e))
}

func (x *exporter) page(entries []*Entry) error {
	for _, e := range entries {
		row, err := exportRow(e)
		if err != nil {
			return err
		}
		_ = x.out.Write(row)
	}
	if err := x.flush(); err != nil {
		return err
	}
	x.written += len(entries)
	return nil
}

func (x *exporter) flush() error {
	x.out.Flush()
	return x.out.Error()
}

func exportRow(e *Entry) ([]string, error) {
	instant := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	row := []string{
		e.ID.String(), e.Class.String(), hex.EncodeToString(e.Fingerprint[:]), string(e.Scope.Controller), string(e.Scope.Group), string(e.Scope.Base),
		string(e.Scope.Purpose), e.Scope.Channels.String(), string(e.Reason), instant(e.Happened), instant(e.Recorded), instant(e.Until), e.Origin,
	}
	for i, cell := range row {
		if strings.Contains(cell, "\r\n") {
			// CSV has one line end, and a scope must come back as it was.
			return nil, fmt.Errorf("entry %v: %s has a line end of two characters, which CSV does not keep", e.ID, exportHeader[i])
		}
		row[i] = neutral(cell)
	}
	return row, nil
}

// formula are the characters that make a spreadsheet calculate, and the quote
// that neutral writes before them.
const formula = "=+-@\t\r\n＝＋－＠'"

// neutral keeps a spreadsheet from taking a cell for a formula, with a quote
// that [ImportExport] takes off again.
func neutral(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formula, first) {
		return "'" + cell
	}
	return cell
}

func plain(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' {
		return cell[1:]
	}
	return cell
}

// ImportExport adds to list what [Export] wrote with the same keyring, and
// returns how many entries were new. A file of another key fails with [ErrKey]
// before anything is added. A line that cannot be read ends the import with an
// error that names it, and so does a file that was cut; what stands before is
// on the list then.
func ImportExport(ctx context.Context, list List, keyring *Keyring, r io.Reader) (int, error) {
	x := exported{list: list, key: keyring.ID(), in: csv.NewReader(r)}
	x.in.FieldsPerRecord = -1
	err := x.run(ctx)
	// What was read is kept, whatever stopped the reading.
	if added := x.flush(ctx); err == nil {
		err = added
	}
	if err != nil {
		return x.added, fmt.Errorf("suppression: import: %w", err)
	}
	return x.added, nil
}

type exported struct {
	list        List
	key         contact.KeyID
	in          *csv.Reader
	batch       []Entry
	read, added int
}

func (x *exported) run(ctx context.Context) error {
	head, err := x.in.Read()
	switch {
	case err != nil:
		return fmt.Errorf("line 1: %w", err)
	case len(head) != 2 || head[0] != exportTitle:
		return errors.New("line 1: not an export of suppressions")
	case head[1] != hex.EncodeToString(x.key[:]):
		return fmt.Errorf("line 1: %w", ErrKey)
	}
	if _, err := x.in.Read(); err != nil {
		return fmt.Errorf("line 2: %w", err)
	}
	for {
		row, err := x.in.Read()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the file was cut after %d entries", x.read)
		}
		if err != nil {
			return err
		}
		line, _ := x.in.FieldPos(0)
		if row[0] == exportEnd {
			if len(row) != 2 || row[1] != strconv.Itoa(x.read) {
				return fmt.Errorf("line %d: the file had another number of entries than the %d that are there", line, x.read)
			}
			return nil
		}
		e, err := readRow(row)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		x.read++
		if x.batch = append(x.batch, e); len(x.batch) == importBatch {
			if err := x.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (x *exported) flush(ctx context.Context) error {
	if len(x.batch) == 0 {
		return nil
	}
	n, err := x.list.Add(ctx, x.key, x.batch)
	x.added, x.batch = x.added+n, x.batch[:0]
	return err
}

func readRow(row []string) (Entry, error) {
	var e Entry
	if len(row) != len(exportHeader) {
		return e, fmt.Errorf("%d fields, want %d", len(row), len(exportHeader))
	}
	for i := range row {
		row[i] = plain(row[i])
	}
	var err error
	if e.ID, err = uuid.Parse(row[0]); err != nil {
		return e, errors.New("field id is not a UUID")
	}
	if err := e.Class.UnmarshalText([]byte(row[1])); err != nil || e.Class == Exclusion {
		return e, errors.New("field class is not refusal or hygiene")
	}
	b, err := hex.DecodeString(row[2])
	if err != nil || len(b) != len(e.Fingerprint) {
		return e, errors.New("field fingerprint is not 32 hexadecimal digits")
	}
	copy(e.Fingerprint[:], b)
	e.Scope = contact.Scope{Controller: contact.PartyID(row[3]), Group: contact.GroupID(row[4]), Base: contact.BaseID(row[5]), Purpose: contact.Purpose(row[6])}
	if err := e.Scope.Channels.UnmarshalText([]byte(row[7])); err != nil {
		return e, fmt.Errorf("field channels: %w", err)
	}
	e.Reason, e.Origin = Reason(row[8]), row[12]
	for i, t := range []*time.Time{&e.Happened, &e.Recorded, &e.Until} {
		if row[9+i] == "" {
			continue
		}
		if *t, err = time.Parse(time.RFC3339Nano, row[9+i]); err != nil {
			return e, fmt.Errorf("field %s is not a time of RFC 3339", exportHeader[9+i])
		}
	}
	return e, e.Validate()
}
