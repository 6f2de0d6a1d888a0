package contact_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
)

// Every line of a file is imported, merged, or rejected with its number and a
// reason that does not repeat what stands there.
func ExampleImportCSV() {
	const file = `ref;mobile;ville;inscription
P1;06 39 98 00 01;Brest;2023-04-05
P2;06 39 98;Quimper;2023-04-06
P1;+33 (0)6 39 98 00 01;;2024-01-02
`
	var store memory.Contacts
	report, err := contact.ImportCSV(context.Background(), strings.NewReader(file), &store, contact.ImportOptions{
		Base:   "clients",
		Origin: &contact.Origin{Kind: contact.OwnForm, Collector: "Boutique Dupont", Form: "caisse-v2"},
		Columns: []contact.Column{
			{Name: "ref", Kind: contact.IDColumn},
			{Name: "mobile", Kind: contact.PhoneColumn},
			{Name: "ville", Kind: contact.TextColumn, Attribute: "city"},
			{Name: "inscription", Kind: contact.CollectedColumn},
		},
		Separator:  ';',
		ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report)
	for _, e := range report.Rejects {
		fmt.Println(e)
	}

	// Output:
	// 3 lines: 1 created, 1 merged, 0 unchanged, 1 rejected
	// line 3: mobile: phone: too few digits for country code 33: not an address
}
