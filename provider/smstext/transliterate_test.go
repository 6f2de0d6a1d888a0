package smstext_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/smstext"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestTransliterate(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{
		"L’été « arrive » – à bientôt…":       `L'été " arrive " - à bientot...`,
		"Ça coûte 5\u00a0€, cœur sur la main": "Ça coute 5 €, coeur sur la main",
		"Łódź, İstanbul, Đặng":                "Lodz, Istanbul, Dang",
		"20 °C, 5 m², ½, 🗳 選挙, ≠":             "20 °C, 5 m², ½, 🗳 選挙, ≠",
		"e\u0302tre, c\u0327a":                "etre, ca",
		"in\u200bvi\u00adsible":               "invisible",
		"déjà là":                             "déjà là",
		"ǟ ǻ ǽ Ḉ ế":                           "ä å æ Ç e",
		"STOP au 36\u202f180, ARRÊT":          "STOP au 36 180, ARRET",
		"motivé·es":                           "motivé-es", // with a full stop it would be a domain
		"l’A.G. à 19.30h, à 3.5km…":           "l'A.G. à 19.30h, à 3.5km...",
		"\xff’\xff":                           "\xff’\xff",
	} {
		got, changes := smstext.Transliterate(in)
		require.Equal(t, want, got)
		require.Equal(t, got == norm.NFC.String(in), len(changes) == 0, in)
	}
	_, changes := smstext.Transliterate("e\u0301te\u0302")
	require.Equal(t, []smstext.Change{{Position: 3, From: "ê", To: "e"}}, changes)
}

// Another letter is another page, another mailbox, or a link where none was.
func TestTransliterateLeavesLinks(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{
		"https://exemple.example/ça?q=été(ça)": "https://exemple.example/ça?q=été(ça)",
		"voir www.ça.example, ça":              "voir www.ça.example, ca",
		"(ça.example/bientôt) bientôt":         "(ça.example/bientôt) bientot",
		"ça\u00a0: français.example":           "ca : français.example",
		"192.0.2.1/ça, 192.0.2.1 ça":           "192.0.2.1/ça, 192.0.2.1 ca",
		"françois@example.org François":        "françois@example.org Francois",
		"MAILTO:françois François":             "MAILTO:françois Francois",
		"ça“https://example.org/x–y”":          "ça“https://example.org/x–y”",
		"example\u200b.org, exam\u00adple":     "example\u200b.org, example",
	} {
		got, _ := smstext.Transliterate(in)
		require.Equal(t, want, got)
	}
}

// A look-alike does not join a mark that was another letter's.
func TestTransliterateLeavesWhatAMarkFollows(t *testing.T) {
	t.Parallel()

	for _, in := range []string{"\u0229\u0302", "\u0142\u0301", "\u0153\u0301", "e\u200b\u0301", "\uac00\u200b\u11a8"} {
		got, changes := smstext.Transliterate(in)
		require.Equal(t, in, got)
		require.Empty(t, changes)
	}
}

// link is a link as Transliterate describes it, written another way; hidden is
// what it may leave out.
var (
	link   = regexp.MustCompile(`(?i)://|@|mailto:|^[^/]*\.[^/]*/|[\pL\pM\p{Nd}]\.\pM*\pL\pM*\pL`)
	hidden = strings.NewReplacer("\u00ad", "", "\u200b", "", "\u2060", "", "\ufeff", "")
)

func links(text string) []string {
	var out []string
	for _, word := range strings.Fields(text) {
		if link.MatchString(hidden.Replace(word)) {
			out = append(out, word)
		}
	}
	return out
}

// Whatever the text: it stays composed, once is enough, the changes are what
// changed, the links are the same ones, and no more characters force UCS-2.
func FuzzTransliterate(f *testing.F) {
	for _, text := range append(corpus(f), "\u0229\u0302", "example\u200b.org", "ça.fr/ê", "l’A.G.", "\uac00\u200b\u11a8", "\xff’", "a.\u0301é.êt", "\u2126.ê\u2028ç") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, changes := smstext.Transliterate(text)
		if !utf8.ValidString(text) {
			require.Equal(t, text, got)
			require.Empty(t, changes)
			return
		}
		composed := norm.NFC.String(text)
		require.True(t, norm.NFC.IsNormalString(got), "%+q", got)
		require.Equal(t, links(composed), links(got))

		var made strings.Builder
		position, left := 0, changes
		for _, r := range composed {
			position++
			if len(left) > 0 && left[0].Position == position {
				require.Equal(t, left[0].From, string(r))
				require.Equal(t, provider.UCS2, provider.CountSMS(string(r)).Encoding)
				require.Equal(t, provider.GSM7, provider.CountSMS(left[0].To).Encoding)
				made.WriteString(left[0].To)
				left = left[1:]
				continue
			}
			made.WriteRune(r)
		}
		require.Empty(t, left)
		require.Equal(t, made.String(), got)

		again, more := smstext.Transliterate(got)
		require.Equal(t, got, again)
		require.Empty(t, more)
	})
}
