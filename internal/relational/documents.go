package relational

import (
	"context"
	"fmt"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
)

// Documents is a consent.Documents.
type Documents struct{ *Stores }

var _ consent.Documents = Documents{}

// PutNotice implements consent.Documents.
func (d Documents) PutNotice(ctx context.Context, n contact.Notice) (contact.NoticeID, error) {
	id := n.ID()
	err := d.write(ctx, "put notice", nil, func(tx Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO notices (id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING", id[:], wire.Append(nil, n))
		return err
	})
	if err != nil {
		return contact.NoticeID{}, err
	}
	return id, nil
}

// Notice implements consent.Documents.
func (d Documents) Notice(ctx context.Context, id contact.NoticeID) (n contact.Notice, err error) {
	err = d.read(ctx, "notice", func(tx Tx) error {
		var body []byte
		found, err := one(ctx, tx, "SELECT body FROM notices WHERE id = $1", args(id[:]), &body)
		switch {
		case err != nil:
			return err
		case !found:
			return fmt.Errorf("%v: %w", id, contact.ErrNotFound)
		}
		return wire.Read(body, &n)
	})
	return n, err
}

// PutAssessment implements consent.Documents.
func (d Documents) PutAssessment(ctx context.Context, a consent.Assessment) error {
	if err := a.Validate(); err != nil {
		return d.fail(ctx, "put assessment", err)
	}
	a.Signed = stamp(a.Signed)
	return d.write(ctx, "put assessment", nil, func(tx Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO assessments (id, controller, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
			text(a.ID), text(a.Controller), wire.Append(nil, a))
		if err != nil {
			return err
		}
		var body []byte
		if _, err := one(ctx, tx, "SELECT body FROM assessments WHERE id = $1", args(text(a.ID)), &body); err != nil {
			return err
		}
		var held consent.Assessment
		if err := wire.Read(body, &held); err != nil {
			return err
		}
		if held != a {
			return fmt.Errorf("assessment %q: %w", a.ID, consent.ErrConflict)
		}
		return nil
	})
}

// Assessments implements consent.Documents.
func (d Documents) Assessments(ctx context.Context, controller contact.PartyID) (out []consent.Assessment, err error) {
	err = d.read(ctx, "assessments", func(tx Tx) error {
		out = nil
		return tx.Query(ctx, "SELECT body FROM assessments WHERE controller = $1 ORDER BY id", args(text(controller)), func(scan Scan) error {
			var body []byte
			var a consent.Assessment
			if err := scan(&body); err != nil {
				return err
			}
			err := wire.Read(body, &a)
			out = append(out, a)
			return err
		})
	})
	return out, err
}
