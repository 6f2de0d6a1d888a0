package crashtest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// An outcome is what a campaign came to.
type outcome struct {
	carrier *carrier
	stops   []stop
	people  int
	kills   int
	workers int
}

// judge returns what is wrong, read from the store as a new process finds it.
func (o *outcome) judge(ctx context.Context, h *host) ([]string, campaign.Tally, error) {
	var wrong []string
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }

	for id, got := range o.carrier.got {
		if len(got) > 1 {
			fail("dispatch %v was handed over twice", id)
		}
	}
	refused := o.afterStop(fail)
	if err := o.kept(ctx, h, refused, fail); err != nil {
		return nil, nil, err
	}
	tally, err := o.rows(ctx, h, refused, fail)
	if err != nil {
		return nil, nil, err
	}
	if n, most := tally.In(campaign.Unknown), o.kills*o.workers*batch; n > most {
		fail("%d unknown, and %d kills of %d workers explain %d", n, o.kills, o.workers, most)
	}
	v, err := consent.Verify(ctx, h.ledger, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range v.Faults {
		fail("ledger: %v", f)
	}
	return wrong, tally, nil
}

// afterStop looks for messages after a STOP, and returns who refused.
func (o *outcome) afterStop(fail func(string, ...any)) map[contact.Address]bool {
	refused := map[contact.Address]bool{}
	byAddress := map[contact.Address][]uuid.UUID{}
	for id, a := range o.carrier.to {
		byAddress[a] = append(byAddress[a], id)
	}
	for _, s := range o.stops {
		refused[s.from] = true
		for _, id := range byAddress[s.from] {
			for _, got := range o.carrier.got[id] {
				if got.turn < s.acked.turn {
					continue
				}
				if !slices.ContainsFunc(s.inFlight, func(a campaign.Attempt) bool { return a.ID.Dispatch == id }) {
					fail("dispatch %v was handed over after a STOP, and is not on its list", id)
				}
				if late := got.at.Sub(s.acked.at); late > consent.DefaultLife {
					fail("dispatch %v was handed over %v after a STOP", id, late)
				}
			}
		}
	}
	return refused
}

// kept looks for STOPs that were lost.
func (o *outcome) kept(ctx context.Context, h *host, refused map[contact.Address]bool, fail func(string, ...any)) error {
	addresses := slices.Collect(maps.Keys(refused))
	prints := make([]contact.Fingerprint, len(addresses))
	for i, a := range addresses {
		prints[i] = h.keyring.Fingerprint(a)
	}
	hits, err := h.list.Match(ctx, h.keyring.ID(), prints)
	if err != nil {
		return err
	}
	listed := map[int]bool{}
	for _, hit := range hits {
		listed[hit.Index] = listed[hit.Index] || hit.Entry.Class == suppression.Refusal
	}
	histories, err := h.ledger.Read(ctx, h.keyring.ID(), prints)
	if err != nil {
		return err
	}
	for i, history := range histories {
		said := slices.ContainsFunc(history.Acts, func(a consent.Act) bool { return a.Kind.Negative() })
		if !listed[i] || !said {
			fail("a STOP was lost: on the list %v, in the ledger %v", listed[i], said)
		}
	}
	return nil
}

// rows looks at each row of the audience, and counts them.
func (o *outcome) rows(ctx context.Context, h *host, refused map[contact.Address]bool, fail func(string, ...any)) (campaign.Tally, error) {
	prints := map[contact.Fingerprint]bool{}
	for a := range refused {
		prints[h.keyring.Fingerprint(a)] = true
	}
	counted := campaign.Tally{}
	for after, first := "", true; first || after != ""; first = false {
		page, err := h.outbox.(campaign.Records).Rows(ctx, campaignID, after, 500)
		if err != nil {
			return nil, err
		}
		after = page.Next
		for _, r := range page.Rows {
			counted[r.Class]++
			got := len(o.carrier.got[r.Row.Dispatch])
			switch r.Class.State {
			case campaign.HandedOver:
				if got == 0 {
					fail("dispatch %v is said to be handed over, and was not", r.Row.Dispatch)
				}
			case campaign.Excluded, campaign.Cancelled:
				if got > 0 || !prints[r.Row.Fingerprint] {
					fail("dispatch %v is %v, was handed over %d times, refused %v", r.Row.Dispatch, r.Class, got, prints[r.Row.Fingerprint])
				}
			case campaign.Unknown: // it may have gone
			default:
				fail("dispatch %v is left as %v", r.Row.Dispatch, r.Class)
			}
		}
	}
	tally, err := h.outbox.Tally(ctx, campaignID)
	if err != nil {
		return nil, err
	}
	if !maps.Equal(tally, counted) || tally.Total() != o.people {
		fail("of %d people the rows are %v, and the tally says %v", o.people, counted, tally)
	}
	return tally, nil
}
