package campaign_test

import (
	"fmt"

	"github.com/accordsdk/accord/campaign"
)

// A client of a rented base reads round numbers, and Few for any that is small.
func ExampleComptage() {
	c := campaign.Comptage{
		Audience: campaign.Count{N: 12_480}, Reachable: campaign.Count{N: 9_300}, Excluded: campaign.Count{N: 220},
		Unfit: campaign.Count{Few: true}, Withheld: campaign.Count{N: 2_960},
	}
	say := func(what string, n campaign.Count) {
		if n.Few {
			fmt.Println(what, "too few to show")
			return
		}
		fmt.Println(what, "about", n.N)
	}
	say("audience:", c.Audience)
	say("reachable:", c.Reachable)
	say("your own exclusions:", c.Excluded)
	say("your text does not suit:", c.Unfit)
	say("withheld:", c.Withheld)
	// Output:
	// audience: about 12480
	// reachable: about 9300
	// your own exclusions: about 220
	// your text does not suit: too few to show
	// withheld: about 2960
}
