package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// Model runs n random histories, from the seed given on, over stores from open,
// and compares what arrives at the carrier with a model that shares no code with
// the library: imports, consents, refusals, erasures, previews, launches, runs,
// crashes in the middle of anything, replies, receipts, clock steps and
// rotations, of two clients on two bases with one short code, in any order. It
// also fails where a client may no longer write whom nobody refused. It fails with the seed and the history of the first
// that breaks G1 to G6 or G10.
func Model(t *testing.T, open func(t *testing.T) Stores, seed uint64, n int) {
	t.Helper()
	pack := regime.France()
	for s := seed; s < seed+uint64(n); s++ {
		m := newModel(t, open(t), pack, s)
		if fault := m.play(); fault != "" {
			t.Fatalf("seed %d: %s\nhistory: %s", s, fault, strings.Join(m.history, ", "))
		}
	}
}

const modelPeople = 5

// modelled is what the model knows of one person, by itself.
type modelled struct {
	held         bool               // in the rented base
	heldOwn      bool               // in martin's own
	erased       bool               // once
	stopped      hands              // a STOP or a refusal of these was acknowledged
	maybe        hands              // or may have been of these
	reached      map[uuid.UUID]hand // dispatches that arrived and were not reported undelivered
	tried        hands              // launched with the person in the base
	onForm       bool               // agreed to martin beside any question
	noAt         time.Time          // of the last no to a question
	agreedAt     time.Time          // of the last yes to martin
	agreedDupont time.Time
	asks         int                // consent requests that arrived and were not reported undelivered
	afterStop    map[uuid.UUID]bool // what was in flight when the STOP was acknowledged
}

type model struct {
	*walk
	rng       *rand.Rand
	history   []string
	people    [modelPeople]modelled
	campaigns []string
	kinds     map[string]consent.Kind
	hands     map[string]hand    // of campaigns
	stops     map[string]silence // of STOPs that were not acknowledged at once
	only      hand               // that sends content in this history; handCount for all
	taken     map[string]bool    // STOPs that were acknowledged
	sizes     map[string]int
	arrivals  int
	perDisp   map[uuid.UUID]int
	pending   []provider.Event // events that were not acknowledged
	said      []provider.Event
	handed    map[uuid.UUID]bool // dispatches that the carrier has taken
	midway    func()
	fault     string
	keys      int
}

func newModel(t *testing.T, s Stores, pack consent.Pack, seed uint64) *model {
	m := &model{
		walk: &walk{world: &world{t: t, Stores: s, log: &strings.Builder{}}, pack: pack, broken: func(s Stores) Stores { return s }},
		rng:  rand.New(rand.NewPCG(seed, 7)), kinds: map[string]consent.Kind{}, hands: map[string]hand{}, stops: map[string]silence{}, taken: map[string]bool{}, handed: map[uuid.UUID]bool{}, sizes: map[string]int{}, perDisp: map[uuid.UUID]int{},
	}
	m.only = hand(m.rng.IntN(int(handCount) + 1))
	m.keyring = walkKeyring(t)
	m.carrier = loopback.New(&loopback.Options{
		Clock: s.Clock, Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 2},
		Script: func(_ int, h loopback.Handed) loopback.Answer { return m.script(h) },
	})
	m.open(s)
	return m
}

// script decides what the carrier does, and lets people say STOP while it does.
func (m *model) script(h loopback.Handed) loopback.Answer {
	if m.midway != nil && m.rng.IntN(2) == 0 {
		m.midway()
		m.midway = nil
	}
	m.handed[h.Dispatch] = true
	switch m.rng.IntN(12) {
	case 0:
		return loopback.Answer{Lost: true}
	case 1:
		delete(m.handed, h.Dispatch)
		return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Temporary}}
	case 2:
		return loopback.Answer{Panic: true}
	default:
		return loopback.Answer{}
	}
}

func (m *model) play() string {
	ops := []struct {
		name string
		do   func(i int)
	}{
		{"import", m.importOne}, {"import", m.importOne}, {"import own", m.importOwn}, {"import own", m.importOwn}, {"agree dupont", m.agreeDupont}, {"agree dupont", m.agreeDupont}, {"move in", m.moveIn}, {"move in", m.moveIn}, {"claim", m.claim}, {"agree", m.agreeOne}, {"agree", m.agreeOne}, {"stop", m.stop}, {"list", m.refuse},
		{"no", m.no}, {"yes", m.yes}, {"again", m.again}, {"erase", m.erase}, {"ask", func(int) { m.start(consent.ConsentRequest) }},
		{"content", func(int) { m.start(consent.ContentMessage) }}, {"content", func(int) { m.start(consent.ContentMessage) }}, {"run", m.runOne}, {"run", m.runOne}, {"run", m.runOne}, {"crash", m.crash}, {"crash", m.crash},
		{"receipt", m.receipt}, {"minutes", func(int) { m.pass(time.Duration(1+m.rng.IntN(90)) * time.Minute) }}, {"hours", func(int) { m.pass(time.Duration(1+m.rng.IntN(30)) * time.Hour) }},
		{"rotate", m.rotate}, {"pause", m.pause}, {"preview", m.preview},
	}
	for range 24 + m.rng.IntN(16) {
		op, i := ops[m.rng.IntN(len(ops))], m.rng.IntN(modelPeople)
		m.history = append(m.history, fmt.Sprintf("%s(%d)", op.name, i))
		op.do(i)
		m.look()
		if m.fault != "" {
			return m.fault
		}
	}
	m.finish()
	return m.fault
}

func (m *model) broke(format string, args ...any) {
	if m.fault == "" {
		m.fault = fmt.Sprintf(format, args...)
	}
}

func (m *model) must(err error) {
	if err != nil {
		m.broke("unexpected error: %v", err)
	}
}

func (m *model) ctx() context.Context { return context.Background() }

func (m *model) pass(d time.Duration) { m.Clock.Advance(d) }

// importOne puts a person into the base, with consent to offers as the file has
// it.
func (m *model) importOne(i int) {
	c := contact.Contact{
		ID: contact.ID(fmt.Sprint("P", i)), Base: rented.ID, Points: []contact.Point{{Address: phone(i)}},
		Origins: []contact.Provenance{{Origin: supplier("Concours SARL"), Collected: day(2023, 6, 3)}},
	}
	cs := []contact.Contact{c}
	m.keyring.Hasher().Stamp(cs)
	_, err := m.Contacts.Put(m.ctx(), m.keyring.ID(), cs)
	m.must(err)
	m.people[i].held = true
}

// claim records that a file says the person agreed to political messages.
func (m *model) claim(i int) {
	_, err := m.register.Record(m.ctx(), consent.Statement{Address: phone(i), Act: consent.Act{
		ID: uuid.New(), Kind: consent.Given, By: consent.ByFile, Purposes: []contact.Purpose{contact.Political, contact.Commercial},
		Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}}, Source: "file", Happened: m.Clock.Now(),
	}})
	m.must(err)
}

func (m *model) agreeOne(i int) {
	m.pass(time.Second) // two things do not happen in one instant
	m.agree(phone(i))
	m.people[i].agreedAt, m.people[i].onForm = m.Clock.Now(), true
}

func (m *model) refuse(i int) {
	_, err := m.List.Add(m.ctx(), m.keyring.ID(), []suppression.Entry{{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: m.keyring.Fingerprint(phone(i)), Reason: suppression.ByForm,
		Scope: contact.Scope{Controller: martin.ID}, Happened: m.Clock.Now(), Recorded: m.Clock.Now(),
	}})
	m.must(err)
	p := &m.people[i]
	p.stopped[martinRented], p.stopped[martinOwn] = true, true
}

func (m *model) event(i int, text string) provider.Event {
	m.events++
	e := provider.Event{
		ID: fmt.Sprint("e", m.events), Kind: provider.InboundText, Carrier: "test", From: phone(i), To: "36180", Text: text,
		Sent: m.Clock.Now(), Received: m.Clock.Now(),
	}
	m.said = append(m.said, e)
	return e
}

func (m *model) stop(i int) {
	e := m.event(i, "STOP")
	m.stops[e.ID] = m.people[i].silenced()
	if m.rng.IntN(4) == 0 { // the process dies somewhere while it takes it
		if !m.handleBroken(e) {
			m.pending = append(m.pending, e)
			return
		}
	}
	m.acknowledge(e)
}

// acknowledge handles a STOP to the end.
func (m *model) acknowledge(e provider.Event) {
	r, err := m.inbox.Handle(m.ctx(), e)
	m.must(err)
	m.taken[e.ID] = true
	m.people[m.who(e.From)].quiet(m.stops[e.ID], r.InFlight)
	m.look() // what arrived before this line arrived before the acknowledgement
}

func (m *model) who(a contact.Address) int {
	for i := range m.people {
		if phone(i) == a {
			return i
		}
	}
	return 0
}

// handleBroken handles an event over stores that die at some call, and reports
// whether it got to the end all the same.
func (m *model) handleBroken(e provider.Event) bool {
	left := m.rng.IntN(8)
	in := &walk{world: &world{t: m.t, keyring: m.keyring, log: m.log, Stores: Faulty(m.Stores, func(op string, done bool) error {
		if left--; left < 0 {
			return errors.New("died")
		}
		return nil
	})}, pack: m.pack}
	in.register, _ = consent.NewRegister(in.Ledger, in.List, in.keyring, &consent.RegisterOptions{Clock: m.Clock})
	in.inbox, _ = campaign.NewInbox(in.register, in.Outbox, walkReader())
	_, err := in.inbox.Handle(m.ctx(), e)
	return err == nil
}

func (m *model) no(i int) {
	r, err := m.inbox.Handle(m.ctx(), m.event(i, "NON"))
	m.must(err)
	if len(r.Refused) > 0 {
		m.people[i].noAt = m.Clock.Now()
	}
}

func (m *model) yes(i int) {
	m.pass(time.Second)
	r, err := m.inbox.Handle(m.ctx(), m.event(i, "OUI"))
	m.must(err)
	if r.Given {
		m.people[i].agreedAt = m.Clock.Now()
	}
}

// again repeats an event: one that was not acknowledged, or any.
func (m *model) again(int) {
	if len(m.pending) > 0 {
		e := m.pending[0]
		m.pending = m.pending[1:]
		m.acknowledge(e)
		return
	}
	if len(m.said) > 0 {
		e := m.said[m.rng.IntN(len(m.said))]
		if e.Text == "STOP" && !m.taken[e.ID] {
			m.acknowledge(e) // nobody took it when it was first said
			return
		}
		_, err := m.inbox.Handle(m.ctx(), e)
		m.must(err)
	}
}

func (m *model) erase(i int) {
	_, err := m.Contacts.Erase(m.ctx(), rented.ID, []contact.ID{contact.ID(fmt.Sprint("P", i))})
	m.must(err)
	_, err = m.Contacts.Erase(m.ctx(), martinsB.ID, []contact.ID{contact.ID(fmt.Sprint("P", i))})
	m.must(err)
	m.must(m.register.Erase(m.ctx(), phone(i)))
	p := &m.people[i]
	p.held, p.heldOwn, p.erased = false, false, true
}

// start launches a campaign, dying on the way one time in four.
func (m *model) start(kind consent.Kind) {
	id := fmt.Sprint("c", len(m.campaigns))
	d := m.only
	if d == handCount {
		d = hand(m.rng.IntN(int(handCount)))
	}
	c := m.contentOf(d, id)
	if kind == consent.ConsentRequest {
		d, c = martinRented, m.asking(id)
	}
	m.hands[id] = d
	if m.rng.IntN(4) == 0 {
		left := m.rng.IntN(6)
		in := m.over(func(string, bool) error {
			if left--; left < 0 {
				return errors.New("died")
			}
			return nil
		})
		_, _ = in.planner.Launch(m.ctx(), c)
	}
	held := 0
	for i := range m.people {
		if m.people[i].in(d) {
			held++
			m.people[i].tried[d] = true
		}
	}
	saved, err := m.planner.Launch(m.ctx(), c)
	m.must(err)
	if saved.Launch.Tally.Total() != held {
		m.broke("G6: %d people in the base, %d in the audience", held, saved.Launch.Tally.Total())
	}
	m.campaigns, m.kinds[id], m.sizes[id] = append(m.campaigns, id), kind, held
}

// over returns a host of its own over stores that fail.
func (m *model) over(f Fault) *walk {
	in := &walk{world: &world{t: m.t, Stores: m.Stores, keyring: m.keyring, log: m.log, carrier: m.carrier}, pack: m.pack}
	in.open(m.Stores) // opened while all is well
	in.Stores = Faulty(m.Stores, f)
	in.gate, _ = consent.OpenGate(m.ctx(), opening{in.Ledger}, openList{in.List}, m.keyring, m.pack, &consent.GateOptions{Clock: m.Clock, AllowFiction: true, Readers: []consent.FactReader{must(campaign.NewSentReader(in.Outbox, m.keyring))}})
	in.planner, _ = campaign.NewPlanner(in.gate, in.Contacts, in.Outbox, nil)
	return in
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // a programmer's error: nothing is read
	}
	return v
}
