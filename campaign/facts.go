package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// A SentReader is a consent.FactReader over an outbox: it tells a gate of
// earlier messages to the same address. Give it to every gate that decides for
// campaigns, or rules about requests and caps refuse.
type SentReader struct {
	outbox  Outbox
	keyring *suppression.Keyring
}

// NewSentReader returns a reader of what outbox sent, under the keyring of the
// gate.
func NewSentReader(outbox Outbox, keyring *suppression.Keyring) (*SentReader, error) {
	if outbox == nil || keyring == nil {
		return nil, errors.New("campaign: sent reader: no outbox or keyring")
	}
	return &SentReader{outbox, keyring}, nil
}

// yearsOfRequests is how far back a consent request is looked for: longer than
// any mandate, so that nobody is asked twice for one election.
const yearsOfRequests = 7

// ReadFacts implements consent.FactReader. It reads only where a rule will
// ask: for consent requests and for campaigns with caps.
func (s *SentReader) ReadFacts(ctx context.Context, p *consent.Plan, facts []consent.Facts) error {
	req := p.Request()
	if req.Kind != consent.ConsentRequest && p.CapsWithin() == 0 {
		return nil
	}
	since := p.At().Add(-p.CapsWithin())
	if req.Kind == consent.ConsentRequest {
		since = earliest(since, p.At().AddDate(-yearsOfRequests, 0, 0))
	}
	fingerprints := make([]contact.Fingerprint, len(facts))
	for i := range facts {
		fingerprints[i] = facts[i].Fingerprint
	}
	sent, err := s.outbox.Sent(ctx, s.keyring.ID(), fingerprints, since)
	if err != nil {
		return fmt.Errorf("campaign: sent: %w", err)
	}
	if len(sent) != len(facts) {
		return fmt.Errorf("campaign: sent: outbox answered for %d addresses of %d", len(sent), len(facts))
	}
	for i := range facts {
		facts[i].Sent, facts[i].SentKnown = sent[i], true
	}
	return nil
}

// ReadFactsEach implements consent.PlansReader. The plans are those of one
// campaign, and differ in their controllers.
func (s *SentReader) ReadFactsEach(ctx context.Context, plans []*consent.Plan, facts []consent.Facts) error {
	return s.ReadFacts(ctx, plans[0], facts)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
