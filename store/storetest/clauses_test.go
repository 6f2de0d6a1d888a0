package storetest

import (
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A clause is a quotation: where the documentation of the interfaces does not
// say it, an adapter cannot be blamed for not doing it.
func TestClausesAreQuotations(t *testing.T) {
	t.Parallel()

	var contract strings.Builder
	for _, file := range []string{
		"contact/store.go", "suppression/list.go", "suppression/pending.go", "suppression/resolve.go", "suppression/onput.go", "consent/ledger.go", "consent/document.go", "consent/reviewstore.go", "consent/gate.go", "consent/clear.go",
		"campaign/outbox.go", "campaign/attempt.go", "campaign/atomic.go", "campaign/records.go", "campaign/runner.go", "campaign/inbox.go", "campaign/comptage_log.go", "campaign/explain_access.go",
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "../../"+file, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, c := range f.Comments {
			contract.Write(new(comment.Printer).Text(new(comment.Parser).Parse(c.Text())))
			contract.WriteByte('\n')
		}
	}
	plain := strings.NewReplacer("[", "", "]", "")
	said := plain.Replace(strings.Join(strings.Fields(contract.String()), " "))
	seen := map[string]bool{}
	for _, g := range groups() {
		for _, c := range g.cases {
			require.Containsf(t, said, plain.Replace(strings.TrimSuffix(c.clause, ".")), "%s/%s", g.name, c.name)
			require.Falsef(t, seen[g.name+c.name], "%s/%s is there twice", g.name, c.name)
			seen[g.name+c.name] = true
		}
	}
}

// A run over nothing must not pass.
func TestRunNeedsAStore(t *testing.T) {
	t.Parallel()
	require.False(t, (&Stores{}).whole())
}
