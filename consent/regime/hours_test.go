package regime_test

import (
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// open describes what the hours say at an instant: "until" with the end of the
// window, "from" with the next beginning, both in Paris, and "sunday" where a
// day is tolerated.
func open(t *testing.T, g *consent.Gate, territory contact.Territory, when time.Time) string {
	t.Helper()
	j := judgeIn(t, g, territory, request(contact.Commercial), when, acts(yes(contact.Commercial, when)))
	const layout = "Mon 2006-01-02 15:04"
	switch j.Outcome {
	case consent.Defer:
		return "from " + j.Until.In(paris).Format(layout)
	case consent.Allow:
		s := "until " + j.Deadline.In(paris).Format(layout)
		if slices.ContainsFunc(j.reasons, func(r consent.Reason) bool { return r.Code == "hours.sunday" }) {
			s += " sunday"
		}
		return s
	default:
		return j.String()
	}
}

// The hours of each charter in metropolitan France.
func TestHours(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for when, want := range map[string]string{
		// Carriers' contracts before there was a charter.
		"2024-06-03 08:00:00": "until Mon 2024-06-03 22:00",
		"2024-06-03 07:59:59": "from Mon 2024-06-03 08:00",
		"2024-06-03 00:00:00": "from Mon 2024-06-03 08:00",
		"2024-06-03 21:59:59": "until Mon 2024-06-03 22:00",
		"2024-06-03 22:00:00": "from Tue 2024-06-04 08:00",
		"2024-06-03 23:59:59": "from Tue 2024-06-04 08:00",
		"2024-06-01 22:00:00": "from Mon 2024-06-03 08:00", // Saturday night: not on Sunday
		"2024-06-02 12:00:00": "from Mon 2024-06-03 08:00",
		"2024-05-08 12:00:00": "from Fri 2024-05-10 08:00", // Victory, then Ascension
		"2024-05-18 22:30:00": "from Tue 2024-05-21 08:00", // Whitsun, and its Monday
		"2024-05-09 12:00:00": "from Fri 2024-05-10 08:00",
		"2023-12-24 12:00:00": "from Tue 2023-12-26 08:00", // Sunday, then Christmas
		"2019-06-03 12:00:00": "until Mon 2019-06-03 22:00",

		// The charter of 2024, from 1 September.
		"2024-09-02 21:59:59": "until Mon 2024-09-02 22:00",
		"2024-09-01 12:00:00": "from Mon 2024-09-02 08:00",
		"2025-11-11 09:00:00": "from Wed 2025-11-12 08:00",
		"2026-02-28 21:45:00": "until Sat 2026-02-28 22:00",

		// The charter of 2026, from March: half an hour less, and Sundays are
		// tolerated.
		"2026-03-02 21:29:59": "until Mon 2026-03-02 21:30",
		"2026-03-02 21:30:00": "from Tue 2026-03-03 08:00",
		"2026-03-02 21:45:00": "from Tue 2026-03-03 08:00",
		"2026-03-08 12:00:00": "until Sun 2026-03-08 21:30 sunday",
		"2026-03-07 21:30:00": "from Sun 2026-03-08 08:00",
		"2026-05-01 12:00:00": "until Fri 2026-05-01 21:30 sunday",
		"2026-05-02 12:00:00": "until Sat 2026-05-02 21:30",

		// The days on which clocks change have 23 and 25 hours, and 8:00 is 8:00.
		"2024-03-30 22:00:00": "from Tue 2024-04-02 08:00", // and Easter
		"2025-03-29 22:00:00": "from Mon 2025-03-31 08:00",
		"2026-03-28 21:30:00": "from Sun 2026-03-29 08:00",
		"2026-03-29 01:59:59": "from Sun 2026-03-29 08:00",
		"2026-03-29 03:00:00": "from Sun 2026-03-29 08:00",
		"2026-03-29 20:00:00": "until Sun 2026-03-29 21:30 sunday",
		"2026-10-24 22:00:00": "from Sun 2026-10-25 08:00",
		"2026-10-25 02:30:00": "from Sun 2026-10-25 08:00",
		"2026-10-25 21:29:59": "until Sun 2026-10-25 21:30 sunday",
	} {
		require.Equal(t, want, open(t, g, "FR", at(t, when)), when)
	}
}

// Overseas, it is the recipient's clock and holidays that count.
func TestHoursOverseas(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for _, tt := range []struct {
		territory contact.Territory
		when      string // in Paris
		want      string
	}{
		{"RE", "2024-06-03 06:00:00", "until Mon 2024-06-03 20:00"}, // 8:00 there
		{"RE", "2024-06-03 05:59:59", "from Mon 2024-06-03 06:00"},
		{"GP", "2024-06-03 13:59:59", "from Mon 2024-06-03 14:00"},
		{"GP", "2024-06-04 03:59:59", "until Tue 2024-06-04 04:00"},
		{"GP", "2024-05-27 20:00:00", "from Tue 2024-05-28 14:00"}, // abolition of slavery
		{"MQ", "2024-05-27 20:00:00", "until Tue 2024-05-28 04:00"},
		{"MQ", "2024-05-22 20:00:00", "from Thu 2024-05-23 14:00"},
		{"GF", "2024-06-10 20:00:00", "from Tue 2024-06-11 13:00"},
		{"YT", "2023-04-27 12:00:00", "from Fri 2023-04-28 07:00"},
		{"NC", "2024-06-03 00:00:00", "until Mon 2024-06-03 13:00"}, // 9:00 there
		{"NC", "2024-06-02 23:00:00", "until Mon 2024-06-03 13:00"}, // Monday there
		{"NC", "2024-06-02 22:59:59", "from Sun 2024-06-02 23:00"},
		{"WF", "2024-06-02 22:00:00", "until Mon 2024-06-03 12:00"},
		{"PM", "2024-06-03 12:00:00", "until Tue 2024-06-04 02:00"},
		// Three clocks in Polynesia: open when all are.
		{"PF", "2024-06-03 19:30:00", "from Mon 2024-06-03 20:00"}, // 8:00 in Tahiti
		{"PF", "2024-06-03 19:59:59", "from Mon 2024-06-03 20:00"},
		{"PF", "2024-06-03 20:00:00", "until Tue 2024-06-04 09:00"}, // 22:00 in the Gambier islands
		{"PF", "2024-06-04 09:00:00", "from Tue 2024-06-04 20:00"},
		{"PF", "2024-06-01 08:59:59", "until Sat 2024-06-01 09:00"}, // Friday there
		{"PF", "2024-06-02 08:00:00", "until Sun 2024-06-02 09:00"}, // Saturday evening there
		{"PF", "2024-06-02 09:00:00", "from Mon 2024-06-03 20:00"},  // and Sunday is left out
	} {
		require.Equal(t, tt.want, open(t, g, tt.territory, at(t, tt.when)), "%s at %s", tt.territory, tt.when)
	}
}

// G11: the same facts in the middle of the night, on either side of each date.
func TestHoursChangeAtTheirDates(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for text, want := range map[string]string{
		"2018-06-04T02:00:00Z": "fr.hours-2018",
		"2024-08-31T23:59:59Z": "fr.hours-2018",
		"2024-09-01T00:00:00Z": "fr.hours-2024",
		"2026-02-28T23:59:59Z": "fr.hours-2024",
		"2026-03-01T00:00:00Z": "fr.hours-2026",
		"2036-03-01T00:00:00Z": "fr.hours-2026",
	} {
		when, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		j := judge(t, g, request(contact.Commercial), when, acts(yes(contact.Commercial, when)))
		require.EqualValues(t, "hours.closed", j.code, text)
		require.Equal(t, want, j.reasons[0].Rule, text)
	}
	require.Equal(t, "until Sat 2026-02-28 22:00", open(t, g, "FR", at(t, "2026-02-28 21:45:00")))
	require.Equal(t, "from Mon 2026-03-02 08:00", open(t, g, "FR", at(t, "2026-03-01 21:45:00")))
}

func TestHoursConcern(t *testing.T) {
	t.Parallel()

	night := at(t, "2024-06-03 23:00:00")
	g := gate(t)
	closed := func(req consent.Request) bool {
		j := judge(t, g, req, night)
		return slices.ContainsFunc(j.reasons, func(r consent.Reason) bool { return r.Code == "hours.closed" })
	}
	for name, tt := range map[string]struct {
		request consent.Request
		want    bool
	}{
		"an offer":            {request(contact.Commercial), true},
		"a political message": {request(contact.Political), true},
		"a consent request":   {request(contact.Political, asking), true},
		"a message by RCS":    {request(contact.Commercial, func(r *consent.Request) { r.Channel = contact.RCS }), true},
		"an e-mail":           {request(contact.Commercial, func(r *consent.Request) { r.Channel = contact.EmailChannel }), false},
		"about a contract":    {request(contact.Service), false},
		"an answer to a keyword": {request(contact.Commercial, func(r *consent.Request) {
			r.Kind, r.InReplyTo = consent.KeywordReply, consent.Inbound{Event: "e", At: night}
		}), false},
	} {
		require.Equal(t, tt.want, closed(tt.request), name)
	}
}

// Whenever a window opens, it is open, in every territory and at any minute of
// a year with both changes of the clock.
func TestHoursOpenWhenTheySay(t *testing.T) {
	t.Parallel()

	g := gate(t, func(p *consent.Pack) { p.Territories = nil }) // Spain has two clocks
	req := request(contact.Commercial)
	for _, territory := range []contact.Territory{"FR", "RE", "GP", "PF", "NC", "PM", "ES", "PT"} {
		for _, start := range []string{"2025-03-24 00:17:00", "2025-10-20 00:17:00", "2025-12-20 00:17:00", "2026-03-24 00:17:00", "2026-04-27 00:17:00"} {
			for when, n := at(t, start), 0; n < 130; when, n = when.Add(149*time.Minute), n+1 {
				known := acts(yes(contact.Commercial, when))
				j := judgeIn(t, g, territory, req, when, known)
				switch j.Outcome {
				case consent.Defer:
					require.True(t, j.Until.After(when))
					require.Less(t, j.Until.Sub(when), 5*24*time.Hour)
					require.Equal(t, consent.Allow, judgeIn(t, g, territory, req, j.Until, known).Outcome, "%s: at %v not before %v", territory, when, j.Until)
					require.Equal(t, consent.Defer, judgeIn(t, g, territory, req, j.Until.Add(-time.Second), known).Outcome)
				case consent.Allow:
					require.Equal(t, consent.Allow, judgeIn(t, g, territory, req, j.Deadline.Add(-time.Second), known).Outcome)
					require.Equal(t, consent.Defer, judgeIn(t, g, territory, req, j.Deadline, known).Outcome, "%s: at %v until %v", territory, when, j.Deadline)
				default:
					require.Fail(t, j.String())
				}
			}
		}
	}
}
