package provider_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start is a Monday morning.
var start = time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)

func newHost(t *testing.T) (*providertest.Host, *providertest.Clock) {
	t.Helper()
	clock := providertest.NewClock(start)
	return providertest.NewHost(t, &providertest.HostOptions{Clock: clock}), clock
}

func TestCompose(t *testing.T) {
	t.Parallel()

	host, clock := newHost(t)
	live, id := host.Clear(providertest.Draft{})
	used, usedID := host.Clear(providertest.Draft{})
	_, err := used.Redeem()
	require.NoError(t, err)
	ended, endedID := host.Clear(providertest.Draft{Deadline: clock.Now().Add(time.Second)})
	clock.Advance(time.Second)

	for name, test := range map[string]struct {
		clearance consent.Clearance
		id        provider.DispatchID
		want      error
		text      string
	}{
		"no clearance":      {consent.Clearance{}, uuid.New(), provider.ErrNoClearance, "consent: no gate cleared this message"},
		"another dispatch":  {live, uuid.New(), provider.ErrDispatch, "provider: clearance of another dispatch"},
		"no dispatch":       {live, uuid.Nil, nil, "provider: compose: no dispatch ID"},
		"used already":      {used, usedID, provider.ErrOpened, "consent: clearance used already"},
		"past its deadline": {ended, endedID, provider.ErrExpired, "consent: clearance expired: past its deadline"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := provider.Compose(test.clearance, test.id)
			require.Nil(t, m)
			require.EqualError(t, err, test.text)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
			}
		})
	}

	m, err := provider.Compose(live, id)
	require.NoError(t, err)
	require.Equal(t, id, m.ID())
	require.Equal(t, contact.SMS, m.Channel())
	require.Equal(t, contact.Territory("FR"), m.Territory())
	require.Equal(t, 1, m.Segments())
	require.Zero(t, m.Deadline())
	require.False(t, m.Opened())
	opened, err := m.Open()
	require.NoError(t, err)
	require.True(t, m.Opened())
	require.Equal(t, host.Address(0), opened.To)
	require.Equal(t, "36180", opened.Sender.Value)
	require.Contains(t, opened.Content.Text, "STOP")
}

func TestOpenOnce(t *testing.T) {
	t.Parallel()

	host, clock := newHost(t)
	m := host.Message(providertest.Draft{})
	twin := *m
	_, err := m.Open()
	require.NoError(t, err)
	for name, again := range map[string]*provider.Message{"the same": m, "a copy": &twin} {
		_, err := again.Open()
		require.ErrorIs(t, err, provider.ErrOpened, name)
		require.True(t, again.Opened(), name)
	}
	// What was opened stays opened, however late somebody asks.
	clock.Advance(time.Hour)
	_, err = m.Open()
	require.ErrorIs(t, err, provider.ErrOpened)
}

func TestTwoMessagesOfOneClearance(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	c, id := host.Clear(providertest.Draft{})
	a, err := provider.Compose(c, id)
	require.NoError(t, err)
	b, err := provider.Compose(c, id)
	require.NoError(t, err)
	_, err = a.Open()
	require.NoError(t, err)
	_, err = b.Open()
	require.ErrorIs(t, err, provider.ErrOpened)
}

func TestOpenIsOnceForManyCallers(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	for i := range 20 {
		m := host.Message(providertest.Draft{Person: i})
		var opened atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				twin := *m
				if _, err := twin.Open(); err == nil {
					opened.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, opened.Load())
	}
}

func TestZeroMessage(t *testing.T) {
	t.Parallel()

	var m provider.Message
	_, err := m.Open()
	require.ErrorIs(t, err, provider.ErrNoClearance)
	require.False(t, m.Opened())
	require.Equal(t, uuid.Nil, m.ID())
	require.Equal(t, contact.NoChannel, m.Channel())
	require.Empty(t, m.Territory())
	require.Zero(t, m.Segments())
	require.True(t, m.Deadline().IsZero())
}

// A clearance outlives neither of the two clocks, however they part.
func TestLife(t *testing.T) {
	t.Parallel()

	const life = consent.DefaultLife
	for name, test := range map[string]struct {
		move func(*providertest.Clock)
		want string // "" when it lives
	}{
		"at once":                      {func(*providertest.Clock) {}, ""},
		"at the end of its life":       {func(c *providertest.Clock) { c.Advance(life) }, ""},
		"after its life":               {func(c *providertest.Clock) { c.Advance(life + 1) }, "consent: clearance expired: older than 5s"},
		"the machine slept":            {func(c *providertest.Clock) { c.Suspend(life + 1) }, "consent: clearance expired: older than 5s"},
		"it slept a little":            {func(c *providertest.Clock) { c.Suspend(life) }, ""},
		"the wall clock stood still":   {func(c *providertest.Clock) { c.Advance(life + 1); c.Suspend(-life - 1) }, "consent: clearance expired: older than 5s"},
		"the wall clock was set back":  {func(c *providertest.Clock) { c.Suspend(-time.Millisecond) }, "consent: clearance expired: the clock went back"},
		"set back, and time passed":    {func(c *providertest.Clock) { c.Advance(time.Hour); c.Suspend(-time.Hour) }, "consent: clearance expired: older than 5s"},
		"the running clock went back":  {func(c *providertest.Clock) { c.Advance(-time.Second); c.Suspend(2 * time.Second) }, "consent: clearance expired: the clock went back"},
		"set forward past every limit": {func(c *providertest.Clock) { c.Suspend(24 * time.Hour) }, "consent: clearance expired: older than 5s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			host, clock := newHost(t)
			m := host.Message(providertest.Draft{})
			test.move(clock)
			_, err := m.Open()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, provider.ErrExpired)
			require.EqualError(t, err, test.want)
			require.False(t, m.Opened(), "what expired was not opened")
		})
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()

	host, clock := newHost(t)
	deadline := start.Add(2 * time.Second)
	early, late := host.Message(providertest.Draft{Deadline: deadline}), host.Message(providertest.Draft{Person: 1, Deadline: deadline})
	require.Equal(t, deadline, early.Deadline())
	clock.Advance(2*time.Second - 1)
	opened, err := early.Open()
	require.NoError(t, err)
	require.Equal(t, deadline, opened.Deadline)
	clock.Advance(1)
	_, err = late.Open()
	require.EqualError(t, err, "consent: clearance expired: past its deadline")
	require.ErrorIs(t, err, provider.ErrExpired)
}

func TestSegments(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	long := strings.Repeat("Alex Martin. ", 20) + "STOP"
	require.Equal(t, provider.CountSMS(long).Segments, host.Message(providertest.Draft{Text: long}).Segments())
	mail := providertest.NewHost(t, &providertest.HostOptions{Clock: providertest.NewClock(start), Channel: contact.EmailChannel})
	require.Equal(t, 1, mail.Message(providertest.Draft{Text: strings.Repeat(long, 9)}).Segments())
}

// wrapping is what a host may put a message into. Packages that reflect call no
// methods on fields that are not exported.
type wrapping struct {
	Message   *provider.Message
	Value     provider.Message
	Clearance consent.Clearance
	message   *provider.Message
	value     provider.Message
	clearance consent.Clearance
	nested    map[string][]any
}

func wrapped(t *testing.T, channel contact.Channel) (in wrapping, secrets []string) {
	t.Helper()
	host := providertest.NewHost(t, &providertest.HostOptions{Clock: providertest.NewClock(start), Channel: channel})
	c, id := host.Clear(providertest.Draft{Person: 1234, Text: "Mme Zénobie, votre réunion. STOP"})
	m, err := provider.Compose(c, id)
	require.NoError(t, err)
	in = wrapping{Message: m, Value: *m, Clearance: c, message: m, value: *m, clearance: c, nested: map[string][]any{"x": {m, *m, c}}}
	secret := host.Address(1234).Reveal()
	return in, []string{"Zénobie", "Z\\u00e9nobie", "Z\\xc3", "nobie", secret, strings.TrimPrefix(secret, "+33"), "person-1234", "981234"}
}

// Whatever prints a message, or a value around one, shows neither address nor
// text: no verb of fmt, no logger, no dump of a test library that walks memory.
func TestPrintingShowsNothing(t *testing.T) {
	t.Parallel()

	for _, channel := range []contact.Channel{contact.SMS, contact.EmailChannel} {
		in, secrets := wrapped(t, channel)
		printed := map[string]string{}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%p", "%t", "%T", "% x", "%+q"} {
			for name, v := range map[string]any{
				"message": in.Message, "value": in.Value, "clearance": in.Clearance, "struct": in, "pointer": &in,
				"slice": []*provider.Message{in.Message}, "values": []provider.Message{in.Value}, "map": map[string]any{"m": in},
			} {
				printed[name+" with "+verb] = fmt.Sprintf(verb, v)
			}
		}
		var log bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
			slog.New(h).Info("sent", "message", in.Message, "value", in.Value, "clearance", in.Clearance, "struct", in)
		}
		printed["slog"] = log.String()
		var failure sink
		assert.ElementsMatch(&failure, []any{in}, []any{nil})
		assert.Equal(&failure, in, wrapping{})
		assert.Nil(&failure, in.Message)
		require.Contains(t, failure.String(), "clearance", "the library prints what it compares")
		printed["a failed comparison"] = failure.String()
		for how, text := range printed {
			for _, secret := range secrets {
				require.Falsef(t, strings.Contains(text, secret), "%s shows %q", how, secret)
			}
		}
	}
}

// sink is a test that fails, and keeps what it would print.
type sink struct{ strings.Builder }

// Errorf implements assert.TestingT.
func (s *sink) Errorf(format string, args ...any) { fmt.Fprintf(s, format, args...) }

func TestMessageString(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	m := host.Message(providertest.Draft{Dispatch: uuid.MustParse("00000000-0000-4000-8000-000000000001")})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q"} {
		require.Equal(t, "message 00000000-0000-4000-8000-000000000001", fmt.Sprintf(verb, m), verb)
		require.Equal(t, "message 00000000-0000-4000-8000-000000000001", fmt.Sprintf(verb, *m), verb)
	}
	require.Equal(t, "no clearance", fmt.Sprint(consent.Clearance{}))
}

// Messages do not travel between processes, by whichever door.
func TestNothingEncodes(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	c, id := host.Clear(providertest.Draft{})
	m, err := provider.Compose(c, id)
	require.NoError(t, err)
	for name, v := range map[string]any{
		"message": m, "value": *m, "clearance": c,
		"field": struct{ M *provider.Message }{m}, "field by value": struct{ M provider.Message }{*m},
		"slice": []provider.Message{*m}, "map": map[string]consent.Clearance{"c": c},
	} {
		_, err := json.Marshal(v)
		require.ErrorIs(t, err, provider.ErrNotData, "json: "+name)
		require.Error(t, gob.NewEncoder(new(bytes.Buffer)).Encode(v), "gob: "+name)
		require.Error(t, xml.NewEncoder(new(bytes.Buffer)).Encode(v), "xml: "+name)
	}
	for name, call := range map[string]func() ([]byte, error){
		"json": m.MarshalJSON, "text": m.MarshalText, "gob": m.GobEncode,
		"clearance json": c.MarshalJSON, "clearance text": c.MarshalText, "clearance gob": c.GobEncode,
	} {
		_, err := call()
		require.ErrorIs(t, err, provider.ErrNotData, name)
	}
	require.ErrorIs(t, gob.NewEncoder(new(bytes.Buffer)).Encode(m), provider.ErrNotData)
	_, err = m.Open()
	require.NoError(t, err, "a failed attempt to encode does not use it up")
}

// Nothing is read back as a message, or as a clearance.
func TestNothingDecodes(t *testing.T) {
	t.Parallel()

	for _, document := range []string{"{}", `{"id":"00000000-0000-4000-8000-000000000001","clearance":{}}`, `"message"`, `[]`} {
		var m provider.Message
		var c consent.Clearance
		require.ErrorIs(t, json.Unmarshal([]byte(document), &m), provider.ErrNotData)
		require.ErrorIs(t, json.Unmarshal([]byte(document), &c), provider.ErrNotData)
		_, err := m.Open()
		require.ErrorIs(t, err, provider.ErrNoClearance)
		require.ErrorIs(t, c.Live(), provider.ErrNoClearance)
	}
	m, c := new(provider.Message), new(consent.Clearance)
	for name, err := range map[string]error{
		"text": m.UnmarshalText(nil), "gob": m.GobDecode(nil), "clearance text": c.UnmarshalText(nil), "clearance gob": c.GobDecode(nil),
	} {
		require.ErrorIs(t, err, provider.ErrNotData, name)
	}
}
