package suppression

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

const exportPage = 1000

var exportHeader = []string{"id", "class", "fingerprint", "controller", "group", "base", "purpose", "channels", "reason", "happened", "recorded", "until", "origin"}

// Export writes the entries of list that hold at the instant at to w, as CSV
// with a header: refusals and hygiene, without the exclusions, which belong to
// clients. It holds fingerprints and no address; the first line names the key
// they were made with. It returns how many it wrote.
func Export(ctx context.Context, list List, keyring *Keyring, w io.Writer, at time.Time) (int, error) {
	out := csv.NewWriter(w)
	key := keyring.ID()
	_ = out.Write([]string{"accord suppressions 1", hex.EncodeToString(key[:])})
	_ = out.Write(exportHeader)
	n := 0
	for after := Cursor(0); ; {
		page, err := list.Changes(ctx, after, exportPage)
		if err != nil {
			return n, fmt.Errorf("suppression: export: %w", err)
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].At
		for _, c := range page {
			if c.Entry == nil || c.Entry.Class == Exclusion || !c.Entry.Active(at) {
				continue
			}
			_, lifting, err := list.Get(ctx, c.Entry.ID)
			if err != nil {
				return n, fmt.Errorf("suppression: export: %w", err)
			}
			if lifting != nil {
				continue
			}
			_ = out.Write(exportRow(c.Entry))
			n++
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return n, fmt.Errorf("suppression: export: %w", err)
	}
	return n, nil
}

func exportRow(e *Entry) []string {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	row := []string{
		e.ID.String(), e.Class.String(), hex.EncodeToString(e.Fingerprint[:]), string(e.Scope.Controller), string(e.Scope.Group),
		string(e.Scope.Base), string(e.Scope.Purpose), e.Scope.Channels.String(), string(e.Reason), day(e.Happened), day(e.Recorded), day(e.Until), e.Origin,
	}
	for i := range row {
		row[i] = neutral(row[i])
	}
	return row
}

// neutral keeps a spreadsheet from taking a cell for a formula, with a quote
// that [ImportExport] takes off again.
func neutral(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r', '\'':
		return "'" + cell
	default:
		return cell
	}
}

func plain(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' {
		return cell[1:]
	}
	return cell
}

// ImportExport adds to list what [Export] wrote with the same keyring, and
// returns how many entries were new. A file of another key fails with [ErrKey]
// before anything is added; a line that cannot be read ends the import with an
// error that names it.
func ImportExport(ctx context.Context, list List, keyring *Keyring, r io.Reader) (int, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	head, err := in.Read()
	key := keyring.ID()
	switch {
	case err != nil:
		return 0, fmt.Errorf("suppression: import: line 1: %w", err)
	case len(head) != 2 || head[0] != "accord suppressions 1":
		return 0, errors.New("suppression: import: line 1: not an export of suppressions")
	case head[1] != hex.EncodeToString(key[:]):
		return 0, fmt.Errorf("suppression: import: line 1: %w", ErrKey)
	}
	if _, err := in.Read(); err != nil {
		return 0, fmt.Errorf("suppression: import: line 2: %w", err)
	}
	added := 0
	var batch []Entry
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			n, err := addAll(ctx, list, key, batch)
			return added + n, err
		}
		if err != nil {
			return added, fmt.Errorf("suppression: import: %w", err)
		}
		line, _ := in.FieldPos(0)
		e, err := readRow(row)
		if err != nil {
			return added, fmt.Errorf("suppression: import: line %d: %w", line, err)
		}
		if batch = append(batch, e); len(batch) == importBatch {
			n, err := addAll(ctx, list, key, batch)
			if added += n; err != nil {
				return added, err
			}
			batch = batch[:0]
		}
	}
}

func addAll(ctx context.Context, list List, key contact.KeyID, batch []Entry) (int, error) {
	n, err := list.Add(ctx, key, batch)
	if err != nil {
		return 0, fmt.Errorf("suppression: import: %w", err)
	}
	return n, nil
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
