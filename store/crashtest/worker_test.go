package crashtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

// job is what a worker is told, as JSON in its environment.
type job struct {
	Place   place
	Carrier string // the socket of the carrier
	Name    string
	// Careless sends again what has no outcome, as programs do that mark a
	// message as sent when it is: the fault that the test must find.
	Careless bool
}

const jobVariable = "ACCORD_CRASH_JOB"

func TestMain(m *testing.M) {
	text := os.Getenv(jobVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var j job
	err := json.Unmarshal([]byte(text), &j)
	if err == nil {
		go func() {
			// Nothing is ever written there: it ends with the test, however that ends.
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
		err = j.work(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// work runs the campaign until nothing of it is left to send.
func (j job) work(ctx context.Context) error {
	h, err := open(ctx, j.Place)
	if err != nil {
		return err
	}
	c := carrierOf(j.Carrier, j.Name)
	outbox := h.outbox
	if j.Careless {
		outbox = careless{outbox}
	}
	outbox = &announcer{outbox, c, map[uuid.UUID]contact.ID{}}
	runner, err := campaign.NewRunner(h.gate, h.contacts, outbox, h.inbox, c, &campaign.RunnerOptions{Name: j.Name, Lease: lease})
	if err != nil {
		return err
	}
	if err := c.post(ctx, "/begun", nil, nil); err != nil {
		return err
	}
	for {
		if _, err := runner.Run(ctx, campaignID); err != nil {
			return err
		}
		saved, err := h.outbox.Campaign(ctx, campaignID)
		if err != nil {
			return err
		}
		if saved.Status != campaign.Running {
			return fmt.Errorf("the campaign is %v: %s", saved.Status, saved.Changed().Why)
		}
		tally, err := h.outbox.Tally(ctx, campaignID)
		if err != nil {
			return err
		}
		if tally.In(campaign.Ready, campaign.Deferred, campaign.InFlight) == 0 {
			return nil
		}
		time.Sleep(lease / 10) // until the lease of somebody who was killed is over
	}
}

// careless is an outbox for which an attempt without an outcome was none.
type careless struct{ campaign.Outbox }

func (c careless) Lease(ctx context.Context, id, worker string, d time.Duration) (campaign.Lease, error) {
	lost, err := c.Unknowns(ctx, id, 1000)
	if err != nil {
		return campaign.Lease{}, err
	}
	for _, a := range lost {
		s := campaign.Settlement{Attempt: a.ID, Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Temporary}, At: a.Marked}
		if err := c.Settle(ctx, []campaign.Settlement{s}); err != nil {
			return campaign.Lease{}, err
		}
	}
	return c.Outbox.Lease(ctx, id, worker, d)
}

// announcer is an outbox that tells the carrier of the test whom it has just
// marked, so that they refuse at the worst moment. It is for one goroutine.
type announcer struct {
	campaign.Outbox
	carrier  carrierClient
	contacts map[uuid.UUID]contact.ID
}

func (a *announcer) Lease(ctx context.Context, id, worker string, d time.Duration) (campaign.Lease, error) {
	l, err := a.Outbox.Lease(ctx, id, worker, d)
	for _, r := range l.Rows {
		a.contacts[r.Row.Dispatch] = r.Row.Contact
	}
	return l, err
}

func (a *announcer) Mark(ctx context.Context, l campaign.Lease, ids []campaign.AttemptID) ([]bool, error) {
	marked, err := a.Outbox.Mark(ctx, l, ids)
	if err != nil || len(ids) == 0 {
		return marked, err
	}
	one := ids[rand.IntN(len(ids))].Dispatch
	return marked, a.carrier.post(ctx, "/marked", a.contacts[one], nil)
}
