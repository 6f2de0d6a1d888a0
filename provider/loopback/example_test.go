package loopback_test

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
)

// A carrier that reports what happens by itself. Messages reach it through a
// campaign.Runner or a campaign.Sender; see the programs under examples.
func ExampleCarrier_Deliver() {
	now := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	carrier := loopback.New(&loopback.Options{Clock: consent.ClockFunc(func() time.Time { return now })})

	ada, _ := contact.ParseE164("+33639980012")
	carrier.Say(provider.Event{Kind: provider.InboundText, From: ada, To: "36180", Text: "STOP"})

	n, err := carrier.Deliver(context.Background(), printer{})
	fmt.Println(n, err)
	// Output:
	// phone:+33…12 writes "STOP" to 36180
	// 1 <nil>
}

// printer stands in for a campaign.Inbox.
type printer struct{}

func (printer) Receive(_ context.Context, e provider.Event) error {
	fmt.Printf("%v writes %q to %s\n", e.From, e.Text, e.To)
	return nil
}
