//go:build unix

package sqlite

import (
	"fmt"
	"os"
	"syscall"
)

// fileHome names the file itself, whatever it is called: a copy has another name
// here, and one that was moved on its disk has not.
func fileHome(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "file", nil
	}
	return fmt.Sprintf("file %d", s.Ino), nil
}
