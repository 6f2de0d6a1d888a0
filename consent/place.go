package consent

import (
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
)

// A Place is where a recipient is, as far as clocks and elections go.
type Place struct {
	Territory contact.Territory
	// Zones are those that clocks there may show; a moment must be right in all
	// of them. Empty means that nothing is known.
	Zones []*time.Location
	// Assumed says that the territory comes from the number and not from a
	// postal address: +33 6 and +33 7 say nothing of where the holder lives,
	// and are read as Europe/Paris (TECH-9, an inference).
	Assumed bool

	// findings has the answer of each PlaceCheck of the plan, deadline is the
	// first of those that allow without a word, and asks are the other checks
	// that are about people here.
	findings []Finding
	deadline time.Time
	asks     []uint8
	by       *Plan // whose these are; nil where nobody settled it
}

// ZoneNames returns the IANA names of the zones, joined by spaces.
func (p *Place) ZoneNames() string {
	names := make([]string, len(p.Zones))
	for i, z := range p.Zones {
		names[i] = z.String()
	}
	return strings.Join(names, " ")
}

type placeKey struct {
	territory, fromNumber contact.Territory
	zone                  string
}

// firstPlace is the place that a plan made first, which most recipients share.
type firstPlace struct {
	key   placeKey
	place *Place
}

// PlaceOf returns the place of a recipient: as the contact declares it, and
// otherwise by the address.
func (p *Plan) PlaceOf(r *Recipient) *Place {
	var territory contact.Territory
	var zone string
	if r.Contact != nil {
		territory, zone = r.Contact.Territory, r.Contact.Zone
	}
	return p.Place(territory, zone, r.Point.Address.Territory())
}

// Place returns the place of a contact who lives in territory and zone, both of
// which may be empty, and whose number belongs to fromNumber. It is made once
// for each and shared.
func (p *Plan) Place(territory contact.Territory, zone string, fromNumber contact.Territory) *Place {
	key := placeKey{territory, fromNumber, zone}
	if first := p.first.Load(); first != nil && first.key == key {
		return first.place
	}
	if known := *p.places.Load(); known != nil {
		if pl, ok := known[key]; ok {
			return pl
		}
	}
	p.placesMu.Lock()
	defer p.placesMu.Unlock()
	old := *p.places.Load()
	if pl, ok := old[key]; ok {
		return pl
	}
	pl := newPlace(key)
	p.settle(pl)
	grown := make(map[placeKey]*Place, len(old)+1)
	for k, v := range old {
		grown[k] = v
	}
	// A source that declares endless zones must not make this quadratic, nor
	// keep them all.
	if len(grown) < maxPlaces {
		grown[key] = pl
		p.places.Store(&grown)
	}
	if len(old) == 0 {
		p.first.Store(&firstPlace{key, pl})
	}
	return pl
}

const maxPlaces = 512

func newPlace(key placeKey) *Place {
	pl := &Place{Territory: key.territory}
	if pl.Territory == "" {
		pl.Territory = key.fromNumber
		pl.Assumed = key.fromNumber != ""
	}
	names := pl.Territory.Zones()
	if key.zone != "" {
		names = []string{key.zone}
	}
	for _, name := range names {
		loc, err := time.LoadLocation(name)
		// "Local" is a zone of this machine, not of a recipient.
		if err != nil || name == "Local" {
			pl.Zones = nil
			break
		}
		pl.Zones = append(pl.Zones, loc)
	}
	return pl
}
