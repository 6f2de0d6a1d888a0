package smstext

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/accordsdk/accord/internal/sms"
)

// A CharacterError says that a character, counted from 1 in the composed text,
// is not in the GSM 7 bit alphabet.
type CharacterError struct{ Position int }

// Error says which character.
func (e *CharacterError) Error() string {
	return fmt.Sprintf("smstext: character %d is not in the GSM 7 bit alphabet", e.Position)
}

// ErrMalformed is in the tree of what decoding returns for what no encoder
// writes.
var ErrMalformed = errors.New("smstext: malformed")

// EncodeGSM7 returns text in the GSM 7 bit alphabet, a septet in an octet, as
// SMPP carries it (data_coding 0). A character of the extension table takes two.
// It fails with a [CharacterError] for a text that needs UCS-2.
func EncodeGSM7(text string) ([]byte, error) {
	text = sms.Compose(text)
	out := make([]byte, 0, len(text))
	position := 0
	for _, r := range text {
		position++
		septet, escaped, ok := sms.Code(r)
		if !ok {
			return nil, &CharacterError{position}
		}
		if escaped {
			out = append(out, sms.Escape)
		}
		out = append(out, septet)
	}
	return out, nil
}

// DecodeGSM7 reads what [EncodeGSM7] writes. A code that the extension table
// does not have is read in the basic alphabet, and an escape behind an escape as
// a space, as the specification asks of a receiver.
//
// Octets above 127 and an escape with nothing behind it are ErrMalformed. The
// text comes with the error, U+FFFD in the place of what cannot be read: a STOP
// is a STOP, whatever stands beside it.
func DecodeGSM7(septets []byte) (string, error) {
	var b strings.Builder
	b.Grow(len(septets))
	var first error
	malformed := func(what string, i int) rune {
		if first == nil {
			first = fmt.Errorf("%w: %s at octet %d", ErrMalformed, what, i+1)
		}
		return utf8.RuneError
	}
	for i := 0; i < len(septets); i++ {
		escaped := septets[i] == sms.Escape
		if escaped {
			i++
		}
		switch {
		case i == len(septets):
			b.WriteRune(malformed("an escape and nothing more", i-1))
		case septets[i] > 0x7f:
			b.WriteRune(malformed("no septet", i))
		case septets[i] == sms.Escape: // kept for further tables
			b.WriteByte(' ')
		default:
			r, ok := sms.Rune(septets[i], escaped)
			if !ok {
				r, _ = sms.Rune(septets[i], false)
			}
			b.WriteRune(r)
		}
	}
	return b.String(), first
}

// Pack puts eight septets into seven octets, the first septet in the lowest bits
// (TS 23.038, 6.1.2.1). Skip is how many bits of the first octet stay zero: those
// that [FillBits] gives behind a header. Bits left at the end are zero: the
// length of a message counts septets, so that they are not taken for an @. The
// carriage return that fills seven spare bits is for USSD (6.1.2.3), which has no
// such length.
func Pack(septets []byte, skip int) []byte {
	out := make([]byte, (len(septets)*7+skip+7)/8)
	for i, s := range septets {
		at := i*7 + skip
		wide := uint16(s&0x7f) << (at % 8)
		out[at/8] |= byte(wide)
		if wide > 0xff {
			out[at/8+1] |= byte(wide >> 8)
		}
	}
	return out
}

// Unpack returns n septets of what [Pack] wrote with the same skip, and
// ErrMalformed where there are fewer.
func Unpack(packed []byte, n, skip int) ([]byte, error) {
	if n < 0 || skip < 0 || skip > 7 {
		return nil, fmt.Errorf("%w: %d septets after %d bits", ErrMalformed, n, skip)
	}
	if n > (len(packed)*8-skip)/7 || len(packed) == 0 && n > 0 {
		return nil, fmt.Errorf("%w: %d octets are fewer than %d septets", ErrMalformed, len(packed), n)
	}
	out := make([]byte, n)
	for i := range out {
		at := i*7 + skip
		wide := uint16(packed[at/8])
		if at/8+1 < len(packed) {
			wide |= uint16(packed[at/8+1]) << 8
		}
		out[i] = byte(wide>>(at%8)) & 0x7f
	}
	return out, nil
}

// FillBits returns how many bits lie between a header of that many octets and
// the first septet, which begins at a multiple of seven bits.
func FillBits(header int) int { return (7 - header*8%7) % 7 }
