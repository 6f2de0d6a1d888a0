package campaign_test

import (
	"fmt"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"golang.org/x/text/language"
)

// A client of a rented base sees no count below 20, and cannot work one out: 3
// that failed are merged with others, so that the total does not tell.
func ExampleReport_For() {
	report := campaign.Report{
		Campaign: "vote", Client: "martin", Base: "grand-public", Owner: "fichiers", Mode: contact.Rented, Zone: "Europe/Paris", Status: campaign.Running,
		Launched: 9_480,
		Ordered: campaign.Figure{Key: "ordered", Count: 9_480, Parts: []campaign.Figure{
			{Key: "excluded", Count: 1_260, Parts: []campaign.Figure{{Key: "refusal", Count: 1_249}, {Key: "hygiene", Count: 11}}},
			{Key: "failed", Count: 3},
			{Key: "unknown", Count: 57},
			{Key: "handed-over", Count: 8_160},
		}},
	}
	client := report.For(campaign.Viewer{Kind: campaign.AClient, Party: "martin"})
	fmt.Println(client.Ordered)
	fmt.Println(campaign.HandedOver.Words(language.French))
	// Output:
	// {ordered 9480 [{excluded 1260 []} {handed-over 8160 []} {other 60 []}]}
	// remis au routeur
}
