package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

// A carrier hands messages to a sink over HTTP: what an adapter to a real
// carrier looks like, and how short it can be.
type carrier struct {
	url    string
	worker string
	clock  consent.Clock
	client http.Client
}

var (
	_ provider.Provider = (*carrier)(nil)
	_ provider.Looker   = (*carrier)(nil)
)

func newCarrier(url, worker string, clock consent.Clock) *carrier {
	return &carrier{url: url, worker: worker, clock: clock, client: http.Client{Timeout: patience}}
}

// A submission is what goes over the wire.
type submission struct {
	Worker   string      `json:"worker"`
	Sent     time.Time   `json:"sent"` // the carrier takes it within patience of that
	Messages []submitted `json:"messages"`
}

type submitted struct {
	ID       uuid.UUID `json:"id"`
	To       string    `json:"to"`
	Text     string    `json:"text"`
	Deadline time.Time `json:"deadline,omitzero"`
}

// An answer is what comes back, for each message in their order.
type answer struct {
	CarrierID string `json:"carrier_id,omitempty"`
	NotTaken  bool   `json:"not_taken,omitempty"`
}

// Capabilities implements [provider.Provider]. A worker that is killed leaves at
// most Batch messages of which nobody knows whether they went.
func (c *carrier) Capabilities() provider.Capabilities {
	return provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 20, HonoursDeadline: true}
}

// Send implements [provider.Provider]. Until the carrier has answered the
// outcome of what was opened stays the zero one, which is unknown.
func (c *carrier) Send(ctx context.Context, batch []*provider.Message) []provider.Outcome {
	out := make([]provider.Outcome, len(batch))
	s := submission{Worker: c.worker, Sent: c.clock.Now()}
	var of []int // the message of each that is submitted
	for i, m := range batch[:min(len(batch), c.Capabilities().Batch)] {
		opened, err := m.Open()
		if err != nil {
			out[i] = provider.Outcome{Kind: provider.Temporary, Detail: err.Error()}
			continue
		}
		s.Messages = append(s.Messages, submitted{ID: m.ID(), To: opened.To.Reveal(), Text: opened.Content.Text, Deadline: opened.Deadline})
		of = append(of, i)
	}
	answers, err := c.submit(ctx, s)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		answers = slices.Repeat([]answer{{NotTaken: true}}, len(of)) // nothing was written
	} else if err != nil {
		return out
	}
	for k, a := range answers[:min(len(answers), len(of))] {
		if a.NotTaken {
			out[of[k]] = provider.Outcome{Kind: provider.Temporary}
			continue
		}
		out[of[k]] = provider.Outcome{Kind: provider.Accepted, CarrierID: a.CarrierID}
	}
	return out
}

func (c *carrier) submit(ctx context.Context, s submission) (answers []answer, err error) {
	if len(s.Messages) == 0 {
		return nil, nil
	}
	body, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/messages", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the carrier answers %d", resp.StatusCode)
	}
	return answers, json.NewDecoder(resp.Body).Decode(&answers)
}

// Look implements [provider.Looker].
func (c *carrier) Look(ctx context.Context, id provider.DispatchID) (provider.Outcome, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/messages/"+id.String(), nil)
	if err != nil {
		return provider.Outcome{}, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return provider.Outcome{}, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		var a answer
		err = json.NewDecoder(resp.Body).Decode(&a)
		return provider.Outcome{Kind: provider.Accepted, CarrierID: a.CarrierID}, err
	case http.StatusNotFound:
		return provider.Outcome{Kind: provider.Temporary}, nil // it never had it
	default:
		return provider.Outcome{}, nil // it cannot say
	}
}
