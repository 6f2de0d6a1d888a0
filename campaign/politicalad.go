package campaign

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/accordsdk/accord/consent"
)

// checkTargeting returns an error where a political message declares that nobody
// was chosen by their data, and the campaign chooses: the exemption of Regulation
// (EU) 2024/900 for messages to a whole list is lost with the first filter.
func (c *Campaign) checkTargeting() error {
	untargeted := func(ad *consent.PoliticalAd) bool { return ad != nil && ad.Targeting == consent.Untargeted }
	chooses := len(c.Audience.Conditions) > 0 || c.Districts != nil
	if chooses && untargeted(c.Request.PoliticalAd) {
		return errors.New("field Request.PoliticalAd.Targeting is untargeted, and Audience or Districts choose people by their data")
	}
	if c.Districts == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(c.Districts.Of)) {
		ad := c.Districts.Of[name].PoliticalAd
		if untargeted(ad) {
			return fmt.Errorf("field Districts.Of[%q].PoliticalAd.Targeting is untargeted, and Districts choose people by their data", name)
		}
		if ad == nil {
			continue
		}
		if err := ad.Validate(); err != nil {
			return fmt.Errorf("field Districts.Of[%q].PoliticalAd: %w", name, err)
		}
	}
	return nil
}
