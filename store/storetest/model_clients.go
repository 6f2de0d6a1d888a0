package storetest

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// A hand is one client on one base: what a STOP may answer. All of them write
// from one short code, so that a STOP may answer each that wrote.
type hand int

const (
	martinRented hand = iota
	dupontRented
	martinOwn
	handCount
)

var (
	dupont   = contact.Party{ID: "dupont", Name: "Camille Dupont"}
	martinsB = contact.Base{ID: "own", Name: "Sympathisants", Owner: martin, Mode: contact.Own}
)

func (d hand) base() contact.Base {
	if d == martinOwn {
		return martinsB
	}
	return rented
}

func (d hand) client() contact.Party {
	if d == dupontRented {
		return dupont
	}
	return martin
}

// hands is a set of handCount.
type hands [handCount]bool

func (s hands) or(t hands) hands {
	for d := range s {
		s[d] = s[d] || t[d]
	}
	return s
}

func (s hands) and(t hands) hands {
	for d := range s {
		s[d] = s[d] && t[d]
	}
	return s
}

var allHands = hands{true, true, true}

// reaches lists by hand who may no longer write after a STOP to each hand: the
// client that it answers, wherever it writes; and on the rented base, everybody.
var reaches = [handCount]hands{
	martinRented: {martinRented: true, dupontRented: true, martinOwn: true},
	dupontRented: {martinRented: true, dupontRented: true},
	martinOwn:    {martinRented: true, martinOwn: true},
}

// A silence is who may not write after a STOP, and who may or may not: the model
// does not know of every message whether it counts as sent.
type silence struct{ must, may hands }

// silenced works out whom a STOP of p, given now, refuses.
func (p *modelled) silenced() silence {
	var s silence
	for _, d := range p.reached {
		s.must = s.must.or(reaches[d])
	}
	for d, tried := range p.tried {
		if tried {
			s.may = s.may.or(reaches[d])
		}
	}
	if len(p.reached) > 0 {
		return s
	}
	// It answers some of what was tried, or, if nothing of that counts, nobody
	// knows whom: everybody.
	s.must, s.may = allHands, allHands
	for d, tried := range p.tried {
		if tried {
			s.must = s.must.and(reaches[d])
		}
	}
	return s
}

// quiet notes a STOP that was given when before was worked out, and is
// acknowledged now: what it means was settled at some moment between.
func (p *modelled) quiet(before silence, inFlight []campaign.Attempt) {
	now := p.silenced()
	p.stopped = p.stopped.or(before.must.and(now.must))
	p.maybe = p.maybe.or(before.may).or(now.may)
	if p.afterStop == nil {
		p.afterStop = map[uuid.UUID]bool{}
	}
	for _, a := range inFlight {
		p.afterStop[a.ID.Dispatch] = true
	}
}

func (p *modelled) in(d hand) bool {
	if d == martinOwn {
		return p.heldOwn
	}
	return p.held
}

// mayContent reports whether the model knows no reason against content.
func (m *model) mayContent(d hand, i int) bool {
	p := &m.people[i]
	return !p.stopped[d] && p.agreed(d)
}

// agreed reports whether the person agreed to the client of d, and has not said
// no since. A no to martin's question on the rented base keeps dupont away, too,
// until the person agrees to something.
func (p *modelled) agreed(d hand) bool {
	if d == dupontRented {
		return !p.agreedDupont.IsZero() && (p.noAt.IsZero() || p.agreedDupont.After(p.noAt) || p.agreedAt.After(p.noAt))
	}
	return !p.agreedAt.IsZero() && p.agreedAt.After(p.noAt)
}

// mustContent reports whether the model knows that content may go: nobody whom
// the person did not refuse is kept away.
func (m *model) mustContent(d hand, i int) bool {
	p := &m.people[i]
	if d != dupontRented && !p.onForm {
		return false // what was agreed to by OUI ends with the vote
	}
	return p.in(d) && !p.stopped[d] && !p.maybe[d] && p.agreed(d) && p.noAt.IsZero() && !p.erased
}

// importOwn puts a person into martin's own base.
func (m *model) importOwn(i int) {
	cs := []contact.Contact{{
		ID: contact.ID(fmt.Sprint("P", i)), Base: martinsB.ID, Points: []contact.Point{{Address: phone(i)}},
		Origins: []contact.Provenance{{Origin: supplier("Concours SARL"), Collected: day(2023, 6, 3)}},
	}}
	m.keyring.Hasher().Stamp(cs)
	_, err := m.Contacts.Put(m.ctx(), m.keyring.ID(), cs)
	m.must(err)
	m.people[i].heldOwn = true
}

// moveIn makes a person whom everybody may write to, or who is kept from some.
func (m *model) moveIn(i int) {
	m.importOne(i)
	m.importOwn(i)
	m.agreeOne(i)
	m.agreeDupont(i)
}

func (m *model) agreeDupont(i int) {
	m.pass(time.Second)
	_, err := m.register.Record(m.ctx(), consent.Statement{Address: phone(i), Act: consent.Act{
		ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{contact.Political},
		Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{dupont.ID}}, Happened: m.Clock.Now(),
		Evidence: &consent.Evidence{Document: "form"},
	}})
	m.must(err)
	m.people[i].agreedDupont = m.Clock.Now()
}

// contentOf is a campaign of content by the client of d on its base.
func (m *model) contentOf(d hand, id string) campaign.Campaign {
	c := m.content(id)
	c.Request.Client, c.Request.Base, c.Request.Controllers = d.client().ID, d.base(), []contact.Party{d.client()}
	if d.base().Mode == contact.Rented {
		c.Request.Controllers = append(c.Request.Controllers, owner)
	}
	c.Templates[0].Text = d.client().Name + ": votez dimanche. {{notice}} Par {{origin}}. STOP"
	return c
}

// allows asks the gate about content of d for a person who is in its base.
func (m *model) allows(d hand, i int) bool {
	found, err := m.Contacts.ByAddress(m.ctx(), d.base().ID, phone(i))
	m.must(err)
	if len(found) == 0 {
		m.broke("%d is not in base %s", i, d.base().ID)
		return false
	}
	c := m.contentOf(d, "decide")
	decided, err := m.gate.Decide(m.ctx(), c.Request, consent.Recipient{
		Contact: &found[0], Point: contact.Point{Address: phone(i)},
		Content: consent.Content{Language: "fr", Text: d.client().Name + ": votez. " + noticeURL + " Par Concours SARL. STOP"},
	})
	m.must(err)
	return decided.Allowed()
}

// settled compares what the gate allows in the end with what the model knows.
func (m *model) settled() {
	for i := range m.people {
		for d := range handCount {
			p := &m.people[i]
			if !p.in(d) {
				continue
			}
			allowed := m.allows(d, i)
			if allowed && p.stopped[d] {
				m.broke("G4: the gate allows hand %d for %d, who refused", d, i)
			}
			if !allowed && m.mustContent(d, i) {
				m.broke("the gate keeps hand %d from %d, who agreed and refused it nothing", d, i)
			}
		}
	}
}
