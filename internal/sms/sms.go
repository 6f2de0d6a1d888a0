// Package sms counts what a text needs as SMS. Package provider is its public
// face; it is apart so that a clearance can say how many segments it holds
// without giving its text away.
package sms

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The capacity of a segment (3GPP TS 23.040): 140 octets, of which a
// concatenated message spends six on its header.
const (
	gsmAlone, gsmJoined = 160, 153
	ucsAlone, ucsJoined = 70, 67
)

// Count returns the length of text followed by a clause of that many septets,
// in septets, or in UTF-16 code units when ucs2 is true, and the number of
// segments. It composes text first.
func Count(text string, clause int) (units, segments int, ucs2 bool) {
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	if units, ok := septets(text); ok {
		units += clause
		return units, gsmSegments(text, units, clause), false
	}
	units = clause
	for _, r := range text {
		units += utf16Len(r)
	}
	return units, ucsSegments(text, units, clause), true
}

func septets(text string) (int, bool) {
	n := 0
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return septetsSlow(text)
		}
		w := asciiWidth[text[i]]
		if w == 0 {
			return 0, false
		}
		n += int(w)
	}
	return n, true
}

func septetsSlow(text string) (int, bool) {
	n := 0
	for _, r := range text {
		w := gsmWidth(r)
		if w == 0 {
			return 0, false
		}
		n += w
	}
	return n, true
}

// gsmWidth returns how many septets r takes: 1 in the basic alphabet, 2 in the
// extension, 0 when it is in neither.
func gsmWidth(r rune) int {
	if r < utf8.RuneSelf {
		return int(asciiWidth[r])
	}
	switch r {
	case '£', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', 'Ø', 'ø', 'Å', 'å', 'Δ', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ',
		'Æ', 'æ', 'ß', 'É', '¤', '¡', 'Ä', 'Ö', 'Ñ', 'Ü', '§', '¿', 'ä', 'ö', 'ñ', 'ü', 'à':
		return 1
	case '€':
		return 2
	default:
		return 0
	}
}

var asciiWidth = func() (w [utf8.RuneSelf]uint8) {
	for r := ' '; r <= '~'; r++ {
		w[r] = 1
	}
	w['\n'], w['\r'], w['`'] = 1, 1, 0
	for _, r := range "^{}\\[~]|\f" {
		w[r] = 2
	}
	return w
}()

func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// gsmSegments counts segments without splitting an escaped pair over two.
func gsmSegments(text string, units, clause int) int {
	if units <= gsmAlone {
		return 1
	}
	segments, room := 1, gsmJoined
	take := func(w int) {
		if w > room {
			segments, room = segments+1, gsmJoined
		}
		room -= w
	}
	for _, r := range text {
		take(gsmWidth(r))
	}
	for range clause {
		take(1)
	}
	return segments
}

// ucsSegments counts segments without splitting a surrogate pair over two.
func ucsSegments(text string, units, clause int) int {
	if units <= ucsAlone {
		return 1
	}
	segments, room := 1, ucsJoined
	take := func(w int) {
		if w > room {
			segments, room = segments+1, ucsJoined
		}
		room -= w
	}
	for _, r := range text {
		take(utf16Len(r))
	}
	for range clause {
		take(1)
	}
	return segments
}
