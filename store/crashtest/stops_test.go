package crashtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A stop is a refusal that was acknowledged.
type stop struct {
	from     contact.Address
	acked    receipt
	inFlight []campaign.Attempt
}

// refusers are people who refuse while the campaign runs.
type refusers struct {
	carrier *carrier
	place   place
	people  int

	// To be read when run has returned.
	stops []stop
	// failed is why an event could not be stored at once, the last time.
	failed error
}

// run lets people refuse, one after the other, until ctx is done or one in five
// has. An event that cannot be stored is sent again, as carriers do.
func (r *refusers) run(ctx context.Context, rnd *rand.Rand) {
	var h *host
	defer func() {
		if h != nil {
			h.close()
		}
	}()
	for n := 0; n < r.people/5; n++ {
		who, ok := r.choose(ctx, rnd)
		if !ok {
			return
		}
		e := provider.Event{ID: fmt.Sprint("stop-", n), Kind: provider.InboundText, Carrier: "test", From: number(who), To: "36180", Text: "STOP"}
		for {
			var err error
			if h == nil {
				if h, err = open(context.WithoutCancel(ctx), r.place); err != nil {
					h = nil
				}
			}
			if h != nil {
				e.Received = h.clock.Now()
				e.Sent = e.Received
				var got campaign.Received
				if got, err = h.inbox.Handle(context.WithoutCancel(ctx), e); err == nil {
					r.stops = append(r.stops, stop{e.From, r.carrier.next(), got.InFlight})
					break
				}
			}
			r.failed = err
			select {
			case <-ctx.Done():
				return
			case <-time.After(20 * time.Millisecond): // the server is down
			}
		}
	}
}

// choose waits for the next one who refuses: somebody whose message is on its way,
// or one time in four anybody.
func (r *refusers) choose(ctx context.Context, rnd *rand.Rand) (who int, ok bool) {
	select {
	case <-ctx.Done():
		return 0, false
	case <-time.After(time.Duration(rnd.IntN(60)) * time.Millisecond):
	}
	if rnd.IntN(4) == 0 {
		return rnd.IntN(r.people), true
	}
	select {
	case <-ctx.Done():
		return 0, false
	case id := <-r.carrier.marked:
		who, err := strconv.Atoi(string(id))
		if err != nil {
			panic(err) // a programmer's error: launch has given numbers
		}
		return who, true
	case <-time.After(100 * time.Millisecond): // nobody works
		return rnd.IntN(r.people), true
	}
}
