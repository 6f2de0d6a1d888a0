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
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
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
// households, people overseas, old dates, lines twice and lines that nobody can
// use.
func TestContacts(t *testing.T) {
	t.Parallel()

	header, rows := contacts(t)
	require.Equal(t, contactHeader, header)

	var bad, again, excel, old, away int
	numbers, suppliers := map[string]int{}, map[string]int{}
	ids := map[string]bool{}
	for _, row := range rows {
		if len(row) != len(header) || row[0] == "" || row[7][0] == '"' {
			bad++
			continue
		}
		id, post, supplier, form := row[0], row[6], row[8], row[9]
		number, ok := digits(row[4])
		collected, err := time.Parse(frenchTime, row[10])
		if !ok || err != nil {
			bad++
			continue
		}
		if ids[id] {
			again++
			continue
		}
		ids[id] = true
		address, err := contact.PhoneFromDigits(number)
		require.NoError(t, err)
		require.True(t, address.Fictional(), "%s has a number that may be somebody's", id)
		require.True(t, row[5] == "" || strings.HasSuffix(row[5], "@example.org"), "%s has mail that may be somebody's", id)

		if row[4][0] == '=' {
			excel++
		}
		numbers[address.Reveal()]++
		suppliers[supplier+", "+form]++
		if post >= "97000" {
			away++
		}
		if collected.AddDate(3, 0, 0).Before(day(t, "2024-06-03")) {
			old++
		}
	}
	shared := 0
	for _, n := range numbers {
		require.LessOrEqual(t, n, 2)
		shared += n - 1
	}
	require.Len(t, ids, peopleCount)
	require.Equal(t, repeatCount+updateCount, again)
	require.Equal(t, len(wrongPhones)+len(wrongDates)+noID+4, bad, "four are no rows: a header, a quotation mark, a separator, and the total")
	require.Equal(t, excelCount, excel)
	require.Equal(t, householdCount, shared)
	require.Equal(t, overseasCount, away)
	require.InDelta(t, 0.6*peopleCount, suppliers["Concours & Cadeaux SARL, concours-2022"], 50)
	require.InDelta(t, 0.4*peopleCount, suppliers["Aspirateurs Dupont, boutique-v3"], 50)
	require.Greater(t, old, 50)
}

// The file is what a reader of UTF-8 with commas cannot read.
func TestContactsAreASpreadsheetOfFrance(t *testing.T) {
	t.Parallel()

	content := files()["contacts.csv"]
	require.False(t, utf8.Valid(content))
	require.Equal(t, bytes.Count(content, []byte("\n")), bytes.Count(content, []byte("\r\n")))
	for _, name := range []string{"L\x92Ha\xff-les-Roses", "Leb\x9cuf", "Pr\xe9nom"} {
		require.True(t, bytes.Contains(content, []byte(name)), "%q", name)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	base := map[uint64]bool{}
	_, rows := contacts(t)
	for _, row := range rows {
		if len(row) < 5 {
			continue
		}
		if number, ok := digits(row[4]); ok {
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

// contacts reads contacts.csv as its lines stand there, without any reader of
// CSV: some are wrong on purpose.
func contacts(t *testing.T) (header []string, rows [][]string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "contacts.csv"))
	require.NoError(t, err)
	text, err := charmap.Windows1252.NewDecoder().String(string(content))
	require.NoError(t, err)
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		rows = append(rows, strings.Split(line, ";"))
	}
	return rows[0], rows[1:]
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
	s = strings.NewReplacer(" ", "", ".", "", "-", "", "(0)", "", "=", "", `"`, "").Replace(s)
	if len(s) == 9 && s[0] == '6' {
		s = "0" + s
	}
	for _, prefix := range []string{"0033", "+33", "0"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			n, err := strconv.ParseUint(rest, 10, 64)
			return 33_000_000_000 + n, err == nil && n/100_000_000 == 6 && len(rest) == 9
		}
	}
	return 0, false
}
