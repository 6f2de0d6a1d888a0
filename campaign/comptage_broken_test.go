package campaign_test

import (
	"context"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// brokenCounts is a log that fails, or that others keep answers in meanwhile.
type brokenCounts struct {
	memory.Counts
	take, answers, keep error
	stale               int
}

func (b *brokenCounts) Take(ctx context.Context, client contact.PartyID, at time.Time, window time.Duration, limit int) (time.Time, bool, error) {
	if b.take != nil {
		return time.Time{}, false, b.take
	}
	return b.Counts.Take(ctx, client, at, window, limit)
}

func (b *brokenCounts) Answers(ctx context.Context, client contact.PartyID, base contact.BaseID) ([]campaign.CountAnswer, error) {
	if b.answers != nil {
		return nil, b.answers
	}
	return b.Counts.Answers(ctx, client, base)
}

func (b *brokenCounts) Keep(ctx context.Context, client contact.PartyID, base contact.BaseID, after int, answers []campaign.CountAnswer) error {
	if b.stale--; b.stale >= 0 {
		return campaign.ErrStale
	}
	if b.keep != nil {
		return b.keep
	}
	return b.Counts.Keep(ctx, client, base, after, answers)
}

// How far a campaign is, in round numbers, and by no more classes than a client
// may see.
func TestCountTally(t *testing.T) {
	t.Parallel()
	h := counted(t, 100)
	refuse(h, martin.ID, number(1))
	h.launch(content("c", martin))
	c := h.counter(1)
	ready := campaign.Class{State: campaign.Ready}
	got, err := c.Tally(t.Context(), "c", counting)
	require.NoError(t, err)
	require.Len(t, got, 13)
	require.InDelta(t, 99, got[ready].N, 30)
	for class, n := range got {
		if class != ready {
			require.Equal(t, campaign.Count{Few: true}, n, "%v: nobody and one are the same", class)
		}
	}
	exact, err := c.Tally(t.Context(), "c", campaign.Viewer{Kind: campaign.AnOwner, Party: owner.ID})
	require.NoError(t, err)
	exactly := 0
	for class, n := range exact {
		if class.State == campaign.Ready {
			exactly += n.N
		}
	}
	require.Equal(t, 99, exactly)
	_, err = c.Tally(t.Context(), "c", asViewer(dupont))
	require.ErrorIs(t, err, campaign.ErrNotYours)
}
