package consent_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// A person who ticked a box for offers is not written to about politics; who
// agrees to that is, until the eve of the vote.
func Example() {
	ctx := context.Background()
	now := time.Date(2024, time.June, 3, 8, 0, 0, 0, time.UTC)
	clock := consent.ClockFunc(func() time.Time { return now })
	keyring, err := suppression.NewKeyring([]byte("sixteen random bytes, or more"))
	if err != nil {
		log.Fatal(err)
	}
	ledger, list := new(memory.Ledger), new(memory.Suppressions)
	// AllowFiction: the number below is one that nobody has.
	gate, err := consent.OpenGate(ctx, ledger, list, keyring, regime.France(), &consent.GateOptions{Clock: clock, AllowFiction: true})
	if err != nil {
		log.Fatal(err)
	}
	register, err := consent.NewRegister(ledger, list, keyring, &consent.RegisterOptions{Clock: clock})
	if err != nil {
		log.Fatal(err)
	}

	ada, err := contact.ParseE164("+33639980012")
	if err != nil {
		log.Fatal(err)
	}
	martin := contact.Party{ID: "martin", Name: "Jeanne Martin"}
	request := consent.Request{
		Campaign: "june", Client: "martin", Base: contact.Base{ID: "own", Owner: martin, Mode: contact.Own},
		Controllers: []contact.Party{martin}, Purpose: contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: "martin"}, Election: "fr-european-2024",
	}
	form := &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
	to := consent.Recipient{
		Contact: &contact.Contact{Origins: []contact.Provenance{{Origin: form, Collected: now.AddDate(0, -1, 0)}}},
		Point:   contact.Point{Address: ada},
		Content: consent.Content{Language: "fr", Text: "Jeanne Martin: votez dimanche. STOP pour refuser"},
	}

	ask := func() {
		d, err := gate.Decide(ctx, request, to)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(d.String())
	}
	agree := func(purpose contact.Purpose) {
		_, err := register.Record(ctx, consent.Statement{Address: ada, Act: consent.Act{
			ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
			Purposes: []contact.Purpose{purpose}, Channels: contact.Channels(contact.SMS),
			Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}},
			Happened: now, Evidence: &consent.Evidence{Event: "form 12", IP: "192.0.2.1"},
		}})
		if err != nil {
			log.Fatal(err)
		}
	}

	agree(contact.Commercial)
	ask()
	agree(contact.Political)
	ask()
	now = time.Date(2024, time.June, 8, 8, 0, 0, 0, time.UTC)
	ask()

	// Output:
	// deny: consent.other-purpose
	// allow: consent.given
	// deny: election.silence, consent.given
}
