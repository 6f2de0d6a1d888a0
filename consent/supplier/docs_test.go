package supplier_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent/supplier"
	"github.com/stretchr/testify/require"
)

// The table of flags in docs/suppliers.md is what the code does. UPDATE_GOLDEN=1
// in the environment writes it.
func TestDocs(t *testing.T) {
	t.Parallel()

	const page, begin, end = "../../docs/suppliers.md", "<!-- flags, written by a test -->\n", "<!-- end of flags -->"
	var b strings.Builder
	b.WriteString("\n| code | level | by default | can a profile change it? | English | French |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, c := range supplier.Codes() {
		changes := "yes"
		if c.Fixed() {
			changes = "no"
		}
		fmt.Fprintf(&b, "| `%v` | %v | %v | %s | %s | %s |\n", c, c.Level(), c.Action(), changes, c.Sentence(english), c.Sentence(french))
	}
	b.WriteString("\n")
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok)
	table, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(page, []byte(before+begin+b.String()+end+after), 0o644))
		return
	}
	require.Equal(t, b.String(), table, "run the test with UPDATE_GOLDEN=1")
}
