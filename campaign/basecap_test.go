package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// The owner of a base allows one message a week, whoever the client is; its
// clients say nothing of it, and cannot forget it.
func TestBaseCaps(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	sent, err := campaign.NewSentReader(h.outbox, h.keys)
	require.NoError(t, err)
	const week = 7 * 24 * time.Hour
	h.gate, err = consent.OpenGate(t.Context(), h.ledger, h.list, h.keys, regime.France(), &consent.GateOptions{
		Clock: h, AllowFiction: true, Readers: []consent.FactReader{sent}, BaseCaps: map[contact.BaseID][]consent.Cap{rented.ID: {{Count: 1, Within: week}}},
	})
	require.NoError(t, err)
	h.planner, err = campaign.NewPlanner(h.gate, h.contacts, h.outbox, nil)
	require.NoError(t, err)
	h.runner, err = campaign.NewRunner(h.gate, h.contacts, h.outbox, h.inbox, h.carrier, nil)
	require.NoError(t, err)
	people := h.people(rented.ID, 2)
	h.people("own", 2)
	h.agree(martin, people...)
	h.agree(dupont, people...)
	h.launch(content("c", martin))
	require.Equal(t, 2, h.run("c").HandedOver)
	h.pass(time.Hour)

	other := content("d", dupont)
	p, err := h.planner.Preview(t.Context(), other, time.Time{})
	require.NoError(t, err)
	require.Equal(t, campaign.Tally{{State: campaign.Deferred, Code: consent.CodeBaseCap}: 2}, p.Tally)
	r := p.Reasons[consent.CodeBaseCap]
	require.Equal(t, consent.Contract, r.Level)
	require.Equal(t, h.now.Add(week-time.Hour), r.Until)
	require.NotContains(t, r.Says.En+r.Remedy.En, "Martin", "not who wrote")

	// Her own file knows nothing of it.
	own := content("e", dupont)
	own.Request.Base = contact.Base{ID: "own", Name: "Sympathisants", Owner: dupont, Mode: contact.Own}
	own.Request.Controllers = []contact.Party{dupont}
	p, err = h.planner.Preview(t.Context(), own, time.Time{})
	require.NoError(t, err)
	require.Equal(t, campaign.Tally{{State: campaign.Ready, Code: "consent.given"}: 2}, p.Tally)

	h.pass(week - time.Hour)
	_, err = h.planner.Preview(t.Context(), other, time.Time{})
	require.NoError(t, err)
	_, err = consent.OpenGate(t.Context(), new(memory.Ledger), new(memory.Suppressions), h.keys, regime.France(), &consent.GateOptions{
		BaseCaps: map[contact.BaseID][]consent.Cap{"b": {{Count: 1, Within: week}, {Within: week}}},
	})
	require.EqualError(t, err, `consent: gate: BaseCaps["b"][1] is not a positive count within a positive time`)
}
