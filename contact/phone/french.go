package phone

import (
	"strconv"
	"strings"

	"github.com/accordsdk/accord/contact"
	"github.com/nyaruka/phonenumbers/v2"
)

// French numbers are one plan under five calling codes: from Brest to Saint-
// Denis a person writes 0 and nine digits, whose first say which territory the
// number is of, and files that hold people of several write all of them so.
// Read with the rules of metropolitan France alone, 0692 12 34 56 is not a
// number.

const metropolitan = 33

// overseas are the calling codes of the other territories of that plan.
var overseas = []int{262, 590, 594, 596}

// frenchCode returns the calling code of a region that writes numbers so, or 0.
func frenchCode(region contact.Territory) int {
	switch region {
	case "FR":
		return metropolitan
	case "RE", "YT":
		return 262
	case "GP", "MF", "BL":
		return 590
	case "GF":
		return 594
	case "MQ":
		return 596
	default:
		return 0
	}
}

// national returns the nine digits of a number of the French plan as somebody
// in home would write them, and whether they were written with the code of
// metropolitan France. It returns "" for other numbers.
func national(w written, home int) (nine string, abroad bool) {
	d := w.digits
	switch {
	case w.plus && strings.HasPrefix(d, "33"):
		d, abroad = d[2:], true
	case w.plus || home == 0:
		return "", false
	case strings.HasPrefix(d, "0033"):
		d, abroad = d[4:], true
	case len(d) == 11 && strings.HasPrefix(d, "33"):
		// A spreadsheet took the plus sign for arithmetic.
		d, abroad = d[2:], true
	}
	if len(d) == 10 && d[0] == '0' {
		d = d[1:] // (0)
	}
	if len(d) != 9 || d[0] == '0' {
		return "", false
	}
	return d, abroad
}

// overseasWithoutPlus reports whether w can only be an overseas number whose
// plus sign was lost: no number in national form has twelve digits.
func overseasWithoutPlus(w written, home int) bool {
	if home == 0 || w.plus || len(w.digits) != 12 {
		return false
	}
	for _, code := range overseas {
		if strings.HasPrefix(w.digits, strconv.Itoa(code)) {
			return true
		}
	}
	return false
}

// parseFrench reads nine digits of the French plan as somebody in home writes
// them, or as somebody abroad does.
func parseFrench(nine string, home int, abroad bool) (contact.Address, error) {
	if commonFrench(nine) && (home == metropolitan || abroad) {
		return withCode(metropolitan, nine)
	}
	return frenchByPlan(nine, home, abroad)
}

// frenchByPlan is parseFrench for every number. In order of precedence:
//
//   - a range set aside for fiction keeps the code +33, with which it was set
//     aside: 06 39 98 is one, though 06 39 is Mayotte;
//   - a number of the region that it is read in stays there, and one that was
//     written with +33 stays there if it can;
//   - a geographic, mobile or voice-over-IP number that exactly one overseas
//     code has is of that code, even if metropolitan tables have it as well
//     (0596 is Martinique);
//   - what is left is of +33, or of nobody.
//
// It goes by what phonenumbers calls valid.
func frenchByPlan(nine string, home int, abroad bool) (contact.Address, error) {
	a, err := withCode(metropolitan, nine)
	if err != nil || a.Fictional() {
		return a, err
	}
	n, err := strconv.ParseUint(nine, 10, 64)
	if err != nil {
		return contact.Address{}, refuse("not digits")
	}
	inFrance := valid(metropolitan, n)
	if abroad && inFrance {
		return a, nil
	}
	found, places := 0, 0
	for _, code := range overseas {
		if !valid(code, n) {
			continue
		}
		if code == home && !abroad {
			return withCode(home, nine)
		}
		if ofOnePlace(code, n) {
			found = code
			places++
		}
	}
	switch {
	case places == 1:
		return withCode(found, nine)
	case inFrance:
		return a, nil
	default:
		return contact.Address{}, refuse("nobody has French numbers that start like this")
	}
}

func withCode(code int, nine string) (contact.Address, error) {
	return contact.ParseE164("+" + strconv.Itoa(code) + nine)
}

func number(code int, national uint64) *phonenumbers.PhoneNumber {
	c := int32(code)
	return &phonenumbers.PhoneNumber{CountryCode: &c, NationalNumber: &national}
}

func valid(code int, national uint64) bool {
	return phonenumbers.IsValidNumber(number(code, national))
}

// ofOnePlace reports whether the number is one of a place or a person, and not
// of a service that answers everywhere, such as 0800.
func ofOnePlace(code int, national uint64) bool {
	switch phonenumbers.GetNumberType(number(code, national)) {
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.VOIP:
		return true
	default:
		return false
	}
}

// commonFrench reports whether nine digits are those of a metropolitan number
// for sure, by a look at the first three: most numbers of a French file are,
// and asking phonenumbers takes eighty times as long. A test compares the two
// for every beginning.
func commonFrench(nine string) bool {
	switch a, b, c := nine[0], nine[1], nine[2]; a {
	case '1', '3':
		return true
	case '2':
		return b <= '5' || b >= '7'
	case '4':
		return b >= '1'
	case '5':
		return b <= '8'
	case '6':
		switch b {
		case '3':
			return c <= '8' || c == '9' && nine[3] == '9' && nine[4] == '8'
		case '9':
			return c == '5' || c >= '8'
		default:
			return true
		}
	case '7':
		return b >= '3'
	default:
		return false
	}
}
