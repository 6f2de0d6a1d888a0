package regime_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent/regime"
	"github.com/stretchr/testify/require"
)

// testdata/gb-rows.tsv lists the eight facts of the reference about the United
// Kingdom, in the form of france-rows.tsv: each is carried by the rules that cite
// it, or the table says why by none.
func TestEveryBritishFact(t *testing.T) {
	t.Parallel()

	cites := map[string][]string{}
	for _, r := range regime.UnitedKingdom().Rules {
		info := r.Info()
		for _, c := range info.Cases {
			for ref := range strings.SplitSeq(c.Source.Ref, ", ") {
				if strings.HasPrefix(ref, "UK-") && !slices.Contains(cites[ref], info.Name) {
					cites[ref] = append(cites[ref], info.Name)
				}
			}
		}
	}
	table, err := os.ReadFile("testdata/gb-rows.tsv")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(table), "\n"), "\n")[1:]
	require.Len(t, lines, 8)
	for i, line := range lines {
		fields := strings.Split(line, "\t")
		require.Len(t, fields, 4, line)
		require.Equal(t, fmt.Sprintf("UK-%d", i+1), fields[0])
		require.ElementsMatch(t, cites[fields[0]], strings.Fields(fields[2]), "%s: the rules that cite it", fields[0])
		delete(cites, fields[0])
		if fields[2] == "" {
			require.Regexp(t, excuse, fields[3])
		}
	}
	require.Empty(t, cites, "cited, and not in the table")
}
