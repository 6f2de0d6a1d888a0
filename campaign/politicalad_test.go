package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func adOf(sponsor string, targeting consent.Targeting) *consent.PoliticalAd {
	return &consent.PoliticalAd{Sponsor: sponsor, Election: "9 juin", NoticeURL: "https://ads.example/t", Targeting: targeting}
}

// {{label}} is the label in the language of each template, and that of the
// candidate in each district.
func TestLabelPlace(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.voters("75-01", "75-02")
	h.agree(arnaud, people[0])
	h.agree(berger, people[1])
	c := constituencies("c")
	c.Request.PoliticalAd = adOf("Les Platanes", consent.Targeted)
	c.Templates[0].Text = "{{controller}}: votez. {{label}} {{notice}} Par {{origin}}. STOP"
	tilleuls := c.Districts.Of["75-02"]
	tilleuls.PoliticalAd = adOf("Les Tilleuls", consent.Targeted)
	c.Districts.Of["75-02"] = tilleuls
	h.launch(c)
	require.Equal(t, 2, h.run("c").HandedOver)
	texts := map[contact.Address]string{}
	for _, m := range h.carrier.Inbox() {
		texts[m.To] = m.Text
	}
	require.Contains(t, texts[people[0]], ": votez. Publicité politique - Les Platanes - 9 juin - Message ciblé - https://ads.example/t ")
	require.Contains(t, texts[people[1]], ": votez. Publicité politique - Les Tilleuls - 9 juin - Message ciblé - https://ads.example/t ")

	c.Request.PoliticalAd = nil
	_, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.ErrorContains(t, err, "{{label}} is used, and the request has no PoliticalAd")
	c = content("own", martin)
	c.Templates[0].Text += "{{label}}"
	c.Templates[0].Fields = []campaign.Field{{Name: "label", MaxLength: 9}}
	_, err = h.planner.Preview(t.Context(), c, time.Time{})
	require.ErrorContains(t, err, `"label" is known to every template`)
}

// Who chooses people by their data cannot declare that nobody was chosen.
func TestUntargeted(t *testing.T) {
	t.Parallel()

	young := campaign.Audience{Conditions: []campaign.Condition{{Attribute: "age", Op: campaign.Present}}}
	c := content("c", martin)
	c.Request.PoliticalAd = adOf("Les Platanes", consent.Untargeted)
	require.NoError(t, c.Validate(), "the whole base")
	c.Audience = young
	require.ErrorContains(t, c.Validate(), "Request.PoliticalAd.Targeting is untargeted")
	c.Request.PoliticalAd.Targeting = consent.TargetingUnknown
	require.NoError(t, c.Validate())

	c = constituencies("d")
	c.Request.PoliticalAd = adOf("Les Platanes", consent.Untargeted)
	require.ErrorContains(t, c.Validate(), "Request.PoliticalAd.Targeting is untargeted")
	c.Request.PoliticalAd = nil
	first := c.Districts.Of["75-01"]
	for want, ad := range map[string]*consent.PoliticalAd{
		`Districts.Of["75-01"].PoliticalAd.Targeting is untargeted`: adOf("Les Platanes", consent.Untargeted),
		`Districts.Of["75-01"].PoliticalAd: consent`:                adOf("", consent.Targeted),
	} {
		first.PoliticalAd = ad
		c.Districts.Of["75-01"] = first
		require.ErrorContains(t, c.Validate(), want)
	}
	first.PoliticalAd = adOf("Les Platanes", consent.Targeted)
	c.Districts.Of["75-01"] = first
	require.NoError(t, c.Validate())
}
