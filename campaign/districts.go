package campaign

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// Districts have one campaign speak for many: the candidates of a party, each in
// the constituency where they stand. A recipient gets the message of the one of
// their own district. It names that candidate, rests on a consent that covers
// that candidate, and a STOP refuses that candidate and the group, not the
// others.
type Districts struct {
	// Attribute of a contact names their district. A contact without one, or
	// with one that is not in Of, gets no message, with [CodeNoDistrict].
	Attribute string `json:"attribute"`
	// Of has the districts by the value of the attribute, as Value.String
	// writes it.
	Of map[string]District `json:"of"`
}

// A District is who speaks in one.
type District struct {
	// Controllers come before those of the campaign's request, which are
	// controllers everywhere: a party, the owner of a rented base. The first of
	// them is whom {{controller}} and a consent request name.
	Controllers []contact.Party `json:"controllers"`
	// Sponsor and NoticeURL stand for those of the request where they are not
	// empty.
	Sponsor   contact.PartyID `json:"sponsor,omitempty"`
	NoticeURL string          `json:"notice_url,omitempty"`
	// PoliticalAd stands for that of the request where it is not nil.
	PoliticalAd *consent.PoliticalAd `json:"political_ad,omitempty"`
}

// The codes of districts.
const (
	// CodeNoDistrict: the contact's district is unknown, or nobody stands there.
	CodeNoDistrict consent.Code = "district.none"
	// CodeDistrictChanged: the contact is in another district than when the
	// audience was frozen.
	CodeDistrictChanged consent.Code = "district.changed"
)

func (d *Districts) validate() error {
	if d == nil {
		return nil
	}
	if d.Attribute == "" || len(d.Of) == 0 {
		return errors.New("field Districts has no Attribute, or is Of nothing")
	}
	names := map[contact.PartyID]string{}
	for _, name := range slices.Sorted(maps.Keys(d.Of)) {
		fail := func(what string) error { return fmt.Errorf("field Districts.Of[%q]: %s", name, what) }
		if name == "" || len(d.Of[name].Controllers) == 0 {
			return fail("no name, or no Controllers")
		}
		for i, p := range d.Of[name].Controllers {
			if p.ID == "" || p.Name == "" || strings.ContainsFunc(p.Name, notInLine) {
				return fail(fmt.Sprintf("Controllers[%d] has no ID or no Name of one line", i))
			}
			if known, ok := names[p.ID]; ok && known != p.Name {
				return fail(fmt.Sprintf("Controllers[%d]: %q is called %q and %q", i, p.ID, known, p.Name))
			}
			names[p.ID] = p.Name
		}
	}
	return nil
}

// guardDistricts returns an error unless a political campaign may tell people
// apart by the attribute.
func (c *Campaign) guardDistricts(schema Schema) error {
	if c.Districts == nil {
		return nil
	}
	a := Audience{Conditions: []Condition{{Attribute: c.Districts.Attribute, Op: Present}}}
	if err := a.guard(schema); err != nil {
		return fmt.Errorf("field Districts.Attribute: %w", err)
	}
	return nil
}

// DistrictOf returns the district of a contact, and whether the campaign has a
// message for it. Without Districts it is "" for everybody.
func (c *Campaign) DistrictOf(p *contact.Contact) (string, bool) {
	if c.Districts == nil {
		return "", true
	}
	v, ok := p.Attribute(c.Districts.Attribute)
	if !ok {
		return "", false
	}
	name := v.String()
	_, ok = c.Districts.Of[name]
	return name, ok
}

// In returns c as it is in one district: a campaign of the controllers there,
// with the same ID. Without Districts, or for a district that is not there, it
// is c itself: the request of everybody.
func (c *Campaign) In(district string) *Campaign {
	if c.Districts == nil {
		return c
	}
	d, ok := c.Districts.Of[district]
	if !ok {
		return c
	}
	own := *c
	own.Districts = nil
	r := &own.Request
	r.Controllers = slices.Clone(d.Controllers)
	for _, p := range c.Request.Controllers {
		if !slices.ContainsFunc(r.Controllers, func(q contact.Party) bool { return q.ID == p.ID }) {
			r.Controllers = append(r.Controllers, p)
		}
	}
	if d.Sponsor != "" {
		r.Sponsor = d.Sponsor
	}
	if c.Ask != nil {
		ask := *c.Ask
		ask.Who = d.Controllers[0].Name
		own.Ask = &ask
	}
	if d.PoliticalAd != nil {
		r.PoliticalAd = d.PoliticalAd
	}
	if d.NoticeURL != "" {
		r.NoticeURL = d.NoticeURL
		if own.Ask != nil {
			own.Ask.NoticeURL = d.NoticeURL
		}
	}
	return &own
}

// each calls f with c as it is in each of its districts, or with c itself.
func (c *Campaign) each(f func(*Campaign) error) error {
	if c.Districts == nil {
		return f(c)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Districts.Of)) {
		if err := f(c.In(name)); err != nil {
			return fmt.Errorf("district %q: %w", name, err)
		}
	}
	return nil
}

// composers has the composer of each district, made when it is first asked for.
type composers struct {
	campaign *Campaign
	clause   int

	mu   sync.Mutex
	made map[string]*composer
}

func newComposers(c *Campaign, clause int) (*composers, error) {
	out := &composers{campaign: c, clause: clause, made: map[string]*composer{}}
	if c.Districts != nil {
		return out, nil // each is checked in its turn, and all before a launch
	}
	_, err := out.in("")
	return out, err
}

func (c *composers) in(district string) (*composer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if made := c.made[district]; made != nil {
		return made, nil
	}
	made, err := newComposer(c.campaign.In(district), c.clause)
	if err != nil {
		return nil, err
	}
	c.made[district] = made
	return made, nil
}
