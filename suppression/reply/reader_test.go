package reply_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestRead(t *testing.T) {
	t.Parallel()

	reader := reply.NewReader(reply.Default())
	n := 0
	for meaning, said := range texts {
		for _, text := range said {
			n++
			t.Run(fmt.Sprintf("%v %+q", meaning, text), func(t *testing.T) {
				t.Parallel()
				require.Equal(t, meaning.String(), reader.Read(text).String())
			})
		}
	}
	require.Greater(t, n, 300)
}

// What people add around a refusal must not weaken it.
func TestReadRefusalsInDisguise(t *testing.T) {
	t.Parallel()

	reader := reply.NewReader(reply.Default())
	disguises := map[string]func(string) string{
		"upper case":        strings.ToUpper,
		"lower case":        strings.ToLower,
		"quotes":            func(s string) string { return "« " + s + " »" },
		"emoji":             func(s string) string { return "😡" + s + " 🛑" },
		"zero-width":        func(s string) string { return "\u200b" + strings.Join(strings.Split(s, ""), "\u2060") },
		"politeness":        func(s string) string { return "Bonjour, " + s + ". Merci" },
		"a signature":       func(s string) string { return s + "\nEnvoyé de mon iPhone" },
		"no-break spaces":   func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") },
		"curly apostrophes": func(s string) string { return strings.ReplaceAll(s, "'", "\u2019") },
		"full width": func(s string) string {
			return strings.Map(func(r rune) rune {
				if 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
					return r - 'A' + 'Ａ'
				}
				return r
			}, s)
		},
	}
	for name, disguise := range disguises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, meaning := range []reply.Meaning{reply.Stop, reply.No, reply.LikelyRefusal} {
				for _, text := range texts[meaning] {
					if strings.ContainsAny(text, "\r\n«") {
						continue
					}
					require.Equalf(t, meaning.String(), reader.Read(disguise(text)).String(), "%+q", disguise(text))
				}
			}
		})
	}
}

func TestReaderOfOnesOwn(t *testing.T) {
	t.Parallel()

	read := func(text string, match reply.Match, others ...reply.Phrase) func(string) string {
		l := reply.Lexicon{Phrases: append(others, reply.Phrase{Text: text, Meaning: reply.Help, Match: match}), Polite: []string{"bitte", "!?"}}
		reader := reply.NewReader(l)
		return func(s string) string { return reader.Read(s).String() }
	}
	whole := read("Hilfe", reply.Whole)
	require.Equal(t, "help", whole("HILFE, bitte"))
	require.Equal(t, "unclear", whole("hilfe her"))
	first := read("Hilfe", reply.First)
	require.Equal(t, "help", first("bitte hilfe her"))
	require.Equal(t, "unclear", first("her hilfe"))
	anywhere := read("Hilfe her", reply.Anywhere)
	require.Equal(t, "help", anywhere("her hilfe her her"))
	require.Equal(t, "unclear", anywhere("hilfe hilfe"))
	// The stricter of two holds, in whichever order they stand.
	require.Equal(t, "stop", read("hilfe", reply.Whole, reply.Phrase{Text: "HILFE", Meaning: reply.Stop})("hilfe"))
	require.Equal(t, "stop", reply.NewReader(reply.Lexicon{Phrases: []reply.Phrase{{Text: "x", Meaning: reply.Stop}, {Text: "X", Meaning: reply.No}}}).Read("x").String())
	// Nothing is known, and nothing breaks.
	require.Equal(t, reply.Unclear, reply.NewReader(reply.Lexicon{Phrases: []reply.Phrase{{Text: "…", Meaning: reply.Stop}}}).Read("…"))
	require.Equal(t, reply.Unclear, reply.NewReader(reply.Lexicon{}).Read("STOP"))
}

func TestReadConcurrently(t *testing.T) {
	t.Parallel()

	reader := reply.NewReader(reply.Default())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for meaning, said := range texts {
				for _, text := range said {
					if got := reader.Read(text); got != meaning {
						t.Errorf("%+q: %v", text, got)
					}
				}
			}
		})
	}
	wg.Wait()
}

// The caller owns the lexicon, and a reader that was made of it does not change.
func TestDefaultIsACopy(t *testing.T) {
	t.Parallel()

	l := reply.Default()
	reader := reply.NewReader(l)
	clear(l.Phrases)
	clear(l.Polite)
	require.Equal(t, reply.Stop, reader.Read("stop merci"))
	require.Equal(t, reply.Stop, reply.NewReader(reply.Default()).Read("stop merci"))
}

func TestLexicon(t *testing.T) {
	t.Parallel()

	l := reply.Default()
	stops := map[string]bool{}
	seen := map[string]bool{}
	for _, p := range l.Phrases {
		line := fmt.Sprint(p.Language, p.Meaning, p.Match, p.Text, p.Source)
		require.Falsef(t, seen[line], "%q is there twice", p.Text)
		seen[line] = true
		if p.Meaning == reply.Stop {
			stops[p.Language] = true
		}
		if p.Match != reply.Whole {
			require.Containsf(t, []reply.Meaning{reply.Stop, reply.LikelyRefusal, reply.Unclear}, p.Meaning, "%q: only refusals count inside a message", p.Text)
		}
		if slices.Contains([]string{"quit", "end", "cancel"}, p.Text) {
			require.Equal(t, reply.Whole, p.Match)
		}
	}
	for _, language := range []string{"fr", "en", "de", "es", "it", "pt", "nl"} {
		require.Truef(t, stops[language], "no stop word of %s", language)
	}
	require.Regexp(t, `^\d{4}-\d\d-\d\d$`, l.Date)
}

// A host that wants less leaves out languages, or what binds elsewhere.
func TestLexiconOfLess(t *testing.T) {
	t.Parallel()

	all := reply.Default()
	german := reply.NewReader(all.In("de"))
	require.Equal(t, reply.Stop, german.Read("abmelden"))
	require.Equal(t, reply.Stop, german.Read("SOTP"), "slips are of any language")
	require.Equal(t, reply.Unclear, german.Read("désabonner"))
	french := all.Under("FR")
	require.Less(t, len(french.Phrases), len(all.Phrases))
	binding := map[string]bool{}
	for _, p := range french.Phrases {
		binding[p.Jurisdiction] = true
	}
	require.Equal(t, map[string]bool{"": true, "FR": true}, binding)
	require.Equal(t, reply.Stop, reply.NewReader(french).Read("quit"), "usage counts everywhere")
	require.Len(t, all.Phrases, len(reply.Default().Phrases))
}

// A word in pieces is a likely refusal when nothing else is said.
func TestReadTornWords(t *testing.T) {
	t.Parallel()

	reader := reply.NewReader(reply.Default())
	require.Equal(t, reply.LikelyRefusal, reader.Read("desa bonner"))
	require.Equal(t, reply.LikelyRefusal, reader.Read("abmel den"))
	require.Equal(t, reply.Unclear, reader.Read("on desa bonner"))
}

// A long message is read at both ends.
func TestReadLong(t *testing.T) {
	t.Parallel()

	reader := reply.NewReader(reply.Default())
	words := strings.Repeat("bla ", 5000)
	require.Equal(t, reply.Unclear, reader.Read(words))
	require.Equal(t, reply.Stop, reader.Read("STOP\n"+words))
	require.Equal(t, reply.Stop, reader.Read(words+"\nSTOP"))
	require.Equal(t, reply.Stop, reader.Read(strings.Repeat(" ", 1<<16)+"STOP"+strings.Repeat("\n", 1<<16)))
	require.Equal(t, reply.LikelyRefusal, reader.Read("stop "+words))
	require.Equal(t, reply.LikelyRefusal, reader.Read(words+"ne me contactez plus"))
	require.Equal(t, reply.Unclear, reader.Read(strings.Repeat("oui ", 5000)), "a yes is not what was not read")
}

func FuzzRead(f *testing.F) {
	for _, said := range texts {
		for _, text := range said {
			f.Add(text)
		}
	}
	f.Add(strings.Repeat("e\u0301\u0302", 100))
	f.Add("\u1100\u1161\u11a8 각 \u3164 ſ K İ")
	reader := reply.NewReader(reply.Default())
	f.Fuzz(func(t *testing.T, text string) {
		meaning := reader.Read(text)
		require.Equal(t, meaning, reader.Read(text))
		folded := reply.Fold(text)
		require.Equal(t, folded, reply.Fold(folded))
		require.Equal(t, strings.Join(strings.Fields(folded), " "), folded)
		require.Equal(t, reply.Stop, reader.Read("STOP\n"+text))
	})
}

// What nobody sees changes nothing: letter case, invisible characters, and
// accents apart from their letters.
func FuzzReadDisguised(f *testing.F) {
	for _, said := range texts {
		for _, text := range said {
			f.Add(text)
		}
	}
	reader := reply.NewReader(reply.Default())
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 500 || !utf8.ValidString(text) {
			return // disguised it is too long, or it is no text: nothing is promised of it
		}
		meaning := reader.Read(text)
		require.Equal(t, meaning, reader.Read(norm.NFD.String(text)))
		require.Equal(t, meaning, reader.Read(strings.Join(strings.Split(text, ""), "\u200b")))
		if upper := strings.ToUpper(text); reply.Fold(upper) == reply.Fold(text) {
			require.Equal(t, meaning, reader.Read(upper))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	reader := reply.NewReader(reply.Default())
	for _, text := range []string{
		"STOP", "« Arrêt », merci", "Oui d'accord", "ne me contactez plus",
		strings.Repeat("Bonjour, je suis d'accord avec vous sur tout, ", 22)[:1000],
		"Bonjour, je suis d'accord avec vous sur l'école, mais il faut arrêter cette loi. Où est mon bureau de vote à Étampes ? Bonne journée, Jean",
	} {
		b.Run(fmt.Sprintf("%d bytes", len(text)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reader.Read(text)
			}
		})
	}
}
