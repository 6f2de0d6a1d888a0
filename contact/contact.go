package contact

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// An ID is what the host calls a contact: opaque, and unique within its base.
type ID string

// A Fingerprint stands for an address where the address itself must not be:
// 16 bytes of a keyed hash, made by suppression.Keyring. The zero Fingerprint
// stands for none.
type Fingerprint [16]byte

// IsZero reports whether f stands for no address.
func (f Fingerprint) IsZero() bool { return f == Fingerprint{} }

// A KeyID names the secret, or the chain of secrets, that a fingerprint was
// made with. A store that holds fingerprints of one refuses questions asked
// with another, since they would match nothing.
type KeyID [8]byte

// A Point is one address of a contact, with its fingerprint where the source
// keeps it.
type Point struct {
	Address     Address     `json:"address"`
	Fingerprint Fingerprint `json:"fingerprint,omitzero"`
}

// A Contact is a person as a base knows them. Two contacts may share an address,
// as in a household; refusals attach to addresses, consent to persons.
type Contact struct {
	ID     ID      `json:"id"`
	Base   BaseID  `json:"base"`
	Points []Point `json:"points"`
	// Language is a BCP 47 tag, such as "fr". Empty means unknown.
	Language string `json:"language,omitempty"`
	// Territory and Zone come from a postal address. Empty means that the
	// territory of the address decides, and the decision shows the assumption.
	Territory Territory `json:"territory,omitempty"`
	Zone      string    `json:"zone,omitempty"` // IANA name
	// Subject is the host's name for the person across bases. A grant counts
	// only for its subject where both are known; a refusal ignores it.
	Subject    string      `json:"subject,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"` // sorted by name, each once
	// Origins says where the data came from. A contact with none cannot be
	// written to.
	Origins []Provenance `json:"origins,omitempty"`
}

// Point returns the first address of c that channel ch reaches.
func (c *Contact) Point(ch Channel) (Point, bool) {
	for _, p := range c.Points {
		if p.Address.Reaches(ch) {
			return p, true
		}
	}
	return Point{}, false
}

// Attribute returns the value called name, and whether c has one.
func (c *Contact) Attribute(name string) (Value, bool) {
	for i := range c.Attributes {
		if c.Attributes[i].Name == name {
			return c.Attributes[i].Value, true
		}
	}
	return Value{}, false
}

// Latest returns the youngest provenance of c, or nil when it has none.
func (c *Contact) Latest() *Provenance {
	var latest *Provenance
	for i := range c.Origins {
		if latest == nil || c.Origins[i].Collected.After(latest.Collected) {
			latest = &c.Origins[i]
		}
	}
	return latest
}

// Collected returns when the value of field was collected, by the youngest of
// the provenances it can have come from, or the zero time where none tells.
// Field is FieldLanguage or its like, or the name of an attribute.
func (c *Contact) Collected(field string) time.Time {
	var youngest time.Time
	for i := range c.Origins {
		p := &c.Origins[i]
		if len(p.Fields) > 0 && !slices.Contains(p.Fields, field) {
			continue
		}
		if p.Collected.After(youngest) {
			youngest = p.Collected
		}
	}
	return youngest
}

// Validate returns an error that names the first field that is wrong. It does
// not ask for an origin: a contact without one may be kept, and is denied by
// every gate.
func (c *Contact) Validate() error {
	if c.ID == "" {
		return fmt.Errorf("contact: ID is empty")
	}
	if c.Base == "" {
		return fmt.Errorf("contact %q: Base is empty", c.ID)
	}
	for i, p := range c.Points {
		if p.Address.IsZero() {
			return fmt.Errorf("contact %q: Points[%d] has no address", c.ID, i)
		}
	}
	for i := 1; i < len(c.Attributes); i++ {
		if c.Attributes[i-1].Name >= c.Attributes[i].Name {
			return fmt.Errorf("contact %q: Attributes are not sorted by name, or have one twice", c.ID)
		}
	}
	for i, p := range c.Origins {
		if err := p.Origin.Validate(); err != nil {
			return fmt.Errorf("contact %q: Origins[%d]: %w", c.ID, i, err)
		}
	}
	return nil
}

// An Attribute is one thing known about a contact.
type Attribute struct {
	Name  string `json:"name"`
	Value Value  `json:"value"`
}

// A Value is the typed value of an attribute. The zero Value is the empty text.
// Values compare with ==.
type Value struct {
	kind   ValueKind
	text   string
	number int64
}

// A ValueKind is the type of a [Value].
type ValueKind uint8

// The kinds of value.
const (
	TextValue ValueKind = iota
	NumberValue
	DateValue
	BoolValue
)

// String returns "text", "number", "date" or "bool".
func (k ValueKind) String() string {
	switch k {
	case NumberValue:
		return "number"
	case DateValue:
		return "date"
	case BoolValue:
		return "bool"
	default:
		return "text"
	}
}

// Text returns a value that is s.
func Text(s string) Value { return Value{text: s} }

// Number returns a value that is the whole number n.
func Number(n int64) Value { return Value{kind: NumberValue, number: n} }

// Date returns a value that is a calendar day, without a zone.
func Date(year int, month time.Month, day int) Value {
	return Value{kind: DateValue, number: time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()}
}

// Bool returns a value that is b.
func Bool(b bool) Value {
	v := Value{kind: BoolValue}
	if b {
		v.number = 1
	}
	return v
}

// Kind returns the type of v.
func (v Value) Kind() ValueKind { return v.kind }

// Int returns v as a whole number: itself, a date as seconds since 1970 in UTC,
// true as 1; a text is 0.
func (v Value) Int() int64 { return v.number }

// String returns v as a message would show it: a date as 2006-01-02.
func (v Value) String() string {
	switch v.kind {
	case NumberValue:
		return fmt.Sprint(v.number)
	case DateValue:
		return time.Unix(v.number, 0).UTC().Format(time.DateOnly)
	case BoolValue:
		return fmt.Sprint(v.number != 0)
	default:
		return v.text
	}
}

// MarshalJSON writes a text, a number and a bool as JSON does, and a date as
// {"date":"2006-01-02"}, so that a value read back is the same value.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case NumberValue:
		return json.Marshal(v.number)
	case BoolValue:
		return json.Marshal(v.number != 0)
	case DateValue:
		return json.Marshal(dateJSON{v.String()})
	default:
		return json.Marshal(v.text)
	}
}

type dateJSON struct {
	Date string `json:"date"`
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	var text string
	var number int64
	var yes bool
	var day dateJSON
	switch {
	case json.Unmarshal(b, &text) == nil:
		*v = Text(text)
	case json.Unmarshal(b, &number) == nil:
		*v = Number(number)
	case json.Unmarshal(b, &yes) == nil:
		*v = Bool(yes)
	case json.Unmarshal(b, &day) == nil:
		t, err := time.Parse(time.DateOnly, day.Date)
		if err != nil {
			return fmt.Errorf("contact: value: date is not 2006-01-02")
		}
		*v = Date(t.Date())
	default:
		return fmt.Errorf("contact: value: not a text, a whole number, a bool or a date")
	}
	return nil
}
