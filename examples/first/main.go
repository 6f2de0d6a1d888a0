// First asks before it sends: the same message to the same person, before she
// agreed, after, and after she refused.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

func main() {
	ctx := context.Background()
	now := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC) // a Monday, six days before a vote
	clock := consent.ClockFunc(func() time.Time { return now })

	keys, err := suppression.NewKeyring([]byte("a secret of at least 16 random bytes"))
	check(err)
	ledger, list := new(memory.Ledger), new(memory.Suppressions)
	gate, err := consent.OpenGate(ctx, ledger, list, keys, regime.France(),
		&consent.GateOptions{Clock: clock, AllowFiction: true})
	check(err)
	register, err := consent.NewRegister(ledger, list, keys, &consent.RegisterOptions{Clock: clock})
	check(err)

	// readme:start
	number, err := phone.Parse("06 39 98 00 12", "FR")
	check(err)
	ada := contact.Contact{
		ID: "ada", Base: "supporters", Points: []contact.Point{{Address: number}},
		Origins: []contact.Provenance{{Origin: &contact.Origin{Kind: contact.OwnForm, Collector: "martin2024.example"}, Collected: now}},
	}
	martin := contact.Party{ID: "martin", Name: "Alex Martin"}
	request := consent.Request{
		Campaign: "meeting", Client: martin.ID, Controllers: []contact.Party{martin},
		Base:    contact.Base{ID: "supporters", Owner: martin, Mode: contact.Own},
		Purpose: contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS,
		Sender:   contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: martin.ID},
		Election: "fr-european-2024",
	}
	message := consent.Content{Language: "fr", Text: "Alex Martin: réunion publique jeudi à 19 h. STOP pour refuser."}
	ask := func(when string) {
		d, err := gate.Decide(ctx, request, consent.Recipient{Contact: &ada, Point: ada.Points[0], Content: message})
		check(err)
		fmt.Printf("%-20s %v, %v\n", when, number, &d)
	}

	ask("at first:")
	_, err = register.Record(ctx, consent.Statement{Address: number, Act: consent.Act{
		ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS),
		Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}},
		Happened: now, Evidence: &consent.Evidence{Document: "form /join, box ticked"},
	}})
	check(err)
	ask("once she agreed:")
	_, err = list.Add(ctx, keys.ID(), []suppression.Entry{{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: keys.Fingerprint(number),
		Scope:  contact.Scope{Controller: martin.ID, Channels: contact.SMS.Siblings()},
		Reason: suppression.Replied, Happened: now, Recorded: now,
	}})
	check(err)
	ask("once she said STOP:")
	// readme:end
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
