package consent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// pretender says that everybody is a tester.
type pretender struct{}

func (pretender) ReadFacts(_ context.Context, _ *consent.Plan, facts []consent.Facts) error {
	for i := range facts {
		facts[i].Tester, facts[i].SentKnown = true, true
	}
	return nil
}

type proving struct {
	list *memory.Suppressions
	keys *suppression.Keyring
	gate *consent.Gate
}

func newProving(t *testing.T, at time.Time, rules ...consent.Rule) proving {
	t.Helper()
	p := proving{list: &memory.Suppressions{}, keys: keyring(t, "pepper")}
	var err error
	p.gate, err = consent.OpenGate(t.Context(), &memory.Ledger{}, p.list, p.keys, regime.France(), &consent.GateOptions{
		AllowFiction: true, Rules: rules, Readers: []consent.FactReader{pretender{}},
		Clock:   consent.ClockFunc(func() time.Time { return at }),
		Testers: []consent.Tester{{Address: phone(t, 1), Name: "M. Durand, direction de campagne", By: "admin", Since: monday}},
	})
	require.NoError(t, err)
	return p
}

// clear asks for one clearance, for somebody of no base who consented to
// nothing.
func (p proving) clear(t *testing.T, req consent.Request, to contact.Address, text string) consent.Clearing {
	t.Helper()
	out, err := p.gate.Clear(t.Context(), req, []consent.Recipient{{
		Contact: &contact.Contact{ID: "t", Base: req.Base.ID}, Point: contact.Point{Address: to}, Content: consent.Content{Text: text},
	}})
	require.NoError(t, err)
	return out[0]
}

func TestProof(t *testing.T) {
	t.Parallel()

	copyOf := func(change func(*consent.Request)) consent.Request {
		return with(func(r *consent.Request) { r.Proof = true; change(r) })
	}
	plain := func(*consent.Request) {}
	night := time.Date(2024, 6, 3, 22, 0, 0, 0, time.UTC)
	silence := time.Date(2024, 6, 8, 8, 0, 0, 0, time.UTC)
	refused := consent.RuleInfo{Name: "host.rule", Cases: []consent.Case{{Code: "host.no"}}}
	ofBase := refused
	ofBase.NotOfProofs = true
	tests := map[string]struct {
		at    time.Time
		to    int
		req   consent.Request
		text  string
		rules []consent.Rule
		want  consent.Code
	}{
		"a tester without consent or origin":     {monday, 1, copyOf(plain), goodText, nil, consent.CodeProof},
		"the same message, and no proof":         {monday, 1, politicalRequest(), goodText, nil, consent.CodeNoOrigin},
		"somebody else":                          {monday, 2, copyOf(plain), goodText, nil, consent.CodeNotTester},
		"at night, when carriers take none":      {night, 1, copyOf(plain), goodText, nil, "hours.closed"},
		"on the eve of the vote":                 {silence, 1, copyOf(plain), goodText, nil, "election.silence"},
		"without a stop mention":                 {monday, 1, copyOf(plain), "Jeanne Martin: votez. Fichiers SARL " + noticeURL, nil, "content.stop"},
		"without text":                           {monday, 1, copyOf(plain), "", nil, consent.CodeEmpty},
		"another purpose has other rules":        {monday, 1, copyOf(func(r *consent.Request) { r.Purpose = contact.Commercial; r.Election = "" }), goodText, nil, consent.CodeProof},
		"caps are not asked":                     {monday, 1, copyOf(func(r *consent.Request) { r.Caps = []consent.Cap{{Count: 1, Within: time.Hour}} }), goodText, nil, consent.CodeProof},
		"a consent request not of the skeleton":  {monday, 1, copyOf(func(r *consent.Request) { r.Kind = consent.ConsentRequest }), goodText, nil, consent.CodeProofWords},
		"a rule of the host":                     {monday, 1, copyOf(plain), goodText, []consent.Rule{verdictOf{info: refused}}, "host.no"},
		"a rule of the host about where data is": {monday, 1, copyOf(plain), goodText, []consent.Rule{verdictOf{info: ofBase}}, consent.CodeProof},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := newProving(t, test.at, test.rules...).clear(t, test.req, phone(t, test.to), test.text)
			require.Equal(t, test.want, got.Decision.Code)
			if test.want == consent.CodeProof {
				require.NoError(t, got.Clearance.Live())
			} else {
				require.ErrorIs(t, got.Clearance.Live(), consent.ErrNoClearance)
			}
		})
	}
}

// A tester's own refusal stands, whatever it reaches the message by.
func TestProofNeverOverARefusal(t *testing.T) {
	t.Parallel()

	req := with(func(r *consent.Request) { r.Proof = true })
	for n, scope := range []contact.Scope{
		{Controller: "martin"}, {Group: "horizon", Purpose: contact.Prospecting}, {Base: "base"}, {}, {Channels: contact.Channels(contact.SMS)},
	} {
		p := newProving(t, monday)
		_, err := p.list.Add(t.Context(), p.keys.ID(), []suppression.Entry{{
			ID: id(n + 1), Class: suppression.Refusal, Fingerprint: p.keys.Fingerprint(phone(t, 1)), Scope: scope, Reason: suppression.Replied,
			Happened: monday, Recorded: monday,
		}})
		require.NoError(t, err)
		require.Equal(t, consent.CodeRefused, p.clear(t, req, phone(t, 1), goodText).Decision.Code, "%v", scope)
	}
}

// A replay judges what was recorded: whether somebody was a tester then.
func TestProofReplay(t *testing.T) {
	t.Parallel()

	p := newProving(t, monday)
	req := with(func(r *consent.Request) { r.Proof = true })
	for n, want := range map[int]consent.Code{1: consent.CodeProof, 2: consent.CodeNotTester} {
		b, err := json.Marshal(p.clear(t, req, phone(t, n), goodText).Trace)
		require.NoError(t, err)
		var tr consent.Trace
		require.NoError(t, json.Unmarshal(b, &tr))
		replay, err := newProving(t, monday).gate.Replay(t.Context(), req, tr, tr.At)
		require.NoError(t, err)
		require.Equal(t, want, replay.Decision.Code)
	}
}

func TestTesters(t *testing.T) {
	t.Parallel()

	many := func(n int) (out []consent.Tester) {
		for i := range n {
			out = append(out, consent.Tester{Address: phone(t, i), Name: fmt.Sprint(i), By: "admin", Since: monday})
		}
		return out
	}
	for want, testers := range map[string][]consent.Tester{
		"": many(consent.MaxTesters),
		"21 testers, want at most 20: a proof copy is not a campaign": many(consent.MaxTesters + 1),
		"Testers[0] has no Address":                                   {{Name: "a", By: "b", Since: monday}},
		"Testers[0] without Name or By":                               {{Address: phone(t, 1), By: "b", Since: monday}},
		"Testers[0]: Since is the zero time":                          {{Address: phone(t, 1), Name: "a", By: "b"}},
	} {
		_, err := consent.OpenGate(t.Context(), &memory.Ledger{}, &memory.Suppressions{}, keyring(t, "pepper"), regime.France(), &consent.GateOptions{Testers: testers})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, "consent: gate: "+want)
	}
	r := with(func(r *consent.Request) {
		r.Proof, r.Kind, r.InReplyTo = true, consent.KeywordReply, consent.Inbound{Event: "e", At: monday}
	})
	require.ErrorContains(t, r.Validate(), "Proof is set, and a keyword reply answers one person")
}
