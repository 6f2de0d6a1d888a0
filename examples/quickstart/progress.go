package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// progress is how far the story in a file has come: a row of a table that the
// host has beside those of the library.
type progress struct {
	Begun   begun     `json:"begun"`
	Parts   int       `json:"parts"` // that are told
	Now     time.Time `json:"now"`   // by the clock of the story
	Heard   time.Time `json:"heard"` // until when the carrier delivered
	Figures figures   `json:"figures"`
}

// begun is what a story was begun with: it goes on with the same.
type begun struct {
	Seed     uint64    `json:"seed"`
	At       time.Time `json:"at"`
	Contacts string    `json:"contacts"` // SHA-256 of the files
	Refusals string    `json:"refusals"`
}

func begunWith(o options, contacts, refusals []byte) begun {
	digest := func(file []byte) string {
		sum := sha256.Sum256(file)
		return hex.EncodeToString(sum[:])
	}
	return begun{Seed: o.seed, At: o.at, Contacts: digest(contacts), Refusals: digest(refusals)}
}

// check returns an error that names what is other than when the story began.
func (b begun) check(now begun) error {
	switch {
	case b.Seed != now.Seed:
		return fmt.Errorf("its story was begun with -seed %d", b.Seed)
	case !b.At.Equal(now.At):
		return fmt.Errorf("its story was begun with -at %s", b.At.Format(time.RFC3339))
	case b.Contacts != now.Contacts:
		return errors.New("its story was begun with other -contacts")
	case b.Refusals != now.Refusals:
		return errors.New("its story was begun with other -refusals")
	}
	return nil
}

const progressTable = `CREATE TABLE IF NOT EXISTS quickstart (one INTEGER PRIMARY KEY CHECK (one = 1), progress TEXT NOT NULL)`

// load reads how far the story has come, and reports whether it was begun.
func (s *stores) load(ctx context.Context, p *progress) (found bool, err error) {
	if s.begin == nil {
		return false, nil
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, progressTable); err != nil {
			return err
		}
		var text string
		err := tx.QueryRowContext(ctx, `SELECT progress FROM quickstart`).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		return json.Unmarshal([]byte(text), p)
	})
	return found, err
}

// save keeps how far the story has come. What one person was told at the end is
// no figure to keep: her address is masked in it.
func (s *stores) save(ctx context.Context, p progress) error {
	if s.begin == nil {
		return nil
	}
	p.Figures.Explanation = nil
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO quickstart VALUES (1, ?) ON CONFLICT DO UPDATE SET progress = excluded.progress`, string(text))
		return err
	})
}

func (s *stores) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
