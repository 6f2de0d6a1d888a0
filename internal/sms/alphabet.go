package sms

// Basic is the GSM 7 bit default alphabet (3GPP TS 23.038, section 6.2.1) in the
// order of its codes. ESC, which is no character, stands at its place.
const Basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" +
	" !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
	"¿abcdefghijklmnopqrstuvwxyzäöñüà"

// Escape goes before the code of a character of the extension table.
const Escape = 0x1b

const (
	absent   = 0xff
	extended = 0x80 // set in what Code returns of the extension table
)

// basicRunes and extensionRunes give the character of each code; no character
// is NUL.
var basicRunes = func() (t [128]rune) {
	code := 0
	for _, r := range Basic {
		t[code] = r
		code++
	}
	t[Escape] = 0
	return t
}()

var extensionRunes = [128]rune{
	0x0a: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2f: '\\',
	0x3c: '[', 0x3d: '~', 0x3e: ']', 0x40: '|', 0x65: '€',
}

// codes is the inverse of both, up to the last of Greek; the euro alone is above.
var codes = func() (t [0x3ca]uint8) {
	for r := range t {
		t[r] = absent
	}
	for code, r := range extensionRunes {
		if r != 0 && int(r) < len(t) {
			t[r] = uint8(code) | extended
		}
	}
	for code, r := range basicRunes {
		if r != 0 {
			t[r] = uint8(code)
		}
	}
	return t
}()

// Code returns the septet of r, whether Escape goes before it, and whether the
// alphabet has r at all.
func Code(r rune) (septet byte, escaped, ok bool) {
	c := code(r)
	return c &^ extended, c&extended != 0, c != absent
}

func code(r rune) uint8 {
	if uint32(r) < uint32(len(codes)) {
		return codes[r]
	}
	if r == '€' {
		return 0x65 | extended
	}
	return absent
}

// Rune returns the character of a septet, in the extension table if escaped. It
// is false where the table has none.
func Rune(septet byte, escaped bool) (rune, bool) {
	if septet > 0x7f {
		return 0, false
	}
	r := basicRunes[septet]
	if escaped {
		r = extensionRunes[septet]
	}
	return r, r != 0
}
