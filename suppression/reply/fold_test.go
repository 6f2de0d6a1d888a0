package reply_test

import (
	"testing"
	"unicode"

	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ text, want string }{
		"nothing":            {"", ""},
		"marks only":         {" «…» !", ""},
		"case and accents":   {"Désabonnez-MOI", "desabonnez moi"},
		"composed or not":    {"arre\u0302t arr\u00eat", "arret arret"},
		"full width":         {"ＳＴＯＰ　ＰＵＢ", "stop pub"},
		"ligatures":          {"oﬃce ſtop", "office stop"},
		"invisible":          {"S\u200bT\u00adO\ufeffP\ufe0f\u3164", "stop"},
		"spaces of any sort": {"\u00a0a\t\r\n\u2003b\u202f", "a b"},
		"digits":             {"36 180 ３", "36 180 3"},
		"broken bytes":       {"\xffa\xc3b", "a b"},
		"emoji":              {"👍🏽 oui 🇫🇷", "oui"},
		"other scripts":      {"СТОП Στοπ", "стоп στοπ"},
		"Turkish":            {"İSTANBUL", "istanbul"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, reply.Fold(test.text))
		})
	}
}

// Folding twice is folding once, for every character there is.
func TestFoldIsIdempotent(t *testing.T) {
	t.Parallel()

	for r := rune(0); r <= unicode.MaxRune; r++ {
		once := reply.Fold("a" + string(r) + "b")
		if twice := reply.Fold(once); twice != once {
			t.Errorf("%U: %+q, then %+q", r, once, twice)
		}
	}
}

// A text is folded rune by rune, which must give what normalization of the
// whole gives.
func TestFoldNormalizes(t *testing.T) {
	t.Parallel()

	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := "a" + string(r) + "\u0323b\u0301"
		if want, got := reply.Fold(norm.NFKD.String(text)), reply.Fold(text); want != got {
			t.Errorf("%U: %+q, and normalized %+q", r, got, want)
		}
	}
}

func TestMeaningText(t *testing.T) {
	t.Parallel()

	for m, name := range []string{"unclear", "stop", "yes", "no", "help", "contact", "start", "likely-refusal"} {
		text, err := reply.Meaning(m).MarshalText()
		require.NoError(t, err)
		require.Equal(t, name, string(text))
		var read reply.Meaning
		require.NoError(t, read.UnmarshalText(text))
		require.Equal(t, reply.Meaning(m), read)
	}
	require.Equal(t, "meaning-8", reply.Meaning(8).String())
	require.EqualError(t, new(reply.Meaning).UnmarshalText([]byte("maybe")), `reply: unknown meaning "maybe"`)
}
