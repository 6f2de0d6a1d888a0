package suppression_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// unread keeps lines that could not be read, as a host must.
type unread []string

func (u *unread) keep(line int, raw string, _ error) error {
	*u = append(*u, fmt.Sprintf("%d %s", line, raw))
	return nil
}

func plainFile(u *unread) suppression.ImportOptions {
	return suppression.ImportOptions{File: "stops.txt", At: noon, Recorded: noon, Unreadable: u.keep}
}

func csvFile(u *unread) suppression.ImportOptions {
	return suppression.ImportOptions{
		File: "stops.csv", Column: "phone", DateColumn: "date", Recorded: noon, Scope: contact.Scope{Base: "rented"}, Unreadable: u.keep,
	}
}

func entryOf(t *testing.T, l suppression.List, k *suppression.Keyring, n int) suppression.Entry {
	t.Helper()
	hits, err := l.Match(t.Context(), k.ID(), []contact.Fingerprint{k.Fingerprint(number(t, n))})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	return hits[0].Entry
}

func TestImport(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	file := "date,phone\n2024-05-01,+33639980001\n2024-05-02,0612\nnonsense,+33639980002\n2024-05-03,+33639980001\n2024-05-04\n\n2203-01-01,+33639980003\n"
	var kept unread
	o := csvFile(&kept)
	report, err := suppression.Import(t.Context(), l, k, strings.NewReader(file), o)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 6, Added: 3, Already: 1, Unreadable: 2, Undated: 2}, report)
	require.Equal(t, unread{"3 2024-05-02,0612", "6 2024-05-04"}, kept)

	first := entryOf(t, l, k, 1)
	require.Equal(t, suppression.Entry{
		ID: first.ID, Class: suppression.Refusal, Fingerprint: k.Fingerprint(number(t, 1)), Scope: contact.Scope{Base: "rented"}, Reason: suppression.FromFile,
		Happened: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), Recorded: noon, Origin: "file stops.csv line 2",
	}, first)
	require.Equal(t, noon, entryOf(t, l, k, 2).Happened, "a date that cannot be read does not cost the refusal")
	require.Equal(t, noon, entryOf(t, l, k, 3).Happened, "a date in the future does not put it off")

	// Once more, later, and with the lines in another order.
	o.Recorded = noon.Add(time.Hour)
	lines := strings.Split(strings.TrimSpace(file), "\n")
	slices.Reverse(lines[1:])
	report, err = suppression.Import(t.Context(), l, k, strings.NewReader(strings.Join(lines, "\r\n")), o)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 6, Already: 4, Unreadable: 2, Undated: 2}, report)
	require.Equal(t, first, entryOf(t, l, k, 1), "the first import stays")

	// Another file, another scope and another class say more about the same person.
	for _, change := range []func(*suppression.ImportOptions){
		func(o *suppression.ImportOptions) { o.File = "more.csv" },
		func(o *suppression.ImportOptions) { o.Scope.Group = "party" },
		func(o *suppression.ImportOptions) { o.Class = suppression.Hygiene },
		func(o *suppression.ImportOptions) { o.Class, o.Client = suppression.Exclusion, "martin" },
	} {
		more := o
		change(&more)
		report, err := suppression.Import(t.Context(), l, k, strings.NewReader(file), more)
		require.NoError(t, err)
		require.Equal(t, 3, report.Added)
	}
}

// An import does not bring back what the person lifted, and does not stumble
// over it.
func TestImportKeepsLifted(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	var kept unread
	o := plainFile(&kept)
	file := "+33639980001\n+33639980002\n"
	_, err := suppression.Import(t.Context(), l, k, strings.NewReader(file), o)
	require.NoError(t, err)
	lifted := entryOf(t, l, k, 1)
	require.NoError(t, l.Lift(t.Context(), suppression.Lifting{Entry: lifted.ID, Act: uuid.New(), Recorded: noon}))

	o.Recorded = noon.Add(time.Hour)
	report, err := suppression.Import(t.Context(), l, k, strings.NewReader(file+"+33639980003\n"), o)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 3, Added: 1, Already: 2}, report)
	hits, err := l.Match(t.Context(), k.ID(), []contact.Fingerprint{lifted.Fingerprint})
	require.NoError(t, err)
	require.Empty(t, hits)
}

// Lines are told apart by their ends alone: what is quoted wrongly on one does
// not take the next along.
func TestImportLines(t *testing.T) {
	t.Parallel()

	french := func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") }
	long := strings.Repeat("9", 70_000)
	tests := map[string]struct {
		file   string
		change func(*suppression.ImportOptions)
		added  []int
		kept   unread
	}{
		"nothing":                  {"date,phone\n", nil, nil, nil},
		"no line end":              {"phone,date\n+33639980001,2024-05-01", nil, []int{1}, nil},
		"a mark before the header": {"\ufeffphone\n+33639980001\n", nil, []int{1}, nil},
		"blank lines":              {"\n \t\r\nphone\n\n+33639980001\n\n  \n", nil, []int{1}, nil},
		"quotes":                   {"\"phone\",date\n\"+33639980001\",\"2024-05-01\"\n", nil, []int{1}, nil},
		"a quote that never ends":  {"phone,name\n\"+33639980001,Ada\n+33639980002,\"Ada\n+33639980003,Bob\n", nil, []int{1, 2, 3}, nil},
		"a field over two lines":   {"phone,name\n+33639980001,\"Ada\nLovelace\"\n+33639980002,Bob\n", nil, []int{1, 2}, unread{"3 Lovelace\""}},
		"a quote inside":           {"name,phone,x\n\"Ada \"Countess\" King\",+33639980001,\n\"a,b\" c,+33639980002,\n", nil, []int{1}, unread{"3 \"a,b\" c,+33639980002,"}},
		"Windows-1252":             {"pr\xe9nom;PHONE\nZo\xe9;=\"+33639980001\"\nR\xc3\xa9n\xc3;+33639980002\n", nil, []int{1, 2}, nil},
		"UTF-16":                   {"\xff\xfep\x00h\x00o\x00n\x00e\x00\n\x00+\x003\x003\x006\x003\x009\x009\x008\x000\x000\x000\x001\x00", nil, []int{1}, nil},
		"semicolons":               {"nom;phone\nDupont, Jean;+33639980001\n", func(o *suppression.ImportOptions) { o.Comma = ';' }, []int{1}, nil},
		"as people write them":     {"phone\n06 39 98 00 01\n0033 6 39 98 00 02\n12\n", func(o *suppression.ImportOptions) { o.Parse = french }, []int{1, 2}, unread{"4 12"}},
		"raw as it stands":         {"phone,name\n  06,\"a \"\"b\"\"\" \r\n", nil, nil, unread{"2   06,\"a \"\"b\"\"\" "}},
		"a line without end":       {"phone,name\n" + long + "\n+33639980001,x\n", nil, []int{1}, unread{"2 " + long[:64<<10]}},
		"bytes that are no text":   {"phone\n\xff\xfe\x00\n+33639980001\n", nil, []int{1}, unread{"2 \xff\xfe\x00"}},
		"a formula":                {"phone\n=+33639980001\n'+33639980002\n", nil, []int{2}, unread{"2 =+33639980001"}},
		"a plain file":             {"+33639980001\n\n 33639980002 \n +33639980003\t\r\nada@example.org", plainly, []int{1, 3}, unread{"3  33639980002 "}},
		"a parser that says nothing": {"phone\n+33639980001\n", func(o *suppression.ImportOptions) {
			o.Parse = func(string) (contact.Address, error) { return contact.Address{}, nil }
		}, nil, unread{"2 +33639980001"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, l := ring(t, secret), new(memory.Suppressions)
			var kept unread
			o := csvFile(&kept)
			o.DateColumn, o.At = "", noon
			if tt.change != nil {
				tt.change(&o)
			}
			for _, r := range []io.Reader{strings.NewReader(tt.file), iotest.OneByteReader(strings.NewReader(tt.file))} {
				kept = nil
				report, err := suppression.Import(t.Context(), l, k, r, o)
				require.NoError(t, err)
				require.Equal(t, tt.kept, kept)
				require.Equal(t, len(tt.kept), report.Unreadable)
				require.Equal(t, report.Lines, report.Added+report.Already+report.Unreadable)
			}
			for _, n := range tt.added {
				entryOf(t, l, k, n)
			}
		})
	}
}

func plainly(o *suppression.ImportOptions) { o.Column = "" }

func TestImportErrors(t *testing.T) {
	t.Parallel()

	const file = "date,phone,phone2\n2024-05-01,+33639980001\n2024-05-01,06\n"
	broken := errors.New("no place to keep it")
	tests := map[string]struct {
		change func(*suppression.ImportOptions)
		want   string
	}{
		"no file name":           {func(o *suppression.ImportOptions) { o.File = "" }, "suppression: import: File is empty"},
		"no clock":               {func(o *suppression.ImportOptions) { o.Recorded = time.Time{} }, "suppression: import: Recorded is the zero time"},
		"nobody keeps lines":     {func(o *suppression.ImportOptions) { o.Unreadable = nil }, "suppression: import: Unreadable is nil, and unreadable refusals must be kept"},
		"no date at all":         {func(o *suppression.ImportOptions) { o.DateColumn = "" }, "suppression: import: neither At nor DateColumn says when the people refused"},
		"a date of no column":    {func(o *suppression.ImportOptions) { o.Column = "" }, "suppression: import: DateColumn is set, and Column is empty"},
		"one column for two":     {func(o *suppression.ImportOptions) { o.DateColumn = "phone" }, "suppression: import: DateColumn and Column are the same"},
		"an unknown class":       {func(o *suppression.ImportOptions) { o.Class = 9 }, "suppression: import: Class is not refusal, hygiene or exclusion"},
		"an exclusion of nobody": {func(o *suppression.ImportOptions) { o.Class = suppression.Exclusion }, "suppression: import: Client is empty, and an exclusion belongs to a client"},
		"a refusal of a client":  {func(o *suppression.ImportOptions) { o.Client = "martin" }, "suppression: import: Client is set, and only an exclusion belongs to a client"},
		"a refusal that ends":    {func(o *suppression.ImportOptions) { o.Until = noon }, "suppression: import: Until is set, and a refusal never ends by itself"},
		"an unknown channel":     {func(o *suppression.ImportOptions) { o.Scope.Channels = 128 }, "suppression: import: Scope: contact: scope: Channels has unknown bits 0x80"},
		"no such column":         {func(o *suppression.ImportOptions) { o.Column = "mobile" }, `suppression: import "stops.csv": column "mobile": no such column`},
		"no such date":           {func(o *suppression.ImportOptions) { o.DateColumn = "day" }, `suppression: import "stops.csv": column "day": no such column`},
		"no such separator":      {func(o *suppression.ImportOptions) { o.Comma = '"' }, `suppression: import: Comma is not an ASCII character that can stand between columns`},
		"a line that is not kept": {func(o *suppression.ImportOptions) { o.Unreadable = func(int, string, error) error { return broken } },
			`suppression: import "stops.csv": line 3: no place to keep it`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var kept unread
			o := csvFile(&kept)
			tt.change(&o)
			_, err := suppression.Import(t.Context(), new(memory.Suppressions), ring(t, secret), strings.NewReader(file), o)
			require.EqualError(t, err, tt.want)
		})
	}

	var kept unread
	read := func(file string) error {
		_, err := suppression.Import(t.Context(), new(memory.Suppressions), ring(t, secret), strings.NewReader(file), csvFile(&kept))
		return err
	}
	require.EqualError(t, read(""), `suppression: import "stops.csv": header: the file is empty, not even a header`)
	require.EqualError(t, read("phone,date,phone\n"), `suppression: import "stops.csv": column "phone": fields 1 and 3 of the header have the same name`)
}

// Reasons say what is wrong with a line and nothing of what stands on it.
func TestImportReasons(t *testing.T) {
	t.Parallel()

	o := plainFile(new(unread))
	o.Unreadable = func(_ int, raw string, reason error) error {
		require.Error(t, reason)
		require.NotContains(t, reason.Error(), raw)
		return nil
	}
	report, err := suppression.Import(t.Context(), new(memory.Suppressions), ring(t, secret), strings.NewReader("+33639980001x\nAda.Lovelace\n+0639980001\n"), o)
	require.NoError(t, err)
	require.Equal(t, 3, report.Unreadable)
}

// A connection that breaks in the middle of a number has not said the number.
func TestImportOfABrokenFile(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	var kept unread
	reset := errors.New("connection reset")
	report, err := suppression.Import(t.Context(), l, k, io.MultiReader(strings.NewReader("+33639980001\n06\n+336399800"), iotest.ErrReader(reset)), plainFile(&kept))
	require.ErrorIs(t, err, reset)
	require.ErrorContains(t, err, "line 3: ")
	require.Equal(t, suppression.ImportReport{Lines: 2, Unreadable: 1, Unsettled: 1}, report)
	report, err = suppression.Import(t.Context(), l, k, strings.NewReader("+33639980001\n06\n+33639980002\n"), plainFile(&kept))
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 3, Added: 2, Unreadable: 1}, report)
}

func TestImportStops(t *testing.T) {
	t.Parallel()

	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	var kept unread
	o := plainFile(&kept)
	o.Unreadable = func(line int, _ string, _ error) error {
		if line == 2500 {
			cancel(reason)
		}
		return nil
	}
	k, l := ring(t, secret), new(memory.Suppressions)
	file := thousands(t, 2499) + strings.Repeat("unreadable\n", 1_000_000)
	report, err := suppression.Import(ctx, l, k, strings.NewReader(file), o)
	require.ErrorIs(t, err, reason)
	require.Equal(t, suppression.ImportReport{Lines: 2500, Added: 2000, Unreadable: 1, Unsettled: 499}, report)

	_, err = suppression.Import(t.Context(), l, ring(t, "quite another secret"), strings.NewReader(file), o)
	require.ErrorIs(t, err, suppression.ErrKey)
}

func thousands(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		b.WriteString(number(t, i).Reveal() + "\n")
	}
	return b.String()
}

// Two imports of one file at once add each line once, and neither fails over
// what the other did.
func TestImportTwiceAtOnce(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	file := thousands(t, 5000)
	reports := make(chan suppression.ImportReport, 2)
	for i := range 2 {
		go func() {
			var kept unread
			o := plainFile(&kept)
			o.Recorded = noon.Add(time.Duration(i) * time.Second)
			report, err := suppression.Import(t.Context(), l, k, strings.NewReader(file), o)
			if err != nil {
				t.Error(err)
			}
			reports <- report
		}()
	}
	one, other := <-reports, <-reports
	require.Equal(t, 5000, one.Added+other.Added)
	require.Equal(t, 5000, one.Already+other.Already)
}

// Whatever stands in a file, every line is accounted for and none is lost.
func FuzzImport(f *testing.F) {
	f.Add("phone,date\n+33639980001,2024-05-01\n\"06\n+33639980001,\"\n\n", true)
	f.Add("+33639980001\r\n06\r+33639980002", false)
	f.Add("\ufeff\"phone\"\n\"+33639980001", true)
	f.Fuzz(func(t *testing.T, file string, table bool) {
		var kept unread
		o := plainFile(&kept)
		if table {
			o.Column = "phone"
		}
		l := new(memory.Suppressions)
		report, err := suppression.Import(t.Context(), l, ring(t, secret), strings.NewReader(file), o)
		require.Equal(t, report.Lines, report.Added+report.Already+report.Unreadable+report.Unsettled)
		require.Len(t, kept, report.Unreadable)
		if err != nil {
			require.Zero(t, report)
			return
		}
		if strings.HasPrefix(file, "\xff\xfe") || strings.HasPrefix(file, "\xfe\xff") || strings.Contains(file, "\x00") {
			return // may be in UTF-16, whose lines are others
		}
		lines := 0
		for line := range strings.SplitSeq(strings.TrimPrefix(file, "\ufeff"), "\n") {
			if !utf8.ValidString(line) {
				line = strings.ReplaceAll(line, "\xa0", " ") // a space in Windows-1252
			}
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		if table {
			lines--
		}
		require.Equal(t, lines, report.Lines)
		again, err := suppression.Import(t.Context(), l, ring(t, secret), strings.NewReader(file), o)
		require.NoError(t, err)
		require.Equal(t, suppression.ImportReport{Lines: lines, Already: report.Added + report.Already, Unreadable: report.Unreadable}, again)
	})
}

func BenchmarkImport(b *testing.B) {
	k := ring(b, secret)
	var file strings.Builder
	file.WriteString("phone,date\n")
	const lines = 10_000
	for i := range lines {
		fmt.Fprintf(&file, "%s,2024-05-01\n", number(b, i).Reveal())
	}
	for b.Loop() {
		var kept unread
		report, err := suppression.Import(b.Context(), new(memory.Suppressions), k, strings.NewReader(file.String()), csvFile(&kept))
		if err != nil || report.Added != lines {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
}

// Dates are read as France writes them, on its clocks.
func TestImportReadsFrenchDates(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	var kept unread
	o := csvFile(&kept)
	o.Zone = time.FixedZone("", 2*3600)
	file := "Date;Phone\n03/05/2024 18:05;+33639980001\n2024-05-03;+33639980002\n05/13/2024;+33639980003\n"
	report, err := suppression.Import(t.Context(), l, k, strings.NewReader(file), o)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 3, Added: 3, Undated: 1}, report)
	require.Equal(t, time.Date(2024, 5, 3, 16, 5, 0, 0, time.UTC), entryOf(t, l, k, 1).Happened)
	require.Equal(t, time.Date(2024, 5, 2, 22, 0, 0, 0, time.UTC), entryOf(t, l, k, 2).Happened)
	require.Equal(t, noon, entryOf(t, l, k, 3).Happened)
}
