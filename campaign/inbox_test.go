package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
)

// How far a STOP reaches: design §2, line by line.
func TestReach(t *testing.T) {
	t.Parallel()

	own := contact.Base{ID: "own", Owner: martin, Mode: contact.Own}
	sold := contact.Base{ID: "sold", Owner: martin, Mode: contact.Sold}
	tests := map[string]struct {
		base    contact.Base
		purpose contact.Purpose
		want    []string
	}{
		"rented, political": {rented, contact.Political, []string{"group=party purpose=prospecting channels=sms+rcs", "base=rented purpose=prospecting channels=sms+rcs"}},
		"own, political":    {own, contact.Political, []string{"group=party purpose=prospecting channels=sms+rcs"}},
		"sold, commercial":  {sold, contact.Commercial, []string{"group=party purpose=prospecting channels=sms+rcs"}},
		"own, service":      {own, contact.Service, []string{"group=party channels=sms+rcs"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request("c", martin)
			r.Base, r.Purpose = tt.base, tt.purpose
			if tt.base.Mode != contact.Rented {
				r.Controllers = []contact.Party{martin}
			}
			var got []string
			for _, s := range campaign.Reach(&r) {
				got = append(got, s.String())
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// Two clients write from one short code: a STOP means both, a OUI nobody.
func TestSharedShortCode(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(dupont, a)
	h.launch(asking("ask", martin))
	h.launch(content("vote", dupont))
	h.run("ask")
	h.pass(time.Minute)
	h.run("vote")
	require.Len(t, h.carrier.Inbox(), 2)
	h.pass(time.Minute)
	r := h.says(a, "OUI")
	require.False(t, r.Given, "never after a content message")
	require.True(t, r.Review)
	r = h.says(a, "STOP")
	require.Equal(t, reply.Stop, r.Meaning)
	require.ElementsMatch(t, []string{"ask", "vote"}, r.Campaigns)
	var scopes []string
	for _, s := range r.Refused {
		scopes = append(scopes, s.String())
	}
	require.Equal(t, []string{
		"base=rented purpose=prospecting channels=sms+rcs", "controller=dupont purpose=prospecting channels=sms+rcs", "group=party purpose=prospecting channels=sms+rcs",
	}, scopes)
	again := h.handle(provider.Event{ID: "e2", Kind: provider.InboundText, From: a, To: "36180", Text: "STOP", Sent: h.now})
	require.True(t, again.Again)
	require.Equal(t, r.Refused, again.Refused)
}

// Without any message known, nobody knows whom a STOP answers: it refuses all
// prospecting.
func TestStopOutOfNowhere(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	r := h.says(a, "stop")
	require.Len(t, r.Refused, 1)
	require.Equal(t, "purpose=prospecting channels=sms+rcs", r.Refused[0].String())
}

func TestAnswersToAQuestion(t *testing.T) {
	t.Parallel()

	preview := func(h *host, who contact.Party) campaign.Tally {
		p, err := h.planner.Preview(t.Context(), content("later", who), time.Time{})
		require.NoError(t, err)
		return p.Tally
	}
	asked := func(t *testing.T) (*host, contact.Address) {
		h := newHost(t)
		a := h.people(rented.ID, 1)[0]
		h.launch(asking("ask", martin))
		require.Equal(t, 1, h.run("ask").HandedOver)
		h.pass(time.Hour)
		return h, a
	}
	t.Run("yes", func(t *testing.T) {
		h, a := asked(t)
		require.True(t, h.says(a, "Oui").Given)
		require.Equal(t, 1, preview(h, martin).In(campaign.Ready))
		require.Equal(t, 1, preview(h, dupont).In(campaign.Excluded), "a yes to one is no yes to another")
		require.False(t, h.says(a, "Oui").Given, "the question is answered")
	})
	t.Run("no, and then yes", func(t *testing.T) {
		h, a := asked(t)
		r := h.says(a, "NON")
		require.Len(t, r.Refused, 2)
		require.Equal(t, 0, preview(h, martin).In(campaign.Ready))
		h.pass(time.Minute)
		h.says(a, "OUI")
		require.Equal(t, 0, preview(h, martin).In(campaign.Ready), "within five minutes the no stands")
	})
	t.Run("no, and yes an hour later", func(t *testing.T) {
		h, a := asked(t)
		h.says(a, "NON")
		h.pass(time.Hour)
		require.True(t, h.says(a, "OUI").Given)
		require.Equal(t, 1, preview(h, martin).In(campaign.Ready))
	})
	t.Run("no, and a yes that nobody can date", func(t *testing.T) {
		h, a := asked(t)
		h.says(a, "NON")
		h.pass(time.Hour)
		h.handle(provider.Event{Kind: provider.InboundText, From: a, To: "36180", Text: "OUI"})
		require.Equal(t, 0, preview(h, martin).In(campaign.Ready), "a human must see it")
	})
	t.Run("stop, and then yes", func(t *testing.T) {
		h, a := asked(t)
		h.says(a, "STOP")
		h.pass(time.Hour)
		h.says(a, "OUI")
		require.Equal(t, 0, preview(h, martin).In(campaign.Ready), "a STOP is not lifted by a OUI")
	})
	t.Run("a no to nothing", func(t *testing.T) {
		h := newHost(t)
		a := h.people(rented.ID, 1)[0]
		r := h.says(a, "NON")
		require.Empty(t, r.Refused)
		require.True(t, r.Review)
	})
	t.Run("words of their own", func(t *testing.T) {
		h, a := asked(t)
		r := h.says(a, "Retirez-moi de vos listes")
		require.True(t, r.Review)
		require.NotEmpty(t, r.Refused)
		history, err := h.register.History(t.Context(), a)
		require.NoError(t, err)
		for _, act := range history.Acts {
			require.False(t, act.Kind.Negative(), "the ledger holds what was said")
		}
	})
}

// Asked once on one base for one election, whoever asks; a definite non-delivery
// does not count.
func TestAskedOnce(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.people(rented.ID, 2)
	h.launch(asking("first", martin))
	h.launch(asking("second", dupont))
	require.Equal(t, 2, h.run("first").HandedOver)
	require.Equal(t, 2, h.run("second").Denied)
	require.Equal(t, 2, h.tally("second")[campaign.Class{State: campaign.Excluded, Code: "request.asked"}])
	lost := h.carrier.Inbox()[0]
	h.handle(provider.Event{Kind: provider.DeliveryReceipt, From: lost.To, Dispatch: lost.Dispatch, Status: provider.Undelivered})
	h.launch(asking("third", dupont))
	require.Equal(t, 1, h.run("third").HandedOver)
	require.Equal(t, lost.To, h.carrier.Inbox()[2].To)
	require.True(t, h.handle(provider.Event{Kind: provider.DeliveryReceipt, CarrierID: "nobody's", Status: provider.Delivered}).Unmatched)
}

// A carrier's clock that runs ahead must not make a refusal wait.
func TestClockAhead(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(martin, a)
	h.handle(provider.Event{Kind: provider.InboundText, From: a, To: "36180", Text: "STOP", Sent: h.now.Add(48 * time.Hour)})
	p, err := h.planner.Preview(t.Context(), content("c", martin), time.Time{})
	require.NoError(t, err)
	require.Equal(t, campaign.Tally{{State: campaign.Excluded, Code: consent.CodeRefused}: 1}, p.Tally)
}
