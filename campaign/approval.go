package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// ErrApproval says that a campaign lacks an approval that it needs, or that one
// is of another text or another audience.
var ErrApproval = errors.New("campaign: not approved")

// An Approval says that somebody has seen what a campaign is going to send and
// to how many, and wants it to go.
type Approval struct {
	By string    `json:"by"` // a user of the host
	At time.Time `json:"at"`
	// Text and Audience are the digests of what was seen, see
	// [Campaign.TextDigest] and [Progress].
	Text     consent.Digest `json:"text"`
	Audience consent.Digest `json:"audience"`
	// Proofs are the proof copies that the approver looked at; may be empty.
	Proofs []provider.DispatchID `json:"proofs,omitempty"`
}

// TextDigest returns the SHA-256 of everything that decides what recipients
// read and who writes to them: the request, the templates or the question, and
// the limit of segments. Audience, pace and name are not in it.
func (c *Campaign) TextDigest() (consent.Digest, error) {
	req, err := c.Request.Digest()
	if err != nil {
		return consent.Digest{}, err
	}
	words, err := json.Marshal(struct {
		Templates   []Template
		Ask         *consent.Ask
		MaxSegments int
		Districts   *Districts `json:",omitempty"`
	}{c.Templates, c.Ask, c.MaxSegments, c.Districts})
	if err != nil {
		return consent.Digest{}, fmt.Errorf("campaign %q: text: %w", c.ID(), err)
	}
	h := sha256.New()
	h.Write([]byte("accord text 1\x00"))
	h.Write(req[:])
	h.Write(words)
	return consent.Digest(h.Sum(nil)), nil
}

// audienceStart returns what the digest of an audience starts from: the filter.
func (c *Campaign) audienceStart() (consent.Digest, error) {
	filter, err := json.Marshal(struct {
		Base     contact.BaseID
		Audience Audience
	}{c.Request.Base.ID, c.Audience})
	if err != nil {
		return consent.Digest{}, fmt.Errorf("campaign %q: audience: %w", c.ID(), err)
	}
	return sha256.Sum256(append([]byte("accord audience 1\x00"), filter...)), nil
}

// sum returns the digest of an audience with one more chunk: of the names of
// dispatches and not of fingerprints, which change when a key does.
func (c *Chunk) sum(before consent.Digest) consent.Digest {
	h := sha256.New()
	number := func(n int) { _ = binary.Write(h, binary.BigEndian, uint64(n)) } // a hash takes everything
	class := func(k Class) {
		number(int(k.State))
		number(len(k.Code))
		h.Write([]byte(k.Code))
	}
	h.Write(before[:])
	number(c.Seq)
	number(len(c.Rows))
	for i := range c.Rows {
		h.Write(c.Rows[i].Dispatch[:])
		number(len(c.Rows[i].District))
		h.Write([]byte(c.Rows[i].District))
		class(c.Rows[i].Class)
	}
	for _, k := range c.Rest.Classes() {
		class(k)
		number(c.Rest[k])
	}
	return consent.Digest(h.Sum(nil))
}

// Approve records that a.By wants a launched campaign to go, and returns it as
// it stands then. The digests are those that a.By was shown, and an approval of
// anything else fails with [ErrApproval]. The time is the gate's. The same
// person twice counts once.
func (p *Planner) Approve(ctx context.Context, id string, a Approval) (Saved, error) {
	fail := func(err error) (Saved, error) {
		return Saved{}, fmt.Errorf("campaign %q: approve: %w", id, err)
	}
	if a.By == "" {
		return fail(errors.New("field By is empty"))
	}
	saved, err := p.outbox.Campaign(ctx, id)
	if err != nil {
		return fail(err)
	}
	if !saved.Launch.Complete || saved.Status == Stopped {
		return fail(fmt.Errorf("%w: %v", ErrStatus, saved.Status))
	}
	if err := saved.answers(&a); err != nil {
		return fail(err)
	}
	a.At = p.gate.Clock().Now()
	if err := p.outbox.Approve(ctx, id, a); err != nil {
		return fail(err)
	}
	return p.outbox.Campaign(ctx, id)
}

// answers returns an error unless a is of the text and audience of s.
func (s Saved) answers(a *Approval) error {
	text, err := s.Campaign.TextDigest()
	switch {
	case err != nil:
		return err
	case a.Text != text:
		return fmt.Errorf("%w: the text that %s saw is %v, that of the campaign is %v", ErrApproval, a.By, a.Text, text)
	case a.Audience != s.Launch.Digest:
		return fmt.Errorf("%w: the audience that %s saw is %v, that of the campaign is %v", ErrApproval, a.By, a.Audience, s.Launch.Digest)
	}
	return nil
}

// Approvers returns how many people have approved.
func (s Saved) Approvers() int {
	people := map[string]bool{}
	for _, a := range s.Approvals {
		people[a.By] = true
	}
	return len(people)
}

// approved returns nil when s has the approvals that it needs, each of what it
// is about to send. It believes the store about neither.
func (s Saved) approved() error {
	if s.Campaign.Approvals == 0 {
		return nil
	}
	for i := range s.Approvals {
		if err := s.answers(&s.Approvals[i]); err != nil {
			return err
		}
	}
	if n := s.Approvers(); n < s.Campaign.Approvals {
		return fmt.Errorf("%w: %d of %d approvals", ErrApproval, n, s.Campaign.Approvals)
	}
	return nil
}
