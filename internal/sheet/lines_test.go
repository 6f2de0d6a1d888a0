package sheet_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/accordsdk/accord/internal/sheet"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// French is a text with every letter that French has and ASCII does not.
const french = "àâæçéèêëîïôœùûüÿ ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ « » ’ – … €\r\nDupont;Zoé\r\n"

func encoded(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	s, err := e.NewEncoder().String(text)
	require.NoError(t, err)
	return s
}

func linesOf(t *testing.T, r io.Reader, e sheet.Encoding) (*sheet.Lines, []sheet.Line) {
	t.Helper()
	in := sheet.NewLines(r, e)
	var lines []sheet.Line
	for {
		l, err := in.Line()
		if errors.Is(err, io.EOF) {
			return in, lines
		}
		require.NoError(t, err)
		lines = append(lines, l)
	}
}

// Whatever program wrote the file, its lines are the same.
func TestLinesInEveryEncoding(t *testing.T) {
	t.Parallel()

	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for name, tt := range map[string]struct {
		file        string
		asked, want sheet.Encoding
		reread      int
	}{
		"UTF-8":                        {french, sheet.Detect, sheet.UTF8, 0},
		"UTF-8 with a mark":            {"\ufeff" + french, sheet.Detect, sheet.UTF8, 0},
		"UTF-8, asked for":             {french, sheet.UTF8, sheet.UTF8, 0},
		"Windows-1252":                 {encoded(t, charmap.Windows1252, french), sheet.Detect, sheet.Windows1252, 2},
		"Windows-1252, asked for":      {encoded(t, charmap.Windows1252, french), sheet.Windows1252, sheet.Windows1252, 0},
		"UTF-16, little, with a mark":  {"\xff\xfe" + encoded(t, little, french), sheet.Detect, sheet.UTF16LE, 0},
		"UTF-16, big, with a mark":     {"\xfe\xff" + encoded(t, big, french), sheet.Detect, sheet.UTF16BE, 0},
		"UTF-16, little, without":      {encoded(t, little, french), sheet.Detect, sheet.UTF16LE, 0},
		"UTF-16, big, without":         {encoded(t, big, french), sheet.Detect, sheet.UTF16BE, 0},
		"UTF-16, asked for":            {encoded(t, big, french), sheet.UTF16BE, sheet.UTF16BE, 0},
		"UTF-16, asked for and marked": {"\xff\xfe" + encoded(t, little, french), sheet.UTF16LE, sheet.UTF16LE, 0},
		"one after the other":          {strings.SplitAfter(french, "\n")[0] + encoded(t, charmap.Windows1252, "Dupont;Zoé\n"), sheet.Detect, sheet.Windows1252, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			want := strings.Split(strings.TrimSuffix(french, "\r\n"), "\r\n")
			for _, r := range []io.Reader{strings.NewReader(tt.file), iotest.OneByteReader(strings.NewReader(tt.file)), iotest.DataErrReader(strings.NewReader(tt.file))} {
				in, lines := linesOf(t, r, tt.asked)
				require.Equal(t, []sheet.Line{{Number: 1, Text: want[0]}, {Number: 2, Text: want[1]}}, lines)
				require.Equal(t, tt.want, in.Found())
				require.Equal(t, tt.reread, in.Reread())
				require.Equal(t, int64(len(tt.file)), in.Bytes())
				require.Equal(t, 2, in.Number())
			}
		})
	}
}

func TestLinesSayWhatTheyCannotRead(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		file    string
		asked   sheet.Encoding
		text    string
		problem string
	}{
		"a NUL":                  {"a\x00b", sheet.Detect, "a\x00b", "a NUL byte"},
		"UTF-8 that is not":      {"Zo\xe9", sheet.UTF8, "Zo\ufffd", "not valid UTF-8"},
		"a letter cut in two":    {"Zoé Ren\xc3", sheet.Detect, "Zoé Ren\ufffd", "the file ends in the middle of a character"},
		"a letter cut in a cell": {"Zoé Ren\xc3;x", sheet.Detect, "Zoé Ren\ufffd;x", "neither UTF-8 nor Windows-1252 throughout"},
		"a byte that nobody has": {"Zo\xe9\x81", sheet.Detect, "Zoé\ufffd", "bytes that Windows-1252 does not have"},
		"the same, asked for":    {"a\x9d", sheet.Windows1252, "a\ufffd", "bytes that Windows-1252 does not have"},
		"half a pair":            {"\xff\xfea\x00\x00\xd8", sheet.Detect, "a\ufffd", "not valid UTF-16"},
		"half a unit":            {"\xff\xfea\x00b", sheet.Detect, "a\ufffd", "not valid UTF-16"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			in, lines := linesOf(t, strings.NewReader(tt.file), tt.asked)
			raw := tt.file
			if strings.HasPrefix(raw, "\xff\xfe") {
				raw = tt.text
			}
			require.Equal(t, []sheet.Line{{Number: 1, Text: tt.text, Problem: tt.problem, Raw: raw}}, lines)
			require.Zero(t, in.Reread())
		})
	}
}

// A line of any length is one line, and what is kept of it is bounded.
func TestLinesThatAreTooLong(t *testing.T) {
	t.Parallel()

	for name, long := range map[string]string{
		"ASCII":        strings.Repeat("x", 5*sheet.MaxLine),
		"two bytes":    strings.Repeat("é", 2*sheet.MaxLine),
		"Windows-1252": strings.Repeat("\x80", 2*sheet.MaxLine),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, lines := linesOf(t, strings.NewReader("a\n"+long+"\nb"), sheet.Detect)
			require.Len(t, lines, 3)
			require.Equal(t, sheet.ProblemLong, lines[1].Problem)
			require.LessOrEqual(t, len(lines[1].Text), sheet.MaxLine)
			require.Equal(t, lines[1].Text, strings.ToValidUTF8(lines[1].Text, ""))
			require.Equal(t, sheet.Line{Number: 3, Text: "b"}, lines[2])
		})
	}
}

// What was read of a line before its reader failed may be half a number.
func TestLinesDropWhatAFailureCut(t *testing.T) {
	t.Parallel()

	failed := errors.New("connection reset")
	for _, cut := range []string{"063998", strings.Repeat("0", 2*sheet.MaxLine)} {
		in := sheet.NewLines(io.MultiReader(strings.NewReader("0639980001\n"+cut), iotest.ErrReader(failed)), sheet.Detect)
		l, err := in.Line()
		require.NoError(t, err)
		require.Equal(t, "0639980001", l.Text)
		_, err = in.Line()
		require.ErrorIs(t, err, failed)
	}
}

// Garbage is read to its end in bounded lines, each of them valid UTF-8.
func FuzzLines(f *testing.F) {
	for _, s := range []string{french, "\xff\xfea\x00\n\x00", "\xfe\xff\x00a", "a\x00\n\x00", "\x00", "Zo\xe9\r\n\r\n", "\xef\xbb\xbf\xef\xbb\xbf", "\x81\xc3"} {
		f.Add(s, uint8(0))
	}
	f.Fuzz(func(t *testing.T, file string, e uint8) {
		in, lines := linesOf(t, strings.NewReader(file), sheet.Encoding(e%5))
		require.Equal(t, int64(len(file)), in.Bytes())
		for i, l := range lines {
			require.Equal(t, i+1, l.Number)
			require.Equal(t, l.Text, strings.ToValidUTF8(l.Text, ""))
			require.NotContains(t, l.Text, "\n")
			if l.Problem == "" {
				require.NotContains(t, l.Text, "\x00")
			}
		}
	})
}
