package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// needing freezes one person for a campaign that needs n approvals.
func needing(t *testing.T, s Stores, n int) campaign.Approval {
	t.Helper()
	c := campaignNamed("c")
	c.Approvals = n
	require.NoError(t, s.Outbox.Create(t.Context(), c))
	_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 1, Rows: []campaign.Row{rowOf("c", 1)}, Digest: consent.Digest{7}})
	require.NoError(t, err)
	_, err = s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: "c", Seq: 2, Last: true, Digest: consent.Digest{8, 255}})
	require.NoError(t, err)
	return campaign.Approval{By: "a", At: s.Clock.Now(), Text: consent.Digest{1, 254}, Audience: consent.Digest{8, 255}}
}

var approvalCases = []testCase{
	{
		name:   "ApprovalsNeeded",
		clause: "one that fewer people have approved than its Approvals demands with [ErrApproval].",
		run: func(t *testing.T, s Stores) {
			a := needing(t, s, 2)
			lease := func() error {
				l, err := s.Outbox.Lease(t.Context(), "c", "w", time.Minute)
				require.Equal(t, err == nil, l.Token != 0)
				return err
			}
			require.ErrorIs(t, lease(), campaign.ErrApproval)
			require.NoError(t, s.Outbox.Approve(t.Context(), "c", a))
			require.ErrorIs(t, lease(), campaign.ErrApproval)
			// One person who approved two texts is still one.
			a.Text = consent.Digest{2}
			require.NoError(t, s.Outbox.Approve(t.Context(), "c", a))
			require.ErrorIs(t, lease(), campaign.ErrApproval)
			a.By = "b"
			require.NoError(t, s.Outbox.Approve(t.Context(), "c", a))
			require.NoError(t, lease())
		},
	}, {
		name:   "Approve",
		clause: "It is idempotent: one that differs in nothing but its time, and perhaps in the proofs, from one that is there changes nothing.",
		run: func(t *testing.T, s Stores) {
			a := needing(t, s, 1)
			a.At = a.At.Add(1234567 * time.Nanosecond).In(paris)
			a.Proofs = []provider.DispatchID{uuid.MustParse("6d0c7d1e-2a5b-5c0a-9a83-6f3b0a0f4c11")}
			require.NoError(t, s.Outbox.Approve(t.Context(), "c", a))
			want := a
			want.At = a.At.UTC().Truncate(time.Microsecond)
			want.Proofs = []provider.DispatchID{a.Proofs[0]}
			a.Proofs[0] = uuid.Nil // the caller's own
			again := a
			again.At = a.At.Add(time.Hour)
			require.NoError(t, s.Outbox.Approve(t.Context(), "c", again))
			saved, err := s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, []campaign.Approval{want}, saved.Approvals)
			saved.Approvals[0].Proofs[0] = uuid.Nil
			saved, err = s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, []campaign.Approval{want}, saved.Approvals)

			for _, by := range hostile {
				more := want
				more.By = by
				require.NoErrorf(t, s.Outbox.Approve(t.Context(), "c", more), "%+q", by)
			}
			saved, err = s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			for i, by := range hostile {
				require.Equal(t, by, saved.Approvals[1+i].By, "oldest first, byte for byte")
			}
		},
	}, {
		name:   "ApproveTooSoon",
		clause: "It fails with [ErrStatus] while the campaign is Launching and when it is Stopped, and with [ErrApproval] when a.Audience is not the Digest of the launch.",
		run: func(t *testing.T, s Stores) {
			launching := campaignNamed("launching")
			require.NoError(t, s.Outbox.Create(t.Context(), launching))
			require.ErrorIs(t, s.Outbox.Approve(t.Context(), "launching", campaign.Approval{By: "a"}), campaign.ErrStatus)
			a := needing(t, s, 1)
			saved, err := s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Equal(t, consent.Digest{8, 255}, saved.Launch.Digest, "that of the last chunk")
			other := a
			other.Audience = consent.Digest{7}
			require.ErrorIs(t, s.Outbox.Approve(t.Context(), "c", other), campaign.ErrApproval)
			require.ErrorIs(t, s.Outbox.Approve(t.Context(), "none", a), contact.ErrNotFound)
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Paused, By: "a", Why: "test"}))
			require.NoError(t, s.Outbox.Approve(t.Context(), "c", a))
			require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"}))
			a.By = "b"
			require.ErrorIs(t, s.Outbox.Approve(t.Context(), "c", a), campaign.ErrStatus)
		},
	}, {
		name:   "ApproveAtOnce",
		clause: "It is idempotent.",
		run: func(t *testing.T, s Stores) {
			a := needing(t, s, 4)
			var wg sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				wg.Go(func() {
					own := a
					own.By = fmt.Sprint(i / 2)
					errs[i] = s.Outbox.Approve(t.Context(), "c", own)
				})
			}
			wg.Wait()
			for _, err := range errs {
				require.NoError(t, err)
			}
			saved, err := s.Outbox.Campaign(t.Context(), "c")
			require.NoError(t, err)
			require.Len(t, saved.Approvals, 4)
		},
	}, {
		name:   "SentProof",
		clause: "Sent returns, for each address, the messages since an instant that went or may have gone.",
		run: func(t *testing.T, s Stores) {
			everywhere(t, s, func(_ string, r *consent.Request) { r.Proof = true }, "proof/c/1/a")
			mark(t, s, lease(t, s, "proof/c/1/a"))
			sent, err := s.Outbox.Sent(t.Context(), keyA, []contact.Fingerprint{printOf(0)}, time.Time{})
			require.NoError(t, err)
			require.Len(t, sent[0], 1)
			require.True(t, sent[0][0].Proof, "what it was for is known")
		},
	},
}
