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
	"golang.org/x/text/language"
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

// A host that is not ready to let the gate decide lets it look on.
func ExampleShadow() {
	ctx := context.Background()
	keyring, err := suppression.NewKeyring([]byte("sixteen random bytes, or more"))
	if err != nil {
		log.Fatal(err)
	}
	gate, err := consent.OpenGate(ctx, new(memory.Ledger), new(memory.Suppressions), keyring, regime.France(), &consent.GateOptions{
		Clock: consent.ClockFunc(func() time.Time { return monday }), AllowFiction: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	shadow := consent.NewShadow(gate)
	origin := &contact.Origin{Kind: contact.RentedFile, Collector: "Jeux SAS", Supplier: "Fichiers SARL", Form: "v3"}
	for i := range uint64(3) { // the host's own loop
		a, err := contact.PhoneFromDigits(33639980000 + i)
		if err != nil {
			log.Fatal(err)
		}
		person := &contact.Contact{ID: "p", Base: "base", Origins: []contact.Provenance{{Origin: origin, Collected: monday.AddDate(-1, 0, 0)}}}
		_, err = shadow.Observe(ctx, politicalRequest(), consent.Recipient{
			Contact: person, Point: contact.Point{Address: a}, Content: consent.Content{Text: goodText},
		}, true)
		if err != nil {
			fmt.Println(err) // and the host goes on
		}
	}
	gap := shadow.Gap()
	fmt.Print(gap.Text(language.English))
	// Output:
	// 3 messages observed: the two agree on 0
	// sent, and would have been kept back: 3
	//   3: The person was never asked.
	// not sent, and could have gone: 0
	// how many more could go, if one thing were put right:
	//   3: Ask with a consent request, where that is allowed. (base base, Fichiers SARL, form v3)
}
