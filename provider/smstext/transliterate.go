package smstext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/accordsdk/accord/internal/sms"
	"golang.org/x/text/unicode/norm"
)

// lookalikes are the characters that editors put in the place of those on the
// keyboard, and letters that decompose into nothing. They were chosen for this
// table: a reader takes the one for the other. What would change what is said is
// left out, such as the degree sign (20° is not 20o) and the superscripts.
var lookalikes = map[rune]string{
	'’': "'", '‘': "'", '‛': "'", 'ʼ': "'", '′': "'", '`': "'", '´': "'", '‚': "'", '‹': "'", '›': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '«': `"`, '»': `"`, '″': `"`,
	'…': "...", '–': "-", '—': "-", '‐': "-", '‑': "-", '‒': "-", '―': "-", '−': "-", '•': "-", '·': "-",
	'\t': " ", '\u00a0': " ", '\u202f': " ", '\u2009': " ", '\u2007': " ", '\u2002': " ", '\u2003': " ", '\u2005': " ", '\u2006': " ", '\u2008': " ", '\u200a': " ", '\u3000': " ",
	'\u00ad': "", '\u200b': "", '\u2060': "", '\ufeff': "",
	'œ': "oe", 'Œ': "OE", 'ĳ': "ij", 'Ĳ': "IJ", 'ẞ': "SS", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬀ': "ff",
	'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ı': "i", 'ħ': "h", 'Ħ': "H", '×': "x", '№': "No", '\u2028': "\n", '\u2029': "\n",
}

// A Change is a replacement that [Transliterate] made.
type Change struct {
	Position int    `json:"position"` // in characters of the composed text, from 1
	From     string `json:"from"`
	To       string `json:"to"` // "" where the character was left out
}

// Transliterate returns text with look-alikes of the GSM 7 bit alphabet for
// characters that are not in it, and says what it changed: an apostrophe for
// another, e for ê, oe for œ. A host that does this shows the result to whoever
// wrote the text; nothing in Accord does it by itself.
//
// Links stay as they are, since another letter is another page, and so does what
// would become one. A word with a full stop before two letters passes for a link
// (fête.example, but fête.Venez too), and so does one with an @ or a scheme.
// Characters without a look-alike stay, and those that a combining mark follows:
// [Inspect] names them. A text that is in the alphabet already is returned
// composed and otherwise unchanged; what is returned is always composed. A text
// that is not UTF-8 is returned as it is.
func Transliterate(text string) (string, []Change) {
	if !utf8.ValidString(text) {
		return text, nil
	}
	text = sms.Compose(text)
	var b strings.Builder
	var changes []Change
	position, between, link := 0, true, false
	for i, r := range text {
		position++
		switch space := unicode.IsSpace(r); {
		case space:
			between, link = true, false
		case between:
			between, link = false, isLink(text[i:])
		}
		to, known := lookalike(r)
		if !known || link || joined(text[i+utf8.RuneLen(r):]) {
			b.WriteRune(r)
			continue
		}
		changes = append(changes, Change{position, string(r), to})
		b.WriteString(to)
	}
	return b.String(), changes
}

// lookalike returns what to write for a character that is not in the alphabet,
// and whether there is such a thing.
func lookalike(r rune) (string, bool) {
	if _, _, ok := sms.Code(r); ok {
		return "", false
	}
	if to, ok := lookalikes[r]; ok {
		return to, true
	}
	if !unicode.Is(unicode.Latin, r) {
		return "", false
	}
	// A Latin letter with marks is its letter with as many as the alphabet has.
	apart := []rune(norm.NFD.String(string(r)))
	for n := len(apart) - 1; n > 0; n-- {
		fewer := norm.NFC.String(string(apart[:n]))
		if c, size := utf8.DecodeRuneInString(fewer); size == len(fewer) {
			if _, _, ok := sms.Code(c); ok {
				return fewer, true
			}
		}
	}
	return "", false
}

// joined reports whether rest begins with what would be composed with another
// letter, were there one before it.
func joined(rest string) bool {
	return rest != "" && !norm.NFC.PropertiesString(rest).BoundaryBefore()
}

// isLink reports whether there is a link in the word that text begins with, or
// would be if it lost what cannot be seen: a scheme, an @, or a domain.
func isLink(text string) bool {
	word := text
	if end := strings.IndexFunc(word, unicode.IsSpace); end >= 0 {
		word = word[:end]
	}
	word = strings.Map(func(r rune) rune {
		if to, ok := lookalikes[r]; ok && to == "" {
			return -1
		}
		return r
	}, word)
	return linked(word) || linked(replaced(word))
}

// replaced returns word with every look-alike: a.œ would become a.oe, which is a
// domain.
func replaced(word string) string {
	var b strings.Builder
	for _, r := range word {
		if to, ok := lookalike(r); ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func linked(word string) bool {
	if strings.Contains(word, "://") || strings.Contains(word, "@") || strings.Contains(strings.ToLower(word), "mailto:") {
		return true
	}
	host, _, path := strings.Cut(word, "/")
	return path && strings.Contains(host, ".") || hasDomain(word)
}

// hasDomain reports whether word has a full stop with a letter or a digit before
// it and two letters behind, as every domain has: there is no top-level domain of
// one letter or with a digit first, so that initials, times and prices are none.
func hasDomain(word string) bool {
	before, stop, letters := false, false, 0
	for _, r := range word {
		switch {
		case r == '.':
			stop, before, letters = before, false, 0
			continue
		case unicode.IsLetter(r):
			letters++
		case unicode.Is(unicode.M, r): // it belongs to its letter
		case unicode.IsDigit(r):
			stop = false
		default:
			stop, before = false, false
			continue
		}
		before = true
		if stop && letters == 2 {
			return true
		}
	}
	return false
}
