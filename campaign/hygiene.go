package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
)

const (
	// unreachableFor is how long an address that does not exist, or that was
	// absent too often, is left alone. The figures of absence are ours: a
	// telephone that was off three times in a month is likely to be off again,
	// and a message to it costs.
	unreachableFor = 30 * 24 * time.Hour
	absencesWithin = 30 * 24 * time.Hour
	absencesMost   = 3
	// quarantine is the longest time after which a disconnected number may be
	// given to somebody else (Arcep, FR-NUM-9, V2).
	quarantine = 120 * 24 * time.Hour
)

// A lesson is what a carrier said of an address, and about which attempt.
type lesson struct {
	fingerprint contact.Fingerprint
	request     *consent.Request
	cause       provider.Cause
	attempt     AttemptID
	at          time.Time
}

// learn records what a carrier said of an address. To be told the same of one
// attempt twice is to be told once.
func (in *Inbox) learn(ctx context.Context, l lesson) error {
	now := in.now()
	id := func(parts ...string) []string {
		return append([]string{"outcome", l.attempt.Dispatch.String(), fmt.Sprint(l.attempt.No)}, parts...)
	}
	entry := suppression.Entry{
		Fingerprint: l.fingerprint, Happened: l.at, Recorded: now,
		Origin: fmt.Sprintf("outcome of %v attempt %d", l.attempt.Dispatch, l.attempt.No),
	}
	switch l.cause {
	case provider.Blocked:
		entry.Class, entry.Reason = suppression.Refusal, suppression.CarrierBlock
		for _, s := range Reach(l.request) {
			entry.ID, entry.Scope = derived(id(s.String())...), s
			if err := in.note(ctx, entry); err != nil {
				return err
			}
		}
		_, err := in.outbox.Cancel(ctx, in.register.Keyring().ID(), l.fingerprint, Reach(l.request), now)
		if err != nil {
			return fmt.Errorf("learn: %w", err)
		}
		return nil
	case provider.Unreachable:
		return in.unreachable(ctx, entry, l.request.Channel, id())
	case provider.Absent:
		return in.absent(ctx, entry, l.request.Channel, id)
	default:
		return nil
	}
}

func (in *Inbox) unreachable(ctx context.Context, e suppression.Entry, ch contact.Channel, id []string) error {
	e.ID, e.Class, e.Reason = derived(id...), suppression.Hygiene, suppression.Unreachable
	e.Scope, e.Until = contact.Scope{Channels: ch.Siblings()}, e.Happened.Add(unreachableFor)
	return in.note(ctx, e)
}

// absent counts an absence, as an entry that ended when it began and stops
// nothing. The third within thirty days is followed by one that does. Of three
// that come at once each may see the others, and the number is left alone all the
// same.
func (in *Inbox) absent(ctx context.Context, e suppression.Entry, ch contact.Channel, id func(...string) []string) error {
	strike := e
	strike.ID, strike.Class, strike.Reason = derived(id("absent")...), suppression.Hygiene, suppression.Absent
	strike.Scope, strike.Until = contact.Scope{Channels: ch.Siblings()}, strike.Happened
	if err := in.note(ctx, strike); err != nil {
		return err
	}
	hits, err := in.register.List().Match(ctx, in.register.Keyring().ID(), []contact.Fingerprint{e.Fingerprint})
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	n := 0
	for _, h := range hits {
		if h.Entry.Reason == suppression.Absent && h.Entry.Scope == strike.Scope && e.Happened.Sub(h.Entry.Happened).Abs() < absencesWithin {
			n++
		}
	}
	if n < absencesMost {
		return nil
	}
	return in.unreachable(ctx, e, ch, id("too often absent"))
}

// note adds an entry that may be there already, learnt at another moment.
func (in *Inbox) note(ctx context.Context, e suppression.Entry) error {
	_, err := in.register.List().Add(ctx, in.register.Keyring().ID(), []suppression.Entry{e})
	if err != nil && !errors.Is(err, suppression.ErrConflict) {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}

// reached forgets absences, and ends what they led to: a message has arrived. A
// refusal is not touched, nor what is said of the number itself by others.
func (in *Inbox) reached(ctx context.Context, f contact.Fingerprint, at time.Time) error {
	hits, err := in.register.List().Match(ctx, in.register.Keyring().ID(), []contact.Fingerprint{f})
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	for _, h := range hits {
		e := &h.Entry
		if e.Class != suppression.Hygiene || e.Reason != suppression.Absent && e.Reason != suppression.Unreachable || !e.Happened.Before(at) {
			continue
		}
		if err := in.register.List().Lift(ctx, suppression.Lifting{Entry: e.ID, Origin: "a message arrived", Recorded: in.now()}); err != nil {
			return fmt.Errorf("learn: %w", err)
		}
	}
	return nil
}

// disconnect ends older grants and keeps refusals.
func disconnect(e *provider.Event, x effect) effect {
	x.Acts = []consent.Act{{
		ID: derived("act", e.Carrier+"/"+e.ID, "disconnected"), Kind: consent.Disconnected, By: consent.ByCarrier,
		Grade: consent.Witnessed, Happened: x.Happened, Source: e.Carrier,
	}}
	x.Entries = []plannedEntry{{Class: suppression.Hygiene, Reason: suppression.Disconnected, Until: x.Happened.Add(quarantine)}}
	return x
}
