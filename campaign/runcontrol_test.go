package campaign_test

import (
	"context"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// pacing returns a runner for which waiting is the passing of the host's clock,
// and what it waited.
func (h *host) pacing(opts campaign.RunnerOptions) (*campaign.Runner, *[]time.Duration) {
	h.t.Helper()
	waits := &[]time.Duration{}
	opts.Sleep = func(_ context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		h.pass(d)
		return nil
	}
	r, err := campaign.NewRunner(h.gate, h.contacts, h.outbox, h.inbox, h.carrier, &opts)
	require.NoError(h.t, err)
	return r, waits
}

func (h *host) saved(id string) campaign.Saved {
	h.t.Helper()
	s, err := h.outbox.Campaign(h.t.Context(), id)
	require.NoError(h.t, err)
	return s
}

// The first messages go, and then somebody looks.
func TestPilot(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 10)...)
	c := content("c", martin)
	c.Pilot = 5
	h.launch(c)
	require.Equal(t, 5, h.run("c").HandedOver)
	require.Equal(t, 0, h.run("c").HandedOver)
	got := h.saved("c")
	require.Equal(t, campaign.Paused, got.Status)
	require.Equal(t, campaign.PilotDone, got.Changed().Why)
	require.Equal(t, campaign.ByAccord, got.Changed().By)

	require.ErrorContains(t, h.runner.Resume(t.Context(), "c", "", "fine"), "nobody says who does it and why")
	require.ErrorContains(t, h.runner.Resume(t.Context(), "c", "a", ""), "nobody says who does it and why")
	require.NoError(t, h.runner.Resume(t.Context(), "c", "director", "no complaints"))
	require.Equal(t, 5, h.run("c").HandedOver)
	require.Equal(t, campaign.Running, h.saved("c").Status)
	require.Equal(t, 5, h.saved("c").Changed().Counts.Sent)
}

// limited is a campaign of 40 people whose shares mean something from 10 on.
func (h *host) limited(l campaign.Limits) {
	h.t.Helper()
	h.agree(martin, h.people(rented.ID, 40)...)
	l.AtLeast = 10
	c := content("c", martin)
	c.Limits, c.PerSecond = &l, 3 // of the batches of three, one a second
	h.launch(c)
}

func TestLimits(t *testing.T) {
	t.Parallel()

	stop := func(h *host, m loopback.Handed) { h.says(m.To, "STOP") }
	complain := func(h *host, m loopback.Handed) { h.handle(provider.Event{Kind: provider.Complaint, From: m.To}) }
	undelivered := func(h *host, m loopback.Handed) {
		h.handle(provider.Event{Kind: provider.DeliveryReceipt, From: m.To, Dispatch: m.Dispatch, Status: provider.Undelivered, Sent: h.now})
	}
	for name, test := range map[string]struct {
		limits campaign.Limits
		after  func(h *host, m loopback.Handed) // of every fourth message, once its batch is out
		answer func(n int, m loopback.Handed) loopback.Answer
		want   campaign.Why
	}{
		"refusals":         {campaign.Limits{Refusals: 0.2}, stop, nil, campaign.OverRefusals},
		"few refusals":     {campaign.Limits{Refusals: 0.3}, stop, nil, ""},
		"complaints":       {campaign.Limits{Complaints: 0.2}, complain, nil, campaign.OverComplaints},
		"not delivered":    {campaign.Limits{Failures: 0.2}, undelivered, nil, campaign.OverFailures},
		"refused":          {campaign.Limits{Failures: 0.2}, nil, outcome(provider.Rejected, provider.BadContent), campaign.OverFailures},
		"lost":             {campaign.Limits{Unknowns: 0.2}, nil, func(int, loopback.Handed) loopback.Answer { return loopback.Answer{Lost: true} }, campaign.OverUnknowns},
		"another limit":    {campaign.Limits{Unknowns: 0.2}, stop, nil, ""},
		"no limits at all": {campaign.Limits{}, stop, outcome(provider.Rejected, provider.BadContent), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHost(t)
			h.limited(test.limits)
			h.script = test.answer
			heard := 0
			runner, _ := h.pacing(campaign.RunnerOptions{Progress: func(campaign.Summary) {
				for _, m := range h.carrier.Inbox()[min(heard, len(h.carrier.Inbox())):] {
					if heard++; heard%4 == 0 && test.after != nil {
						test.after(h, m)
					}
				}
			}})
			_, err := runner.Run(t.Context(), "c")
			require.NoError(t, err)
			got := h.saved("c")
			if test.want == "" {
				require.Equal(t, campaign.Running, got.Status)
				require.Zero(t, h.tally("c").In(campaign.Ready))
				return
			}
			require.Equal(t, campaign.Paused, got.Status)
			require.Equal(t, test.want, got.Changed().Why)
			require.Positive(t, h.tally("c").In(campaign.Ready), "most of it did not go")
			sent := 40 - h.tally("c").In(campaign.Ready, campaign.Cancelled)
			require.GreaterOrEqual(t, sent, 10)
			require.LessOrEqual(t, sent, 21)
		})
	}
}

// slowCounts takes ten seconds to count.
type slowCounts struct {
	campaign.Outbox
	h     *host
	looks *int
}

func (s slowCounts) Tally(ctx context.Context, id string) (campaign.Tally, error) {
	*s.looks++
	s.h.pass(10 * time.Second)
	return s.Outbox.Tally(ctx, id)
}

// Where counting takes long it is done less often, for a twentieth of the time.
func TestLimitsOfSlowCounts(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 60)...)
	c := content("c", martin)
	c.PerSecond = 0.1 // ten minutes
	h.launch(c)
	looks := 0
	opts := campaign.RunnerOptions{Lease: time.Hour, Sleep: func(_ context.Context, d time.Duration) error { h.pass(d); return nil }}
	r, err := campaign.NewRunner(h.gate, h.contacts, slowCounts{h.outbox, h, &looks}, h.inbox, h.carrier, &opts)
	require.NoError(t, err)
	s, err := r.Run(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, 60, s.HandedOver)
	require.Equal(t, 3, looks, "at the start, and after 200 seconds each")
}

// One worker looks at a time, however long it takes.
func TestLooksOneAtATime(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	due, done := campaign.NewWatch(h)
	began := h.elapsed
	require.True(t, due())
	h.pass(time.Minute)
	require.False(t, due(), "somebody is looking")
	done(began)
	h.pass(19 * time.Minute)
	require.False(t, due())
	h.pass(time.Minute)
	require.True(t, due())
	done(h.elapsed)
	h.pass(999 * time.Millisecond)
	require.False(t, due())
	h.pass(time.Millisecond)
	require.True(t, due())
}

// What somebody has looked at is not counted again.
func TestLimitsAfterResume(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.limited(campaign.Limits{Failures: 0.2})
	h.script = outcome(provider.Rejected, provider.BadContent)
	runner, _ := h.pacing(campaign.RunnerOptions{})
	_, err := runner.Run(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, campaign.OverFailures, h.saved("c").Changed().Why)
	before := h.saved("c").Changed()
	h.script = nil
	require.NoError(t, runner.Resume(t.Context(), "c", "director", "the carrier had a fault"))
	_, err = runner.Run(t.Context(), "c")
	require.NoError(t, err)
	got := h.saved("c")
	require.Equal(t, campaign.Running, got.Status)
	require.Equal(t, []campaign.StatusChange{before, got.Changed()}, got.Changes)
	require.Equal(t, got.Changed().Counts.Failures, got.Changed().Counts.Sent, "all that had gone had failed")
}

// A pace so slow that a lease ends while waiting still sends everything, each
// once.
func TestSlowPace(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 6)...)
	c := content("c", martin)
	c.PerSecond = 0.01
	h.launch(c)
	runner, waits := h.pacing(campaign.RunnerOptions{})
	s, err := runner.Run(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, 6, s.HandedOver)
	require.Len(t, h.carrier.Inbox(), 6)
	require.Len(t, *waits, 5)
	for _, d := range *waits {
		require.Equal(t, 100*time.Second, d)
	}
}

// From 10 o'clock until 16 on the next day there are 18 hours in which messages
// may go, in Paris, and a spread uses them all.
func TestSpread(t *testing.T) {
	t.Parallel()

	h := newHost(t) // Monday 3 June, 10:00 in Paris
	h.agree(martin, h.people(rented.ID, 36)...)
	c := content("c", martin)
	c.Spread = &campaign.Spread{Until: time.Date(2024, 6, 4, 14, 0, 0, 0, time.UTC), Territory: "FR"}
	p, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	require.Equal(t, 20*time.Hour, p.Pacing.Open)
	require.InDelta(t, 36.0/(20*3600), p.Pacing.Needed, 1e-9)
	require.True(t, p.Pacing.Possible)
	c.PerSecond = 0.0001
	p, err = h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	require.False(t, p.Pacing.Possible, "said before the launch")

	c.PerSecond = 0
	h.launch(c)
	runner, _ := h.pacing(campaign.RunnerOptions{})
	for range 3 {
		s, err := runner.Run(t.Context(), "c")
		require.NoError(t, err)
		if s.Next.IsZero() {
			break
		}
		h.pass(s.Next.Sub(h.now)) // through the night
	}
	require.Len(t, h.carrier.Inbox(), 36)
	last := h.carrier.Inbox()[35].At
	require.WithinDuration(t, c.Spread.Until, last, 45*time.Minute)
	for _, m := range h.carrier.Inbox() {
		require.True(t, m.At.Hour() >= 6 && m.At.Hour() < 20, "%v", m.At)
	}
}

// Two processes that know of each other share the pace.
func TestSpreadProcesses(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 8)...)
	c := content("c", martin)
	c.Spread = &campaign.Spread{Until: h.now.Add(8 * time.Minute), Territory: "FR"}
	h.launch(c)
	runner, waits := h.pacing(campaign.RunnerOptions{Processes: 2})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := runner.Run(ctx, "c")
	require.NoError(t, err)
	require.Equal(t, 2*time.Minute, (*waits)[0], "one a minute, by two")
}

func TestRunControlValidates(t *testing.T) {
	t.Parallel()

	until := time.Date(2024, 6, 4, 14, 0, 0, 0, time.UTC)
	for want, change := range map[string]func(*campaign.Campaign){
		"Pilot is negative":                  func(c *campaign.Campaign) { c.Pilot = -1 },
		"Spread.Until is the zero time":      func(c *campaign.Campaign) { c.Spread = &campaign.Spread{Territory: "FR"} },
		"Spread.Territory has no known zone": func(c *campaign.Campaign) { c.Spread = &campaign.Spread{Until: until} },
		"Spread.Until is after Request.NotAfter": func(c *campaign.Campaign) {
			c.Spread, c.Request.NotAfter = &campaign.Spread{Until: until}, until.Add(-1)
		},
		"field Limits.Refusals is not a share between 0": func(c *campaign.Campaign) { c.Limits = &campaign.Limits{Refusals: 1.1} },
		"Limits.AtLeast is negative":                     func(c *campaign.Campaign) { c.Limits = &campaign.Limits{AtLeast: -1} },
	} {
		c := content("c", martin)
		change(&c)
		require.ErrorContains(t, c.Validate(), want)
	}
}

// A campaign that is stopped keeps its sums, and what is on its way still ends.
func TestStopKeepsCounts(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 5)...)
	launched := h.launch(content("c", martin))
	lease, err := h.outbox.Lease(t.Context(), "c", "w", time.Minute)
	require.NoError(t, err)
	id := campaign.AttemptID{Dispatch: lease.Rows[0].Dispatch, No: 1}
	_, err = h.outbox.Mark(t.Context(), lease, []campaign.AttemptID{id})
	require.NoError(t, err)
	require.NoError(t, h.runner.Stop(t.Context(), "c", "director", "wrong text"))
	require.Equal(t, campaign.Tally{{State: campaign.InFlight}: 1, {State: campaign.Cancelled}: 4}, h.tally("c"))
	require.NoError(t, h.runner.Settle(t.Context(), id, provider.Outcome{Kind: provider.Accepted}))
	require.Equal(t, campaign.Tally{{State: campaign.HandedOver}: 1, {State: campaign.Cancelled}: 4}, h.tally("c"))
	require.Equal(t, launched.Total(), h.tally("c").Total())
	require.Equal(t, campaign.StatusChange{To: campaign.Stopped, By: "director", Why: "wrong text", At: h.now}, h.saved("c").Changed())
	require.ErrorIs(t, h.runner.Resume(t.Context(), "c", "a", "b"), campaign.ErrStatus)
}

func TestLook(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 20)
	h.agree(martin, people[:15]...)
	c := content("c", martin)
	c.PerSecond, c.Pilot = 0.1, 6
	h.launch(c)
	look := func() campaign.Snapshot {
		t.Helper()
		s, err := campaign.Look(t.Context(), h.outbox, "c")
		require.NoError(t, err)
		return s
	}
	s := look()
	require.Equal(t, []int{20, 5, 15}, []int{s.Audience, s.Done, s.Left})
	require.True(t, s.Started.IsZero() && s.Ends.IsZero())
	require.Equal(t, "c, running: 5 of 20 done, 15 left", s.Text(language.English, nil))

	runner, _ := h.pacing(campaign.RunnerOptions{})
	start := h.now
	_, err := runner.Run(t.Context(), "c")
	require.NoError(t, err)
	h.says(people[0], "STOP")
	s = look()
	require.Equal(t, campaign.Paused, s.Status)
	require.Equal(t, start, s.Started)
	require.Equal(t, []int{11, 9}, []int{s.Done, s.Left})
	require.InDelta(t, 6.0/60, s.PerSecond, 1e-9, "a worker waited once more, and found the pause")
	require.True(t, s.Ends.IsZero(), "paused")
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	require.Equal(t, "c, en pause : 11 sur 20 traités, 9 restants; par accord : le lot pilote est terminé; 0,1 par seconde; 1 refus", s.Text(language.French, paris))

	require.NoError(t, runner.Resume(t.Context(), "c", "a", "good"))
	h.pass(10 * time.Second)
	s = look()
	require.InDelta(t, 5.0/60, s.PerSecond, 1e-9, "of the last minute")
	require.Equal(t, h.now.Add(108*time.Second), s.Ends)
	require.Contains(t, s.Text(language.French, paris), "fin vers 2024-06-03 10:02")
	h.pass(time.Hour)
	s = look()
	require.Zero(t, s.PerSecond)
	require.True(t, s.Ends.IsZero(), "nobody knows when it goes on")
	require.InDelta(t, 6.0/3670, s.Overall, 1e-6)

	_, err = campaign.Look(t.Context(), h.outbox, "none")
	require.ErrorIs(t, err, contact.ErrNotFound)
}

// A refusal counts for the campaigns that it may answer, and a tester's for
// none.
func TestPulseOfTester(t *testing.T) {
	t.Parallel()

	h := hostWithTester(t)
	h.prove(content("c", martin), "1")
	require.True(t, h.says(number(90), "STOP").Test)
	p, err := h.outbox.Pulse(t.Context(), "proof/c/1/direction", time.Time{})
	require.NoError(t, err)
	require.Zero(t, p.Refusals)
	require.Equal(t, consent.CodeRefused, h.prove(content("c", martin), "2").Class.Code)
}

// A no is an answer to a question; a STOP is a sign.
func TestPulseOfAnswers(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 3)
	h.launch(asking("q", martin))
	h.run("q")
	h.says(people[0], "NON")
	h.says(people[1], "OUI")
	pulse := func() int {
		t.Helper()
		p, err := h.outbox.Pulse(t.Context(), "q", time.Time{})
		require.NoError(t, err)
		return p.Refusals
	}
	require.Zero(t, pulse())
	h.says(people[2], "STOP")
	h.says(people[1], "laissez-moi tranquille")
	require.Equal(t, 2, pulse())
}
