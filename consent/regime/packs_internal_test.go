package regime

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sentence or an address that no rule uses is one that somebody forgot.
func TestNoWordsWithoutRule(t *testing.T) {
	t.Parallel()

	rules, used := map[string]bool{}, map[string]bool{}
	for _, p := range Packs() {
		for _, r := range p.Rules {
			rules[r.Info().Name] = true
			for _, c := range r.Info().Cases {
				used[c.Source.URL] = true
			}
		}
	}
	for name := range does {
		require.True(t, rules[name], name)
	}
	for _, l := range links {
		require.True(t, used[l.url], l.source)
		require.True(t, strings.HasPrefix(l.url, "http"), l.url)
	}
}

func TestLinkOf(t *testing.T) {
	t.Parallel()

	regulation := "http://data.europa.eu/eli/reg/2024/900/oj"
	for text, want := range map[string]string{
		"": "", "GDPR art. 7": "", "Regulation (EU) 2024/900 art. 7": regulation,
		"GDPR art. 7; Regulation (EU) 2024/900 art. 7": regulation, "see Regulation (EU) 2024/900": "",
	} {
		require.Equal(t, want, linkOf(text), text)
	}
}
