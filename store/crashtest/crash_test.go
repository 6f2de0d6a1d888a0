package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/stretchr/testify/require"
)

var (
	kills  = flag.Int("kills", 0, "how many workers of each store are killed; 25, and 200 where CI is true")
	people = flag.Int("people", 2000, "how many people a campaign has, at most 10000")
	seed   = flag.Uint64("seed", 0, "decides who is killed and who refuses, when; 0 for another each time")
)

func wanted() int {
	switch {
	case *kills > 0:
		return *kills
	case raced:
		return 10 // each start of a worker takes a second
	case os.Getenv("CI") == "true":
		return 200
	default:
		return 25
	}
}

func random(t *testing.T) *rand.Rand {
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-seed %d", s)
	return rand.New(rand.NewPCG(s, 0))
}

func TestCrash(t *testing.T) {
	for _, store := range []string{"sqlite", "postgres"} {
		t.Run(store, func(t *testing.T) {
			left := wanted()
			shares := []int{1, 2, 4}
			for i, workers := range shares {
				share := left / (len(shares) - i)
				left -= share
				t.Run(fmt.Sprint(workers), func(t *testing.T) {
					rnd := random(t)
					var cluster *pgtest.Cluster
					if store == "postgres" {
						cluster = pgtest.Start(t)
					}
					for share > 0 {
						c := begin(t, store, cluster, workers, rnd)
						c.limit = share
						c.run(t, rnd)
						wrong, tally, err := c.judge(t)
						require.NoError(t, err)
						require.Empty(t, wrong)
						require.Positive(t, c.killed)
						t.Logf("%d kills, %d STOPs, %v", c.killed, len(c.refusers.stops), tally)
						share -= c.killed
					}
				})
			}
		})
	}
}

// TestCrashNoticesTwice shows that the test above can fail: workers that send
// again what has no outcome are found out.
func TestCrashNoticesTwice(t *testing.T) {
	rnd := random(t)
	for range 5 {
		c := begin(t, "sqlite", nil, 1, rnd)
		c.careless, c.limit = true, 25
		c.run(t, rnd)
		wrong, _, err := c.judge(t)
		require.NoError(t, err)
		for _, w := range wrong {
			if strings.Contains(w, "handed over twice") {
				return
			}
		}
	}
	t.Fatal("nobody noticed")
}

// TestServerCrash kills the server, as a loss of power would, and not workers.
func TestServerCrash(t *testing.T) {
	rnd := random(t)
	cluster := pgtest.Start(t)
	c := begin(t, "postgres", cluster, 2, rnd)
	c.cluster, c.limit = cluster, max(5, wanted()/20)
	c.run(t, rnd)
	wrong, tally, err := c.judge(t)
	require.NoError(t, err)
	require.Empty(t, wrong)
	t.Logf("%d kills of the server, %d STOPs, %v", c.killed, len(c.refusers.stops), tally)
}

// A crash is one campaign with all that happens to it.
type crash struct {
	place    place
	carrier  *carrier
	refusers *refusers
	workers  int
	limit    int // of kills
	killed   int
	careless bool
	cluster  *pgtest.Cluster // where it is the server that is killed
	started  int
}

func begin(t *testing.T, store string, cluster *pgtest.Cluster, workers int, rnd *rand.Rand) *crash {
	t.Helper()
	// Not t.TempDir: the path of a socket has at most some hundred letters.
	dir, err := os.MkdirTemp("", "crash")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // temporary in any case
	p := place{Store: store, At: filepath.Join(dir, "accord.db"), Since: time.Now()}
	if cluster != nil {
		p.At = cluster.Database(t)
	}
	h, err := open(t.Context(), p)
	require.NoError(t, err)
	defer h.close()
	require.NoError(t, h.launch(t.Context(), *people))
	c := newCarrier(t, filepath.Join(dir, "carrier"))
	return &crash{place: p, carrier: c, workers: workers, refusers: &refusers{carrier: c, place: p, people: *people}}
}

// run keeps workers running until the campaign is sent, and kills them meanwhile.
func (c *crash) run(t *testing.T, rnd *rand.Rand) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	mine := rand.New(rand.NewPCG(rnd.Uint64(), 0))
	others.Go(func() { c.refusers.run(ctx, mine) })
	defer others.Wait()
	defer cancel()

	ended := make(chan *worker, c.workers)
	running := map[*worker]bool{}
	for range c.workers {
		running[c.start(t, ended)] = true
	}
	for len(running) > 0 {
		w, finished := c.next(rnd, ended)
		if w == nil {
			c.kill(t, rnd, running)
			continue
		}
		delete(running, w)
		switch {
		case finished: // it found nothing left to send
		case w.killed || c.cluster != nil:
			running[c.start(t, ended)] = true
		default:
			t.Fatalf("a worker failed: %v: %s", w.err, w.said.Bytes())
		}
	}
}

// next waits until a worker ends, or until it is time to kill one. The moment is
// random: soon after one began, or after one handed something over, or at any
// time.
func (c *crash) next(rnd *rand.Rand, ended <-chan *worker) (w *worker, finished bool) {
	if c.killed >= c.limit {
		w := <-ended
		return w, w.err == nil
	}
	var begun, taken <-chan struct{}
	wait := 2 * time.Second
	switch rnd.IntN(10) {
	case 0, 1:
		begun = c.carrier.begun
	case 2:
		wait = time.Duration(rnd.IntN(60)) * time.Millisecond
	default:
		taken = c.carrier.taken
	}
	drain(c.carrier.begun)
	drain(c.carrier.taken)
	select {
	case w := <-ended:
		return w, w.err == nil
	case <-begun:
	case <-taken:
	case <-time.After(wait):
	}
	time.Sleep(time.Duration(rnd.IntN(8000)) * time.Microsecond) // to be at any point of a batch
	return nil, false
}

func drain(c chan struct{}) {
	for {
		select {
		case <-c:
		default:
			return
		}
	}
}

// kill kills one worker, or the server.
func (c *crash) kill(t *testing.T, rnd *rand.Rand, running map[*worker]bool) {
	t.Helper()
	c.killed++
	if c.cluster != nil {
		require.NoError(t, c.cluster.Kill())
		require.NoError(t, c.cluster.Restart())
		return
	}
	which := rnd.IntN(len(running))
	for w := range running {
		if which--; which < 0 {
			w.killed = true
			_ = w.cmd.Process.Kill() // it may have ended by itself
			return
		}
	}
}

// A worker is a process.
type worker struct {
	cmd    *exec.Cmd
	said   bytes.Buffer
	err    error
	killed bool
}

func (c *crash) start(t *testing.T, ended chan<- *worker) *worker {
	t.Helper()
	c.started++
	text, err := json.Marshal(job{Place: c.place, Carrier: c.carrier.socket, Name: fmt.Sprint("worker-", c.started), Careless: c.careless})
	require.NoError(t, err)
	w := &worker{cmd: exec.Command(os.Args[0])}
	w.cmd.Env = append(os.Environ(), jobVariable+"="+string(text))
	w.cmd.Stderr = &w.said
	require.NoError(t, w.cmd.Start())
	go func() {
		w.err = w.cmd.Wait()
		ended <- w
	}()
	return w
}

// judge looks at what is left once every lease is over.
func (c *crash) judge(t *testing.T) (wrong []string, tally campaign.Tally, err error) {
	t.Helper()
	h, err := open(t.Context(), c.place)
	if err != nil {
		return nil, nil, err
	}
	defer h.close()
	time.Sleep(lease)
	o := outcome{carrier: c.carrier, stops: c.refusers.stops, people: *people, kills: c.killed, workers: c.workers}
	return o.judge(t.Context(), h)
}
