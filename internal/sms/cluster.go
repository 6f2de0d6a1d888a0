package sms

import "unicode"

// A cluster tells which characters belong to what a reader sees as one. It is
// the rule of Unicode Standard Annex #29 for extended grapheme clusters, made
// smaller and erring on the side of keeping together, since a cut that comes a
// little early costs room and one within a family of four shows two strangers.
//
// Kept together are a character and
//   - the marks after it (categories Mn, Me and Mc), which holds accents, the
//     frame of keycaps, variation selectors and the vowel signs of Indic scripts;
//   - skin tones, tags (the flags of Scotland and Wales), the two halfwidth
//     voiced marks of Katakana, the vowel sign am of Thai and Lao, and the zero
//     width joiner and non-joiner;
//   - what follows a zero width joiner, unless it is below U+0300;
//   - the second half of a flag;
//   - the rest of a Hangul syllable written in jamo;
//   - a letter of the same Indic script after its virama.
//
// Two things that the annex keeps together are not: CR and LF, both of which are
// in GSM-7 and which every carrier cuts, and signs written before what they
// belong to, such as the Arabic number sign.
type cluster struct {
	last  class
	block rune // of the virama, where last is virama
}

type class uint8

const (
	other class = iota
	joiner
	indicator // the first half of a flag
	leading   // Hangul L
	vowel     // Hangul V, LV
	trailing  // Hangul T, LVT
	virama
)

// joins tells whether r goes with the character before it.
func (c *cluster) joins(r rune) bool {
	if r < 0x300 { // no mark is below
		c.last = other
		return false
	}
	return c.joinsSlow(r)
}

func (c *cluster) joinsSlow(r rune) bool {
	last := c.last
	if extends(r) {
		switch {
		case r == 0x200d:
			c.last = joiner // after a virama too: it joins more
		case isVirama(r):
			c.last, c.block = virama, r>>7
		case last != virama:
			c.last = other
		}
		return true
	}
	c.last = classOf(r)
	switch last {
	case joiner:
		return true
	case indicator:
		if c.last == indicator {
			c.last = other // a third one begins the next flag
			return true
		}
	case leading:
		return c.last == leading || c.last == vowel || c.last == trailing && isSyllable(r)
	case vowel:
		return !isSyllable(r) && (c.last == vowel || c.last == trailing)
	case trailing:
		return !isSyllable(r) && c.last == trailing
	case virama:
		return r>>7 == c.block && unicode.Is(unicode.Lo, r)
	}
	return false
}

// extends tells whether r goes with whatever stands before it.
func extends(r rune) bool {
	switch {
	case r >= 0x2010 && r < 0x20d0, r >= 0x370 && r < 0x483: // punctuation, currency, Greek and Cyrillic: the most frequent here
		return false
	case r == 0xe33, r == 0xeb3, r == 0x200c, r == 0x200d, r == 0xff9e, r == 0xff9f, r >= 0x1f3fb && r <= 0x1f3ff, r >= 0xe0020 && r <= 0xe007f:
		return true
	case r >= 0x3400 && r < 0xa66f, r >= 0xac00 && r < 0xfb1e, r >= 0x1f000 && r < 0x1fb00: // ideographs, syllables, pictures
		return false
	default:
		return unicode.Is(unicode.M, r)
	}
}

func isVirama(r rune) bool {
	switch r {
	case 0x94d, 0x9cd, 0xacd, 0xb4d, 0xc4d, 0xd4d: // Devanagari, Bengali, Gujarati, Oriya, Telugu, Malayalam
		return true
	}
	return false
}

func isSyllable(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }

func classOf(r rune) class {
	switch {
	case r >= 0x1f1e6 && r <= 0x1f1ff:
		return indicator
	case r >= 0x1100 && r <= 0x115f, r >= 0xa960 && r <= 0xa97c:
		return leading
	case r >= 0x1160 && r <= 0x11a7, r >= 0xd7b0 && r <= 0xd7c6:
		return vowel
	case r >= 0x11a8 && r <= 0x11ff, r >= 0xd7cb && r <= 0xd7fb:
		return trailing
	case isSyllable(r) && (r-0xac00)%28 == 0: // LV
		return vowel
	case isSyllable(r):
		return trailing
	default:
		return other
	}
}
