package campaign

import (
	"fmt"
	"strings"

	"github.com/accordsdk/accord/contact"
)

// A Sensitivity says what an attribute may be used for. The zero Sensitivity is
// undeclared, and a political campaign cannot filter on it.
type Sensitivity uint8

// The sensitivities.
const (
	Undeclared Sensitivity = iota
	Ordinary
	// SpecialCategory is data of GDPR art. 9: opinions, religion, origin,
	// health, union, sex life.
	SpecialCategory
	// Surname may not be sorted by, since its sound suggests an origin (CNIL,
	// FR-POL-15, V1).
	Surname
	// Birthplace may not be selected on, for the same reason.
	Birthplace
)

// String returns the name of s, such as "special-category".
func (s Sensitivity) String() string {
	names := [...]string{"undeclared", "ordinary", "special-category", "surname", "birthplace"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("sensitivity-%d", uint8(s))
}

// MarshalText returns what [Sensitivity.String] does.
func (s Sensitivity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Schema declares the attributes of a base.
type Schema map[string]Sensitivity

// An Op compares an attribute with the values of a condition.
type Op string

// The comparisons. All are false for a contact without the attribute, except
// Absent.
const (
	Is      Op = "is"       // equal to one of the values
	IsNot   Op = "is-not"   // equal to none of the values
	AtLeast Op = "at-least" // a number or date not less than the value
	AtMost  Op = "at-most"  // a number or date not more than the value
	Present Op = "present"
	Absent  Op = "absent"
)

// A Condition is one line of a filter.
type Condition struct {
	Attribute string          `json:"attribute"`
	Op        Op              `json:"op"`
	Values    []contact.Value `json:"values,omitempty"`
}

// An Audience (in French, ciblage) is a declared filter over a base: every
// condition must hold. It is kept as evidence of how people were chosen. The
// zero Audience is the whole base.
type Audience struct {
	Conditions []Condition `json:"conditions,omitempty"`
}

// Validate returns an error that names the first condition that is wrong.
func (a *Audience) Validate() error {
	for i, c := range a.Conditions {
		fail := func(what string) error {
			return fmt.Errorf("audience: Conditions[%d] on %q: %s", i, c.Attribute, what)
		}
		if c.Attribute == "" {
			return fail("Attribute is empty")
		}
		switch c.Op {
		case Is, IsNot:
			if len(c.Values) == 0 {
				return fail("Values is empty")
			}
		case AtLeast, AtMost:
			if len(c.Values) != 1 {
				return fail("want one value")
			}
			if k := c.Values[0].Kind(); k != contact.NumberValue && k != contact.DateValue {
				return fail("want a number or a date, got a " + k.String())
			}
		case Present, Absent:
			if len(c.Values) != 0 {
				return fail("want no value")
			}
		default:
			return fail(fmt.Sprintf("unknown Op %q", c.Op))
		}
	}
	return nil
}

// suspect are parts of attribute names that a political campaign cannot filter
// on however they are declared.
var suspect = []string{"religion", "ethnic", "ethnie", "race", "origine_", "surname", "nom_de_famille", "patronyme", "birthplace", "lieu_naissance", "lieu_de_naissance", "pays_naissance", "opinion", "syndicat", "union_member", "sante", "health", "orientation_sex"}

// guard refuses filters that a political campaign may not use.
func (a *Audience) guard(schema Schema) error {
	for i, c := range a.Conditions {
		s := schema[c.Attribute]
		name := strings.ToLower(c.Attribute)
		for _, part := range suspect {
			if s == Ordinary && strings.Contains(name, part) {
				s = SpecialCategory
			}
		}
		if s != Ordinary {
			return fmt.Errorf("audience: Conditions[%d]: a political campaign cannot filter on %q, which is %s (GDPR art. 9; CNIL, FR-POL-15)", i, c.Attribute, s)
		}
	}
	return nil
}

// Includes reports whether the contact is in the audience.
func (a *Audience) Includes(c *contact.Contact) bool {
	for i := range a.Conditions {
		if !a.Conditions[i].holds(c) {
			return false
		}
	}
	return true
}

func (c *Condition) holds(p *contact.Contact) bool {
	v, ok := p.Attribute(c.Attribute)
	if c.Op == Absent {
		return !ok
	}
	if !ok {
		return false
	}
	switch c.Op {
	case Present:
		return true
	case AtLeast:
		return v.Kind() == c.Values[0].Kind() && v.Int() >= c.Values[0].Int()
	case AtMost:
		return v.Kind() == c.Values[0].Kind() && v.Int() <= c.Values[0].Int()
	}
	found := false
	for _, w := range c.Values {
		found = found || v == w
	}
	return found == (c.Op == Is)
}
