package campaign_test

import (
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestPoliticalWords(t *testing.T) {
	t.Parallel()

	for _, text := range []string{
		"Votez dimanche !", "VOTEZ", "Allez voter le 9 juin", "L'élection approche", "les e\u0301lections", "vo\u200btez pour nous", "votre candidate",
		"Votre député vous écrit", "Le scrutin a lieu dimanche", "Grand meeting samedi à Lyon", "la liste conduite par Alex Martin", "notre parti",
		"les partis politiques", "votez la résolution et votez Martin", "Please vote on Sunday", "the ballot paper", "our candidate", "second tour",
	} {
		require.NotEmptyf(t, campaign.PoliticalWord(text, false), "%q", text)
	}
	for _, text := range []string{
		"Votre élection de domicile est enregistrée", "Vous êtes sur liste d'attente", "Votre colis est parti ce matin", "Le livreur est parti", "Elle est partie",
		"Merci de voter la résolution n° 4 de l'assemblée de copropriété", "Élections professionnelles : les résultats du CSE", "Vous êtes candidat au permis de conduire",
		"Votre meeting Zoom commence à 10 h", "votre rendez-vous dentaire demain à 9 h", "your order has left", "You are candidate for the job of driver", "election of domicile",
		"votre colis voté", "La mairie est fermée", "",
	} {
		require.Emptyf(t, campaign.PoliticalWord(text, false), "%q", text)
	}
	require.NotEmpty(t, campaign.PoliticalWord("<p>&eacute;lections</p>", true))
	require.NotEmpty(t, campaign.PoliticalWord("Bonjour<br>Votez", true))
	require.NotEmpty(t, campaign.PoliticalWord("vo<b>tez</b>", true))
	require.Empty(t, campaign.PoliticalWord("<p title=\"votre colis\">Bonjour</p>", true))
}

// Every line of the lexicon has a language, a sort, a day and a source, and
// every form is found, or hides what is in it.
func TestPoliticalData(t *testing.T) {
	t.Parallel()

	forms := 0
	for line := range strings.Lines(campaign.PoliticalData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, cells, 5, line)
		require.Contains(t, []string{"fr", "en"}, cells[0])
		require.Contains(t, []string{"word", "friend"}, cells[1])
		_, err := time.Parse(time.DateOnly, cells[2])
		require.NoError(t, err)
		require.NotEmpty(t, cells[3])
		for form := range strings.SplitSeq(cells[4], "|") {
			require.Equalf(t, cells[1] == "word", campaign.PoliticalWord("Bonjour, "+form+".", false) != "", "%q", form)
			forms++
		}
	}
	require.Greater(t, forms, 100)
}

func serviceCampaign(id, text string) campaign.Campaign {
	c := content(id, martin)
	c.Request.Purpose, c.Request.Election = contact.Service, ""
	c.Request.Base = contact.Base{ID: "own", Owner: martin, Mode: contact.Own}
	c.Request.Controllers = []contact.Party{martin}
	c.Templates[0].Text = text
	return c
}

func TestServiceCampaignWithPoliticalWords(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	plain := serviceCampaign("s0", "Alex Martin: votre rendez-vous est demain. {{notice}} STOP")
	_, err := h.planner.Launch(t.Context(), plain)
	require.NoError(t, err, "no words of a vote")
	c := serviceCampaign("s1", "Alex Martin: votre bureau de vote a changé. {{notice}} STOP")
	_, err = h.planner.Launch(t.Context(), c)
	require.ErrorIs(t, err, campaign.ErrPoliticalWords, "nobody keeps reviews")

	h.planner, err = campaign.NewPlanner(h.gate, h.contacts, h.outbox, &campaign.PlannerOptions{Reviews: h.reviews})
	require.NoError(t, err)
	for range 2 {
		_, err = h.planner.Launch(t.Context(), c)
		require.ErrorIs(t, err, campaign.ErrPoliticalWords)
	}
	_, err = h.outbox.Campaign(t.Context(), "s1")
	require.ErrorIs(t, err, contact.ErrNotFound, "nothing was frozen")
	q := consent.ReviewQuery{Open: true, Cause: consent.PoliticalWords, Campaign: "s1"}
	list, err := h.reviewer.List(t.Context(), q, time.Time{})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Contains(t, list[0].Words, "bureau de vote")
	require.Zero(t, list[0].Due)
	_, err = h.resolve(list[0].ID, consent.WasNoRefusal)
	require.Error(t, err)
	_, err = h.resolve(list[0].ID, consent.WasService)
	require.NoError(t, err)
	_, err = h.planner.Launch(t.Context(), c)
	require.NoError(t, err)

	// One more word is another text; another client's, too.
	other := serviceCampaign("s2", c.Templates[0].Text+" Votez.")
	_, err = h.planner.Launch(t.Context(), other)
	require.ErrorIs(t, err, campaign.ErrPoliticalWords)
	borrowed := serviceCampaign("s3", c.Templates[0].Text)
	borrowed.Request.Client = dupont.ID
	_, err = h.planner.Launch(t.Context(), borrowed)
	require.ErrorIs(t, err, campaign.ErrPoliticalWords)
	q.Campaign = "s2"
	list, err = h.reviewer.List(t.Context(), q, time.Time{})
	require.NoError(t, err)
	_, err = h.resolve(list[0].ID, consent.WasPolitical)
	require.NoError(t, err)
	h.pass(365 * 24 * time.Hour)
	_, err = h.planner.Launch(t.Context(), other)
	require.ErrorIs(t, err, campaign.ErrPoliticalWords)
	require.ErrorContains(t, err, "political")
}

func TestSingleWithPoliticalWords(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.people("own", 1)[0]
	cs, err := h.contacts.ByAddress(t.Context(), "own", a)
	require.NoError(t, err)
	m := campaign.Single{Request: serviceCampaign("", "x").Request, Contact: cs[0], Content: consent.Content{Language: "fr", Text: "Alex Martin: votez, 06 39 98 00 00. STOP"}}
	_, err = h.sender.Send(t.Context(), "r1", m)
	require.ErrorIs(t, err, campaign.ErrPoliticalWords)
	list, err := h.reviewer.List(t.Context(), consent.ReviewQuery{}, time.Time{})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.NotContains(t, list[0].Words, "98 00")
	require.NoError(t, h.register.Erase(t.Context(), a))
	erased, err := h.reviews.Review(t.Context(), list[0].ID)
	require.NoError(t, err)
	require.Empty(t, erased.Words)
	require.NotEqual(t, uuid.Nil, erased.ID)
	require.Empty(t, h.carrier.Inbox())
	_, err = h.resolve(list[0].ID, consent.WasService)
	require.NoError(t, err)
	_, err = h.sender.Send(t.Context(), "r1", m)
	require.NoError(t, err)

	bare := newHost(t)
	_, err = bare.sender.Send(t.Context(), "r1", m)
	require.ErrorIs(t, err, campaign.ErrPoliticalWords, "fail closed")
}
