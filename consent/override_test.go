package consent_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func overriding(os ...consent.Override) func(*consent.Pack, *consent.GateOptions) {
	return func(_ *consent.Pack, o *consent.GateOptions) { o.Overrides = os }
}

func lowered(code consent.Code, to consent.Outcome) consent.Override {
	return consent.Override{Code: code, Outcome: to, Reason: "counsel's letter of 2 May", By: "the treasurer"}
}

func TestOverrides(t *testing.T) {
	t.Parallel()

	night := time.Date(2024, 6, 3, 21, 0, 0, 0, time.UTC) // 23:00 in Paris
	file := say(1, consent.Given, 1, byFile)
	tests := map[string]struct {
		override consent.Override
		at       time.Time
		acts     []consent.Act
		want     string
	}{
		"hours that the carrier does not keep": {lowered("hours.closed", consent.Allow), night, []consent.Act{agreed(1)}, "allow: consent.given, hours.closed"},
		"no evidence, on the host's word":      {lowered("consent.unproved", consent.Allow), monday, []consent.Act{file}, "allow: consent.unproved"},
		"stricter than the pack":               {lowered("consent.given", consent.Deny), monday, []consent.Act{agreed(1)}, "deny: consent.given"},
		"hours as a matter of principle":       {lowered("hours.closed", consent.Deny), night, []consent.Act{agreed(1)}, "deny: hours.closed, consent.given"},
		"and nothing where it does not fire":   {lowered("hours.closed", consent.Deny), monday, []consent.Act{agreed(1)}, "allow: consent.given"},
		"a first case that passes is not one":  {lowered("election.undeclared", consent.Deny), monday, []consent.Act{agreed(1)}, "allow: consent.given"},
		"nobody asked, by legitimate interest": {lowered("consent.never-asked", consent.Allow), monday, nil, "allow: consent.never-asked"},
		"which does not speak for a no":        {lowered("consent.never-asked", consent.Allow), monday, []consent.Act{say(1, consent.Objected, 1)}, "deny: consent.objected"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, overriding(tt.override))
			w.record(1, tt.acts...)
			w.now = tt.at
			d := w.decide(politicalRequest(), w.person(1))
			require.Equal(t, tt.want, d.String())
			for _, r := range d.Reasons {
				require.Equal(t, r.Code == tt.override.Code, r.Override != nil)
				if r.Override != nil {
					require.Equal(t, tt.override, *r.Override, "by whom, and why")
					require.Equal(t, tt.override.Outcome, r.Outcome)
					require.Zero(t, r.Until)
				}
			}
		})
	}
}

// A code that rules of several levels share is lowered where it may be, and
// stays law where it is law.
func TestOverrideLeavesLawAlone(t *testing.T) {
	t.Parallel()

	w := newWorld(t, overriding(lowered("consent.never-asked", consent.Allow)))
	require.True(t, ptr(w.decide(politicalRequest(), w.person(1))).Allowed())
	offers := with(func(r *consent.Request) { r.Purpose, r.Election = contact.Commercial, "" })
	require.Equal(t, "deny: consent.never-asked", ptr(w.decide(offers, w.person(1))).String())

	w = newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Rules = []consent.Rule{verdictOf{info: consent.RuleInfo{Name: "x", Cases: []consent.Case{{Code: consent.CodeRefused, Level: consent.Advice}}}, finding: consent.Pass()}}
		o.Overrides = []consent.Override{lowered(consent.CodeRefused, consent.Allow)}
	})
	w.record(1, agreed(1))
	w.list1(suppression.Entry{Class: suppression.Refusal})
	require.Equal(t, "deny: suppression.refusal, consent.given", ptr(w.decide(politicalRequest(), w.person(1))).String())
}

// An allowed message is counted under its basis, whatever else was remarked.
func TestBasisIsCounted(t *testing.T) {
	t.Parallel()

	w := newWorld(t, func(p *consent.Pack, o *consent.GateOptions) {
		remark := hostRule(consent.Advice, consent.Finding{Outcome: consent.Allow, Noted: true})
		p.Rules = append([]consent.Rule{remark}, p.Rules...) // before the basis
		o.Rules = []consent.Rule{hostRuleNamed("host.late", consent.Advice, consent.Finding{Outcome: consent.Allow, Noted: true})}
	})
	w.record(1, agreed(1))
	require.Equal(t, "allow: consent.given, host.rule.first, host.late.first", ptr(w.decide(politicalRequest(), w.person(1))).String())
	require.Equal(t, "deny: consent.never-asked, host.rule.first, host.late.first", ptr(w.decide(politicalRequest(), w.person(2))).String())
}

// Two plans with one digest judge alike, and any difference shows.
func TestPlanDigest(t *testing.T) {
	t.Parallel()

	digest := func(change func(*consent.Pack, *consent.GateOptions), req consent.Request, at, known time.Time) [2]consent.Digest {
		w := newWorld(t, change)
		p, err := w.gate.PlanAsOf(req, at, known)
		require.NoError(t, err)
		return [2]consent.Digest{p.Digest(), p.Pack()}
	}
	base := digest(nil, politicalRequest(), monday, monday)
	require.Equal(t, base, digest(nil, politicalRequest(), monday.In(time.FixedZone("CEST", 7200)), monday))
	for name, other := range map[string][2]consent.Digest{
		"another text of who writes": digest(nil, with(func(r *consent.Request) { r.Sender.ReplyTo = "36181" }), monday, monday),
		"another instant":            digest(nil, politicalRequest(), monday.Add(time.Second), monday),
		"another day of knowledge":   digest(nil, politicalRequest(), monday, monday.Add(time.Second)),
		"an override":                digest(overriding(lowered("hours.closed", consent.Allow)), politicalRequest(), monday, monday),
		"the other way":              digest(overriding(lowered("hours.closed", consent.Deny)), politicalRequest(), monday, monday),
		"no fiction":                 digest(func(_ *consent.Pack, o *consent.GateOptions) { o.AllowFiction = false }, politicalRequest(), monday, monday),
	} {
		require.NotEqual(t, base[0], other[0], name)
		require.Equal(t, base[1], other[1], name)
	}
	for name, change := range map[string]func(*consent.Pack, *consent.GateOptions){
		"another version": func(p *consent.Pack, _ *consent.GateOptions) { p.Version = "2" },
		"a rule less":     func(p *consent.Pack, _ *consent.GateOptions) { p.Rules = p.Rules[1:] },
		"a rule more": func(_ *consent.Pack, o *consent.GateOptions) {
			o.Rules = []consent.Rule{hostRule(consent.Advice, consent.Pass())}
		},
		"a level": func(_ *consent.Pack, o *consent.GateOptions) {
			o.Rules = []consent.Rule{hostRule(consent.Contract, consent.Pass())}
		},
		"an election moved":     func(p *consent.Pack, _ *consent.GateOptions) { p.Elections[0].Silences[0].From = monday },
		"an election is gone":   func(p *consent.Pack, _ *consent.GateOptions) { p.Elections = p.Elections[:1] },
		"an election ends late": func(p *consent.Pack, _ *consent.GateOptions) { p.Elections[0].Ends = monday.AddDate(0, 1, 0) },
	} {
		other := digest(change, politicalRequest(), monday, monday)
		require.NotEqual(t, base[1], other[1], name)
		require.NotEqual(t, base[0], other[0], name)
	}
	a, b := digest(func(_ *consent.Pack, o *consent.GateOptions) {
		o.Rules = []consent.Rule{hostRule(consent.Advice, consent.Pass())}
	}, politicalRequest(), monday, monday),
		digest(func(_ *consent.Pack, o *consent.GateOptions) {
			o.Rules = []consent.Rule{hostRule(consent.Contract, consent.Pass())}
		}, politicalRequest(), monday, monday)
	require.NotEqual(t, a, b)
}

// A request that was kept as JSON and read back in another zone has one digest.
func TestRequestDigest(t *testing.T) {
	t.Parallel()

	paris := time.FixedZone("CEST", 7200)
	r := with(func(r *consent.Request) {
		r.NotBefore, r.NotAfter = monday, monday.Add(time.Hour)
		r.Assessments = []consent.Assessment{{ID: "a", Signed: monday}}
		r.InReplyTo.At = monday
	})
	want, err := r.Digest()
	require.NoError(t, err)
	r.NotBefore, r.NotAfter, r.InReplyTo.At = monday.In(paris).Add(1), r.NotAfter.In(paris), monday.In(paris)
	r.Assessments[0].Signed = monday.In(paris)
	got, err := r.Digest()
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, paris, r.NotBefore.Location(), "the request is not changed")
	r.Campaign = "c2"
	got, err = r.Digest()
	require.NoError(t, err)
	require.NotEqual(t, want, got)
}
