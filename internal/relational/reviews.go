package relational

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/google/uuid"
)

// Reviews is a consent.ReviewStore.
type Reviews struct{ *Stores }

var _ consent.ReviewStore = Reviews{}

// reviewBody returns what a review has besides its columns. An empty slice is
// none.
func reviewBody(r consent.Review) []byte {
	r.ID, r.Fingerprint, r.Words = uuid.Nil, contact.Fingerprint{}, ""
	r.Happened, r.Opened = stamp(r.Happened), stamp(r.Opened)
	r.Clients, r.Campaigns, r.Dispatches = orNil(r.Clients), orNil(r.Campaigns), orNil(r.Dispatches)
	r.Refusals, r.Reach, r.Acts = orNil(r.Refusals), orNil(r.Reach), slices.Clone(orNil(r.Acts))
	for i := range r.Acts {
		a := &r.Acts[i]
		a.Purposes, a.Grantees.Parties, a.Grantees.Groups = orNil(a.Purposes), orNil(a.Grantees.Parties), orNil(a.Grantees.Groups)
	}
	return wire.Append(nil, r)
}

func orNil[T any](in []T) []T {
	if len(in) == 0 {
		return nil
	}
	return in
}

const reviewColumns = "id, fingerprint, words, body"

func scanReview(scan Scan) (r consent.Review, err error) {
	var id, fingerprint, words, body []byte
	if err := scan(&id, &fingerprint, &words, &body); err != nil {
		return r, err
	}
	err = wire.Read(body, &r)
	copy(r.ID[:], id)
	copy(r.Fingerprint[:], fingerprint)
	r.Words = string(words)
	return r, err
}

func getReview(ctx context.Context, tx Tx, id uuid.UUID, suffix string) (r consent.Review, err error) {
	found := false
	err = tx.Query(ctx, "SELECT "+reviewColumns+" FROM reviews WHERE id = $1"+suffix, args(id[:]), func(scan Scan) error {
		found = true
		r, err = scanReview(scan)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("review %v: %w", id, contact.ErrNotFound)
	}
	return r, err
}

// OpenReview implements consent.ReviewStore.
func (s Reviews) OpenReview(ctx context.Context, key contact.KeyID, r consent.Review) (fresh bool, err error) {
	if err := r.Validate(); err != nil {
		return false, s.fail(ctx, "open review", err)
	}
	if r.Resolution != nil {
		return false, s.fail(ctx, "open review", fmt.Errorf("%v: Resolution is set", r.ID))
	}
	err = s.writeBound(ctx, "open review", reviewStore, key, nil, func(tx Tx) error {
		body := reviewBody(r)
		n, err := tx.Exec(ctx, `INSERT INTO reviews (id, opened, fingerprint, words, resolved, body) VALUES ($1, $2, $3, $4, 0, $5)
			ON CONFLICT (id) DO NOTHING`, r.ID[:], stamp(r.Opened).UnixMicro(), r.Fingerprint[:], text(r.Words), body)
		if fresh = n > 0; fresh || err != nil {
			return err
		}
		held, err := getReview(ctx, tx, r.ID, "")
		if err != nil {
			return err
		}
		var came consent.Review
		if err := wire.Read(body, &came); err != nil {
			return err
		}
		came.ID, came.Fingerprint = r.ID, r.Fingerprint
		held.Words, held.Opened, held.Resolution = "", came.Opened, nil
		if !reflect.DeepEqual(held, came) {
			return fmt.Errorf("review %v: %w", r.ID, consent.ErrConflict)
		}
		return nil
	})
	return fresh, err
}

// Review implements consent.ReviewStore.
func (s Reviews) Review(ctx context.Context, id uuid.UUID) (r consent.Review, err error) {
	err = s.read(ctx, "review", func(tx Tx) error {
		r, err = getReview(ctx, tx, id, "")
		return err
	})
	return r, err
}

// Reviews implements consent.ReviewStore.
func (s Reviews) Reviews(ctx context.Context, key contact.KeyID, q consent.ReviewQuery) (out []consent.Review, err error) {
	if q.Limit < 1 {
		return nil, s.fail(ctx, "reviews", errors.New("Limit is below 1")) //lint:ignore ST1005 Limit is a field
	}
	full := errors.New("the page is full")
	err = s.readBound(ctx, "reviews", reviewStore, key, func(tx Tx) error {
		out = nil
		after, last := int64(math.MinInt64), []byte{}
		if q.After != uuid.Nil {
			held, err := getReview(ctx, tx, q.After, "")
			if err != nil {
				return err
			}
			after, last = held.Opened.UnixMicro(), q.After[:]
		}
		where, with := "(opened, id) > ($1, $2)", args(after, last)
		if !q.Fingerprint.IsZero() {
			where, with = where+" AND fingerprint = $3", append(with, q.Fingerprint[:])
		}
		if q.Open != q.Closed {
			where += fmt.Sprintf(" AND resolved = %d", map[bool]int{true: 1}[q.Closed])
		}
		err := tx.Query(ctx, "SELECT "+reviewColumns+" FROM reviews WHERE "+where+" ORDER BY opened, id", with, func(scan Scan) error {
			r, err := scanReview(scan)
			if err != nil {
				return err
			}
			if askedFor(&r, &q) {
				out = append(out, r)
			}
			if len(out) == q.Limit {
				return full
			}
			return nil
		})
		if errors.Is(err, full) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// askedFor tests what the query of the database did not.
func askedFor(r *consent.Review, q *consent.ReviewQuery) bool {
	switch {
	case q.Cause != "" && r.Cause != q.Cause:
		return false
	case q.Campaign != "" && !slices.Contains(r.Campaigns, q.Campaign):
		return false
	}
	return q.Client == "" || slices.Contains(r.Clients, q.Client)
}

// ResolveReview implements consent.ReviewStore.
func (s Reviews) ResolveReview(ctx context.Context, id uuid.UUID, as consent.ReviewResolution) (r consent.Review, err error) {
	if err := as.Validate(); err != nil {
		return r, s.fail(ctx, "resolve review", err)
	}
	err = s.write(ctx, "resolve review", nil, func(tx Tx) error {
		held, err := getReview(ctx, tx, id, tx.ForUpdate())
		switch {
		case err != nil:
			return err
		case held.Resolution != nil && !held.Resolution.Same(as):
			return fmt.Errorf("review %v: %w", id, consent.ErrConflict)
		case held.Resolution != nil:
			r = held
			return nil
		}
		r = held.Resolved(as)
		_, err = tx.Exec(ctx, "UPDATE reviews SET resolved = 1, words = $1, body = $2 WHERE id = $3", text(r.Words), reviewBody(r), id[:])
		return err
	})
	if err != nil {
		return consent.Review{}, err
	}
	return r, nil
}

// EraseReviews implements consent.ReviewStore.
func (s Reviews) EraseReviews(ctx context.Context, key contact.KeyID, f contact.Fingerprint) error {
	return s.writeBound(ctx, "erase reviews", reviewStore, key, nil, func(tx Tx) error {
		if f.IsZero() {
			return nil
		}
		_, err := tx.Exec(ctx, "UPDATE reviews SET words = $1 WHERE fingerprint = $2", []byte{}, f[:])
		return err
	})
}

// Rotate implements consent.ReviewStore.
func (s Reviews) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return s.rotate(ctx, reviewStore, from, to, func(tx Tx) error {
		return rewrap(ctx, tx, "reviews", "id", wrap)
	})
}
