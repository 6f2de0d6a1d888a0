package crashtest

import (
	"context"
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
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// workerHeader names the worker that asks.
const workerHeader = "Worker"

// A carrier writes down what it is handed, in the order of one clock.
type carrier struct {
	socket string
	close  func()
	// news says that something was written down since the last time.
	news chan struct{}
	// marked is told of somebody whose message is on its way, when there is one
	// to listen.
	marked chan contact.ID

	mu    sync.Mutex
	turn  int // of what is written down
	got   map[uuid.UUID][]receipt
	to    map[uuid.UUID]contact.Address
	total int
	// begun holds how many messages each worker handed over that has begun.
	begun map[string]int
}

// A receipt is one hand-over.
type receipt struct {
	turn int
	at   time.Time
}

func newCarrier(t *testing.T, socket string) *carrier {
	c := &carrier{
		socket: socket, news: make(chan struct{}, 1), marked: make(chan contact.ID),
		got: map[uuid.UUID][]receipt{}, to: map[uuid.UUID]contact.Address{}, begun: map[string]int{},
	}
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /begun", func(_ http.ResponseWriter, r *http.Request) { c.tell(r, nil) })
	mux.HandleFunc("POST /marked", c.mark)
	mux.HandleFunc("POST /send", c.send)
	s := &http.Server{Handler: mux}
	go func() { _ = s.Serve(l) }() // ends with close
	c.close = sync.OnceFunc(func() {
		// What a worker asked before it was killed is still written down.
		assert.NoError(t, s.Shutdown(context.Background()))
	})
	t.Cleanup(c.close)
	return c
}

func (c *carrier) send(w http.ResponseWriter, r *http.Request) {
	var all []handed
	if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest) // cut off: nothing was handed over
		return
	}
	_ = json.NewEncoder(w).Encode(c.tell(r, all)) // who is gone hears nothing
}

func (c *carrier) mark(w http.ResponseWriter, r *http.Request) {
	var who contact.ID
	if err := json.NewDecoder(r.Body).Decode(&who); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case c.marked <- who:
	default:
	}
}

// tell writes down what a worker hands over, and answers for each.
func (c *carrier) tell(r *http.Request, all []handed) []provider.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	answers := make([]provider.Outcome, len(all))
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
	c.begun[r.Header.Get(workerHeader)] += len(all)
	select {
	case c.news <- struct{}{}:
	default: // there are some already
	}
	return answers
}

// count returns how many were handed over.
func (c *carrier) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// by returns how many a worker handed over, and whether it has begun.
func (c *carrier) by(worker string) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.begun[worker]
	return n, ok
}

// next returns a turn of its own, later than all before.
func (c *carrier) next() receipt {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	return receipt{c.turn, time.Now()}
}
