package suppression_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var later = suppression.ExportOptions{At: noon.Add(time.Hour)}

func exported(t *testing.T, l suppression.List, k *suppression.Keyring) []byte {
	t.Helper()
	var out bytes.Buffer
	_, err := suppression.Export(t.Context(), l, k, &out, later)
	require.NoError(t, err)
	return out.Bytes()
}

func TestExport(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	f := k.Fingerprint(number(t, 1))
	id := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	kept := refusal(f)
	kept.ID, kept.Scope.Base, kept.Origin = id(1), "=cmd()", "file stops.csv line 2"
	dead, lifted, ended, client := refusal(f), refusal(f), refusal(contact.Fingerprint{3}), refusal(contact.Fingerprint{4})
	dead.ID, dead.Class, dead.Reason, dead.Until = id(2), suppression.Hygiene, suppression.Disconnected, noon.AddDate(1, 0, 0)
	ended.Class, ended.Until = suppression.Hygiene, noon
	client.Class, client.Client = suppression.Exclusion, "martin"
	_, err := l.Add(t.Context(), k.ID(), []suppression.Entry{kept, lifted, ended, client, dead})
	require.NoError(t, err)
	require.NoError(t, l.Lift(t.Context(), suppression.Lifting{Entry: lifted.ID, Act: uuid.New(), Recorded: noon}))

	key := k.ID()
	want := "accord suppressions 1," + hex.EncodeToString(key[:]) + `
id,class,fingerprint,controller,group,base,purpose,channels,reason,happened,recorded,until,origin
00000000-0000-0000-0000-000000000001,refusal,` + hex.EncodeToString(f[:]) + `,martin,,'=cmd(),prospecting,sms+rcs,replied-stop,2024-06-03T12:00:00Z,2024-06-03T12:00:00Z,,file stops.csv line 2
00000000-0000-0000-0000-000000000002,hygiene,` + hex.EncodeToString(f[:]) + `,martin,,,prospecting,sms+rcs,disconnected,2024-06-03T12:00:00Z,2024-06-03T12:00:00Z,2025-06-03T12:00:00Z,
end,2
`
	require.Equal(t, want, string(exported(t, l, k)))

	copied := new(memory.Suppressions)
	for i, to := range []*memory.Suppressions{copied, copied, l} { // a new list, and twice one that has them
		n, err := suppression.ImportExport(t.Context(), to, k, strings.NewReader(want))
		require.NoError(t, err)
		require.Equal(t, []int{2, 0, 0}[i], n)
	}
	for _, e := range []suppression.Entry{kept, dead} {
		got, _, err := copied.Get(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, e, got)
	}

	// One scope alone.
	var out bytes.Buffer
	n, err := suppression.Export(t.Context(), l, k, &out, suppression.ExportOptions{At: noon, Keep: func(e *suppression.Entry) bool { return e.Scope.Base == "=cmd()" }})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// What a list holds comes back as it was, whatever is in its texts, and no cell
// starts like a formula.
func TestExportRoundTrip(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	var es []suppression.Entry
	for i, text := range []string{
		"", "=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "'", "''", "'=1", "＝1", "a,b;c", `"q"`, "a\nb", "a\rb", " x ", "é", "e\u0301", "\x00", "\xff", "%", `\.`, "end",
		strings.Repeat("x", 5000),
	} {
		e := refusal(contact.Fingerprint{byte(i + 1)})
		e.Scope = contact.Scope{Controller: contact.PartyID(text), Group: contact.GroupID(text), Base: contact.BaseID(text), Purpose: contact.Purpose(text)}
		e.Reason, e.Origin = suppression.Reason("r"+text), text
		e.Happened = e.Happened.Add(time.Duration(i) * time.Microsecond)
		es = append(es, e)
	}
	for i := range 2500 { // more than a page
		es = append(es, refusal(contact.Fingerprint{1, byte(i), byte(i >> 8)}))
	}
	_, err := l.Add(t.Context(), k.ID(), es)
	require.NoError(t, err)
	file := exported(t, l, k)

	rows := csv.NewReader(bytes.NewReader(file))
	rows.FieldsPerRecord = -1
	all, err := rows.ReadAll()
	require.NoError(t, err)
	require.Len(t, all, len(es)+3)
	for _, row := range all {
		for _, cell := range row {
			require.NotRegexp(t, `^[=+\-@\t\r\n＝＋－＠]`, cell)
		}
	}

	copied := new(memory.Suppressions)
	n, err := suppression.ImportExport(t.Context(), copied, k, bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, len(es), n)
	for _, e := range es {
		got, _, err := copied.Get(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, e, got)
	}
	require.Equal(t, file, exported(t, copied, k))

	odd := refusal(contact.Fingerprint{99})
	odd.Scope.Base = "a\r\nb"
	_, err = l.Add(t.Context(), k.ID(), []suppression.Entry{odd})
	require.NoError(t, err)
	_, err = suppression.Export(t.Context(), l, k, new(bytes.Buffer), later)
	require.EqualError(t, err, fmt.Sprintf("suppression: export: entry %v: base has a line end of two characters, which CSV does not keep", odd.ID))
}

func TestExportErrors(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	for i := range 2500 {
		_, err := l.Add(t.Context(), k.ID(), []suppression.Entry{refusal(contact.Fingerprint{1, byte(i), byte(i >> 8)})})
		require.NoError(t, err)
	}
	export := func(ctx context.Context, l suppression.List, k *suppression.Keyring, w writer, o suppression.ExportOptions) error {
		_, err := suppression.Export(ctx, l, k, w, o)
		return err
	}
	ignore := writer(func(b []byte) (int, error) { return len(b), nil })
	require.EqualError(t, export(t.Context(), l, k, ignore, suppression.ExportOptions{}), "suppression: export: At is the zero time")
	require.ErrorIs(t, export(t.Context(), l, ring(t, "quite another secret"), ignore, later), suppression.ErrKey, "or the file would name the wrong key")

	empty := new(memory.Suppressions)
	_, err := empty.Match(t.Context(), k.ID(), nil)
	require.NoError(t, err)
	require.ErrorIs(t, export(t.Context(), empty, ring(t, "quite another secret"), ignore, later), suppression.ErrKey)

	full, calls := errors.New("the disk is full"), 0
	require.ErrorIs(t, export(t.Context(), l, k, func([]byte) (int, error) { calls++; return 0, full }, later), full)
	require.Equal(t, 1, calls, "it stops at once")

	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	require.ErrorIs(t, export(ctx, l, k, func(b []byte) (int, error) { cancel(reason); return len(b), nil }, later), reason)

	// A list that is moved to a new key halfway through.
	next, err := k.Rotated([]byte("another secret, as long as that"))
	require.NoError(t, err)
	moved := false
	rotate := writer(func(b []byte) (int, error) {
		if !moved {
			moved = true
			require.NoError(t, suppression.Rotate(t.Context(), k, next, l))
		}
		return len(b), nil
	})
	require.ErrorIs(t, export(t.Context(), l, k, rotate, later), suppression.ErrKey)
}

func TestImportExportErrors(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	_, err := l.Add(t.Context(), k.ID(), []suppression.Entry{refusal(contact.Fingerprint{1}), refusal(contact.Fingerprint{2})})
	require.NoError(t, err)
	file := string(exported(t, l, k))
	key := k.ID()
	lines := strings.SplitAfter(file, "\n")

	tests := map[string]struct {
		file  string
		want  string
		added int
	}{
		"nothing":           {"", "line 1: EOF", 0},
		"some other file":   {"phone\n+33639980001\n", "line 1: not an export of suppressions", 0},
		"another version":   {strings.Replace(file, "suppressions 1", "suppressions 2", 1), "line 1: not an export of suppressions", 0},
		"another key":       {strings.Replace(file, hex.EncodeToString(key[:]), "0011223344556677", 1), "line 1: fingerprints of another key", 0},
		"no header":         {lines[0], "line 2: EOF", 0},
		"a cut file":        {strings.Join(lines[:3], ""), "the file was cut after 1 entries", 1},
		"a cut line":        {strings.Join(lines[:3], "") + lines[3][:40], "line 4: 2 fields, want 13", 1},
		"a line is missing": {strings.Join(append(lines[:3:3], lines[4]), ""), "line 4: the file had another number of entries than the 1 that are there", 1},
		"a bad ID":          {strings.Replace(file, lines[2][:36], "1", 1), "line 3: field id is not a UUID", 0},
		"a bad class":       {strings.Replace(file, "refusal", "refusall", 1), "line 3: field class is not refusal or hygiene", 0},
		"an exclusion":      {strings.Replace(file, "refusal", "exclusion", 1), "line 3: field class is not refusal or hygiene", 0},
		"a bad fingerprint": {strings.Replace(file, "refusal,01", "refusal,x1", 1), "line 3: field fingerprint is not 32 hexadecimal digits", 0},
		"a short one":       {strings.Replace(file, "refusal,01", "refusal,", 1), "line 3: field fingerprint is not 32 hexadecimal digits", 0},
		"a bad channel":     {strings.Replace(file, "sms+rcs", "sms+fax", 1), `line 3: field channels: contact: unknown channel "fax"`, 0},
		"a bad time":        {strings.Replace(file, "12:00:00Z", "noon", 1), "line 3: field happened is not a time of RFC 3339", 0},
		"no time":           {strings.Replace(file, "2024-06-03T12:00:00Z", "", 1), "line 3: suppression: entry " + lines[2][:36] + ": Happened is the zero time", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := new(memory.Suppressions)
			n, err := suppression.ImportExport(t.Context(), to, k, strings.NewReader(tt.file))
			require.EqualError(t, err, "suppression: import: "+tt.want)
			require.Equal(t, tt.added, n)
			changes, err := to.Changes(t.Context(), 0, 10)
			require.NoError(t, err)
			require.Len(t, changes, tt.added)
		})
	}
	_, err = suppression.ImportExport(t.Context(), new(memory.Suppressions), ring(t, "quite another secret"), strings.NewReader(file))
	require.ErrorIs(t, err, suppression.ErrKey)
	_, err = suppression.ImportExport(t.Context(), new(memory.Suppressions), k, strings.NewReader(file))
	require.NoError(t, err)
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
