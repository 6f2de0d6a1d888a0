package archtest_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	root   = "../.."
	module = "github.com/accordsdk/accord"
)

// A tree is what the repository contains, testdata left out: programs that must
// not compile live there.
type tree struct {
	texts   map[string]string // text files by their path from the root
	sources []source          // Go files, ordered by path
	modules []string          // folders with a go.mod, "." for the root
}

// A source is one Go file.
type source struct {
	path string // from the root of the repository, with slashes
	set  *token.FileSet
	file *ast.File
}

// dir returns the folder of s, "." for the root.
func (s source) dir() string { return path.Dir(s.path) }

// test reports whether s is compiled by go test alone.
func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// at returns the file and line of p.
func (s source) at(p token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(p).Line)
}

// read walks the files rather than asking git, so that the tests also see what
// is about to be committed, and run where the repository was merely unpacked.
var read = sync.OnceValues(func() (*tree, error) {
	out := &tree{texts: map[string]string{}}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if entry.IsDir() {
			hidden := strings.HasPrefix(entry.Name(), ".") && rel != "." && rel != ".ci" && rel != ".github"
			if hidden || entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || slices.Contains([]string{".test", ".out", ".prof"}, path.Ext(rel)) {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(content, 0) < 0 {
			out.texts[rel] = string(content)
		}
		switch {
		case path.Base(rel) == "go.mod":
			out.modules = append(out.modules, path.Dir(rel))
		case path.Ext(rel) == ".go":
			s, err := parse(rel, content)
			if err != nil {
				return err
			}
			out.sources = append(out.sources, s)
		}
		return nil
	})
	return out, err
})

func parse(name string, content []byte) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, content, parser.ParseComments|parser.SkipObjectResolution)
	return source{path: name, set: set, file: file}, err
}

// repository returns the tree, which every test reads and none changes.
func repository(t *testing.T) *tree {
	t.Helper()
	out, err := read()
	require.NoError(t, err)
	require.NotEmpty(t, out.sources)
	return out
}

// snippet returns Go code as if it stood at name.
func snippet(t *testing.T, name, code string) source {
	t.Helper()
	s, err := parse(name, []byte(code))
	require.NoError(t, err)
	return s
}

// nested reports whether dir belongs to a module other than the root's.
func (r *tree) nested(dir string) bool {
	return slices.ContainsFunc(r.modules, func(m string) bool {
		return m != "." && (dir == m || strings.HasPrefix(dir, m+"/"))
	})
}

// library returns the sources that a host may link: the root module's, tests,
// test kits, examples and what is internal left out.
func (r *tree) library() []source {
	return slices.DeleteFunc(r.public(), func(s source) bool { return strings.HasSuffix(s.dir(), "test") })
}

// public returns the sources whose exported names a host can use: the library
// and the test kits.
func (r *tree) public() []source {
	return slices.DeleteFunc(slices.Clone(r.sources), func(s source) bool {
		return s.test() || r.nested(s.dir()) || slices.Contains(strings.Split(s.dir(), "/"), "internal")
	})
}
