package regime_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// clocks are the territories of the timetables, with the clock that they are
// written in. Polynesia has three; the table shows Tahiti's.
var clocks = []struct {
	territory  contact.Territory
	name, zone string
}{
	{"FR", "Metropolitan France", "Europe/Paris"},
	{"GP", "Guadeloupe", "America/Guadeloupe"},
	{"RE", "La Réunion", "Indian/Reunion"},
	{"PF", "Polynésie française", "Pacific/Tahiti"},
	{"NC", "Nouvelle-Calédonie", "Pacific/Noumea"},
}

// The days around a poll, hour by hour from Thursday to Monday, by the clock of
// the recipient: what may be sent to a person who agreed, and who may be asked.
// The tables are for lawyers to read; UPDATE_GOLDEN=1 in the environment writes
// them.
func TestTimetables(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for _, tt := range []struct {
		file, title string
		election    consent.ElectionID
		thursday    [3]int
	}{
		{"european-2024", "European election, Sunday 9 June 2024", "fr-european-2024", [3]int{2024, 6, 6}},
		{"presidential-2027-1", "Presidential election, first round, probably Sunday 18 April 2027", "fr-presidential-2027", [3]int{2027, 4, 15}},
		{"presidential-2027-2", "Presidential election, second round, probably Sunday 2 May 2027", "fr-presidential-2027", [3]int{2027, 4, 29}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()

			var b strings.Builder
			fmt.Fprintf(&b, "%s\n\nAsked at each full hour, by the clock of the recipient.\n", tt.title)
			for _, c := range clocks {
				zone, err := time.LoadLocation(c.zone)
				require.NoError(t, err)
				thursday := time.Date(tt.thursday[0], time.Month(tt.thursday[1]), tt.thursday[2], 0, 0, 0, 0, zone)
				require.Equal(t, time.Thursday, thursday.Weekday())
				fmt.Fprintf(&b, "\n== %s (%s)\n", c.name, c.zone)
				for _, m := range messages(tt.election) {
					fmt.Fprintf(&b, "\n%s\n", m.name)
					last := ""
					for hour := range 5 * 24 {
						when := time.Date(thursday.Year(), thursday.Month(), thursday.Day(), hour, 0, 0, 0, zone)
						if said := m.ask(t, g, c.territory, when); said != last {
							fmt.Fprintf(&b, "  %s  %s\n", when.Format("Mon 02 Jan 15:04"), said)
							last = said
						}
					}
				}
			}
			file := "testdata/" + tt.file + ".golden"
			if os.Getenv("UPDATE_GOLDEN") != "" {
				require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err, "run again with UPDATE_GOLDEN=1")
			require.Equal(t, string(want), b.String(), "if this change is meant, run again with UPDATE_GOLDEN=1")
		})
	}
}

// A message is one line of a timetable.
type message struct {
	name    string
	request consent.Request
}

func messages(election consent.ElectionID) []message {
	var out []message
	for _, channel := range []contact.Channel{contact.SMS, contact.EmailChannel} {
		by := func(r *consent.Request) { r.Channel = channel }
		about := func(r *consent.Request) { r.Election = election }
		out = append(out,
			message{fmt.Sprintf("political, %s", channel), request(contact.Political, own, by, about)},
			message{fmt.Sprintf("political, request for consent, %s", channel), request(contact.Political, own, by, about, asking)},
			message{fmt.Sprintf("commercial, %s", channel), request(contact.Commercial, own, by)},
			message{fmt.Sprintf("service, %s", channel), request(contact.Service, own, by)})
	}
	return out
}

// ask returns the answer for a person who agreed to such messages a month ago,
// or who was never asked where m asks.
func (m message) ask(t *testing.T, g *consent.Gate, territory contact.Territory, when time.Time) string {
	t.Helper()

	known := func(f *consent.Facts) {
		if m.request.Channel == contact.EmailChannel {
			f.AddressKind = contact.Email
		}
		if m.request.Kind == consent.ConsentRequest {
			return
		}
		acts(yes(m.request.Purpose, when, func(a *consent.Act) {
			a.Channels = contact.Channels(m.request.Channel)
			if m.request.Purpose == contact.Service {
				a.Kind = consent.Related
			}
		}))(f)
	}
	j := judgeIn(t, g, territory, m.request, when, known)
	said := j.Outcome.String()
	if j.Outcome == consent.Defer {
		said += " until " + j.Until.In(when.Location()).Format("Mon 02 Jan 15:04")
	}
	codes := make([]string, len(j.reasons))
	for i := range j.reasons {
		codes[i] = string(j.reasons[i].Code)
	}
	return said + ": " + strings.Join(codes, ", ")
}
