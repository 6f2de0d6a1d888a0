package sheet_test

import (
	"strings"
	"testing"

	"github.com/accordsdk/accord/internal/sheet"
	"github.com/stretchr/testify/require"
)

// Half a character at the end of a file is no letter of another encoding.
func TestLinesThatWereCut(t *testing.T) {
	t.Parallel()

	const cut = "the file ends in the middle of a character"
	for name, tt := range map[string]struct {
		file, text, problem string
		encoding            sheet.Encoding
	}{
		"behind UTF-8":          {"Zo\u00e9\nAndr\xe9", "Andr\ufffd", cut, sheet.Detect},
		"on a line of UTF-8":    {"No\u00ebl Zo\xc3", "No\u00ebl Zo\ufffd", cut, sheet.Detect},
		"behind ASCII":          {"a\nZo\xc3", "Zo\ufffd", cut, sheet.Detect},
		"three bytes, two left": {"Zo\u00e9\n5 \xe2\x82", "5 \ufffd", cut, sheet.Detect},
		"a letter of its own":   {"a\nAndr\xe9", "Andr\u00e9", "", sheet.Detect},
		"behind Windows-1252":   {"Zo\xe9\nCR\xc3", "CR\u00c3", "", sheet.Detect},
		"it was said to be":     {"Zo\u00e9\nZo\xc3", "Zo\u00c3", "", sheet.Windows1252},
		"with its end":          {"Zo\u00e9\nAndr\xe9\n", "Andr\u00e9", "", sheet.Detect},
		"whole":                 {"a\nZo\u00e9", "Zo\u00e9", "", sheet.Detect},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			lines := sheet.NewLines(strings.NewReader(tt.file), tt.encoding)
			var last sheet.Line
			for range strings.Count(strings.TrimSuffix(tt.file, "\n"), "\n") + 1 {
				var err error
				last, err = lines.Line()
				require.NoError(t, err)
			}
			require.Equal(t, tt.text, last.Text)
			require.Equal(t, tt.problem, last.Problem)
			require.Equal(t, tt.problem != "", last.Raw != "")
		})
	}
}
