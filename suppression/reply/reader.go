package reply

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Reader reads replies by a lexicon. It is safe for concurrent use.
type Reader struct {
	whole    map[string]Meaning
	first    []phrase
	anywhere []phrase
	polite   [][]string
}

type phrase struct {
	text    string // folded, with a space at each end
	meaning Meaning
}

// NewReader returns a reader that knows what l says. Where two phrases are the
// same, the stricter meaning holds: Stop, then LikelyRefusal, then No.
func NewReader(l Lexicon) *Reader {
	r := &Reader{whole: map[string]Meaning{}}
	for _, p := range l.Phrases {
		text := Fold(p.Text)
		if text == "" {
			continue
		}
		switch p.Match {
		case First:
			r.first = append(r.first, phrase{text + " ", p.Meaning})
		case Anywhere:
			r.anywhere = append(r.anywhere, phrase{" " + text + " ", p.Meaning})
		}
		if held, ok := r.whole[text]; !ok || stricter(p.Meaning, held) {
			r.whole[text] = p.Meaning
		}
	}
	for _, w := range l.Polite {
		r.polite = append(r.polite, strings.Fields(Fold(w)))
	}
	return r
}

// rank orders meanings by how much they protect the person.
var rank = [meanings]int{Stop: 4, LikelyRefusal: 3, No: 2, Yes: 0}

func stricter(a, b Meaning) bool { return rank[a] > rank[b] }

// Read returns what text says. A refusal in any part of it wins over everything
// else that it says.
func (r *Reader) Read(text string) Meaning {
	words := strings.Fields(Fold(text))
	if len(words) == 0 {
		return Unclear
	}
	whole := strings.Join(words, " ")
	if m, ok := r.whole[whole]; ok {
		return m
	}
	if m, ok := r.whole[strings.Join(r.trim(words), " ")]; ok {
		return m
	}
	// A line or a signature below a keyword does not change it.
	if m, ok := r.lines(text); ok {
		return m
	}
	best := Unclear
	padded := whole + " "
	for _, p := range r.first {
		if strings.HasPrefix(padded, p.text) && stricter(p.meaning, best) {
			best = p.meaning
		}
	}
	padded = " " + padded
	for _, p := range r.anywhere {
		if stricter(p.meaning, best) && strings.Contains(padded, p.text) {
			best = p.meaning
		}
	}
	return best
}

// trim removes politeness from both ends.
func (r *Reader) trim(words []string) []string {
	for again := true; again; {
		again = false
		for _, p := range r.polite {
			n := len(p)
			if n == 0 || len(words) <= n {
				continue
			}
			if equal(words[:n], p) {
				words, again = words[n:], true
			} else if equal(words[len(words)-n:], p) {
				words, again = words[:len(words)-n], true
			}
		}
	}
	return words
}

func equal(a, b []string) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// lines returns Stop where one line of several is nothing but a stop word.
func (r *Reader) lines(text string) (Meaning, bool) {
	if !strings.ContainsAny(text, "\r\n") {
		return Unclear, false
	}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if r.whole[strings.Join(r.trim(strings.Fields(Fold(line))), " ")] == Stop {
			return Stop, true
		}
	}
	return Unclear, false
}

// Fold returns text as a reader compares it: compatibility forms composed
// (NFKC), lower case, without accents, and with single spaces in place of
// everything that is neither a letter nor a digit.
func Fold(text string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			// an accent, or an invisible character: nothing
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}
