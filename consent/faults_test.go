package consent_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// readerFunc is a fact reader made of a function.
type readerFunc func([]consent.Facts) error

func (f readerFunc) ReadFacts(_ context.Context, _ *consent.Plan, facts []consent.Facts) error {
	return f(facts)
}

// faultyLedger and faultyList answer with what they are told to.
type faultyLedger struct {
	consent.Ledger
	read func([]consent.History, error) ([]consent.History, error)
}

func (l *faultyLedger) Read(ctx context.Context, k contact.KeyID, f []contact.Fingerprint) ([]consent.History, error) {
	h, err := l.Ledger.Read(ctx, k, f)
	if l.read == nil {
		return h, err
	}
	return l.read(h, err)
}

type faultyList struct {
	suppression.List
	match func([]suppression.Hit, error) ([]suppression.Hit, error)
}

func (l *faultyList) Match(ctx context.Context, k contact.KeyID, f []contact.Fingerprint) ([]suppression.Hit, error) {
	h, err := l.List.Match(ctx, k, f)
	if l.match == nil {
		return h, err
	}
	return l.match(h, err)
}

// Whatever cannot be read denies everybody who was asked about.
func TestErrorsDenyEverybody(t *testing.T) {
	t.Parallel()

	fire := errors.New("disk on fire")
	tests := map[string]struct {
		ledger func([]consent.History, error) ([]consent.History, error)
		list   func([]suppression.Hit, error) ([]suppression.Hit, error)
		reader readerFunc
		want   string
	}{
		"the ledger fails": {ledger: func([]consent.History, error) ([]consent.History, error) { return nil, fire }, want: "consent: facts: disk on fire"},
		"the ledger fails after it answered": {
			ledger: func(h []consent.History, _ error) ([]consent.History, error) { return h, fire }, want: "consent: facts: disk on fire",
		},
		"the ledger answers short": {
			ledger: func(h []consent.History, _ error) ([]consent.History, error) { return h[:1], nil },
			want:   "consent: facts: ledger answered 1 histories for 3 addresses",
		},
		"the list fails": {
			list: func([]suppression.Hit, error) ([]suppression.Hit, error) { return nil, fire }, want: "consent: facts: disk on fire",
		},
		"the list answers about nobody": {
			list: func([]suppression.Hit, error) ([]suppression.Hit, error) { return []suppression.Hit{{Index: 3}}, nil },
			want: "consent: facts: suppression list answered for address 3 of 3",
		},
		"the list counts backwards": {
			list: func([]suppression.Hit, error) ([]suppression.Hit, error) { return []suppression.Hit{{Index: -1}}, nil },
			want: "consent: facts: suppression list answered for address -1 of 3",
		},
		"a reader fails": {reader: func([]consent.Facts) error { return fire }, want: "consent: facts: disk on fire"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, nil)
			ledger, list := &faultyLedger{Ledger: w.ledger}, &faultyList{List: w.list}
			broken := false
			g, err := consent.OpenGate(t.Context(), ledger, list, w.keyring, regime.France(), &consent.GateOptions{
				AllowFiction: true, Clock: w.gate.Clock(),
				Readers: []consent.FactReader{readerFunc(func(f []consent.Facts) error {
					if broken && tt.reader != nil {
						return tt.reader(f)
					}
					return nil
				})},
			})
			require.NoError(t, err)
			people := []consent.Recipient{w.person(1), w.person(2), w.person(3)}
			for n := 1; n <= 3; n++ {
				w.record(n, agreed(n))
			}
			p, err := g.Plan(politicalRequest(), monday)
			require.NoError(t, err)
			ds, err := g.DecideAll(t.Context(), p, people)
			require.NoError(t, err)
			for _, d := range ds {
				require.True(t, d.Allowed())
			}

			ledger.read, list.match, broken = tt.ledger, tt.list, true
			ds, err = g.DecideAll(t.Context(), p, people)
			require.EqualError(t, err, tt.want)
			require.Len(t, ds, 3)
			for _, d := range ds {
				require.False(t, d.Allowed())
				require.Equal(t, consent.CodeMissing, d.Code)
			}
			out, err := g.Clear(t.Context(), politicalRequest(), people)
			require.EqualError(t, err, tt.want)
			require.Len(t, out, 3)
			for _, c := range out {
				require.Equal(t, consent.CodeMissing, c.Decision.Code)
				require.ErrorIs(t, c.Clearance.Live(), consent.ErrNoClearance)
			}
		})
	}
}

func TestCancelledContextClearsNobody(t *testing.T) {
	t.Parallel()

	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	w := newWorld(t, nil)
	w.record(1, agreed(1))
	out, err := w.gate.Clear(ctx, politicalRequest(), []consent.Recipient{w.person(1)})
	require.ErrorIs(t, err, reason)
	require.Equal(t, consent.CodeMissing, out[0].Decision.Code)
	require.ErrorIs(t, out[0].Clearance.Live(), consent.ErrNoClearance)
}

// A reader that leaves a fact out says so, and one that was not asked leaves
// nothing behind.
func TestMissingFact(t *testing.T) {
	t.Parallel()

	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Readers = append(o.Readers, readerFunc(func(f []consent.Facts) error { f[0].Missing = true; return nil }))
	})
	w.record(1, agreed(1))
	require.Equal(t, "deny: facts.missing, consent.given", ptr(w.decide(politicalRequest(), w.person(1))).String())
}
