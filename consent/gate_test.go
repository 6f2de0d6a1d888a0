package consent_test

import (
	"context"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// verdictOf is a rule of a host that always says the same.
type verdictOf struct {
	info    consent.RuleInfo
	finding consent.Finding
	err     error
}

func (r verdictOf) Info() consent.RuleInfo                    { return r.info }
func (r verdictOf) Bind(*consent.Plan) (consent.Check, error) { return r, r.err }
func (r verdictOf) Check(*consent.Facts) consent.Finding      { return r.finding }
func hostRule(level consent.Level, f consent.Finding) consent.Rule {
	return hostRuleNamed("host.rule", level, f)
}
func hostRuleNamed(name string, level consent.Level, f consent.Finding) consent.Rule {
	return verdictOf{info: consent.RuleInfo{Name: name, Cases: []consent.Case{
		{Code: consent.Code(name + ".first"), Level: level, Says: consent.Words{En: "first", Fr: "premier"}},
		{Code: consent.Code(name + ".second"), Level: level},
	}}, finding: f}
}

func TestOpenGate(t *testing.T) {
	t.Parallel()

	var (
		good  = keyring(t, "pepper")
		other = keyring(t, "salt")
		fr    = regime.France()
	)
	bound := func(t *testing.T) (*memory.Ledger, *memory.Suppressions) {
		l, s := &memory.Ledger{}, &memory.Suppressions{}
		_, err := l.Read(t.Context(), other.ID(), nil)
		require.NoError(t, err)
		_, err = s.Match(t.Context(), other.ID(), nil)
		require.NoError(t, err)
		return l, s
	}
	open := func(change func(*consent.GateOptions, *consent.Pack)) func(*testing.T) error {
		return func(t *testing.T) error {
			opts, pack := &consent.GateOptions{}, fr
			change(opts, &pack)
			_, err := consent.OpenGate(t.Context(), &memory.Ledger{}, &memory.Suppressions{}, good, pack, opts)
			return err
		}
	}
	override := func(os ...consent.Override) func(*testing.T) error {
		return open(func(o *consent.GateOptions, _ *consent.Pack) { o.Overrides = os })
	}
	tests := map[string]struct {
		open func(*testing.T) error
		want string
	}{
		"everything is there": {open(func(*consent.GateOptions, *consent.Pack) {}), ""},
		"no ledger": {func(t *testing.T) error {
			_, err := consent.OpenGate(t.Context(), nil, &memory.Suppressions{}, good, fr, nil)
			return err
		}, "consent: gate: no ledger"},
		"no list": {func(t *testing.T) error {
			_, err := consent.OpenGate(t.Context(), &memory.Ledger{}, nil, good, fr, nil)
			return err
		}, "consent: gate: no suppression list"},
		"no keyring": {func(t *testing.T) error {
			_, err := consent.OpenGate(t.Context(), &memory.Ledger{}, &memory.Suppressions{}, nil, fr, nil)
			return err
		}, "consent: gate: no keyring"},
		"no rules": {func(t *testing.T) error {
			_, err := consent.OpenGate(t.Context(), &memory.Ledger{}, &memory.Suppressions{}, good, consent.Pack{}, nil)
			return err
		}, "consent: gate: the pack has no rules"},
		"a ledger of another pepper": {func(t *testing.T) error {
			l, _ := bound(t)
			_, err := consent.OpenGate(t.Context(), l, &memory.Suppressions{}, good, fr, nil)
			require.ErrorIs(t, err, suppression.ErrKey)
			return err
		}, "consent: gate: ledger: memory: fingerprints of another key"},
		"a list of another pepper": {func(t *testing.T) error {
			_, s := bound(t)
			_, err := consent.OpenGate(t.Context(), &memory.Ledger{}, s, good, fr, nil)
			require.ErrorIs(t, err, suppression.ErrKey)
			return err
		}, "consent: gate: suppression list: memory: fingerprints of another key"},
		"a life of more than a minute": {open(func(o *consent.GateOptions, _ *consent.Pack) { o.Life = time.Minute + 1 }), "consent: gate: Life 1m0.000000001s is not between 0 and 1m0s"},
		"a life that is over":          {open(func(o *consent.GateOptions, _ *consent.Pack) { o.Life = -1 }), "consent: gate: Life -1ns is not between 0 and 1m0s"},
		"an election without an end": {open(func(_ *consent.GateOptions, p *consent.Pack) {
			p.Elections = []consent.Election{{ID: "e", Name: "e"}}
		}), `consent: election "e": Ends is the zero time`},
		"two rules of one name": {open(func(o *consent.GateOptions, _ *consent.Pack) {
			o.Rules = []consent.Rule{hostRuleNamed("fr.silence", consent.Advice, consent.Pass())}
		}), `consent: gate: two rules are named "fr.silence"`},
		"a rule without a name": {open(func(o *consent.GateOptions, _ *consent.Pack) {
			o.Rules = []consent.Rule{hostRuleNamed("", consent.Advice, consent.Pass())}
		}), `consent: gate: rule "" has no name or no case`},
		"a rule with nothing to say": {open(func(o *consent.GateOptions, _ *consent.Pack) {
			o.Rules = []consent.Rule{verdictOf{info: consent.RuleInfo{Name: "mute"}}}
		}), `consent: gate: rule "mute" has no name or no case`},
		"an override of nothing":         {override(consent.Override{Code: "x", Outcome: consent.Allow, Reason: "r", By: "b"}), `consent: gate: override of unknown code "x"`},
		"an override without a reason":   {override(consent.Override{Code: "hours.closed", Outcome: consent.Allow, By: "b"}), `consent: gate: override of "hours.closed" without Reason or By`},
		"an override by nobody":          {override(consent.Override{Code: "hours.closed", Outcome: consent.Allow, Reason: "r"}), `consent: gate: override of "hours.closed" without Reason or By`},
		"an override to nothing":         {override(consent.Override{Code: "hours.closed", Outcome: 3, Reason: "r", By: "b"}), `consent: gate: override of "hours.closed": Outcome is neither deny nor allow`},
		"an override to some other time": {override(consent.Override{Code: "hours.closed", Outcome: consent.Defer, Reason: "r", By: "b"}), `consent: gate: override of "hours.closed": Outcome is neither deny nor allow`},
		"two overrides of one code": {
			override(consent.Override{"hours.closed", consent.Allow, "r", "b"}, consent.Override{"hours.closed", consent.Deny, "r", "b"}),
			`consent: gate: two overrides of "hours.closed"`,
		},
		"the silence lowered":      {override(consent.Override{"election.silence", consent.Allow, "r", "b"}), `consent: gate: override of "election.silence", which is law and cannot be lowered`},
		"a refusal lowered":        {override(consent.Override{consent.CodeRefused, consent.Allow, "r", "b"}), `consent: gate: override of "suppression.refusal", which is law and cannot be lowered`},
		"a withdrawal lowered":     {override(consent.Override{"consent.withdrawn", consent.Allow, "r", "b"}), `consent: gate: override of "consent.withdrawn", which is law and cannot be lowered`},
		"a missing fact lowered":   {override(consent.Override{consent.CodeMissing, consent.Allow, "r", "b"}), `consent: gate: override of "facts.missing", which is invariant and cannot be lowered`},
		"the silence kept anyway":  {override(consent.Override{"election.silence", consent.Deny, "r", "b"}), ""},
		"the hours of a contract":  {override(consent.Override{"hours.closed", consent.Allow, "r", "b"}), ""},
		"a code of law and advice": {override(consent.Override{"consent.never-asked", consent.Allow, "r", "b"}), ""},
		"a law that a host calls advice": {open(func(o *consent.GateOptions, _ *consent.Pack) {
			o.Rules = []consent.Rule{verdictOf{info: consent.RuleInfo{Name: "x", Cases: []consent.Case{{Code: consent.CodeRefused, Level: consent.Advice}}}}}
			o.Overrides = []consent.Override{{consent.CodeRefused, consent.Allow, "r", "b"}}
		}), ""}, // and see TestOverrideLeavesLawAlone
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			err := tt.open(t)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestGateDefaults(t *testing.T) {
	t.Parallel()

	k := keyring(t, "pepper")
	g, err := consent.OpenGate(t.Context(), &memory.Ledger{}, &memory.Suppressions{}, k, regime.France(), nil)
	require.NoError(t, err)
	require.Equal(t, consent.DefaultLife, g.Life())
	require.Same(t, k, g.Keyring())
	require.NotNil(t, g.Clock())
}

// What stands in the way of one message, one thing at a time.
func TestDecide(t *testing.T) {
	t.Parallel()

	fiction := func(_ *consent.Pack, o *consent.GateOptions) { o.AllowFiction = false }
	tests := map[string]struct {
		gate    func(*consent.Pack, *consent.GateOptions)
		request func(*consent.Request)
		who     func(*consent.Recipient)
		acts    []consent.Act
		want    string
	}{
		"a yes, a text, a Monday morning": {acts: []consent.Act{agreed(1)}, want: "allow: consent.given"},
		"nobody asked":                    {want: "deny: consent.never-asked"},
		"a number of fiction":             {gate: fiction, acts: []consent.Act{agreed(1)}, want: "deny: address.fictional, consent.given"},
		"no address": {
			who:  func(r *consent.Recipient) { r.Point = contact.Point{} },
			want: "deny: address.none, zone.unknown, consent.never-asked, hours.closed",
		},
		"an e-mail address for an SMS": {
			who: func(r *consent.Recipient) {
				a, _ := contact.ParseEmail("ada@example.org")
				r.Point.Address = a
			},
			want: "deny: address.none, zone.unknown, consent.never-asked, hours.closed",
		},
		"no origin": {
			who:  func(r *consent.Recipient) { r.Contact.Origins = nil },
			acts: []consent.Act{agreed(1)}, want: "deny: origin.missing, consent.given",
		},
		"no contact at all": {
			who:  func(r *consent.Recipient) { r.Contact = nil },
			acts: []consent.Act{agreed(1)}, want: "deny: origin.missing, consent.given",
		},
		"an empty text": {
			who:  func(r *consent.Recipient) { r.Content.Text = " \n" },
			acts: []consent.Act{agreed(1)}, want: "deny: content.empty, consent.given, content.identity",
		},
		"a purpose without rules": {
			request: func(r *consent.Request) { r.Purpose = "barter" },
			want:    "deny: purpose.no-rules",
		},
		"a purpose whose rules are to come": {
			request: func(r *consent.Request) { r.Purpose = contact.Charity },
			want:    "deny: purpose.no-rules",
		},
		"a zone that is none": {
			who:  func(r *consent.Recipient) { r.Contact.Zone = "Mars/Olympus" },
			acts: []consent.Act{agreed(1)}, want: "deny: zone.unknown, consent.given, hours.closed",
		},
		"the zone of this machine": {
			who:  func(r *consent.Recipient) { r.Contact.Zone = "Local" },
			acts: []consent.Act{agreed(1)}, want: "deny: zone.unknown, consent.given, hours.closed",
		},
		"a territory without clocks": {
			who:  func(r *consent.Recipient) { r.Contact.Territory = "BR" },
			acts: []consent.Act{agreed(1)}, want: "deny: territory.no-rules, zone.unknown, consent.given, hours.closed",
		},
		"a territory with a clock": {
			who:  func(r *consent.Recipient) { r.Contact.Territory, r.Contact.Zone = "FR", "America/New_York" },
			acts: []consent.Act{agreed(1)}, want: "defer: hours.closed, consent.given until 2024-06-03T12:00:00Z",
		},
		"before the campaign": {
			request: func(r *consent.Request) { r.NotBefore = monday.Add(time.Hour) },
			acts:    []consent.Act{agreed(1)}, want: "defer: campaign.not-yet, consent.given until 2024-06-03T09:00:00Z",
		},
		"at its start": {
			request: func(r *consent.Request) { r.NotBefore = monday },
			acts:    []consent.Act{agreed(1)}, want: "allow: consent.given",
		},
		"at its end": {
			request: func(r *consent.Request) { r.NotAfter = monday },
			acts:    []consent.Act{agreed(1)}, want: "deny: campaign.ended, consent.given",
		},
		"two things that wait": {
			request: func(r *consent.Request) { r.NotBefore = monday.Add(time.Hour) },
			who:     func(r *consent.Recipient) { r.Contact.Territory, r.Contact.Zone = "FR", "America/New_York" },
			acts:    []consent.Act{agreed(1)}, want: "defer: campaign.not-yet, consent.given, hours.closed until 2024-06-03T12:00:00Z",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, tt.gate)
			w.record(1, tt.acts...)
			req, r := politicalRequest(), w.person(1)
			if tt.request != nil {
				tt.request(&req)
			}
			if tt.who != nil {
				tt.who(&r)
			}
			d := w.decide(req, r)
			require.Equal(t, tt.want, d.String())
			require.Equal(t, d.Outcome == consent.Allow, d.Allowed())
			require.Equal(t, d.Code, d.Reasons[0].Code)
			require.Equal(t, d.Outcome == consent.Defer, !d.Until.IsZero(), "an instant belongs to its outcome")
			require.Equal(t, d.Outcome == consent.Allow, !d.Deadline.IsZero())
		})
	}
}

func TestAmericanNumber(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	a, err := contact.ParseE164("+12025550123")
	require.NoError(t, err)
	r := w.person(1)
	r.Point.Address = a
	require.Equal(t, "deny: zone.unknown, consent.never-asked, hours.closed", ptr(w.decide(politicalRequest(), r)).String())
}

func ptr[T any](v T) *T { return &v }

func TestZeroDecisionDenies(t *testing.T) {
	t.Parallel()

	var d consent.Decision
	require.False(t, d.Allowed())
	require.Equal(t, "deny", d.String())
	require.Equal(t, consent.Deny, consent.Verdict{}.Outcome)
	require.Equal(t, consent.Deny, consent.Finding{}.Outcome)

	w := newWorld(t, nil)
	req := politicalRequest()
	req.Campaign = ""
	d, err := w.gate.Decide(t.Context(), req, w.person(1))
	require.EqualError(t, err, `consent: request "": Campaign is empty`)
	require.False(t, d.Allowed())
	out, err := w.gate.Clear(t.Context(), req, []consent.Recipient{w.person(1)})
	require.Error(t, err)
	require.Len(t, out, 1)
	require.False(t, out[0].Decision.Allowed())
	require.ErrorIs(t, out[0].Clearance.Live(), consent.ErrNoClearance)
}

func TestBindError(t *testing.T) {
	t.Parallel()

	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Rules = []consent.Rule{verdictOf{info: consent.RuleInfo{Name: "host.rule", Cases: make([]consent.Case, 1)}, err: context.DeadlineExceeded}}
	})
	_, err := w.gate.Decide(t.Context(), politicalRequest(), w.person(1))
	require.EqualError(t, err, "consent: rule host.rule: context deadline exceeded")
}

// What a host's own rule answers, and what follows.
func TestHostRules(t *testing.T) {
	t.Parallel()

	later := monday.Add(time.Hour)
	tests := map[string]struct {
		finding consent.Finding
		want    string
	}{
		"it passes":                         {consent.Pass(), "allow: consent.given"},
		"it denies":                         {consent.Finding{Case: 1}, "deny: host.rule.second, consent.given"},
		"it has a remark":                   {consent.Finding{Outcome: consent.Allow, Noted: true}, "allow: consent.given, host.rule.first"},
		"it defers":                         {consent.Finding{Outcome: consent.Defer, Until: later}, "defer: host.rule.first, consent.given until 2024-06-03T09:00:00Z"},
		"it defers to no time":              {consent.Finding{Outcome: consent.Defer}, "deny: host.rule.first, consent.given"},
		"it defers to now":                  {consent.Finding{Outcome: consent.Defer, Until: monday}, "deny: host.rule.first, consent.given"},
		"it answers nonsense":               {consent.Finding{Outcome: 7}, "deny: host.rule.first, consent.given"},
		"it says what its cases do not say": {consent.Finding{Case: 9}, "deny: , consent.given"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
				o.Rules = []consent.Rule{hostRule(consent.Contract, tt.finding)}
			})
			w.record(1, agreed(1))
			d := w.decide(politicalRequest(), w.person(1))
			require.Equal(t, tt.want, d.String())
		})
	}
}

func TestQuietBasis(t *testing.T) {
	t.Parallel()

	quiet := hostRule(consent.Advice, consent.Pass()).(verdictOf)
	quiet.info.Basis = true
	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) { o.Rules = []consent.Rule{quiet} })
	d := w.decide(with(func(r *consent.Request) { r.Purpose = "barter" }), w.person(1))
	require.Equal(t, consent.Allow, d.Outcome)
	require.Equal(t, consent.CodeAllowed, d.Code)
	require.Empty(t, d.Reasons)
}

func TestTooManyRules(t *testing.T) {
	t.Parallel()

	for _, n := range []int{100, 111, 112, 113, 130, 300} {
		w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
			for i := range n {
				o.Rules = append(o.Rules, hostRuleNamed("host."+uuid.UUID{byte(i >> 8), byte(i)}.String(), consent.Advice, consent.Finding{}))
			}
		})
		d, err := w.gate.Decide(t.Context(), politicalRequest(), w.person(1))
		if err != nil {
			require.EqualError(t, err, "consent: plan: more than 128 rules concern one request")
			require.Greater(t, n, 100)
			continue
		}
		require.Greater(t, len(d.Reasons), n)
		require.Less(t, n, 130)
	}
}
