package regime_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rowsRead is how many rows each numbered section of the reference has, so that
// a row cannot be lost from the end of the table.
var rowsRead = map[string]int{
	"L34": 12, "POL": 19, "BRK": 8, "OBJ": 2, "RET": 4, "ELE": 14, "SMS": 15, "VOX": 11, "NUM": 9,
}

var excuse = regexp.MustCompile(`^(elsewhere|not yet|scope|no duty): .{8,}$`)

// testdata/france-rows.tsv lists every fact of the reference about France. A
// fact is carried by the rules whose cases cite it, and by no others; one that
// no rule carries says why: something else in the library keeps it (elsewhere),
// nothing does (not yet), it is about what the library does not do (scope), or
// it asks for nothing (no duty).
func TestEveryFact(t *testing.T) {
	t.Parallel()

	table, err := os.ReadFile("testdata/france-rows.tsv")
	require.NoError(t, err)
	cites, names := cited(t)
	numbered := map[string][]int{}
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(string(table), "\n"), "\n")[1:] {
		fields := append(strings.Split(line, "\t"), "", "")
		id, title, rules, why := fields[0], fields[1], strings.Fields(fields[2]), fields[3]
		require.False(t, seen[id], "line %d: %s is listed twice", i+2, id)
		seen[id] = true
		require.NotEmpty(t, title, id)
		for _, name := range rules {
			require.True(t, names[name], "%s: there is no rule %q", id, name)
		}
		require.ElementsMatch(t, cites[id], rules, "%s: the rules that cite it", id)
		if len(rules) == 0 {
			require.Regexp(t, excuse, why, "%s: no rule carries it, and nothing says why", id)
		} else {
			require.Empty(t, why, "%s: is carried, and excused", id)
		}

		parts := strings.Split(id, "-")
		if n, err := strconv.Atoi(parts[2]); err == nil {
			numbered[parts[1]] = append(numbered[parts[1]], n)
		}
	}
	for id := range cites {
		require.True(t, seen[id], "%s is cited by %v and is not in the table", id, cites[id])
	}
	for section, last := range rowsRead {
		for n := 1; n <= last; n++ {
			require.Contains(t, numbered[section], n, section)
		}
		require.Len(t, numbered[section], last, section)
		delete(numbered, section)
	}
	require.Empty(t, numbered, "sections that nobody counted")
}

// cited returns the rules that cite each French fact, and the names of all rules.
func cited(t *testing.T) (cites map[string][]string, names map[string]bool) {
	t.Helper()

	full := regexp.MustCompile(`^FR-[A-Z0-9]+-[0-9]+$`)
	cites, names = map[string][]string{}, map[string]bool{}
	for _, rule := range gate(t).Rules() {
		names[rule.Name] = true
		for _, c := range rule.Cases {
			for ref := range strings.SplitSeq(c.Source.Ref, ", ") {
				if !strings.HasPrefix(ref, "FR-") {
					continue
				}
				require.Regexp(t, full, ref, "%s of %s", c.Code, rule.Name)
				if !slices.Contains(cites[ref], rule.Name) {
					cites[ref] = append(cites[ref], rule.Name)
				}
			}
		}
	}
	return cites, names
}
