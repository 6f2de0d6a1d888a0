package contact

import (
	"fmt"
	"strings"
)

// A SenderKind is what a recipient sees as the sender.
type SenderKind string

// The kinds of sender.
const (
	ShortCode    SenderKind = "short-code"
	Alphanumeric SenderKind = "alphanumeric" // cannot be answered
	LongNumber   SenderKind = "number"
	Mailbox      SenderKind = "mailbox"
)

// A Sender is what the recipient of a message sees and can answer. It lives
// here and not in package provider because rules about senders, such as the
// STOP code that an alphanumeric sender must name, are asked before any carrier
// is.
type Sender struct {
	Value string     `json:"value"` // "36180", "MAIRIE", "+33162…", "info@example.org"
	Kind  SenderKind `json:"kind"`
	Owner PartyID    `json:"owner"` // who rents it from the carrier
	// Authorisation is the carrier's or operator's reference for its use.
	Authorisation string `json:"authorisation,omitempty"`
	// ReplyTo is where an answer goes: Value itself when empty and Kind can be
	// answered, or the short code that the text must name.
	ReplyTo string `json:"reply_to,omitempty"`
	// Shared says that several clients write from it, so that an answer may not
	// say whom it answers.
	Shared bool `json:"shared,omitempty"`
}

// ReplyPath returns where an answer to a message from s arrives, or "" when it
// cannot be answered.
func (s Sender) ReplyPath() string {
	if s.ReplyTo != "" {
		return s.ReplyTo
	}
	if s.Kind == Alphanumeric {
		return ""
	}
	return s.Value
}

// Validate returns an error that names the first field that is wrong. An
// alphanumeric sender has at most 11 letters and digits, one letter at least
// (AF2M, FR-SMS-3, V1/V2), and must have a ReplyTo, since it cannot be answered
// and a refusal must have a way.
func (s Sender) Validate() error {
	if s.Value == "" {
		return fmt.Errorf("contact: sender: Value is empty")
	}
	switch s.Kind {
	case ShortCode:
		if len(s.Value) < 3 || len(s.Value) > 8 || strings.Trim(s.Value, "0123456789") != "" {
			return fmt.Errorf("contact: sender: a short code has 3 to 8 digits")
		}
	case Alphanumeric:
		if err := validAlphanumeric(s.Value); err != nil {
			return err
		}
		if s.ReplyTo == "" {
			return fmt.Errorf("contact: sender: ReplyTo is empty, and an alphanumeric sender cannot be answered")
		}
	case LongNumber:
		if _, err := ParseE164(s.Value); err != nil {
			return fmt.Errorf("contact: sender: Value: %w", err)
		}
	case Mailbox:
		if _, err := ParseEmail(s.Value); err != nil {
			return fmt.Errorf("contact: sender: Value: %w", err)
		}
	default:
		return fmt.Errorf("contact: sender: unknown Kind %q", s.Kind)
	}
	return nil
}

func validAlphanumeric(v string) error {
	letter := false
	for i := range len(v) {
		switch b := v[i]; {
		case b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z':
			letter = true
		case b >= '0' && b <= '9':
		default:
			return fmt.Errorf("contact: sender: an alphanumeric sender has letters and digits only (byte %d)", i)
		}
	}
	if len(v) > 11 {
		return fmt.Errorf("contact: sender: an alphanumeric sender has at most 11 characters, got %d", len(v))
	}
	if !letter {
		return fmt.Errorf("contact: sender: an alphanumeric sender has at least one letter")
	}
	return nil
}
