package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

var contactHeader = []string{
	"id", "phone", "first_name", "postcode", "commune", "territory", "supplier", "form", "collected_at", "box",
}

// spoilt are what lines that nobody can use say for a number, and noID how many
// more have a number and no identifier.
var spoilt = []string{
	"06 39 98 12",
	"06 39 98 12 34 56",
	"appeler le soir",
	"00 00 00 00 00",
	"", "", "",
}

const noID = 3

// contactRows returns the people in their order, with the spoilt lines between
// them.
func contactRows(rng *rand.Rand, people []person) [][]string {
	type line struct {
		phone string
		noID  bool
		person
	}
	var lines []line
	for _, p := range people {
		lines = append(lines, line{phone: spell(rng, p.number), person: p})
	}
	insert := func(l line) { lines = slices.Insert(lines, rng.IntN(len(lines)), l) }
	for _, phone := range spoilt {
		insert(line{phone: phone, person: invent(rng, 0, places[rng.IntN(len(places))])})
	}
	for _, p := range people[:noID] {
		insert(line{phone: spell(rng, p.number), noID: true, person: p})
	}

	rows := make([][]string, len(lines))
	for i, l := range lines {
		id := fmt.Sprintf("P%04d", i+1)
		if l.noID {
			id = ""
		}
		rows[i] = []string{
			id, l.phone, l.firstName, l.place.postcode, l.place.commune, l.place.territory,
			l.supplier.name, l.supplier.form, l.collected.Format(time.DateOnly), l.box,
		}
	}
	return rows
}
