package archtest_test

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every exported name says what it promises, and every package what it is for.
// Fields of structs may go without where their name says it all. Methods of an
// interface may not, since somebody else implements them, unless it has only the
// one: then the comment of the interface is the method's.
func TestComments(t *testing.T) {
	t.Parallel()

	sources := repository(t).public()
	require.NotEmpty(t, sources)
	var found []string
	described := map[string]bool{}
	for _, s := range sources {
		found = append(found, uncommented(s)...)
		described[s.dir()] = described[s.dir()] || s.file.Doc != nil
	}
	require.Empty(t, found, "exported names without a comment")
	for _, dir := range slices.Sorted(maps.Keys(described)) {
		require.True(t, described[dir], "%s has no package comment", dir)
	}
}

func TestCommentsCatches(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ code, want string }{
		"a function":               {"func F() {}", "a.go:3 F"},
		"a method":                 {"type t struct{}\n// T is.\ntype T struct{}\nfunc (*T) M() {}", "a.go:6 T.M"},
		"a method of a generic":    {"// T is.\ntype T[K any] struct{}\nfunc (T[K]) M() {}", "a.go:5 T.M"},
		"a type":                   {"type T struct{}", "a.go:3 T"},
		"a constant":               {"const C = 1", "a.go:3 C"},
		"one variable of a group":  {"var (\n\ta = 1\n\tB = 2\n)", "a.go:5 B"},
		"a method of an interface": {"// T is.\ntype T interface {\n\t// M does.\n\tM()\n\tN()\n}", "a.go:7 T.N"},
		"the only method of one":   {"// T is.\ntype T interface {\n\terror\n\tM()\n}", ""},
		"a comment with a gap":     {"// F is far.\n\nfunc F() {}", "a.go:5 F"},
		"an empty comment":         {"//\nfunc F() {}", "a.go:4 F"},
		"a directive":              {"//go:noinline\nfunc F() {}", "a.go:4 F"},
		"a comment":                {"// F does.\nfunc F() {}", ""},
		"a group":                  {"// The kinds.\nconst (\n\tA = iota\n\tB\n)", ""},
		"a comment behind":         {"var (\n\tA = 1 // one\n)", ""},
		"nothing exported":         {"func f() {}\ntype t struct{ F int }\nfunc (t) M() {}", ""},
		"embedding":                {"// T is.\ntype T interface {\n\terror\n}", ""},
		"a method that is alike":   {"func (t) M() {}\ntype t int\nfunc F() {}", "a.go:5 F"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, test.want, strings.Join(uncommented(snippet(t, "a.go", "package a\n\n"+test.code+"\n")), "\n"))
		})
	}
}

// uncommented returns the exported names of s that have no comment.
func uncommented(s source) []string {
	var found []string
	missing := func(name string, at ast.Node, comments ...*ast.CommentGroup) {
		if !slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool { return strings.TrimSpace(c.Text()) != "" }) {
			found = append(found, s.at(at.Pos())+" "+name)
		}
	}
	for _, decl := range s.file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if name, ok := exported(d); ok {
				missing(name, d.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if !spec.Name.IsExported() {
						continue
					}
					missing(spec.Name.Name, spec.Name, d.Doc, spec.Doc)
					for _, m := range methods(spec.Type) {
						missing(spec.Name.Name+"."+m.Names[0].Name, m, m.Doc, m.Comment)
					}
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						if name.IsExported() {
							missing(name.Name, name, d.Doc, spec.Doc, spec.Comment)
						}
					}
				}
			}
		}
	}
	return found
}

// exported returns the name of f as a reader of the documentation sees it, and
// whether one does: a method of a type that is not exported is not shown.
func exported(f *ast.FuncDecl) (string, bool) {
	if f.Recv == nil {
		return f.Name.Name, f.Name.IsExported()
	}
	receiver := f.Recv.List[0].Type
	for {
		switch t := receiver.(type) {
		case *ast.StarExpr:
			receiver = t.X
		case *ast.IndexExpr:
			receiver = t.X
		case *ast.IndexListExpr:
			receiver = t.X
		case *ast.Ident:
			return t.Name + "." + f.Name.Name, t.IsExported() && f.Name.IsExported()
		default:
			return "", false
		}
	}
}

// methods returns the exported methods that an interface of several declares.
func methods(t ast.Expr) []*ast.Field {
	i, ok := t.(*ast.InterfaceType)
	if !ok {
		return nil
	}
	declared := slices.DeleteFunc(slices.Clone(i.Methods.List), func(m *ast.Field) bool { return len(m.Names) == 0 })
	if len(declared) < 2 {
		return nil
	}
	return slices.DeleteFunc(declared, func(m *ast.Field) bool { return !m.Names[0].IsExported() })
}
