// Package merge is how stores make one contact of two: see contact.Store.Put.
package merge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
)

// A Person is a contact as it is kept.
type Person struct {
	contact.Contact
	// Ages say when the value of a field was collected. A Person has them from
	// the first merge on: until then all there is came together.
	Ages []Age
}

// An Age says when the value of a field was collected.
type Age struct {
	Field string
	At    time.Time
}

func (r *Person) age(field string) time.Time {
	for i := range r.Ages {
		if r.Ages[i].Field == field {
			return r.Ages[i].At
		}
	}
	return time.Time{}
}

func (r *Person) setAge(field string, at time.Time) {
	for i := range r.Ages {
		if r.Ages[i].Field == field {
			r.Ages[i].At = at
			return
		}
	}
	r.Ages = append(r.Ages, Age{field, at})
}

// part is the place of one text of a contact.
type part struct {
	field string
	value *string
}

func parts(c *contact.Contact) [4]part {
	return [4]part{
		{contact.FieldLanguage, &c.Language},
		{contact.FieldTerritory, (*string)(&c.Territory)},
		{contact.FieldZone, &c.Zone},
		{contact.FieldSubject, &c.Subject},
	}
}

// ageAll notes the ages of what r has, before something of another age comes.
func (r *Person) ageAll() {
	if r.Ages != nil {
		return
	}
	r.Ages = make([]Age, 0, len(r.Attributes)+4)
	for _, p := range parts(&r.Contact) {
		if *p.value != "" {
			r.Ages = append(r.Ages, Age{p.field, r.Collected(p.field)})
		}
	}
	for i := range r.Attributes {
		name := r.Attributes[i].Name
		r.Ages = append(r.Ages, Age{name, r.Collected(name)})
	}
}

// Merge adds to r what c has, and says whether that changed anything.
func (r *Person) Merge(c *contact.Contact) contact.Merge {
	if r.Ages == nil && r.includes(c) {
		return contact.Unchanged
	}
	r.ageAll()
	changed := r.mergeParts(c)
	changed = r.mergeAttributes(c) || changed
	changed = r.mergePoints(c) || changed
	for i := range c.Origins {
		if p := &c.Origins[i]; !HasProvenance(r.Origins, p) {
			r.Origins = append(grow(r.Origins), KeepProvenance(p))
			changed = true
		}
	}
	if changed {
		return contact.Merged
	}
	return contact.Unchanged
}

// includes reports whether r has all that c has. A file that is put a second
// time, which is the usual case, then costs r no ages: what came with no new
// provenance is no younger than what r has.
func (r *Person) includes(c *contact.Contact) bool {
	held := parts(&r.Contact)
	for i, p := range parts(c) {
		if *p.value != "" && *p.value != *held[i].value {
			return false
		}
	}
	for _, a := range c.Attributes {
		if v, _ := r.Attribute(a.Name); a.Value != (contact.Value{}) && v != a.Value {
			return false
		}
	}
	for _, p := range c.Points {
		i := IndexAddress(r.Points, p.Address)
		if i < 0 || r.Points[i].Fingerprint.IsZero() && !p.Fingerprint.IsZero() {
			return false
		}
	}
	for i := range c.Origins {
		if !HasProvenance(r.Origins, &c.Origins[i]) {
			return false
		}
	}
	return true
}

// grow returns s with room for one more. Where it moves s it clears the place
// that s had among its neighbours, which nobody would find again to erase.
func grow[T any](s []T) []T {
	if len(s) < cap(s) {
		return s
	}
	moved := append(make([]T, 0, len(s)+1), s...)
	clear(s)
	return moved
}

// beats reports whether a value that was collected at the instant at takes the
// place of the one r has, or of none, and notes its age where it does or is the
// same.
func (r *Person) beats(field string, at time.Time, none, same bool) bool {
	held := r.age(field)
	if !none && at.Before(held) {
		return false
	}
	r.setAge(field, at)
	return !same
}

func (r *Person) mergeParts(c *contact.Contact) (changed bool) {
	held := parts(&r.Contact)
	for i, p := range parts(c) {
		if *p.value == "" {
			continue
		}
		to := held[i].value
		if r.beats(p.field, c.Collected(p.field), *to == "", *to == *p.value) {
			*to = *p.value
			changed = true
		}
	}
	return changed
}

func (r *Person) mergeAttributes(c *contact.Contact) (changed bool) {
	for _, a := range c.Attributes {
		if a.Value == (contact.Value{}) {
			continue
		}
		at := c.Collected(a.Name)
		i, found := slices.BinarySearchFunc(r.Attributes, a.Name, func(held contact.Attribute, name string) int {
			return strings.Compare(held.Name, name)
		})
		if !found {
			r.setAge(a.Name, at)
			r.Attributes = slices.Insert(grow(r.Attributes), i, a)
			changed = true
		} else if r.beats(a.Name, at, false, r.Attributes[i].Value == a.Value) {
			r.Attributes[i].Value = a.Value
			changed = true
		}
	}
	return changed
}

func (r *Person) mergePoints(c *contact.Contact) (changed bool) {
	for _, p := range c.Points {
		i := IndexAddress(r.Points, p.Address)
		switch {
		case i < 0:
			r.Points = append(grow(r.Points), p)
			changed = true
		case r.Points[i].Fingerprint.IsZero() && !p.Fingerprint.IsZero():
			r.Points[i].Fingerprint = p.Fingerprint
			changed = true
		}
	}
	return changed
}

// IndexAddress returns the index of the point of a, or -1.
func IndexAddress(points []contact.Point, a contact.Address) int {
	return slices.IndexFunc(points, func(p contact.Point) bool { return p.Address == a })
}

// HasProvenance reports whether p is among all.
func HasProvenance(all []contact.Provenance, p *contact.Provenance) bool {
	return slices.ContainsFunc(all, func(held contact.Provenance) bool {
		return held.Collected.Equal(InStore(p.Collected)) && slices.Equal(held.Fields, p.Fields) &&
			(held.Origin == p.Origin || held.Origin.ID() == p.Origin.ID())
	})
}

// KeepProvenance returns p as stores keep it.
func KeepProvenance(p *contact.Provenance) contact.Provenance {
	kept := *p
	kept.Collected = InStore(p.Collected)
	kept.Fields = slices.Clone(p.Fields)
	return kept
}

// InStore returns t as stores keep it: in UTC and whole microseconds, and zero
// where it is zero.
func InStore(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

// New returns c as it is kept when nothing of it is there yet: a copy, without
// what c has twice.
func New(c *contact.Contact) Person {
	r := Person{Contact: *c}
	r.Points, r.Attributes, r.Origins = nil, nil, nil
	r.mergePoints(c)
	for _, a := range c.Attributes {
		if a.Value != (contact.Value{}) {
			r.Attributes = append(r.Attributes, a)
		}
	}
	for i := range c.Origins {
		if p := &c.Origins[i]; !HasProvenance(r.Origins, p) {
			r.Origins = append(r.Origins, KeepProvenance(p))
		}
	}
	return r
}

// Valid returns an error unless c may be put under key.
func Valid(c *contact.Contact, key contact.KeyID) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if key != (contact.KeyID{}) {
		return nil
	}
	for i := range c.Points {
		if !c.Points[i].Fingerprint.IsZero() {
			return fmt.Errorf("a fingerprint without a key: %w", contact.ErrKey)
		}
	}
	return nil
}

// Stamped reports whether every address of contacts has its fingerprint.
func Stamped(contacts []contact.Contact) bool {
	for i := range contacts {
		for j := range contacts[i].Points {
			if contacts[i].Points[j].Fingerprint.IsZero() {
				return false
			}
		}
	}
	return true
}
