package consent

import (
	"context"
	"maps"
	"sync"
	"time"
)

// A Shadow runs a gate beside a host's old sender: it decides, sends nothing,
// and counts where the two part. It is safe for concurrent use.
type Shadow struct {
	gate *Gate

	mu  sync.Mutex
	gap Gap
}

// A Gap is what a [Shadow] counted.
type Gap struct {
	Agreed int `json:"agreed"`
	// Refused counts, by the code that decided, messages that the host sent and
	// the gate would have denied or deferred.
	Refused map[Code]int `json:"refused,omitempty"`
	// Held counts, by code, messages that the host did not send and the gate
	// would have allowed.
	Held map[Code]int `json:"held,omitempty"`
	// Errors counts messages that the gate denied because it could not read.
	Errors int `json:"errors,omitempty"`
}

// NewShadow returns a shadow of g.
func NewShadow(g *Gate) *Shadow { return &Shadow{gate: g} }

// Observe decides about a message that the host sent, or did not, and returns
// the decision for its log. An error is also counted.
func (s *Shadow) Observe(ctx context.Context, req Request, r Recipient, sent bool) (Decision, error) {
	p, err := s.gate.Plan(req, time.Time{})
	if err != nil {
		s.count(func(g *Gap) { g.Errors++ })
		return Decision{}, err
	}
	ds, err := s.gate.DecideAll(ctx, p, []Recipient{r})
	d := ds[0]
	s.count(func(g *Gap) {
		switch {
		case err != nil:
			g.Errors++
		case d.Allowed() == sent:
			g.Agreed++
		case sent:
			g.Refused = counted(g.Refused, d.Code)
		default:
			g.Held = counted(g.Held, d.Code)
		}
	})
	return d, err
}

func (s *Shadow) count(f func(*Gap)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.gap)
}

func counted(m map[Code]int, c Code) map[Code]int {
	if m == nil {
		m = map[Code]int{}
	}
	m[c]++
	return m
}

// Gap returns what was counted so far.
func (s *Shadow) Gap() Gap {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.gap
	g.Refused, g.Held = maps.Clone(g.Refused), maps.Clone(g.Held)
	return g
}
