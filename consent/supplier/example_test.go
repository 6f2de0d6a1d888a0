package supplier_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"golang.org/x/text/language"
)

// quizProfile is what the contract with a supplier says.
var quizProfile = &supplier.Profile{
	Supplier: contact.Party{ID: "fichiers", Name: "Fichiers SARL"}, Contract: "2024-17",
	Base: "rented", Kind: contact.RentedFile, Zone: "Europe/Paris",
	Columns: supplier.Columns{Phone: "mobile", Date: "date_optin", IP: "ip", URL: "page"},
	Forms: []supplier.Form{{
		Name: "quiz-v3", Collector: "Jeux SAS", Sites: []string{"jeux.example"},
		Notice: contact.Notice{
			Language: "fr", Text: "J'accepte de recevoir par SMS les offres des partenaires.",
			Partners: []string{"Boutique Dupont"}, PartnersVersion: "2023-01",
		},
		From:     time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC),
		Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS, contact.RCS),
		Grantees: consent.Grantees{Category: "partners of Jeux SAS"},
	}},
}

const delivery = `mobile;date_optin;ip;page
06 39 98 00 01;05/04/2024 18:05:12;192.5.5.241;https://jeux.example/quiz
06 39 98 00 02;05/04/2022 18:05:12;192.5.5.242;https://jeux.example/quiz
06 39 98 00 03;05/04/2024 18:09:47;10.0.0.7;https://jeux.example/quiz
`

// A line with a date before the form existed, and one with a private IP address,
// prove nothing: their people are put, their grants are not recorded.
func ExampleImport() {
	stores, _, err := quizStores()
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := supplier.Import(context.Background(), strings.NewReader(delivery), quizProfile, stores, supplier.Options{
		ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Import)
	fmt.Printf("%d recorded, %d refused\n", report.Recorded, report.Refused)
	for _, f := range report.Forms[0].Flags {
		fmt.Println(f.Code, f.First, f.Code.Sentence(language.French))
	}

	// Output:
	// 3 lines: 3 created, 0 merged, 0 unchanged, 0 rejected
	// 1 recorded, 2 refused
	// before-form [3] La date précède la mise en ligne du formulaire.
	// reserved-ip [4] L'adresse IP est privée ou réservée : aucun visiteur ne peut l'avoir.
}

// Before a campaign, the buyer of a base asks how much of it is backed.
func ExampleAudit() {
	stores, ledger, err := quizStores()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = supplier.Import(ctx, strings.NewReader(delivery), quizProfile, stores, supplier.Options{
		ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	audit, err := supplier.Audit(ctx, supplier.AuditOptions{
		Base: "rented", Source: stores.Contacts, Ledger: ledger, Register: stores.Register, Documents: stores.Documents,
		Profiles: []*supplier.Profile{quizProfile}, Seed: 2024,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %d contacts have complete evidence\n", audit.Complete, audit.Contacts)
	for _, p := range audit.Sample {
		fmt.Println(p.Address, p.Grade, p.Missing)
	}

	// Output:
	// 1 of 3 contacts have complete evidence
	// phone:+33…01 asserted []
	// phone:+33…02 asserted [act]
	// phone:+33…03 asserted [act]
}

func quizStores() (supplier.Stores, consent.Ledger, error) {
	keyring, err := suppression.NewKeyring([]byte("sixteen random bytes, or more"))
	if err != nil {
		return supplier.Stores{}, nil, err
	}
	ledger := new(memory.Ledger)
	register, err := consent.NewRegister(ledger, new(memory.Suppressions), keyring, &consent.RegisterOptions{
		Clock: consent.ClockFunc(func() time.Time { return time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC) }),
	})
	return supplier.Stores{Contacts: new(memory.Contacts), Register: register, Documents: new(memory.Documents)}, ledger, err
}
