package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/internal/words"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// verb matches what a format asks for. A percent sign that stands for itself is
// one, too: it would be read as the start of one.
var verb = regexp.MustCompile(`%[-+# 0-9.]*(?:\[\d+\])?[a-zA-Z%]?`)

// problems returns what is wrong with phrases, a sentence each.
func problems(phrases []words.Phrase) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range phrases {
		switch {
		case p.Key == "":
			out = append(out, "a phrase has no key")
		case seen[p.Key]:
			out = append(out, p.Key+" is there twice")
		case strings.TrimSpace(p.En) == "":
			out = append(out, p.Key+" is not there in English")
		case strings.TrimSpace(p.Fr) == "":
			out = append(out, p.Key+" is not there in French")
		case !slices.Equal(verb.FindAllString(p.En, -1), verb.FindAllString(p.Fr, -1)):
			out = append(out, p.Key+" has other places in the two languages")
		}
		seen[p.Key] = true
	}
	return out
}

func TestProblems(t *testing.T) {
	t.Parallel()

	for want, p := range map[string][]words.Phrase{
		"":                          {{Key: "a", En: "%s: %d", Fr: "%s : %d"}},
		"a phrase has no key":       {{En: "x", Fr: "y"}},
		"a is there twice":          {{Key: "a", En: "x", Fr: "y"}, {Key: "a", En: "x", Fr: "y"}},
		"a is not there in English": {{Key: "a", Fr: "y"}},
		"a is not there in French":  {{Key: "a", En: "x", Fr: " "}},
		"a has other places in the two languages": {{Key: "a", En: "%s: %d", Fr: "%d : %s"}},
		"b has other places in the two languages": {{Key: "b", En: "all", Fr: "100 %"}},
	} {
		require.Equal(t, want, strings.Join(problems(p), "; "))
	}
}

// source is every file of the module, tests and examples aside.
func source(t *testing.T) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "examples") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		out[filepath.ToSlash(strings.TrimPrefix(path, "../../"))] = file
		return err
	})
	require.NoError(t, err)
	return out
}

// catalogs returns the phrases of every call of words.New, by file.
func catalogs(t *testing.T, files map[string]*ast.File) map[string][]words.Phrase {
	t.Helper()
	out := map[string][]words.Phrase{}
	for name, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || f.Sel.Name != "New" || nameOf(f.X) != "words" {
				return true
			}
			table, ok := call.Args[0].(*ast.CompositeLit)
			require.True(t, ok, "%s: a catalogue must be a literal, to be checked", name)
			for _, e := range table.Elts {
				texts := strs(e)
				require.Len(t, texts, 3, name)
				out[name] = append(out[name], words.Phrase{Key: texts[0], En: texts[1], Fr: texts[2]})
			}
			return true
		})
	}
	return out
}

// strs returns the texts that a literal or a call consists of.
func strs(n ast.Node) []string {
	var elements []ast.Expr
	switch n := n.(type) {
	case *ast.CompositeLit:
		elements = n.Elts
	case *ast.CallExpr:
		elements = n.Args
	}
	var out []string
	for _, e := range elements {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			e = pair.Value
		}
		if call, ok := e.(*ast.CallExpr); ok && len(call.Args) > 0 { // fmt.Sprintf
			e = call.Args[0]
		}
		if lit, ok := e.(*ast.BasicLit); ok {
			text, err := strconv.Unquote(lit.Value)
			if err == nil {
				out = append(out, text)
			}
		}
	}
	return out
}

// Every phrase of every catalogue is there in both languages, for the same
// values in the same order.
func TestEveryCatalog(t *testing.T) {
	t.Parallel()

	found := catalogs(t, source(t))
	require.Equal(t, []string{"campaign/explain_text.go", "campaign/report_phrases.go", "campaign/snapshot.go", "consent/describe.go", "consent/gap.go", "consent/supplier/phrases.go", "consent/transparency/phrases.go"}, slices.Sorted(maps.Keys(found)),
		"a new catalogue has a line here")
	for name, phrases := range found {
		require.Greater(t, len(phrases), 8, name)
		require.Empty(t, problems(phrases), name)
	}
}

// Nobody builds a catalogue past this package, where no test would see it.
func TestNoOtherCatalog(t *testing.T) {
	t.Parallel()

	for name, file := range source(t) {
		for _, spec := range file.Imports {
			if spec.Path.Value == `"golang.org/x/text/message/catalog"` {
				require.Equal(t, "internal/words/words.go", name)
			}
		}
	}
}

// Every sentence of a rule is there in both languages.
func TestEveryRule(t *testing.T) {
	t.Parallel()

	n := 0
	for name, file := range source(t) {
		ast.Inspect(file, func(node ast.Node) bool {
			var called string
			switch x := node.(type) {
			case *ast.CompositeLit:
				called = nameOf(x.Type)
			case *ast.CallExpr:
				called = nameOf(x.Fun)
			}
			if texts := strs(node); (called == "Words" || called == "words") && len(texts) > 0 {
				n++
				require.Len(t, texts, 2, name)
				require.Empty(t, problems([]words.Phrase{{Key: texts[0], En: texts[0], Fr: texts[1]}}), name)
			}
			return true
		})
	}
	require.Greater(t, n, 60)
}

func nameOf(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	default:
		return ""
	}
}

// constants returns the values of the constants of a named type in a folder.
func constants(t *testing.T, files map[string]*ast.File, typ string, folders ...string) []string {
	t.Helper()
	var out []string
	for name, file := range files {
		if !slices.Contains(folders, filepath.ToSlash(filepath.Dir(name))) {
			continue
		}
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				continue
			}
			for _, s := range decl.Specs {
				spec := s.(*ast.ValueSpec)
				if nameOf(spec.Type) != typ || len(spec.Values) != 1 {
					continue
				}
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				if text != "" {
					out = append(out, text)
				}
			}
		}
	}
	slices.Sort(out)
	require.NotEmpty(t, out, typ)
	return out
}

// Every code, reason, cause, state and class that a person may read has words
// in both languages: those of the rule that gives it, or those of a report.
func TestEveryCode(t *testing.T) {
	t.Parallel()

	files := source(t)
	phrases := map[string]bool{}
	for _, name := range []string{"campaign/report_phrases.go", "campaign/snapshot.go"} {
		for _, p := range catalogs(t, files)[name] {
			phrases[p.Key] = true
		}
	}
	says := map[string]bool{}
	keys, err := suppression.NewKeyring([]byte("a secret of the tests"))
	require.NoError(t, err)
	gate, err := consent.OpenGate(t.Context(), new(memory.Ledger), new(memory.Suppressions), keys, regime.France(), nil)
	require.NoError(t, err)
	for _, r := range gate.Rules() {
		for _, c := range r.Cases {
			require.NotEmpty(t, c.Says.En, "%s %s", r.Name, c.Code)
			require.NotEmpty(t, c.Says.Fr, "%s %s", r.Name, c.Code)
			require.Equal(t, c.Remedy.En == "", c.Remedy.Fr == "", "%s %s: remedy", r.Name, c.Code)
			says[string(c.Code)] = true
		}
	}
	var missing []string
	want := func(key string, known bool) {
		if !known {
			missing = append(missing, key)
		}
	}
	for _, c := range constants(t, files, "Code", "consent", "campaign") {
		want("code "+c, says[c] || phrases["code."+c])
	}
	for _, r := range constants(t, files, "Reason", "suppression") {
		want("reason "+r, phrases["reason."+r])
	}
	for _, c := range constants(t, files, "Cause", "provider") {
		want("cause "+c, phrases["cause."+c])
	}
	for _, w := range constants(t, files, "Why", "campaign") {
		want("why "+w, phrases["why."+w])
	}
	for _, k := range constants(t, files, "LineKind", "campaign") {
		want("line "+k, phrases["line."+k])
	}
	for s := campaign.NoState; !strings.HasPrefix(s.String(), "state-"); s++ {
		want("state "+s.String(), phrases["state."+s.String()])
		require.NotEqual(t, "state."+s.String(), s.Words(language.French))
	}
	for s := campaign.Launching; !strings.HasPrefix(s.String(), "status-"); s++ {
		want("status "+s.String(), phrases["status."+s.String()])
	}
	for m := reply.Unclear; !strings.HasPrefix(m.String(), "meaning-"); m++ {
		want("meaning "+m.String(), phrases["reply."+m.String()])
	}
	for s := provider.Delivered; !strings.HasPrefix(s.String(), "status-"); s++ {
		want("receipt "+s.String(), phrases["figure."+s.String()])
	}
	for k := provider.Unknown; !strings.HasPrefix(k.String(), "outcome-"); k++ {
		want("outcome "+k.String(), phrases["figure."+k.String()])
	}
	for c := suppression.Refusal; c <= suppression.Exclusion; c++ {
		want("class "+c.String(), phrases["figure."+c.String()])
	}
	require.Empty(t, missing, "codes without words")
}

func TestPrinter(t *testing.T) {
	t.Parallel()

	c := words.New([][3]string{{"n", "%d people", "%d personnes"}, {"kind.a", "first", "premier"}})
	for tag, want := range map[string]string{"en": "12,345 people", "fr-RE": "12\u00a0345 personnes", "de": "12,345 people", "und": "12,345 people"} {
		require.Equal(t, want, c.Printer(language.MustParse(tag)).Sprintf("n", 12345), tag)
	}
	p := c.Printer(language.French)
	require.Equal(t, "premier", p.Word("kind", "a"))
	require.Equal(t, "the host's own", p.Word("kind", "the host's own"))
	require.Equal(t, language.French, words.Match(language.CanadianFrench))
}
