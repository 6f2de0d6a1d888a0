package campaign_test

import (
	"encoding/json"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/stretchr/testify/require"
)

func TestClassText(t *testing.T) {
	t.Parallel()

	for c, want := range map[campaign.Class]string{
		{}: "none",
		{State: campaign.Excluded, Code: "consent.never-asked"}: "excluded:consent.never-asked",
		{State: campaign.Ready, Code: "consent.given"}:          "ready:consent.given",
		{State: campaign.Deferred, Code: "hours.closed"}:        "deferred:hours.closed",
		{State: campaign.InFlight}:                              "in-flight",
		{State: campaign.Unknown}:                               "unknown",
		{State: campaign.HandedOver}:                            "handed-over",
		{State: campaign.Delivered}:                             "delivered",
		{State: campaign.Undelivered, Code: "expired"}:          "undelivered:expired",
		{State: campaign.Failed, Code: "a:b"}:                   "failed:a:b",
		{State: campaign.Cancelled}:                             "cancelled",
	} {
		require.Equal(t, want, c.String())
		text, err := c.MarshalText()
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back campaign.Class
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, c, back)
	}
	require.Equal(t, "state-99:x", campaign.Class{State: 99, Code: "x"}.String())
	for _, bad := range []string{"", "Ready", "sent", "state-99:x", ":x"} {
		kept := campaign.Class{State: campaign.Ready}
		require.ErrorContains(t, kept.UnmarshalText([]byte(bad)), "campaign: unknown state in class")
		require.Equal(t, campaign.Class{State: campaign.Ready}, kept)
	}
}

func TestTally(t *testing.T) {
	t.Parallel()

	class := func(s campaign.State, code consent.Code) campaign.Class { return campaign.Class{State: s, Code: code} }
	tally := campaign.Tally{
		class(campaign.Delivered, ""): 4, class(campaign.Excluded, "b"): 2, class(campaign.Excluded, "a"): 1, class(campaign.Ready, "c"): 3, class(campaign.Failed, ""): 0,
	}
	require.Equal(t, 10, tally.Total())
	require.Equal(t, 3, tally.In(campaign.Excluded))
	require.Equal(t, 7, tally.In(campaign.Excluded, campaign.Delivered))
	require.Equal(t, 3, tally.In(campaign.Excluded, campaign.Excluded), "a state named twice counts once")
	require.Zero(t, tally.In())
	require.Equal(t, []campaign.Class{
		class(campaign.Excluded, "a"), class(campaign.Excluded, "b"), class(campaign.Ready, "c"), class(campaign.Delivered, ""), class(campaign.Failed, ""),
	}, tally.Classes())

	b, err := json.Marshal(tally)
	require.NoError(t, err)
	require.JSONEq(t, `{"excluded:a":1,"excluded:b":2,"ready:c":3,"delivered":4,"failed":0}`, string(b))
	var back campaign.Tally
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, tally, back)

	sum := campaign.Tally{class(campaign.Excluded, "a"): 5}
	sum.Add(tally)
	sum.Add(nil)
	require.Equal(t, 15, sum.Total())
	require.Equal(t, 6, sum[class(campaign.Excluded, "a")])
	require.Equal(t, 1, tally[class(campaign.Excluded, "a")])
	var none campaign.Tally
	require.Zero(t, none.Total())
	require.Empty(t, none.Classes())
}

func TestDiff(t *testing.T) {
	t.Parallel()

	ready, excluded, gone := campaign.Class{State: campaign.Ready}, campaign.Class{State: campaign.Excluded, Code: "a"}, campaign.Class{State: campaign.Cancelled}
	from := campaign.Tally{ready: 3, gone: 2}
	to := campaign.Tally{ready: 1, excluded: 2, gone: 2}
	require.Equal(t, []campaign.Change{{excluded, 0, 2}, {ready, 3, 1}}, campaign.Diff(from, to))
	require.Equal(t, []campaign.Change{{excluded, 2, 0}, {ready, 1, 3}}, campaign.Diff(to, from))
	require.Equal(t, campaign.Tally{ready: 3, gone: 2}, from, "neither is changed")
	require.Equal(t, campaign.Tally{ready: 1, excluded: 2, gone: 2}, to)
	require.Equal(t, []campaign.Change{{ready, 0, 3}, {gone, 0, 2}}, campaign.Diff(nil, from))
	require.Equal(t, []campaign.Change{{ready, 3, 0}, {gone, 2, 0}}, campaign.Diff(from, nil))
	require.Empty(t, campaign.Diff(nil, nil))
	require.Empty(t, campaign.Diff(from, from))
	require.Empty(t, campaign.Diff(campaign.Tally{ready: 0}, nil), "none is none")
}
