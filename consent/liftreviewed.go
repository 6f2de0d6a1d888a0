package consent

import (
	"context"
	"fmt"
	"slices"

	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// liftReviewed ends a refusal on the word of a review that found that it was
// none. It refuses with [ErrEvidence] whatever is not the suspension of that
// very review, a likely refusal, in time.
func (r *Register) liftReviewed(ctx context.Context, v *Review, refusal uuid.UUID) error {
	fail := func(what string) error {
		return fmt.Errorf("consent: register: lift %v: %s: %w", refusal, what, ErrEvidence)
	}
	entry, lifting, err := r.list.Get(ctx, refusal)
	if err != nil {
		return fmt.Errorf("consent: register: lift %v: %w", refusal, err)
	}
	if lifting != nil {
		return nil
	}
	as := v.Resolution
	switch {
	case as == nil || as.As != WasNoRefusal && as.As != WasYes:
		return fail("the review did not find that it was no refusal")
	case v.overdue(as.At):
		return fail(ErrOverdue.Error())
	case !v.suspends(&entry):
		return fail("it is not what the review suspended")
	}
	l := suppression.Lifting{Entry: refusal, Review: v.ID, Recorded: stamp(r.clock.Now())}
	if err := r.list.Lift(ctx, l); err != nil {
		return fmt.Errorf("consent: register: lift %v: %w", refusal, err)
	}
	return nil
}

// suspends reports whether e is what v suspends: a likely refusal, by the same
// person, from the same event, which v names.
func (v *Review) suspends(e *suppression.Entry) bool {
	return e.Class == suppression.Refusal && e.Reason == suppression.LikelyReplied && e.Fingerprint == v.Fingerprint &&
		e.Origin == "event "+v.Event && slices.Contains(v.Refusals, e.ID)
}
