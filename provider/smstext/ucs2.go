package smstext

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/accordsdk/accord/internal/sms"
)

// EncodeUCS2 returns text in UTF-16, big-endian, as data_coding 8 of SMPP has
// it. What is above U+FFFF becomes a surrogate pair, which UCS-2 does not have
// and handsets show. Bytes that are not UTF-8 become U+FFFD.
func EncodeUCS2(text string) []byte {
	text = sms.Compose(text)
	out := make([]byte, 0, 2*len(text))
	for _, r := range text {
		if r > 0xffff {
			high, low := utf16.EncodeRune(r)
			out = binary.BigEndian.AppendUint16(out, uint16(high))
			r = low
		}
		out = binary.BigEndian.AppendUint16(out, uint16(r))
	}
	return out
}

// DecodeUCS2 reads what [EncodeUCS2] writes. An odd number of octets, and half
// of a surrogate pair, are ErrMalformed. The text comes with the error, U+FFFD in
// the place of what cannot be read.
func DecodeUCS2(octets []byte) (string, error) {
	out := make([]byte, 0, len(octets))
	var first error
	malformed := func(what string, i int) {
		if first == nil {
			first = fmt.Errorf("%w: %s at octet %d", ErrMalformed, what, i+1)
		}
		out = utf8.AppendRune(out, utf8.RuneError)
	}
	for i := 0; i < len(octets); i += 2 {
		if i+1 == len(octets) {
			malformed("half a unit", i)
			break
		}
		r := rune(binary.BigEndian.Uint16(octets[i:]))
		if !utf16.IsSurrogate(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		pair := utf8.RuneError
		if i+4 <= len(octets) {
			pair = utf16.DecodeRune(r, rune(binary.BigEndian.Uint16(octets[i+2:])))
		}
		if pair == utf8.RuneError {
			malformed("half a surrogate pair", i)
			continue
		}
		out = utf8.AppendRune(out, pair)
		i += 2
	}
	return string(out), first
}
