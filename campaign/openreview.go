package campaign

import (
	"context"
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
)

// asks works out what a human would decide about an event that needs one: what
// a no would reach, and which requests a yes could answer.
func (in *Inbox) asks(ctx context.Context, e *provider.Event, x *effect) error {
	if !x.Review || in.register.Reviews() == nil {
		return nil
	}
	about, err := in.attribute(ctx, e)
	if err != nil {
		return err
	}
	// A likely refusal was worked out as a refusal already, less its act.
	no, err := in.refuse(ctx, e, effect{Happened: x.Happened, Test: x.Test}, about, suppression.LikelyReplied, consent.ByPerson)
	if err != nil {
		return err
	}
	v := &consent.Review{Cause: consent.UnclearReply, Campaigns: x.Campaigns, Happened: x.Happened, Reach: no.Cancel, Acts: no.Acts}
	switch x.Meaning {
	case reply.LikelyRefusal:
		v.Cause = consent.LikelyRefusal
	case reply.Yes:
		v.Cause = consent.UnclearYes
	}
	for _, c := range about.campaigns {
		if !slices.Contains(v.Clients, c.Request.Client) {
			v.Clients = append(v.Clients, c.Request.Client)
		}
	}
	open, err := in.open(ctx, e, &about)
	if err != nil {
		return err
	}
	for _, s := range about.sent {
		v.Dispatches = append(v.Dispatches, s.Dispatch)
	}
	for _, s := range open {
		if x.Happened.Before(s.At) {
			continue // it was sent before it was asked for
		}
		d, err := in.outbox.Find(ctx, Ref{Dispatch: s.Dispatch})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(about.campaigns, func(c *Campaign) bool { return c.ID() == s.Campaign })
		given := givenAct(about.campaigns[i], &d, e, x.Happened)
		given.ID = derived("act", e.Carrier+"/"+e.ID, "reviewed yes", s.Dispatch.String())
		v.Acts = append(v.Acts, askedAct(about.campaigns[i], &d, x.Happened), given)
	}
	x.Asks = v
	return nil
}

// open returns the consent requests that e may answer and nothing answered yet.
func (in *Inbox) open(ctx context.Context, e *provider.Event, about *answerable) ([]consent.Sent, error) {
	history, err := in.register.History(ctx, e.From)
	if err != nil {
		return nil, err
	}
	var out []consent.Sent
	for _, s := range about.sent {
		answered := slices.ContainsFunc(history.Acts, func(a consent.Act) bool {
			return a.Kind == consent.Given && a.Dispatch == s.Dispatch
		})
		if s.Kind == consent.ConsentRequest && !s.Proof && !answered {
			out = append(out, s)
		}
	}
	return out, nil
}

// afterwards is the review of a refusal that a yes seems to have followed.
func (x *effect) afterwards() *consent.Review {
	return &consent.Review{Cause: consent.LaterYes, Campaigns: x.Campaigns, Happened: x.Happened, Acts: x.Acts}
}

// openReview opens a review, once for each event, with the person and their
// words, less the address. suspending are the entries that wait for it.
func (in *Inbox) openReview(ctx context.Context, e *provider.Event, record EventRecord, ask *consent.Review, suspending []suppression.Entry, out *Received) error {
	store := in.register.Reviews()
	if store == nil {
		return nil
	}
	keyring := in.register.Keyring()
	v := *ask
	v.ID = derived("review", record.ID)
	v.Fingerprint, v.Words, v.Event, v.Opened = keyring.Fingerprint(e.From), e.From.Redact(e.Text), record.ID, record.At
	for i := range suspending {
		if suspending[i].Reason == suppression.LikelyReplied {
			v.Refusals = append(v.Refusals, suspending[i].ID)
		}
	}
	if _, err := store.OpenReview(ctx, keyring.ID(), v); err != nil {
		return err
	}
	out.ReviewID = v.ID
	return nil
}
