package campaign_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// atomic is an outbox in memory that says it is one database with its ledger and
// list.
type atomic struct {
	*memory.Outbox
	list   *memory.Suppressions
	ledger *memory.Ledger
	covers bool
	err    error // of the end of the transaction
	runs   int   // of f
	calls  int
}

func (a *atomic) Covers(ledger consent.Ledger, list suppression.List) bool {
	return a.covers && ledger == consent.Ledger(a.ledger) && list == suppression.List(a.list)
}

// steps are those of a transaction.
type steps struct {
	campaign.Outbox
	suppression.List
	consent.Ledger
}

func (a *atomic) Together(_ context.Context, f func(campaign.Together) error) error {
	a.calls++
	for range a.runs {
		if err := f(steps{a.Outbox, a.list, a.ledger}); err != nil {
			return err
		}
	}
	return a.err
}

// However the transaction of a STOP ends, the STOP is kept.
func TestTogether(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		covers bool
		err    error
		runs   int
		calls  int
	}{
		"one database":          {covers: true, runs: 1, calls: 1},
		"run again":             {covers: true, runs: 2, calls: 1},
		"another database":      {runs: 1},
		"fails before":          {covers: true, err: errors.New("the server is gone"), calls: 1},
		"fails after its steps": {covers: true, err: errors.New("the server is gone"), runs: 1, calls: 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			who := h.people(rented.ID, 1)[0]
			outbox := &atomic{Outbox: h.outbox, list: h.list, ledger: h.ledger, covers: tt.covers, err: tt.err, runs: tt.runs}
			inbox, err := campaign.NewInbox(h.register, outbox, reader())
			require.NoError(t, err)
			e := provider.Event{ID: "1", Carrier: "test", Kind: provider.InboundText, From: who, To: "36180", Text: "STOP", Sent: h.now, Received: h.now}
			got, err := inbox.Handle(t.Context(), e)
			require.NoError(t, err)
			require.Equal(t, tt.calls, outbox.calls)
			f := h.keys.Fingerprint(who)
			hits, err := h.list.Match(t.Context(), h.keys.ID(), []contact.Fingerprint{f})
			require.NoError(t, err)
			require.NotEmpty(t, hits)
			require.Len(t, got.Refused, len(hits), "each once")
			acts, err := h.register.History(t.Context(), who)
			require.NoError(t, err)
			require.Len(t, acts.Acts, 1)
			again, err := inbox.Handle(t.Context(), e)
			require.NoError(t, err)
			require.True(t, again.Again)
		})
	}
}
