package contact

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unique"
)

// ErrAddress is in the tree of every error that says a text is not an address.
// Such an error says what is wrong and never repeats the text.
var ErrAddress = errors.New("not an address")

// An AddressKind says what an [Address] is.
type AddressKind uint8

// The kinds of address. The zero AddressKind is that of the zero Address.
const (
	NoAddress AddressKind = iota
	Phone
	Email
)

// String returns "none", "phone" or "email".
func (k AddressKind) String() string {
	switch k {
	case Phone:
		return "phone"
	case Email:
		return "email"
	default:
		return "none"
	}
}

// An Address is one phone number or one e-mail address in canonical form: E.164
// for the one, lower case with an ASCII domain for the other. The zero Address
// is no address. Make one with [ParseE164], [ParseEmail] or [ParseAddress];
// package contact/phone reads numbers as people write them.
//
// Addresses are small, compare with ==, and can be keys of maps. Printing one,
// with any verb of package fmt, in JSON or through slog, shows a mask such as
// phone:+33…12. So does printing a value that contains one: where packages
// reflect on unexported fields instead of calling methods they find the number
// mixed with a key that each process draws for itself. [Address.Reveal] is the
// only way to the text.
//
// An Address does not implement sql.Scanner or driver.Valuer: a host that
// stores one says Reveal, so that no database fills with masks.
type Address struct {
	kind AddressKind
	// number is the E.164 digits as an integer, XOR noise.
	number uint64
	// mailbox is the mixed text of an e-mail address. A handle keeps == cheap;
	// for phone numbers it would cost 2 µs and 240 bytes for each new one.
	mailbox unique.Handle[string]
}

// noise is drawn once for each process. It keeps numbers out of dumps; it is
// not a cipher, and nothing that leaves the process is mixed with it.
var noise = func() (key [32]byte) {
	_, _ = rand.Read(key[:]) // documented never to fail
	return key
}()

var phoneNoise = binary.LittleEndian.Uint64(noise[:8])

func mix(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] ^= noise[i%len(noise)]
	}
	return string(b)
}

// ParseE164 reads a phone number in E.164 form: a plus sign and 7 to 15 digits,
// of which the first is not 0 (ITU-T E.164). It accepts no spaces.
func ParseE164(s string) (Address, error) {
	if len(s) == 0 || s[0] != '+' {
		return Address{}, fmt.Errorf("contact: phone number: no leading plus sign: %w", ErrAddress)
	}
	digits := s[1:]
	if len(digits) < 7 || len(digits) > 15 {
		return Address{}, fmt.Errorf("contact: phone number: %d digits, want 7 to 15: %w", len(digits), ErrAddress)
	}
	if digits[0] == '0' {
		return Address{}, fmt.Errorf("contact: phone number: country code starts with 0: %w", ErrAddress)
	}
	var n uint64
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return Address{}, fmt.Errorf("contact: phone number: byte %d is not a digit: %w", i+1, ErrAddress)
		}
		n = n*10 + uint64(d)
	}
	return Address{kind: Phone, number: n ^ phoneNoise}, nil
}

// PhoneFromDigits is [ParseE164] for a number already read as an integer, such
// as 33639980000: the digits of E.164 without the plus sign.
func PhoneFromDigits(n uint64) (Address, error) {
	if n < 1_000_000 || n > 999_999_999_999_999 {
		return Address{}, fmt.Errorf("contact: phone number: want 7 to 15 digits: %w", ErrAddress)
	}
	return Address{kind: Phone, number: n ^ phoneNoise}, nil
}

// ParseAddress reads what [Address.Reveal] wrote: a phone number in E.164 form
// if s starts with a plus sign and has no @ sign, and an e-mail address
// otherwise.
func ParseAddress(s string) (Address, error) {
	if strings.HasPrefix(s, "+") && !strings.Contains(s, "@") {
		return ParseE164(s)
	}
	return ParseEmail(s)
}

// Kind returns what a is.
func (a Address) Kind() AddressKind { return a.kind }

// IsZero reports whether a is no address.
func (a Address) IsZero() bool { return a.kind == NoAddress }

// Reveal returns the text of a: +33639980012, or name@example.org. It returns
// "" for the zero Address. Search a program for this name to find every place
// where an address can leave it.
func (a Address) Reveal() string {
	return string(a.AppendReveal(nil))
}

// AppendReveal appends what [Address.Reveal] returns to b.
func (a Address) AppendReveal(b []byte) []byte {
	switch a.kind {
	case Phone:
		b = append(b, '+')
		return strconv.AppendUint(b, a.number^phoneNoise, 10)
	case Email:
		return append(b, mix(a.mailbox.Value())...)
	default:
		return b
	}
}

// digits returns the E.164 digits of a phone number as an integer, 0 for others.
func (a Address) digits() uint64 {
	if a.kind != Phone {
		return 0
	}
	return a.number ^ phoneNoise
}

// Reaches reports whether a message on channel c can go to a.
func (a Address) Reaches(c Channel) bool {
	if c == EmailChannel {
		return a.kind == Email
	}
	return a.kind == Phone && c != NoChannel
}

// String returns the mask of a: its kind, its calling code where that is
// known, and its last two digits; or its kind alone for an e-mail address,
// whose every part can name a person.
func (a Address) String() string {
	switch a.kind {
	case Phone:
		n := a.digits()
		return fmt.Sprintf("phone:+%s…%02d", callingCode(n), n%100)
	case Email:
		return "email:…"
	default:
		return "none"
	}
}

// Format writes the mask of a, whatever the verb and flags.
func (a Address) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(a.String())) }

// GoString returns the mask of a.
func (a Address) GoString() string { return a.String() }

// LogValue returns the mask of a.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText returns the mask of a.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads an address as [ParseAddress] does. It refuses a mask: a
// document that was masked on its way out cannot be read back as data.
func (a *Address) UnmarshalText(text []byte) error {
	if bytes.ContainsRune(text, '…') {
		return fmt.Errorf("contact: address: the text is a mask; write Reveal() where an address must be kept: %w", ErrAddress)
	}
	read, err := ParseAddress(string(text))
	if err != nil {
		return err
	}
	*a = read
	return nil
}
