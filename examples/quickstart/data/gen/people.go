package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	peopleCount    = 2_000
	householdCount = 15 // people whose number another person has too
	overseasCount  = 42
)

// A person is one contact of the file. Number is the last four digits of
// 06 39 98 xx xx.
type person struct {
	number    int
	title     string
	lastName  string
	firstName string
	email     string // "" for most
	place     place
	supplier  *supplier
	collected time.Time
	box       string
}

// A supplier is where a line of the file came from. The form of a supplier has
// a first day; nothing was collected before it.
type supplier struct {
	name  string
	form  string
	first time.Time
	boxes []string // words that a person ticked; a repeated one is more frequent
}

var (
	competition = &supplier{
		name:  "Concours & Cadeaux SARL",
		form:  "concours-2022",
		first: time.Date(2022, time.January, 10, 0, 0, 0, 0, time.UTC),
		boxes: []string{"offres de nos partenaires"},
	}
	shop = &supplier{
		name:  "Aspirateurs Dupont",
		form:  "boutique-v3",
		first: time.Date(2021, time.January, 4, 0, 0, 0, 0, time.UTC),
		boxes: []string{
			"nouveautés de la boutique et offres de nos partenaires",
			"nouveautés de la boutique et offres de nos partenaires",
			"nouveautés de la boutique",
		},
	}
	lastDay = time.Date(2024, time.May, 24, 0, 0, 0, 0, time.UTC)
)

// populate returns the people of the file in an order without meaning: one for
// each number, and householdCount more who share one with somebody of the same
// place.
func populate(rng *rand.Rand, numbers []int) []person {
	people := make([]person, 0, peopleCount)
	for i, number := range numbers {
		where := places[rng.IntN(len(places))]
		if i < overseasCount {
			where = overseas[i%len(overseas)]
		}
		people = append(people, invent(rng, number, where))
	}
	for i := range householdCount {
		first := people[overseasCount+i]
		second := invent(rng, first.number, first.place)
		for second.firstName == first.firstName {
			second = invent(rng, first.number, first.place)
		}
		people = append(people, second)
	}
	rng.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	return people
}

func invent(rng *rand.Rand, number int, where place) person {
	from := shop
	if rng.IntN(10) < 6 {
		from = competition
	}
	days := int(lastDay.Sub(from.first).Hours()/24) + 1
	p := person{
		number:    number,
		title:     titles[rng.IntN(len(titles))],
		lastName:  lastNames[rng.IntN(len(lastNames))],
		firstName: firstNames[rng.IntN(len(firstNames))],
		place:     where,
		supplier:  from,
		collected: from.first.AddDate(0, 0, rng.IntN(days)).Add(time.Duration(8*60+rng.IntN(13*60)) * time.Minute),
		box:       from.boxes[rng.IntN(len(from.boxes))],
	}
	if rng.IntN(5) == 0 {
		p.email = fmt.Sprintf("client%04d@example.org", rng.IntN(10_000))
	}
	return p
}

// spell writes the number as somebody might have typed it.
func spell(rng *rand.Rand, number int) string {
	a, b := number/100, number%100
	switch rng.IntN(20) {
	case 0:
		return fmt.Sprintf("63998%02d%02d", a, b) // a spreadsheet took the zero
	case 1:
		return fmt.Sprintf("06.39.98.%02d.%02d", a, b)
	case 2:
		return fmt.Sprintf("06-39-98-%02d-%02d", a, b)
	case 3:
		return fmt.Sprintf("+33 6 39 98 %02d %02d", a, b)
	case 4, 5:
		return fmt.Sprintf("+3363998%02d%02d", a, b)
	case 6:
		return fmt.Sprintf("+33 (0)6 39 98 %02d %02d", a, b)
	case 7:
		return fmt.Sprintf("0033 6 39 98 %02d %02d", a, b)
	case 8, 9, 10, 11, 12:
		return fmt.Sprintf("063998%02d%02d", a, b)
	default:
		return fmt.Sprintf("06 39 98 %02d %02d", a, b)
	}
}
