package crashtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/stretchr/testify/require"
)

// A crash is one campaign with all that happens to it.
type crash struct {
	place    place
	carrier  *carrier
	refusers *refusers
	people   int
	workers  int
	limit    int // of kills
	killed   int
	careless bool
	cluster  *pgtest.Cluster // where it is the server that is killed
	started  int
	running  []*process
	dead     map[string]bool // workers that did not end by themselves
}

func begin(t *testing.T, store string, cluster *pgtest.Cluster, people, workers int) *crash {
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
	require.LessOrEqual(t, people, 10_000, "there are no more numbers for fiction")
	require.NoError(t, h.launch(t.Context(), people))
	c := newCarrier(t, filepath.Join(dir, "carrier"))
	return &crash{
		place: p, carrier: c, people: people, workers: workers, dead: map[string]bool{},
		refusers: &refusers{carrier: c, place: p, people: people},
	}
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

	ended := make(chan *process, c.workers)
	defer func() {
		for _, p := range c.running { // where the test has failed
			p.kill()
		}
	}()
	for range c.workers {
		c.start(t, ended)
	}
	for len(c.running) > 0 {
		p, among := c.next(rnd, ended)
		if p == nil {
			c.kill(t, among[rnd.IntN(len(among))])
			continue
		}
		c.running = slices.DeleteFunc(c.running, func(r *process) bool { return r == p })
		switch {
		case p.err == nil: // it found nothing left to send
		case p.killed, c.cluster != nil && p.born < c.killed:
			c.dead[p.name] = true
			c.start(t, ended)
		default:
			t.Fatalf("%s failed: %v: %s", p.name, p.err, p.said.Bytes())
		}
	}
}

func (c *crash) start(t *testing.T, ended chan<- *process) {
	t.Helper()
	c.started++
	p := start(t, job{Place: c.place, Carrier: c.carrier.socket, Name: fmt.Sprint("worker-", c.started), Careless: c.careless}, ended)
	p.born = c.killed
	c.running = append(c.running, p)
}

// next waits until a worker ends, and returns it, or until it is time to kill one
// of others, which have begun to work. The kills that are left are spread over the
// messages that are left; one in five is for a worker that has handed nothing over.
func (c *crash) next(rnd *rand.Rand, ended <-chan *process) (p *process, among []*process) {
	if c.killed >= c.limit {
		return <-ended, nil
	}
	young := rnd.IntN(5) == 0
	count := c.carrier.count()
	// At most three quarters of what is left, as a quarter may never go: refused,
	// or unknown.
	gap := 3 * (c.people - count) / (2 * (c.limit - c.killed + 1))
	for until := count + 1 + rnd.IntN(max(1, gap)); ; {
		select {
		case p := <-ended:
			return p, nil
		case <-c.carrier.news:
		}
		begun, fresh := c.begun()
		switch {
		case young && len(fresh) > 0:
			among = fresh
		case c.carrier.count() >= until:
			among = begun
		}
		if len(among) > 0 {
			// To be at any point of a batch, which takes about as long.
			time.Sleep(time.Duration(rnd.IntN(8000)) * time.Microsecond)
			return nil, among
		}
	}
}

// begun returns the workers that have begun to work, and those of them that have
// handed nothing over.
func (c *crash) begun() (begun, fresh []*process) {
	for _, p := range c.running {
		n, ok := c.carrier.by(p.name)
		if ok {
			begun = append(begun, p)
		}
		if ok && n == 0 {
			fresh = append(fresh, p)
		}
	}
	return begun, fresh
}

// kill kills p, or the server that it works with.
func (c *crash) kill(t *testing.T, p *process) {
	t.Helper()
	if c.cluster != nil {
		require.NoError(t, c.cluster.Kill())
		c.killed++
		require.NoError(t, c.cluster.Restart())
		return
	}
	if p.kill() {
		c.killed++
	}
}

// met returns how many STOPs found something on its way, and how many messages
// left after one.
func (c *crash) met() (onTheWay, after int) {
	for _, s := range c.refusers.stops {
		if len(s.inFlight) > 0 {
			onTheWay++
		}
		for id, to := range c.carrier.to {
			if to == s.from && c.carrier.got[id][0].turn > s.acked.turn {
				after++
			}
		}
	}
	return onTheWay, after
}

// judge looks at what is left once every lease is over.
func (c *crash) judge(t *testing.T) (wrong []string, tally campaign.Tally) {
	t.Helper()
	c.carrier.close()
	h, err := open(t.Context(), c.place)
	require.NoError(t, err)
	defer h.close()
	time.Sleep(lease)
	if c.cluster == nil {
		require.NoError(t, c.refusers.failed)
	}
	require.NotEmpty(t, c.refusers.stops)
	o := outcome{carrier: c.carrier, stops: c.refusers.stops, people: c.people, dead: c.dead}
	wrong, tally, err = o.judge(t.Context(), h)
	require.NoError(t, err)
	return wrong, tally
}
