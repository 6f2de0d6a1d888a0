package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// An Access is one look-up of an address by an [Explainer]. It holds no address.
type Access struct {
	By    string          `json:"by"` // a user of the host
	Kind  ViewerKind      `json:"kind"`
	Party contact.PartyID `json:"party,omitempty"`
	Why   string          `json:"why,omitempty"`
	// Fingerprint is that of the address, even where nobody holds it.
	Fingerprint contact.Fingerprint `json:"fingerprint"`
	At          time.Time           `json:"at"`
	Outcome     AccessOutcome       `json:"outcome"`
}

// An AccessOutcome says what became of a look-up. The zero AccessOutcome is
// none.
type AccessOutcome uint8

// The outcomes.
const (
	NoAccess AccessOutcome = iota
	// Admitted: the viewer was answered, or would have been but for an error.
	Admitted
	// TooMany: the viewer had asked too often, and was told nothing.
	TooMany
)

var accessNames = []string{"none", "admitted", "too-many"}

// String returns "admitted", "too-many" or "none".
func (o AccessOutcome) String() string {
	if int(o) < len(accessNames) {
		return accessNames[o]
	}
	return fmt.Sprintf("access-%d", uint8(o))
}

// MarshalText returns what [AccessOutcome.String] does.
func (o AccessOutcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// AccessLimits say how many look-ups are admitted within a time.
type AccessLimits struct {
	PerUser  int // by one By
	PerParty int // for one Party, whoever looks; an empty Party has no limit
	Within   time.Duration
}

// Validate returns an error that names the first field that is wrong.
func (a *Access) Validate() error {
	switch {
	case a.By == "":
		return errors.New("campaign: access: By is empty")
	case a.Kind == Nobody:
		return errors.New("campaign: access: Kind is nobody")
	case a.Fingerprint.IsZero():
		return errors.New("campaign: access: Fingerprint is empty")
	case a.At.IsZero():
		return errors.New("campaign: access: At is the zero time")
	}
	return nil
}

// An AccessLog keeps who looked up whom. Implementations are safe for concurrent
// use by many processes, and never change or drop an access. Texts are the same
// when == says so. What was kept is returned byte for byte, and times in UTC and
// whole microseconds. Implementations keep and return copies. A call whose
// context is done changes nothing and returns an error with context.Cause in its
// tree.
//
// The first call that names a key binds the AccessLog to it; any call with
// another key fails with suppression.ErrKey and changes nothing. The zero KeyID
// is no key, and fails so, too.
type AccessLog interface {
	// Admit keeps a, in one step, with the outcome Admitted, or TooMany when as
	// many as the limits allow were admitted to the same By or for the same Party
	// after a.At minus limits.Within; and returns what it kept and, with TooMany,
	// the instant from which one more would be admitted. Times that are after
	// a.At count, too. It takes no notice of a.Outcome. When it returns without an
	// error the access is kept for good. An access that is not valid fails.
	Admit(ctx context.Context, key contact.KeyID, a Access, limits AccessLimits) (kept Access, again time.Time, err error)

	// Accesses returns every access to an address, oldest first, those that were
	// not admitted among them.
	Accesses(ctx context.Context, key contact.KeyID, f contact.Fingerprint) ([]Access, error)

	// Rotate replaces every fingerprint f by wrap(f), in one step, when the
	// AccessLog's key is from, and does nothing when it is to or when it is bound
	// to no key yet, which to then becomes.
	Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error
}
