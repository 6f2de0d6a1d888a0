package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

func outcome(k provider.OutcomeKind, cause provider.Cause) func(int, loopback.Handed) loopback.Answer {
	return func(int, loopback.Handed) loopback.Answer {
		return loopback.Answer{Outcome: provider.Outcome{Kind: k, Cause: cause}}
	}
}

// What a carrier refuses to take teaches the list, and cancels elsewhere.
func TestCarrierBlocks(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 2)
	h.agree(martin, people...)
	h.launch(content("one", martin))
	h.launch(content("two", martin))
	h.script = outcome(provider.Rejected, provider.Blocked)
	require.Equal(t, 2, h.run("one").Failed)
	require.Equal(t, 2, h.tally("two").In(campaign.Cancelled))
	h.script = nil
	h.run("two")
	require.Empty(t, h.carrier.Inbox())
}

func TestTemporaryIsTriedAgainAndGivenUp(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 1)...)
	c := content("c", martin)
	c.MaxAttempts = 2
	h.launch(c)
	h.script = outcome(provider.Temporary, "")
	s := h.run("c")
	require.Equal(t, 1, s.Retry)
	require.Equal(t, h.now.Add(provider.Wait), s.Next)
	require.Equal(t, campaign.Summary{Next: s.Next}, h.run("c"), "not before its time")
	h.pass(provider.Wait)
	require.Equal(t, 1, h.run("c").Failed)
	require.Equal(t, 1, h.tally("c")[campaign.Class{State: campaign.Failed, Code: "temporary"}])
}

// At night everything waits, and nothing is marked for it.
func TestDeferred(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 3)...)
	h.launch(content("c", martin))
	h.pass(13 * time.Hour) // 23:00 in Paris
	s := h.run("c")
	require.Equal(t, 3, s.Deferred)
	require.Equal(t, time.Date(2024, 6, 4, 6, 0, 0, 0, time.UTC), s.Next)
	require.Equal(t, 3, h.tally("c")[campaign.Class{State: campaign.Deferred, Code: "hours.closed"}])
	h.pass(s.Next.Sub(h.now))
	require.Equal(t, 3, h.run("c").HandedOver)
}

// Waiting costs no attempt, neither for the clock nor for a cap: what a carrier
// may be asked again is counted in attempts.
func TestWaitingCostsNoAttempt(t *testing.T) {
	t.Parallel()

	for name, caps := range map[string][]consent.Cap{"closed hours": nil, "a cap": {{Count: 1, Within: 48 * time.Hour}}} {
		h := newHost(t)
		h.agree(martin, h.people(rented.ID, 1)...)
		if caps != nil {
			h.launch(content("before", martin))
			require.Equal(t, 1, h.run("before").HandedOver)
		}
		c := content("c", martin)
		c.Request.Caps = caps
		h.launch(c)
		if caps == nil {
			h.pass(13 * time.Hour)
		}
		s := h.run("c")
		require.Equal(t, 1, s.Deferred, name)
		h.pass(s.Next.Sub(h.now))
		l, err := h.outbox.Lease(t.Context(), "c", "w", time.Minute)
		require.NoError(t, err)
		require.Len(t, l.Rows, 1, name)
		require.Equal(t, 1, l.Rows[0].No, "%s: the first attempt is still to come", name)
	}
}

// What waits on the Friday evening does not roll into the silence.
func TestDeferralDoesNotRollIntoSilence(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 1)...)
	h.launch(content("c", martin))
	h.now = time.Date(2024, 6, 7, 21, 0, 0, 0, time.UTC) // Friday 23:00 in Paris
	s := h.run("c")
	require.Equal(t, 1, s.Deferred)
	h.now = s.Next
	require.Equal(t, 1, h.run("c").Denied)
	require.Equal(t, 1, h.tally("c")[campaign.Class{State: campaign.Excluded, Code: "election.silence"}])
}

func TestGoneBetweenLaunchAndRun(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 3)...)
	h.launch(content("c", martin))
	_, err := h.contacts.Erase(t.Context(), rented.ID, []contact.ID{"P00", "P01"})
	require.NoError(t, err)
	h.put(contact.Contact{ID: "P01", Base: rented.ID, Points: []contact.Point{{Address: number(77)}}, Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}})
	require.Equal(t, campaign.Summary{HandedOver: 1, Gone: 2}, h.run("c"))
	require.Equal(t, 1, h.tally("c")[campaign.Class{State: campaign.Excluded, Code: campaign.CodeErased}])
	require.Equal(t, 1, h.tally("c")[campaign.Class{State: campaign.Excluded, Code: campaign.CodeChanged}])
}

func TestPauseResumeStop(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 9)...)
	h.launch(content("c", martin))
	h.script = func(n int, _ loopback.Handed) loopback.Answer {
		if n == 1 {
			require.NoError(t, h.runner.Pause(t.Context(), "c", "host", "test"))
		}
		return loopback.Answer{}
	}
	require.Equal(t, 3, h.run("c").HandedOver, "the batch that was marked")
	require.Zero(t, h.run("c").HandedOver)
	require.NoError(t, h.runner.Resume(t.Context(), "c", "host", "test"))
	h.script = func(n int, _ loopback.Handed) loopback.Answer {
		if n == 4 {
			require.NoError(t, h.runner.Stop(t.Context(), "c", "host", "test"))
		}
		return loopback.Answer{}
	}
	h.run("c")
	require.Equal(t, campaign.Tally{{State: campaign.HandedOver}: 7, {State: campaign.Cancelled}: 2}, h.tally("c"))
	require.ErrorIs(t, h.runner.Resume(t.Context(), "c", "host", "test"), campaign.ErrStatus)
}

func TestCapsCountAcrossCampaigns(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 1)...)
	for _, id := range []string{"one", "two"} {
		c := content(id, martin)
		c.Request.Caps = []consent.Cap{{Count: 1, Within: 24 * time.Hour}}
		h.launch(c)
	}
	require.Equal(t, 1, h.run("one").HandedOver)
	s := h.run("two")
	require.Equal(t, 1, s.Deferred)
	require.Equal(t, h.now.Add(24*time.Hour), s.Next)
	h.pass(24 * time.Hour)
	require.Equal(t, 1, h.run("two").HandedOver)
}

func TestUnknowns(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 2)...)
	h.launch(content("c", martin))
	h.script = func(n int, _ loopback.Handed) loopback.Answer { return loopback.Answer{Lost: true, Drop: n == 0} }
	require.Equal(t, 2, h.run("c").Unknown)
	h.pass(time.Hour)
	require.Zero(t, h.run("c").HandedOver, "an unknown is not sent again")
	n, err := h.runner.LookUp(t.Context(), "c", 1)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	left, err := h.runner.Unknowns(t.Context(), "c", 9)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Error(t, h.runner.Settle(t.Context(), left[0].ID, provider.Outcome{}))
	require.NoError(t, h.runner.Settle(t.Context(), left[0].ID, provider.Outcome{Kind: provider.Temporary}))
	h.script = nil
	require.Equal(t, 2, h.run("c").HandedOver, "one that the carrier never had, and one that the host answers for")
}

// A worker whose clock differs from the store's by more than two seconds does
// nothing.
func TestSkew(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 1)...)
	h.launch(content("c", martin))
	h.outbox.Clock = func() time.Time { return h.now.Add(3 * time.Second) }
	_, err := h.runner.Run(t.Context(), "c")
	require.ErrorIs(t, err, campaign.ErrSkew)
	require.Empty(t, h.carrier.Inbox())
}

func TestSender(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people("own", 1)[0]
	shop := contact.Party{ID: "shop", Name: "Vélo Martin"}
	single := campaign.Single{
		Contact: contact.Contact{ID: "P00", Base: "own", Points: []contact.Point{{Address: a}}, Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}},
		Content: consent.Content{Language: "fr", Text: "Vélo Martin: votre vélo est prêt."},
		Request: consent.Request{
			Client: shop.ID, Controllers: []contact.Party{shop}, Base: contact.Base{ID: "own", Owner: shop, Mode: contact.Own}, Purpose: contact.Service,
			Kind: consent.ContentMessage, Channel: contact.SMS, Sender: contact.Sender{Value: "38180", Kind: contact.ShortCode, Owner: shop.ID},
		},
	}
	r, err := h.sender.Send(t.Context(), "job-1", single)
	require.NoError(t, err)
	require.Equal(t, campaign.Class{State: campaign.Excluded, Code: "service.no-relation"}, r.Class)

	single.Request.Kind, single.Request.InReplyTo = consent.KeywordReply, consent.Inbound{Event: "in-1", At: h.now}
	single.Content, err = consent.KeywordText("fr", "stop", shop.Name, "")
	require.NoError(t, err)
	h.says(a, "STOP")
	for range 2 {
		r, err = h.sender.Send(t.Context(), "reply-in-1", single)
		require.NoError(t, err)
		require.Equal(t, campaign.HandedOver, r.Class.State, "one reply to the STOP itself")
	}
	require.Len(t, h.carrier.Inbox(), 1)
	h.pass(6 * time.Minute)
	r, err = h.sender.Send(t.Context(), "reply-late", single)
	require.NoError(t, err)
	require.Equal(t, consent.CodeReplyLate, r.Class.Code)
	single.Request.Purpose = contact.Commercial
	_, err = h.sender.Send(t.Context(), "reply-late", single)
	require.ErrorIs(t, err, campaign.ErrConflict)
}

func TestExplain(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(dupont, a)
	h.launch(content("martin", martin))
	h.launch(content("dupont", dupont))
	h.run("martin")
	h.run("dupont")
	h.pass(time.Hour)
	h.says(a, "STOP")
	x, err := campaign.NewExplainer(h.register, h.outbox, new(memory.Accesses), &campaign.ExplainerOptions{
		Bases: []campaign.Holding{{Base: rented, Source: h.contacts}}, Parties: []contact.Party{owner, martin, dupont},
	})
	require.NoError(t, err)
	see := func(v campaign.Viewer) campaign.Explanation {
		v.By, v.Why = "agent 7", "complaint 12"
		e, err := x.Explain(t.Context(), a, v)
		require.NoError(t, err)
		return e
	}
	person := see(campaign.Viewer{Kind: campaign.ThePerson})
	require.Len(t, person.Held, 1)
	require.Len(t, person.Messages, 1)
	require.Contains(t, person.Held[0].Path, "Concours → Concours SARL")
	for _, tag := range []language.Tag{language.French, language.English, language.MustParse("fr-BE"), language.German} {
		text := person.Text(tag, nil)
		require.NotContains(t, text, "%!")
		require.NotContains(t, text, "held.")
		require.NotContains(t, text, "3998")
	}
	require.Contains(t, person.Text(language.French, nil), "Qui détient le numéro")
	require.Contains(t, person.Text(language.German, nil), "Who holds the number")

	other := see(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID})
	require.Empty(t, other.Held, "a client of a rented base sees nothing of it")
	require.Empty(t, other.Messages, "nor what others sent")
	for _, act := range other.Acts {
		require.NotContains(t, act.To, dupont.Name)
	}
	require.Len(t, see(campaign.Viewer{Kind: campaign.AnOwner, Party: owner.ID}).Messages, 1)
	_, err = x.Explain(t.Context(), a, campaign.Viewer{})
	require.Error(t, err)
}
