package sms

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// What is taken for composed without a look at the tables is.
func TestInert(t *testing.T) {
	t.Parallel()

	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !inert(r) || r == 0xfffd {
			continue
		}
		n++
		p := norm.NFC.PropertiesString(string(r))
		require.Truef(t, norm.NFC.IsNormalString(string(r)) && p.BoundaryBefore() && p.CCC() == 0, "%U", r)
	}
	require.Greater(t, n, 20000)
	require.Equal(t, "\u03a9", Compose("\u2126"))
	require.Equal(t, "ж\u0439", Compose("ж\u0438\u0306"))
}

// The ranges that are passed over for speed hold nothing that goes with what
// stands before it; the table of the standard library is the other way to say it.
func TestExtends(t *testing.T) {
	t.Parallel()

	others := "\u0e33\u0eb3\u200c\u200d\uff9e\uff9f"
	for r := rune(0x300); r <= unicode.MaxRune; r++ {
		want := unicode.Is(unicode.M, r) || r != 0xfffd && strings.ContainsRune(others, r) || r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f
		if extends(r) != want {
			require.Equalf(t, want, extends(r), "%U", r)
		}
	}
	for r := rune(0); r < 0x300; r++ {
		require.Falsef(t, unicode.Is(unicode.M, r), "%U", r)
	}
}
