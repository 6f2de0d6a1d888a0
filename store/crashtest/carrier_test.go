package crashtest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A carrier writes down what it is handed, in the order of one clock.
type carrier struct {
	socket string

	mu    sync.Mutex
	turn  int // of what is written down
	got   map[uuid.UUID][]receipt
	to    map[uuid.UUID]contact.Address
	total int
	// begun and taken are told of each worker that begins and each batch that is
	// taken, when somebody listens.
	begun, taken chan struct{}
}

// A receipt is one hand-over.
type receipt struct {
	turn int
	at   time.Time
}

func newCarrier(t *testing.T, socket string) *carrier {
	c := &carrier{
		socket: socket, got: map[uuid.UUID][]receipt{}, to: map[uuid.UUID]contact.Address{},
		begun: make(chan struct{}, 100), taken: make(chan struct{}, 10_000),
	}
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /begun", func(http.ResponseWriter, *http.Request) { signal(c.begun) })
	mux.HandleFunc("POST /send", c.send)
	s := &http.Server{Handler: mux}
	go func() { _ = s.Serve(l) }() // ends with the test
	t.Cleanup(func() { _ = s.Close() })
	return c
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (c *carrier) send(w http.ResponseWriter, r *http.Request) {
	var all []handed
	if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest) // cut off: nothing was handed over
		return
	}
	answers := make([]provider.Outcome, len(all))
	c.mu.Lock()
	for i, h := range all {
		c.turn++
		c.total++
		c.got[h.Dispatch] = append(c.got[h.Dispatch], receipt{c.turn, time.Now()})
		a, err := contact.ParseAddress(h.To)
		if err != nil {
			panic(err) // a programmer's error: it was an address when it was sent
		}
		c.to[h.Dispatch] = a
		answers[i] = provider.Outcome{Kind: provider.Accepted, CarrierID: fmt.Sprint("c-", c.turn)}
	}
	c.mu.Unlock()
	signal(c.taken)
	_ = json.NewEncoder(w).Encode(answers) // who is gone hears nothing
}

// count returns how many were handed over.
func (c *carrier) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// next returns a turn of its own, later than all before.
func (c *carrier) next() receipt {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	return receipt{c.turn, time.Now()}
}
