package smstext_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/smstext"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// table is the alphabet as the specification prints it, and escapes its
// extension: written down here once more, so that a slip in the package shows.
var (
	table = []string{
		"@£$¥èéùìòÇ\nØø\rÅå", "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ", " !\"#¤%&'()*+,-./", "0123456789:;<=>?",
		"¡ABCDEFGHIJKLMNO", "PQRSTUVWXYZÄÖÑÜ§", "¿abcdefghijklmno", "pqrstuvwxyzäöñüà",
	}
	escapes = map[rune]byte{'\f': 0x0a, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2f, '[': 0x3c, '~': 0x3d, ']': 0x3e, '|': 0x40, '€': 0x65}
)

func corpus(t testing.TB) []string {
	t.Helper()
	file, err := os.ReadFile("testdata/corpus.txt")
	require.NoError(t, err)
	var out []string
	for _, line := range strings.Split(string(file), "\n") {
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		require.NoError(t, err, line)
		out = append(out, text)
	}
	require.Greater(t, len(out), 20)
	return out
}

// byHand writes text down bit by bit, as a handset would send it, and counts the
// messages of 140 octets that it takes. It is false for a text whose cuts depend
// on what a reader sees as one.
func byHand(text string) (provider.SMSCount, bool) {
	text = norm.NFC.String(text)
	var atoms []int // bits of what must not be cut
	for _, r := range text {
		row := -1
		for i, t := range table {
			if strings.ContainsRune(t, r) && r != 0x1b {
				row = i
			}
		}
		switch _, escaped := escapes[r]; {
		case row >= 0:
			atoms = append(atoms, 7)
		case escaped:
			atoms = append(atoms, 14)
		default:
			atoms = nil
			for _, r := range text {
				if r >= 0x300 && r < 0x370 || r >= 0x200c && r <= 0x200d || r >= 0xfe00 && r < 0xfe10 || r >= 0x1f1e6 && r < 0x1f200 {
					return provider.SMSCount{}, false
				}
				atoms = append(atoms, 16*len(utf16.Encode([]rune{r})))
			}
			return count(atoms, 16, provider.UCS2), true
		}
	}
	return count(atoms, 7, provider.GSM7), true
}

func count(atoms []int, unit int, e provider.Encoding) provider.SMSCount {
	bits := 0
	for _, a := range atoms {
		bits += a
	}
	out := provider.SMSCount{Encoding: e, Units: bits / unit, Segments: 1}
	if bits <= 140*8 {
		return out
	}
	const header = 6 * 8
	start := (header + unit - 1) / unit * unit // text begins at a whole unit
	filled := start
	for _, a := range atoms {
		if filled+a > 140*8 {
			out.Segments, filled = out.Segments+1, start
		}
		filled += a
	}
	return out
}

// Every text of the corpus, alone and repeated to every length around a border,
// is counted as by hand, is cut into as many segments, and comes back whole.
func TestCorpus(t *testing.T) {
	t.Parallel()

	compared := 0
	for _, text := range corpus(t) {
		for _, length := range []int{1, 66, 67, 68, 69, 70, 71, 133, 134, 135, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 304, 305, 306, 307, 308, 459, 460} {
			runes := []rune(text)
			for len(runes) < length {
				runes = append(runes, []rune(text)...)
			}
			for _, text := range []string{text, string(runes[:length]), string(runes[len(runes)-length:])} {
				got := provider.CountSMS(text)
				if want, ok := byHand(text); ok {
					compared++
					require.Equalf(t, want, got, "%q", text)
				}
				for _, wide := range []bool{false, true} {
					segments, err := smstext.Split(text, smstext.Reference{Number: 0x1234, Wide: wide})
					require.NoError(t, err)
					if !wide {
						require.Lenf(t, segments, got.Segments, "%q", text)
					}
					require.Equal(t, norm.NFC.String(text), received(t, segments))
				}
			}
		}
	}
	require.Greater(t, compared, 1000)
}

// Every character that takes two places, at every place around every border, in
// a text that ends there and in one that goes on.
func TestBorders(t *testing.T) {
	t.Parallel()

	places := func(ranges ...int) (out []int) {
		for i := 0; i < len(ranges); i += 2 {
			for n := ranges[i]; n <= ranges[i+1]; n++ {
				out = append(out, n)
			}
		}
		return out
	}
	same := func(text string, clause int) {
		want, ok := byHand(text + strings.Repeat("a", clause))
		require.True(t, ok)
		require.Equalf(t, want, provider.CountSMSWith(text, clause), "%q and %d", text, clause)
		segments, err := smstext.Split(text+strings.Repeat("a", clause), smstext.Reference{})
		require.NoError(t, err)
		require.Len(t, segments, want.Segments)
	}
	for two := range escapes {
		for _, n := range places(148, 161, 300, 310, 456, 461) {
			for _, more := range []int{0, 1, 2, 10} {
				text := strings.Repeat("à", n) + string(two)
				same(text+strings.Repeat("b", more), 0)
				same(text, more)
				same(text+string(two)+strings.Repeat("b", more), 14)
			}
		}
	}
	for _, n := range places(63, 72, 130, 137, 198, 203) {
		for _, more := range []int{0, 1, 2, 10} {
			text := strings.Repeat("ê", n) + "🗳"
			same(text+strings.Repeat("b", more), 0)
			same(text, more)
			same(text+"🗳"+strings.Repeat("€", more), 14)
		}
	}
}

// received puts segments together as a handset does, from the octets over the
// air and from those of SMPP.
func received(t testing.TB, segments []smstext.Segment) string {
	t.Helper()
	var air, smpp strings.Builder
	for i, s := range segments {
		data, length, err := s.Packed()
		require.NoError(t, err)
		require.LessOrEqual(t, len(data), 140)
		octets, err := s.Octets()
		require.NoError(t, err)
		if len(segments) > 1 {
			header := data[:1+int(data[0])]
			require.Equal(t, s.Header, header)
			require.Equal(t, []byte{byte(len(segments)), byte(i + 1)}, header[len(header)-2:])
			require.Equal(t, header, octets[:len(header)])
			data, octets = data[len(header):], octets[len(header):]
			if s.Encoding == provider.GSM7 {
				skip := smstext.FillBits(len(header))
				length -= (len(header)*8 + skip) / 7
				unpacked, err := smstext.Unpack(data, length, skip)
				require.NoError(t, err)
				data = unpacked
			}
		} else if s.Encoding == provider.GSM7 {
			data, err = smstext.Unpack(data, length, 0)
			require.NoError(t, err)
		}
		air.WriteString(decoded(t, s.Encoding, data))
		smpp.WriteString(decoded(t, s.Encoding, octets))
	}
	require.Equal(t, air.String(), smpp.String())
	return air.String()
}

func decoded(t testing.TB, e provider.Encoding, octets []byte) string {
	t.Helper()
	decode := smstext.DecodeGSM7
	if e == provider.UCS2 {
		decode = smstext.DecodeUCS2
	}
	text, err := decode(octets)
	require.NoError(t, err)
	return text
}
