package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// The workers of a demonstration are copies of the program that it runs in.
func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-as") {
		main()
		return
	}
	m.Run()
}

// classes are those of 2,000 subscribers, with the one that those are in who get
// the message.
func classes(message campaign.Class) campaign.Tally {
	return campaign.Tally{
		message: 1840,
		{State: campaign.Excluded, Code: "service.no-relation"}:  100,
		{State: campaign.Excluded, Code: "suppression.refusal"}:  40,
		{State: campaign.Excluded, Code: campaign.CodeDuplicate}: 20,
	}
}

// The whole of it, with a server of its own: whoever is killed, everybody who is
// to get the message gets it, and nobody twice.
func TestDemonstration(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	f, err := demonstrate(t.Context(), options{workers: 3, contacts: 2000, kills: 2, seed: 1}, &out)
	if errors.Is(err, pgtest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err, out.String())
	t.Log(out.String())
	require.Equal(t, classes(campaign.Class{State: campaign.Ready, Code: "service.related"}), f.launched)
	require.Equal(t, campaign.Running, f.final.Status)
	require.Equal(t, classes(campaign.Class{State: campaign.HandedOver}), f.final.Tally)
	require.Zero(t, f.final.Left)

	require.Equal(t, 1840, f.got.messages)
	require.NoError(t, f.got.once())
	sum := 0
	for _, n := range f.got.byWorker {
		sum += n
	}
	require.Equal(t, 1840, sum)

	// Two more were started in their place, and a last one for what never went.
	require.Contains(t, out.String(), "worker-5 started")
	// Each of the two was killed when the carrier had taken one of its messages
	// at least, and left no more than a batch behind.
	require.Len(t, f.killed, 2)
	for _, name := range f.killed {
		require.Positive(t, f.got.byWorker[name])
	}
	require.GreaterOrEqual(t, f.unknown, 2)
	require.LessOrEqual(t, f.unknown, 2*20)
	require.GreaterOrEqual(t, f.found, 2)
	require.LessOrEqual(t, f.found, f.unknown)
}

// A demonstration that is stopped in the middle ends in order; the next one over
// the same database goes on, and leaves alone what it cannot know of.
func TestStopped(t *testing.T) {
	t.Parallel()

	o := options{db: pgtest.Start(t).URL("postgres"), workers: 2, contacts: 2000, kills: 1, seed: 2}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out bytes.Buffer
	first, err := demonstrate(ctx, o, io.MultiWriter(&out, calls{"was killed", cancel}))
	require.NoError(t, err, out.String())
	require.Contains(t, out.String(), "stopped before the end")
	require.Equal(t, 2000, first.final.Tally.Total())
	require.Positive(t, first.final.Left)
	doubtful := first.final.Tally.In(campaign.Unknown, campaign.InFlight)
	require.Positive(t, doubtful)
	require.LessOrEqual(t, doubtful, 20, "those of the worker that was killed, and no others")
	handed := first.final.Tally.In(campaign.HandedOver)
	require.Equal(t, 1840, handed+doubtful+first.final.Left)

	o.kills = 0
	out.Reset()
	second, err := demonstrate(t.Context(), o, &out)
	require.NoError(t, err, out.String())
	require.Equal(t, doubtful, second.final.Tally.In(campaign.Unknown))
	require.Equal(t, 1840-doubtful, second.final.Tally.In(campaign.HandedOver))
	require.Equal(t, doubtful, second.unknown)
	require.Zero(t, second.found)
	require.Equal(t, 1840-doubtful-handed, second.got.messages, "what the first had sent is not sent again")
	require.NoError(t, second.got.once())
	require.Contains(t, out.String(), "cannot say of ")
}

// calls is a writer that calls a function when it is written a text.
type calls struct {
	text string
	call func()
}

func (c calls) Write(b []byte) (int, error) {
	if strings.Contains(string(b), c.text) {
		c.call()
	}
	return len(b), nil
}

// A worker that fails by itself is not started again: the error comes out.
func TestWorkerFails(t *testing.T) {
	t.Parallel()

	f := &fleet{db: "postgres://nobody@127.0.0.1:1/none", carrier: "http://127.0.0.1:1", event: t.Logf}
	err := f.run(t.Context(), 1)
	require.ErrorContains(t, err, "worker-1: exit status 1: workers: ")
	require.Equal(t, 1, f.named)
	require.Zero(t, f.count())
	require.Empty(t, f.killed)
	require.EqualError(t, f.kill("worker-1"), "worker-1 is not there to be killed")
}

func TestSubscribers(t *testing.T) {
	t.Parallel()

	known := map[contact.Address]bool{}
	keyring, err := suppression.NewKeyring([]byte("a secret of the test, not of a host"))
	require.NoError(t, err)
	sums := [3]int{}
	for n := range mostContacts {
		s := subscriber{n}
		c, err := s.contact()
		require.NoError(t, err)
		a := c.Points[0].Address
		require.True(t, a.Fictional())
		require.Equal(t, s.shares(), known[a])
		known[a] = true
		ways := 0
		for i, is := range []bool{s.shares(), s.refuses(), s.left()} {
			if is {
				sums[i]++
				ways++
			}
		}
		require.LessOrEqual(t, ways, 1)
		if s.refuses() {
			entry := s.refusal(keyring.Fingerprint(a))
			require.NoError(t, entry.Validate())
		}
	}
	require.Equal(t, [3]int{600, 1200, 3000}, sums)
}

func TestParse(t *testing.T) {
	t.Parallel()

	o, err := parse([]string{"-n", "5", "-contacts", "60000", "-kills", "0", "-seed", "7", "-db", "postgres://x"})
	require.NoError(t, err)
	require.Equal(t, options{db: "postgres://x", workers: 5, contacts: 60_000, seed: 7}, o)
	o, err = parse([]string{"-as", "worker-9", "-carrier", "http://y", "-db", "postgres://x"})
	require.NoError(t, err)
	require.Equal(t, "worker-9", o.worker)
	for args, want := range map[string]string{
		"more":                  `unexpected argument "more"`,
		"-n 0":                  "-n: at least one worker",
		"-contacts 0":           "-contacts: between 1 and 60000",
		"-contacts 60001":       "-contacts: between 1 and 60000",
		"-kills -1":             "-kills: not fewer than none",
		"-as w -db postgres://": "-as: a worker needs -carrier and -db",
		"-as w -carrier http:":  "-as: a worker needs -carrier and -db",
	} {
		_, err := parse(strings.Fields(args))
		require.EqualError(t, err, want, args)
	}
}

func TestScreen(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	s := &screen{out: &out, terminal: true}
	s.say("begun")
	s.show("%d done", 1)
	s.say("killed")
	s.show("")
	s.say("over")
	line := wipe + whole + "1 done" + fold
	require.Equal(t, "begun\n"+line+wipe+"killed\n"+strings.TrimPrefix(line, wipe)+wipe+whole+fold+"over\n", out.String())

	out.Reset()
	s = newScreen(&out)
	s.show("1 done")
	s.say("over")
	require.Equal(t, "over\n", out.String(), "a file has no line to write again")
}

func TestProgress(t *testing.T) {
	t.Parallel()

	now := &campaign.Snapshot{PerSecond: 812.4, Tally: classes(campaign.Class{State: campaign.HandedOver})}
	now.Tally[campaign.Class{State: campaign.Unknown}] = 3
	require.Equal(t, "3 unknown, 1840 handed-over, 812 a second, workers: 2", progress(now, 2))

	names := []string{"worker-10", "worker-2", "worker-1"}
	slices.SortFunc(names, byNumber)
	require.Equal(t, []string{"worker-1", "worker-2", "worker-10"}, names)
}
