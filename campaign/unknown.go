package campaign

import (
	"context"
	"errors"
	"fmt"

	"github.com/accordsdk/accord/provider"
)

// Unknowns returns at most limit attempts of a campaign of which nobody knows
// whether the carrier has them: a worker died between mark and settlement, or
// the carrier's answer was lost. They are not sent again until somebody settles
// them: a receipt, [Runner.LookUp], or [Runner.Settle].
func (r *Runner) Unknowns(ctx context.Context, campaign string, limit int) ([]Attempt, error) {
	as, err := r.outbox.Unknowns(ctx, campaign, limit)
	if err != nil {
		return nil, fmt.Errorf("campaign %q: unknowns: %w", campaign, err)
	}
	return as, nil
}

// Settle records what the host found out about an unknown attempt. By saying
// that it was not taken, the host allows another attempt, and answers for the
// second message if the first went after all.
func (r *Runner) Settle(ctx context.Context, id AttemptID, o provider.Outcome) error {
	if o.Kind == provider.Unknown {
		return errors.New("campaign: settle: an unknown outcome settles nothing")
	}
	now := r.gate.Clock().Now()
	err := r.outbox.Settle(ctx, []Settlement{{Attempt: id, Kind: Answered, Outcome: o, At: now}})
	if err != nil {
		return fmt.Errorf("campaign: settle %v attempt %d: %w", id.Dispatch, id.No, err)
	}
	return nil
}

// LookUp asks the carrier about the unknown attempts of a campaign, at most
// limit of them, settles those that it knows of, and returns how many. A
// provider that cannot look up settles none. A carrier that has not got a message
// yet says that it never had it, and the message goes again: call LookUp when
// whatever a dead worker left on its way must have arrived or be lost.
func (r *Runner) LookUp(ctx context.Context, campaign string, limit int) (int, error) {
	looker, ok := r.provider.(provider.Looker)
	if !ok {
		return 0, nil
	}
	unknowns, err := r.Unknowns(ctx, campaign, limit)
	if err != nil {
		return 0, err
	}
	settled := 0
	for _, a := range unknowns {
		o, err := looker.Look(ctx, a.ID.Dispatch)
		if err != nil {
			return settled, fmt.Errorf("campaign %q: look up %v: %w", campaign, a.ID.Dispatch, err)
		}
		if o.Kind == provider.Unknown {
			continue
		}
		if err := r.Settle(ctx, a.ID, o); err != nil {
			return settled, err
		}
		settled++
	}
	return settled, nil
}
