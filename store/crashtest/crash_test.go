package crashtest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/internal/pgtest"
	"github.com/stretchr/testify/require"
)

var (
	kills  = flag.Int("kills", 0, "how many workers of each store are killed; 25, and 200 where CI is true")
	people = flag.Int("people", manyPeople, "how many people a campaign has, from 100 to 10000")
	seed   = flag.Uint64("seed", 0, "decides who is killed and who refuses, when; 0 for another each time")
)

const manyPeople = 2000

func wanted() int {
	switch {
	case *kills > 0:
		return *kills
	case hurried():
		return 10
	case os.Getenv("CI") == "true":
		return 200
	default:
		return 25
	}
}

// hurried says that there is time for a few kills only: somebody said so, or each
// start of a worker takes a second.
func hurried() bool { return raced || testing.Short() }

// crowd returns how many people a campaign has.
func crowd() int {
	if hurried() && *people == manyPeople {
		return 500
	}
	return *people
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
			left, onTheWay := wanted(), 0
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
					// A campaign is over sooner than very many kills.
					for share > 0 {
						c := begin(t, store, cluster, crowd(), workers)
						c.limit = share
						onTheWay += c.check(t, rnd)
						share -= c.killed
					}
				})
			}
			// Otherwise nothing was seen of what a STOP and a message do to each other.
			if !t.Failed() && !hurried() {
				require.Positive(t, onTheWay)
			}
		})
	}
}

// check runs c and expects nothing wrong. It returns how many STOPs found a
// message on its way.
func (c *crash) check(t *testing.T, rnd *rand.Rand) int {
	t.Helper()
	c.run(t, rnd)
	wrong, tally := c.judge(t)
	require.Empty(t, wrong)
	require.Positive(t, c.killed)
	onTheWay, after := c.met()
	t.Logf("%d kills, %d STOPs, %d found a message on its way, %d messages left after one, %v", c.killed, len(c.refusers.stops), onTheWay, after, tally)
	return onTheWay
}

// TestCrashNoticesTwice shows that the test above can fail: workers that send
// again what has no outcome are found out.
func TestCrashNoticesTwice(t *testing.T) {
	rnd := random(t)
	for range 5 {
		c := begin(t, "sqlite", nil, crowd(), 1)
		c.careless, c.limit = true, 25
		c.run(t, rnd)
		wrong, _ := c.judge(t)
		if slices.ContainsFunc(wrong, func(w string) bool { return strings.Contains(w, "handed over twice") }) {
			return
		}
	}
	t.Fatal("nobody noticed")
}

// TestServerCrash kills the server, as a loss of power would, and not workers.
func TestServerCrash(t *testing.T) {
	rnd := random(t)
	cluster := pgtest.Start(t)
	for _, workers := range []int{2, 4} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			c := begin(t, "postgres", cluster, crowd(), workers)
			c.cluster, c.limit = cluster, max(3, wanted()/20)
			c.check(t, rnd)
		})
	}
}
