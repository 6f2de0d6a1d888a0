package regime

import (
	"time"

	"github.com/accordsdk/accord/contact"
)

// Easter returns Easter Sunday of a year of the Gregorian calendar, at 0:00
// UTC, by the anonymous Gregorian computus.
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	day := (h+l-7*m+114)%31 + 1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// FrenchHoliday reports whether the calendar day of t, in t's own zone, is a
// public holiday in a French territory: the eleven days of Code du travail art.
// L3133-1 (V2), and those that art. L3422-2 adds overseas (V2). The days of
// Alsace-Moselle are left out, since a number or a territory does not say who
// lives there. Saint-Martin's day is 28 May by one source of three.
func FrenchHoliday(t time.Time, territory contact.Territory) bool {
	_, month, day := t.Date()
	switch md := int(month)*100 + day; md {
	case 101, 501, 508, 714, 815, 1101, 1111, 1225:
		return true
	default:
		if overseas[territory] == md {
			return true
		}
	}
	easter := Easter(t.Year())
	date := time.Date(t.Year(), month, day, 0, 0, 0, 0, time.UTC)
	switch int(date.Sub(easter).Hours() / 24) {
	case 1, 39, 50:
		return date.After(easter)
	}
	return false
}

// overseas are the days, month*100+day, that commemorate the abolition of
// slavery.
var overseas = map[contact.Territory]int{
	"YT": 427,
	"MQ": 522,
	"GP": 527,
	"MF": 528,
	"GF": 610,
	"BL": 1009,
	"RE": 1220,
}
