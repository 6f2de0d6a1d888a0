package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// tester is declared in hostWithTester.
var tester = contact.Contact{
	ID: "direction", Points: []contact.Point{{Address: number(90)}},
	Origins: []contact.Provenance{{Origin: origin, Collected: time.Date(2024, 1, 8, 9, 0, 0, 0, time.UTC)}},
}

func hostWithTester(t *testing.T) *host {
	t.Helper()
	h := newHost(t)
	sent, err := campaign.NewSentReader(h.outbox, h.keys)
	require.NoError(t, err)
	h.gate, err = consent.OpenGate(t.Context(), h.ledger, h.list, h.keys, regime.France(), &consent.GateOptions{
		Clock: h, AllowFiction: true, Readers: []consent.FactReader{sent},
		Testers: []consent.Tester{{Address: number(90), Name: "direction", By: "admin", Since: h.now}},
	})
	require.NoError(t, err)
	h.planner, err = campaign.NewPlanner(h.gate, h.contacts, h.outbox, nil)
	require.NoError(t, err)
	h.runner, err = campaign.NewRunner(h.gate, h.contacts, h.outbox, h.inbox, h.carrier, nil)
	require.NoError(t, err)
	h.sender, err = campaign.NewSender(h.gate, h.outbox, h.inbox, h.carrier, nil)
	require.NoError(t, err)
	return h
}

func (h *host) prove(c campaign.Campaign, round string) campaign.Proofed {
	h.t.Helper()
	p, err := h.sender.Prove(h.t.Context(), c, campaign.Proof{Round: round, Tester: tester})
	require.NoError(h.t, err)
	return p
}

// A copy is the text that the campaign will send, and counts for nothing.
func TestProve(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	h.agree(martin, h.people(rented.ID, 2)...)
	c := content("c", martin)
	p := h.prove(c, "1")
	require.Equal(t, campaign.Class{State: campaign.HandedOver}, p.Class)
	require.Equal(t, consent.CodeProof, p.Decision.Code)
	text, err := c.TextDigest()
	require.NoError(t, err)
	require.Equal(t, text, p.Text)
	require.Len(t, h.carrier.Inbox(), 1)
	require.Equal(t, p.Dispatch, h.carrier.Inbox()[0].Dispatch)

	require.Equal(t, p.Dispatch, h.prove(c, "1").Dispatch)
	require.Len(t, h.carrier.Inbox(), 1, "once a round")
	h.prove(c, "2")
	require.Len(t, h.carrier.Inbox(), 2)

	h.launch(c)
	require.Equal(t, 2, h.run("c").HandedOver)
	require.Equal(t, 2, h.tally("c").Total(), "no copy is in the campaign")
	inbox := h.carrier.Inbox()
	require.Equal(t, inbox[2].Text, inbox[0].Text, "rendered as it will be")
	require.Equal(t, p.Segments, provider.CountSMS(inbox[2].Text).Segments)
}

// Testers of a consent request are not asked, whatever they answer.
func TestProveConsentRequest(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	p := h.prove(asking("q", martin), "1")
	require.Equal(t, campaign.HandedOver, p.Class.State)
	h.handle(provider.Event{Kind: provider.DeliveryReceipt, From: number(90), Dispatch: p.Dispatch, Status: provider.Delivered, Sent: h.now})
	got := h.says(number(90), "OUI")
	require.True(t, got.Test)
	require.False(t, got.Given)
	require.False(t, got.Review)
	history, err := h.register.History(t.Context(), number(90))
	require.NoError(t, err)
	require.Empty(t, history.Acts, "a copy leaves no act")

	// Who is a tester and in the base as well is asked like everybody else.
	person := tester
	person.ID, person.Base = "P90", rented.ID
	h.put(person)
	require.Equal(t, campaign.Tally{{State: campaign.Ready, Code: "request.first"}: 1}, h.launch(asking("q", martin)))
	h.pass(time.Minute)
	require.Equal(t, 1, h.run("q").HandedOver)
	got = h.says(number(90), "OUI")
	require.False(t, got.Test)
	require.True(t, got.Given)
}

// A tester's STOP shows that STOP works: it is recorded as a test, and refuses.
func TestTesterSaysStop(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	c := content("c", martin)
	h.prove(c, "1")
	got := h.says(number(90), "STOP")
	require.True(t, got.Test)
	require.Equal(t, campaign.Reach(&c.Request), reversed(got.Refused))
	hits, err := h.list.Match(t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(number(90))})
	require.NoError(t, err)
	require.Len(t, hits, 2)
	for _, hit := range hits {
		require.True(t, hit.Entry.Test)
	}
	p := h.prove(c, "2")
	require.Equal(t, campaign.Class{State: campaign.Excluded, Code: consent.CodeRefused}, p.Class)
	require.Len(t, h.carrier.Inbox(), 1)
}

// reversed is for scopes that are sorted the other way round.
func reversed(scopes []contact.Scope) []contact.Scope {
	out := append([]contact.Scope(nil), scopes...)
	if len(out) == 2 && out[0].Base != "" {
		out[0], out[1] = out[1], out[0]
	}
	return out
}

// Whoever has the message of the campaign too refuses as a person.
func TestTesterWhoIsInTheAudience(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	person := tester
	person.ID, person.Base = "P90", rented.ID
	h.put(person)
	h.agree(martin, number(90))
	h.prove(content("c", martin), "1")
	h.launch(content("c", martin))
	h.run("c")
	require.Len(t, h.carrier.Inbox(), 2)
	require.False(t, h.says(number(90), "STOP").Test)
}

func TestProveRefuses(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	stranger := tester
	stranger.Points = []contact.Point{{Address: number(91)}}
	p, err := h.sender.Prove(t.Context(), content("c", martin), campaign.Proof{Round: "1", Tester: stranger})
	require.NoError(t, err)
	require.Equal(t, campaign.Class{State: campaign.Excluded, Code: consent.CodeNotTester}, p.Class)

	c := content("c", martin)
	_, err = h.sender.Prove(t.Context(), c, campaign.Proof{Tester: tester})
	require.ErrorContains(t, err, "Round or Tester.ID is empty")
	c.Templates[0].Text = "{{first_name}}: votez. {{notice}} STOP"
	c.Templates[0].Fields = []campaign.Field{{Name: "first_name"}}
	_, err = h.sender.Prove(t.Context(), c, campaign.Proof{Round: "1", Tester: tester})
	require.ErrorContains(t, err, "The contact has no value for {{first_name}}")

	// Nothing else takes a proof.
	c = content("c", martin)
	c.Request.Proof = true
	_, err = h.planner.Preview(t.Context(), c, time.Time{})
	require.ErrorContains(t, err, "Request.Proof is set")
	_, err = h.planner.Launch(t.Context(), c)
	require.ErrorContains(t, err, "Request.Proof is set")
	_, err = h.sender.Send(t.Context(), "s", campaign.Single{Request: c.Request, Contact: tester, Content: consent.Content{Text: "x"}})
	require.ErrorContains(t, err, "proof copies are made by Prove")
	require.Empty(t, h.carrier.Inbox())
}

// A copy comes between nobody and their question, and uses up no cap.
func TestProofCountsForNothing(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	person := tester
	person.ID, person.Base = "P90", rented.ID
	h.put(person)
	h.launch(asking("q", martin))
	require.Equal(t, 1, h.run("q").HandedOver)
	h.pass(time.Minute)
	h.prove(content("c", martin), "1")
	require.True(t, h.says(number(90), "OUI").Given)

	h.pass(time.Hour)
	c := content("c", martin)
	c.Request.Caps = []consent.Cap{{Count: 2, Within: 24 * time.Hour}} // the question was the first
	require.Equal(t, campaign.Tally{{State: campaign.Ready, Code: "consent.given"}: 1}, h.launch(c))
	require.Equal(t, 1, h.run("c").HandedOver)
}
