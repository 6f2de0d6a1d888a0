package sms_test

import (
	"strings"
	"testing"

	"github.com/accordsdk/accord/internal/sms"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// The tables of 3GPP TS 23.038, section 6.2.1, in the order of their codes, ESC
// left out.
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
		" !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
		"¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|€"
)

// slow counts as the specification reads: it writes the message down unit by
// unit, and cuts it into segments.
func slow(text string, clause int) (units, segments int, ucs2 bool) {
	text = norm.NFC.String(text)
	var atoms []int // lengths of what must not be cut
	for _, r := range text {
		switch {
		case strings.ContainsRune(basic, r):
			atoms = append(atoms, 1)
		case strings.ContainsRune(extension, r):
			atoms = append(atoms, 2)
		default:
			ucs2 = true
		}
	}
	alone, joined := 160, 153
	if ucs2 {
		alone, joined = 70, 67
		atoms = nil
		for _, r := range text {
			atoms = append(atoms, len(string16(r)))
		}
	}
	for range clause {
		atoms = append(atoms, 1)
	}
	for _, a := range atoms {
		units += a
	}
	if units <= alone {
		return units, 1, ucs2
	}
	for len(atoms) > 0 {
		filled := 0
		for len(atoms) > 0 && filled+atoms[0] <= joined {
			filled += atoms[0]
			atoms = atoms[1:]
		}
		segments++
	}
	return units, segments, ucs2
}

// string16 returns r in UTF-16.
func string16(r rune) []uint16 {
	if r >= 0x10000 {
		r -= 0x10000
		return []uint16{0xd800 + uint16(r>>10), 0xdc00 + uint16(r&0x3ff)}
	}
	return []uint16{uint16(r)}
}

func TestTables(t *testing.T) {
	t.Parallel()

	require.Len(t, []rune(basic), 127, "128 codes, one of which is ESC")
	require.Len(t, []rune(extension), 10)
	for r := rune(1); r < 0x3000; r++ {
		units, segments, ucs2 := sms.Count(string(r), 0)
		switch {
		case strings.ContainsRune(basic, norm1(r)):
			require.Equalf(t, 1, units, "%U", r)
			require.Falsef(t, ucs2, "%U", r)
		case strings.ContainsRune(extension, norm1(r)):
			require.Equalf(t, 2, units, "%U", r)
			require.Falsef(t, ucs2, "%U", r)
		default:
			require.Truef(t, ucs2, "%U", r)
		}
		require.Equal(t, 1, segments)
	}
}

// norm1 returns what r is composed to, such as Ω for the sign of ohm.
func norm1(r rune) rune {
	for _, c := range norm.NFC.String(string(r)) {
		return c
	}
	return r
}

func FuzzCount(f *testing.F) {
	for _, text := range []string{
		"", "STOP", strings.Repeat("a", 159) + "€", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), strings.Repeat("ç", 70), strings.Repeat("é", 161),
		strings.Repeat("🗳", 35) + "a", strings.Repeat("a", 66) + "🗳" + strings.Repeat("a", 66), "e\u0301te\u0301", "C\u0327a", "\xff\xfe", "\u2126", "\u0344", "a\u0301\u0302",
	} {
		for _, clause := range []uint8{0, 1, 14, 200} {
			f.Add(text, clause)
		}
	}
	f.Fuzz(func(t *testing.T, text string, clause uint8) {
		units, segments, ucs2 := sms.Count(text, int(clause))
		wantUnits, wantSegments, wantUCS2 := slow(text, int(clause))
		require.Equalf(t, []any{wantUnits, wantSegments, wantUCS2}, []any{units, segments, ucs2}, "%q and %d", text, clause)
		// An accent written apart looks the same, and is counted the same.
		apartUnits, apartSegments, _ := sms.Count(norm.NFD.String(text), int(clause))
		require.Equal(t, []int{units, segments}, []int{apartUnits, apartSegments})
	})
}
