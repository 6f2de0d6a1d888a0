package campaign

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/accordsdk/accord/consent"
)

// A State says how far one contact of an audience got. The zero State is none.
type State uint8

// The states.
const (
	NoState State = iota
	// Excluded: no message goes, for the reason of the code.
	Excluded
	// Ready: a message may go, and none has been tried.
	Ready
	// Deferred: a message may go later.
	Deferred
	// InFlight: a worker is handing a message over now.
	InFlight
	// Unknown: a message was tried and may have gone. It is not tried again.
	Unknown
	// HandedOver: the carrier has it, and has not said more.
	HandedOver
	Delivered
	Undelivered
	// Failed: the carrier refused it for good, or for too long.
	Failed
	// Cancelled: a refusal or the end of the campaign came first.
	Cancelled
	stateCount
)

var stateNames = [stateCount]string{"none", "excluded", "ready", "deferred", "in-flight", "unknown", "handed-over", "delivered", "undelivered", "failed", "cancelled"}

// String returns the name of s, such as "handed-over".
func (s State) String() string {
	if s < stateCount {
		return stateNames[s]
	}
	return fmt.Sprintf("state-%d", uint8(s))
}

// The codes of classes that rules do not give.
const (
	// CodeDuplicate: another contact of the audience has the same address, and
	// gets the message.
	CodeDuplicate consent.Code = "address.duplicate"
	// CodeChanged: the contact no longer has the address that the audience was
	// frozen with.
	CodeChanged consent.Code = "address.changed"
	// CodeErased: the contact is no longer there.
	CodeErased consent.Code = "contact.erased"
	// CodeValue: the contact lacks a value that the template needs, and the
	// field has no default.
	CodeValue consent.Code = "template.value-missing"
	// CodeValueWrong: a value is not of the type of its field, or holds what a
	// message may not: a line end, a control or bidirectional character, a link
	// that is not https.
	CodeValueWrong consent.Code = "template.value-wrong"
	// CodeValueLong: a value is longer than its field allows.
	CodeValueLong consent.Code = "template.value-too-long"
	// CodeTextLong: the whole text needs more than MaxSegments.
	CodeTextLong consent.Code = "template.text-too-long"
)

// A Class is a state with the code of the reason. Every contact of an audience
// is in exactly one.
type Class struct {
	State State
	Code  consent.Code
}

// String returns c as "excluded:consent.never-asked".
func (c Class) String() string {
	if c.Code == "" {
		return c.State.String()
	}
	return c.State.String() + ":" + string(c.Code)
}

// MarshalText returns what [Class.String] does.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [Class.MarshalText] writes.
func (c *Class) UnmarshalText(text []byte) error {
	name, code, _ := strings.Cut(string(text), ":")
	i := slices.Index(stateNames[:], name)
	if i < 0 {
		return fmt.Errorf("campaign: unknown state in class %q", text)
	}
	*c = Class{State(i), consent.Code(code)}
	return nil
}

// A Tally counts contacts by class.
type Tally map[Class]int

// Total returns the sum of all classes.
func (t Tally) Total() int {
	n := 0
	for _, c := range t {
		n += c
	}
	return n
}

// In returns the sum of the classes in the states given.
func (t Tally) In(states ...State) int {
	n := 0
	for c, k := range t {
		if slices.Contains(states, c.State) {
			n += k
		}
	}
	return n
}

// Add adds every count of u to t.
func (t Tally) Add(u Tally) {
	for c, n := range u {
		t[c] += n
	}
}

// Classes returns the classes of t with a count, by state and then code.
func (t Tally) Classes() []Class {
	return slices.SortedFunc(maps.Keys(t), func(a, b Class) int {
		if a.State != b.State {
			return int(a.State) - int(b.State)
		}
		return strings.Compare(string(a.Code), string(b.Code))
	})
}

// A Change is one line of [Diff].
type Change struct {
	Class Class `json:"class"`
	From  int   `json:"from"`
	To    int   `json:"to"`
}

// Diff returns the classes whose counts differ, in the order of
// [Tally.Classes].
func Diff(from, to Tally) []Change {
	all := maps.Clone(from)
	if all == nil {
		all = Tally{}
	}
	for c := range to {
		all[c] += 0
	}
	var out []Change
	for _, c := range all.Classes() {
		if from[c] != to[c] {
			out = append(out, Change{c, from[c], to[c]})
		}
	}
	return out
}
