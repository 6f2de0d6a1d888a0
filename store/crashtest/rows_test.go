package crashtest

import (
	"context"
	"maps"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// rows looks at each row of the audience, and counts them.
func (o *outcome) rows(ctx context.Context, h *host, refused map[contact.Address]bool) (campaign.Tally, error) {
	prints := map[contact.Fingerprint]bool{}
	for a := range refused {
		prints[h.keyring.Fingerprint(a)] = true
	}
	counted := campaign.Tally{}
	dispatches, contacts := map[uuid.UUID]bool{}, map[contact.ID]bool{}
	for after, first := "", true; first || after != ""; first = false {
		page, err := h.outbox.(campaign.Records).Rows(ctx, campaignID, after, 500)
		if err != nil {
			return nil, err
		}
		after = page.Next
		for _, r := range page.Rows {
			counted[r.Class]++
			dispatches[r.Row.Dispatch], contacts[r.Row.Contact] = true, true
			o.row(h, r, prints[r.Row.Fingerprint])
		}
	}
	if n := counted.Total(); len(dispatches) != n || len(contacts) != n {
		o.fail("%d rows have %d dispatches to %d people", n, len(dispatches), len(contacts))
	}
	for id := range o.carrier.got {
		if !dispatches[id] {
			o.fail("dispatch %v was handed over, and is none of the campaign", id)
		}
	}
	tally, err := h.outbox.Tally(ctx, campaignID)
	if err != nil {
		return nil, err
	}
	if !maps.Equal(tally, counted) || tally.Total() != o.people {
		o.fail("of %d people the rows are %v, and the tally says %v", o.people, counted, tally)
	}
	return tally, nil
}

// row looks at one row, of a person who refused or not.
func (o *outcome) row(h *host, r campaign.Recorded, refused bool) {
	id := r.Row.Dispatch
	got := len(o.carrier.got[id])
	if got > 0 && h.keyring.Fingerprint(o.carrier.to[id]) != r.Row.Fingerprint {
		o.fail("dispatch %v went to somebody else", id)
	}
	switch r.Class.State {
	case campaign.HandedOver:
		if got == 0 {
			o.fail("dispatch %v is said to be handed over, and was not", id)
		}
	case campaign.Excluded, campaign.Cancelled:
		if got > 0 || !refused {
			o.fail("dispatch %v is %v, was handed over %d times, refused %v", id, r.Class, got, refused)
		}
	case campaign.Unknown: // it may have gone
	default:
		o.fail("dispatch %v is left as %v", id, r.Class)
	}
}
