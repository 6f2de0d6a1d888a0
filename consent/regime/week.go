package regime

import (
	"fmt"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A span is the part of a day in which messages may go, from midnight. The zero
// span is none of it.
type span struct{ from, to time.Duration }

func (s span) String() string {
	if s == (span{}) {
		return "closed"
	}
	return fmt.Sprintf("%02d:%02d to %02d:%02d", int(s.from.Hours()), int(s.from.Minutes())%60, int(s.to.Hours()), int(s.to.Minutes())%60)
}

// A week has the span of each day, from Sunday on.
type week [7]span

// weekOf returns a week of days that are alike from Monday to Friday.
func weekOf(weekdays, saturday, sunday span) week {
	return week{sunday, weekdays, weekdays, weekdays, weekdays, weekdays, saturday}
}

func everyDay(from, to time.Duration) week {
	s := span{from, to}
	return weekOf(s, s, s)
}

func (w week) String() string {
	var parts []string
	for first := 0; first < len(w); {
		last := first
		for last+1 < len(w) && w[(last+2)%7] == w[(first+1)%7] {
			last++
		}
		days := time.Weekday((first + 1) % 7).String()
		if last > first {
			days += " to " + time.Weekday((last+1)%7).String()
		}
		parts = append(parts, days+" "+w[(first+1)%7].String())
		first = last + 1
	}
	return strings.Join(parts, "; ")
}

// opens returns local itself when w is open then, otherwise when it opens next,
// and the zero time when it never does.
func (w week) opens(local time.Time) time.Time {
	for days := range len(w) + 1 {
		s := w[(int(local.Weekday())+days)%len(w)]
		switch start := clock(local, days, s.from); {
		case s == span{}, !local.Before(clock(local, days, s.to)):
			continue
		case local.Before(start):
			return start
		default:
			return local
		}
	}
	return time.Time{}
}

// closes returns the end of the span of local's day.
func (w week) closes(local time.Time) time.Time { return clock(local, 0, w[local.Weekday()].to) }

// weekRule defers texts to the next moment at which w is open in every zone that
// the recipient may be in.
func weekRule(name string, w week, closed consent.Case, concerns func(*consent.Request) bool) consent.Rule {
	return rule{
		info:     consent.RuleInfo{Name: name, Params: w.String(), Cases: []consent.Case{closed}},
		concerns: concerns,
		place: func(p *consent.Plan, pl *consent.Place) consent.Finding {
			return judgeWeek(p.At(), pl, func(time.Time) week { return w }, func() uint8 { return 0 })
		},
	}
}

// judgeWeek judges the instant at by the week that counts at a local time.
// Where that is closed, closed says which case to name.
func judgeWeek(at time.Time, pl *consent.Place, weekAt func(local time.Time) week, closed func() uint8) consent.Finding {
	if len(pl.Zones) == 0 {
		return deny(0) // and accord.zone says why
	}
	opens, ok := nextOpen(at, pl, func(local time.Time, _ contact.Territory) time.Time { return weekAt(local).opens(local) })
	switch {
	case !ok:
		return deny(0)
	case opens.After(at):
		return consent.Finding{Outcome: consent.Defer, Case: closed(), Until: opens}
	}
	found := consent.Pass()
	for _, zone := range pl.Zones {
		local := at.In(zone)
		found.Deadline = earlier(found.Deadline, weekAt(local).closes(local))
	}
	return found
}
