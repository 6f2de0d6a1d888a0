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
// of a surrogate pair, are ErrMalformed.
func DecodeUCS2(octets []byte) (string, error) {
	if len(octets)%2 != 0 {
		return "", fmt.Errorf("%w: %d octets are no whole number of units", ErrMalformed, len(octets))
	}
	out := make([]byte, 0, len(octets))
	for i := 0; i < len(octets); i += 2 {
		r := rune(binary.BigEndian.Uint16(octets[i:]))
		if utf16.IsSurrogate(r) {
			if i+4 > len(octets) {
				return "", fmt.Errorf("%w: half a surrogate pair at octet %d", ErrMalformed, i+1)
			}
			if r = utf16.DecodeRune(r, rune(binary.BigEndian.Uint16(octets[i+2:]))); r == utf8.RuneError {
				return "", fmt.Errorf("%w: half a surrogate pair at octet %d", ErrMalformed, i+1)
			}
			i += 2
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out), nil
}
