package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// What the files of the trade hold.
const (
	sampleCount      = 240 // lines of a third supplier's sample
	sampleTooEarly   = 31  // dated before the form was on-line
	sampleOneAddress = 26  // from one IP address, where 25 are too many
	samplePrivate    = 9   // from an IP address that nobody has
	sampleSudden     = 40  // in one second

	readers       = 150 // of a gazette, who signed up on the second client's site
	readersInFile = 60  // who are in the suppliers' file, too

	opposedInFile  = 40 // digests of people of the suppliers' file
	opposedOutside = 18
)

var (
	sampleHeader  = []string{"mobile", "date_optin", "ip", "page"}
	gazetteHeader = []string{"id", "phone", "first_name", "signed_up"}
)

// sampleLines returns a third supplier's sample. Its form was on-line from 1
// February 2024. The numbers are of nobody else's files.
func sampleLines(rng *rand.Rand, numbers []int) []string {
	first := time.Date(2024, time.February, 1, 9, 0, 0, 0, time.UTC)
	sudden := time.Date(2024, time.April, 2, 3, 14, 15, 0, time.UTC)
	lines := make([]string, sampleCount)
	for i := range lines {
		at := first.Add(time.Duration(rng.IntN(100*24*3600)) * time.Second)
		ip := fmt.Sprintf("192.5.%d.%d", rng.IntN(250), 1+rng.IntN(250))
		switch {
		case i < sampleTooEarly:
			at = first.AddDate(0, -1-rng.IntN(14), 0)
		case i < sampleTooEarly+sampleOneAddress:
			ip = "192.5.251.7"
		case i < sampleTooEarly+sampleOneAddress+samplePrivate:
			ip = fmt.Sprintf("10.0.0.%d", 1+rng.IntN(250))
		case i < sampleTooEarly+sampleOneAddress+samplePrivate+sampleSudden:
			at = sudden
		}
		lines[i] = join([]string{spell(rng, numbers[i]), at.Format("02/01/2006 15:04:05"), ip, "https://roue.example/jouer"})
	}
	rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

// gazetteRows returns the readers of a gazette: some are in the suppliers' file.
func gazetteRows(rng *rand.Rand, people []person, strangers []int) [][]string {
	rows := make([][]string, 0, readers)
	for _, n := range distinctNumbers(rng, people, readersInFile) {
		rows = append(rows, []string{"", spell(rng, n)})
	}
	for _, n := range strangers[:readers-readersInFile] {
		rows = append(rows, []string{"", spell(rng, n)})
	}
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	signed := time.Date(2024, time.March, 4, 10, 0, 0, 0, time.UTC)
	for i := range rows {
		signed = signed.Add(time.Duration(1+rng.IntN(14*3600)) * time.Second)
		rows[i][0] = fmt.Sprintf("S%03d", i+1)
		rows[i] = append(rows[i], firstNames[rng.IntN(len(firstNames))], signed.Format(time.RFC3339))
	}
	return rows
}

// oppositionLines returns the list that the candidate's last prestataire hands
// over: a SHA-256 of the national number a line, in order, one of them cut short
// and one that somebody forgot to hash.
func oppositionLines(rng *rand.Rand, people []person, strangers []int) []string {
	numbers := append(distinctNumbers(rng, people, opposedInFile), strangers[:opposedOutside]...)
	lines := make([]string, len(numbers))
	for i, n := range numbers {
		lines[i] = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "063998%04d", n)))
	}
	slices.Sort(lines)
	lines = append(lines, lines[7][:63], fmt.Sprintf("063998%04d", strangers[opposedOutside]))
	return lines
}

func distinctNumbers(rng *rand.Rand, people []person, n int) []int {
	var out []int
	for _, i := range rng.Perm(len(people)) {
		if number := people[i].number; len(out) < n && !slices.Contains(out, number) {
			out = append(out, number)
		}
	}
	return out
}

func text(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
