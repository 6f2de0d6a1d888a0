package campaign_test

import (
	"fmt"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
)

// How long the messages of a campaign can get is known before anybody is read:
// from the words, the fields, the link, the origin and the carrier's clause.
func ExampleCampaign_Bounds() {
	c := content("vote", martin)
	c.Templates = []campaign.Template{{
		Language: "fr",
		Text:     "Alex Martin: {{prénom}}, votez le {{jour}}! {{notice}} Par {{origin}}. STOP",
		Fields: []campaign.Field{
			{Name: "prénom", Default: "bonjour", MaxLength: 20},
			{Name: "jour", Type: campaign.DateField},
		},
	}}
	bounds, err := c.Bounds(0, &contact.Origin{Collector: "Concours SARL"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range []campaign.Length{bounds[0].Shortest, bounds[0].LongestGSM7, bounds[0].Longest} {
		fmt.Printf("%d characters, %v: %d segment(s)\n", l.Characters, l.SMS.Encoding, l.SMS.Segments)
	}
	// Output:
	// 89 characters, GSM-7: 1 segment(s)
	// 116 characters, GSM-7: 1 segment(s)
	// 116 characters, UCS-2: 3 segment(s)
}
