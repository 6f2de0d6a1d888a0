package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
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
		outbox = careless{h.outbox}
	}
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

// carrierClient is a provider that hands over to the carrier of the test.
type carrierClient struct {
	http *http.Client
	name string // of the worker
}

func carrierOf(socket, name string) carrierClient {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return carrierClient{&http.Client{Transport: &http.Transport{DialContext: dial}}, name}
}

func (c carrierClient) Capabilities() provider.Capabilities {
	return provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: batch}
}

type handed struct {
	Dispatch uuid.UUID
	To       string
}

// Send implements provider.Provider.
func (c carrierClient) Send(ctx context.Context, messages []*provider.Message) []provider.Outcome {
	out := make([]provider.Outcome, len(messages))
	var all []handed
	var at []int
	for i, m := range messages {
		cleared, err := m.Open()
		if err != nil {
			out[i] = provider.Outcome{Kind: provider.Temporary}
			continue
		}
		all, at = append(all, handed{m.ID(), cleared.To.Reveal()}), append(at, i)
	}
	var answers []provider.Outcome
	if err := c.post(ctx, "/send", all, &answers); err != nil {
		return out // unknown
	}
	for i, o := range answers {
		out[at[i]] = o
	}
	return out
}

func (c carrierClient) post(ctx context.Context, path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://carrier"+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.Header.Set(workerHeader, c.name)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("carrier: %s", resp.Status)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
