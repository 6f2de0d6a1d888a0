package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns text as a reader compares it: without the differences that NFKC
// removes, in lower case, without accents and characters that nobody sees, and
// with single spaces in place of everything that is neither a letter nor a
// digit. Folding what is folded changes nothing.
func Fold(text string) string {
	f := folder{}
	f.Grow(len(text))
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			f.addASCII(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		f.decompose(r, text[i:i+size])
		i += size
	}
	return f.String()
}

type folder struct {
	strings.Builder
	space bool // before the next letter
}

// decompose adds r, whose text is s, in pieces: accents apart from letters. Rune
// by rune is enough, since normalization of a whole text differs in the order
// of accents only, and they are dropped.
func (f *folder) decompose(r rune, s string) {
	switch {
	case '\uac00' <= r && r <= '\ud7a3': // Hangul, which has no table
		for _, piece := range norm.NFKD.String(s) {
			f.add(piece)
		}
	case '\u2000' <= r && r <= '\u206f': // punctuation, which stays that
		f.add(r)
	default:
		pieces := norm.NFKD.PropertiesString(s).Decomposition()
		if pieces == nil {
			f.add(r)
		}
		for len(pieces) > 0 {
			piece, size := utf8.DecodeRune(pieces)
			f.add(piece)
			pieces = pieces[size:]
		}
	}
}

func (f *folder) add(r rune) {
	switch {
	case r < utf8.RuneSelf:
		f.addASCII(byte(r))
		return
	case '\u0300' <= r && r <= '\u036f', unicode.In(r, invisible...):
		return
	case unicode.IsLetter(r), unicode.IsDigit(r):
		r = unicode.ToLower(r)
	default:
		f.space = true
		return
	}
	f.separate()
	f.WriteRune(r)
}

func (f *folder) addASCII(c byte) {
	if c = lower[c]; c == 0 {
		f.space = true
		return
	}
	f.separate()
	f.WriteByte(c)
}

func (f *folder) separate() {
	if f.space && f.Len() > 0 {
		f.WriteByte(' ')
	}
	f.space = false
}

// invisible are accents, which Fold takes off, and what leaves no trace on a
// screen: joiners, direction marks, variation selectors, fillers.
var invisible = []*unicode.RangeTable{unicode.Mn, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point}

// lower has the letters and digits of ASCII in lower case, and 0 for the rest.
var lower = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		switch {
		case 'A' <= c && c <= 'Z':
			table[c] = byte(c) + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			table[c] = byte(c)
		}
	}
	return table
}()

// words appends the words of text to dst. Three letters or more that stand
// alone are one word: S.T.O.P.
func words(dst []string, text string) []string {
	folded := Fold(text)
	if folded == "" {
		return dst
	}
	spelled := 0 // letters that stand alone, last in dst
	for rest, more := folded, true; more; {
		var word string
		word, rest, more = strings.Cut(rest, " ")
		alone := single(word)
		if !alone && spelled > 2 {
			dst = join(dst, spelled)
		}
		dst = append(dst, word)
		if spelled++; !alone {
			spelled = 0
		}
	}
	if spelled > 2 {
		dst = join(dst, spelled)
	}
	return dst
}

// join makes one word of the last n.
func join(dst []string, n int) []string {
	at := len(dst) - n
	return append(dst[:at], strings.Join(dst[at:], ""))
}

func single(word string) bool {
	_, size := utf8.DecodeRuneInString(word)
	return size == len(word)
}
