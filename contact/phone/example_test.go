package phone_test

import (
	"errors"
	"fmt"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
)

// One number has many spellings and one address.
func ExampleParse() {
	var first contact.Address
	for i, raw := range []string{"06 39 98 00 12", "+33 (0)6.39.98.00.12", "0033639980012"} {
		a, err := phone.Parse(raw, "FR")
		if err != nil {
			fmt.Println(err)
			return
		}
		if i == 0 {
			first = a
		}
		fmt.Println(a, a == first)
	}

	// Output:
	// phone:+33…12 true
	// phone:+33…12 true
	// phone:+33…12 true
}

// A mobile of Réunion in national form is of Réunion wherever in France it was
// written down: its clock and its voting day differ.
func ExampleParse_overseas() {
	a, err := phone.Parse("0692 12 34 56", "FR")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a, a.Territory(), a.Territory().Zones())

	// Output:
	// phone:+262…56 RE [Indian/Reunion]
}

// An error says what is wrong, and nothing of the number.
func ExampleParse_error() {
	_, err := phone.Parse("06 39 98 12", "FR")
	fmt.Println(err)
	fmt.Println(errors.Is(err, contact.ErrAddress))

	// Output:
	// phone: too few digits for country code 33: not an address
	// true
}
