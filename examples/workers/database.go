package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/accordsdk/accord/internal/pgtest"
)

// database returns the URL of the database to use, and what is to be called at
// the end. Without -db it is that of a private server in a temporary folder.
func database(o options) (url string, end func() error, err error) {
	if o.db != "" {
		return o.db, func() error { return nil }, nil
	}
	dir, err := os.MkdirTemp("", "workers")
	if err != nil {
		return "", nil, err
	}
	cluster, err := pgtest.Launch(dir)
	if err != nil {
		_ = os.RemoveAll(dir) // temporary in any case
		if errors.Is(err, pgtest.ErrMissing) {
			err = fmt.Errorf("%w, or name a database with -db", err)
		}
		return "", nil, err
	}
	return cluster.URL("postgres"), func() error { return errors.Join(cluster.Stop(), os.RemoveAll(dir)) }, nil
}
