package relational

import (
	"context"

	"github.com/accordsdk/accord/campaign"
)

// A database that is a copy of another, restored or promoted, does not know what
// that one has sent since. Homes say where it lives: where it finds itself
// elsewhere it gives out no leases and takes no marks, until somebody answers
// for it by name.

// homed returns an error unless the database lives where it did.
func (s *Stores) homed(ctx context.Context, tx Tx) error {
	is, err := s.isCopy(ctx, tx)
	if err == nil && is {
		err = campaign.ErrCopy
	}
	return err
}

func (s *Stores) isCopy(ctx context.Context, tx Tx) (bool, error) {
	here, err := tx.Home(ctx)
	if err != nil {
		return false, err
	}
	var place []byte
	if _, err := one(ctx, tx, "SELECT place FROM homes ORDER BY seq DESC LIMIT 1", nil, &place); err != nil {
		return false, err
	}
	return string(place) != here, nil
}

// IsCopy reports whether the database lives elsewhere than it did.
func (s *Stores) IsCopy(ctx context.Context) (is bool, err error) {
	err = s.read(ctx, "is it a copy", func(tx Tx) error {
		is, err = s.isCopy(ctx, tx)
		return err
	})
	return is, err
}

// Adopt keeps that the database lives here from now on, who said so, and why.
func (s *Stores) Adopt(ctx context.Context, by, why string) error {
	return s.write(ctx, "adopt", []Lock{{Name: "home"}}, func(tx Tx) error {
		is, err := s.isCopy(ctx, tx)
		if err != nil || !is {
			return err
		}
		return Settle(ctx, tx, by, why)
	})
}

// Settle keeps where the database lives.
func Settle(ctx context.Context, tx Tx, by, why string) error {
	here, err := tx.Home(ctx)
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO homes (place, who, why, at) VALUES ($1, $2, $3, $4)", text(here), text(by), text(why), now.UnixMicro())
	return err
}
