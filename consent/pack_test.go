package consent_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// says is a rule that always has something to say.
type says struct {
	info consent.RuleInfo
	out  consent.Outcome
}

func (s says) Info() consent.RuleInfo                    { return s.info }
func (s says) Bind(*consent.Plan) (consent.Check, error) { return s, nil }
func (s says) Check(*consent.Facts) consent.Finding {
	return consent.Finding{Outcome: s.out, Noted: true}
}

func saying(name string, out consent.Outcome, change func(*consent.RuleInfo)) consent.Rule {
	info := consent.RuleInfo{Name: name, Cases: []consent.Case{{Code: consent.Code(name), Level: consent.Regulator, Certainty: consent.Settled}}}
	if change != nil {
		change(&info)
	}
	return says{info, out}
}

func basis(i *consent.RuleInfo) { i.Basis = true }

// Of joined packs, each is asked of those in its own territories, and all of
// them of those who may be anywhere.
func TestJoin(t *testing.T) {
	t.Parallel()

	commercial := func(i *consent.RuleInfo) { i.Basis, i.Purposes = true, []contact.Purpose{contact.Commercial} }
	joined, err := consent.Join("abroad",
		consent.Pack{Name: "be", Version: "1", Read: "2026-11-24", Territories: []contact.Territory{"BE"}, Rules: []consent.Rule{saying("be.basis", consent.Allow, basis), saying("be.no", consent.Deny, nil)}},
		consent.Pack{Name: "de", Version: "2", Read: "2026-11-20", Territories: []contact.Territory{"DE"}, Rules: []consent.Rule{saying("de.basis", consent.Allow, basis)}},
		consent.Pack{Name: "it", Version: "3", Read: "2026-11-22", Territories: []contact.Territory{"IT"}, Rules: []consent.Rule{saying("it.basis", consent.Allow, commercial)}},
		consent.Pack{Name: "eu", Version: "4", Read: "2026-11-22", Territories: []contact.Territory{"BE", "DE", "IT"}, Rules: []consent.Rule{saying("eu.note", consent.Allow, nil)}},
	)
	require.NoError(t, err)
	require.Equal(t, "be 1, de 2, it 3, eu 4", joined.Version)
	require.Equal(t, "2026-11-20", joined.Read)
	require.Equal(t, []contact.Territory{"BE", "DE", "IT"}, joined.Territories)

	w := newWorld(t, func(p *consent.Pack, _ *consent.GateOptions) { *p = joined })
	for territory, want := range map[contact.Territory]string{
		"DE": "allow: de.basis, eu.note",
		"BE": "deny: be.no, be.basis, eu.note",
		"IT": "deny: purpose.no-rules, eu.note",
		"FR": "deny: territory.no-rules",
		"":   "deny: be.no, be.basis, de.basis, eu.note",
	} {
		r := w.person(1)
		r.Contact.Territory = territory
		if territory == "" {
			a, err := contact.ParseAddress("someone@example.org")
			require.NoError(t, err)
			r.Point.Address = a
		}
		req := politicalRequest()
		if territory == "" {
			req.Channel = contact.EmailChannel
		}
		d := w.decide(req, r)
		require.Equal(t, want, d.String(), "%q", territory)
	}
}

func TestJoinRefuses(t *testing.T) {
	t.Parallel()

	here := consent.Pack{Name: "be", Territories: []contact.Territory{"BE"}, Rules: []consent.Rule{saying("be.basis", consent.Allow, basis)}, Elections: []consent.Election{{ID: "e"}}}
	again := consent.Pack{Name: "nl", Territories: []contact.Territory{"NL"}, Elections: []consent.Election{{ID: "e"}}}
	for want, packs := range map[string][]consent.Pack{
		`pack "fr" has no Territories`:             {{Name: "fr"}},
		`a rule named "be.basis" is there already`: {here, {Name: "lu", Territories: []contact.Territory{"LU"}, Rules: here.Rules}},
		`pack "nl": election "e" is there already`: {here, again},
	} {
		_, err := consent.Join("all", packs...)
		require.ErrorContains(t, err, want)
	}
}

// An election of one pack silences nobody in the territories of another.
func TestJoinedElections(t *testing.T) {
	t.Parallel()

	silence := consent.Silence{From: monday, Until: monday.AddDate(0, 0, 1)}
	joined, err := consent.Join("both",
		consent.Pack{Name: "be", Territories: []contact.Territory{"BE"}, Elections: []consent.Election{{ID: "e", Silences: []consent.Silence{silence}}}},
		consent.Pack{Name: "de", Territories: []contact.Territory{"DE"}},
	)
	require.NoError(t, err)
	e := joined.Elections[0]
	require.Len(t, e.SilencesIn("BE"), 1)
	require.Empty(t, e.SilencesIn("DE"))
	require.Len(t, e.SilencesIn(""), 1, "who may be anywhere")
}

// What a rule is about, as data, is what the gate asks it of.
func TestRulesAreAbout(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		change func(*consent.RuleInfo)
		asked  bool
	}{
		"everything":      {nil, true},
		"its purpose":     {func(i *consent.RuleInfo) { i.Purposes = []contact.Purpose{contact.Service, contact.Political} }, true},
		"another purpose": {func(i *consent.RuleInfo) { i.Purposes = []contact.Purpose{contact.Service} }, false},
		"its kind":        {func(i *consent.RuleInfo) { i.Kinds = []consent.Kind{consent.ContentMessage} }, true},
		"another kind":    {func(i *consent.RuleInfo) { i.Kinds = []consent.Kind{consent.ConsentRequest} }, false},
		"its channel":     {func(i *consent.RuleInfo) { i.Channels = []contact.Channel{contact.SMS} }, true},
		"another channel": {func(i *consent.RuleInfo) { i.Channels = []contact.Channel{contact.RCS} }, false},
		"its territory":   {func(i *consent.RuleInfo) { i.Territories = []contact.Territory{"FR"} }, true},
		"somewhere else":  {func(i *consent.RuleInfo) { i.Territories = []contact.Territory{"RE"} }, false},
	} {
		w := newWorld(t, func(p *consent.Pack, _ *consent.GateOptions) {
			*p = consent.Pack{Name: "p", Rules: []consent.Rule{saying("basis", consent.Allow, basis), saying("no", consent.Deny, tt.change)}}
		})
		want := "allow: basis"
		if tt.asked {
			want = "deny: no, basis"
		}
		d := w.decide(politicalRequest(), w.person(1))
		require.Equal(t, want, d.String(), name)
	}
}
