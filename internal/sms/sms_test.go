package sms_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

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
		if ucs2 && strings.ContainsFunc(text, func(r rune) bool { return r >= 0x300 && joining(r) }) {
			wantSegments = max(wantSegments, segments) // what a reader sees as one is not cut: see TestClusters and FuzzCut
		}
		require.Equalf(t, []any{wantUnits, wantSegments, wantUCS2}, []any{units, segments, ucs2}, "%q and %d", text, clause)
		// An accent written apart looks the same, and is counted the same.
		apartUnits, apartSegments, _ := sms.Count(norm.NFD.String(text), int(clause))
		require.Equal(t, []int{units, segments}, []int{apartUnits, apartSegments})
	})
}

// joining reports whether r may belong to the character before or behind it.
func joining(r rune) bool {
	return unicode.Is(unicode.M, r) || r == 0xe33 || r == 0xeb3 || r == 0x200c || r == 0x200d || r == 0xff9e || r == 0xff9f || r >= 0x1f1e6 && r <= 0x1f1ff ||
		r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f || r >= 0x1100 && r <= 0x11ff || r >= 0xa960 && r <= 0xa97c || r >= 0xac00 && r <= 0xd7fb
}

// seen is what a reader sees as one character, by another way than that of the
// package: a pattern for the cases of Unicode Standard Annex #29 but Hangul.
var seen = regexp.MustCompile(`(?s)(?:[\x{1f1e6}-\x{1f1ff}]{2}|.)` +
	`(?:[\p{M}\x{200c}\x{1f3fb}-\x{1f3ff}\x{e0020}-\x{e007f}\x{ff9e}\x{ff9f}]|\x{200d}[\x{2600}-\x{27bf}\x{1f300}-\x{1faff}]?)*`)

func TestClusters(t *testing.T) {
	t.Parallel()

	for name, one := range map[string]string{
		"a flag": "🇫🇷", "a family": "👩‍👩‍👧‍👦", "a skin tone": "👍🏽", "a profession": "👩🏾‍⚕️", "the flag of Scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
		"a keycap": "1️⃣", "a heart as a picture": "❤️", "an accent that does not compose": "q\u0301", "Hangul in jamo": "\u1112\u1161\u11ab\u11ab", "a conjunct": "क्षि", "a joiner after a virama": "क\u094d\u200d👧", "a Thai vowel sign": "น้ำ", "a halfwidth voiced letter": "ｶ\uff9e",
	} {
		units := len(utf16.Encode([]rune(one)))
		for before := 60; before <= 67; before++ {
			text := strings.Repeat("ж", before) + one + strings.Repeat("ж", 70)
			n, filled := sms.Next(text, true, sms.Header8)
			switch {
			case before+units <= 67:
				require.Equal(t, 67, filled, "%s after %d", name, before)
			default:
				require.Equal(t, before, filled, "%s after %d: it goes whole into the next segment", name, before)
				require.True(t, strings.HasPrefix(text[n:], one), name)
			}
		}
	}
	// Two flags may be cut between them, and a family that fits nowhere anywhere.
	n, filled := sms.Next(strings.Repeat("🇫🇷", 20), true, sms.Header8)
	require.Equal(t, []int{16 * 8, 64}, []int{n, filled})
	_, filled = sms.Next("e"+strings.Repeat("\u0301", 100), true, sms.Header8)
	require.Equal(t, 67, filled)
}

// However a text is cut, nothing is lost, every segment is full as far as it can
// be, and no cut is inside of what a reader sees as one.
func FuzzCut(f *testing.F) {
	for _, text := range []string{strings.Repeat("🇫🇷", 40), strings.Repeat("👩‍👩‍👧‍👦", 20), strings.Repeat("क्षि", 60), strings.Repeat("a", 152) + "€€", "ж" + strings.Repeat("e\u0301\u0301", 90), strings.Repeat("\u1112\u1161\u11ab", 80)} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, wide bool) {
		if len(text) > 1000 { // the pattern is slow, and longer texts have no other borders
			text = text[:1000]
		}
		text = sms.Compose(strings.ToValidUTF8(text, "?"))
		h := sms.Header8
		if wide {
			h = sms.Header16
		}
		_, ucs2 := sms.Measure(text)
		room := sms.Capacity(ucs2, h)
		segments := 0
		for rest := text; rest != ""; segments++ {
			n, units := sms.Next(rest, ucs2, h)
			require.Positive(t, n)
			require.LessOrEqual(t, units, room)
			piece := rest[:n]
			if measured, other := sms.Measure(piece); other == ucs2 {
				require.Equal(t, measured, units)
			}
			rest = rest[n:]
			if rest == "" {
				continue
			}
			next, _ := utf8.DecodeRuneInString(rest)
			require.Falsef(t, unicode.Is(unicode.M, next) && ucs2 && !alone(piece, room), "%q before %U", piece, next)
			if whole := seen.FindString(lastOf(piece) + rest); ucs2 && len(whole) > len(lastOf(piece)) && strings.HasPrefix(whole, lastOf(piece)) {
				require.Truef(t, alone(piece, room) || plainPair(whole), "%q is cut", whole)
			}
		}
		if _, counted, _ := sms.Count(text, 0); !wide && counted > 1 {
			require.Equal(t, counted, segments)
		}
	})
}

// alone reports whether the end of piece is one cluster as long as a segment.
func alone(piece string, room int) bool {
	last := seen.FindAllString(piece, -1)
	return len(last) > 0 && len(utf16.Encode([]rune(last[len(last)-1]))) >= room-1
}

func lastOf(piece string) string {
	all := seen.FindAllString(piece, -1)
	return all[len(all)-1]
}

// plainPair reports whether the pattern joined two characters that may be cut:
// it takes the first halves of two flags for one where they are the second half
// of one and the first of the next.
func plainPair(whole string) bool {
	r := []rune(whole)
	return len(r) >= 2 && r[0] >= 0x1f1e6 && r[0] <= 0x1f1ff
}
