package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

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
	if rand.IntN(4) == 0 { // some are on their way for longer than a STOP takes
		time.Sleep(time.Duration(rand.IntN(12)) * time.Millisecond)
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
