package suppression_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// An office is an installation: people, a list, and digests that wait.
type office struct {
	people  *memory.Contacts
	list    *memory.Suppressions
	pending *memory.Pending
	keyring *suppression.Keyring
	*suppression.Resolver
}

func newOffice(t testing.TB, secrets ...string) *office {
	t.Helper()
	o := &office{new(memory.Contacts), new(memory.Suppressions), new(memory.Pending), ring(t, secrets...), nil}
	var err error
	o.Resolver, err = suppression.NewResolver(o.pending, o.list, o.keyring)
	require.NoError(t, err)
	return o
}

// person is somebody whose number ends in n.
func person(t testing.TB, n int) contact.Contact {
	t.Helper()
	return contact.Contact{ID: contact.ID(fmt.Sprint(n)), Base: "base", Points: []contact.Point{{Address: number(t, n)}}}
}

func put(t testing.TB, s contact.Store, ns ...int) {
	t.Helper()
	var cs []contact.Contact
	for _, n := range ns {
		cs = append(cs, person(t, n))
	}
	_, err := s.Put(t.Context(), contact.KeyID{}, cs)
	require.NoError(t, err)
}

func (o *office) importDigests(t testing.TB, file string, f suppression.DigestFormat, options suppression.ImportOptions) suppression.DigestReport {
	t.Helper()
	report, err := suppression.ImportDigests(t.Context(), o.pending, strings.NewReader(file), f, options)
	require.NoError(t, err)
	require.Equal(t, report.Lines, report.Pending+report.Already+report.Unreadable+report.Unsettled)
	return report
}

func (o *office) listed(t testing.TB, n int) []suppression.Hit {
	t.Helper()
	hits, err := o.list.Match(t.Context(), o.keyring.ID(), []contact.Fingerprint{o.keyring.Fingerprint(number(t, n))})
	require.NoError(t, err)
	return hits
}

func (o *office) changes(t testing.TB) []suppression.Change {
	t.Helper()
	cs, err := o.list.Changes(t.Context(), 0, 10_000)
	require.NoError(t, err)
	return cs
}

func TestImportDigests(t *testing.T) {
	t.Parallel()

	o := newOffice(t, secret)
	put(t, o.people, 1, 2, 3)
	one, five := hexOf("33639980001"), hexOf("33639980005")
	file := "Empreinte;Date\n" + strings.ToUpper(one) + ";01/05/2024\n" + one + ";02/05/2024\n0639980002;\n" + five[1:] + ";\n\n" + five + ";01/05/2203\n"
	var kept unread
	options := csvFile(&kept)
	options.Column, options.DateColumn = "empreinte", "date"
	report := o.importDigests(t, file, sha(suppression.Digits), options)
	require.Equal(t, suppression.DigestReport{File: report.File, Lines: 5, Pending: 2, Already: 1, Unreadable: 2, Undated: 1}, report)
	require.Equal(t, unread{"4 0639980002;", "5 " + five[1:] + ";"}, kept)
	require.Empty(t, o.changes(t), "nothing is refused yet")

	for round := range 2 {
		resolved, err := o.Bases(t.Context(), o.people, "base", "base")
		require.NoError(t, err)
		require.Equal(t, 3, resolved.Addresses)
		require.Equal(t, 1-round, resolved.Resolved)
		require.Equal(t, 1-round, resolved.Added)
		require.Equal(t, 1, resolved.Files[0].Resolved)
		require.Contains(t, resolved.String(), "stops.csv: 1 of 2 resolved")
	}
	changes := o.changes(t)
	require.Len(t, changes, 1)
	e := changes[0].Entry
	require.Equal(t, suppression.Entry{
		ID: e.ID, Class: suppression.Refusal, Fingerprint: o.keyring.Fingerprint(number(t, 1)), Scope: options.Scope, Reason: suppression.FromFile,
		Happened: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), Recorded: noon, Origin: "file stops.csv line 2",
	}, *e)

	// The other one waits for the number.
	put(t, o.OnPut(o.people), 5)
	require.Len(t, o.listed(t, 5), 1)
	require.Equal(t, "file stops.csv line 7", o.listed(t, 5)[0].Entry.Origin)

	again := o.importDigests(t, file, sha(suppression.Digits), options)
	require.Equal(t, suppression.DigestReport{File: report.File, Lines: 5, Already: 3, Unreadable: 2, Undated: 1}, again)
}

func TestImportDigestsFormats(t *testing.T) {
	t.Parallel()

	all := []suppression.Spelling{suppression.PlusDigits, suppression.Digits, suppression.DoubleZero, suppression.FrenchNational}
	mixed := hexOf("+33639980001") + "\n" + hexOf("33639980002") + "\n" + hexOf("0033639980003") + "\n" + hexOf("0639980004") + "\n" + hexOf("33639980001")
	salted := func(behind bool) suppression.DigestFormat {
		return suppression.DigestFormat{Hash: suppression.SHA256, Spellings: all, Salt: []byte("pepper"), SaltBehind: behind}
	}
	sum, ok := sha(suppression.Digits).Digest(number(t, 1))
	require.True(t, ok)
	tests := map[string]struct {
		file                      string
		format                    suppression.DigestFormat
		pending, unread, resolved int
		entries                   int
	}{
		"mixed spellings":          {mixed, suppression.DigestFormat{Hash: suppression.SHA256, Spellings: all}, 5, 0, 5, 4},
		"another spelling":         {hexOf("0639980001"), sha(suppression.Digits), 1, 0, 0, 0},
		"salt before":              {hexOf("pepper33639980001"), salted(false), 1, 0, 1, 1},
		"salt behind":              {hexOf("33639980001pepper"), salted(true), 1, 0, 1, 1},
		"salt on the wrong side":   {hexOf("pepper33639980001"), salted(true), 1, 0, 0, 0},
		"wrong salt":               {hexOf("salt33639980001") + "\n" + hexOf("salt33639980002"), salted(false), 2, 0, 0, 0},
		"no salt, where there is":  {hexOf("pepper33639980001"), sha(suppression.Digits), 1, 0, 0, 0},
		"base64":                   {base64.URLEncoding.EncodeToString(sum[:]) + "\n", sha(suppression.Digits), 1, 0, 1, 1},
		"in quotes, Windows":       {"\"" + hexOf("33639980001") + "\"\r\n", sha(suppression.Digits), 1, 0, 1, 1},
		"UTF-16":                   {utf16le(hexOf("33639980001") + "\r\n"), sha(suppression.Digits), 1, 0, 1, 1},
		"numbers in the clear":     {"+33639980001\n+33639980002\n", sha(suppression.PlusDigits), 0, 2, 0, 0},
		"an empty file":            {"", sha(suppression.Digits), 0, 0, 0, 0},
		"zeros":                    {strings.Repeat("0", 64), sha(suppression.Digits), 0, 1, 0, 0},
		"cut in the last line":     {hexOf("33639980001") + "\n" + hexOf("33639980002")[:40], sha(suppression.Digits), 1, 1, 1, 1},
		"a header in a plain file": {"sha256\n" + hexOf("33639980001"), sha(suppression.Digits), 1, 1, 1, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			o := newOffice(t, secret, another)
			put(t, o.people, 1, 2, 3, 4)
			var kept unread
			report := o.importDigests(t, tt.file, tt.format, plainFile(&kept))
			require.Equal(t, tt.pending, report.Pending)
			require.Equal(t, tt.unread, report.Unreadable)
			require.Len(t, kept, tt.unread)
			resolved, err := o.Bases(t.Context(), o.people, "base")
			require.NoError(t, err)
			require.Equal(t, tt.resolved, resolved.Resolved)
			require.Equal(t, tt.entries, resolved.Added)
			require.Len(t, o.changes(t), tt.entries)
			if tt.pending > 0 {
				require.Contains(t, resolved.String(), fmt.Sprintf("%d of %d resolved", tt.resolved, tt.pending))
			}
		})
	}
}

func utf16le(s string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

func TestImportDigestsErrors(t *testing.T) {
	t.Parallel()

	one := hexOf("33639980001")
	var kept unread
	table := csvFile(&kept)
	table.DateColumn, table.At = "", noon
	semicolons := table
	semicolons.Comma = ';'
	parsed := table
	parsed.Parse = contact.ParseAddress
	nowhere := table
	nowhere.File = ""
	tests := map[string]struct {
		file    string
		options suppression.ImportOptions
		format  suppression.DigestFormat
		want    string
	}{
		"wrong separator":    {"phone,name\n" + one + ",x\n", semicolons, sha(suppression.Digits), `suppression: import "stops.csv": column "phone": no such column`},
		"empty table":        {"", table, sha(suppression.Digits), `suppression: import "stops.csv": header: the file is empty, not even a header`},
		"header only":        {"phone\n", table, sha(suppression.Digits), ""},
		"no such format":     {"", table, suppression.DigestFormat{}, "suppression: import: Format: suppression: digest format: Hash is none of the known ones"},
		"something to parse": {"", parsed, sha(suppression.Digits), "suppression: import: Parse is set, and there are no addresses to parse"},
		"no name":            {"", nowhere, sha(suppression.Digits), "suppression: import: File is empty"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			report, err := suppression.ImportDigests(t.Context(), new(memory.Pending), strings.NewReader(tt.file), tt.format, tt.options)
			require.Zero(t, report.Lines)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

// What was read before a reader, a host or a store failed is accounted for.
func TestImportDigestsUnsettled(t *testing.T) {
	t.Parallel()

	broken := errors.New("broken")
	file := hexOf("1") + "\n" + hexOf("2") + "\nx\n" + hexOf("3") + "\n"
	var kept unread
	report, err := suppression.ImportDigests(t.Context(), new(memory.Pending), io.MultiReader(strings.NewReader(file[:140]), iotest.ErrReader(broken)), sha(suppression.Digits), plainFile(&kept))
	require.ErrorIs(t, err, broken)
	require.Equal(t, suppression.DigestReport{File: report.File, Lines: 3, Unreadable: 1, Unsettled: 2}, report, "the line that was cut is none")

	o := plainFile(&kept)
	o.Unreadable = func(int, string, error) error { return broken }
	report, err = suppression.ImportDigests(t.Context(), new(memory.Pending), strings.NewReader(file), sha(suppression.Digits), o)
	require.ErrorIs(t, err, broken)
	require.Equal(t, suppression.DigestReport{File: report.File, Lines: 3, Unreadable: 1, Unsettled: 2}, report)

	report, err = suppression.ImportDigests(t.Context(), failingPending{err: broken}, strings.NewReader(file), sha(suppression.Digits), plainFile(&kept))
	require.ErrorIs(t, err, broken)
	require.Equal(t, suppression.DigestReport{File: report.File, Lines: 4, Unreadable: 1, Unsettled: 3}, report)
	require.NotContains(t, err.Error(), hexOf("1")[:8])
}

type failingPending struct {
	suppression.Pending
	err error
}

func (p failingPending) Add(context.Context, suppression.DigestFile, []suppression.PendingDigest) (int, error) {
	return 0, p.err
}

// Digests given as numbers go to the host, too.
func TestImportRefusesDigests(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	var kept unread
	report, err := suppression.Import(t.Context(), l, k, strings.NewReader(hexOf("1")+"\n"+hexOf("2")+"\n"), plainFile(&kept))
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 2, Unreadable: 2}, report)
}
