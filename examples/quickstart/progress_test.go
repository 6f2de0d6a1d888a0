package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/stretchr/testify/require"
)

// In a process of these tests, the arguments of a quickstart, and after how many
// lines of the carrier's records it kills itself.
const (
	childArgs  = "QUICKSTART_ARGS"
	childLines = "QUICKSTART_LINES"
)

func TestMain(m *testing.M) {
	text := os.Getenv(childArgs)
	if text == "" {
		os.Exit(m.Run())
	}
	var args []string
	if err := json.Unmarshal([]byte(text), &args); err != nil {
		panic(err) // a programmer's error: written below
	}
	if last, err := strconv.Atoi(os.Getenv(childLines)); err == nil {
		recorded = func(lines int) {
			if lines == last {
				self, _ := os.FindProcess(os.Getpid())
				_ = self.Kill()
				select {} // not a step further
			}
		}
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

// fewer writes the first lines of the file that is shipped.
func fewer(t *testing.T, lines int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "contacts.csv")
	require.NoError(t, os.WriteFile(name, bytes.Join(bytes.SplitAfterN(shippedContacts, []byte("\n"), lines+1)[:lines], nil), 0o600))
	return name
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

	name, contacts := filepath.Join(t.TempDir(), "story.db"), fewer(t, 600)
	inFile := func(args ...string) string { return told(t, append(args, "-contacts", contacts, "-db", name)...) }
	require.Equal(t, chains.ReplaceAllString(told(t, "-contacts", contacts), ""), chains.ReplaceAllString(inFile(), ""))

	records, err := os.ReadFile(name + ".carrier")
	require.NoError(t, err)
	page := filepath.Join(t.TempDir(), "page.html")
	again := inFile("-html", page)
	require.Contains(t, again, "11. The campaign runs, and STOPs arrive in the middle of it: told before")
	require.Contains(t, again, "Comment avez-vous eu mon numéro", "whoever asks is answered each time")
	require.NotContains(t, again, "handed over")
	after, err := os.ReadFile(name + ".carrier")
	require.NoError(t, err)
	require.True(t, bytes.Equal(records, after), "nothing is sent again")

	require.Equal(t, steady(t, told(t, "-contacts", contacts, "-json")), steady(t, inFile("-json")))
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
	name, contacts := filepath.Join(t.TempDir(), "story.db"), fewer(t, 700)
	args := []string{"-db", name, "-contacts", contacts, "-json"}
	kills := 0
	var out bytes.Buffer
	for {
		out.Reset()
		c := child(t, &out, args...)
		// Two of three right after the carrier recorded something, and the
		// others at any time.
		lines, delay := 1+rng.IntN(150), time.Hour
		if rng.IntN(3) == 0 {
			lines, delay = 0, time.Duration(rng.Int64N(int64(time.Second)))
		}
		if kills == 12 {
			lines, delay = 0, time.Hour // never: enough is enough
		}
		c.Env = append(c.Env, fmt.Sprintf("%s=%d", childLines, lines))
		require.NoError(t, c.Start())
		kill := time.AfterFunc(delay, func() { _ = c.Process.Kill() }) // or it has just ended
		err := c.Wait()
		kill.Stop()
		if err == nil {
			break
		}
		require.Empty(t, out.String(), "killed, and not failed")
		kills++
	}
	t.Logf("%d kills", kills)
	require.Greater(t, kills, 2)

	var d document
	require.NoError(t, json.Unmarshal(out.Bytes(), &d))
	whole := figuresOf(t, "-contacts", contacts)
	for _, p := range d.Previews {
		require.Equal(t, d.People, sum(p.Tally), p.Campaign)
	}
	require.Equal(t, whole.People, d.People)
	require.Zero(t, d.MessagedAfterStop)
	require.Positive(t, d.StoppedMidway)
	require.Equal(t, d.People, sum(d.Final))
	sent := d.Final["handed-over"] + d.Final["delivered"] + d.Final["undelivered"]
	require.Equal(t, []int{sent, sent, sent}, []int{d.Run.HandedOver, d.Billed, d.Reconciled.HandedOver}, "ours, and the carrier's")
	require.Equal(t, d.Previews[2].Messages, sent+d.Final["cancelled"], "nobody is left out for a kill")
	require.Empty(t, d.Verified.Faults)
	require.Equal(t, d.Previews[1].Tally["ready:request.first"], d.Asked)
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

// A STOP that the carrier passed on to a process which was killed before it
// acknowledged it comes again, before anything is sent.
func TestUnacknowledgedStop(t *testing.T) {
	t.Parallel()

	args := []string{"-db", filepath.Join(t.TempDir(), "story.db"), "-contacts", fewer(t, 400)}
	o, err := parse(args)
	require.NoError(t, err)
	contacts, err := os.ReadFile(o.contacts)
	require.NoError(t, err)
	s, err := newStory(t.Context(), o, begunWith(o, contacts, shippedRefusals), io.Discard)
	require.NoError(t, err)
	for _, c := range s.chapters(contacts, shippedRefusals) {
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

	told(t, args...)
	r, err := openRecords(o.db+".carrier", false)
	require.NoError(t, err)
	require.NoError(t, r.close())
	last := r.taken[slices.IndexFunc(r.taken, func(h loopback.Handed) bool { return h.To == who }):]
	require.False(t, slices.ContainsFunc(last[1:], func(h loopback.Handed) bool { return h.To == who }), "written to after a STOP")
}

func TestBegunOtherwise(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	name, contacts := filepath.Join(dir, "story.db"), fewer(t, 300)
	told(t, "-db", name, "-contacts", contacts)
	fails := func(name string, args ...string) error {
		return run(t.Context(), append([]string{"-db", name, "-contacts", contacts}, args...), new(bytes.Buffer))
	}
	for want, args := range map[string][]string{
		"begun with -seed 1":                       {"-seed", "2"},
		"begun with -at 2024-06-03T10:00:00+02:00": {"-at", "2024-06-04T10:00:00+02:00"},
		"begun with other -contacts":               {"-contacts", fewer(t, 299)},
		"begun with other -refusals":               {"-refusals", contacts},
	} {
		require.ErrorContains(t, fails(name, args...), want)
	}

	records, err := os.ReadFile(name + ".carrier")
	require.NoError(t, err)
	other := filepath.Join(dir, "other.db")
	require.NoError(t, os.WriteFile(other+".carrier", records, 0o600))
	require.ErrorContains(t, fails(other), "records of another story")
	require.NoError(t, os.WriteFile(other+".carrier", nil, 0o600))
	require.NoError(t, fails(other), "of one that was killed before it began")
	require.NoError(t, os.WriteFile(name+".carrier", append([]byte("{}\n"), records...), 0o600))
	require.ErrorContains(t, fails(name), "line 1: neither")
	require.NoError(t, os.WriteFile(name+".carrier", append(records, `{"taken":`...), 0o600))
	require.NoError(t, fails(name), "a line that was not finished was not taken")
	require.NoError(t, os.Remove(name+".carrier"))
	require.ErrorContains(t, fails(name), "the carrier's records")
	require.ErrorContains(t, fails(contacts), "not a database")
}
