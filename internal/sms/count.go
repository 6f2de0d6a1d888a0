// Package sms holds the alphabet of SMS and cuts texts into segments. Packages
// provider and provider/smstext are its public face; it is apart so that a
// clearance can say how many segments it holds without giving its text away, and
// so that what counts and what cuts are the same code.
package sms

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Header is the length in octets, its own length included, of what each part of
// a message begins with that needs several: six with a reference of eight bits
// (3GPP TS 23.040, section 9.2.3.24.1), seven with one of sixteen (9.2.3.24.8).
type Header int

// The two headers.
const (
	Header8  Header = 6
	Header16 Header = 7
)

const octets = 140 // of user data in a segment

// Capacity returns how many septets, or UTF-16 code units, a segment takes after
// a header of that many octets; none is 0.
func Capacity(ucs2 bool, h Header) int {
	if ucs2 {
		return (octets - int(h)) / 2
	}
	return (octets - int(h)) * 8 / 7
}

// Compose returns text in the form in which it is counted and sent (NFC).
func Compose(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return composeRest(text, i)
		}
	}
	return text
}

// composeRest is Compose for a text that is ASCII up to there.
func composeRest(text string, from int) string {
	for _, r := range text[from:] {
		if !inert(r) {
			return composeSlow(text)
		}
	}
	return text
}

func composeSlow(text string) string {
	if norm.NFC.IsNormalString(text) {
		return text
	}
	return norm.NFC.String(text)
}

// inert tells of the frequent characters that composing neither changes nor
// joins to the one before: a text of nothing else is composed, which package
// norm takes ten times as long to say.
func inert(r rune) bool {
	switch {
	case r < 0x300, // Latin
		r >= 0x388 && r < 0x483,     // Greek and Cyrillic
		r >= 0x2002 && r < 0x20d0,   // spaces, quotation marks, dashes, currencies
		r >= 0x4e00 && r < 0xa000,   // ideographs
		r >= 0xfe00 && r <= 0xfe0f,  // variation selectors
		r >= 0x1f000 && r < 0x1fb00: // pictures
		return true
	}
	return false
}

// Count returns the length of text followed by a clause of that many septets,
// in septets, or in UTF-16 code units when ucs2 is true, and the number of
// segments, with headers of six octets. It composes text first.
func Count(text string, clause int) (units, segments int, ucs2 bool) {
	text = Compose(text)
	units, escaped, ok := septets(text)
	if !ok {
		units = codeUnits(text)
	}
	whole := units + clause
	room := Capacity(!ok, Header8)
	switch {
	case whole <= Capacity(!ok, 0):
		return whole, 1, !ok
	case ok && !escaped: // nothing that could not be cut
		return whole, (whole + room - 1) / room, false
	}
	filled := 0
	for segments = 1; ; segments++ {
		n, u := next(text, !ok, room)
		if text, filled = text[n:], u; text == "" {
			break
		}
	}
	if over := clause - (room - filled); over > 0 {
		segments += (over + room - 1) / room
	}
	return whole, segments, !ok
}

// Measure returns the length of text, which is composed, in septets, or in
// UTF-16 code units when ucs2 is true.
func Measure(text string) (units int, ucs2 bool) {
	if units, _, ok := septets(text); ok {
		return units, false
	}
	return codeUnits(text), true
}

// Next returns how many bytes of text, which is composed, go into the next of
// several segments with such a header, and how many units they are. It returns
// at least one character of a text that is not empty.
func Next(text string, ucs2 bool, h Header) (bytes, units int) {
	return next(text, ucs2, Capacity(ucs2, h))
}

func next(text string, ucs2 bool, room int) (bytes, units int) {
	if ucs2 {
		return nextUCS2(text, room)
	}
	for i, r := range text {
		w := 1
		if code(r)&extended != 0 {
			w = 2
		}
		if units+w > room {
			return i, units
		}
		units += w
	}
	return len(text), units
}

func nextUCS2(text string, room int) (bytes, units int) {
	var c cluster
	start, unitsBefore := 0, 0 // of the cluster that i is in
	for i, r := range text {
		if !c.joins(r) {
			start, unitsBefore = i, units
		}
		w := utf16Len(r)
		if units+w > room {
			if start > 0 {
				return start, unitsBefore
			}
			return i, units // a cluster that fits nowhere
		}
		units += w
	}
	return len(text), units
}

// septets returns the length of text in septets, whether any of its characters
// takes two, and whether the alphabet has them all.
func septets(text string) (n int, escaped, ok bool) {
	ascii := len(text)
	for i := range len(text) {
		b := text[i]
		if b >= utf8.RuneSelf {
			ascii = i
			break
		}
		c := codes[b]
		if c >= extended {
			if c == absent {
				return 0, false, false
			}
			n++
		}
	}
	pairs := n
	n += ascii
	for _, r := range text[ascii:] {
		c := code(r)
		n++
		if c < extended {
			continue
		}
		if c == absent {
			return 0, false, false
		}
		n++
		pairs++
	}
	return n, pairs > 0, true
}

func codeUnits(text string) int {
	n := 0
	for _, r := range text {
		n += utf16Len(r)
	}
	return n
}

func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}
