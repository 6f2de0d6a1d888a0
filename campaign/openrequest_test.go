package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestOpenRequests(t *testing.T) {
	t.Parallel()

	id := func(n byte) uuid.UUID { return uuid.UUID{n} }
	sent := []consent.Sent{
		{Dispatch: id(1), Kind: consent.ConsentRequest}, {Dispatch: id(2), Kind: consent.ContentMessage},
		{Dispatch: id(3), Kind: consent.ConsentRequest}, {Dispatch: id(4), Kind: consent.ConsentRequest, Proof: true},
		{Dispatch: id(5), Kind: consent.ConsentRequest},
	}
	acts := []consent.Act{
		{Kind: consent.Given, Dispatch: id(3)}, {Kind: consent.Asked, Dispatch: id(1)}, {Kind: consent.Refused, Dispatch: id(5)}, {Kind: consent.Given},
	}
	var open []uuid.UUID
	for _, s := range campaign.OpenRequests(sent, acts) {
		open = append(open, s.Dispatch)
	}
	require.Equal(t, []uuid.UUID{id(1), id(5)}, open, "unanswered, and one that was answered with no")
	require.Empty(t, campaign.OpenRequests(nil, acts))
}

// A yes is for the question of the last 90 days, to the microsecond.
func TestNinetyDays(t *testing.T) {
	t.Parallel()

	const day = 24 * time.Hour
	for after, given := range map[time.Duration]bool{90 * day: true, 90*day + time.Microsecond: false, 89 * day: true} {
		h := newHost(t)
		people := h.people(rented.ID, 1)
		h.launch(asking("q", martin))
		h.run("q")
		h.pass(after)
		got := h.says(people[0], "OUI")
		require.Equal(t, given, got.Given, "%v", after)
		require.Equal(t, !given, got.Review, "%v", after)
	}
	// A STOP after that refuses everybody who may have written: nobody knows.
	h := newHost(t)
	people := h.people(rented.ID, 1)
	h.launch(asking("q", martin))
	h.run("q")
	h.pass(91 * day)
	require.Equal(t, []contact.Scope{{Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}}, h.says(people[0], "STOP").Refused)
}

// Of two open questions through one sender a yes answers none, in whichever
// order they came; answered, the other is the only one.
func TestTwoOpenRequests(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 1)
	h.people("own", 1)
	own := asking("q2", dupont)
	own.Request.Base = contact.Base{ID: "own", Name: "Sympathisants", Owner: dupont, Mode: contact.Own}
	own.Request.Controllers = []contact.Party{dupont}
	h.launch(asking("q", martin))
	h.launch(own)
	h.run("q")
	h.pass(time.Minute)
	require.Equal(t, 1, h.run("q2").HandedOver)
	h.pass(time.Minute)
	got := h.says(people[0], "OUI")
	require.True(t, got.Review && !got.Given)
	require.Len(t, got.Campaigns, 2)

	explainer, err := campaign.NewExplainer(h.register, h.outbox, new(memory.Accesses), nil)
	require.NoError(t, err)
	x, err := explainer.Explain(t.Context(), people[0], campaign.Viewer{Kind: campaign.ThePerson, By: "dpo"})
	require.NoError(t, err)
	require.True(t, x.Messages[0].Open && x.Messages[1].Open)
}

// 10,000 messages to one address are read in a moment.
func BenchmarkOpenRequests(b *testing.B) {
	sent := make([]consent.Sent, 10_000)
	acts := make([]consent.Act, 5_000)
	for i := range sent {
		sent[i] = consent.Sent{Dispatch: uuid.UUID{byte(i), byte(i >> 8)}, Kind: consent.ConsentRequest}
	}
	for i := range acts {
		acts[i] = consent.Act{Kind: consent.Given, Dispatch: uuid.UUID{byte(2 * i), byte(2 * i >> 8)}}
	}
	for b.Loop() {
		if n := len(campaign.OpenRequests(sent, acts)); n != 5_000 {
			b.Fatal(n)
		}
	}
}
