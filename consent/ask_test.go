package consent_test

import (
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

func TestAskContent(t *testing.T) {
	t.Parallel()

	const url = "https://jm24.example/i"
	supplier := &contact.Origin{Kind: contact.RentedFile, Collector: "jeu.example", Supplier: "Fichiers SARL"}
	tests := map[string]struct {
		ask      consent.Ask
		want     string
		segments int
	}{
		"a candidate, in French": {
			consent.Ask{Language: "fr", Who: "Jeanne Martin", Party: "Parti Horizon", Election: "élections européennes du 9 juin 2024", ReplyTo: "36180", NoticeURL: url},
			"Jeanne Martin (Parti Horizon), élections européennes du 9 juin 2024: acceptez-vous de recevoir des SMS politiques? " +
				"Répondez OUI au 36180. Refus: STOP au 36180. Numéro fourni par Fichiers SARL. Infos: https://jm24.example/i",
			2,
		},
		"a candidate, in English": {
			consent.Ask{Language: "en", Who: "Jeanne Martin", Party: "Horizon", Election: "European election of 9 June", ReplyTo: "36180", NoticeURL: url},
			"Jeanne Martin (Horizon), European election of 9 June: do you agree to receive political texts? " +
				"Reply YES to 36180. Refuse: STOP to 36180. Number from Fichiers SARL. Details: https://jm24.example/i",
			2,
		},
		"a party that can be answered": {
			consent.Ask{Language: "fr", Who: "Parti Horizon", Election: "européennes 2024", NoticeURL: url},
			"Parti Horizon, européennes 2024: acceptez-vous de recevoir des SMS politiques? " +
				"Répondez OUI. Refus: STOP. Numéro fourni par Fichiers SARL. Infos: https://jm24.example/i",
			2,
		},
		"the owner of the base, in general": {
			consent.Ask{Language: "fr", Who: "Fichiers SARL", NoticeURL: url},
			"Fichiers SARL: acceptez-vous de recevoir des SMS politiques? " +
				"Répondez OUI. Refus: STOP. Numéro fourni par Fichiers SARL. Infos: https://jm24.example/i",
			1,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, err := tt.ask.Content(supplier)
			require.NoError(t, err)
			require.Equal(t, tt.want, c.Text)
			require.Equal(t, tt.ask.Language, c.Language)
			n := provider.CountSMS(c.Text)
			require.Equal(t, tt.segments, n.Segments)
			require.Equal(t, provider.GSM7, n.Encoding)
		})
	}
	c, err := ptr(tests["a candidate, in French"].ask).Content(&contact.Origin{Collector: "jeu.example"})
	require.NoError(t, err)
	require.Contains(t, c.Text, "Numéro fourni par jeu.example.", "a collector where there is no supplier")
}

// What the skeleton makes is what the inspection looks for.
func TestAskPassesInspection(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	p, err := w.gate.Plan(with(func(r *consent.Request) { r.Kind = consent.ConsentRequest }), monday)
	require.NoError(t, err)
	origin := w.person(1).Contact.Latest().Origin
	for _, language := range []string{"fr", "en"} {
		a := consent.Ask{Language: language, Who: "Jeanne Martin", ReplyTo: "36180", NoticeURL: noticeURL}
		c, err := a.Content(origin)
		require.NoError(t, err)
		require.Equal(t, consent.Inspection{Identity: true, Stop: true, Notice: true, Origin: true, Form: consent.ConsentRequest}, p.Inspect(c, origin))
		copied := consent.Content{Language: c.Language, Text: c.Text}
		require.Equal(t, consent.NoKind, p.Inspect(copied, origin).Form, "the same words by hand are no request")
	}
}

func TestAskRefuses(t *testing.T) {
	t.Parallel()

	const long = "un nom de plus de soixante signes, qui est déjà tout un discours"
	tests := map[string]struct {
		change func(*consent.Ask)
		want   string
	}{
		"nothing wrong":             {func(*consent.Ask) {}, ""},
		"a language that it lacks":  {func(a *consent.Ask) { a.Language = "de" }, `consent: ask: Language "de" is not fr or en`},
		"nobody":                    {func(a *consent.Ask) { a.Who = "" }, "consent: ask: Who is empty"},
		"no link":                   {func(a *consent.Ask) { a.NoticeURL = "" }, "consent: ask: NoticeURL is empty"},
		"a link that is not safe":   {func(a *consent.Ask) { a.NoticeURL = "http://a.example" }, "consent: ask: NoticeURL is not a link that starts with https://"},
		"a link and a slogan":       {func(a *consent.Ask) { a.NoticeURL = "https://a.example Votez Martin" }, "consent: ask: NoticeURL is not a link that starts with https://"},
		"a slogan":                  {func(a *consent.Ask) { a.Who = "Votez Martin!" }, "consent: ask: Who holds more than a name"},
		"a question":                {func(a *consent.Ask) { a.Party = "Horizon. Et vous?" }, "consent: ask: Party holds more than a name"},
		"a link in the election":    {func(a *consent.Ask) { a.Election = "https://a.example" }, "consent: ask: Election holds more than a name"},
		"a second line":             {func(a *consent.Ask) { a.Who = "Martin\nVotez" }, "consent: ask: Who holds more than a name"},
		"a second line by Unicode":  {func(a *consent.Ask) { a.Who = "Martin\u2028Votez" }, "consent: ask: Who holds more than a name"},
		"bytes that are no text":    {func(a *consent.Ask) { a.Who = "Martin\xff" }, "consent: ask: Who holds more than a name"},
		"a placeholder":             {func(a *consent.Ask) { a.ReplyTo = "{{code}}" }, "consent: ask: ReplyTo holds more than a name"},
		"a speech":                  {func(a *consent.Ask) { a.Party = long }, "consent: ask: Party is longer than 60 characters, and is a name"},
		"sixty characters, by rune": {func(a *consent.Ask) { a.Party = strings.Repeat("é", 60) }, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a := consent.Ask{Language: "fr", Who: "Jeanne Martin", NoticeURL: "https://a.example"}
			tt.change(&a)
			if tt.want == "" {
				require.NoError(t, a.Validate())
				return
			}
			require.EqualError(t, a.Validate(), tt.want)
			_, err := a.Content(&contact.Origin{Collector: "x"})
			require.EqualError(t, err, tt.want)
		})
	}
	a := consent.Ask{Language: "fr", Who: "Jeanne Martin", NoticeURL: "https://a.example"}
	_, err := a.Content(nil)
	require.EqualError(t, err, "consent: ask: no origin to name")
	_, err = a.Content(&contact.Origin{})
	require.EqualError(t, err, "consent: ask: no origin to name")
	_, err = a.Content(&contact.Origin{Supplier: "Votez!"})
	require.EqualError(t, err, "consent: ask: the name of the origin holds more than a name")
}

func TestKeywordText(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		language, keyword, who, at string
		want, err                  string
	}{
		"stop":               {"fr", "stop", "Parti Horizon", "", "Parti Horizon: votre refus est enregistré. Vous ne recevrez plus de message.", ""},
		"stop in English":    {"en", "stop", "Horizon", "", "Horizon: your refusal is recorded. You will receive no more messages.", ""},
		"help":               {"fr", "help", "Parti Horizon", "dpo@example.org", "Parti Horizon. Contact: dpo@example.org. STOP pour refuser.", ""},
		"help in English":    {"en", "help", "Horizon", "dpo@example.org", "Horizon. Contact: dpo@example.org. STOP to refuse.", ""},
		"contact":            {"fr", "contact", "Parti Horizon", "https://h.example", "Parti Horizon. Contact: https://h.example", ""},
		"contact in English": {"en", "contact", "Horizon", "https://h.example", "Horizon. Contact: https://h.example", ""},
		"no such keyword":    {"fr", "start", "Horizon", "", "", `consent: keyword reply: no text for "start" in "fr"`},
		"no such language":   {"de", "stop", "Horizon", "", "", `consent: keyword reply: no text for "stop" in "de"`},
		"nobody":             {"fr", "stop", "", "", "", "consent: keyword reply: who is empty"},
		"a slogan":           {"fr", "stop", "Votez!", "", "", "consent: keyword reply: who holds more than a name"},
		"help without help":  {"fr", "help", "Horizon", "", "", "consent: keyword reply: contactAt is empty, longer than 60 characters or more than a line"},
		"help and a line":    {"fr", "help", "Horizon", "a\nb", "", "consent: keyword reply: contactAt is empty, longer than 60 characters or more than a line"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, err := consent.KeywordText(tt.language, tt.keyword, tt.who, tt.at)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, c.Text)
		})
	}
}
