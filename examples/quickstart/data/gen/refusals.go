package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

var refusalHeader = []string{"phone", "refused_at"}

const (
	refusalsInBase  = 98
	refusalsOutside = 19
)

// unreadable are lines of the file of refusals that name no number. Such lines
// must be reported, never dropped: somebody meant to refuse.
var unreadable = []string{"06 39 98 7", "numéro masqué", "illisible"}

// refusalRows returns the file of refusals: people of the base, people who are
// not in it, and lines that cannot be read.
func refusalRows(rng *rand.Rand, people []person, strangers []int) [][]string {
	var phones []string
	seen := map[int]bool{}
	for _, i := range rng.Perm(len(people)) {
		if len(seen) == refusalsInBase {
			break
		}
		if number := people[i].number; !seen[number] {
			seen[number] = true
			phones = append(phones, spell(rng, number))
		}
	}
	for _, number := range strangers[:refusalsOutside] {
		phones = append(phones, spell(rng, number))
	}
	phones = append(phones, unreadable...)
	rng.Shuffle(len(phones), func(i, j int) { phones[i], phones[j] = phones[j], phones[i] })

	first := time.Date(2022, time.March, 1, 0, 0, 0, 0, time.UTC)
	days := int(lastDay.Sub(first).Hours()/24) + 1
	rows := make([][]string, len(phones))
	for i, phone := range phones {
		rows[i] = []string{phone, first.AddDate(0, 0, rng.IntN(days)).Format(time.DateOnly)}
	}
	slices.SortStableFunc(rows, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
	return rows
}
