package campaign

import (
	_ "embed" // the lexicon
	"html"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// politicalData is the lexicon of words of a vote, French and English: one line
// for each source, with the day on which it was added. Friends are what looks
// like such a word and is none, an élection de domicile.
//
//go:embed data/political.tsv
var politicalData string

// A politicalLexicon is folded: lower case, without accents or signs.
type politicalLexicon struct {
	words, friends []string // each between spaces; friends, longest first
}

// politicalLexiconOnce reads what is embedded, which a test checks.
var politicalLexiconOnce = sync.OnceValue(func() politicalLexicon {
	var out politicalLexicon
	for line := range strings.Lines(politicalData) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(cells) != 5 {
			continue
		}
		for form := range strings.SplitSeq(cells[4], "|") {
			if cells[1] == "friend" {
				out.friends = append(out.friends, foldWords(form))
			} else {
				out.words = append(out.words, foldWords(form))
			}
		}
	}
	slices.SortStableFunc(out.friends, func(a, b string) int { return len(b) - len(a) })
	return out
})

// foldWords returns s in lower case without accents, its words between single
// spaces, with one before and one behind.
func foldWords(s string) string {
	var b strings.Builder
	space := true
	b.WriteByte(' ')
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
			space = false
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	if !space {
		b.WriteByte(' ')
	}
	return b.String()
}

var htmlTag = regexp.MustCompile(`<[^>]*>`)

// politicalWord returns the first word of a vote in text, folded, or "".
func politicalWord(text string, isHTML bool) string {
	readings := []string{text}
	if isHTML {
		// A tag stands between words or within one.
		readings = append(readings, html.UnescapeString(htmlTag.ReplaceAllString(text, " ")), html.UnescapeString(htmlTag.ReplaceAllString(text, "")))
	}
	lexicon := politicalLexiconOnce()
	for _, reading := range readings {
		folded := foldWords(reading)
		for _, friend := range lexicon.friends {
			folded = strings.ReplaceAll(folded, friend, " | ")
		}
		for _, word := range lexicon.words {
			if strings.Contains(folded, word) {
				return strings.TrimSpace(word)
			}
		}
	}
	return ""
}
