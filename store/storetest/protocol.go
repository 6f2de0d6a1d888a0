package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
)

// Protocol walks the steps of a run and of a STOP in every order there is: two
// workers on one dispatch, one STOP of its recipient, a worker that dies at any
// of its steps, a clock that runs past the lease at any moment so that the other
// worker takes over and the first wakes up, and a receipt that comes at any
// moment. After each walk it checks G3, G5 and G6. With a limit of 0 it walks every
// order; with another, so many at random, the same each time. It returns how many
// it walked.
//
// The workers and the inbox are those that hosts run; only the order in which
// their calls reach the stores is decided here.
func Protocol(t *testing.T, open func(t *testing.T) Stores, limit int) int {
	t.Helper()
	return walkAll(t, open, limit, func(s Stores) Stores { return s })
}

// walkAll is Protocol with stores that the actors see through broken.
func walkAll(t *testing.T, open func(t *testing.T) Stores, limit int, broken func(Stores) Stores) int {
	t.Helper()
	var n atomic.Int64
	t.Run("walk", func(t *testing.T) {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprintf("answers lost=%v", lost), func(t *testing.T) {
				t.Parallel()
				n.Add(int64(walkSome(t, open, limit/2, broken, lost)))
			})
		}
	})
	return int(n.Load())
}

// walkSome walks every order, with or without the carrier's answers.
func walkSome(t *testing.T, open func(t *testing.T) Stores, limit int, broken func(Stores) Stores, lost bool) int {
	pack := walkPack()
	n := 0
	for prefix := []int{}; prefix != nil; {
		w := &walk{world: &world{t: t, Stores: open(t), log: &strings.Builder{}}, pack: pack, broken: broken, lost: lost, prefix: prefix}
		if limit > 0 {
			w.rng = rand.New(rand.NewPCG(uint64(n), 11))
		}
		w.run()
		if fault := w.check(); fault != "" {
			t.Fatalf("%s\nafter: %s", fault, strings.Join(w.order, ", "))
		}
		if n++; n == limit {
			break
		}
		if limit == 0 {
			prefix = w.next()
		}
	}
	return n
}

// walkPack is the rule about political consent alone: the others have no part
// in the order of steps, and would take most of the time.
func walkPack() consent.Pack {
	pack := regime.France()
	pack.Rules = slices.DeleteFunc(pack.Rules, func(r consent.Rule) bool { return r.Info().Name != "fr.political" })
	pack.Elections = pack.Elections[:1]
	return pack
}

// walk is one order of the steps.
type walk struct {
	*world
	pack   consent.Pack
	broken func(Stores) Stores
	lost   bool
	rng    *rand.Rand // decides where there is no prefix; nil takes the first

	prefix, taken, options []int
	order                  []string
	actors                 []*actor
	crashed                bool
	stepped, reported      bool

	acknowledged bool
	ackAt        time.Time
	ackArrived   int
	inFlight     []campaign.Attempt
}

// actor is a worker or the inbox. It waits before each step that matters until
// it is told to go on, or to die.
type actor struct {
	name    string
	at      string // the step it waits before; "" when it has ended
	wake    chan bool
	parked  chan string
	marked  bool
	crashed bool
}

func (a *actor) park(step string) {
	a.parked <- step
	if !<-a.wake {
		runtime.Goexit() // the process died here
	}
}

// fault parks the actor before the steps that matter.
func (a *actor) fault(op string, done bool) error {
	if done {
		a.marked = a.marked || op == "Outbox.Mark"
		return nil
	}
	switch op {
	case "Outbox.Lease", "Outbox.Mark", "Outbox.Settle", "List.Add", "Outbox.Cancel", "Outbox.InFlight":
		a.park(op)
	case "List.Match":
		if a.marked { // the check; what is read before the mark only saves work
			a.park(op)
		}
	}
	return nil
}

// parking makes a provider wait before it sends.
type parking struct {
	provider.Provider
	a *actor
}

func (p parking) Send(ctx context.Context, batch []*provider.Message) []provider.Outcome {
	p.a.park("Send")
	return p.Provider.Send(ctx, batch)
}

const walked = "walked"

func (w *walk) run() {
	w.carrier = loopback.New(&loopback.Options{Clock: w.Clock, Script: func(int, loopback.Handed) loopback.Answer { return loopback.Answer{Lost: w.lost} }})
	w.keyring = walkKeyring(w.t)
	w.open(w.Stores)
	w.agree(w.people(1)...)
	w.launch(w.content(walked))
	for _, name := range []string{"A", "B"} {
		w.start(name, func(a *actor) {
			in := w.seenBy(a)
			r, err := campaign.NewRunner(in.gate, in.Contacts, in.Outbox, in.inbox, parking{w.carrier, a}, &campaign.RunnerOptions{Name: name})
			require.NoError(w.t, err)
			_, _ = r.Run(context.Background(), walked)
		})
	}
	w.start("STOP", func(a *actor) {
		in := w.seenBy(a)
		r, err := in.inbox.Handle(context.Background(), provider.Event{
			ID: "stop", Kind: provider.InboundText, Carrier: "test", From: phone(0), To: "36180", Text: "STOP", Sent: w.Clock.Now(), Received: w.Clock.Now(),
		})
		if err != nil {
			return
		}
		w.acknowledged, w.ackAt, w.ackArrived, w.inFlight = true, w.Clock.Now(), len(w.carrier.Inbox()), r.InFlight
	})
	for w.step() {
	}
	for _, a := range w.actors {
		if a.crashed {
			a.wake <- false
			<-a.parked
		}
	}
}

// open wires a host over stores.
func (w *walk) open(s Stores) {
	sent, err := campaign.NewSentReader(s.Outbox, w.keyring)
	require.NoError(w.t, err)
	w.gate, err = consent.OpenGate(context.Background(), s.Ledger, s.List, w.keyring, w.pack, &consent.GateOptions{Clock: w.Clock, AllowFiction: true, Readers: []consent.FactReader{sent}})
	require.NoError(w.t, err)
	w.register, err = consent.NewRegister(s.Ledger, s.List, w.keyring, &consent.RegisterOptions{Clock: w.Clock})
	require.NoError(w.t, err)
	w.inbox, err = campaign.NewInbox(w.register, s.Outbox, walkReader())
	require.NoError(w.t, err)
	w.planner, err = campaign.NewPlanner(w.gate, s.Contacts, s.Outbox, nil)
	require.NoError(w.t, err)
}

func walkKeyring(t *testing.T) *suppression.Keyring {
	k, err := suppression.NewKeyring([]byte("a secret of the test, not of a host"))
	require.NoError(t, err)
	return k
}

var walkReader = sync.OnceValue(func() *reply.Reader { return reply.NewReader(reply.Default()) })

// seenBy returns a host of its own for an actor, over stores at whose steps it
// waits.
func (w *walk) seenBy(a *actor) *walk {
	in := &walk{world: &world{t: w.t, Stores: Faulty(w.broken(w.Stores), a.fault), keyring: w.keyring, log: w.log}, pack: w.pack}
	in.open(in.Stores)
	return in
}

func (w *walk) start(name string, do func(*actor)) {
	a := &actor{name: name, wake: make(chan bool), parked: make(chan string)}
	w.actors = append(w.actors, a)
	go func() {
		defer func() { a.parked <- "" }()
		do(a)
	}()
	a.at = <-a.parked
}

// step lets one of those who can go on do so, and reports whether there was
// one.
func (w *walk) step() bool {
	type option struct {
		name string
		do   func()
	}
	var options []option
	for _, a := range w.actors {
		if a.at == "" || a.crashed {
			continue
		}
		options = append(options, option{a.name + " " + a.at, func() {
			a.wake <- true
			a.at = <-a.parked
		}})
	}
	if len(options) == 0 {
		return false
	}
	first := w.actors[0]
	if !w.crashed && first.at != "" {
		options = append(options, option{"A dies before " + first.at, func() { first.crashed, w.crashed = true, true }})
	}
	if !w.stepped {
		options = append(options, option{"the lease ends", func() { w.stepped = true; w.Clock.Advance(31 * time.Second) }})
	}
	if !w.reported && len(w.carrier.Inbox()) > 0 {
		options = append(options, option{"a receipt", func() { w.reported = true; w.report() }})
	}
	i := 0
	if n := len(w.taken); n < len(w.prefix) {
		i = w.prefix[n]
	} else if w.rng != nil {
		i = w.rng.IntN(len(options))
	}
	w.taken, w.options = append(w.taken, i), append(w.options, len(options))
	w.order = append(w.order, options[i].name)
	options[i].do()
	return true
}

func (w *walk) report() {
	_, err := w.inbox.Handle(context.Background(), provider.Event{
		ID: "receipt", Kind: provider.DeliveryReceipt, Carrier: "test", Dispatch: w.carrier.Inbox()[0].Dispatch, Status: provider.Delivered, Received: w.Clock.Now(),
	})
	require.NoError(w.t, err)
}

// next returns the choices of the following order, nil after the last.
func (w *walk) next() []int {
	for i := len(w.taken) - 1; i >= 0; i-- {
		if w.taken[i]+1 < w.options[i] {
			return append(append([]int{}, w.taken[:i]...), w.taken[i]+1)
		}
	}
	return nil
}

// check says what is wrong, "" when nothing is.
func (w *walk) check() string {
	arrived := w.carrier.Inbox()
	if !w.acknowledged {
		return "the STOP was not acknowledged"
	}
	for i, h := range arrived {
		if i < w.ackArrived {
			continue
		}
		listed := false
		for _, a := range w.inFlight {
			listed = listed || a.ID.Dispatch == h.Dispatch
		}
		if !listed {
			return "G3: a message arrived after the acknowledgement that was not on the in-flight list"
		}
		if h.At.Sub(w.ackAt) > w.gate.Life() {
			return "G3: a message arrived more than a clearance life after the acknowledgement"
		}
	}
	// Whoever comes later finishes what is left, and finds nothing to send.
	w.Clock.Advance(time.Hour)
	if _, err := w.runner("later").Run(context.Background(), walked); err != nil {
		return err.Error()
	}
	if n := len(w.carrier.Inbox()); n > 1 {
		return fmt.Sprintf("G5: %d messages arrived", n)
	} else if n > len(arrived) {
		return "G3: a message arrived long after the acknowledgement"
	}
	tally, err := w.Outbox.Tally(context.Background(), walked)
	if err != nil {
		return err.Error()
	}
	sent := tally.In(campaign.HandedOver, campaign.Delivered, campaign.Unknown)
	held := tally.In(campaign.Cancelled, campaign.Excluded)
	switch {
	case tally.Total() != 1 || sent+held != 1:
		return fmt.Sprintf("G6: the one contact is in %v", tally)
	case len(arrived) == 1 && sent != 1:
		return fmt.Sprintf("G5: a message arrived, and the outbox says %v", tally)
	case w.reported && tally.In(campaign.Delivered) != 1:
		return fmt.Sprintf("G5: a receipt came, and the outbox says %v", tally)
	}
	if d := w.decide(phone(0)); d.Allowed() {
		return "G3: the gate allows after the STOP"
	}
	return ""
}
