package regime

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// votesSaturday are the French territories that vote one day before the others
// (FR-ELE-3, V2).
var votesSaturday = []contact.Territory{"PM", "GF", "GP", "MQ", "BL", "MF", "PF"}

// votesSunday are the overseas territories that vote on Sunday by their own
// clock (FR-ELE-4, V2).
var votesSunday = []contact.Territory{"NC", "WF", "RE", "YT"}

// FrenchPoll returns the silences around a French poll whose metropolitan
// voting day is the Sunday given: from 0:00 of the eve, by the clock of each
// territory (Code électoral art. L49, in force since 30 June 2020: V1), to the
// closing of the last polling station in metropolitan France at 20:00, Paris
// time, for all of them. The article names no end; the closing is an inference
// (FR-ELE-2), and for overseas territories the later hour is the careful one.
// Where the territory is unknown, the silence is the union of all.
func FrenchPoll(year int, month time.Month, sunday int) ([]consent.Silence, error) {
	if time.Date(year, month, sunday, 0, 0, 0, 0, time.UTC).Weekday() != time.Sunday {
		return nil, fmt.Errorf("regime: %04d-%02d-%02d is not a Sunday", year, month, sunday)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("regime: %w", err)
	}
	until := time.Date(year, month, sunday, 20, 0, 0, 0, paris).UTC()
	var out []consent.Silence
	add := func(t contact.Territory, eve int) error {
		// Polynesia has three clocks: the silence starts with the first.
		var from time.Time
		for _, name := range t.Zones() {
			zone, err := time.LoadLocation(name)
			if err != nil {
				return fmt.Errorf("regime: %w", err)
			}
			start := time.Date(year, month, eve, 0, 0, 0, 0, zone).UTC()
			if from.IsZero() || start.Before(from) {
				from = start
			}
		}
		out = append(out, consent.Silence{Territory: t, From: from, Until: until})
		return nil
	}
	for _, t := range votesSaturday {
		if err := add(t, sunday-2); err != nil {
			return nil, err
		}
	}
	for _, t := range append([]contact.Territory{"FR"}, votesSunday...) {
		if err := add(t, sunday-1); err != nil {
			return nil, err
		}
	}
	union := consent.Silence{From: out[0].From, Until: until}
	for _, s := range out {
		if s.From.Before(union.From) {
			union.From = s.From
		}
	}
	return append(out, union), nil
}

// mustPoll is FrenchPoll for the dates below, which a test reads.
func mustPoll(year int, month time.Month, sunday int) []consent.Silence {
	s, err := FrenchPoll(year, month, sunday)
	if err != nil {
		panic(err) // a programmer's error: the zones are linked in, the dates are below
	}
	return s
}

// FrenchElections returns the polls that this version of the library knows:
// the European election of June 2024, and the presidential election of 2027 at
// its probable dates (V2: the decree that convenes voters fixes them).
func FrenchElections() []consent.Election {
	return []consent.Election{
		{
			ID: "fr-european-2024", Name: "élections européennes du 9 juin 2024", Decreed: true,
			Silences: mustPoll(2024, time.June, 9),
			Ends:     time.Date(2024, time.June, 9, 18, 0, 0, 0, time.UTC),
			Source:   "Code électoral art. L49; FR-ELE-3, FR-ELE-4 (V2)",
		}, {
			ID: "fr-presidential-2027", Name: "élection présidentielle de 2027",
			Silences: append(mustPoll(2027, time.April, 18), mustPoll(2027, time.May, 2)...),
			Ends:     time.Date(2027, time.May, 2, 18, 0, 0, 0, time.UTC),
			Source:   "service-public.gouv.fr, read by a third party in September 2026; FR-ELE-5 (V2, probable)",
		},
	}
}
