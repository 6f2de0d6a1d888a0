package main

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

var (
	company = contact.Party{ID: "eaux", Name: "Eaux du Val"}
	base    = contact.Base{ID: "subscribers", Name: "Abonnés", Owner: company, Mode: contact.Own}
	form    = &contact.Origin{Kind: contact.OwnForm, Collector: "eaux.example", Form: "abonnement"}
	signed  = time.Date(2024, time.March, 4, 9, 0, 0, 0, time.UTC)
)

const campaignID = "coupure-jeudi"

// alert returns a campaign of service messages, which may go at any hour and need
// a relation: the demonstration works at night, too.
func alert() campaign.Campaign {
	return campaign.Campaign{
		Name: "coupure d'eau",
		Request: consent.Request{
			Campaign: campaignID, Client: company.ID, Controllers: []contact.Party{company}, Base: base,
			Purpose: contact.Service, Kind: consent.ContentMessage, Channel: contact.SMS,
			Sender: contact.Sender{Value: "38180", Kind: contact.ShortCode, Owner: company.ID},
		},
		// By default a campaign pauses when one outcome in twenty is unknown, and
		// here workers are killed on purpose.
		Limits:    campaign.NoLimits(),
		Templates: []campaign.Template{{Language: "fr", Text: "Eaux du Val: pas d'eau jeudi de 9 h à 12 h dans votre rue. STOP pour ne plus être prévenu"}},
	}
}

// fiction are the ranges that Arcep reserves for films and books: that of
// mobiles, which has 10,000 numbers, and those of landlines, which the carrier
// of this demonstration takes as well.
var fiction = []uint64{33_639_980_000, 33_199_000_000, 33_261_910_000, 33_353_010_000, 33_465_710_000, 33_536_490_000}

const (
	inRange      = 10_000
	mostContacts = 60_000
	page         = 1_000 // subscribers are imported so many at a time
	chunk        = 250   // and sent to so many under one lease
)

// A subscriber is one of the invented people. Of each hundred, one shares the
// number of another, two refuse to be written to, and five have left.
type subscriber struct{ n int }

func (s subscriber) shares() bool  { return s.n%100 == 10 }
func (s subscriber) refuses() bool { return s.n%100 == 20 || s.n%100 == 21 }
func (s subscriber) left() bool    { return s.n%100 >= 95 }

func (s subscriber) address() (contact.Address, error) {
	n := s.n
	if s.shares() {
		n--
	}
	return contact.PhoneFromDigits(fiction[n/inRange] + uint64(n%inRange))
}

func (s subscriber) contact() (contact.Contact, error) {
	a, err := s.address()
	return contact.Contact{
		ID: contact.ID(fmt.Sprintf("A%05d", s.n)), Base: base.ID, Language: "fr", Points: []contact.Point{{Address: a}},
		Origins: []contact.Provenance{{Origin: form, Collected: signed}},
	}, err
}

// id names what s did, the same each time, so that it is recorded once.
func (s subscriber) id(did string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", did, s.n))
}

// relation is the act that lets the company write to s.
func (s subscriber) relation(a contact.Address) consent.Statement {
	return consent.Statement{Address: a, Act: consent.Act{
		ID: s.id("subscribes"), Kind: consent.Related, By: consent.ByHost, Grade: consent.Witnessed, Happened: signed,
		Grantees: consent.Grantees{Parties: []contact.PartyID{company.ID}}, Evidence: &consent.Evidence{Document: "contract"},
	}}
}

// refusal is an entry that keeps every message of the company from s.
func (s subscriber) refusal(f contact.Fingerprint) suppression.Entry {
	return suppression.Entry{
		ID: s.id("refuses"), Class: suppression.Refusal, Fingerprint: f, Reason: suppression.Replied,
		Scope: contact.Scope{Controller: company.ID, Channels: contact.SMS.Siblings()}, Happened: signed.AddDate(0, 1, 0), Recorded: signed.AddDate(0, 1, 0),
	}
}

// importAll puts n subscribers into the stores, a page at a time. It may be done
// again: what is there already stays as it is.
func (h *host) importAll(ctx context.Context, n int, progress func(done int)) error {
	for from := 0; from < n; from += page {
		if err := h.importPage(ctx, from, min(n, from+page)); err != nil {
			return err
		}
		progress(min(n, from+page))
	}
	return nil
}

func (h *host) importPage(ctx context.Context, from, to int) error {
	var contacts []contact.Contact
	var relations []consent.Statement
	var refusals []suppression.Entry
	for i := from; i < to; i++ {
		s := subscriber{i}
		c, err := s.contact()
		if err != nil {
			return err
		}
		contacts = append(contacts, c)
		a := c.Points[0].Address
		if !s.left() && !s.shares() {
			relations = append(relations, s.relation(a))
		}
		if s.refuses() {
			refusals = append(refusals, s.refusal(h.keyring.Fingerprint(a)))
		}
	}
	h.keyring.Hasher().Stamp(contacts)
	// Refusals first: whoever can be written to from here on is on the list.
	if _, err := h.list.Add(ctx, h.keyring.ID(), refusals); err != nil {
		return err
	}
	if _, err := h.contacts.Put(ctx, h.keyring.ID(), contacts); err != nil {
		return err
	}
	_, err := h.register.Record(ctx, relations...)
	return err
}
