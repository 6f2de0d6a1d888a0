package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// What each way in which an attempt can end means: whether it is known, whether
// another may follow, whether it counts as a message, and the class of its row
// at noon, while its lease holds until one and it waits until two.
func TestAttempt(t *testing.T) {
	t.Parallel()

	noon := time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)
	one, two := noon.Add(time.Hour), noon.Add(2*time.Hour)
	row := campaign.Class{State: campaign.Ready, Code: "consent.given"}
	answered := func(k provider.OutcomeKind, cause provider.Cause) campaign.Settlement {
		return campaign.Settlement{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: k, Cause: cause}, Until: two}
	}
	final := answered(provider.Throttled, "")
	final.Final = true
	class := func(s campaign.State, code consent.Code) campaign.Class { return campaign.Class{State: s, Code: code} }
	const no, yes = false, true
	for name, tt := range map[string]struct {
		attempt                campaign.Attempt
		known, stands, counts  bool
		noon, half, past, late campaign.Class // at 12:00, 13:00, 14:00 and a year later
	}{
		"marked": {
			campaign.Attempt{}, no, yes, yes,
			class(campaign.InFlight, ""), class(campaign.Unknown, ""), class(campaign.Unknown, ""), class(campaign.Unknown, ""),
		},
		"cancelled": {
			campaign.Attempt{Cancel: true}, yes, yes, no,
			class(campaign.Cancelled, ""), class(campaign.Cancelled, ""), class(campaign.Cancelled, ""), class(campaign.Cancelled, ""),
		},
		"the carrier could not say": {
			campaign.Attempt{Settlement: answered(provider.Unknown, "")}, no, yes, yes,
			class(campaign.Unknown, ""), class(campaign.Unknown, ""), class(campaign.Unknown, ""), class(campaign.Unknown, ""),
		},
		"accepted": {
			campaign.Attempt{Settlement: answered(provider.Accepted, "")}, yes, yes, yes,
			class(campaign.HandedOver, ""), class(campaign.HandedOver, ""), class(campaign.HandedOver, ""), class(campaign.HandedOver, ""),
		},
		"delivered": {
			campaign.Attempt{Settlement: answered(provider.Accepted, ""), Receipt: provider.Delivered}, yes, yes, yes,
			class(campaign.Delivered, ""), class(campaign.Delivered, ""), class(campaign.Delivered, ""), class(campaign.Delivered, ""),
		},
		"undelivered": {
			campaign.Attempt{Settlement: answered(provider.Accepted, ""), Receipt: provider.Undelivered}, yes, yes, no,
			class(campaign.Undelivered, ""), class(campaign.Undelivered, ""), class(campaign.Undelivered, ""), class(campaign.Undelivered, ""),
		},
		"expired": {
			campaign.Attempt{Settlement: answered(provider.Accepted, ""), Receipt: provider.Expired}, yes, yes, no,
			class(campaign.Undelivered, "expired"), class(campaign.Undelivered, "expired"), class(campaign.Undelivered, "expired"), class(campaign.Undelivered, "expired"),
		},
		"rejected": {
			campaign.Attempt{Settlement: answered(provider.Rejected, provider.Blocked)}, yes, yes, no,
			class(campaign.Failed, "blocked"), class(campaign.Failed, "blocked"), class(campaign.Failed, "blocked"), class(campaign.Failed, "blocked"),
		},
		"temporary": {
			campaign.Attempt{Settlement: answered(provider.Temporary, "")}, yes, no, no,
			class(campaign.Deferred, "carrier.temporary"), class(campaign.Deferred, "carrier.temporary"), row, row,
		},
		"throttled": {
			campaign.Attempt{Settlement: answered(provider.Throttled, "")}, yes, no, no,
			class(campaign.Deferred, "carrier.throttled"), class(campaign.Deferred, "carrier.throttled"), row, row,
		},
		"given up": {
			campaign.Attempt{Settlement: final}, yes, yes, no,
			class(campaign.Failed, "temporary"), class(campaign.Failed, "temporary"), class(campaign.Failed, "temporary"), class(campaign.Failed, "temporary"),
		},
		"denied": {
			campaign.Attempt{Settlement: campaign.Settlement{Kind: campaign.NotSent, Code: "list.refused"}}, yes, yes, no,
			class(campaign.Excluded, "list.refused"), class(campaign.Excluded, "list.refused"), class(campaign.Excluded, "list.refused"), class(campaign.Excluded, "list.refused"),
		},
		"put off": {
			campaign.Attempt{Settlement: campaign.Settlement{Kind: campaign.NotSent, Code: "hours.closed", Until: two}}, yes, no, no,
			class(campaign.Deferred, "hours.closed"), class(campaign.Deferred, "hours.closed"), row, row,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := tt.attempt
			a.Marked, a.LeaseUntil = noon.Add(-time.Minute), one
			require.Equal(t, tt.known, a.Known())
			require.Equal(t, tt.stands, a.Stands())
			require.Equal(t, tt.counts, a.Counts())
			require.Equal(t, tt.noon, a.Class(row, noon))
			require.Equal(t, tt.half, a.Class(row, one), "a lease ends at its end")
			require.Equal(t, tt.past, a.Class(row, two), "a wait ends at its end")
			require.Equal(t, tt.late, a.Class(row, noon.AddDate(1, 0, 0)))
			// G5: what may have gone never lets another go.
			require.False(t, a.Counts() && !a.Stands())
			require.False(t, !a.Known() && !a.Stands())
		})
	}
}

// The ID is the same whoever asks, and another for another campaign or address.
func TestNewDispatch(t *testing.T) {
	t.Parallel()

	f := contact.Fingerprint{1, 2, 3}
	require.Equal(t, "978dab08-bfd6-5f88-95a7-56b8a2879b09", campaign.NewDispatch("c", f).String(), "a stored ID is for ever")
	require.Equal(t, campaign.NewDispatch("c", f), campaign.NewDispatch("c", f))
	require.NotEqual(t, campaign.NewDispatch("c", f), campaign.NewDispatch("d", f))
	require.NotEqual(t, campaign.NewDispatch("c", f), campaign.NewDispatch("c", contact.Fingerprint{1, 2, 4}))
	// A name cannot run over into the fingerprint.
	require.NotEqual(t, campaign.NewDispatch("c", contact.Fingerprint{0, 7}), campaign.NewDispatch("c\x00", contact.Fingerprint{7}))
}

func TestStatusText(t *testing.T) {
	t.Parallel()

	for s, want := range map[campaign.Status]string{
		campaign.NoStatus: "none", campaign.Launching: "launching", campaign.Running: "running", campaign.Paused: "paused", campaign.Stopped: "stopped", 9: "status-9",
	} {
		text, err := s.MarshalText()
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
}
