package words_test

import (
	"go/ast"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// terms are the words of the design, which the glossary must have.
var terms = []string{
	"Address", "Contact", "Territory", "Base", "Base, own", "Base, rented", "Base, sold", "Party", "Controller", "Processor", "Source", "Sponsor",
	"Owner", "Arrangement", "Origin", "Hop", "Notice", "Purpose", "Kind", "Content", "Consent request", "Keyword reply", "Channel", "Act", "Grantees",
	"Evidence", "Evidence, witnessed", "Evidence, audited", "Evidence, asserted", "Assessment", "State", "Refusal", "Hygiene", "Exclusion",
	"Suppression list", "Sender", "Decision", "Reason", "Clearance", "Carrier", "Dispatch", "Delivered", "Audience", "Preview", "Proof copy",
	"Scope", "Election", "Viewer", "Late STOP",
}

// friends are pairs that must be warned of.
var friends = []string{"suppression list", "preview", "audience", "carrier", "hygiene", "list owner", "proof", "delivered", "exclusion"}

func TestGlossary(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile("../../docs/glossary.md")
	require.NoError(t, err)
	before, after, found := strings.Cut(string(text), "\n## Words\n")
	require.True(t, found)
	falseFriends, wordsOf := rows(t, before, 3), rows(t, after, 4)
	for _, f := range friends {
		require.Contains(t, falseFriends, f)
	}
	for _, term := range terms {
		require.Contains(t, wordsOf, term)
	}
	exported := exported(t)
	for term, cells := range wordsOf {
		names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[3], -1)
		require.NotEmpty(t, names, term)
		for _, n := range names {
			require.True(t, exported[n[1]], "%s: there is no %s", term, n[1])
		}
	}
}

// rows returns the lines of a table by their first cell.
func rows(t *testing.T, text string, cells int) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| --- ") {
			continue
		}
		row := strings.Split(strings.Trim(line, "| "), " | ")
		require.Len(t, row, cells, line)
		require.NotContains(t, row, "", line)
		require.NotContains(t, out, row[0], "twice")
		if row[0] == "English" || row[0] == "said" {
			continue
		}
		out[row[0]] = row
	}
	return out
}

// exported returns every exported name of the library, with its package.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for name, file := range source(t) {
		pkg := path.Base(path.Dir(name)) + "."
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					out[pkg+d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						out[pkg+s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							out[pkg+n.Name] = true
						}
					}
				}
			}
		}
	}
	return out
}
