package sqlite

import (
	"strconv"
	"testing"
)

// Shrink makes the disk of db small: there is room for a few pages more.
func Shrink(t *testing.T, db *DB) {
	t.Helper()
	pages := 0
	if err := db.writer.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.writer.Exec("PRAGMA max_page_count = " + strconv.Itoa(pages+20)); err != nil {
		t.Fatal(err)
	}
}
