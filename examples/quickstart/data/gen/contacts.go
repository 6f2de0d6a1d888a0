package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// contactHeader is what suppliers call their columns.
var contactHeader = []string{
	"Réf.", "Civilité", "Nom", "Prénom", "Tél. portable", "E-mail", "Code postal", "Ville", "Origine", "Formulaire", "Date d'opt-in", "Case cochée",
}

// wrongPhones and wrongDates are what lines that nobody can use say for a number
// and for a date, and noID is how many more have neither fault and no identifier.
var (
	wrongPhones = []string{"06 39 98 12", "06 39 98 12 34 56", "appeler le soir", "00 00 00 00 00", "", "", ""}
	wrongDates  = []string{"30/02/2023 11:15", "00/00/0000 00:00"}
)

const noID = 3

const (
	excelCount  = 12 // numbers that somebody's spreadsheet wrote as a formula, to keep their zero
	repeatCount = 24 // lines that are in the file a second time
	updateCount = 8  // people who filled in the form a second time, months later
)

// contactLines returns the people in their order, and between them the lines
// that come twice and those that nobody can use.
func contactLines(rng *rand.Rand, people []person) []string {
	lines := make([]string, len(people))
	for i, p := range people {
		phone := spell(rng, p.number)
		if i%(len(people)/excelCount) == 7 && i/(len(people)/excelCount) < excelCount {
			phone = fmt.Sprintf(`="063998%04d"`, p.number)
		}
		lines[i] = row(identifier(i), phone, p.collected.Format(frenchTime), p)
	}
	for range repeatCount {
		lines = insert(rng, lines, lines[rng.IntN(len(lines))])
	}
	for _, i := range rng.Perm(len(people))[:updateCount] {
		p := people[i]
		later := p.collected.AddDate(0, 5, 0)
		if later.After(lastDay) {
			later = lastDay
		}
		lines = insert(rng, lines, row(identifier(i), spell(rng, p.number), later.Format(frenchTime), p))
	}

	next := len(people)
	spoil := func(phone, date string) {
		p := invent(rng, 0, places[rng.IntN(len(places))])
		lines = insert(rng, lines, row(identifier(next), phone, date, p))
		next++
	}
	for _, phone := range wrongPhones {
		spoil(phone, lastDay.Format(frenchTime))
	}
	for i, date := range wrongDates {
		spoil(spell(rng, people[i].number), date)
	}
	for _, p := range people[:noID] {
		lines = insert(rng, lines, row("", spell(rng, p.number), p.collected.Format(frenchTime), p))
	}
	for _, broken := range brokenLines(people[len(people)-2], people[len(people)-1]) {
		lines = insert(rng, lines, broken)
	}
	return append(lines, fmt.Sprintf("Total : %d lignes", len(lines)))
}

// brokenLines are rows that are no rows: two exports were put one after the
// other, a quotation mark is not closed, a separator stands in a name.
func brokenLines(a, b person) []string {
	a.place.commune = `"` + a.place.commune
	b.lastName = "Moreau;ex Petit"
	return []string{
		join(contactHeader),
		row("P9001", fmt.Sprintf("063998%04d", a.number), a.collected.Format(frenchTime), a),
		row("P9002", fmt.Sprintf("063998%04d", b.number), b.collected.Format(frenchTime), b),
	}
}

func identifier(i int) string { return fmt.Sprintf("P%04d", i+1) }

func insert(rng *rand.Rand, lines []string, l string) []string {
	return slices.Insert(lines, rng.IntN(len(lines)), l)
}

func row(id, phone, date string, p person) string {
	return join([]string{
		id, p.title, p.lastName, p.firstName, phone, p.email, p.place.postcode, p.place.commune, p.supplier.name, p.supplier.form, date, p.box,
	})
}
