package main

import (
	"context"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
)

// figures are everything that the story counted: the document of -json.
type figures struct {
	Seed              uint64                   `json:"seed"`
	At                time.Time                `json:"at"`
	Import            contact.ImportReport     `json:"import"`
	Refusals          suppression.ImportReport `json:"refusals"`
	Previews          []campaign.Preview       `json:"previews"`
	Asked             int                      `json:"asked"`
	Answers           answers                  `json:"answers"`
	Run               campaign.Summary         `json:"run"`
	Final             campaign.Tally           `json:"final"`
	StoppedMidway     int                      `json:"stopped_midway"`
	MessagedAfterStop int                      `json:"messaged_after_stop"`
	Explanation       campaign.Explanation     `json:"explanation"`
	Verified          consent.Verification     `json:"verified"`
	Forged            consent.Verification     `json:"forged"`
	Faults            []fault                  `json:"faults"` // of lines that were rejected
	Sent              []sending                `json:"sent"`   // by each campaign that ran
	Heard             []hour                   `json:"heard"`  // what people answered to the request

	Sample     supplier.Report                `json:"sample"`
	Opposition suppression.DigestReport       `json:"opposition"`
	Resolved   suppression.ResolveReport      `json:"resolved"`
	Second     second                         `json:"second"`
	HandedOn   suppression.DigestExportReport `json:"handed_on"`
	Looked     looking                        `json:"looked"`
	Approved   approved                       `json:"approved"`
	LateStops  campaign.StopFileReport        `json:"late_stops"`
	Report     *campaign.Report               `json:"report"`
	Reconciled *campaign.Reconciliation       `json:"reconciled"`
	Billed     int                            `json:"billed"` // messages that the carrier recorded
}

// segmentPrice is what an SMS costs, in millionths of a euro.
const segmentPrice = 45_000

// A sending is what a campaign had sent when its run ended.
type sending struct {
	Campaign string    `json:"campaign"`
	At       time.Time `json:"at"` // of its first message
	Messages int       `json:"messages"`
	Segments int       `json:"segments"` // of the texts with the carrier's clause
	Cost     int64     `json:"cost"`     // in millionths of a euro
}

// An hour counts the answers of one.
type hour struct {
	From  time.Time `json:"from"`
	Yes   int       `json:"yes"`
	Stop  int       `json:"stop"`
	Other int       `json:"other"`
}

// answers count what people sent back.
type answers struct {
	Yes    int `json:"yes"`
	No     int `json:"no"`
	Stop   int `json:"stop"`
	Words  int `json:"words"`
	Likely int `json:"likely_refusals"`
}

// people plays those who get messages, and listens to what they say on its way
// to the inbox.
type people struct {
	story     *story
	heard     answers
	hours     []hour // since asked
	stopping  int    // how many say STOP in the middle of the run
	stopped   int
	midway    []provider.Event // their words
	refusedAt map[contact.Address]time.Time
	curious   contact.Address     // one who agreed, and was written to
	lost      provider.DispatchID // the last message that did not arrive
	answered  map[contact.Address]bool
	refused   map[contact.Address]bool // among them
	second    *second                  // set while the second client asks
	both      map[contact.Address]bool // asked by the first client, and whether they are silent
	ambiguous map[contact.Address]string
}

// answer decides what a person sends back, and when.
func (p *people) answer(h loopback.Handed) []loopback.Reply {
	if h.To == testerNumber {
		return nil // the story answers for her
	}
	if p.curious.IsZero() && p.lost != h.Dispatch {
		p.curious = h.To
	}
	if p.lost == h.Dispatch {
		return nil // nobody answers what did not arrive
	}
	if p.second != nil {
		if text := p.shared(h.To); text != "" {
			return []loopback.Reply{{Text: text, After: 30 * time.Minute}}
		}
		return nil
	}
	if p.stopping > 0 || p.stopped > 0 {
		return nil // of the second campaign, see progress
	}
	after := time.Duration(1+p.story.rng.IntN(600)) * time.Minute
	switch n := p.story.rng.IntN(100); {
	case h.To == p.curious || n < 9:
		return []loopback.Reply{{Text: pick(p, "OUI", "oui", "Oui merci", "OK"), After: after}}
	case n < 15:
		return []loopback.Reply{{Text: pick(p, "NON", "non merci", "Non."), After: after}}
	case n < 24:
		return []loopback.Reply{{Text: pick(p, "STOP", "stop", "Stop !", "« STOP »", "ARRÊT", "stop sms"), After: after}}
	case n < 26:
		return []loopback.Reply{{Text: pick(p, "Retirez-moi de vos listes", "je n'ai jamais donné mon numéro", "c'est quoi ?"), After: after}}
	default:
		return nil
	}
}

func pick(p *people, texts ...string) string { return texts[p.story.rng.IntN(len(texts))] }

// receipt has nearly every message delivered within a minute.
func (p *people) receipt(h loopback.Handed) (provider.Status, time.Duration) {
	if p.story.rng.IntN(50) == 0 {
		p.lost = h.Dispatch
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
	p.answered[e.From] = true
	p.refused[e.From] = len(r.Refused) > 0
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
	if p.stopping == 0 || p.stopped > 0 || s.HandedOver == 0 {
		return
	}
	ctx := context.Background()
	page, err := p.story.contacts.Page(ctx, base.ID, "", 1<<20)
	if err != nil {
		return
	}
	have := map[contact.Address]bool{}
	for _, h := range p.story.carrier.Inbox() {
		if h.At.Equal(p.story.now) {
			have[h.To] = true
		}
	}
	p.refusedAt = map[contact.Address]time.Time{}
	quota := map[bool]int{true: p.stopping / 2, false: p.stopping - p.stopping/2}
	for _, c := range page.Contacts {
		a := c.Points[0].Address
		history, err := p.story.register.History(ctx, a)
		if err != nil || a == p.curious || quota[have[a]] == 0 || !agreed(history.Acts) {
			continue
		}
		quota[have[a]]--
		e := provider.Event{
			ID: "midway-" + string(c.ID), Kind: provider.InboundText, Carrier: "loopback", From: a, To: "36180", Text: "STOP", Sent: p.story.now, Received: p.story.now,
		}
		if err := p.story.inbox.Receive(ctx, e); err == nil { // acknowledged: from here on nothing may go
			p.midway = append(p.midway, e)
			p.refusedAt[a] = p.story.now
			p.stopped++
		}
	}
	p.story.now = p.story.now.Add(time.Second)
}

func agreed(acts []consent.Act) bool {
	for _, a := range acts {
		if a.Kind == consent.Given && a.By == consent.ByPerson {
			return true
		}
	}
	return false
}
