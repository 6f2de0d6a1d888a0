package campaign_test

import (
	"errors"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// failing returns a reviewer over stores whose call op fails, before or after it
// takes effect.
func (h *reviewHost) failing(op string, after bool) *consent.Reviewer {
	h.t.Helper()
	s := storetest.Faulty(storetest.Stores{List: h.list, Ledger: h.ledger, Reviews: h.reviews}, func(o string, done bool) error {
		if o == op && done == after {
			return errors.New("connection reset")
		}
		return nil
	})
	register, err := consent.NewRegister(s.Ledger, s.List, h.keys, &consent.RegisterOptions{Clock: h, Reviews: s.Reviews})
	require.NoError(h.t, err)
	r, err := consent.NewReviewer(register)
	require.NoError(h.t, err)
	return r
}

// Whatever fails on the way, the same call again ends the review whole: no
// review ends as a refusal that no act records, and what was found in time is
// lifted even when the lifting comes late.
func TestReviewGoesOn(t *testing.T) {
	t.Parallel()

	for _, op := range []string{"List.Lift", "List.Get", "Reviews.ResolveReview", "Ledger.Append"} {
		for _, after := range []bool{false, true} {
			for _, as := range []consent.ReviewOutcome{consent.WasRefusal, consent.WasNoRefusal} {
				h := newReviewHost(t)
				a := h.contacted()
				r := h.says(a, likely)
				resolution := consent.ReviewResolution{By: "claude", Why: "read it", As: as}
				_, ferr := h.failing(op, after).Resolve(t.Context(), r.ReviewID, resolution)
				v, err := h.reviews.Review(t.Context(), r.ReviewID)
				require.NoError(t, err)
				if v.Resolution != nil && as == consent.WasRefusal {
					require.Lenf(t, h.acts(a, consent.Objected), 1, "%s %v", op, after)
				}
				if ferr != nil && v.Resolution != nil {
					h.pass(2 * consent.ReviewWithin) // it was resolved in time
				}
				_, err = h.resolve(r.ReviewID, as)
				require.NoErrorf(t, err, "%s %v %v", op, after, as)
				if as == consent.WasRefusal {
					require.Len(t, h.acts(a, consent.Objected), 1)
					require.Len(t, h.standing(a), 2)
				} else {
					require.Empty(t, h.acts(a, consent.Objected))
					require.Empty(t, h.standing(a))
				}
			}
		}
	}
}

// An event is not acknowledged before its review is open.
func TestReviewOpensWithTheEvent(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	s := storetest.Faulty(storetest.Stores{Reviews: h.reviews}, func(op string, done bool) error {
		if op == "Reviews.OpenReview" && !done {
			return errors.New("no disk")
		}
		return nil
	})
	register, err := consent.NewRegister(h.ledger, h.list, h.keys, &consent.RegisterOptions{Clock: h, Reviews: s.Reviews})
	require.NoError(t, err)
	inbox, err := campaign.NewInbox(register, h.outbox, reader())
	require.NoError(t, err)
	e := provider.Event{ID: "x", Carrier: "test", Kind: provider.InboundText, From: a, To: "36180", Text: likely, Sent: h.now, Received: h.now}
	_, err = inbox.Handle(t.Context(), e)
	require.Error(t, err)
	require.Len(t, h.standing(a), 2, "suspended all the same")
	got, err := h.inbox.Handle(t.Context(), e)
	require.NoError(t, err)
	require.NotEqual(t, uuid.Nil, got.ReviewID)
}

// A no that was sent before a yes, and comes after it, waits for a human and
// stands.
func TestLaterYesIsReviewed(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.people(rented.ID, 1)[0]
	sent := h.now
	h.pass(time.Hour)
	h.launch(asking("ask", martin))
	h.run("ask")
	h.pass(time.Minute)
	require.True(t, h.says(a, "OUI").Given)
	r := h.handle(provider.Event{Kind: provider.InboundText, From: a, To: "36180", Text: "STOP", Sent: sent})
	require.NotEmpty(t, r.LaterYes)
	v, err := h.reviews.Review(t.Context(), r.ReviewID)
	require.NoError(t, err)
	require.Equal(t, consent.LaterYes, v.Cause)
	require.Empty(t, v.Refusals)
	_, err = h.resolve(v.ID, consent.WasNoRefusal)
	require.Error(t, err, "a STOP is lifted by an act of the person, and by nothing else")
	_, err = h.resolve(v.ID, consent.WasNothing)
	require.NoError(t, err)
	require.NotEmpty(t, h.standing(a))
	require.NotContains(t, h.standing(a), suppression.LikelyReplied)
}

func TestExplainReview(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	r := h.says(a, likely)
	x, err := campaign.NewExplainer(h.register, h.outbox, new(memory.Accesses), nil)
	require.NoError(t, err)
	explain := func(v campaign.Viewer) campaign.Explanation {
		out, err := x.Explain(t.Context(), a, v)
		require.NoError(t, err)
		return out
	}
	seen := explain(campaign.Viewer{Kind: campaign.ThePerson, By: "dpo"})
	require.Equal(t, []campaign.ExplainedReview{{At: h.now, Since: h.now, Cause: consent.LikelyRefusal}}, seen.Reviews)
	require.Contains(t, seen.Text(language.English, nil), "under review since 2024-06-03 08:01")
	require.Contains(t, seen.Text(language.French, nil), "en cours d'examen depuis le 2024-06-03 08:01")
	require.Empty(t, explain(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID, By: "x", Why: "test"}).Reviews)
	_, err = h.resolve(r.ReviewID, consent.WasRefusal)
	require.NoError(t, err)
	require.Empty(t, explain(campaign.Viewer{Kind: campaign.ThePerson, By: "dpo"}).Reviews)
}
