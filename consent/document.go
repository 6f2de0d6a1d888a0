package consent

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// An Assessment is a document that weighs a controller's interest against
// people's, for one use of one base. It is not an act: it says nothing about
// any person.
type Assessment struct {
	ID         string           `json:"id"`
	Controller contact.PartyID  `json:"controller"`
	Purpose    contact.Purpose  `json:"purpose"`
	Channel    contact.Channel  `json:"channel"`
	Base       contact.BaseID   `json:"base"`
	Election   ElectionID       `json:"election,omitempty"`
	Document   contact.NoticeID `json:"document"` // SHA-256 of the text
	Signatory  string           `json:"signatory"`
	Signed     time.Time        `json:"signed"`
	// Expectation says what recipients could expect, in a sentence: what the
	// CNIL asked candidates to show in December 2025 (FR-POL-8, V1).
	Expectation string `json:"expectation"`
}

// Validate returns an error that names the first field that is missing.
func (a *Assessment) Validate() error {
	missing := ""
	switch {
	case a.ID == "":
		missing = "ID"
	case a.Controller == "":
		missing = "Controller"
	case !a.Purpose.ValidForMessage():
		missing = "Purpose"
	case !a.Channel.Valid():
		missing = "Channel"
	case a.Base == "":
		missing = "Base"
	case a.Document.IsZero():
		missing = "Document"
	case a.Signatory == "":
		missing = "Signatory"
	case a.Signed.IsZero():
		missing = "Signed"
	case a.Expectation == "":
		missing = "Expectation"
	default:
		return nil
	}
	return fmt.Errorf("consent: assessment %q: %s is empty", a.ID, missing)
}

// Documents keeps what acts refer to, once each by content. Implementations are
// safe for concurrent use, and keep and return copies. What was put is returned
// byte for byte, and times in UTC and whole microseconds. A call whose context
// is done changes nothing, and returns an error with context.Cause in its tree.
type Documents interface {
	// PutNotice keeps n under its ID and returns that. It is idempotent.
	PutNotice(ctx context.Context, n contact.Notice) (contact.NoticeID, error)

	// Notice returns the notice with this ID, or an error with
	// contact.ErrNotFound in its tree.
	Notice(ctx context.Context, id contact.NoticeID) (contact.Notice, error)

	// PutAssessment keeps a under its ID. It is idempotent, and fails with
	// [ErrConflict] when the ID is used for another: a signed document does not
	// change. An assessment that is not valid fails.
	PutAssessment(ctx context.Context, a Assessment) error

	// Assessments returns the assessments of a controller, by ID in ascending
	// order.
	Assessments(ctx context.Context, controller contact.PartyID) ([]Assessment, error)
}
