package storetest

import (
	"context"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func ptr[T any](v T) *T { return &v }

// wireLoose is wire for stores that fail: what cannot be opened stays as it
// was.
func (w *world) wireLoose() {
	sent, err := campaign.NewSentReader(w.Outbox, w.keyring)
	require.NoError(w.t, err)
	opts := &consent.GateOptions{Clock: w.Clock, AllowFiction: true, Readers: []consent.FactReader{sent}, Logger: w.logger()}
	// Opening asks the stores, which may be broken by now.
	g, err := consent.OpenGate(w.t.Context(), opening{w.Ledger}, openList{w.List}, w.keyring, w.pack(), opts)
	require.NoError(w.t, err)
	w.gate = g
	w.register, err = consent.NewRegister(w.Ledger, w.List, w.keyring, &consent.RegisterOptions{Clock: w.Clock})
	require.NoError(w.t, err)
	w.inbox, err = campaign.NewInbox(w.register, w.Outbox, w.reader())
	require.NoError(w.t, err)
	w.planner, err = campaign.NewPlanner(w.gate, w.Contacts, w.Outbox, &campaign.PlannerOptions{PageSize: 5})
	require.NoError(w.t, err)
}

// opening and openList let a gate be opened over stores that fail: the first
// question, about nobody, is answered.
type opening struct{ consent.Ledger }

func (o opening) Read(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint) ([]consent.History, error) {
	if len(fs) == 0 {
		return nil, nil
	}
	return o.Ledger.Read(ctx, key, fs)
}

type openList struct{ suppression.List }

func (o openList) Match(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint) ([]suppression.Hit, error) {
	if len(fs) == 0 {
		return nil, nil
	}
	return o.List.Match(ctx, key, fs)
}

// tampered is a ledger whose database somebody wrote to.
type tampered struct {
	consent.Ledger
	change func([]consent.Chain) []consent.Chain
}

// Walk changes what the ledger holds on the way out.
func (l tampered) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	cs, err := l.Ledger.Walk(ctx, after, limit)
	if len(cs) > 0 {
		cs = l.change(cs)
	}
	return cs, err
}
