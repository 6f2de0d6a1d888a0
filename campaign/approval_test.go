package campaign_test

import (
	"context"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// needing launches a campaign to three people that needs n approvals, and
// returns it with the approval that somebody who saw it gives.
func (h *host) needing(n int) (campaign.Saved, campaign.Approval) {
	h.t.Helper()
	h.agree(martin, h.people(rented.ID, 3)...)
	c := content("c", martin)
	c.Approvals = n
	saved, err := h.planner.Launch(h.t.Context(), c)
	require.NoError(h.t, err)
	text, err := c.TextDigest()
	require.NoError(h.t, err)
	return saved, campaign.Approval{By: "a", Text: text, Audience: saved.Launch.Digest}
}

func TestApproval(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	saved, seen := h.needing(2)
	runs := func(want string) {
		t.Helper()
		_, err := h.runner.Run(t.Context(), "c")
		require.ErrorIs(t, err, campaign.ErrApproval)
		require.ErrorContains(t, err, want)
		require.Empty(t, h.carrier.Inbox())
	}
	runs("0 of 2 approvals")
	preview, err := h.planner.Preview(t.Context(), saved.Campaign, time.Time{})
	require.NoError(t, err)
	require.Equal(t, seen.Text, preview.Text, "what a preview shows can be approved")

	for range 2 { // the same person twice is one
		h.pass(time.Minute)
		saved, err = h.planner.Approve(t.Context(), "c", seen)
		require.NoError(t, err)
		require.Len(t, saved.Approvals, 1)
	}
	require.Equal(t, h.now.Add(-time.Minute), saved.Approvals[0].At)
	runs("1 of 2 approvals")
	_, err = h.outbox.Lease(t.Context(), "c", "another worker", time.Minute)
	require.ErrorIs(t, err, campaign.ErrApproval)

	seen.By = "b"
	_, err = h.planner.Approve(t.Context(), "c", seen)
	require.NoError(t, err)
	require.Equal(t, 3, h.run("c").HandedOver)
}

func TestApproveRefuses(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	_, seen := h.needing(1)
	for want, a := range map[string]campaign.Approval{
		"By is empty":                        {Text: seen.Text, Audience: seen.Audience},
		"not approved: the text that a":      {By: "a", Text: consent.Digest{1}, Audience: seen.Audience},
		"not approved: the audience that a":  {By: "a", Text: seen.Text, Audience: consent.Digest{1}},
		"not approved: the text that nobody": {By: "nobody"},
	} {
		_, err := h.planner.Approve(t.Context(), "c", a)
		require.ErrorContains(t, err, want)
	}
	_, err := h.planner.Approve(t.Context(), "none", seen)
	require.ErrorIs(t, err, contact.ErrNotFound)
	require.NoError(t, h.runner.Stop(t.Context(), "c", "host", "test"))
	_, err = h.planner.Approve(t.Context(), "c", seen)
	require.ErrorIs(t, err, campaign.ErrStatus)

	c := content("d", martin)
	c.Approvals = -1
	require.ErrorContains(t, c.Validate(), "Approvals is negative")
}

// tampered is an outbox whose campaign somebody changed after it was approved.
type tampered struct {
	campaign.Outbox
	change func(*campaign.Saved)
}

func (o tampered) Campaign(ctx context.Context, id string) (campaign.Saved, error) {
	saved, err := o.Outbox.Campaign(ctx, id)
	o.change(&saved)
	return saved, err
}

// Run sends what was approved, and nothing that a store says instead.
func TestRunOfWhatWasNotApproved(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	_, seen := h.needing(1)
	_, err := h.planner.Approve(t.Context(), "c", seen)
	require.NoError(t, err)
	for want, change := range map[string]func(*campaign.Saved){
		"the text that a saw": func(s *campaign.Saved) { s.Campaign.Templates[0].Text += " STOP au 36180" },
		"the text that a":     func(s *campaign.Saved) { s.Campaign.Request.Controllers[0].Name = "Camille Dupont" },
		"the text":            func(s *campaign.Saved) { s.Campaign.Request.NoticeURL = "https://elsewhere.example" },
		"the audience that a": func(s *campaign.Saved) { s.Launch.Digest[0]++ },
		"0 of 1":              func(s *campaign.Saved) { s.Approvals = nil },
	} {
		runner, err := campaign.NewRunner(h.gate, h.contacts, tampered{h.outbox, change}, h.inbox, h.carrier, nil)
		require.NoError(t, err)
		_, err = runner.Run(t.Context(), "c")
		require.ErrorIs(t, err, campaign.ErrApproval)
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, h.carrier.Inbox())
	require.Equal(t, 3, h.run("c").HandedOver)
}

// The digest of an audience says who is in it, by which filter, however often
// the launch was interrupted, and whatever the key.
func TestAudienceDigest(t *testing.T) {
	t.Parallel()

	digest := func(change func(*campaign.Campaign), people int, fail bool) consent.Digest {
		h := newHost(t)
		h.agree(martin, h.people(rented.ID, people)...)
		c := content("c", martin)
		if change != nil {
			change(&c)
		}
		if fail { // after the first of three pages
			ctx, cancel := context.WithCancel(t.Context())
			planner, err := campaign.NewPlanner(h.gate, h.contacts, h.outbox, &campaign.PlannerOptions{PageSize: 4, Progress: func(int) { cancel() }})
			require.NoError(t, err)
			_, err = planner.Launch(ctx, c)
			require.ErrorIs(t, err, context.Canceled)
			saved, err := h.outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, 1, saved.Launch.Chunks)
		}
		saved, err := h.planner.Launch(t.Context(), c)
		require.NoError(t, err)
		require.NotZero(t, saved.Launch.Digest)
		return saved.Launch.Digest
	}
	want := digest(nil, 10, false)
	require.Equal(t, want, digest(nil, 10, false))
	require.Equal(t, want, digest(nil, 10, true), "interrupted")
	require.NotEqual(t, want, digest(nil, 9, false))
	require.NotEqual(t, want, digest(func(c *campaign.Campaign) {
		c.Audience.Conditions = []campaign.Condition{{Attribute: "age", Op: campaign.Absent}}
	}, 10, false), "another filter with the same people")
	require.Equal(t, want, digest(func(c *campaign.Campaign) { c.Name = "another name" }, 10, false))
}
