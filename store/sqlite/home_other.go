//go:build !unix

package sqlite

// fileHome is the same for every file: only a backup by [DB.Backup] is known to be
// a copy.
func fileHome(string) (string, error) { return "file", nil }
