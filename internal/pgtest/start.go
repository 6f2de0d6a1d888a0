package pgtest

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// Start makes a cluster for a test and stops it at its end. Where there is no
// PostgreSQL the test is skipped with the name of the package, and fails when CI
// is "true": there it must run.
func Start(tb testing.TB, settings ...string) *Cluster {
	tb.Helper()
	// Not tb.TempDir: the path of a socket has at most some hundred letters, and
	// whom the server runs as must reach the folder.
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) }) // temporary in any case
	c, err := Launch(dir, settings...)
	if errors.Is(err, ErrMissing) && os.Getenv("CI") != "true" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.Stop(); err != nil {
			tb.Error(err)
		}
	})
	return c
}

// Database makes a database of its own and returns its URL.
func (c *Cluster) Database(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprint("db", c.databases.Add(1))
	if err := c.run("createdb", "--host", c.dir, "--username", "accord", name); err != nil {
		tb.Fatal(err)
	}
	return c.URL(name)
}
