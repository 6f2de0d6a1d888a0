package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

func (m *model) pick() (string, bool) {
	if len(m.campaigns) == 0 {
		return "", false
	}
	return m.campaigns[m.rng.IntN(len(m.campaigns))], true
}

// runOne runs a campaign; one time in three somebody says STOP meanwhile.
func (m *model) runOne(i int) {
	id, ok := m.pick()
	if !ok {
		return
	}
	if m.rng.IntN(3) == 0 {
		e := m.event(i, "STOP")
		m.midway = func() {
			before := m.people[i].silenced()
			r, err := m.inbox.Handle(m.ctx(), e)
			m.must(err)
			m.taken[e.ID] = true
			m.people[i].quiet(before, r.InFlight)
			for d := range m.handed { // arrived before the refusal, and is looked at after it
				m.people[i].afterStop[d] = true
			}
		}
	}
	_, err := m.runner("run").Run(m.ctx(), id)
	m.must(err)
	m.midway = nil
}

// crash runs a campaign with a process that dies at some call, before or after
// it takes effect.
func (m *model) crash(int) {
	id, ok := m.pick()
	if !ok {
		return
	}
	left, dead := m.rng.IntN(14), false
	in := m.over(func(string, bool) error {
		if left--; dead || left < 0 {
			dead = true
			return errors.New("died")
		}
		return nil
	})
	in.inbox = m.inbox
	_, _ = in.runner("dies").Run(m.ctx(), id)
}

func (m *model) receipt(int) {
	inbox := m.carrier.Inbox()
	if len(inbox) == 0 {
		return
	}
	h := inbox[m.rng.IntN(len(inbox))]
	m.events++
	status := provider.Delivered
	if m.rng.IntN(3) == 0 {
		status = provider.Undelivered
	}
	_, err := m.inbox.Handle(m.ctx(), provider.Event{
		ID: fmt.Sprint("e", m.events), Kind: provider.DeliveryReceipt, Carrier: "test", From: h.To, Dispatch: h.Dispatch, Status: status, Received: m.Clock.Now(),
	})
	m.must(err)
	d, err := m.Outbox.Find(m.ctx(), campaign.Ref{Dispatch: h.Dispatch})
	m.must(err)
	if last := d.Attempts[len(d.Attempts)-1]; last.Receipt == provider.Undelivered && m.kinds[d.Campaign] == consent.ConsentRequest {
		m.people[m.who(h.To)].asks = 0 // it did not count as asked
	}
	if d.Attempts[len(d.Attempts)-1].Receipt == provider.Undelivered {
		delete(m.people[m.who(h.To)].reached, h.Dispatch)
	}
}

func (m *model) rotate(int) {
	if m.keys++; m.keys > 2 {
		return
	}
	next, err := m.keyring.Rotated(fmt.Appendf(nil, "secret number %d of the test", m.keys))
	m.must(err)
	m.must(suppression.Rotate(m.ctx(), m.keyring, next, m.Contacts, m.List, m.Ledger, m.Outbox))
	m.keyring = next
	m.open(m.Stores)
}

func (m *model) pause(int) {
	id, ok := m.pick()
	if !ok {
		return
	}
	r := m.runner("p")
	m.must(r.Pause(m.ctx(), id, "host", "model"))
	_, err := r.Run(m.ctx(), id)
	m.must(err)
	m.must(r.Resume(m.ctx(), id, "host", "model"))
}

// preview compares the classes of a preview with what the model knows.
func (m *model) preview(int) {
	d := hand(m.rng.IntN(int(handCount)))
	p, err := m.planner.Preview(m.ctx(), m.contentOf(d, "preview"), time.Time{})
	m.must(err)
	held, may := 0, 0
	for i := range m.people {
		if !m.people[i].in(d) {
			continue
		}
		held++
		if m.mayContent(d, i) {
			may++
		}
	}
	if p.Audience != held || p.Tally.Total() != held {
		m.broke("G6: %d people, %d in the preview, %d in its classes", held, p.Audience, p.Tally.Total())
	}
	if p.Messages > may {
		m.broke("G4: the preview allows %d, the model at most %d", p.Messages, may)
	}
}

// open hours and silence, worked out by hand for June 2024 in Paris, where the
// day is two hours ahead of UTC and no holiday falls.
func openHours(t time.Time) bool {
	local := t.Add(2 * time.Hour)
	silenceFrom := time.Date(2024, 6, 7, 22, 0, 0, 0, time.UTC)
	silenceTo := time.Date(2024, 6, 9, 18, 0, 0, 0, time.UTC)
	return local.Weekday() != time.Sunday && local.Hour() >= 8 && local.Hour() < 22 && (t.Before(silenceFrom) || !t.Before(silenceTo))
}

// look compares what arrived since the last look with what may have.
func (m *model) look() {
	inbox := m.carrier.Inbox()
	for _, h := range inbox[m.arrivals:] {
		m.arrivals++
		i := m.who(h.To)
		p := &m.people[i]
		d, err := m.Outbox.Find(m.ctx(), campaign.Ref{Dispatch: h.Dispatch})
		m.must(err)
		if m.perDisp[h.Dispatch]++; m.perDisp[h.Dispatch] > 1 {
			m.broke("G5: a dispatch arrived twice at %d", i)
		}
		from := m.hands[d.Campaign]
		if p.stopped[from] && !p.afterStop[h.Dispatch] {
			m.broke("G3: a message arrived at %d after a refusal was acknowledged, not on the in-flight list", i)
		}
		if !openHours(h.At) {
			m.broke("G2: a message arrived at %v", h.At)
		}
		switch m.kinds[d.Campaign] {
		case consent.ConsentRequest:
			if p.asks > 0 {
				m.broke("%d was asked twice", i)
			}
			if !p.noAt.IsZero() {
				m.broke("%d was asked after a no", i)
			}
			p.asks++
		default:
			if !p.agreed(from) {
				m.broke("G1: content of hand %d arrived at %d, who did not agree", from, i)
			}
		}
		if p.reached == nil {
			p.reached = map[uuid.UUID]hand{}
		}
		p.reached[h.Dispatch] = from
	}
	for _, id := range m.campaigns {
		tally, err := m.Outbox.Tally(m.ctx(), id)
		m.must(err)
		if tally.Total() != m.sizes[id] {
			m.broke("G6: campaign %s has %d of %d contacts: %v", id, tally.Total(), m.sizes[id], tally)
		}
	}
}

// finish brings everything to an end, and sees that nobody was skipped.
func (m *model) finish() {
	for _, e := range m.pending {
		m.acknowledge(e)
	}
	monday := time.Date(2024, 6, 17, 8, 0, 0, 0, time.UTC)
	if d := monday.Sub(m.Clock.Now()); d > 0 {
		m.pass(d)
	}
	for !openHours(m.Clock.Now()) || m.Clock.Now().Add(2*time.Hour).Hour() > 19 {
		m.pass(time.Hour)
	}
	for range 7 {
		for _, id := range m.campaigns {
			_, err := m.runner("last").Run(m.ctx(), id)
			m.must(err)
		}
		m.pass(3 * time.Minute)
		m.look()
	}
	for _, id := range m.campaigns {
		tally, err := m.Outbox.Tally(m.ctx(), id)
		m.must(err)
		if left := tally.In(campaign.Ready, campaign.Deferred, campaign.InFlight); left > 0 {
			m.broke("G6: campaign %s left %d behind: %v", id, left, tally)
		}
	}
	m.settled()
	v, err := consent.Verify(m.ctx(), m.Ledger, nil)
	m.must(err)
	if !v.OK() {
		m.broke("G7: %v", v.Faults)
	}
}
