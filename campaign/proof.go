package campaign

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A Proof is one proof copy (in French, bon à tirer or BAT) of a campaign.
type Proof struct {
	// Round tells the copies of one campaign apart: a tester gets one of each.
	Round string
	// Tester has the address of somebody whom the gate knows as a tester
	// (consent.GateOptions.Testers), and the values, language and origin that
	// the copy is filled with.
	Tester contact.Contact
}

// A Proofed says what became of a proof copy.
type Proofed struct {
	Result
	Dispatch provider.DispatchID `json:"dispatch"`
	// Text is the digest that an [Approval] of this text names.
	Text consent.Digest `json:"text"`
	// Segments is what the copy needs, with the carrier's clause.
	Segments int `json:"segments"`
}

// Prove sends a proof copy of c to a declared tester, rendered as the campaign
// will be. Consent, the tester's origin and caps are not asked about; refusals
// and everything else that the gate asks are. It is idempotent by campaign,
// round and tester. A proof copy counts for nothing: not in the campaign's
// tally, not as a question asked, not against caps.
//
// A STOP that answers it refuses like any other, and its entry says that it was
// a test.
func (s *Sender) Prove(ctx context.Context, c Campaign, p Proof) (Proofed, error) {
	if p.Round == "" || p.Tester.ID == "" {
		return Proofed{}, fmt.Errorf("campaign %q: prove: Round or Tester.ID is empty", c.ID())
	}
	composer, err := newComposer(&c, s.runner.provider.Capabilities().ClauseSeptets)
	if err != nil {
		return Proofed{}, err
	}
	out := Proofed{}
	if out.Text, err = c.TextDigest(); err != nil {
		return Proofed{}, err
	}
	req := c.Request
	req.Proof = true
	// Escaped, so that no two lists of parts make one ID.
	id := fmt.Sprintf("proof/%s/%s/%s", url.PathEscape(c.ID()), url.PathEscape(p.Round), url.PathEscape(string(p.Tester.ID)))
	plan, err := s.runner.gate.Plan(req, s.runner.gate.Clock().Now())
	if err != nil {
		return Proofed{}, err
	}
	text := composer.with(plan).compose(&p.Tester)
	if text.refused != nil {
		return Proofed{}, fmt.Errorf("campaign %q: prove: %w", c.ID(), errors.New(text.refused.reason(c.MaxSegments).Says.En))
	}
	out.Segments = text.segments
	if point, ok := p.Tester.Point(req.Channel); ok {
		out.Dispatch = NewDispatch(id, s.runner.gate.Keyring().Fingerprint(point.Address))
	}
	out.Result, err = s.send(ctx, id, Single{Request: req, Contact: p.Tester, Content: text.content})
	return out, err
}
