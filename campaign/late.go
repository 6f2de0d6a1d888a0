package campaign

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// late returns the messages to f that a refusal reaches and that were marked
// for sending after the person refused and before we knew, oldest first.
func (in *Inbox) late(ctx context.Context, f contact.Fingerprint, refused []contact.Scope, happened, known time.Time) ([]consent.Sent, error) {
	if !happened.Before(known) {
		return nil, nil
	}
	sent, err := in.outbox.Sent(ctx, in.register.Keyring().ID(), []contact.Fingerprint{f}, happened)
	if err != nil {
		return nil, err
	}
	var out []consent.Sent
	for _, s := range sent[0] {
		if s.Kind == consent.KeywordReply || !s.At.After(happened) || s.At.After(known) {
			continue
		}
		saved, err := in.outbox.Campaign(ctx, s.Campaign)
		if err != nil {
			return nil, err
		}
		target := saved.Campaign.In(s.District).Request.Target()
		if slices.ContainsFunc(refused, func(scope contact.Scope) bool { return scope.Covers(&target) }) {
			out = append(out, s)
		}
	}
	return out, nil
}

// laterYes returns the acts by which the person, asked after they refused, said
// yes. The refusal stands all the same: a carrier whose clock is an hour slow
// makes every STOP look older than the yes before it. A human, who sees both,
// lifts with consent.Register.Lift what the yes is the last word on.
func (in *Inbox) laterYes(ctx context.Context, a contact.Address, happened time.Time) ([]uuid.UUID, error) {
	history, err := in.register.History(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	for i := range history.Acts {
		yes := &history.Acts[i]
		if yes.Kind != consent.Given || yes.By != consent.ByPerson || yes.Grade != consent.Witnessed || !yes.Happened.After(happened) {
			continue
		}
		asked, err := in.askedAfter(ctx, yes, happened)
		if err != nil {
			return nil, err
		}
		if asked {
			out = append(out, yes.ID)
		}
	}
	return out, nil
}

// askedAfter reports whether yes answers a request that was sent after an
// instant.
func (in *Inbox) askedAfter(ctx context.Context, yes *consent.Act, instant time.Time) (bool, error) {
	d, err := in.outbox.Find(ctx, Ref{Dispatch: yes.Dispatch})
	if errors.Is(err, contact.ErrNotFound) || err == nil && len(d.Attempts) == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return d.Attempts[len(d.Attempts)-1].Marked.After(instant), nil
}
