package memory

import (
	"slices"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/merge"
)

// slabs are the memory of many contacts in few pieces. Allocating for each
// contact would take longer than anything a preview does with it.
type slabs struct {
	points     []contact.Point
	attributes []contact.Attribute
	origins    []contact.Provenance
}

func newSlabs(contacts []contact.Contact) *slabs {
	var points, attributes, origins int
	for i := range contacts {
		points += len(contacts[i].Points)
		attributes += len(contacts[i].Attributes)
		origins += len(contacts[i].Origins)
	}
	return &slabs{
		points:     make([]contact.Point, 0, points),
		attributes: make([]contact.Attribute, 0, attributes),
		origins:    make([]contact.Provenance, 0, origins),
	}
}

// keep copies c into the empty row r, without what c has twice.
func (s *slabs) keep(r *row, c *contact.Contact) {
	points, attributes, origins := len(s.points), len(s.attributes), len(s.origins)
	for _, p := range c.Points {
		if i := merge.IndexAddress(s.points[points:], p.Address); i < 0 {
			s.points = append(s.points, p)
		} else if held := &s.points[points+i]; held.Fingerprint.IsZero() {
			held.Fingerprint = p.Fingerprint
		}
	}
	for _, a := range c.Attributes {
		if a.Value != (contact.Value{}) {
			s.attributes = append(s.attributes, a)
		}
	}
	for i := range c.Origins {
		if p := &c.Origins[i]; !merge.HasProvenance(s.origins[origins:], p) {
			s.origins = append(s.origins, merge.KeepProvenance(p))
		}
	}
	r.Contact = *c
	r.Points = clipped(s.points[points:])
	r.Attributes = clipped(s.attributes[attributes:])
	r.Origins = clipped(s.origins[origins:])
}

// clipped returns part with no room behind it, where its neighbour is, and nil
// when it is empty, so that what is read looks like what was put.
func clipped[T any](part []T) []T {
	if len(part) == 0 {
		return nil
	}
	return slices.Clip(part)
}

// copyOut returns copies of rows that belong to the caller.
func copyOut(rows []*row) []contact.Contact {
	if len(rows) == 0 {
		return nil
	}
	var points, attributes, origins int
	for _, r := range rows {
		points += len(r.Points)
		attributes += len(r.Attributes)
		origins += len(r.Origins)
	}
	room := slabs{
		points:     make([]contact.Point, 0, points),
		attributes: make([]contact.Attribute, 0, attributes),
		origins:    make([]contact.Provenance, 0, origins),
	}
	out := make([]contact.Contact, len(rows))
	for i, r := range rows {
		c := &out[i]
		*c = r.Contact
		c.Points, room.points = take(room.points, r.Points)
		c.Attributes, room.attributes = take(room.attributes, r.Attributes)
		c.Origins, room.origins = take(room.origins, r.Origins)
		for j := range c.Origins {
			if p := &c.Origins[j]; p.Fields != nil {
				p.Fields = slices.Clone(p.Fields)
			}
		}
	}
	return out
}

// take copies part to the end of room, and returns the copy and the room.
func take[T any](room, part []T) (taken, rest []T) {
	start := len(room)
	room = append(room, part...)
	return clipped(room[start:]), room
}
