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
// Links stay as they are, since another letter is another page, and so do
// characters without a look-alike: [Inspect] names them. A text that is in the
// alphabet already is returned composed and otherwise unchanged.
func Transliterate(text string) (string, []Change) {
	text = sms.Compose(text)
	var b strings.Builder
	var changes []Change
	position, link := 0, false
	for i, r := range text {
		position++
		if unicode.IsSpace(r) {
			link = false
		} else if !link && startsWord(text[:i]) {
			link = isLink(text[i:])
		}
		if _, _, ok := sms.Code(r); ok || link {
			b.WriteRune(r)
			continue
		}
		to, known := lookalike(r)
		if !known {
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
	// A Latin letter with marks is its letter without.
	apart := []rune(norm.NFD.String(string(r)))
	if len(apart) < 2 || apart[0] > unicode.MaxASCII || !unicode.IsLetter(apart[0]) {
		return "", false
	}
	for _, mark := range apart[1:] {
		if !unicode.Is(unicode.Mn, mark) {
			return "", false
		}
	}
	return string(apart[0]), true
}

// startsWord reports whether what follows before is the start of a word.
func startsWord(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || unicode.IsSpace(r) || strings.ContainsRune("(\"'’«“<[", r)
}

// isLink reports whether a word starts like a link: with a scheme, www., or a
// domain and a path.
func isLink(word string) bool {
	if end := strings.IndexFunc(word, unicode.IsSpace); end >= 0 {
		word = word[:end]
	}
	lower := strings.ToLower(word)
	if strings.Contains(lower, "://") || strings.HasPrefix(lower, "www.") || strings.HasPrefix(lower, "mailto:") || strings.Contains(lower, "@") {
		return true
	}
	host, _, path := strings.Cut(lower, "/")
	return path && strings.Contains(host, ".")
}
