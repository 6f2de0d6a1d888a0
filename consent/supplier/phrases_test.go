package supplier

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// Every phrase that the code asks for is there, and no other.
func TestPhrases(t *testing.T) {
	t.Parallel()

	seen := map[string]bool{}
	for _, p := range phrases.Phrases() {
		seen[p.Key] = true
	}
	for _, key := range wanted(t) {
		require.True(t, seen[key], "no phrase for %s", key)
		delete(seen, key)
	}
	require.Empty(t, seen, "phrases that nothing says")
	require.Equal(t, "Aucun formulaire n'est indiqué.", NoForm.Sentence(language.MustParse("fr-CA")))
	require.Equal(t, "No form is named.", NoForm.Sentence(language.German))
}

// wanted returns the keys that the code asks for.
func wanted(t *testing.T) []string {
	var keys []string
	for _, c := range Codes() {
		keys = append(keys, "flag."+c.String())
	}
	for l := range levels {
		keys = append(keys, "level."+l.String())
	}
	keys = append(keys, "action.refuse", "action.record")
	for _, m := range []Missing{MissingAct, Ended, InFuture, MissingNotice, MissingText, MissingForm, OutsideForm, MissingEvidence, MissingGrade} {
		keys = append(keys, "missing."+string(m))
	}
	for _, g := range []consent.Grade{consent.Asserted, consent.Audited, consent.Witnessed} {
		keys = append(keys, "grade."+g.String())
	}
	known := map[string]bool{}
	for _, k := range keys {
		known[k] = true
	}
	for _, name := range []string{"reporttext.go", "audittext.go"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "Sprintf" {
				return true
			} else if x, ok := f.X.(*ast.Ident); !ok || x.Name != "p" {
				return true
			}
			if key, ok := call.Args[0].(*ast.BasicLit); ok {
				k, err := strconv.Unquote(key.Value)
				require.NoError(t, err)
				if !known[k] && !strings.HasPrefix(k, "%") {
					known[k] = true
					keys = append(keys, k)
				}
			}
			return true
		})
	}
	return keys
}

func TestNames(t *testing.T) {
	t.Parallel()

	for _, c := range Codes() {
		text, err := c.MarshalText()
		require.NoError(t, err)
		var back Code
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, c, back)
	}
	require.Equal(t, Refuse, codes.Action(), "what is not known is refused")
	require.True(t, codes.Fixed())
	require.Equal(t, Void, codes.Level())
	var l Level
	require.Error(t, l.UnmarshalText([]byte("grave")))
	require.NoError(t, l.UnmarshalText([]byte("doubt")))
	require.Equal(t, Doubt, l)
}

// The sketch never says less than the count, and of a million keys hardly more.
func TestSketch(t *testing.T) {
	t.Parallel()

	s := newSketch()
	const keys = 1_000_000
	for k := range uint64(keys) {
		for range 1 + k%3 {
			s.add(k)
		}
	}
	more, most := 0, uint32(0)
	for k := range uint64(keys) {
		got, want := s.count(k), uint32(1+k%3)
		if got < want {
			t.Fatalf("key %d: %d, want %d or more", k, got, want)
		}
		if got > want {
			more++
			most = max(most, got-want)
		}
	}
	require.Less(t, more, keys/5)
	require.Less(t, most, uint32(10))
	for _, cell := range s.cells(7) {
		*cell = ^uint32(0)
	}
	s.add(7)
	require.Equal(t, ^uint32(0), s.count(7), "a full cell does not start from zero")
}

// FuzzRead: whatever cells hold, reading them neither fails nor finds a grant
// that could not be recorded.
func FuzzRead(f *testing.F) {
	f.Add("2024-03-05 09:00:00", "quiz", "192.5.5.241", "https://jeux.example/a")
	f.Add("05/03/2024 à 18h05", "", "::ffff:10.0.0.1%eth0", "jeux.example:x@\\")
	f.Add("0000-01-01", "poll", "fe80::1%a", "http://@/")
	p := fuzzProfile()
	p.Limits = Limits{SameSecond: 1 << 31, SharedIP: 1 << 31} // all lines are of one file
	r, err := newReader(p, p.Forms[0].From.AddDate(1, 0, 0))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, date, form, ip, url string) {
		l := r.read(func(column string) string {
			return map[string]string{"date": date, "form": form, "ip": ip, "url": url}[column]
		})
		r.count(l)
		r.counts()
		r.compare(&l)
		if l.form < 0 || r.refused(l.flags) {
			return
		}
		require.True(t, r.Forms[l.form].valid(l.at))
		require.False(t, l.at.After(r.now))
		require.True(t, l.flags.dated())
		require.False(t, l.ip.IsValid() && nobodysIP(l.ip))
	})
}
