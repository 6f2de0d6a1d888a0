package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestTemplateOfALanguage(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		language  string
		templates []string
		want      string
	}{
		"the same tag":                      {"fr", []string{"en", "fr"}, "fr"},
		"the same tag in other letters":     {"FR-ca", []string{"en", "fr", "fr-CA"}, "fr-CA"},
		"the parent":                        {"fr-CA", []string{"en", "fr-FR", "fr"}, "fr"},
		"the nearer parent":                 {"zh-Hant-TW", []string{"en", "zh", "zh-Hant"}, "zh-Hant"},
		"the grandparent":                   {"zh-Hant-TW", []string{"en", "zh"}, "zh"},
		"a parent before a cousin":          {"zh-Hant-TW", []string{"zh-Hans", "zh"}, "zh"},
		"past what introduces an extension": {"en-GB-u-ca-gregory", []string{"fr", "en-GB"}, "en-GB"},
		"past a private part":               {"fr-x-client", []string{"en", "fr"}, "fr"},
		"a cousin":                          {"fr-CA", []string{"en", "fr-FR", "fr-BE"}, "fr-FR"},
		"a child":                           {"fr", []string{"en", "fr-BE", "fr-FR"}, "fr-BE"},
		"no near one":                       {"de", []string{"en", "fr"}, "en"},
		"a tag that only begins alike":      {"fry", []string{"en", "fr"}, "en"},
		"unknown":                           {"", []string{"en", "fr"}, "en"},
		"no tag at all":                     {"français", []string{"en", "fr"}, "en"},
		"separators alone":                  {"--", []string{"en", "fr"}, "en"},
		"one template":                      {"de", []string{"fr"}, "fr"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.templates[campaign.Pick(tt.language, tt.templates...)])
		})
	}
}

// A preview counts the text that each person would get.
func TestEverybodyInTheirLanguage(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	as := h.people(rented.ID, 3)
	h.agree(martin, as...)
	for i, language := range []string{"fr-CA", "en-GB", "de"} {
		p := contact.Contact{
			ID: contact.ID([]string{"P00", "P01", "P02"}[i]), Base: rented.ID, Language: language, Points: []contact.Point{{Address: as[i]}},
			Origins: []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
		}
		h.put(p)
	}
	c := content("c", martin)
	short := c.Templates[0].Text
	long := short + " " + string(make160())
	c.Templates = []campaign.Template{{Language: "en", Text: short}, {Language: "fr", Text: long}}
	p, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	require.Equal(t, map[int]int{1: 2, 2: 1}, p.BySegments)
	require.Equal(t, 4, p.Segments)

	c.Templates[1].Language = "EN"
	_, err = h.planner.Preview(t.Context(), c, time.Time{})
	require.EqualError(t, err, `campaign "c": Templates[1]: Language "EN" is that of Templates[0]`)
}

func make160() []byte {
	out := make([]byte, 160)
	for i := range out {
		out[i] = 'a'
	}
	return out
}
