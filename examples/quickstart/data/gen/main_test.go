package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestFilesAreCommitted(t *testing.T) {
	t.Parallel()

	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "%s differs: run go run ./examples/quickstart/data/gen", name)
	}
}

// The quickstart prints classes of people, and each must have some: enough
// households, people overseas, old dates and lines that nobody can use.
func TestContacts(t *testing.T) {
	t.Parallel()

	records := read(t, "contacts.csv")
	header, rows := records[0], records[1:]
	require.Equal(t, contactHeader, header)
	require.Len(t, rows, peopleCount+len(spoilt)+noID)

	var bad, old, away int
	numbers := map[string]int{}
	suppliers := map[string]int{}
	ids := map[string]bool{}
	for _, row := range rows {
		id, phone, territory, supplier, form, collected := row[0], row[1], row[5], row[6], row[7], row[8]
		number, ok := digits(phone)
		if id == "" || !ok {
			bad++
			continue
		}
		require.False(t, ids[id], "%s twice", id)
		ids[id] = true
		address, err := contact.PhoneFromDigits(number)
		require.NoError(t, err)
		require.True(t, address.Fictional(), "%s has a number that may be somebody's", id)

		numbers[address.Reveal()]++
		suppliers[supplier+", "+form]++
		if territory != "FR" {
			away++
		}
		if day(t, collected).AddDate(3, 0, 0).Before(day(t, "2024-06-03")) {
			old++
		}
	}
	shared := 0
	for _, n := range numbers {
		require.LessOrEqual(t, n, 2)
		shared += n - 1
	}
	require.Equal(t, len(spoilt)+noID, bad)
	require.Equal(t, householdCount, shared)
	require.Equal(t, overseasCount, away)
	require.InDelta(t, 0.6*peopleCount, suppliers["Concours & Cadeaux SARL, concours-2022"], 50)
	require.InDelta(t, 0.4*peopleCount, suppliers["Aspirateurs Dupont, boutique-v3"], 50)
	require.Greater(t, old, 50)
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	base := map[uint64]bool{}
	for _, row := range read(t, "contacts.csv")[1:] {
		if number, ok := digits(row[1]); ok {
			base[number] = true
		}
	}
	records := read(t, "refusals.csv")
	require.Equal(t, refusalHeader, records[0])

	inside, outside, unread := 0, 0, 0
	for _, row := range records[1:] {
		number, ok := digits(row[0])
		day(t, row[1])
		switch {
		case !ok:
			unread++
		case base[number]:
			inside++
		default:
			outside++
			address, err := contact.PhoneFromDigits(number)
			require.NoError(t, err)
			require.True(t, address.Fictional())
		}
	}
	require.Equal(t, []int{refusalsInBase, refusalsOutside, len(unreadable)}, []int{inside, outside, unread})
}

func read(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", name))
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return records
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	require.NoError(t, err)
	return at
}

// digits reads a French mobile number as spell writes it, without the reader
// that the library has, so that the one can be held against the other.
func digits(s string) (uint64, bool) {
	s = strings.NewReplacer(" ", "", ".", "", "-", "", "(0)", "").Replace(s)
	for _, prefix := range []string{"0033", "+33", "0"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			n, err := strconv.ParseUint(rest, 10, 64)
			return 33_000_000_000 + n, err == nil && n/100_000_000 == 6 && len(rest) == 9
		}
	}
	return 0, false
}
