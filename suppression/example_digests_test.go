package suppression_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
)

// A file of digests waits for the numbers: those that are put come onto the list
// before they are there.
func ExampleImportDigests() {
	ctx := context.Background()
	keyring, err := suppression.NewKeyring([]byte("from a random source, kept apart"))
	if err != nil {
		log.Fatal(err)
	}
	var list memory.Suppressions
	var pending memory.Pending
	var people memory.Contacts
	resolver, err := suppression.NewResolver(&pending, &list, keyring)
	if err != nil {
		log.Fatal(err)
	}
	format := suppression.DigestFormat{Hash: suppression.MD5, Spellings: []suppression.Spelling{suppression.FrenchNational, suppression.Digits}}
	ada, err := contact.ParseE164("+33639980012")
	if err != nil {
		log.Fatal(err)
	}
	digest, _ := format.Digest(ada)
	// The second number somebody forgot to hash.
	file := fmt.Sprintf("%X\n0639980013\n", [16]byte(digest[:16]))
	report, err := suppression.ImportDigests(ctx, &pending, strings.NewReader(file), format, suppression.ImportOptions{
		File: "refus.md5", At: time.Unix(0, 0), Recorded: time.Unix(0, 0), Scope: contact.Scope{Controller: "martin"},
		Unreadable: func(line int, _ string, err error) error {
			fmt.Printf("line %d: %v\n", line, err)
			return nil
		},
	})
	fmt.Println(report.Pending, "pending,", report.Unreadable, "unreadable,", err)

	resolved, err := resolver.Bases(ctx, &people, "rented")
	fmt.Println(resolved, err)
	store := resolver.OnPut(&people)
	_, err = store.Put(ctx, contact.KeyID{}, []contact.Contact{{ID: "ada", Base: "rented", Points: []contact.Point{{Address: ada}}}})
	if err != nil {
		log.Fatal(err)
	}
	hits, err := list.Match(ctx, keyring.ID(), []contact.Fingerprint{keyring.Fingerprint(ada)})
	fmt.Println(len(hits), err)

	// Output:
	// line 2: suppression: 10 characters, want the 32 hexadecimal digits or 24 of base64 that MD5 has
	// 1 pending, 1 unreadable, <nil>
	// 0 contacts, 0 addresses: 0 resolved, 0 added; refus.md5: 0 of 1 resolved <nil>
	// 1 <nil>
}

// A controller takes its list to an installation with another secret.
func ExampleExportSealed() {
	ctx := context.Background()
	ours, err := suppression.NewKeyring([]byte("from a random source, kept apart"))
	if err != nil {
		log.Fatal(err)
	}
	theirs, err := suppression.NewKeyring([]byte("another random source, elsewhere"))
	if err != nil {
		log.Fatal(err)
	}
	ada, err := contact.ParseE164("+33639980012")
	if err != nil {
		log.Fatal(err)
	}
	var people memory.Contacts
	var list, next memory.Suppressions
	_, err = people.Put(ctx, contact.KeyID{}, []contact.Contact{{ID: "ada", Base: "own", Points: []contact.Point{{Address: ada}}}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = suppression.Import(ctx, &list, ours, strings.NewReader(ada.Reveal()), suppression.ImportOptions{
		File: "stops.txt", At: time.Unix(0, 0), Recorded: time.Unix(0, 0), Scope: contact.Scope{Controller: "martin"},
		Unreadable: func(int, string, error) error { return nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	sealer, err := suppression.SealWithPassphrase("drawn from a list of thousands of words")
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	out, err := suppression.ExportSealed(ctx, &list, ours, &file, suppression.SealOptions{
		Source: &people, Bases: []contact.BaseID{"own"}, Party: contact.Party{ID: "martin"}, Sealer: sealer,
	})
	fmt.Printf("%+v %v\n", out, err)
	in, err := suppression.ImportSealed(ctx, &next, theirs, &file, suppression.OpenOptions{
		File: "martin, June", Controller: "client-7", Recorded: time.Unix(60, 0),
		Opener: suppression.OpenWithPassphrase("drawn from a list of thousands of words"),
	})
	fmt.Printf("%+v %v\n", in, err)

	// Output:
	// {Addresses:1 Refusals:1 Unknown:0} <nil>
	// {Refusals:1 Added:1 Already:0 Unsettled:0} <nil>
}
