package sheet

import (
	"errors"
	"strings"
	"time"
)

// ErrDate is what [Date] returns. It does not repeat what was read.
var ErrDate = errors.New("not a date written 02/01/2006 or 2006-01-02, nor an instant")

// Date reads a day, or an instant, as France writes it (24/03/2024, 24-03-2024,
// 24.03.2024, each with 18:05, 18:05:06, à 18h05 or 18h behind it) or as ISO
// 8601 does (2024-03-24, 2024-03-24 18:05:06, 2024-03-24T18:05:06+01:00). The
// day always stands before the month, years have four digits, and what names no
// zone is of the one given.
func Date(cell string, zone *time.Location) (time.Time, error) {
	p := dateParser{rest: cell}
	a, n := p.number(4)
	sign := p.sign("-/.")
	b, m := p.number(2)
	same := p.sign("-/.")
	c, o := p.number(4)
	year, day := c, a
	switch {
	case sign == 0 || same != sign || m == 0:
		return time.Time{}, ErrDate
	case n == 4 && o <= 2 && o > 0 && sign == '-':
		year, day = a, c
	case n == 0 || n > 2 || o != 4:
		return time.Time{}, ErrDate
	}
	hour, minute, second, ok := p.clock()
	if !ok {
		// What is left may be fractions and a zone.
		if t, err := time.Parse(time.RFC3339, strings.Replace(cell, " ", "T", 1)); err == nil && n == 4 {
			return t, nil
		}
		return time.Time{}, ErrDate
	}
	if b < 1 || b > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, ErrDate
	}
	if time.Date(year, time.Month(b), day, 0, 0, 0, 0, time.UTC).Day() != day {
		return time.Time{}, ErrDate // the 30th of February
	}
	return time.Date(year, time.Month(b), day, hour, minute, second, 0, zone), nil
}

// A dateParser takes what it reads off the front of rest.
type dateParser struct{ rest string }

// number takes a number of up to that many digits, and returns how many it had.
func (p *dateParser) number(most int) (value, digits int) {
	for digits < most && digits < len(p.rest) && p.rest[digits] >= '0' && p.rest[digits] <= '9' {
		value = value*10 + int(p.rest[digits]-'0')
		digits++
	}
	p.rest = p.rest[digits:]
	return value, digits
}

// sign takes one of the characters given, and returns it, or 0.
func (p *dateParser) sign(of string) byte {
	if p.rest == "" || strings.IndexByte(of, p.rest[0]) < 0 {
		return 0
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	return c
}

// clock takes the time of day, which may be missing, up to the end.
func (p *dateParser) clock() (hour, minute, second int, ok bool) {
	if p.rest == "" {
		return 0, 0, 0, true
	}
	if p.sign(" T") == 0 {
		return 0, 0, 0, false
	}
	p.rest = strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(p.rest, " "), "à "), "a ")
	hour, digits := p.number(2)
	sign := p.sign(":h")
	if digits == 0 || sign == 0 {
		return 0, 0, 0, false
	}
	if sign == 'h' && p.rest == "" {
		return hour, 0, 0, true
	}
	if minute, digits = p.number(2); digits != 2 {
		return 0, 0, 0, false
	}
	if p.sign(":") != 0 {
		if second, digits = p.number(2); digits != 2 {
			return 0, 0, 0, false
		}
	}
	return hour, minute, second, p.rest == ""
}
