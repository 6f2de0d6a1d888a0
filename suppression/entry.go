package suppression

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// A Class is the sort of an [Entry]. The zero Class is none, and no list takes it.
type Class uint8

// The classes.
const (
	NoClass Class = iota
	// Refusal is a person's no. It never ends by itself.
	Refusal
	// Hygiene is an address that does not work. It may end.
	Hygiene
	// Exclusion is one client's wish not to write to somebody. It ends, and
	// other clients do not see it.
	Exclusion
)

var classNames = [...]string{"none", "refusal", "hygiene", "exclusion"}

// String returns "refusal", "hygiene", "exclusion" or "none".
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class-%d", uint8(c))
}

// MarshalText returns what [Class.String] does.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [Class.MarshalText] writes.
func (c *Class) UnmarshalText(text []byte) error {
	for i, name := range classNames {
		if name == string(text) {
			*c = Class(i)
			return nil
		}
	}
	return fmt.Errorf("suppression: unknown class %q", text)
}

// A Reason says how an entry came about. Hosts may use names of their own.
type Reason string

// The reasons that Accord writes.
const (
	Replied       Reason = "replied-stop"
	LikelyReplied Reason = "replied-likely-refusal"
	RepliedNo     Reason = "replied-no"
	Reviewed      Reason = "reviewed-refusal" // a human read what a reader could not
	CarrierBlock  Reason = "carrier-block"
	Complained    Reason = "complaint"
	FromFile      Reason = "file"
	ByForm        Reason = "form"
	Unreachable   Reason = "unreachable"
	Absent        Reason = "absent" // once: it stops nothing
	Disconnected  Reason = "disconnected"
	NotMyCustomer Reason = "client-exclusion"
)

// An Entry is one line of a [List]. Entries are never changed; a refusal that
// was lifted stays, with the [Lifting] that did it.
type Entry struct {
	ID          uuid.UUID           `json:"id"`
	Class       Class               `json:"class"`
	Fingerprint contact.Fingerprint `json:"fingerprint"`
	Scope       contact.Scope       `json:"scope"`
	Reason      Reason              `json:"reason"`
	// Client and Campaign say whose an exclusion is. A Client is required for
	// an exclusion, and neither is allowed for other classes.
	Client   contact.PartyID `json:"client,omitempty"`
	Campaign string          `json:"campaign,omitempty"`
	// Happened is when the person or carrier said so, Recorded when this
	// installation learned it.
	Happened time.Time `json:"happened"`
	Recorded time.Time `json:"recorded"`
	// Until is when hygiene or an exclusion ends, the zero time for never. A
	// refusal has none.
	Until time.Time `json:"until,omitzero"`
	// Origin names what it was learned from: an event, a line of a file. It
	// holds no address.
	Origin string `json:"origin,omitempty"`
	// Test marks the refusal of a declared tester, which counts like any other.
	Test bool `json:"test,omitempty"`
}

// Validate returns an error that names the first field that is wrong.
func (e *Entry) Validate() error {
	if e.ID == uuid.Nil {
		return fmt.Errorf("suppression: entry %v: ID is empty", e.ID)
	}
	if field, what := e.wrong(); field != "" {
		return fmt.Errorf("suppression: entry %v: %s %s", e.ID, field, what)
	}
	if err := e.Scope.Validate(); err != nil {
		return fmt.Errorf("suppression: entry %v: Scope: %w", e.ID, err)
	}
	return nil
}

// wrong returns the first field that is wrong and what is, ID and Scope aside.
func (e *Entry) wrong() (field, what string) {
	switch {
	case e.Class < Refusal || e.Class > Exclusion:
		return "Class", "is not refusal, hygiene or exclusion"
	case e.Fingerprint.IsZero():
		return "Fingerprint", "is empty"
	case e.Reason == "":
		return "Reason", "is empty"
	case e.Happened.IsZero():
		return "Happened", "is the zero time"
	case e.Recorded.IsZero():
		return "Recorded", "is the zero time"
	case e.Class == Refusal && !e.Until.IsZero():
		return "Until", "is set, and a refusal never ends by itself"
	case e.Class == Exclusion && e.Client == "":
		return "Client", "is empty, and an exclusion belongs to a client"
	case e.Class != Exclusion && (e.Client != "" || e.Campaign != ""):
		return "Client", "is set, and only an exclusion belongs to a client"
	}
	return "", ""
}

// Active reports whether e holds at the instant t: a refusal always, others
// until they end.
func (e *Entry) Active(t time.Time) bool {
	return e.Class == Refusal || e.Until.IsZero() || t.Before(e.Until)
}

// Reaches reports whether e holds at the instant at for a message like t, of
// the campaign called campaign, that client sends.
func (e *Entry) Reaches(t *contact.Target, campaign string, client contact.PartyID, at time.Time) bool {
	if !e.Active(at) || !e.Scope.Covers(t) {
		return false
	}
	if e.Class != Exclusion {
		return true
	}
	return e.Client == client && (e.Campaign == "" || e.Campaign == campaign)
}
