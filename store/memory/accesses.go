package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// Accesses is a [campaign.AccessLog]. The zero value is empty and ready to use.
// It must not be copied after first use.
type Accesses struct {
	mu      sync.Mutex
	key     contact.KeyID
	byPrint map[contact.Fingerprint][]campaign.Access
	byUser  map[string][]time.Time // of what was admitted
	byParty map[contact.PartyID][]time.Time
}

var _ campaign.AccessLog = (*Accesses)(nil)

// enter locks a, unless it returns an error.
func (a *Accesses) enter(ctx context.Context, call string) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: %s: %w", call, err)
	}
	a.mu.Lock()
	if a.byPrint == nil {
		a.byPrint, a.byUser, a.byParty = map[contact.Fingerprint][]campaign.Access{}, map[string][]time.Time{}, map[contact.PartyID][]time.Time{}
	}
	return nil
}

func (a *Accesses) bind(key contact.KeyID) error {
	if key == (contact.KeyID{}) || a.key != (contact.KeyID{}) && a.key != key {
		return suppression.ErrKey
	}
	a.key = key
	return nil
}

// Admit implements [campaign.AccessLog].
func (a *Accesses) Admit(ctx context.Context, key contact.KeyID, x campaign.Access, limits campaign.AccessLimits) (campaign.Access, time.Time, error) {
	if err := x.Validate(); err != nil {
		return campaign.Access{}, time.Time{}, fmt.Errorf("memory: admit: %w", err)
	}
	if err := a.enter(ctx, "admit"); err != nil {
		return campaign.Access{}, time.Time{}, err
	}
	defer a.mu.Unlock()
	if err := a.bind(key); err != nil {
		return campaign.Access{}, time.Time{}, fmt.Errorf("memory: admit: %w", err)
	}
	x.At, x.Outcome = stamp(x.At), campaign.Admitted
	again, full := crowded(a.byUser[x.By], x.At, limits.Within, limits.PerUser)
	if x.Party != "" {
		if later, too := crowded(a.byParty[x.Party], x.At, limits.Within, limits.PerParty); too && (!full || later.After(again)) {
			again, full = later, true
		}
	}
	if full {
		x.Outcome = campaign.TooMany
	} else {
		a.byUser[x.By] = append(a.byUser[x.By], x.At)
		if x.Party != "" {
			a.byParty[x.Party] = append(a.byParty[x.Party], x.At)
		}
	}
	a.byPrint[x.Fingerprint] = append(a.byPrint[x.Fingerprint], x)
	return x, again, nil
}

// Accesses implements [campaign.AccessLog].
func (a *Accesses) Accesses(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]campaign.Access, error) {
	if err := a.enter(ctx, "accesses"); err != nil {
		return nil, err
	}
	defer a.mu.Unlock()
	if err := a.bind(key); err != nil {
		return nil, fmt.Errorf("memory: accesses: %w", err)
	}
	out := slices.Clone(a.byPrint[f])
	slices.SortStableFunc(out, func(x, y campaign.Access) int { return x.At.Compare(y.At) })
	return out, nil
}

// Rotate implements [campaign.AccessLog].
func (a *Accesses) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	if err := a.enter(ctx, "rotate"); err != nil {
		return err
	}
	defer a.mu.Unlock()
	moved, err := rotating(&a.key, from, to)
	if err != nil || !moved {
		return err
	}
	wrapped := make(map[contact.Fingerprint][]campaign.Access, len(a.byPrint))
	for f, xs := range a.byPrint {
		g := wrap(f)
		for i := range xs {
			xs[i].Fingerprint = g
		}
		wrapped[g] = xs
	}
	a.byPrint = wrapped
	return nil
}
