package consent

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
)

// A Kind says what a message is for the conversation with a person. The zero
// Kind is none.
type Kind uint8

// The kinds of message.
const (
	NoKind Kind = iota
	// ContentMessage says what its purpose is about.
	ContentMessage
	// ConsentRequest asks whether the person agrees, and nothing else.
	ConsentRequest
	// KeywordReply answers one inbound keyword (STOP, HELP, CONTACT), once,
	// within minutes, with a fixed text.
	KeywordReply
)

var kindNames = []string{"none", "content", "consent-request", "keyword-reply"}

// String returns "content", "consent-request", "keyword-reply" or "none".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind-%d", uint8(k))
}

// MarshalText returns what [Kind.String] does.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what [Kind.MarshalText] writes.
func (k *Kind) UnmarshalText(text []byte) error {
	return unmarshalName(text, kindNames, k, "kind of message")
}

// A Request is what is the same for every recipient of a campaign, or of one
// message: who writes, to which base, for what, how, with which sender.
type Request struct {
	// Campaign names the campaign, or the host's job for a single message.
	Campaign string `json:"campaign"`
	// Client is who orders it. Exclusions belong to clients.
	Client contact.PartyID `json:"client"`
	Base   contact.Base    `json:"base"`
	// Controllers are the parties on whose behalf it is sent, the owner of a
	// rented base among them.
	Controllers []contact.Party       `json:"controllers"`
	Sponsor     contact.PartyID       `json:"sponsor,omitempty"` // who pays
	Roles       []contact.Arrangement `json:"roles,omitempty"`
	Purpose     contact.Purpose       `json:"purpose"`
	Kind        Kind                  `json:"kind"`
	Channel     contact.Channel       `json:"channel"`
	Sender      contact.Sender        `json:"sender"`
	// Election names the election that a political message is about.
	// NoElection declares that none is pending. Political messages need one or
	// the other.
	Election   ElectionID `json:"election,omitempty"`
	NoElection bool       `json:"no_election,omitempty"`
	// NoticeURL is where the full information (level 2) can be read.
	NoticeURL string `json:"notice_url,omitempty"`
	// PoliticalAd is what a political message says of itself where Regulation
	// (EU) 2024/900 applies; nil where nobody declared anything.
	PoliticalAd *PoliticalAd `json:"political_ad,omitempty"`
	// CarrierClause says that the carrier appends its own stop mention, so that
	// the text need not have one.
	CarrierClause bool `json:"carrier_clause,omitempty"`
	// Caps limit how many messages one address gets from these controllers.
	Caps []Cap `json:"caps,omitempty"`
	// NotBefore and NotAfter bound when messages may go; zero means no bound.
	// What has not gone by NotAfter does not go.
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
	// Assessments are the documents that a basis other than consent rests on.
	Assessments []Assessment `json:"assessments,omitempty"`
	// Proof makes it a proof copy (in French, un BAT) of the message: for the
	// testers that the gate knows, whether they consented or not, and never for
	// one who refused. No campaign may have it.
	Proof bool `json:"proof,omitempty"`
	// InReplyTo is what a keyword reply answers.
	InReplyTo Inbound `json:"in_reply_to,omitzero"`
}

// A Cap allows at most Count messages within a time, counting every campaign of
// any of the controllers to the same address.
type Cap struct {
	Count  int           `json:"count"`
	Within time.Duration `json:"within"`
}

// An Inbound names a message that somebody sent.
type Inbound struct {
	Event string    `json:"event,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Validate returns an error that names the first field that is wrong. Whether
// the law allows the request is not asked here.
func (r *Request) Validate() error {
	fail := func(field, what string) error {
		return fmt.Errorf("consent: request %q: %s %s", r.Campaign, field, what)
	}
	switch {
	case r.Campaign == "":
		return fail("Campaign", "is empty")
	case r.Client == "":
		return fail("Client", "is empty")
	case !r.Purpose.ValidForMessage():
		return fail("Purpose", "is not the purpose of a message")
	case r.Kind < ContentMessage || r.Kind > KeywordReply:
		return fail("Kind", "is not content, consent-request or keyword-reply")
	case !r.Channel.Valid():
		return fail("Channel", "is none")
	case len(r.Controllers) == 0:
		return fail("Controllers", "is empty")
	case r.Election != "" && r.NoElection:
		return fail("Election", "is set, and NoElection too")
	case r.Kind == KeywordReply && (r.InReplyTo.Event == "" || r.InReplyTo.At.IsZero()):
		return fail("InReplyTo", "is empty, and a keyword reply answers something")
	case r.Proof && r.Kind == KeywordReply:
		return fail("Proof", "is set, and a keyword reply answers one person")
	case !r.NotAfter.IsZero() && !r.NotAfter.After(r.NotBefore):
		return fail("NotAfter", "is not after NotBefore")
	case r.NoticeURL != "" && !strings.HasPrefix(r.NoticeURL, "https://"):
		return fail("NoticeURL", "does not start with https://")
	}
	if ad := r.PoliticalAd; ad != nil {
		if err := ad.Validate(); err != nil {
			return fmt.Errorf("consent: request %q: PoliticalAd: %w", r.Campaign, err)
		}
		if r.Election != "" && ad.Election == "" {
			return fail("PoliticalAd", "does not name the election, and Election does")
		}
	}
	if err := r.Base.Validate(); err != nil {
		return fmt.Errorf("consent: request %q: Base: %w", r.Campaign, err)
	}
	if err := r.Sender.Validate(); err != nil {
		return fmt.Errorf("consent: request %q: Sender: %w", r.Campaign, err)
	}
	owner := false
	for i, p := range r.Controllers {
		if p.ID == "" || p.Name == "" {
			return fail(fmt.Sprintf("Controllers[%d]", i), "has no ID or no Name")
		}
		owner = owner || p.ID == r.Base.Owner.ID
	}
	if r.Base.Mode == contact.Rented && !owner {
		return fail("Controllers", "leaves out the owner of the rented base, who is a controller of what is sent from it")
	}
	for i, c := range r.Caps {
		if c.Count < 1 || c.Within <= 0 {
			return fail(fmt.Sprintf("Caps[%d]", i), "is not a positive count within a positive time")
		}
	}
	for i := range r.Assessments {
		if err := r.Assessments[i].Validate(); err != nil {
			return fmt.Errorf("consent: request %q: Assessments[%d]: %w", r.Campaign, i, err)
		}
	}
	return nil
}

// Target returns r in the dimensions of a scope.
func (r *Request) Target() contact.Target {
	return contact.Target{Controllers: r.Controllers, Base: r.Base.ID, Purpose: r.Purpose, Channel: r.Channel}
}

// Advertisers returns the controllers other than the owner of a rented base, or
// all of them when there is no other: those whose name a recipient must read.
func (r *Request) Advertisers() []contact.Party {
	var out []contact.Party
	for _, p := range r.Controllers {
		if r.Base.Mode == contact.Rented && p.ID == r.Base.Owner.ID {
			continue
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return r.Controllers
	}
	return out
}

// Digest returns the SHA-256 of r as JSON, with times as Accord stores them, so
// that a request that was kept and read back has the same.
func (r *Request) Digest() (Digest, error) {
	kept := *r
	kept.NotBefore, kept.NotAfter, kept.InReplyTo.At = stamp(r.NotBefore), stamp(r.NotAfter), stamp(r.InReplyTo.At)
	kept.Assessments = slices.Clone(r.Assessments)
	for i := range kept.Assessments {
		kept.Assessments[i].Signed = stamp(kept.Assessments[i].Signed)
	}
	b, err := json.Marshal(&kept)
	if err != nil {
		return Digest{}, fmt.Errorf("consent: request %q: %w", r.Campaign, err)
	}
	return sha256.Sum256(b), nil
}
