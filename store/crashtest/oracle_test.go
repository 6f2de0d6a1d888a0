package crashtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	dead    map[string]bool // workers that did not end by themselves

	wrong []string
}

func (o *outcome) fail(format string, args ...any) {
	o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
}

// judge returns what is wrong, read from the store as a new process finds it.
func (o *outcome) judge(ctx context.Context, h *host) ([]string, campaign.Tally, error) {
	for id, got := range o.carrier.got {
		if len(got) > 1 {
			o.fail("dispatch %v was handed over twice", id)
		}
	}
	refused := o.afterStop()
	if err := o.kept(ctx, h, refused); err != nil {
		return nil, nil, err
	}
	tally, err := o.rows(ctx, h, refused)
	if err != nil {
		return nil, nil, err
	}
	if err := o.unknowns(ctx, h, tally); err != nil {
		return nil, nil, err
	}
	v, err := consent.Verify(ctx, h.ledger, nil)
	if err != nil {
		return nil, nil, err
	}
	if v.Chains != o.people {
		o.fail("the ledger has %d chains for %d people", v.Chains, o.people)
	}
	for _, f := range v.Faults {
		o.fail("ledger: %v", f)
	}
	return o.wrong, tally, nil
}

// afterStop looks for messages after a STOP, and returns who refused.
func (o *outcome) afterStop() map[contact.Address]bool {
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
					o.fail("dispatch %v was handed over after a STOP, and is not on its list", id)
				}
				if late := got.at.Sub(s.acked.at); late > consent.DefaultLife {
					o.fail("dispatch %v was handed over %v after a STOP", id, late)
				}
			}
		}
	}
	return refused
}

// kept looks for STOPs that were lost.
func (o *outcome) kept(ctx context.Context, h *host, refused map[contact.Address]bool) error {
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
			o.fail("a STOP was lost: on the list %v, in the ledger %v", listed[i], said)
		}
	}
	return nil
}

// unknowns looks for messages of which nobody knows whether they went, and that
// no kill explains: a worker has one batch on its way.
func (o *outcome) unknowns(ctx context.Context, h *host, tally campaign.Tally) error {
	all, err := h.outbox.Unknowns(ctx, campaignID, o.people+1)
	if err != nil {
		return err
	}
	if n := tally.In(campaign.Unknown); n != len(all) {
		o.fail("%d attempts are unknown, and %d rows", len(all), n)
	}
	of := map[string]int{}
	for _, a := range all {
		worker, _, _ := strings.Cut(a.Worker, "/")
		of[worker]++
	}
	for worker, n := range of {
		if !o.dead[worker] {
			o.fail("%d unknown of %s, which ended by itself", n, worker)
		}
		if n > batch {
			o.fail("%d unknown of %s, which had at most %d on their way", n, worker, batch)
		}
	}
	return nil
}
