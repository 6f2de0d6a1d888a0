package phone

import (
	"errors"
	"strings"

	"github.com/accordsdk/accord/contact"
	"github.com/nyaruka/phonenumbers/v2"
)

// Parse reads a telephone number as somebody in region writes it, with spaces
// of any width, dots, dashes and brackets, in ordinary or full-width digits:
// 06 39 98 00 12, +33 (0)6.39.98.00.12, 0033639980012. Region says what a
// number without a country code means; with the empty Territory every number
// must have one.
//
// It answers only for numbers that can exist by the numbering plans of
// phonenumbers, and for those that are reserved for fiction
// ([contact.Address.Fictional]). French overseas numbers in national form, such
// as 0692 12 34 56, are read as what they are in all regions of that plan, and
// so are those that somebody has put +33 before.
//
// What spreadsheets make of numbers is undone where nothing is lost: a zero or a
// plus sign gone, an apostrophe in front, 6,39980012E+08. Where digits are lost,
// as in 6,4E+08, the error says so.
//
// On all other inputs the answer is that of phonenumbers, but for texts that are
// more than a number (words, extensions), which are refused, and numbers of
// fewer than 7 or more than 15 digits.
//
// Errors have contact.ErrAddress in their tree. They say what is wrong and
// nothing of the number.
func Parse(raw string, region contact.Territory) (contact.Address, error) {
	w, err := clean(raw)
	if err != nil {
		return contact.Address{}, err
	}
	home := frenchCode(region)
	w.plus = w.plus || overseasWithoutPlus(w, home)
	if nine, abroad := national(w, home); nine != "" {
		return parseFrench(nine, home, abroad)
	}
	n, err := phonenumbers.Parse(w.String(), string(region))
	if err != nil {
		return contact.Address{}, explain(err, w, region)
	}
	a, err := contact.ParseE164(phonenumbers.Format(n, phonenumbers.E164))
	if !a.Fictional() && !phonenumbers.IsValidNumber(n) {
		return contact.Address{}, explainInvalid(n)
	}
	return a, err
}

// explain says why phonenumbers could not read w.
func explain(err error, w written, region contact.Territory) error {
	switch {
	case w.plus:
		return refuse("no country has the code that it starts with, or the rest is too short")
	case region == "":
		return refuse("no plus sign, and no region that would say what it means")
	case phonenumbers.GetCountryCodeForRegion(string(region)) == 0:
		return refuse("no plus sign, and %q is not a region with telephone numbers", region)
	case errors.Is(err, phonenumbers.ErrNumTooLong) || len(w.digits) > 15:
		return refuse("too many digits")
	default:
		return refuse("too few digits, or a code for calls abroad that no country has")
	}
}

// explainInvalid says why n cannot exist.
func explainInvalid(n *phonenumbers.PhoneNumber) error {
	code := n.GetCountryCode()
	switch phonenumbers.IsPossibleNumberWithReason(n) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return refuse("too few digits for country code %d", code)
	case phonenumbers.TOO_LONG:
		return refuse("too many digits for country code %d", code)
	case phonenumbers.INVALID_LENGTH:
		return refuse("no number of country code %d has that many digits", code)
	default:
		return refuse("nobody has numbers of country code %d that start like this", code)
	}
}

// Mobile reports whether a can be a mobile telephone. In countries where the
// number does not tell, such as those of +1, it reports true.
func Mobile(a contact.Address) bool {
	if a.Kind() != contact.Phone {
		return false
	}
	n, err := phonenumbers.Parse(a.Reveal(), "")
	if err != nil {
		return false
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return true
	default:
		// Most plans do not count what they reserve for fiction.
		text := a.Reveal()
		return a.Fictional() && (strings.HasPrefix(text, "+336") || strings.HasPrefix(text, "+447"))
	}
}
