package regime_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/stretchr/testify/require"
)

// unionFacts are how many rows testdata/eu-rows.tsv has of Regulation (EU)
// 2024/900, and of the GDPR and the Directive on privacy in electronic
// communications, so that none can be lost.
var unionFacts = map[string]int{"EU-TTPA": 19, "GDPR": 32, "ePD": 3, "EDPB": 1}

var (
	gdpr    = regexp.MustCompile(`GDPR art\. ([^;]*)`)
	through = regexp.MustCompile(`-\(\d+\)`) // of 21(2)-(3)
	article = regexp.MustCompile(`\d+(\(\d+\))?(\([a-z]\))?`)
)

// testdata/eu-rows.tsv lists every fact of the reference about the Union, in the
// form of france-rows.tsv, and is checked like it against the rules of the
// library, of France and of the Union. An article is carried by the rules whose
// source names it, in the finest row that covers it: 21(2) is one of 21(2) and
// 21, and 28(3)(a) one of 28.
func TestEveryUnionFact(t *testing.T) {
	t.Parallel()

	table, err := os.ReadFile("testdata/eu-rows.tsv")
	require.NoError(t, err)
	type row struct {
		rules []string
		why   string
	}
	rows, counted := map[string]row{}, map[string]int{}
	for i, line := range strings.Split(strings.TrimSuffix(string(table), "\n"), "\n")[1:] {
		fields := append(strings.Split(line, "\t"), "", "")
		id := fields[0]
		require.NotContains(t, rows, id, "line %d", i+2)
		require.NotEmpty(t, fields[1], id)
		rows[id] = row{strings.Fields(fields[2]), fields[3]}
		for section := range unionFacts {
			if strings.HasPrefix(id, section+"-") {
				counted[section]++
			}
		}
	}
	require.Equal(t, unionFacts, counted)

	joined, err := consent.Join("fr and eu", regime.France(), regime.EuropeanUnion())
	require.NoError(t, err)
	cites, names := map[string][]string{}, map[string]bool{}
	for _, rule := range gate(t, func(p *consent.Pack) { *p = joined }).Rules() {
		names[rule.Name] = true
		for _, c := range rule.Cases {
			for _, cited := range citations(c.Source) {
				id := cited
				for rows[id].rules == nil && rows[id].why == "" && len(id) > 0 {
					id = id[:len(id)-1]
				}
				require.NotEmpty(t, id, "%s of %s cites %s, which no row covers", c.Code, rule.Name, cited)
				if !slices.Contains(cites[id], rule.Name) {
					cites[id] = append(cites[id], rule.Name)
				}
			}
		}
	}
	for id, r := range rows {
		for _, name := range r.rules {
			require.True(t, names[name], "%s: there is no rule %q", id, name)
		}
		require.ElementsMatch(t, cites[id], r.rules, "%s: the rules that cite it", id)
		if len(r.rules) == 0 {
			require.Regexp(t, excuse, r.why, "%s: no rule carries it, and nothing says why", id)
		} else {
			require.Empty(t, r.why, "%s: is carried, and excused", id)
		}
	}
}

// citations returns the facts of the Union that a source names.
func citations(s consent.Source) []string {
	var out []string
	for ref := range strings.SplitSeq(s.Ref, ", ") {
		if strings.HasPrefix(ref, "EU-") || strings.HasPrefix(ref, "GDPR-") || strings.HasPrefix(ref, "ePD-") {
			out = append(out, ref)
		}
	}
	for _, m := range gdpr.FindAllStringSubmatch(s.Text, -1) {
		for _, a := range article.FindAllString(through.ReplaceAllString(m[1], ""), -1) {
			out = append(out, "GDPR-"+a)
		}
	}
	return out
}

func TestCitations(t *testing.T) {
	t.Parallel()

	for text, want := range map[string][]string{
		"GDPR art. 7(3) and 21(2)-(3)":                 {"GDPR-7(3)", "GDPR-21(2)"},
		"CPCE art. L34-5 al. 1-2; GDPR art. 7(1)":      {"GDPR-7(1)"},
		"GDPR art. 5(2), 14(2)(f), 15(1)(g)":           {"GDPR-5(2)", "GDPR-14(2)(f)", "GDPR-15(1)(g)"},
		"carriers' terms; GDPR art. 5(1)(d), accuracy": {"GDPR-5(1)(d)"},
		"Regulation (EU) 2024/900 art. 9":              nil,
	} {
		require.Equal(t, want, citations(consent.Source{Text: text}))
	}
	require.Equal(t, []string{"EU-TTPA-4", "ePD-13(4)"}, citations(consent.Source{Ref: "EU-TTPA-4, FR-POL-7, ePD-13(4)"}))
}
