package regime

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// hours is a daily window in the recipient's time.
type hours struct {
	from, to time.Duration // from midnight
	// workingDays leaves out Sundays and public holidays.
	workingDays bool
}

func (h hours) String() string {
	days := "every day"
	if h.workingDays {
		days = "Monday to Saturday, except public holidays"
	}
	return fmt.Sprintf("%02d:%02d to %02d:%02d, %s", int(h.from.Hours()), int(h.from.Minutes())%60, int(h.to.Hours()), int(h.to.Minutes())%60, days)
}

// hoursBefore2024 is what carriers' contracts said before the operators had a
// common charter: vendors' pages agree on 22:00 to 8:00, Sundays and holidays.
func hoursBefore2024() consent.Rule {
	return hoursRule("fr.hours-2018", time.Time{}, date(2024, 9, 1),
		hours{8 * time.Hour, 22 * time.Hour, true}, consent.Unverified,
		consent.Source{Text: "carriers' contracts of the time, by vendors' pages", Ref: "FR-SMS-10"})
}

func hoursOf2024() consent.Rule {
	return hoursRule("fr.hours-2024", date(2024, 9, 1), date(2026, 3, 1),
		hours{8 * time.Hour, 22 * time.Hour, true}, consent.Settled,
		consent.Source{Text: "AF2M, charte de déontologie Business Messaging", Date: "2024-09-01", Ref: "FR-SMS-8"})
}

// hoursOf2026 starts on 1 March 2026: the charter was announced on 17 February
// "from next month", and no exact day was found.
func hoursOf2026() consent.Rule {
	return hoursRule("fr.hours-2026", date(2026, 3, 1), time.Time{},
		hours{8 * time.Hour, 21*time.Hour + 30*time.Minute, false}, consent.Unverified,
		consent.Source{Text: "AF2M, charte Business Messaging 2026", Date: "2026-02-17", Ref: "FR-SMS-9"})
}

// hoursRule defers SMS and RCS that are not service messages to the next moment
// at which the window is open in every zone that the recipient may be in. No
// statute sets hours for SMS: the level is contract (FR-SMS-10).
func hoursRule(name string, from, until time.Time, h hours, certainty consent.Certainty, source consent.Source) consent.Rule {
	const closed, sunday = 0, 1
	return rule{
		info: consent.RuleInfo{
			Name: name, InForce: from, Until: until, Params: h.String(),
			Cases: []consent.Case{
				{
					Code: "hours.closed", Level: consent.Contract, Certainty: certainty, Source: source,
					Says:   words("Carriers do not take such messages at this hour.", "Les opérateurs n'acceptent pas ces messages à cette heure."),
					Remedy: words("It is decided again when the window opens.", "La décision est reprise à l'ouverture de la plage."),
				}, {
					Code: "hours.sunday", Level: consent.Advice, Certainty: certainty, Source: source,
					Says: words("Sundays and public holidays are tolerated and not recommended.", "Les dimanches et jours fériés sont tolérés mais déconseillés."),
				},
			},
		},
		concerns: func(r *consent.Request) bool {
			return electronic(r) && r.Purpose != contact.Service && (r.Channel == contact.SMS || r.Channel == contact.RCS)
		},
		place: func(p *consent.Plan, pl *consent.Place) consent.Finding {
			if len(pl.Zones) == 0 {
				return deny(closed) // and accord.zone says why
			}
			at := p.At()
			opens, ok := h.next(at, pl)
			if !ok {
				return deny(closed)
			}
			if opens.After(at) {
				return consent.Finding{Outcome: consent.Defer, Case: closed, Until: opens}
			}
			found := consent.Pass()
			for _, zone := range pl.Zones {
				local := at.In(zone)
				if !h.workingDays && (local.Weekday() == time.Sunday || FrenchHoliday(local, pl.Territory)) {
					found = note(sunday)
				}
			}
			for _, zone := range pl.Zones {
				found.Deadline = earlier(found.Deadline, clock(at.In(zone), 0, h.to))
			}
			return found
		},
	}
}

// next returns the first moment, at or after t, at which the window is open in
// every zone of pl.
func (h hours) next(t time.Time, pl *consent.Place) (time.Time, bool) {
	return nextOpen(t, pl, h.opens)
}

// nextOpen is next for any window. What opens returns is not before the time it
// is given, or is zero where the window never opens.
func nextOpen(t time.Time, pl *consent.Place, opens func(time.Time, contact.Territory) time.Time) (time.Time, bool) {
	const tries = 60 // days and zones to step over; two weeks without a working day do not exist
	for range tries {
		moved := false
		for _, zone := range pl.Zones {
			open := opens(t.In(zone), pl.Territory)
			if open.IsZero() {
				return time.Time{}, false
			}
			if open.After(t) {
				t, moved = open.UTC(), true
			}
		}
		if !moved {
			return t, true
		}
	}
	return time.Time{}, false
}

// opens returns local itself when the window is open then, and otherwise when
// it opens, looking no further than the next day.
func (h hours) opens(local time.Time, territory contact.Territory) time.Time {
	start, end := clock(local, 0, h.from), clock(local, 0, h.to)
	working := !h.workingDays || local.Weekday() != time.Sunday && !FrenchHoliday(local, territory)
	switch {
	case !working, !local.Before(end):
		return h.nextDay(local)
	case local.Before(start):
		return start
	default:
		return local
	}
}

func (h hours) nextDay(local time.Time) time.Time { return clock(local, 1, h.from) }

// clock returns the moment at which clocks of local's zone show d past midnight
// some days later, whatever the length of the days between.
func clock(local time.Time, days int, d time.Duration) time.Time {
	y, m, day := local.Date()
	return time.Date(y, m, day+days, int(d.Hours()), int(d.Minutes())%60, 0, 0, local.Location())
}
