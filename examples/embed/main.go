// Embed puts the library into a host that has its own users table and its own
// job queue: a Source over the one, a Sender behind the other.
package main

import (
	"context"
	"fmt"
	"log"
	"strconv"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
)

// user is a row of the host's own table.
type user struct {
	id     int
	mobile string // as the host keeps it
	name   string
	joined time.Time
}

type users []user // in a real host, a *sql.DB

// Page implements contact.Source: SELECT … WHERE id > after ORDER BY id LIMIT n.
func (t users) Page(_ context.Context, base contact.BaseID, after contact.Position, limit int) (contact.Page, error) {
	last, _ := strconv.Atoi(string(after))
	var page contact.Page
	for _, u := range t {
		if u.id <= last {
			continue
		}
		if len(page.Contacts) == limit {
			page.Next = contact.Position(strconv.Itoa(last))
			break
		}
		page.Contacts = append(page.Contacts, u.contact(base))
		last = u.id
	}
	return page, nil
}

// Get implements contact.Source: SELECT … WHERE id IN (…).
func (t users) Get(_ context.Context, base contact.BaseID, ids []contact.ID) (found []contact.Contact, _ error) {
	for _, id := range ids {
		for _, u := range t {
			if contact.ID(strconv.Itoa(u.id)) == id {
				found = append(found, u.contact(base))
			}
		}
	}
	return found, nil
}

// ByAddress implements contact.Source.
func (t users) ByAddress(_ context.Context, base contact.BaseID, a contact.Address) (found []contact.Contact, _ error) {
	for _, u := range t {
		if c := u.contact(base); len(c.Points) > 0 && c.Points[0].Address == a {
			found = append(found, c)
		}
	}
	return found, nil
}

var signUp = &contact.Origin{Kind: contact.OwnForm, Collector: "velo.example", Form: "sign-up"}

func (u user) contact(base contact.BaseID) contact.Contact {
	c := contact.Contact{
		ID: contact.ID(strconv.Itoa(u.id)), Base: base, Language: "fr",
		Attributes: []contact.Attribute{{Name: "name", Value: contact.Text(u.name)}},
		Origins:    []contact.Provenance{{Origin: signUp, Collected: u.joined}},
	}
	if a, err := phone.Parse(u.mobile, "FR"); err == nil { // a bad number is a contact without an address
		c.Points = []contact.Point{{Address: a}}
	}
	return c
}

// job is what the host's queue carries: its own name for it, and no address.
type job struct {
	id   string
	user int
	text string
}

func main() {
	ctx := context.Background()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	table := users{{1, "06 39 98 00 01", "Ada", now.AddDate(0, -3, 0)}, {2, "06.39.98.00.02", "Grace", now.AddDate(0, -1, 0)}}
	shop := contact.Party{ID: "velo", Name: "Vélo Martin"}
	base := contact.Base{ID: "customers", Owner: shop, Mode: contact.Own}

	// Once, when the host starts. Its own stores go in place of memory's.
	clock := consent.ClockFunc(func() time.Time { return now })
	keys, err := suppression.NewKeyring([]byte("from the host's secret manager"))
	check(err)
	ledger, list := new(memory.Ledger), new(memory.Suppressions)
	outbox := &memory.Outbox{Clock: clock}
	register, err := consent.NewRegister(ledger, list, keys, &consent.RegisterOptions{Clock: clock})
	check(err)
	gate, err := consent.OpenGate(ctx, ledger, list, keys, regime.France(), &consent.GateOptions{Clock: clock, AllowFiction: true})
	check(err)
	inbox, err := campaign.NewInbox(register, outbox, reply.NewReader(reply.Default()))
	check(err)
	carrier := loopback.New(&loopback.Options{Clock: clock})
	sender, err := campaign.NewSender(gate, outbox, inbox, carrier, nil)
	check(err)

	// Where the host learns of a relation, it records it.
	for _, u := range table {
		_, err = register.Record(ctx, consent.Statement{Address: u.contact(base.ID).Points[0].Address, Act: consent.Act{
			ID: uuid.New(), Kind: consent.Related, By: consent.ByHost, Grade: consent.Witnessed, Happened: u.joined,
			Grantees: consent.Grantees{Parties: []contact.PartyID{shop.ID}}, Evidence: &consent.Evidence{Document: "order"},
		}})
		check(err)
	}

	// The worker of the host's queue. A job that comes twice is sent once.
	handle := func(j job) {
		found, err := table.Get(ctx, base.ID, []contact.ID{contact.ID(strconv.Itoa(j.user))})
		check(err)
		result, err := sender.Send(ctx, j.id, campaign.Single{
			Contact: found[0],
			Content: consent.Content{Language: "fr", Text: j.text},
			Request: consent.Request{
				Client: shop.ID, Controllers: []contact.Party{shop}, Base: base,
				Purpose: contact.Service, Kind: consent.ContentMessage, Channel: contact.SMS,
				Sender: contact.Sender{Value: "38180", Kind: contact.ShortCode, Owner: shop.ID},
			},
		})
		check(err)
		fmt.Printf("%s: %v, %v\n", j.id, found[0].Points[0].Address, result.Class)
	}
	queue := []job{
		{"order-17", 1, "Vélo Martin: votre vélo est prêt."},
		{"order-18", 2, "Vélo Martin: votre casque est arrivé."},
		{"order-17", 1, "Vélo Martin: votre vélo est prêt."}, // the queue delivers at least once
	}
	for _, j := range queue {
		handle(j)
	}

	// The carrier's webhook. What it says is stored before it is acknowledged.
	ada := table[0].contact(base.ID).Points[0].Address
	received, err := inbox.Handle(ctx, provider.Event{
		ID: "in-1", Kind: provider.InboundText, Carrier: "loopback", From: ada, To: "38180", Text: "STOP", Received: now,
	})
	check(err)
	fmt.Printf("STOP: refused %v\n", received.Refused)
	handle(job{"order-19", 1, "Vélo Martin: révision gratuite de votre vélo."})
	fmt.Printf("the carrier has %d messages\n", len(carrier.Inbox()))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
