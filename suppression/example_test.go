package suppression_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
)

// A file of refusals is imported twice; what cannot be read is kept by hand.
func ExampleImport() {
	keyring, err := suppression.NewKeyring([]byte("from a random source, kept apart"))
	if err != nil {
		log.Fatal(err)
	}
	var list memory.Suppressions
	file := "telephone;date\n06 39 98 00 12;2024-05-30\n+33 6 39 98 00 13;2024-06-01\n06 39 98;2024-06-02\n"
	for range 2 {
		report, err := suppression.Import(context.Background(), &list, keyring, strings.NewReader(file), suppression.ImportOptions{
			File: "refus-mai.csv", Column: "telephone", DateColumn: "date", Comma: ';',
			Parse:    func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
			Scope:    contact.Scope{Controller: "martin"},
			Recorded: time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC),
			Unreadable: func(line int, raw string, _ error) error {
				fmt.Printf("line %d must be read by a human\n", line)
				return nil
			},
		})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d lines: %d added, %d there already, %d unreadable\n", report.Lines, report.Added, report.Already, report.Unreadable)
	}

	// Output:
	// line 4 must be read by a human
	// 3 lines: 2 added, 0 there already, 1 unreadable
	// line 4 must be read by a human
	// 3 lines: 0 added, 2 there already, 1 unreadable
}

// A list is moved to a new secret, without the addresses on it.
func ExampleRotate() {
	ctx := context.Background()
	old, err := suppression.NewKeyring([]byte("from a random source, kept apart"))
	if err != nil {
		log.Fatal(err)
	}
	ada, err := contact.ParseE164("+33639980012")
	if err != nil {
		log.Fatal(err)
	}
	var list memory.Suppressions
	_, err = suppression.Import(ctx, &list, old, strings.NewReader(ada.Reveal()), suppression.ImportOptions{
		File: "refusals.txt", At: time.Unix(0, 0), Recorded: time.Unix(0, 0),
		Unreadable: func(int, string, error) error { return nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	rotated, err := old.Rotated([]byte("a second secret, just as random!"))
	if err != nil {
		log.Fatal(err)
	}
	if err := suppression.Rotate(ctx, old, rotated, &list); err != nil {
		log.Fatal(err)
	}
	hits, err := list.Match(ctx, rotated.ID(), []contact.Fingerprint{rotated.Fingerprint(ada)})
	fmt.Println(len(hits), err)
	_, err = list.Match(ctx, old.ID(), []contact.Fingerprint{old.Fingerprint(ada)})
	fmt.Println(err)

	// Output:
	// 1 <nil>
	// memory: fingerprints of another key
}
