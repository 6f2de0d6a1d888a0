package phone

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxText is more than any number takes, with all the signs people put
	// into one.
	maxText = 100
	// maxDigits is the longest number of ITU-T E.164 after the longest prefix
	// for calls abroad.
	maxDigits = 20
)

// written is a number as it was written, without what is there for the eye.
type written struct {
	digits string
	plus   bool
}

func (w written) String() string {
	if w.plus {
		return "+" + w.digits
	}
	return w.digits
}

func clean(raw string) (written, error) {
	if len(raw) > maxText {
		return written{}, refuse("more than %d bytes", maxText)
	}
	if !utf8.ValidString(raw) {
		return written{}, refuse("not valid UTF-8")
	}
	for i := range len(raw) {
		if raw[i] >= utf8.RuneSelf {
			raw = norm.NFKC.String(raw) // full-width digits, among others
			break
		}
	}
	// Spreadsheets use an apostrophe to keep the zero in front.
	raw = strings.TrimPrefix(strings.TrimSpace(raw), "'")
	raw, err := uncalculated(raw)
	if err != nil {
		return written{}, err
	}
	var w written
	digits := make([]byte, 0, maxDigits)
	position := 0
	for _, r := range raw {
		position++
		switch {
		case r >= '0' && r <= '9':
			if len(digits) == maxDigits {
				return written{}, refuse("more than %d digits", maxDigits)
			}
			digits = append(digits, byte(r))
		case r == '+' && !w.plus && len(digits) == 0:
			w.plus = true
		case ornament(r):
		case unicode.IsLetter(r):
			return written{}, refuse("character %d is a letter", position)
		default:
			return written{}, refuse("character %d is not one of a telephone number", position)
		}
	}
	if len(digits) == 0 {
		return written{}, refuse("no digits")
	}
	w.digits = string(digits)
	return w, nil
}

// calculated is what becomes of a number that a spreadsheet, or a program for
// data, took for one to calculate with: 6,12E+08 or 639980012.0.
var calculated = regexp.MustCompile(`^\+?(?:([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})|([0-9]{8,15})[.,]0)$`)

// uncalculated gives a number its digits back where all of them are there. Those
// that an exponent stands for are lost: nobody knows whether they were zeros.
func uncalculated(raw string) (string, error) {
	if !strings.ContainsAny(raw, "eE") && !strings.HasSuffix(raw, ".0") && !strings.HasSuffix(raw, ",0") {
		return raw, nil
	}
	m := calculated.FindStringSubmatch(raw)
	if m == nil {
		return raw, nil
	}
	sign := ""
	if raw[0] == '+' {
		sign = "+"
	}
	if m[4] != "" {
		return sign + m[4], nil
	}
	exponent, err := strconv.Atoi(m[3])
	if err != nil || exponent != len(m[2]) {
		return "", refuse("a spreadsheet has left out digits, and written an exponent in their place")
	}
	return sign + m[1] + m[2], nil
}

// ornament reports whether people write r between digits, or programs leave it
// there: spaces of any width, dashes, dots, brackets, and marks of direction.
func ornament(r rune) bool {
	return strings.ContainsRune(" .-()/", r) ||
		unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) ||
		strings.ContainsRune("·•−[]_,", r)
}

// refuse returns an error that says what is wrong with a number, and nothing of
// the number.
func refuse(format string, args ...any) error {
	return fmt.Errorf("phone: "+format+": %w", append(args, contact.ErrAddress)...)
}
