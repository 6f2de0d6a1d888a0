package consent_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// twoClocks shows one time on the wall and another for the machine.
type twoClocks struct {
	wall    time.Time
	elapsed time.Duration
}

func (c *twoClocks) Now() time.Time         { return c.wall }
func (c *twoClocks) Elapsed() time.Duration { return c.elapsed }
func (c *twoClocks) run(d time.Duration)    { c.wall, c.elapsed = c.wall.Add(d), c.elapsed+d }

// cleared returns a clearance for phone 1, made at monday, and its clocks.
func cleared(t *testing.T, change func(*consent.Request)) (consent.Clearance, *twoClocks) {
	t.Helper()
	clock := &twoClocks{wall: monday, elapsed: time.Hour}
	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) { o.Clock = clock })
	w.record(1, agreed(1))
	r := w.person(1)
	r.Dispatch = id(42)
	c := w.clear(with(change), r)
	require.True(t, c.Decision.Allowed(), c.Decision.String())
	return c.Clearance, clock
}

func same(*consent.Request) {}

func TestClear(t *testing.T) {
	t.Parallel()

	c, _ := cleared(t, same)
	require.NoError(t, c.Live())
	require.Equal(t, id(42), c.Dispatch())
	require.Equal(t, contact.SMS, c.Channel())
	require.EqualValues(t, "FR", c.Territory())
	require.Equal(t, 1, c.Segments())
	require.Equal(t, time.Date(2024, 6, 3, 20, 0, 0, 0, time.UTC), c.Deadline(), "22:00 in Paris ends the window")
	require.False(t, c.Used())
	require.Equal(t, "no such number +…", c.Redact("no such number +33639980001"))

	got, err := c.Redeem()
	require.NoError(t, err)
	require.Equal(t, phone(t, 1), got.To)
	require.Equal(t, goodText, got.Content.Text)
	require.Equal(t, "MARTIN24", got.Sender.Value)
	require.Equal(t, c.Deadline(), got.Deadline)
	require.True(t, c.Used())
	require.ErrorIs(t, c.Live(), consent.ErrOpened)
	_, err = c.Redeem()
	require.ErrorIs(t, err, consent.ErrOpened)
	copied := c
	_, err = copied.Redeem()
	require.ErrorIs(t, err, consent.ErrOpened, "a copy is the same clearance")
}

func TestZeroClearance(t *testing.T) {
	t.Parallel()

	var c consent.Clearance
	require.ErrorIs(t, c.Live(), consent.ErrNoClearance)
	_, err := c.Redeem()
	require.ErrorIs(t, err, consent.ErrNoClearance)
	require.Equal(t, "no clearance", fmt.Sprint(c))
	require.Equal(t, "text", c.Redact("text"))
	require.False(t, c.Used())
	require.Zero(t, c.Segments())
	require.Equal(t, contact.NoChannel, c.Channel())
	require.Empty(t, c.Territory())
	require.Zero(t, c.Deadline())
	require.Equal(t, uuid.Nil, c.Dispatch())
}

// A clearance dies of age on either clock, and at its deadline.
func TestClearanceLife(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		change func(*consent.Request)
		pass   func(*twoClocks)
		want   string
	}{
		"five seconds later":              {same, func(c *twoClocks) { c.run(5 * time.Second) }, ""},
		"a moment more":                   {same, func(c *twoClocks) { c.run(5*time.Second + 1) }, "consent: clearance expired: older than 5s"},
		"the machine slept":               {same, func(c *twoClocks) { c.wall = c.wall.Add(time.Minute) }, "consent: clearance expired: older than 5s"},
		"the wall clock was put back":     {same, func(c *twoClocks) { c.elapsed += time.Minute; c.wall = c.wall.Add(time.Second) }, "consent: clearance expired: older than 5s"},
		"the wall clock was put far back": {same, func(c *twoClocks) { c.wall = c.wall.Add(-time.Second) }, "consent: clearance expired: the clock went back"},
		"the machine's clock went back":   {same, func(c *twoClocks) { c.elapsed-- }, "consent: clearance expired: the clock went back"},
		"almost at its deadline": {
			func(r *consent.Request) { r.NotAfter = monday.Add(2 * time.Second) },
			func(c *twoClocks) { c.run(2*time.Second - 1) }, "",
		},
		"at its deadline": {
			func(r *consent.Request) { r.NotAfter = monday.Add(2 * time.Second) },
			func(c *twoClocks) { c.run(2 * time.Second) }, "consent: clearance expired: past its deadline",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, clock := cleared(t, tt.change)
			tt.pass(clock)
			live := c.Live()
			_, err := c.Redeem()
			if tt.want == "" {
				require.NoError(t, live)
				require.NoError(t, err)
				return
			}
			require.EqualError(t, live, tt.want)
			require.EqualError(t, err, tt.want)
			require.ErrorIs(t, err, consent.ErrExpired)
			require.False(t, c.Used())
		})
	}
}

// A clearance is as old as the moment before its facts were read.
func TestClearanceAgesWhileFactsAreRead(t *testing.T) {
	t.Parallel()

	clock := &twoClocks{wall: monday}
	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Clock = clock
		o.Readers = []consent.FactReader{readerFunc(func([]consent.Facts) error { clock.run(4 * time.Second); return nil })}
	})
	w.record(1, agreed(1))
	c := w.clear(politicalRequest(), w.person(1)).Clearance
	clock.run(time.Second)
	require.NoError(t, c.Live())
	clock.run(1)
	require.ErrorIs(t, c.Live(), consent.ErrExpired)
}

func TestRedeemOnceAmongMany(t *testing.T) {
	t.Parallel()

	c, _ := cleared(t, same)
	got := make(chan error, 8)
	for range 8 {
		go func() { _, err := c.Redeem(); got <- err }()
	}
	opened := 0
	for range 8 {
		if err := <-got; err == nil {
			opened++
		} else {
			require.ErrorIs(t, err, consent.ErrOpened)
		}
	}
	require.Equal(t, 1, opened)
}

// Clear takes neither fingerprint nor inspection on trust.
func TestClearTrustsNobody(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	w.record(1, agreed(1))
	w.record(2, agreed(2))
	w.list1(suppression.Entry{Class: suppression.Refusal})

	forged := w.person(1)
	forged.Point.Fingerprint = w.keyring.Fingerprint(phone(t, 2))
	require.True(t, ptr(w.decide(politicalRequest(), forged)).Allowed(), "a preview believes the source")
	got := w.clear(politicalRequest(), forged)
	require.Equal(t, consent.CodeRefused, got.Decision.Code)
	require.ErrorIs(t, got.Clearance.Live(), consent.ErrNoClearance)

	praised := w.person(2)
	praised.Content.Text = "Votez!"
	praised.Inspected = &consent.Inspection{Identity: true, Stop: true, Notice: true, Origin: true}
	require.True(t, ptr(w.decide(politicalRequest(), praised)).Allowed())
	require.EqualValues(t, "content.identity", w.clear(politicalRequest(), praised).Decision.Code)
	require.NotNil(t, praised.Inspected, "the caller's recipient is not changed")

	blamed := w.person(2)
	require.True(t, ptr(w.clear(politicalRequest(), blamed)).Decision.Allowed())
	blamed.Inspected = &consent.Inspection{Identity: true, Notice: true, Origin: true}
	require.EqualValues(t, "content.stop", w.clear(politicalRequest(), blamed).Decision.Code, "what the caller says is lacking is lacking")
}

// Each recipient gets a decision of their own, in order.
func TestClearBatch(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	var people []consent.Recipient
	for n := range 50 {
		if n%2 == 0 {
			w.record(n, agreed(n))
		}
		people = append(people, w.person(n))
	}
	out, err := w.gate.Clear(t.Context(), politicalRequest(), people)
	require.NoError(t, err)
	for n, c := range out {
		require.Equal(t, n%2 == 0, c.Decision.Allowed())
		got, err := c.Clearance.Redeem()
		if n%2 == 0 {
			require.NoError(t, err)
			require.Equal(t, phone(t, n), got.To)
			continue
		}
		require.ErrorIs(t, err, consent.ErrNoClearance)
	}
}

// Nothing that a program prints, logs or writes down holds a person.
func TestPrintsNothingPersonal(t *testing.T) {
	t.Parallel()

	const secret = "votez pour Ada Lovelace"
	clock := &twoClocks{wall: monday}
	var logged bytes.Buffer
	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Clock = clock
		o.Logger = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	a := agreed(1)
	a.Subject, a.Evidence.Text = "subject-ada", "OUI de Ada"
	w.record(1, a)
	r := w.person(1)
	r.Contact.Subject = "subject-ada"
	r.Content.Text = goodText + " " + secret
	got := w.clear(politicalRequest(), r)
	require.True(t, got.Decision.Allowed())
	require.Contains(t, logged.String(), "msg=cleared campaign=c1 asked=1 allowed=1")

	require.Empty(t, got.Trace.Facts.Subject)
	require.Zero(t, got.Trace.Facts.Fingerprint)
	require.Empty(t, got.Trace.Facts.Acts)

	type wrapped struct {
		Clearance consent.Clearance
		clearance consent.Clearance
		Content   consent.Content
	}
	traced, err := json.Marshal(got.Trace)
	require.NoError(t, err)
	decided, err := json.Marshal(got.Decision)
	require.NoError(t, err)
	content, err := json.Marshal(r.Content)
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`{"digest":"%x"}`, ptr(r.Content.Digest())[:]), string(content))
	texts := []string{string(traced), string(decided), string(content), logged.String(), r.Content.String(), got.Clearance.String()}
	box := wrapped{got.Clearance, got.Clearance, r.Content}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, got.Clearance), fmt.Sprintf(verb, r.Content), fmt.Sprintf(verb, box), fmt.Sprintf(verb, &box))
	}
	for _, text := range texts {
		for _, bad := range []string{secret, "Lovelace", "639980001", "subject-ada", "OUI", fmt.Sprintf("%x", secret)} {
			require.NotContains(t, text, bad)
		}
	}

	for _, v := range []any{got.Clearance, box, &box} {
		_, err = json.Marshal(v)
		require.ErrorIs(t, err, consent.ErrNotData)
	}
	_, err = got.Clearance.MarshalText()
	require.ErrorIs(t, err, consent.ErrNotData)
	require.ErrorIs(t, gob.NewEncoder(new(bytes.Buffer)).Encode(got.Clearance), consent.ErrNotData)
	var forged consent.Clearance
	_ = json.NewDecoder(strings.NewReader(`{"c":{"to":"+33639980001"}}`)).Decode(&forged)
	require.ErrorIs(t, forged.Live(), consent.ErrNoClearance)
}

func TestSegments(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	w.record(1, agreed(1))
	for text, want := range map[string]int{
		goodText: 1,
		goodText + " " + strings.Repeat("e", 160): 2,
		goodText + " ê" + strings.Repeat("e", 40): 2 + 1,
	} {
		r := w.person(1)
		r.Content.Text = text
		require.Equal(t, want, w.clear(politicalRequest(), r).Clearance.Segments(), text)
	}
}

// Of a redemption and an end, one comes first, and the other learns of it.
func TestVoid(t *testing.T) {
	t.Parallel()

	require.True(t, consent.Clearance{}.Void())
	c, _ := cleared(t, same)
	require.True(t, c.Void())
	require.True(t, c.Void())
	require.False(t, c.Used())
	_, err := c.Redeem()
	require.ErrorIs(t, err, consent.ErrOpened)

	c, _ = cleared(t, same)
	_, err = c.Redeem()
	require.NoError(t, err)
	require.False(t, c.Void())
	require.True(t, c.Used())

	for range 200 {
		c, _ := cleared(t, same)
		redeemed := make(chan bool)
		go func() { _, err := c.Redeem(); redeemed <- err == nil }()
		voided := c.Void()
		require.NotEqual(t, voided, <-redeemed)
	}
}
