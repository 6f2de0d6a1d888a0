package consent_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// A reply that may be a refusal waits for a human, who says by name and with a
// reason what it was. Nobody looks at the second one, and after seven days it is
// a refusal. A campaign.Inbox opens the reviews of a host.
func ExampleReviewer() {
	ctx := context.Background()
	now := time.Date(2024, time.June, 3, 8, 0, 0, 0, time.UTC)
	keyring, err := suppression.NewKeyring([]byte("sixteen random bytes, or more"))
	if err != nil {
		log.Fatal(err)
	}
	reviews := new(memory.Reviews)
	register, err := consent.NewRegister(new(memory.Ledger), new(memory.Suppressions), keyring, &consent.RegisterOptions{
		Clock: consent.ClockFunc(func() time.Time { return now }), Reviews: reviews,
	})
	if err != nil {
		log.Fatal(err)
	}
	for i, words := range []string{"pas maintenant, merci", "ça suffit"} {
		_, err := reviews.OpenReview(ctx, keyring.ID(), consent.Review{
			ID: uuid.UUID{byte(i + 1)}, Cause: consent.LikelyRefusal, Fingerprint: contact.Fingerprint{1}, Words: words,
			Campaigns: []string{"vote"}, Happened: now, Opened: now,
		})
		if err != nil {
			log.Fatal(err)
		}
	}

	reviewer, err := consent.NewReviewer(register)
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(26 * time.Hour)
	waiting, err := reviewer.List(ctx, consent.ReviewQuery{Open: true, Campaign: "vote"}, now)
	if err != nil {
		log.Fatal(err)
	}
	for _, w := range waiting {
		fmt.Printf("%s: %q, for %v, due %s\n", w.Cause, w.Words, w.Age, w.Due.Format(time.DateOnly))
	}
	_, err = reviewer.Resolve(ctx, waiting[0].ID, consent.ReviewResolution{
		By: "Claude Petit", Why: "asks to be called back", As: consent.WasNoRefusal,
	})
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(consent.ReviewWithin)
	n, err := reviewer.Sweep(ctx, now)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("refusals that nobody looked at:", n)
	// Output:
	// likely-refusal: "pas maintenant, merci", for 26h0m0s, due 2024-06-10
	// likely-refusal: "ça suffit", for 26h0m0s, due 2024-06-10
	// refusals that nobody looked at: 1
}
