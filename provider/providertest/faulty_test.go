package providertest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/stretchr/testify/require"
)

// Each provider here has one fault, and each is found. The one without a fault
// passes, so that it is the fault that is found.
func TestFaultyProviders(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		fault fault
		want  []string
	}{
		"none":                                   {0, nil},
		"sends again what may have gone":         {resends, []string{"LostAnswer"}},
		"says temporary for what may have gone":  {saysTemporary, []string{"CancelledMeanwhile", "LostAnswer"}},
		"does not stop when cancelled":           {deaf, []string{"CancelledMeanwhile"}},
		"answers short":                          {short, []string{"OneOutcomeEach", "Batch", "OnlyWhatOpens"}},
		"swaps the order":                        {swaps, []string{"OneOutcomeEach"}},
		"quotes another recipient":               {quotes, []string{"OneRecipientEach"}},
		"keeps what it opened, and sends it":     {keeps, []string{"SameBatchAgain", "Concurrent"}},
		"takes no notice of an error of Open":    {swallows, []string{"OneOutcomeEach", "OnlyWhatOpens", "SameBatchAgain"}},
		"accepts what it did not send":           {accepts, []string{"OneOutcomeEach", "OnlyWhatOpens", "SameBatchAgain", "CancelledBefore"}},
		"sends each to the carrier twice":        {twice, []string{"WhatWasCleared", "SameBatchAgain", "Batch", "Concurrent"}},
		"changes its mind of itself":             {changes, []string{"CapabilitiesConstant"}},
		"claims deadlines":                       {claimsDeadline, []string{"Deadline"}},
		"claims to drop duplicates":              {claimsDuplicates, []string{"Deduplicates"}},
		"is ready for more than it was asked":    {readyTooMuch, []string{"Ready"}},
		"is ready for nothing":                   {readyNothing, []string{"Ready"}},
		"knows what it never had":                {looksWrong, []string{"Look"}},
		"adds to the text before what was said":  {prefixes, []string{"WhatWasCleared"}},
		"panics":                                 {panics, []string{"OneOutcomeEach", "WhatWasCleared"}},
		"says rejected for what it handed over":  {saysRejected, []string{"WhatWasCleared", "Concurrent"}},
		"takes part of a batch, accepts it all":  {dropsRest, []string{"Batch"}},
		"hands over when cancelled before":       {late, nil}, // allowed: what it says is true
		"forgets the dispatch in what it quotes": {otherDispatch, []string{"WhatWasCleared"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			failed := providertest.Failing(t, func() providertest.Harness { return newFaulty(test.fault) })
			if len(test.want) == 0 {
				require.Empty(t, failed)
			}
			require.Subset(t, failed, test.want)
		})
	}
}

type fault int

const (
	none fault = iota
	resends
	saysTemporary
	deaf
	short
	swaps
	quotes
	keeps
	swallows
	accepts
	twice
	changes
	claimsDeadline
	claimsDuplicates
	readyTooMuch
	readyNothing
	looksWrong
	prefixes
	panics
	saysRejected
	dropsRest
	late
	otherDispatch
)

// faulty is a provider written as an adapter would be, with its carrier.
type faulty struct {
	fault fault
	asked atomic.Int64

	mu         sync.Mutex
	got        []providertest.Arrival
	kept       map[*provider.Message]consent.Cleared
	known      map[provider.DispatchID]provider.Outcome
	hang, lose bool
}

func newFaulty(f fault) providertest.Harness {
	p := &faulty{fault: f, kept: map[*provider.Message]consent.Cleared{}, known: map[provider.DispatchID]provider.Outcome{}}
	return providertest.Harness{
		Provider: p,
		Arrived: func(context.Context) []providertest.Arrival {
			p.mu.Lock()
			defer p.mu.Unlock()
			return append([]providertest.Arrival(nil), p.got...)
		},
		Hang: func() { p.set(&p.hang) }, Lose: func() { p.set(&p.lose) },
	}
}

func (p *faulty) set(flag *bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*flag = true
}

// Capabilities implements provider.Provider.
func (p *faulty) Capabilities() provider.Capabilities {
	c := provider.Capabilities{
		Channels: contact.Channels(contact.SMS), Batch: 10,
		HonoursDeadline: p.fault == claimsDeadline, Deduplicates: p.fault == claimsDuplicates,
	}
	if p.fault == changes {
		c.Window = int(p.asked.Add(1))
	}
	return c
}

// Ready implements provider.Readier.
func (p *faulty) Ready(_ context.Context, limit int) (int, error) {
	switch p.fault {
	case readyTooMuch:
		return limit + 1, nil
	case readyNothing:
		return 0, nil
	default:
		return min(limit, 10), nil
	}
}

// Look implements provider.Looker.
func (p *faulty) Look(_ context.Context, id provider.DispatchID) (provider.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o, ok := p.known[id]; ok {
		return o, nil
	}
	if p.fault == looksWrong {
		return provider.Outcome{Kind: provider.Accepted}, nil
	}
	return provider.Outcome{Kind: provider.Temporary}, nil
}

// Send implements provider.Provider.
func (p *faulty) Send(ctx context.Context, batch []*provider.Message) []provider.Outcome {
	if p.fault == panics {
		panic("the provider lost its mind")
	}
	out := make([]provider.Outcome, len(batch))
	var all string
	for i, m := range batch {
		if p.fault == dropsRest && i >= 8 {
			out[i] = provider.Outcome{Kind: provider.Accepted}
			continue
		}
		if i >= p.Capabilities().Batch || ctx.Err() != nil && p.fault != late {
			if p.fault == accepts {
				out[i].Kind = provider.Accepted
			}
			continue
		}
		out[i] = p.one(ctx, m, &all)
	}
	switch p.fault {
	case short:
		return out[:max(0, len(out)-1)]
	case swaps:
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	case quotes:
		for i := range out {
			out[i].Detail = "one of" + all + " could not be reached"
		}
	}
	return out
}

func (p *faulty) one(ctx context.Context, m *provider.Message, all *string) provider.Outcome {
	opened, err := m.Open()
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept, ok := p.kept[m]; ok && p.fault == keeps && errors.Is(err, provider.ErrOpened) {
		opened, err = kept, nil
	}
	if err != nil && p.fault != swallows {
		if p.fault == accepts {
			return provider.Outcome{Kind: provider.Accepted}
		}
		return provider.Outcome{Kind: provider.Temporary, Detail: err.Error()}
	}
	p.kept[m] = opened
	*all += " " + opened.To.Reveal()
	o := provider.Outcome{Kind: provider.Accepted, CarrierID: fmt.Sprintf("c-%d", len(p.got))}
	p.carry(m, opened)
	if p.fault == twice {
		p.carry(m, opened)
	}
	if p.fault == saysRejected {
		o.Kind = provider.Rejected
	}
	p.known[m.ID()] = o
	switch {
	case !p.hang && !p.lose:
		return o
	case p.hang:
		p.mu.Unlock()
		if p.fault == deaf {
			<-context.WithoutCancel(ctx).Done() // nil: for ever
		}
		<-ctx.Done()
		p.mu.Lock()
	case p.fault == resends:
		p.carry(m, opened)
	}
	if p.fault == saysTemporary {
		return provider.Outcome{Kind: provider.Temporary}
	}
	return provider.Outcome{}
}

// carry is the carrier.
func (p *faulty) carry(m *provider.Message, opened consent.Cleared) {
	a := providertest.Arrival{Dispatch: m.ID(), To: opened.To, Text: opened.Content.Text}
	if p.fault == prefixes {
		a.Text = "Promo! " + a.Text
	}
	if p.fault == otherDispatch {
		a.Dispatch[0]++
	}
	p.got = append(p.got, a)
}
