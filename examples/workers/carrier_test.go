package main

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2024, time.June, 3, 8, 0, 0, 0, time.UTC)

// opened returns a sink that is open until the end of the test.
func opened(t *testing.T, s *sink) *sink {
	t.Helper()
	require.NoError(t, s.open())
	t.Cleanup(func() { require.NoError(t, s.close()) })
	return s
}

// The adapter keeps the promises of every provider.
func TestCarrier(t *testing.T) {
	t.Parallel()

	providertest.Run(t, func(t *testing.T) providertest.Harness {
		var hang, lose atomic.Bool
		clock := providertest.NewClock(start)
		s := opened(t, &sink{clock: clock, taken: func(string, int) bool {
			if hang.Load() {
				<-t.Context().Done()
			}
			return !lose.Load()
		}})
		return providertest.Harness{
			Provider: newCarrier(s.url, "test", clock), Clock: clock,
			Hang: func() { hang.Store(true) }, Lose: func() { lose.Store(true) },
			Arrived: func(context.Context) (out []providertest.Arrival) {
				s.mu.Lock()
				defer s.mu.Unlock()
				for _, m := range s.arrived {
					to, err := contact.ParseE164(m.To)
					require.NoError(t, err)
					out = append(out, providertest.Arrival{Dispatch: m.ID, To: to, Text: m.Text, Deadline: m.Deadline})
				}
				return out
			},
		}
	})
}

// Once a worker has ended, a look-up after patience is final: what it had still
// on its way is not taken any more.
func TestSinkTakesNothingOld(t *testing.T) {
	t.Parallel()

	clock := providertest.NewClock(start)
	s := opened(t, &sink{clock: clock})
	m := submitted{ID: uuid.New(), To: "+33639980001", Text: "Eaux du Val"}
	clock.Advance(patience)
	id, total := s.take("worker-1", start, m)
	require.Empty(t, id)
	require.Zero(t, total)
	id, total = s.take("worker-1", start.Add(time.Microsecond), m)
	require.Equal(t, "sink-1", id)
	require.Equal(t, 1, total)
	m.ID, m.Deadline = uuid.New(), clock.Now()
	id, _ = s.take("worker-1", clock.Now(), m)
	require.Empty(t, id, "past its deadline")

	// What comes twice shows.
	m.Deadline = time.Time{}
	s.take("worker-2", clock.Now(), m)
	require.EqualError(t, s.count().once(), "the carrier got 2 messages, of 2 dispatches, for 1 numbers: somebody got one twice")
	s.take("worker-3", clock.Now(), m)
	require.Equal(t, count{3, 2, 1, map[string]int{"worker-1": 1, "worker-2": 1, "worker-3": 1}}, s.count())
}

func TestLook(t *testing.T) {
	t.Parallel()

	had, never := uuid.New(), uuid.New()
	for name, test := range map[string]struct {
		partial bool
		of      uuid.UUID
		want    provider.OutcomeKind
	}{
		"taken":                                {false, had, provider.Accepted},
		"never had":                            {false, never, provider.Temporary},
		"taken by one that knows a part":       {true, had, provider.Accepted},
		"perhaps had by the one that was here": {true, never, provider.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := opened(t, &sink{clock: consent.SystemClock(), partial: test.partial})
			s.take("worker-1", s.clock.Now(), submitted{ID: had, To: "+33639980001"})
			o, err := newCarrier(s.url, "test", s.clock).Look(t.Context(), test.of)
			require.NoError(t, err)
			require.Equal(t, test.want, o.Kind)
		})
	}
}

// What was not even connected certainly did not go.
func TestNoCarrier(t *testing.T) {
	t.Parallel()

	clock := providertest.NewClock(start)
	const nobody = "http://127.0.0.1:1" // no server takes that port
	host := providertest.NewHost(t, &providertest.HostOptions{Clock: clock})
	out := provider.HandOver(t.Context(), newCarrier(nobody, "test", clock), host.Batch(0, 2))
	require.Equal(t, []provider.Outcome{{Kind: provider.Temporary}, {Kind: provider.Temporary}}, out)
}

// Whoever is told to end begins no further batch.
func TestDoor(t *testing.T) {
	t.Parallel()

	shut := make(chan struct{})
	d := door{shut: shut}
	n, err := d.Ready(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, 7, n)
	close(shut)
	_, err = d.Ready(t.Context(), 7)
	require.ErrorIs(t, err, errShut)
}
