package archtest_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const maxLines = 500

// A file longer than this is two files.
func TestFileSize(t *testing.T) {
	t.Parallel()

	require.Empty(t, tooLong(repository(t).texts))
}

func TestFileSizeCatches(t *testing.T) {
	t.Parallel()

	line := "//\n"
	require.Empty(t, tooLong(map[string]string{"a.go": strings.Repeat(line, maxLines), "a.csv": strings.Repeat(line, 2*maxLines)}))
	require.Equal(t, []string{"a.go has 501 lines"}, tooLong(map[string]string{"a.go": strings.Repeat(line, maxLines+1)}))
}

func tooLong(texts map[string]string) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if n := strings.Count(texts[name], "\n"); path.Ext(name) == ".go" && n > maxLines {
			found = append(found, fmt.Sprintf("%s has %d lines", name, n))
		}
	}
	return found
}

// local matches what is true of one machine only: folders that a developer's
// machine has, and hosts that packages are fetched from, which each machine
// configures for itself. The names are put together here so that this file does
// not contain them.
var local = regexp.MustCompile(`(?:^|[^\w.*~-])/(?:` + strings.Join([]string{"wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"}, "|") + `)/` +
	`|/tmp/ba` + `sh_` +
	`|\b(?:pro` + `xy|su` + `m|ind` + `ex)\.golang\.org\b` +
	`|\b(?:de` + `b|secu` + `rity|f` + `tp)\.debian\.org\b` +
	`|\bregi` + `stry\.npmjs\.org\b`)

func TestNoLocalNames(t *testing.T) {
	t.Parallel()

	var found []string
	for name, text := range repository(t).texts {
		for i, line := range strings.Split(text, "\n") {
			if local.MatchString(line) {
				found = append(found, fmt.Sprintf("%s:%d", name, i+1))
			}
		}
	}
	slices.Sort(found)
	require.Empty(t, found, "names of a machine or of a registry")
}

func TestNoLocalNamesCatches(t *testing.T) {
	t.Parallel()

	for _, bad := range []string{
		"cd /wo" + "rk/main", "/ro" + "ot/go/pkg", "open(\"/ho" + "me/ada/x\")",
		"https://pro" + "xy.golang.org/x", "su" + "m.golang.org", "http://de" + "b.debian.org/", "regi" + "stry.npmjs.org",
	} {
		require.True(t, local.MatchString(bad), bad)
	}
	for _, good := range []string{"go test work", "golang.org/x/text", "net/wo" + "rk/x", "https://example.org/home/", "../wo" + "rk/x", "127.0.0.1"} {
		require.False(t, local.MatchString(good), good)
	}
}

// A library takes its clock from its host, returns its errors and writes
// nowhere. Two things are allowed, each said in a comment on the line or on the
// one above: the clock that is used when the host gives none ("default clock"),
// and a panic for a call that no program can mean ("programmer's error").
func TestHabits(t *testing.T) {
	t.Parallel()

	sources := repository(t).library()
	require.NotEmpty(t, sources)
	var found []string
	for _, s := range sources {
		found = append(found, habits(s)...)
	}
	require.Empty(t, found)
}

func TestHabitsCatches(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ code, want string }{
		"a call":                {"import \"time\"\nvar x = time.Now()", "a.go:3 time.Now"},
		"a value":               {"import \"time\"\nvar x = time.Now", "a.go:3 time.Now"},
		"since":                 {"import \"time\"\nvar x = time.Since(y)", "a.go:3 time.Since"},
		"another name":          {"import clock \"time\"\nvar x = clock.Until(y)", "a.go:3 time.Until"},
		"print":                 {"import \"fmt\"\nfunc f() { fmt.Println() }", "a.go:3 fmt.Println"},
		"log":                   {"import \"log\"\nfunc f() { log.Fatal() }", "a.go:3 log.Fatal"},
		"exit":                  {"import \"os\"\nfunc f() { os.Exit(1) }", "a.go:3 os.Exit"},
		"panic":                 {"func f() { panic(1) }", "a.go:2 panic"},
		"println":               {"func f() { println(1) }", "a.go:2 println"},
		"a comment for another": {"func f() { panic(1) } // default clock", "a.go:2 panic"},
		"the default clock":     {"import \"time\"\nvar x = time.Now // default clock", ""},
		"a comment above":       {"func f() {\n\t// A nil rule is a programmer's error.\n\tpanic(1)\n}", ""},
		"no clock":              {"import \"time\"\nvar x = time.Unix(0, 0)", ""},
		"no printing":           {"import \"fmt\"\nvar x = fmt.Sprintln()", ""},
		"no package":            {"var time T\nvar x = time.Now", ""},
		"a method":              {"func f() { x.panic(1) }", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, test.want, strings.Join(habits(snippet(t, "a.go", "package a\n"+test.code+"\n")), "\n"))
		})
	}
}

// forbidden says for each name whose use is a habit to avoid which words in a
// comment allow it; no words, no exception.
var forbidden = map[string]string{
	"time.Now": "default clock", "time.Since": "default clock", "time.Until": "default clock",
	"fmt.Print": "", "fmt.Printf": "", "fmt.Println": "", "print": "", "println": "",
	"os.Exit": "", "panic": "programmer's error",
}

func habits(s source) []string {
	excuses := map[int]string{} // by the line that a comment stands on or above
	for _, group := range s.file.Comments {
		first, last := s.set.Position(group.Pos()).Line, s.set.Position(group.End()).Line
		for line := first; line <= last+1; line++ {
			excuses[line] += strings.Join(strings.Fields(group.Text()), " ")
		}
	}
	imported := map[string]string{} // package by the name it has here
	for _, spec := range s.file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		local := path.Base(name)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = name
	}

	var found []string
	report := func(name string, at token.Pos) {
		excuse, bad := forbidden[name]
		if strings.HasPrefix(name, "log.") && name != "log.New" {
			bad = true
		}
		excused := excuse != "" && strings.Contains(excuses[s.set.Position(at).Line], excuse)
		if bad && !excused {
			found = append(found, s.at(at)+" "+name)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imported[x.Name] != "" {
				report(imported[x.Name]+"."+n.Sel.Name, n.Pos())
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok {
				report(f.Name, n.Pos())
			}
		}
		return true
	})
	return found
}
