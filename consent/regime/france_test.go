package regime_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/stretchr/testify/require"
)

// Everything that a rule can say is said in both languages, with its source, and
// one code means one thing.
func TestEveryCase(t *testing.T) {
	t.Parallel()

	codes := regexp.MustCompile(`^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$`)
	levels := []consent.Level{consent.Invariant, consent.Law, consent.Regulator, consent.Contract, consent.Advice}
	certainties := []consent.Certainty{consent.Settled, consent.Argued, consent.Unverified}
	meaning := map[consent.Code]consent.Words{}
	said := map[string]consent.Code{}
	rules := map[string]bool{}
	for _, rule := range gate(t).Rules() {
		require.False(t, rules[rule.Name], rule.Name)
		rules[rule.Name] = true
		require.NotEmpty(t, rule.Cases, rule.Name)
		within := map[consent.Code]bool{}
		for _, c := range rule.Cases {
			where := fmt.Sprintf("%s of %s", c.Code, rule.Name)
			require.Regexp(t, codes, c.Code, where)
			require.False(t, within[c.Code], where)
			within[c.Code] = true
			require.Contains(t, levels, c.Level, where)
			require.Contains(t, certainties, c.Certainty, where)
			for _, text := range []string{c.Says.En, c.Says.Fr} {
				require.True(t, strings.HasSuffix(text, "."), "%s is no sentence: %q", where, text)
				require.Equal(t, strings.TrimSpace(text), text)
			}
			require.NotEqual(t, c.Says.En, c.Says.Fr, where)
			require.Equal(t, c.Remedy.En == "", c.Remedy.Fr == "", where)
			if c.Level != consent.Invariant {
				require.NotEmpty(t, c.Source.Text, where)
				require.NotEmpty(t, c.Source.Ref, where)
			}
			if c.Source.Date != "" {
				_, err := time.Parse("2006-01-02"[:len(c.Source.Date)], c.Source.Date)
				require.NoError(t, err, where)
			}

			if known, ok := meaning[c.Code]; ok {
				require.Equal(t, known, c.Says, "%s means two things", c.Code)
			}
			meaning[c.Code] = c.Says
			for _, text := range []string{c.Says.En, c.Says.Fr} {
				if other, ok := said[text]; ok {
					require.Equal(t, other, c.Code, "two codes say %q", text)
				}
				said[text] = c.Code
			}
		}
	}
	require.Greater(t, len(meaning), 50)
}

// A no is law for every rule that says so, and the outcome that a law denies
// cannot be had by an override.
func TestNoIsLaw(t *testing.T) {
	t.Parallel()

	for _, rule := range gate(t).Rules() {
		for _, c := range rule.Cases {
			switch c.Code {
			case "consent.refused", "consent.withdrawn", "consent.objected", "request.refused", "service.refused", consent.CodeRefused:
				require.Equal(t, consent.Law, c.Level, "%s of %s", c.Code, rule.Name)
			}
		}
	}
}

func TestFrancePack(t *testing.T) {
	t.Parallel()

	pack := regime.France()
	require.Equal(t, "fr", pack.Name)
	for _, text := range []string{pack.Version, pack.Read} {
		_, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
	}
	require.NotEmpty(t, pack.Elections)
	// Packs are values: what one host changes is not another's.
	pack.Rules = pack.Rules[:1]
	pack.Elections[0].Silences[0].From = monday
	require.NotEqual(t, monday, regime.France().Elections[0].Silences[0].From)
	require.Greater(t, len(regime.France().Rules), 1)
}
