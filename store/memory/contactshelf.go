package memory

import (
	"slices"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/merge"
)

// rowsPerChunk is small enough for a base of ten people and large enough that
// walking a big one costs no more than reading it.
const rowsPerChunk = 64

// A shelf is one base. Each contact has a place, given once and never to
// another, so that a position in a base stays right while others come and go.
type shelf struct {
	chunks    []*chunk // nil where everybody was erased
	places    int      // given so far
	byID      map[contact.ID]*row
	byAddress map[contact.Address]*row
	// household holds all contacts of an address that several have.
	household map[contact.Address][]*row
}

type chunk struct {
	rows [rowsPerChunk]row
	live int
}

// A row is one contact as it is kept. The ID of an empty one is "".
type row struct {
	merge.Person
	place int
}

// newShelf returns a shelf with room for n contacts.
func newShelf(n int) *shelf {
	return &shelf{
		byID:      make(map[contact.ID]*row, n),
		byAddress: make(map[contact.Address]*row, n),
		household: map[contact.Address][]*row{},
	}
}

// after returns at most limit contacts from the place given on, and whether
// there are more.
func (s *shelf) after(place, limit int) (rows []*row, more bool) {
	if place >= s.places {
		return nil, false
	}
	rows = make([]*row, 0, min(limit, len(s.byID)))
	for i := place / rowsPerChunk; i < len(s.chunks); i++ {
		c := s.chunks[i]
		if c == nil {
			continue
		}
		for j := max(0, place-i*rowsPerChunk); j < rowsPerChunk; j++ {
			r := &c.rows[j]
			if r.ID == "" {
				continue
			}
			if len(rows) == limit {
				return rows, true
			}
			rows = append(rows, r)
		}
	}
	return rows, false
}

// at returns the contacts that have a.
func (s *shelf) at(a contact.Address) []*row {
	if all := s.household[a]; all != nil {
		return all
	}
	if r := s.byAddress[a]; r != nil {
		return []*row{r}
	}
	return nil
}

func (s *shelf) put(c *contact.Contact, room *slabs) contact.Merge {
	if r := s.byID[c.ID]; r != nil {
		known := len(r.Points)
		done := r.Merge(c)
		for _, p := range r.Points[known:] {
			s.index(p.Address, r)
		}
		return done
	}
	r := s.newRow()
	room.keep(r, c)
	s.byID[r.ID] = r
	for _, p := range r.Points {
		s.index(p.Address, r)
	}
	return contact.Created
}

func (s *shelf) newRow() *row {
	i := s.places / rowsPerChunk
	if i == len(s.chunks) {
		s.chunks = append(s.chunks, &chunk{})
	}
	c := s.chunks[i]
	c.live++
	r := &c.rows[s.places%rowsPerChunk]
	r.place = s.places
	s.places++
	return r
}

func (s *shelf) index(a contact.Address, r *row) {
	switch first := s.byAddress[a]; {
	case first == nil:
		s.byAddress[a] = r
	case s.household[a] == nil:
		s.household[a] = []*row{first, r}
	default:
		s.household[a] = append(s.household[a], r)
	}
}

func (s *shelf) unindex(a contact.Address, r *row) {
	all := slices.DeleteFunc(s.household[a], func(other *row) bool { return other == r })
	switch {
	case len(all) >= 2:
		s.household[a], s.byAddress[a] = all, all[0]
	case len(all) == 1:
		delete(s.household, a)
		s.byAddress[a] = all[0]
	default:
		delete(s.byAddress, a)
	}
}

func (s *shelf) erase(id contact.ID) bool {
	r := s.byID[id]
	if r == nil {
		return false
	}
	for _, p := range r.Points {
		s.unindex(p.Address, r)
	}
	delete(s.byID, id)
	// What was kept of this person may share its memory with others, and must
	// not outlive them there.
	clear(r.Points)
	clear(r.Attributes)
	clear(r.Origins)
	i := r.place / rowsPerChunk
	*r = row{}
	c := s.chunks[i]
	c.live--
	if full := (i+1)*rowsPerChunk <= s.places; full && c.live == 0 {
		s.chunks[i] = nil
	}
	return true
}

func (s *shelf) rewrap(wrap func(contact.Fingerprint) contact.Fingerprint) {
	for _, r := range s.byID {
		for i := range r.Points {
			if f := &r.Points[i].Fingerprint; !f.IsZero() {
				*f = wrap(*f)
			}
		}
	}
}
