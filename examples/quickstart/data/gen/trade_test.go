package main

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// Every number of the files of the trade is of a range kept for fiction, and
// none of the sample is in another file.
func TestFilesOfTheTrade(t *testing.T) {
	t.Parallel()

	base, shared := map[uint64]bool{}, 0
	_, rows := contacts(t)
	for _, row := range rows {
		if len(row) < 5 {
			continue
		}
		if number, ok := digits(row[4]); ok {
			base[number] = true
		}
	}
	fictional := func(cell string) uint64 {
		number, ok := digits(cell)
		require.True(t, ok, "a number")
		address, err := contact.PhoneFromDigits(number)
		require.NoError(t, err)
		require.True(t, address.Fictional())
		return number
	}
	sample := lines(t, "sample.csv")
	require.Len(t, sample, sampleCount+1)
	for _, line := range sample[1:] {
		require.False(t, base[fictional(strings.Split(line, ";")[0])])
	}
	seen := map[uint64]bool{}
	for _, row := range read(t, "gazette.csv")[1:] {
		number := fictional(row[1])
		require.False(t, seen[number])
		seen[number] = true
		if base[number] {
			shared++
		}
	}
	require.Len(t, seen, readers)
	require.Equal(t, readersInFile, shared)

	opposed := lines(t, "opposition.sha256")
	require.Len(t, opposed, opposedInFile+opposedOutside+2)
	whole := 0
	for _, line := range opposed {
		if b, err := hex.DecodeString(line); err == nil && len(b) == 32 {
			whole++
		}
	}
	require.Equal(t, opposedInFile+opposedOutside, whole)
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", name))
	require.NoError(t, err)
	return strings.Split(string(bytes.TrimSpace(content)), "\n")
}
