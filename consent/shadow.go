package consent

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"
)

// A Shadow runs a gate beside a host's old sender: it decides, sends nothing,
// writes nothing, and counts where the two part. It is safe for concurrent use.
// What it returns is for the host's log; an error of it need not stop the host's
// own sending.
type Shadow struct {
	gate *Gate

	mu  sync.Mutex
	gap Gap
}

// NewShadow returns a shadow of g.
func NewShadow(g *Gate) *Shadow {
	return &Shadow{gate: g}
}

// Observe decides about a message that the host sent, or did not, and returns
// the decision for its log. An error is also counted.
func (s *Shadow) Observe(ctx context.Context, req Request, r Recipient, sent bool) (Decision, error) {
	ds, err := s.ObserveAll(ctx, req, []Recipient{r}, []bool{sent})
	return ds[0], err
}

// ObserveAll is Observe for many recipients of one request; sent is as long as
// recipients. On an error every decision denies, and each counts as an error.
func (s *Shadow) ObserveAll(ctx context.Context, req Request, recipients []Recipient, sent []bool) ([]Decision, error) {
	if len(sent) != len(recipients) {
		return make([]Decision, len(recipients)), fmt.Errorf("consent: shadow: %d recipients, and sent says of %d", len(recipients), len(sent))
	}
	ds := make([]Decision, len(recipients))
	p, err := s.gate.Plan(req, time.Time{})
	if err == nil {
		ds, err = s.gate.DecideAll(ctx, p, recipients)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.gap.Errors += len(recipients)
		return ds, err
	}
	for i := range ds {
		s.gap.count(&ds[i], sourceOf(&req, &recipients[i]), sent[i])
	}
	return ds, nil
}

// Gap returns what was counted so far.
func (s *Shadow) Gap() Gap {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.gap
	g.Refused, g.Held, g.Says = maps.Clone(g.Refused), maps.Clone(g.Held), maps.Clone(g.Says)
	g.Cures = maps.Clone(g.Cures)
	return g
}
