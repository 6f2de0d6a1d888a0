package consent_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// quiet is a rule of the host's, with nothing in it that a page needs.
type quiet struct{}

func (quiet) Info() consent.RuleInfo {
	return consent.RuleInfo{
		Name: "host.quiet", InForce: monday, Until: monday.AddDate(1, 0, 0), Known: monday.AddDate(0, -1, 0), Params: "a | b",
		Cases: []consent.Case{{Code: "host.quiet", Level: consent.Advice, Says: consent.Words{En: "one |\ntwo", Fr: "un |\ndeux"}}},
	}
}
func (quiet) Bind(*consent.Plan) (consent.Check, error) { return nil, nil }

// A host shows what its gate asks, with what it changed, by whom and why.
func TestGateDescribe(t *testing.T) {
	t.Parallel()

	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Rules = []consent.Rule{quiet{}}
		o.Overrides = []consent.Override{{Code: "consent.never-asked", Outcome: consent.Allow, Reason: "legitimate | interest, <b>of</b> 3 May", By: "the officer"}}
	})
	en, fr := w.gate.Describe(language.English), w.gate.Describe(language.French)
	require.Contains(t, en, "## accord.suppression\n\nDenies messages that the person refused")
	require.Contains(t, en, "| regulator; here **allowed**, decided by the officer: legitimate \\| interest, &lt;b>of&lt;/b> 3 May | settled |")
	require.Contains(t, fr, "| régulateur ; ici **permis**, décidé par the officer : legitimate \\| interest, &lt;b>of&lt;/b> 3 May | établi |")
	require.Contains(t, en, "## host.quiet\n\n- in force from 2024-06-03\n- in force until 2025-06-03, not included\n- could be known from 2024-05-03\n- parameters: a \\| b\n\n")
	require.Contains(t, en, "| one \\| two `host.quiet` |  | advice |  | the library itself |\n", "what would end a cell or a line does not")
	require.NotContains(t, en, "| law; here", "law is not lowered, and the page does not say so")
	require.Contains(t, fr, "### élections européennes du 9 juin 2024")

	p := consent.Pack{Name: "empty"}
	require.Contains(t, p.Describe(language.German), "For people anywhere.")
	require.NotContains(t, p.Describe(language.German), "## ")
}
