package memory

import (
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
)

// An age says when the value of a field was collected. A row has ages from the
// first merge on: until then all it has came together.
type age struct {
	field string
	at    time.Time
}

func (r *row) age(field string) time.Time {
	for i := range r.ages {
		if r.ages[i].field == field {
			return r.ages[i].at
		}
	}
	return time.Time{}
}

func (r *row) setAge(field string, at time.Time) {
	for i := range r.ages {
		if r.ages[i].field == field {
			r.ages[i].at = at
			return
		}
	}
	r.ages = append(r.ages, age{field, at})
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
func (r *row) ageAll() {
	if r.ages != nil {
		return
	}
	r.ages = make([]age, 0, len(r.Attributes)+4)
	for _, p := range parts(&r.Contact) {
		if *p.value != "" {
			r.ages = append(r.ages, age{p.field, r.Collected(p.field)})
		}
	}
	for i := range r.Attributes {
		name := r.Attributes[i].Name
		r.ages = append(r.ages, age{name, r.Collected(name)})
	}
}

// merge adds to r what c has, and says whether that changed anything.
func (r *row) merge(c *contact.Contact) contact.Merge {
	if r.ages == nil && r.includes(c) {
		return contact.Unchanged
	}
	r.ageAll()
	changed := r.mergeParts(c)
	changed = r.mergeAttributes(c) || changed
	changed = r.mergePoints(c) || changed
	for i := range c.Origins {
		if p := &c.Origins[i]; !hasProvenance(r.Origins, p) {
			r.Origins = append(grow(r.Origins), keepProvenance(p))
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
func (r *row) includes(c *contact.Contact) bool {
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
		i := indexAddress(r.Points, p.Address)
		if i < 0 || r.Points[i].Fingerprint.IsZero() && !p.Fingerprint.IsZero() {
			return false
		}
	}
	for i := range c.Origins {
		if !hasProvenance(r.Origins, &c.Origins[i]) {
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
func (r *row) beats(field string, at time.Time, none, same bool) bool {
	held := r.age(field)
	if !none && at.Before(held) {
		return false
	}
	r.setAge(field, at)
	return !same
}

func (r *row) mergeParts(c *contact.Contact) (changed bool) {
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

func (r *row) mergeAttributes(c *contact.Contact) (changed bool) {
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

func (r *row) mergePoints(c *contact.Contact) (changed bool) {
	for _, p := range c.Points {
		i := indexAddress(r.Points, p.Address)
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

func indexAddress(points []contact.Point, a contact.Address) int {
	return slices.IndexFunc(points, func(p contact.Point) bool { return p.Address == a })
}

func hasProvenance(all []contact.Provenance, p *contact.Provenance) bool {
	return slices.ContainsFunc(all, func(held contact.Provenance) bool {
		return held.Collected.Equal(inStore(p.Collected)) && slices.Equal(held.Fields, p.Fields) &&
			(held.Origin == p.Origin || held.Origin.ID() == p.Origin.ID())
	})
}

func keepProvenance(p *contact.Provenance) contact.Provenance {
	kept := *p
	kept.Collected = inStore(p.Collected)
	kept.Fields = slices.Clone(p.Fields)
	return kept
}

// inStore returns t as stores keep it.
func inStore(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
