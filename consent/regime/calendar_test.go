package regime_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// The table of regulations §1.8, and a few years whose Easter is known to be
// hard to work out.
func TestEaster(t *testing.T) {
	t.Parallel()

	for year, want := range map[int]string{
		2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28",
		2028: "2028-04-16", 2029: "2029-04-01", 2030: "2030-04-21", 2031: "2031-04-13",
		1818: "1818-03-22", 1886: "1886-04-25", 1943: "1943-04-25", 1954: "1954-04-18", 1981: "1981-04-19",
		2000: "2000-04-23", 2008: "2008-03-23", 2011: "2011-04-24", 2038: "2038-04-25", 2049: "2049-04-18", 2285: "2285-03-22",
	} {
		require.Equal(t, want, regime.Easter(year).Format(time.DateOnly))
	}
	for year := 1600; year < 2400; year++ {
		e := regime.Easter(year)
		require.Equal(t, time.Sunday, e.Weekday())
		require.True(t, !e.Before(time.Date(year, 3, 22, 0, 0, 0, 0, time.UTC)) && !e.After(time.Date(year, 4, 25, 0, 0, 0, 0, time.UTC)), year)
	}
}

func TestFrenchHolidays(t *testing.T) {
	t.Parallel()

	holidays := func(year int, territory contact.Territory) []string {
		var out []string
		for d := time.Date(year, 1, 1, 23, 30, 0, 0, paris); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if regime.FrenchHoliday(d, territory) {
				out = append(out, d.Format("01-02"))
			}
		}
		return out
	}
	// Easter Monday, Ascension and Whit Monday of the table.
	for year, moving := range map[int][3]string{
		2024: {"04-01", "05-09", "05-20"}, 2025: {"04-21", "05-29", "06-09"}, 2026: {"04-06", "05-14", "05-25"}, 2027: {"03-29", "05-06", "05-17"},
		2028: {"04-17", "05-25", "06-05"}, 2029: {"04-02", "05-10", "05-21"}, 2030: {"04-22", "05-30", "06-10"}, 2031: {"04-14", "05-22", "06-02"},
	} {
		want := []string{"01-01", moving[0], "05-01", "05-08", moving[1], moving[2], "07-14", "08-15", "11-01", "11-11", "12-25"}
		require.ElementsMatch(t, want, holidays(year, "FR"), year)
		require.ElementsMatch(t, want, holidays(year, ""), year)
		for territory, day := range map[contact.Territory]string{
			"YT": "04-27", "MQ": "05-22", "GP": "05-27", "MF": "05-28", "GF": "06-10", "BL": "10-09", "RE": "12-20",
		} {
			require.Subset(t, holidays(year, territory), append([]string{day}, want...), "%d %s", year, territory)
			if day != moving[1] && day != moving[2] {
				require.Len(t, holidays(year, territory), 12, "%d %s", year, territory)
			}
			require.NotContains(t, holidays(2024, "FR"), day)
		}
	}
	// A day that is a holiday for two reasons is one.
	require.Len(t, holidays(2031, "MQ"), 11, "Ascension falls on 22 May 2031")

	tahiti := must(time.LoadLocation("Pacific/Tahiti"))
	midnight := time.Date(2024, 5, 1, 0, 0, 0, 0, paris)
	require.True(t, regime.FrenchHoliday(midnight, "FR"))
	require.False(t, regime.FrenchHoliday(midnight.Add(-time.Second), "FR"))
	require.False(t, regime.FrenchHoliday(midnight.In(tahiti), "PF"), "there it is still April")
}
