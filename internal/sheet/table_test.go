package sheet_test

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/accordsdk/accord/internal/sheet"
	"github.com/stretchr/testify/require"
)

func knowing(names ...string) func([]string) int {
	return func(header []string) (n int) {
		for _, name := range names {
			if _, err := sheet.Find(header, name); err == nil {
				n++
			}
		}
		return n
	}
}

func TestHeaderFindsTheSeparator(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		file string
		want byte
	}{
		"semicolons":                 {"nom;tel\nA;1\n", ';'},
		"commas":                     {"nom,tel\nA,1\n", ','},
		"tabs":                       {"nom\ttel\nA\t1\n", '\t'},
		"bars":                       {"nom|tel\nA|1\n", '|'},
		"one column":                 {"tel\n1\n", ','},
		"nothing but a header":       {"nom;tel", ';'},
		"a comma in a name":          {"nom, prénom;tel\nA, B;1\n", ';'},
		"a comma in every name":      {"nom, prénom;ville, pays;tel, fixe\nA;b;1\nC;d;2\n", ';'},
		"commas in the lines":        {"nom;tel\nA,b,c;1\nD,e,f;2\n", ';'},
		"quoted semicolons":          {"\"a;b;c\",tel\n\"x;y;z\",1\n", ','},
		"known names before numbers": {"a;b;c,tel\n1;2;3,4\n", ','},
		"declared":                   {"sep=|\nnom;x|tel\nA;b|1\n", '|'},
		"declared in marks":          {"\"sep=;\"\nnom,tel\n", ';'},
		"a blank line first":         {"\n\nnom;tel\nA;1\n", ';'},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			r := sheet.NewReader(strings.NewReader(tt.file), sheet.Detect)
			_, err := r.Header(0, knowing("tel"))
			require.NoError(t, err)
			require.Equal(t, string(tt.want), string(r.Separator()))
		})
	}
}

// To look for the separator takes no line away, blank ones in a quoted field
// included.
func TestHeaderTakesOneLine(t *testing.T) {
	t.Parallel()

	r := sheet.NewReader(strings.NewReader("\nsep=;\n nom ;=\"tel\"\n\n\"a\n\n\nb\";1\n;2\n"), sheet.Detect)
	header, err := r.Header(0, knowing())
	require.NoError(t, err)
	require.Equal(t, []string{"nom", "tel"}, header)
	record, err := r.Next(nil)
	require.NoError(t, err)
	require.Equal(t, sheet.Record{Line: 5, Raw: "\"a\n\n\nb\";1", Fields: []string{"a\n\n\nb", "1"}}, record)
	record, err = r.Next(nil)
	require.NoError(t, err)
	require.Equal(t, 9, record.Line)
	_, err = r.Next(nil)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, 2, r.Blank())
}

func TestFind(t *testing.T) {
	t.Parallel()

	header := []string{"Tél. portable", "tel", "TEL", "Ville", "ville ", "", "N° client"}
	for column, want := range map[string]int{"Tél. portable": 0, "tel portable": 0, "TEL PORTABLE": 0, "tel": 1, "TEL": 2, "Ville": 3, "n client": 6} {
		at, err := sheet.Find(header, column)
		require.NoError(t, err, column)
		require.Equal(t, want, at, column)
	}
	for column, want := range map[string]string{
		"Tel": "fields 2 and 3 of the header have the same name", "VILLE": "fields 4 and 5 of the header have the same name",
		"mobile": "no such column", "?": "no such column", "": "",
	} {
		at, err := sheet.Find(header, column)
		if want == "" {
			require.NoError(t, err)
			require.Equal(t, 5, at, "a column of no name is found by it")
			continue
		}
		require.EqualError(t, err, want, column)
	}
}

func TestCell(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{
		"": "", "  ": "", " a ": "a", "\u00a0a\u202f": "a", "\ta\r": "a",
		`="0612"`: "0612", `=" 0612 "`: "0612", `="a""b"`: `a"b`, `=""`: "", `="`: `="`, "=1+1": "=1+1", `="a`: `="a`,
		` "a"`: "a", `"`: `"`, `"a`: `"a`, `""`: "",
		"'0612": "0612", "'+33612": "+33612", "'=1+1": "=1+1", "'@x": "@x", "'t Hooft": "'t Hooft", "'": "'", "''": "''",
	} {
		require.Equalf(t, want, sheet.Cell(in), "%q", in)
	}
}

func TestAppendRow(t *testing.T) {
	t.Parallel()

	for want, cells := range map[string][]string{
		"a;b\r\n":                         {"a", "b"},
		";\r\n":                           {"", ""},
		"\"\"\r\n":                        {""},
		"\"a;b\";\"c\"\"d\";\"e\nf\"\r\n": {"a;b", `c"d`, "e\nf"},
		"\" a\";a,b\r\n":                  {" a", "a,b"},
		"'=1+1;'@x;'-2+3;'+a;'-\r\n":      {"=1+1", "@x", "-2+3", "+a", "-"},
		"' =1+1\r\n":                      {" =1+1"},
		"'＝1;'＋1+1\r\n":                   {"＝1", "＋1+1"},
		"+33639980001;-5;-1.5;+1 234\r\n": {"+33639980001", "-5", "-1.5", "+1 234"},
		"'\ta\r\n":                        {"\ta"},
	} {
		require.Equalf(t, want, string(sheet.AppendRow(nil, ';', cells...)), "%q", cells)
	}
}

func TestDate(t *testing.T) {
	t.Parallel()

	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	at := func(hour, minute, second int) time.Time {
		return time.Date(2024, 3, 24, hour, minute, second, 0, paris)
	}
	for in, want := range map[string]time.Time{
		"24/03/2024": at(0, 0, 0), "24-03-2024": at(0, 0, 0), "24.03.2024": at(0, 0, 0), "24/3/2024": at(0, 0, 0), "2024-03-24": at(0, 0, 0), "2024-3-24": at(0, 0, 0),
		"24/03/2024 18:05": at(18, 5, 0), "24/03/2024 18:05:06": at(18, 5, 6), "24/03/2024 à 18h05": at(18, 5, 0), "24/03/2024 18h": at(18, 0, 0), "24/03/2024 8:05": at(8, 5, 0),
		"2024-03-24 18:05:06": at(18, 5, 6), "2024-03-24T18:05": at(18, 5, 0), "24/03/2024  18:05": at(18, 5, 0),
		"2024-03-24T18:05:06+04:00": at(15, 5, 6), "2024-03-24T18:05:06Z": at(19, 5, 6), "2024-03-24 18:05:06.5Z": at(19, 5, 6).Add(time.Second / 2),
	} {
		got, err := sheet.Date(in, paris)
		require.NoErrorf(t, err, "%q", in)
		require.Truef(t, got.Equal(want), "%q: %v", in, got)
	}
	for _, in := range []string{
		"", "hier", "24/03/24", "03/24/2024", "24/13/2024", "30/02/2024", "29/02/2023", "0/03/2024", "24/00/2024", "24/03-2024", "24/03", "24/03/", "2024/03/24", "2024-03", "20240324", "45375",
		"24/03/2024 24:00", "24/03/2024 18:60", "24/03/2024 18:05:60", "24/03/2024 18", "24/03/2024 18:5", "24/03/2024 18:05 x", "24/03/2024x", "24/03/20245", "24/03/2024T18:05:06Z", "124/03/2024", "-4/03/2024", "24//2024", "24/03/2024 ", "24/03/2024 à",
	} {
		_, err := sheet.Date(in, paris)
		require.ErrorIsf(t, err, sheet.ErrDate, "%q", in)
	}
}

// What is written is read again as it was, by us and by others.
func FuzzRow(f *testing.F) {
	f.Add("a", "b;c", "=1+1")
	f.Add("'x", "\"", "\r\n")
	f.Add(" +33", "-", "＝")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		cells := []string{a, b, c}
		for i, cell := range cells {
			cells[i] = sheet.Cell(strings.ToValidUTF8(cell, "?"))
			if strings.ContainsAny(cells[i], "\x00\r") || cells[i] != "" && strings.Contains(`'"=`, cells[i][:1]) && sheet.Cell(cells[i]) != cells[i] {
				return // nothing that a file holds as it is
			}
		}
		row := string(sheet.AppendRow(nil, ';', cells...))
		standard := csv.NewReader(strings.NewReader(row))
		standard.Comma = ';'
		theirs, err := standard.Read()
		require.NoError(t, err)
		for _, cell := range theirs {
			require.NotContains(t, []string{"=", "@"}, cell[:min(1, len(cell))], "nothing runs")
		}
		if strings.Count(row, "\n") > 30 || len(row) > 1000 {
			return
		}
		r := sheet.NewReader(strings.NewReader("x;y;z\n"+row), sheet.UTF8)
		_, err = r.Header(';', nil)
		require.NoError(t, err)
		record, err := r.Next(nil)
		require.NoError(t, err)
		require.Empty(t, record.Problem)
		require.Equal(t, theirs, record.Fields)
		for i, field := range record.Fields {
			require.Equal(t, cells[i], sheet.Cell(field))
		}
		_, err = r.Next(nil)
		require.True(t, errors.Is(err, io.EOF))
	})
}

// The parser by hand agrees with package time on what both read.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"24/03/2024", "2024-03-24 18:05:06", "29/02/2023 18:05", "2024-03-24T18:05:06+01:00", "24.03.2024 à 18h05"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		got, err := sheet.Date(cell, time.UTC)
		for _, layout := range []string{"02/01/2006", "02-01-2006", "02.01.2006", "2006-01-02", "02/01/2006 15:04", "02/01/2006 15:04:05", "2006-01-02 15:04:05", time.RFC3339} {
			want, wrong := time.Parse(layout, cell)
			if wrong == nil && !strings.ContainsAny(cell, ",") && (want.Nanosecond() == 0 || layout == time.RFC3339) {
				require.NoError(t, err, layout)
				require.True(t, want.Equal(got), layout)
			}
		}
		if err == nil {
			require.False(t, got.IsZero() && !strings.Contains(cell, "1"), "%v", got)
		}
	})
}
