package providertest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/accordsdk/accord/provider/providertest"
	"github.com/stretchr/testify/require"
)

// A clause that the documentation does not hold demands something that nobody
// promised.
func TestClausesAreQuotations(t *testing.T) {
	t.Parallel()

	var b strings.Builder
	for _, name := range []string{"../provider.go", "../message.go", "../outcome.go"} {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		for line := range strings.Lines(string(source)) {
			if comment, ok := strings.CutPrefix(strings.TrimSpace(line), "//"); ok {
				b.WriteString(comment + " ")
			}
		}
	}
	doc := words(b.String())
	require.NotEmpty(t, providertest.Clauses())
	for name, clause := range providertest.Clauses() {
		require.Truef(t, strings.Contains(doc, words(clause)), "%s quotes what the documentation does not say: %s", name, clause)
	}
}

// words returns text with single spaces and without the brackets of doc links.
func words(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(text)), " ")
}
