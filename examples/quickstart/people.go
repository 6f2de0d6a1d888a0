package main

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression/reply"
)

// people plays those who get messages, and listens to what they say on its way
// to the inbox. What somebody does depends on the seed, the message, and those
// before it: they do the same when the carrier is restored.
type people struct {
	story     *story
	about     map[provider.DispatchID]string // the campaign of each message
	curious   contact.Address                // one who agreed, and was written to
	asked     map[contact.Address]bool       // by the first client, and whether they answered
	ambiguous map[contact.Address]string     // what they said who were asked by both

	heard    answers
	hours    []hour
	second   *second // set while answers to the second client come
	stopping int     // how many say STOP in the middle of the run
	failed   error   // what kept them from it, or from knowing what a message is about
}

func newPeople(s *story) *people {
	return &people{
		story: s, about: map[provider.DispatchID]string{}, asked: map[contact.Address]bool{}, ambiguous: map[contact.Address]string{},
	}
}

// dice returns what is thrown for the answer to a message: the same in every
// process.
func (p *people) dice(id provider.DispatchID) *rand.Rand {
	return rand.New(rand.NewPCG(p.story.figures.Seed, binary.BigEndian.Uint64(id[:8])))
}

// lost reports whether a message does not arrive, whatever would be answered.
func (p *people) lost(id provider.DispatchID) bool {
	return rand.New(rand.NewPCG(p.story.figures.Seed, binary.BigEndian.Uint64(id[8:]))).IntN(50) == 0
}

// answer decides what a person sends back, and when.
func (p *people) answer(h loopback.Handed) []loopback.Reply {
	if h.To == testerNumber {
		return nil // the story answers for her
	}
	d, err := p.story.outbox.Find(context.Background(), campaign.Ref{Dispatch: h.Dispatch})
	if err != nil {
		p.failed = err
		return nil
	}
	p.about[h.Dispatch] = d.Campaign
	switch d.Campaign {
	case firstRequest:
		replies := p.asking(h)
		p.asked[h.To] = len(replies) > 0
		return replies
	case secondRequest:
		if text := p.shared(h); text != "" {
			return []loopback.Reply{{Text: text, After: 30 * time.Minute}}
		}
	}
	return nil // those of the campaign say STOP while it runs: see progress
}

// asking is what a person answers to the first client's question.
func (p *people) asking(h loopback.Handed) []loopback.Reply {
	if p.lost(h.Dispatch) {
		return nil // nobody answers what did not arrive
	}
	if p.curious.IsZero() {
		p.curious = h.To
	}
	dice := p.dice(h.Dispatch)
	after := time.Duration(1+dice.IntN(600)) * time.Minute
	pick := func(texts ...string) []loopback.Reply {
		return []loopback.Reply{{Text: texts[dice.IntN(len(texts))], After: after}}
	}
	switch n := dice.IntN(100); {
	case h.To == p.curious || n < 9:
		return pick("OUI", "oui", "Oui merci", "OK")
	case n < 15:
		return pick("NON", "non merci", "Non.")
	case n < 24:
		return pick("STOP", "stop", "Stop !", "« STOP »", "ARRÊT", "stop sms")
	case n < 26:
		return pick("Retirez-moi de vos listes", "je n'ai jamais donné mon numéro", "c'est quoi ?")
	default:
		return nil
	}
}

// receipt has nearly every message delivered within a minute.
func (p *people) receipt(h loopback.Handed) (provider.Status, time.Duration) {
	if p.lost(h.Dispatch) {
		return provider.Undelivered, time.Minute
	}
	return provider.Delivered, 20 * time.Second
}

// Receive hands an event to the inbox, and counts what it was.
func (p *people) Receive(ctx context.Context, e provider.Event) error {
	r, err := p.story.inbox.Handle(ctx, e)
	if err != nil || e.Kind != provider.InboundText {
		return err
	}
	if p.second != nil {
		return p.hearShared(e.From, r)
	}
	h := p.hour(e.Happened())
	switch r.Meaning {
	case reply.Yes:
		p.heard.Yes++
		h.Yes++
		return nil
	case reply.Stop:
		p.heard.Stop++
		h.Stop++
		return nil
	case reply.No:
		p.heard.No++
	case reply.LikelyRefusal:
		p.heard.Words++
		p.heard.Likely++
	default:
		p.heard.Words++
	}
	h.Other++
	return nil
}

// hour returns the count of the hour of t, the first of which is that when the
// story starts.
func (p *people) hour(t time.Time) *hour {
	first := p.story.figures.At
	n := max(0, int(t.Sub(first)/time.Hour))
	for len(p.hours) <= n {
		p.hours = append(p.hours, hour{From: first.Add(time.Duration(len(p.hours)) * time.Hour)})
	}
	return &p.hours[n]
}

// progress has people say STOP once the first batch of the second campaign is
// out: half of them have the message, half are still to get it.
func (p *people) progress(s campaign.Summary) {
	if p.stopping == 0 || s.HandedOver == 0 {
		return
	}
	if err := p.sayStop(context.Background()); err != nil {
		p.failed = err
	}
	p.stopping = 0
	p.story.now = p.story.now.Add(time.Second)
}

func (p *people) sayStop(ctx context.Context) error {
	page, err := p.story.contacts.Page(ctx, base.ID, "", 1<<20)
	if err != nil {
		return err
	}
	have := map[contact.Address]bool{}
	for _, h := range p.story.sent(firstCampaign) {
		have[h.To] = true
	}
	quota := map[bool]int{true: p.stopping / 2, false: p.stopping - p.stopping/2}
	stopped := map[contact.Address]bool{}
	for _, e := range p.story.records.stops { // those whom a killed process heard
		stopped[e.From] = true
		quota[have[e.From]]--
	}
	for _, c := range page.Contacts {
		a := c.Points[0].Address
		history, err := p.story.register.History(ctx, a)
		if err != nil {
			return err
		}
		if a == p.curious || stopped[a] || quota[have[a]] <= 0 || !agreed(history.Acts) {
			continue
		}
		quota[have[a]]--
		e := stopEvent("midway-"+string(c.ID), a, p.story.now)
		if err := p.story.records.stop(e); err != nil {
			return err
		}
		if err := p.story.inbox.Receive(ctx, e); err != nil {
			return err // not acknowledged: it comes again when the story goes on
		}
	}
	return nil
}

func agreed(acts []consent.Act) bool {
	for _, a := range acts {
		if a.Kind == consent.Given && a.By == consent.ByPerson {
			return true
		}
	}
	return false
}
