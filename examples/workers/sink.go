package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/google/uuid"
)

// A sink is a carrier that delivers nothing and remembers everything. It drops
// no duplicates: what comes twice is to show.
type sink struct {
	clock consent.Clock
	// Partial says that messages went to another sink before: of one that is not
	// here nobody can say that it never came.
	partial bool
	// taken, where set, is told of each message that was taken, with how many
	// there are now. When it returns false the connection is cut: what follows in
	// the submission is not taken, and nothing is answered.
	taken func(worker string, total int) bool

	url    string
	server *http.Server

	mu       sync.Mutex
	arrived  []submitted
	ids      map[uuid.UUID]string // what it is called here
	byWorker map[string]int
}

// open starts a sink on this machine.
func (s *sink) open() error {
	s.ids, s.byWorker = map[uuid.UUID]string{}, map[string]int{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("carrier: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /messages", s.submit)
	mux.HandleFunc("GET /messages/{id}", s.look)
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	go func() { _ = s.server.Serve(listener) }() // until close, and what it says then is no news
	return nil
}

func (s *sink) close() error {
	if err := s.server.Close(); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("carrier: %w", err)
	}
	return nil
}

func (s *sink) submit(w http.ResponseWriter, r *http.Request) {
	var sub submission
	if err := json.NewDecoder(r.Body).Decode(&sub); err != nil {
		http.Error(w, "no submission", http.StatusBadRequest)
		return
	}
	answers := make([]answer, len(sub.Messages))
	for i, m := range sub.Messages {
		id, total := s.take(sub.Worker, sub.Sent, m)
		answers[i] = answer{CarrierID: id, NotTaken: id == ""}
		if id != "" && s.taken != nil && !s.taken(sub.Worker, total) {
			cut(w)
			return
		}
	}
	respond(w, answers)
}

// take keeps m, and returns what it is called here, "" where it came too late,
// and how many messages there are. Nobody waits for the answer to what was sent
// longer than patience ago, and nobody may find it here later: a look-up that
// came in between has said that it is not.
func (s *sink) take(worker string, sent time.Time, m submitted) (id string, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if now.Sub(sent) >= patience || !m.Deadline.IsZero() && !now.Before(m.Deadline) {
		return "", len(s.arrived)
	}
	s.arrived = append(s.arrived, m)
	id = fmt.Sprintf("sink-%d", len(s.arrived))
	s.ids[m.ID] = id
	s.byWorker[worker]++
	return id, len(s.arrived)
}

func (s *sink) look(w http.ResponseWriter, r *http.Request) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		http.Error(w, "no ID of a message", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	name, ok := s.ids[id]
	s.mu.Unlock()
	switch {
	case ok:
		respond(w, answer{CarrierID: name})
	case s.partial:
		http.Error(w, "not in this book, which has no beginning", http.StatusServiceUnavailable)
	default:
		http.NotFound(w, r)
	}
}

// A count is what a sink got.
type count struct {
	messages int
	// How many different ones there are: fewer where something came twice.
	dispatches, numbers int
	byWorker            map[string]int
}

// once returns an error where somebody got something twice.
func (c count) once() error {
	if c.dispatches == c.messages && c.numbers == c.messages {
		return nil
	}
	return fmt.Errorf("the carrier got %d messages, of %d dispatches, for %d numbers: somebody got one twice", c.messages, c.dispatches, c.numbers)
}

func (s *sink) count() count {
	s.mu.Lock()
	defer s.mu.Unlock()
	numbers := map[string]struct{}{}
	for _, m := range s.arrived {
		numbers[m.To] = struct{}{}
	}
	return count{len(s.arrived), len(s.ids), len(numbers), maps.Clone(s.byWorker)}
}

func respond(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // whoever does not hear it has an unknown
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close() // nobody listens
	}
}
