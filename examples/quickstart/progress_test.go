package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/stretchr/testify/require"
)

// childArgs are, in a process of this test, the arguments of a quickstart.
const childArgs = "QUICKSTART_ARGS"

func TestMain(m *testing.M) {
	text := os.Getenv(childArgs)
	if text == "" {
		os.Exit(m.Run())
	}
	var args []string
	if err := json.Unmarshal([]byte(text), &args); err != nil {
		panic(err) // a programmer's error: written below
	}
	os.Args = append(os.Args[:1], args...)
	main()
}

// child returns a process that tells the story.
func child(t *testing.T, out *bytes.Buffer, args ...string) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(args)
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childArgs+"="+string(text))
	c.Stdout, c.Stderr = out, out
	return c
}

// steady returns the document of -json, without what is random or told each time.
func steady(t *testing.T, text string) map[string]any {
	t.Helper()
	var d map[string]any
	require.NoError(t, json.Unmarshal([]byte(chains.ReplaceAllString(text, "")), &d))
	delete(d, "explanation")
	delete(d, "forged")
	return d
}

func TestSameStoryInAFile(t *testing.T) {
	t.Parallel()

	name := filepath.Join(t.TempDir(), "story.db")
	require.Equal(t, chains.ReplaceAllString(told(t), ""), chains.ReplaceAllString(told(t, "-db", name), ""))

	records, err := os.ReadFile(name + ".carrier")
	require.NoError(t, err)
	page := filepath.Join(t.TempDir(), "page.html")
	again := told(t, "-db", name, "-html", page)
	require.Contains(t, again, "11. The campaign runs, and STOPs arrive in the middle of it: told before")
	require.Contains(t, again, "Comment avez-vous eu mon numéro", "whoever asks is answered each time")
	require.NotContains(t, again, "handed over")
	after, err := os.ReadFile(name + ".carrier")
	require.NoError(t, err)
	require.True(t, bytes.Equal(records, after), "nothing is sent again")

	require.Equal(t, steady(t, told(t, "-json")), steady(t, told(t, "-db", name, "-json")))
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Contains(t, string(html), "said STOP while it ran")
}

// A process is killed again and again, at any moment, and another goes on.
func TestKilled(t *testing.T) {
	t.Parallel()

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	name := filepath.Join(t.TempDir(), "story.db")
	args := []string{"-db", name, "-json"}
	kills := 0
	var out bytes.Buffer
	for size := int64(0); ; {
		out.Reset()
		c := child(t, &out, args...)
		require.NoError(t, c.Start())
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		// Two of three while messages go, by the carrier's million bytes of
		// records, and the others at any time.
		at, delay := int64(0), time.Duration(rng.Int64N(int64(time.Second)))
		if rng.IntN(3) < 2 {
			size += 1 + rng.Int64N(100_000)
			at, delay = size, 0
		}
		if kills >= 25 {
			at = 1 << 40 // never: enough is enough
		}
		killed, err := killAt(c, ended, name+".carrier", at, delay)
		if !killed {
			require.NoError(t, err, out.String())
			break
		}
		kills++
	}
	t.Logf("%d kills", kills)
	require.Greater(t, kills, 2)

	var d document
	require.NoError(t, json.Unmarshal(out.Bytes(), &d))
	for _, p := range d.Previews {
		require.Equal(t, d.People, sum(p.Tally), p.Campaign)
	}
	require.Equal(t, 2000, d.People)
	require.Zero(t, d.MessagedAfterStop)
	require.Positive(t, d.StoppedMidway)
	require.Equal(t, d.People, sum(d.Final))
	sent := d.Final["handed-over"] + d.Final["delivered"] + d.Final["undelivered"]
	require.Equal(t, []int{sent, sent, sent}, []int{d.Run.HandedOver, d.Billed, d.Reconciled.HandedOver}, "ours, and the carrier's")
	require.Equal(t, d.Previews[2].Messages, sent+d.Final["cancelled"], "nobody is left out for a kill")
	require.Empty(t, d.Verified.Faults)
	require.Equal(t, d.Previews[1].Tally["ready:request.first"], d.Asked)
	whole := figuresOf(t)
	require.Equal(t, whole.Answers, d.Answers)
	require.Equal(t, whole.Second, d.Second)

	r, err := openRecords(name+".carrier", false)
	require.NoError(t, err)
	require.NoError(t, r.close())
	dispatches := map[provider.DispatchID]bool{}
	texts := map[contact.Address]map[string]bool{}
	for _, h := range r.taken {
		require.False(t, dispatches[h.Dispatch], "handed over twice")
		dispatches[h.Dispatch] = true
		if texts[h.To] == nil {
			texts[h.To] = map[string]bool{}
		}
		require.False(t, texts[h.To][h.Text], "somebody has a text twice")
		texts[h.To][h.Text] = true
	}
}

// killAt kills a process some time after a file has reached a size. It returns
// whether it did, or how the process ended before.
func killAt(c *exec.Cmd, ended <-chan error, name string, size int64, delay time.Duration) (killed bool, err error) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	var over <-chan time.Time
	for {
		select {
		case err := <-ended:
			return false, err
		case <-over:
			_ = c.Process.Kill() // or it has just ended
			err := <-ended
			return err != nil, nil
		case <-tick.C:
			if info, err := os.Stat(name); over == nil && err == nil && info.Size() >= size {
				over = time.After(delay)
			}
		}
	}
}

// A STOP that the carrier passed on to a process which was killed before it
// acknowledged it comes again, before anything is sent.
func TestUnacknowledgedStop(t *testing.T) {
	t.Parallel()

	o, err := parse([]string{"-db", filepath.Join(t.TempDir(), "story.db")})
	require.NoError(t, err)
	s, err := newStory(t.Context(), o, begunWith(o, shippedContacts, shippedRefusals), io.Discard)
	require.NoError(t, err)
	for _, c := range s.chapters(shippedContacts, shippedRefusals) {
		if c.title == "The campaign runs, and STOPs arrive in the middle of it" {
			break
		}
		require.NoError(t, c.tell(t.Context()))
		s.parts++
	}
	require.NoError(t, s.keep(t.Context()))
	page, err := s.contacts.Page(t.Context(), base.ID, "", 1<<20)
	require.NoError(t, err)
	i := slices.IndexFunc(page.Contacts, func(c contact.Contact) bool {
		history, err := s.register.History(t.Context(), c.Points[0].Address)
		return err == nil && agreed(history.Acts)
	})
	who := page.Contacts[i].Points[0].Address
	require.NoError(t, s.records.stop(stopEvent("unheard", who, s.now)))
	require.NoError(t, s.end())

	told(t, "-db", o.db)
	r, err := openRecords(o.db+".carrier", false)
	require.NoError(t, err)
	require.NoError(t, r.close())
	last := r.taken[slices.IndexFunc(r.taken, func(h loopback.Handed) bool { return h.To == who }):]
	require.False(t, slices.ContainsFunc(last[1:], func(h loopback.Handed) bool { return h.To == who }), "written to after a STOP")
}

func TestBegunOtherwise(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	name := filepath.Join(dir, "story.db")
	told(t, "-db", name)
	contacts := filepath.Join(dir, "contacts.csv")
	require.NoError(t, os.WriteFile(contacts, append(shippedContacts[:len(shippedContacts):len(shippedContacts)], '\n'), 0o600))
	for want, args := range map[string][]string{
		"begun with -seed 1":                       {"-seed", "2"},
		"begun with -at 2024-06-03T10:00:00+02:00": {"-at", "2024-06-04T10:00:00+02:00"},
		"begun with other -contacts":               {"-contacts", contacts},
		"begun with other -refusals":               {"-refusals", contacts},
	} {
		require.ErrorContains(t, run(t.Context(), append([]string{"-db", name}, args...), new(bytes.Buffer)), want)
	}

	fails := func(name string) error { return run(t.Context(), []string{"-db", name}, new(bytes.Buffer)) }
	require.NoError(t, os.WriteFile(filepath.Join(dir, "new.db.carrier"), nil, 0o600))
	require.ErrorContains(t, fails(filepath.Join(dir, "new.db")), "records of another story")
	records, err := os.ReadFile(name + ".carrier")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name+".carrier", append([]byte("{}\n"), records...), 0o600))
	require.ErrorContains(t, fails(name), "line 1: neither")
	require.NoError(t, os.WriteFile(name+".carrier", append(records, `{"taken":`...), 0o600))
	require.NoError(t, fails(name), "a line that was not finished was not taken")
	require.NoError(t, os.Remove(name+".carrier"))
	require.ErrorContains(t, fails(name), "the carrier's records")
	require.ErrorContains(t, fails(contacts), "not a database")
}
