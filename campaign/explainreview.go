package campaign

import (
	"context"
	"time"

	"github.com/accordsdk/accord/consent"
)

// An ExplainedReview is a reply that a human has still to look at.
type ExplainedReview struct {
	At    time.Time           `json:"at"` // when the person wrote it
	Since time.Time           `json:"since"`
	Cause consent.ReviewCause `json:"cause"`
}

// reviews adds the open reviews of what a person said, for the person only.
func (x *Explainer) reviews(ctx context.Context, out *Explanation, viewer Viewer) error {
	store := x.register.Reviews()
	if store == nil || viewer.Kind != ThePerson {
		return nil
	}
	keyring := x.register.Keyring()
	q := consent.ReviewQuery{Open: true, Fingerprint: keyring.Fingerprint(out.Address), Limit: defaultPage}
	for {
		page, err := store.Reviews(ctx, keyring.ID(), q)
		if err != nil {
			return err
		}
		for i := range page {
			if v := &page[i]; v.Cause != consent.PoliticalWords { // that is about who wrote to them
				out.Reviews = append(out.Reviews, ExplainedReview{At: v.Happened, Since: v.Opened, Cause: v.Cause})
			}
		}
		if len(page) < q.Limit {
			return nil
		}
		q.After = page[len(page)-1].ID
	}
}
