package smstext_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/smstext"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// The samples that everybody's tables are checked with: hellohello is that of
// GSM 03.38, E8329BFD4697D9EC37.
func TestPack(t *testing.T) {
	t.Parallel()

	septets, err := smstext.EncodeGSM7("hellohello")
	require.NoError(t, err)
	require.Equal(t, []byte{0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37}, smstext.Pack(septets, 0))
	seven, err := smstext.EncodeGSM7("abcdefg")
	require.NoError(t, err)
	back, err := smstext.Unpack(smstext.Pack(seven, 0), 7, 0)
	require.NoError(t, err)
	require.Equal(t, seven, back, "the seven bits left over are no @")
	require.Equal(t, []int{0, 1, 0}, []int{smstext.FillBits(0), smstext.FillBits(6), smstext.FillBits(7)})
	for _, bad := range []struct{ packed, n, skip int }{{0, 1, 0}, {1, 2, 0}, {1, 1, 2}, {1, -1, 0}, {1, 1, -1}, {9, 1, 8}} {
		_, err := smstext.Unpack(make([]byte, bad.packed), bad.n, bad.skip)
		require.ErrorIs(t, err, smstext.ErrMalformed, bad)
	}
}

func TestDecodeMalformed(t *testing.T) {
	t.Parallel()

	for octets, want := range map[string]struct{ text, err string }{
		"\x80":               {"\ufffd", "no septet at octet 1"},
		"STOP\xff\x80":       {"STOP\ufffd\ufffd", "no septet at octet 5"},
		"STOP\x1b":           {"STOP\ufffd", "an escape and nothing more at octet 5"},
		"\x1b\x80STOP":       {"\ufffdSTOP", "no septet at octet 2"},
		"STOP\x1b\x1b\x1bSs": {"STOP Ss", ""},
	} {
		text, err := smstext.DecodeGSM7([]byte(octets))
		malformed(t, want.err, err)
		require.Equalf(t, want.text, text, "% x", octets)
	}
	for octets, want := range map[string]struct{ text, err string }{
		"\x00":                     {"\ufffd", "half a unit at octet 1"},
		"\x00S\x00":                {"S\ufffd", "half a unit at octet 3"},
		"\x00S\xd8\x3d":            {"S\ufffd", "half a surrogate pair at octet 3"},
		"\xd8\x3d\x00S":            {"\ufffdS", "half a surrogate pair at octet 1"},
		"\xdc\x00\x00S":            {"\ufffdS", "half a surrogate pair at octet 1"},
		"\xd8\x3d\xd8\x3d\xdd\xf3": {"\ufffd🗳", "half a surrogate pair at octet 1"},
		"\xff\xfd":                 {"\ufffd", ""},
	} {
		text, err := smstext.DecodeUCS2([]byte(octets))
		malformed(t, want.err, err)
		require.Equalf(t, want.text, text, "% x", octets)
	}
}

// malformed checks err, which is nil where want is "".
func malformed(t *testing.T, want string, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorIs(t, err, smstext.ErrMalformed)
	require.EqualError(t, err, "smstext: malformed: "+want)
}

func TestUnknownEscapes(t *testing.T) {
	t.Parallel()

	text, err := smstext.DecodeGSM7([]byte{0x1b, 0x41, 0x1b, 0x1b, 0x1b, 0x65})
	require.NoError(t, err)
	require.Equal(t, "A €", text, "an unknown escape is read in the basic alphabet")
}

func TestEncodeGSM7Refuses(t *testing.T) {
	t.Parallel()

	_, err := smstext.EncodeGSM7("Fran\u0063\u0327ois")
	var where *smstext.CharacterError
	require.ErrorAs(t, err, &where)
	require.Equal(t, 5, where.Position)
	require.EqualError(t, err, "smstext: character 5 is not in the GSM 7 bit alphabet")
}

func TestSplitBorders(t *testing.T) {
	t.Parallel()

	x := strings.Repeat
	for name, tt := range map[string]struct {
		text string
		wide bool
		want []int // units of the segments
	}{
		"nothing":                    {"", false, []int{0}},
		"one":                        {x("a", 160), false, []int{160}},
		"two":                        {x("a", 161), false, []int{153, 8}},
		"two, wide":                  {x("a", 161), true, []int{152, 9}},
		"a euro at the border":       {x("a", 152) + "€" + x("a", 10), false, []int{152, 12}},
		"a euro at the border, wide": {x("a", 151) + "€" + x("a", 10), true, []int{151, 12}},
		"UCS-2":                      {x("ç", 71), false, []int{67, 4}},
		"UCS-2, wide":                {x("ç", 71), true, []int{66, 5}},
		"an emoji at the border":     {x("ç", 66) + "🗳" + x("ç", 10), false, []int{66, 12}},
		"a family at the border":     {x("ç", 60) + "👩‍👩‍👧‍👦" + x("ç", 10), false, []int{60, 21}},
	} {
		segments, err := smstext.Split(tt.text, smstext.Reference{Wide: tt.wide})
		require.NoError(t, err)
		var got []int
		for _, s := range segments {
			got = append(got, s.Units)
		}
		require.Equal(t, tt.want, got, name)
	}
	_, err := smstext.Split(x("a", 153*255), smstext.Reference{})
	require.NoError(t, err)
	_, err = smstext.Split(x("a", 153*255+1), smstext.Reference{})
	require.ErrorIs(t, err, smstext.ErrTooLong)
	_, err = (&smstext.Segment{Encoding: 9}).Octets()
	require.Error(t, err)
}

func TestHeaders(t *testing.T) {
	t.Parallel()

	narrow, err := smstext.Split(strings.Repeat("a", 200), smstext.Reference{Number: 0x1234})
	require.NoError(t, err)
	require.Equal(t, []byte{5, 0, 3, 0x34, 2, 1}, narrow[0].Header)
	_ = append(narrow[0].Header, 'x') // as an adapter does
	require.Equal(t, []byte{5, 0, 3, 0x34, 2, 2}, narrow[1].Header)
	wide, err := smstext.Split(strings.Repeat("a", 200), smstext.Reference{Number: 0x1234, Wide: true})
	require.NoError(t, err)
	require.Equal(t, []byte{6, 8, 4, 0x12, 0x34, 2, 2}, wide[1].Header)
	_, length, err := narrow[0].Packed()
	require.NoError(t, err)
	require.Equal(t, 160, length, "seven septets of header and 153 of text")
	_, length, err = wide[0].Packed()
	require.NoError(t, err)
	require.Equal(t, 160, length, "eight and 152")
}

// The letters that editors and keyboards put into French texts, and what each
// costs (TECH-4): a text of 150 characters in one segment needs three.
func TestFrenchTraps(t *testing.T) {
	t.Parallel()

	fill := strings.Repeat("a", 149)
	for _, r := range "çâêîôûëïœÀÈÊÔŒ«»’…–ÂÎÛËÏÙŸÿ“”—•\u00a0\u202f" {
		report := smstext.Inspect(fill+string(r), "")
		require.Equalf(t, provider.SMSCount{Encoding: provider.UCS2, Units: 150, Segments: 3}, report.SMSCount, "%q", r)
		require.Lenf(t, report.Costly, 1, "%q", r)
		c := report.Costly[0]
		require.Equal(t, []any{string(r), 150, 1, true, 2}, []any{c.Text, c.First, c.Count, c.Forces, c.Saves})
		require.Equalf(t, 1, report.Replaced.Segments, "%q", r)
		text, changes := smstext.Transliterate(fill + string(r))
		require.Equalf(t, provider.GSM7, provider.CountSMS(text).Encoding, "%q", r)
		require.Equal(t, []smstext.Change{{Position: 150, From: string(r), To: c.Replacement}}, changes)
	}
	for _, r := range "àéèùÉÇæÆñÑ§'\"-" {
		require.Emptyf(t, smstext.Inspect(fill+string(r), "").Costly, "%q", r)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()

	report := smstext.Inspect("5€ « à l’été » 🗳 2€ “fête”", " STOP 36180")
	require.Equal(t, provider.CountSMS("5€ « à l’été » 🗳 2€ “fête” STOP 36180"), report.SMSCount)
	var got []string
	for _, c := range report.Costly {
		got = append(got, c.Text+">"+c.Replacement)
	}
	require.Equal(t, []string{`«>"`, "’>'", `»>"`, "🗳>", `“>"`, "ê>e", `”>"`, "€>"}, got)
	require.Equal(t, smstext.Costly{Text: "€", First: 2, Count: 2, Kept: 2, Saves: 0}, report.Costly[7])
	require.Equal(t, provider.UCS2, report.Replaced.Encoding, "the emoji stays")

	plain := strings.Repeat("a", 150)
	require.Equal(t, 1, smstext.Inspect(plain, "").Segments)
	require.Equal(t, 2, smstext.Inspect(plain, " STOP 36180").Segments)
	require.Equal(t, 3, smstext.Inspect(plain, " Arrêt 36180").Segments, "a clause forces UCS-2 on the text")
	euros := smstext.Inspect(strings.Repeat("a", 159)+"€", "")
	require.Equal(t, 1, euros.Costly[0].Saves)
}

// The clause of a carrier is not the host's to write, but its price is the
// host's to know.
func TestInspectClause(t *testing.T) {
	t.Parallel()

	report := smstext.Inspect(strings.Repeat("a", 150)+"é", " rêt 36180 [x]")
	require.Equal(t, []smstext.Costly{
		{Text: "ê", First: 154, Count: 1, Clause: true, Forces: true, Kept: 1, Saves: 1},
		{Text: "[", First: 163, Count: 1, Clause: true, Kept: 1},
		{Text: "]", First: 165, Count: 1, Clause: true, Kept: 1},
	}, report.Costly)
	require.Equal(t, report.SMSCount, report.Replaced)

	report = smstext.Inspect("fête", " arrêt")
	require.Len(t, report.Costly, 2)
	require.Equal(t, smstext.Costly{Text: "ê", First: 2, Count: 1, Forces: true, Replacement: "e"}, report.Costly[0])
	require.Equal(t, smstext.Costly{Text: "ê", First: 9, Count: 1, Clause: true, Forces: true, Kept: 1}, report.Costly[1])
}

// What Transliterate would not touch, the report does not promise.
func TestInspectLinks(t *testing.T) {
	t.Parallel()

	report := smstext.Inspect("ça : https://example.org/ça"+strings.Repeat("a", 100), "")
	require.Equal(t, []smstext.Costly{{Text: "ç", First: 1, Count: 2, Forces: true, Replacement: "c", Kept: 1, Saves: 1}}, report.Costly)
	require.Equal(t, 2, report.Replaced.Segments)
	report = smstext.Inspect("https://example.org/ça", "")
	require.Equal(t, []smstext.Costly{{Text: "ç", First: 21, Count: 1, Forces: true, Kept: 1}}, report.Costly)
}

func FuzzGSM7(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text, uint8(0))
		f.Add(text, uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, skip uint8) {
		composed := norm.NFC.String(text)
		septets, err := smstext.EncodeGSM7(text)
		require.Equal(t, provider.CountSMS(text).Encoding == provider.GSM7, err == nil)
		if err != nil {
			return
		}
		require.Len(t, septets, provider.CountSMS(text).Units)
		back, err := smstext.DecodeGSM7(septets)
		require.NoError(t, err)
		require.Equal(t, composed, back)
		packed := smstext.Pack(septets, int(skip%7))
		require.Len(t, packed, (len(septets)*7+int(skip%7)+7)/8)
		unpacked, err := smstext.Unpack(packed, len(septets), int(skip%7))
		require.NoError(t, err)
		require.True(t, bytes.Equal(septets, unpacked))
	})
}

// Garbage from a carrier is text or an error, and never a panic.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x1b, 0x65, 0x00}, 2, 0)
	f.Add([]byte{0xd8, 0x3d, 0xde, 0x00}, 3, 1)
	f.Fuzz(func(t *testing.T, data []byte, n, skip int) {
		if septets, err := smstext.Unpack(data, n, skip); err == nil {
			require.Len(t, septets, n)
			text, err := smstext.DecodeGSM7(septets)
			require.Truef(t, err == nil || septets[len(septets)-1] == 0x1b, "%v", err)
			require.True(t, utf8.ValidString(text))
		}
		if text, err := smstext.DecodeUCS2(data); err == nil && norm.NFC.IsNormalString(text) {
			require.Equal(t, data, append([]byte{}, smstext.EncodeUCS2(text)...))
		}
		_, _ = smstext.DecodeGSM7(data)
	})
}

// A text is cut into as many segments as are counted, and comes back whole.
func FuzzSplit(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(strings.Repeat(text, 4), uint16(7), true)
		f.Add(strings.Repeat(text, 3), uint16(7), false)
	}
	f.Fuzz(func(t *testing.T, text string, number uint16, wide bool) {
		text = strings.ToValidUTF8(text, "?")
		segments, err := smstext.Split(text, smstext.Reference{Number: number, Wide: wide})
		if err != nil {
			require.ErrorIs(t, err, smstext.ErrTooLong)
			return
		}
		if !wide {
			require.Len(t, segments, provider.CountSMS(text).Segments)
		}
		require.Equal(t, norm.NFC.String(text), received(t, segments))
		if len(text) < 1000 { // it counts once for each costly character
			inspected(t, text)
		}
	})
}

// inspected checks a report against the counts that it is made of.
func inspected(t *testing.T, text string) {
	t.Helper()
	report := smstext.Inspect(text, "")
	require.Equal(t, provider.CountSMS(text), report.SMSCount)
	replaced, changes := smstext.Transliterate(text)
	require.Equal(t, provider.CountSMS(replaced), report.Replaced)
	forcing, kept, count := 0, 0, 0
	for _, c := range report.Costly {
		if c.Forces {
			forcing, kept, count = forcing+1, kept+c.Kept, count+c.Count
			require.Equal(t, provider.UCS2, provider.CountSMS(c.Text).Encoding)
		}
		composed := []rune(norm.NFC.String(text))
		require.Equal(t, c.Text, string(composed[c.First-1]))
		require.Equal(t, c.Count, strings.Count(string(composed), c.Text))
	}
	require.Equal(t, forcing > 0, report.Encoding == provider.UCS2)
	require.Equal(t, kept > 0, report.Replaced.Encoding == provider.UCS2)
	require.Len(t, changes, count-kept)
}

func BenchmarkSplit(b *testing.B) {
	for name, text := range map[string]string{"GSM-7": strings.Repeat("Réunion jeudi à 19 h. ", 20), "UCS-2": strings.Repeat("L’été arrive 🗳️ ", 20)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := smstext.Split(text, smstext.Reference{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
