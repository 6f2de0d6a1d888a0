package campaign

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
)

// A tongue is how a language writes numbers and days. The tables are the words
// of the languages themselves; CLDR groups digits in French with a space that
// is not in the GSM-7 alphabet and would more than halve an SMS.
type tongue struct {
	group  string
	months [12]string
	layout func(day int, month string, year int) string
}

var (
	french    = frenchWith("août")
	frenchSMS = frenchWith("aout")
	english   = &tongue{group: ",", months: englishMonths, layout: func(d int, m string, y int) string {
		return fmt.Sprintf("%d %s %d", d, m, y)
	}}
	american = &tongue{group: ",", months: englishMonths, layout: func(d int, m string, y int) string {
		return fmt.Sprintf("%s %d, %d", m, d, y)
	}}
	englishMonths = [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
)

func frenchWith(august string) *tongue {
	return &tongue{
		group:  " ",
		months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", august, "septembre", "octobre", "novembre", "décembre"},
		layout: func(d int, m string, y int) string {
			if d == 1 {
				return fmt.Sprintf("1er %s %d", m, y)
			}
			return fmt.Sprintf("%d %s %d", d, m, y)
		},
	}
}

// tongueOf returns how a language is written on a channel, or nil where nobody
// knows.
func tongueOf(language string, channel contact.Channel) *tongue {
	subtags := strings.Split(strings.ToLower(language), "-")
	switch {
	case subtags[0] == "fr" && channel == contact.SMS:
		return frenchSMS
	case subtags[0] == "fr":
		return french
	case subtags[0] == "en" && subtags[len(subtags)-1] == "us":
		return american
	case subtags[0] == "en":
		return english
	default:
		return nil
	}
}

// number writes n, from five digits on in groups of three.
func (t *tongue) number(n int64) string {
	digits, sign := strconv.FormatInt(n, 10), ""
	if digits[0] == '-' {
		digits, sign = digits[1:], "-"
	}
	if len(digits) < 5 {
		return sign + digits
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(t.group)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// date writes a day, and reports whether its year has four digits.
func (t *tongue) date(v contact.Value) (string, bool) {
	year, month, day := time.Unix(v.Int(), 0).UTC().Date()
	if year < 1000 || year > 9999 {
		return "", false
	}
	return t.layout(day, t.months[month-1], year), true
}
