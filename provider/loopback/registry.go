package loopback

import (
	"context"
	"sync"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A Registry is a [provider.Lookup] in memory: a fake of the networks'
// registers, for tests and demonstrations. The zero value knows no number. It is
// safe for concurrent use.
type Registry struct {
	mu     sync.Mutex
	states map[contact.Address]provider.NumberState
	asked  int
	fail   error
	after  int
}

var _ provider.Lookup = (*Registry)(nil)

// Set says what the registry answers about a number.
func (r *Registry) Set(a contact.Address, s provider.NumberState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.states == nil {
		r.states = map[contact.Address]provider.NumberState{}
	}
	r.states[a] = s
}

// FailAfter lets n more numbers be answered, and every query then fail with err.
func (r *Registry) FailAfter(n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.after, r.fail = n, err
}

// Asked returns how many numbers were asked about.
func (r *Registry) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// Lookup implements [provider.Lookup].
func (r *Registry) Lookup(ctx context.Context, numbers []contact.Address) ([]provider.Found, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]provider.Found, len(numbers))
	for i, a := range numbers {
		if err := context.Cause(ctx); err != nil {
			return out, err
		}
		if r.fail != nil && r.after == 0 {
			return out, r.fail
		}
		r.after--
		r.asked++
		if out[i].State = r.states[a]; out[i].State == provider.NumberLive {
			out[i].Network = "20801"
		}
	}
	return out, nil
}
