package campaign

import (
	"errors"
	"fmt"
	"math"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A Campaign is one wish to write to an audience.
type Campaign struct {
	// Request says who writes, to which base, for what and how. Its Campaign is
	// the ID.
	Request  consent.Request `json:"request"`
	Name     string          `json:"name,omitempty"`
	Audience Audience        `json:"audience,omitzero"`
	// Districts, where set, have it speak for another candidate in each.
	Districts *Districts `json:"districts,omitempty"`
	// Templates are the words of a content message, one for each language. A
	// contact gets the one whose Language is theirs; or theirs without its last
	// subtags, fr for fr-CA (RFC 4647, lookup); or the first in the same
	// language, fr-FR for fr. Everybody else gets the first of all.
	Templates []Template `json:"templates,omitempty"`
	// MaxSegments is the most segments that an SMS of the campaign may need, the
	// carrier's clause with it; 0 means any number. A longer one leaves its
	// contact out, with [CodeTextLong]; a template whose shortest message is
	// longer is refused.
	MaxSegments int `json:"max_segments,omitempty"`
	// Ask is the consent request, for that kind of campaign.
	Ask *consent.Ask `json:"ask,omitempty"`
	// PerSecond is the most messages a second, for each process that runs the
	// campaign; 0 means as fast as the carrier takes them.
	PerSecond float64 `json:"per_second,omitempty"`
	// Spread, where set, spreads the messages evenly until an instant.
	Spread *Spread `json:"spread,omitempty"`
	// Pilot is how many messages go first; then the campaign pauses by itself,
	// until somebody resumes it. They are the first of the base. 0 means none.
	Pilot int `json:"pilot,omitempty"`
	// Limits are shares above which it pauses by itself; nil means
	// [DefaultLimits].
	Limits *Limits `json:"limits,omitempty"`
	// Approvals is how many people must approve the text and the audience, with
	// [Planner.Approve], before anything is sent; 0 means none.
	Approvals int `json:"approvals,omitempty"`
	// MaxAttempts is how often a message that the carrier does not take for the
	// time being is tried; 0 means 5.
	MaxAttempts int `json:"max_attempts,omitempty"`
}

const defaultAttempts = 5

// ID returns the ID of c.
func (c *Campaign) ID() string { return c.Request.Campaign }

func (c *Campaign) attempts() int {
	if c.MaxAttempts == 0 {
		return defaultAttempts
	}
	return c.MaxAttempts
}

// Validate returns an error that names the first field that is wrong.
func (c *Campaign) Validate() error {
	if err := c.Request.Validate(); err != nil {
		return fmt.Errorf("campaign: %w", err)
	}
	fail := func(field, what string) error {
		return fmt.Errorf("campaign %q: %s %s", c.ID(), field, what)
	}
	switch {
	case c.Request.Kind == consent.KeywordReply:
		return fail("Request.Kind", "is keyword-reply, which answers one person and is sent with a Sender")
	case c.Request.Kind == consent.ConsentRequest && c.Ask == nil:
		return fail("Ask", "is empty, and a consent request has no words but its own")
	case c.Request.Kind == consent.ConsentRequest && len(c.Templates) > 0:
		return fail("Templates", "is set, and a consent request has no words but its own")
	case c.Request.Kind == consent.ContentMessage && c.Ask != nil:
		return fail("Ask", "is set, and Request.Kind is content")
	case c.Request.Kind == consent.ContentMessage && len(c.Templates) == 0:
		return fail("Templates", "is empty")
	case math.IsNaN(c.PerSecond) || math.IsInf(c.PerSecond, 1):
		return fail("PerSecond", "is not a number")
	case c.MaxSegments < 0:
		return fail("MaxSegments", "is negative")
	case c.MaxSegments > 0 && c.Request.Channel != contact.SMS:
		return fail("MaxSegments", "is set, and Request.Channel is "+c.Request.Channel.String())
	case c.PerSecond < 0:
		return fail("PerSecond", "is negative")
	case c.Request.Proof:
		return fail("Request.Proof", "is set, and a proof copy is no campaign: see Sender.Prove")
	case c.Approvals < 0:
		return fail("Approvals", "is negative")
	case c.MaxAttempts < 0:
		return fail("MaxAttempts", "is negative")
	case c.Pilot < 0:
		return fail("Pilot", "is negative")
	}
	if err := errors.Join(c.Spread.validate(&c.Request), c.Limits.validate(), c.Districts.validate(), c.checkTargeting()); err != nil {
		return fmt.Errorf("campaign %q: %w", c.ID(), err)
	}
	if c.Ask != nil && c.Districts != nil {
		if c.Ask.Who != "" {
			return fail("Ask.Who", "is set, and Districts say who asks")
		}
	} else if c.Ask != nil {
		if err := c.Ask.Validate(); err != nil {
			return fmt.Errorf("campaign %q: %w", c.ID(), err)
		}
	}
	if err := distinct(c.Templates); err != nil {
		return fmt.Errorf("campaign %q: %w", c.ID(), err)
	}
	if err := c.Audience.Validate(); err != nil {
		return fmt.Errorf("campaign %q: %w", c.ID(), err)
	}
	return nil
}
