package consent_test

import (
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/internal/sms"
	"github.com/stretchr/testify/require"
)

const adURL = "https://martin.example/transparence"

func politicalAd(change ...func(*consent.PoliticalAd)) *consent.PoliticalAd {
	a := &consent.PoliticalAd{Sponsor: "Les Platanes", Election: "Européennes du 9 juin", NoticeURL: adURL, Targeting: consent.Untargeted}
	for _, c := range change {
		c(a)
	}
	return a
}

func TestLabel(t *testing.T) {
	t.Parallel()

	targeted := func(a *consent.PoliticalAd) { a.Targeting = consent.TargetingUnknown }
	controlled := func(a *consent.PoliticalAd) { a.ControlledBy = "Fonds des arbres" }
	german := func(a *consent.PoliticalAd) {
		a.Wordings = []consent.AdWording{{Language: "de", Advertisement: "Politische Anzeige", Targeted: "Gezielt", ControlledBy: "kontrolliert von"}}
	}
	for want, tt := range map[string]struct {
		ad       *consent.PoliticalAd
		language string
	}{
		"Publicité politique - Les Platanes - Européennes du 9 juin - " + adURL:                                             {politicalAd(), "fr"},
		"Political advertisement - Les Platanes - Européennes du 9 juin - " + adURL:                                         {politicalAd(), "en-GB"},
		"Publicité politique - Les Platanes - Européennes du 9 juin - Message ciblé - " + adURL:                             {politicalAd(targeted), "fr-BE"},
		"Political advertisement - Les Platanes, controlled by Fonds des arbres - Européennes du 9 juin - " + adURL:         {politicalAd(controlled), "pl"},
		"Politische Anzeige - Les Platanes, kontrolliert von Fonds des arbres - Européennes du 9 juin - Gezielt - " + adURL: {politicalAd(german, controlled, targeted), "DE-at"},
		"Publicité politique - Les Platanes - " + adURL:                                                                     {politicalAd(func(a *consent.PoliticalAd) { a.Election = "" }), "fr"},
	} {
		require.Equal(t, want, tt.ad.Label(tt.language))
	}

	everything := politicalAd(targeted, controlled)
	for _, language := range []string{"en", "fr"} {
		_, ucs2 := sms.Measure(everything.Label(language))
		require.False(t, ucs2, language)
	}
}

// A label that the library makes is one that it recognizes, in any language, and
// no part of it can be left out.
func TestLabelIsRead(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	full := politicalAd(func(a *consent.PoliticalAd) {
		a.Targeting, a.ControlledBy = consent.Targeted, "Fonds des arbres"
		a.Wordings = []consent.AdWording{{Language: "de", Advertisement: "Politische Anzeige", Targeted: "Gezielt", ControlledBy: "kontrolliert von"}}
	})
	req := politicalRequest()
	req.PoliticalAd = full
	p, err := w.gate.Plan(req, monday)
	require.NoError(t, err)
	read := func(text string) [2]bool {
		in := p.Inspect(consent.Content{Text: text}, nil)
		return [2]bool{in.Label, in.LabelLink}
	}
	for _, language := range []string{"en", "fr", "de"} {
		label := full.Label(language)
		require.Equal(t, [2]bool{true, true}, read("Votez! "+label+"."), label)
		require.Equal(t, [2]bool{true, false}, read(strings.ToUpper(label)), "links are not folded")
		parts := strings.Split(label, " - ")
		require.Len(t, parts, 5)
		for i := range parts {
			rest := strings.Join(append(append([]string(nil), parts[:i]...), parts[i+1:]...), " - ")
			require.Equal(t, [2]bool{i > 2, i < 3}, read(rest), rest)
		}
	}
	require.Equal(t, [2]bool{false, true}, read(strings.Replace(full.Label("fr"), "Fonds des arbres", "", 1)), "who controls the sponsor")
	require.Equal(t, [2]bool{false, true}, read(strings.Replace(full.Label("fr"), "Platanes", "Platanesque", 1)), "a longer name")
	require.Equal(t, [2]bool{true, false}, read(full.Label("fr")+"2"), "a longer link")

	req.PoliticalAd = politicalAd()
	p, err = w.gate.Plan(req, monday)
	require.NoError(t, err)
	require.Equal(t, [2]bool{true, true}, read(req.PoliticalAd.Label("fr")), "nobody was chosen, and no word of it")
	req.PoliticalAd = nil
	p, err = w.gate.Plan(req, monday)
	require.NoError(t, err)
	require.Equal(t, [2]bool{false, false}, read(full.Label("fr")), "nothing was declared")

	both := consent.Inspection{Label: true, LabelLink: true}
	require.Equal(t, both, both.And(both))
	require.Equal(t, consent.Inspection{}, both.And(consent.Inspection{}))
}

func TestPoliticalAdValidate(t *testing.T) {
	t.Parallel()

	require.NoError(t, politicalAd().Validate())
	for want, change := range map[string]func(*consent.PoliticalAd){
		"Sponsor is empty":            func(a *consent.PoliticalAd) { a.Sponsor = " " },
		"Sponsor is not one line":     func(a *consent.PoliticalAd) { a.Sponsor = "A\nB" },
		"ControlledBy is not one":     func(a *consent.PoliticalAd) { a.ControlledBy = "A\u2028B" },
		"Election is not one line":    func(a *consent.PoliticalAd) { a.Election = "A\rB" },
		"NoticeURL is not a link":     func(a *consent.PoliticalAd) { a.NoticeURL = "http://martin.example" },
		"Targeting is neither":        func(a *consent.PoliticalAd) { a.Targeting = "a bit" },
		"Standing is none":            func(a *consent.PoliticalAd) { a.Standing = "friend" },
		"Declaration has no":          func(a *consent.PoliticalAd) { a.Declaration = &consent.SponsorDeclaration{Signatory: "Martin"} },
		"Wordings[0] has a part that": func(a *consent.PoliticalAd) { a.Wordings = []consent.AdWording{{Language: "de"}} },
	} {
		require.ErrorContains(t, politicalAd(change).Validate(), want)
	}
	ok := politicalAd(func(a *consent.PoliticalAd) {
		a.Declaration = &consent.SponsorDeclaration{Signatory: "Martin", Date: "2025-10-10"}
	})
	require.NoError(t, ok.Validate())

	req := politicalRequest()
	req.PoliticalAd = politicalAd(func(a *consent.PoliticalAd) { a.Election = "" })
	require.ErrorContains(t, req.Validate(), "PoliticalAd does not name the election")
	req.Election, req.NoElection = "", true
	require.NoError(t, req.Validate())
	req.PoliticalAd.Sponsor = ""
	require.ErrorContains(t, req.Validate(), "Sponsor is empty")
}

// What is declared of an ad is part of the request that was decided on.
func TestPoliticalAdIsInTheDigest(t *testing.T) {
	t.Parallel()

	req := politicalRequest()
	seen := map[consent.Digest]string{}
	for name, ad := range map[string]*consent.PoliticalAd{
		"none": nil, "one": politicalAd(),
		"targeted": politicalAd(func(a *consent.PoliticalAd) { a.Targeting = consent.Targeted }),
		"standing": politicalAd(func(a *consent.PoliticalAd) { a.Standing = consent.SponsorCitizen }),
		"declared": politicalAd(func(a *consent.PoliticalAd) {
			a.Declaration = &consent.SponsorDeclaration{Signatory: "Martin", Date: "2025-10-10"}
		}),
	} {
		req.PoliticalAd = ad
		d, err := req.Digest()
		require.NoError(t, err)
		require.Empty(t, seen[d], name)
		seen[d] = name
	}
}
