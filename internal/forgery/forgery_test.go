package forgery_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Every way to send without a gate, or more than the gate allowed, that
// compiles. Each ends in messages that a carrier is handed, and each leaves the
// inbox of the carrier as it was. TestDoesNotCompile has the ways that do not.
func TestNothingIsSent(t *testing.T) {
	t.Parallel()

	type scene struct {
		host    *providertest.Host
		clock   *providertest.Clock
		carrier *loopback.Carrier
	}
	// sent hands m over and returns how many messages arrived.
	sent := func(t *testing.T, s scene, m *provider.Message) int {
		t.Helper()
		provider.HandOver(t.Context(), s.carrier, []*provider.Message{m})
		return len(s.carrier.Inbox())
	}
	for name, test := range map[string]struct {
		forge   func(t *testing.T, s scene) *provider.Message
		arrived int // before the forged one
	}{
		"zero value": {func(*testing.T, scene) *provider.Message { return new(provider.Message) }, 0},
		"literal":    {func(*testing.T, scene) *provider.Message { return &provider.Message{} }, 0},
		"zero clearance": {func(t *testing.T, _ scene) *provider.Message {
			m, err := provider.Compose(consent.Clearance{}, uuid.New())
			require.ErrorIs(t, err, provider.ErrNoClearance)
			require.Nil(t, m)
			return new(provider.Message)
		}, 0},
		"a clearing that was denied": {func(t *testing.T, _ scene) *provider.Message {
			_, err := provider.Compose(consent.Clearing{Decision: consent.Decision{Outcome: consent.Allow}}.Clearance, uuid.New())
			require.ErrorIs(t, err, provider.ErrNoClearance)
			return new(provider.Message)
		}, 0},
		"copy": {func(t *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			twin := *m
			require.Equal(t, 1, sent(t, s, m))
			return &twin
		}, 1},
		"second open": {func(t *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			require.Equal(t, 1, sent(t, s, m))
			return m
		}, 1},
		"second message of one clearance": {func(t *testing.T, s scene) *provider.Message {
			c, id := s.host.Clear(providertest.Draft{})
			m, err := provider.Compose(c, id)
			require.NoError(t, err)
			twin, err := provider.Compose(c, id)
			require.NoError(t, err)
			require.Equal(t, 1, sent(t, s, m))
			return twin
		}, 1},
		"another dispatch": {func(t *testing.T, s scene) *provider.Message {
			c, _ := s.host.Clear(providertest.Draft{})
			_, err := provider.Compose(c, uuid.New())
			require.ErrorIs(t, err, provider.ErrDispatch)
			return new(provider.Message)
		}, 0},
		"after its life": {func(_ *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			s.clock.Advance(consent.DefaultLife + time.Millisecond)
			return m
		}, 0},
		"after its deadline": {func(_ *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{Deadline: s.clock.Now().Add(time.Second)})
			s.clock.Advance(time.Second)
			return m
		}, 0},
		"on another provider": {func(t *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			other := loopback.New(&loopback.Options{Clock: s.clock})
			require.Equal(t, provider.Accepted, provider.HandOver(t.Context(), other, []*provider.Message{m})[0].Kind)
			return m
		}, 0},
		"on another provider after one that did not take it": {func(t *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			other := loopback.New(&loopback.Options{Clock: s.clock, Script: func(int, loopback.Handed) loopback.Answer {
				return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Temporary}}
			}})
			require.Equal(t, provider.Temporary, provider.HandOver(t.Context(), other, []*provider.Message{m})[0].Kind)
			return m
		}, 0},
		"through JSON": {func(t *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			_, err := json.Marshal(m)
			require.ErrorIs(t, err, provider.ErrNotData)
			back := new(provider.Message)
			require.ErrorIs(t, json.Unmarshal([]byte(`{"id":"`+m.ID().String()+`","clearance":{"c":{}}}`), back), provider.ErrNotData)
			return back
		}, 0},
		"through gob": {func(t *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			var b bytes.Buffer
			require.ErrorIs(t, gob.NewEncoder(&b).Encode(m), provider.ErrNotData)
			back := new(provider.Message)
			require.Error(t, gob.NewDecoder(&b).Decode(back))
			return back
		}, 0},
		"after a suspended clock": {func(_ *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			s.clock.Suspend(time.Hour) // the running clock did not move
			return m
		}, 0},
		"after a clock that was set back": {func(_ *testing.T, s scene) *provider.Message {
			m := s.host.Message(providertest.Draft{})
			s.clock.Advance(time.Hour)
			s.clock.Suspend(-time.Hour) // the wall clock shows the same again
			return m
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			clock := providertest.NewClock(time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC))
			s := scene{providertest.NewHost(t, &providertest.HostOptions{Clock: clock}), clock, loopback.New(&loopback.Options{Clock: clock})}
			forged := test.forge(t, s)
			require.Equal(t, test.arrived, sent(t, s, forged))
			require.Equal(t, test.arrived+1, sent(t, s, s.host.Message(providertest.Draft{Person: 1})), "the carrier takes what is cleared")
		})
	}
}
