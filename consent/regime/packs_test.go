package regime_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// told is a rule that only says what it is.
type told struct{ info consent.RuleInfo }

func (r told) Info() consent.RuleInfo                    { return r.info }
func (r told) Bind(*consent.Plan) (consent.Check, error) { return nil, nil }

// library is what the library asks of itself, as a pack.
func library(t *testing.T) consent.Pack {
	t.Helper()
	p := consent.Pack{Name: "accord", Version: regime.France().Version, Read: regime.France().Read}
	for _, info := range gate(t).Rules() {
		if strings.HasPrefix(info.Name, "accord.") {
			p.Rules = append(p.Rules, told{info})
		}
	}
	return p
}

// docs/rules has a page for each pack in both languages, written from the code.
// UPDATE_GOLDEN=1 in the environment writes them.
func TestRulesPages(t *testing.T) {
	t.Parallel()

	dir := filepath.Join("..", "..", "docs", "rules")
	pages := map[string]string{}
	var index strings.Builder
	index.WriteString(`# The rules, for those who answer for what is sent

A page for each pack of rules, in English and in French: what each rule does, when it is in force, what it can say, at which
level, from which source, and how certain that is. The library's own rules are asked before those of any pack. The pages are
written from the code by ` + "`UPDATE_GOLDEN=1 go test ./consent/regime`" + `, and a test compares the two. A host prints those of
its own gate, with what it overrides, by ` + "`Gate.Describe`" + `.

| pack | rules | |
| --- | --: | --- |
`)
	for _, p := range append([]consent.Pack{library(t)}, regime.Packs()...) {
		en, fr := p.Name+".md", p.Name+".fr.md"
		pages[en], pages[fr] = p.Describe(language.English), p.Describe(language.French)
		fmt.Fprintf(&index, "| `%s` | %d | [English](%s), [français](%s) |\n", p.Name, len(p.Rules), en, fr)
	}
	pages["README.md"] = index.String()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for name, page := range pages {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(page), 0o644))
		}
	}
	for name, page := range pages {
		want, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err, "run again with UPDATE_GOLDEN=1")
		require.Equal(t, string(want), page, "if this change is meant, run again with UPDATE_GOLDEN=1")
	}
	there, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, there, len(pages), "a page of no pack")
}

// Each rule says in both languages what it does, rests on something, and stands
// on the page with everything that it can say.
func TestEveryRuleIsDescribed(t *testing.T) {
	t.Parallel()

	linked := 0
	for _, p := range append([]consent.Pack{library(t)}, regime.Packs()...) {
		en, fr := p.Describe(language.English), p.Describe(language.CanadianFrench)
		for _, r := range p.Rules {
			info := r.Info()
			require.NotEmpty(t, info.Does.En, info.Name)
			require.NotEmpty(t, info.Does.Fr, info.Name)
			require.Contains(t, en, "## "+info.Name+"\n\n"+info.Does.En)
			require.Contains(t, fr, "## "+info.Name+"\n\n"+info.Does.Fr)
			for _, c := range info.Cases {
				require.Contains(t, en, c.Says.En+" `"+string(c.Code)+"`")
				require.Contains(t, fr, c.Says.Fr+" `"+string(c.Code)+"`")
				if c.Level != consent.Invariant && c.Level != consent.Advice {
					require.NotEmpty(t, c.Source.Text, "%s: %s", info.Name, c.Code)
				}
				if c.Source.URL != "" {
					linked++
					require.Contains(t, en, "["+c.Source.Text+"]("+c.Source.URL+")")
				}
			}
		}
		for line := range strings.Lines(en) {
			if strings.HasPrefix(line, "| ") {
				bars := strings.Count(line, "|") - strings.Count(line, `\|`)
				require.Contains(t, []int{4, 6}, bars, line)
			}
		}
	}
	require.Greater(t, linked, 50)
}
