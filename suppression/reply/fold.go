package reply

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns text as a reader compares it: without the differences that NFKC
// removes, in lower case, without accents and characters that nobody sees, with
// plain letters for ß, æ, œ, ø, ł, đ, ı and ς, and with single spaces in place
// of everything that is neither a letter nor a digit. Folding what is folded
// changes nothing.
func Fold(text string) string {
	var room [256]byte
	f := folder{out: room[:0]}
	f.fold(text)
	for i, c := range f.out {
		if c < firstLetter {
			f.out[i] = ' '
		}
	}
	return string(bytes.TrimSpace(f.out))
}

// What stands between two words is one byte with a bit for each sort of mark.
const (
	pause    byte = 1 << iota // a comma, a colon, a dash
	sentence                  // its end
	line                      // its end
	mark                      // a quotation mark, or an odd number of them
	chevron                   // a > at the start of the line
	gap                       // anything at all; kept by a folder alone
)

// firstLetter is above all bytes that can stand between words.
const firstLetter = '0'

// A folder folds text into out, words and the bytes between them. A byte stands
// before the first word if between has one to begin with.
type folder struct {
	out     []byte
	between byte // since the last letter
}

func (f *folder) fold(text string) {
	for i := 0; i < len(text); {
		c := ascii[text[i]]
		switch {
		case firstLetter <= c && c < utf8.RuneSelf:
			if f.between != 0 {
				f.separate()
			}
			i = f.run(text, i)
		case c < firstLetter:
			f.space(c)
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if r < rune(len(latin)) && latin[r] != unlisted {
				f.add(latin[r])
			} else {
				f.decompose(r, text[i:i+size])
			}
			i += size
		}
	}
}

// run adds the letters and digits of ASCII that text goes on with at i, and
// returns where they end.
func (f *folder) run(text string, i int) int {
	start, at := i, len(f.out)
	for i < len(text) && plainASCII[text[i]] {
		i++
	}
	f.out = append(f.out, text[start:i]...)
	for n, c := range f.out[at:] {
		f.out[at+n] = ascii[c]
	}
	return i
}

func (f *folder) separate() {
	if len(f.out) > 0 || f.between&^gap != 0 {
		f.out = append(f.out, f.between&^gap)
	}
	f.between = 0
}

func (f *folder) space(c byte) {
	switch {
	case c == arrow && f.between&line != 0:
		c = gap | chevron
	case c == arrow: // inside a line
		c = gap
	case c&line != 0:
		f.between &^= chevron // of a line without words
	}
	f.between = (f.between | c) ^ f.between&c&mark
}

// add adds a piece of text that is folded already, or a separator.
func (f *folder) add(piece string) {
	switch {
	case piece == "":
	case piece[0] < firstLetter:
		f.space(piece[0])
	default:
		if f.between != 0 {
			f.separate()
		}
		f.out = append(f.out, piece...)
	}
}

// decompose adds r, whose text is s, in pieces: accents apart from letters. Rune
// by rune is enough, since normalization of a whole text differs in the order
// of accents only, and they are dropped.
func (f *folder) decompose(r rune, s string) {
	switch {
	case '\uac00' <= r && r <= '\ud7a3': // Hangul, which has no table
		for _, piece := range norm.NFKD.String(s) {
			f.piece(piece)
		}
	case '\u2000' <= r && r <= '\u2025', '\u2027' <= r && r <= '\u206f': // punctuation, which stays that
		f.piece(r)
	default:
		pieces := norm.NFKD.PropertiesString(s).Decomposition()
		if pieces == nil {
			f.piece(r)
		}
		for len(pieces) > 0 {
			piece, size := utf8.DecodeRune(pieces)
			f.piece(piece)
			pieces = pieces[size:]
		}
	}
}

// piece adds r, which decomposes no further.
func (f *folder) piece(r rune) {
	if r < utf8.RuneSelf {
		if c := ascii[r]; c < firstLetter {
			f.space(c)
			return
		}
	}
	if plain, ok := letters[r]; ok {
		f.add(plain)
		return
	}
	switch {
	case '\u0300' <= r && r <= '\u036f', unicode.In(r, invisible...):
	case unicode.IsLetter(r), unicode.IsDigit(r):
		if r = unicode.ToLower(r); letters[r] != "" {
			f.add(letters[r])
			return
		}
		if f.between != 0 {
			f.separate()
		}
		f.out = utf8.AppendRune(f.out, r)
	case unicode.Is(unicode.Sentence_Terminal, r), r == '…':
		f.space(gap | sentence)
	case unicode.In(r, unicode.Pi, unicode.Pf) && r != '\u2018' && r != '\u2019' && r != '\u201b', r == '„':
		f.space(gap | mark)
	case r == '\u2028', r == '\u2029', r == '\u0085':
		f.space(gap | line | sentence)
	case unicode.Is(unicode.Pd, r), r == '•', r == '·', r == '、', r == '，':
		f.space(gap | pause)
	default:
		f.space(gap)
	}
}

// invisible are accents, which Fold takes off, and what leaves no trace on a
// screen: joiners, direction marks, variation selectors, fillers.
var invisible = []*unicode.RangeTable{unicode.Mn, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point}

// letters are those that NFKC leaves alone and keyboards of other countries
// write otherwise.
var letters = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i", 'ς': "σ"}

// arrow is what ascii has for a >.
const arrow = gap | pause | sentence | line | mark

// ascii has, for a byte, the letter or digit that it folds to, or what it is
// between words; and RuneSelf for the bytes of other characters.
var ascii = func() (table [256]byte) {
	for c := range table {
		switch {
		case 'A' <= c && c <= 'Z':
			table[c] = byte(c) + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			table[c] = byte(c)
		case c >= utf8.RuneSelf:
			table[c] = utf8.RuneSelf
		default:
			table[c] = gap
		}
	}
	for _, c := range ".!?;" {
		table[c] = gap | sentence
	}
	table['\n'], table['\r'] = gap|sentence|line, gap|sentence|line
	for _, c := range ",:-/|()~*_=" {
		table[c] = gap | pause
	}
	table['"'], table['>'] = gap|mark, arrow
	return table
}()

// plainASCII says which bytes are letters and digits of ASCII.
var plainASCII = func() (table [256]bool) {
	for c, to := range ascii {
		table[c] = firstLetter <= to && to < utf8.RuneSelf
	}
	return table
}()

// latin has what the first runes fold to, which is most of what Europe writes.
var latin = func() (table [0x250]string) {
	for r := range table {
		var f folder
		f.decompose(rune(r), string(rune(r)))
		switch {
		case f.between == 0:
			table[r] = string(f.out)
		case len(f.out) == 0:
			table[r] = string(rune(f.between))
		default:
			table[r] = unlisted
		}
	}
	return table
}()

// unlisted stands for runes that fold to a letter and a gap.
const unlisted = "\x7f"
