package supplier

import (
	"fmt"
	"slices"
)

// A Code names what is wrong with a line of a supplier's file, or doubtful. The
// zero Code is none.
type Code uint8

// The codes. Of those in the first group the grant cannot be recorded: it would
// have no date, or name words that nobody was shown.
const (
	NoFlag        Code = iota
	Future             // the date is later than the import
	NoDate             // no date, or none that can be read
	NoForm             // no form is named
	UnknownForm        // the profile has no such form
	BeforeForm         // the date is before the form was on-line
	AfterForm          // the date is after the form was taken off-line
	OtherChannel       // the form asked for no channel that reaches the address
	Contradiction      // the same grant stands elsewhere with other evidence

	TooOld     // older than Limits.Years at import
	SameSecond // Limits.SameSecond grants or more in one second
	SharedIP   // Limits.SharedIP grants or more from one IP address
	ReservedIP // an IP address that is nobody's: private, reserved, documentation
	OtherSite  // the URL is not of a site of the form
	NoIP       // a column holds IP addresses, and this one is missing or unreadable
	NoURL      // a column holds URLs, and this one is missing
	Midnight   // all dates of the form are at midnight: days and not instants
	codes
)

// A Level says how much a flag weighs. The zero Level is Advice.
type Level uint8

// The levels.
const (
	// Advice is for the supplier to do better; the line is complete.
	Advice Level = iota
	// Doubt means that a part of the evidence is missing. What is recorded is
	// asserted, even where the profile is audited.
	Doubt
	// Void means that the line proves nothing.
	Void
	levels
)

var levelNames = [levels]string{"advice", "doubt", "void"}

// String returns "advice", "doubt" or "void".
func (l Level) String() string { return name(levelNames[:], l, "level") }

// MarshalText returns the name of l.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what [Level.MarshalText] writes.
func (l *Level) UnmarshalText(text []byte) error {
	return unmarshalName(text, levelNames[:], l, "level")
}

// An Action says what a flag does. The zero Action is none.
type Action uint8

// The actions.
const (
	NoAction Action = iota
	Refuse          // the person is put, and no grant recorded
	Record          // the grant is recorded, as asserted unless the flag is an advice
	actions
)

var actionNames = [actions]string{"none", "refuse", "record"}

// String returns "refuse" or "record".
func (a Action) String() string { return name(actionNames[:], a, "action") }

// MarshalText returns the name of a.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what [Action.MarshalText] writes.
func (a *Action) UnmarshalText(text []byte) error {
	return unmarshalName(text, actionNames[:], a, "action")
}

// flagTable says of each code what it is called, weighs and does. Fixed flags
// always refuse: there is nothing that could be recorded.
var flagTable = [codes]struct {
	name   string
	level  Level
	action Action
	fixed  bool
}{
	NoFlag:        {name: "none"},
	Future:        {"future", Void, Refuse, true},
	NoDate:        {"no-date", Void, Refuse, true},
	NoForm:        {"no-form", Void, Refuse, true},
	UnknownForm:   {"unknown-form", Void, Refuse, true},
	BeforeForm:    {"before-form", Void, Refuse, true},
	AfterForm:     {"after-form", Void, Refuse, true},
	OtherChannel:  {"other-channel", Void, Refuse, true},
	Contradiction: {"contradiction", Void, Refuse, true},
	TooOld:        {"too-old", Void, Refuse, false},
	SameSecond:    {"same-second", Void, Refuse, false},
	SharedIP:      {"shared-ip", Void, Refuse, false},
	ReservedIP:    {"reserved-ip", Void, Refuse, false},
	OtherSite:     {"other-site", Void, Refuse, false},
	NoIP:          {"no-ip", Doubt, Record, false},
	NoURL:         {"no-url", Doubt, Record, false},
	Midnight:      {"midnight", Advice, Record, false},
}

// Codes returns all codes, in the order in which reports have them.
func Codes() []Code {
	var out []Code
	for c := NoFlag + 1; c < codes; c++ {
		out = append(out, c)
	}
	return out
}

// String returns the name of c, such as "same-second".
func (c Code) String() string {
	if c < codes {
		return flagTable[c].name
	}
	return fmt.Sprintf("code-%d", uint8(c))
}

// MarshalText returns the name of c.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [Code.MarshalText] writes.
func (c *Code) UnmarshalText(text []byte) error {
	for known := range codes {
		if flagTable[known].name == string(text) {
			*c = known
			return nil
		}
	}
	return fmt.Errorf("supplier: unknown code %q", text)
}

// Level returns how much c weighs.
func (c Code) Level() Level {
	if c < codes {
		return flagTable[c].level
	}
	return Void
}

// Action returns what c does by default.
func (c Code) Action() Action {
	if c < codes {
		return flagTable[c].action
	}
	return Refuse
}

// Fixed reports whether a profile cannot have c recorded.
func (c Code) Fixed() bool { return c >= codes || flagTable[c].fixed }

func name[T ~uint8](names []string, v T, what string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s-%d", what, uint8(v))
}

func unmarshalName[T ~uint8](text []byte, names []string, to *T, what string) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("supplier: unknown %s %q", what, text)
	}
	*to = T(i)
	return nil
}

// A flagSet is a set of codes.
type flagSet uint32

func (s flagSet) has(c Code) bool { return s&(1<<c) != 0 }

func (s *flagSet) add(c Code) { *s |= 1 << c }
