package consent_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestInspect(t *testing.T) {
	t.Parallel()

	supplier := &contact.Origin{Kind: contact.RentedFile, Collector: "jeu-concours.example", Supplier: "Fichiers & Données"}
	shortCode := func(r *consent.Request) {
		r.Sender = contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: "martin"}
	}
	mailbox := func(r *consent.Request) {
		r.Channel = contact.EmailChannel
		r.Sender = contact.Sender{Value: "info@example.org", Kind: contact.Mailbox, Owner: "martin"}
	}
	all := consent.Inspection{Identity: true, Stop: true, Notice: true, Origin: true}
	identity := consent.Inspection{Identity: true}
	stop := consent.Inspection{Stop: true}
	tests := map[string]struct {
		request func(*consent.Request)
		text    string
		want    consent.Inspection
	}{
		"everything":                          {nil, "Jeanne Martin. Source: Fichiers & Données. " + noticeURL + " STOP au 36180", all},
		"in capitals, without accents":        {nil, "JEANNE MARTIN. FICHIERS & DONNEES. " + noticeURL + ". stop 36180", all},
		"with accents taken apart":            {nil, "Jeanne Martin, Fichiers & Donne\u0301es, (" + noticeURL + ") STOP=36180", all},
		"in full width":                       {nil, "Ｊｅａｎｎｅ　Ｍａｒｔｉｎ", identity},
		"nothing":                             {nil, "Votez!", consent.Inspection{}},
		"blank":                               {nil, " \t\n", consent.Inspection{Empty: true}},
		"an alias":                            {nil, "Avec J. Martin!", identity},
		"the name inside a word":              {nil, "Jeanne Martineau", consent.Inspection{}},
		"and then the name":                   {nil, "Jeanne Martineau et Jeanne Martin", identity},
		"the name after an apostrophe":        {nil, "l'équipe d'«Jeanne Martin»", identity},
		"the name in two lines":               {nil, "Jeanne\nMartin", consent.Inspection{}},
		"only the owner of the base":          {nil, "Fichiers SARL", consent.Inspection{}},
		"STOP without a number to write to":   {nil, "Répondez STOP", consent.Inspection{}},
		"another number":                      {nil, "STOP au 36181", consent.Inspection{}},
		"the number in a longer one":          {nil, "STOP au 361800", consent.Inspection{}},
		"STOP to a short code":                {shortCode, "Répondez STOP", stop},
		"nonstop":                             {shortCode, "Nonstop, stopper, STOP2", consent.Inspection{}},
		"the carrier says it":                 {func(r *consent.Request) { r.CarrierClause = true }, "Bonjour", stop},
		"no link":                             {nil, "martin.example/infos", consent.Inspection{}},
		"a longer link":                       {nil, noticeURL + "2", consent.Inspection{}},
		"a link below":                        {nil, noticeURL + "/x", consent.Inspection{}},
		"a longer link, then the link":        {nil, noticeURL + "/x " + noticeURL, consent.Inspection{Notice: true}},
		"no notice to link to":                {func(r *consent.Request) { r.NoticeURL = "" }, noticeURL, consent.Inspection{}},
		"the supplier, in part":               {nil, "Fichiers", consent.Inspection{}},
		"the collector, whom nobody would":    {nil, "jeu-concours.example", consent.Inspection{}},
		"an e-mail with a link to leave":      {mailbox, "Se désabonner: https://martin.example/u/1", stop},
		"an e-mail with a link to unregister": {mailbox, "Désinscription https://martin.example/u/1", stop},
		"in English":                          {mailbox, "Unsubscribe: https://martin.example/u/1", stop},
		"an e-mail that says STOP":            {mailbox, "Répondez STOP", consent.Inspection{}},
		"an e-mail whose link is not safe":    {mailbox, "Se désabonner: http://martin.example", consent.Inspection{}},
		"an e-mail with some link":            {mailbox, "Lisez https://martin.example", consent.Inspection{}},
	}
	w := newWorld(t, nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			req := politicalRequest()
			if tt.request != nil {
				tt.request(&req)
			}
			p, err := w.gate.Plan(req, monday)
			require.NoError(t, err)
			require.Equal(t, tt.want, p.Inspect(consent.Content{Text: tt.text}, supplier))
		})
	}
	p, err := w.gate.Plan(politicalRequest(), monday)
	require.NoError(t, err)
	require.Equal(t, consent.Inspection{Identity: true}, p.Inspect(consent.Content{Subject: "Jeanne Martin", Text: "Fichiers"}, nil))
}

// An owner who writes alone is who the text must name.
func TestInspectOwnerAlone(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	p, err := w.gate.Plan(with(func(r *consent.Request) { r.Controllers = []contact.Party{owner} }), monday)
	require.NoError(t, err)
	require.True(t, p.Inspect(consent.Content{Text: "Fichiers SARL"}, nil).Identity)
}

func TestContentDigest(t *testing.T) {
	t.Parallel()

	c := consent.Content{Language: "fr", Subject: "a", Text: "b"}
	require.Equal(t, c.Digest(), consent.Content{Language: "fr", Subject: "a", Text: "b"}.Digest())
	for _, other := range []consent.Content{{Language: "fr", Subject: "ab"}, {Language: "fr", Text: "ab"}, {Language: "en", Subject: "a", Text: "b"}, {}} {
		require.NotEqual(t, c.Digest(), other.Digest())
	}
	made, err := consent.KeywordText("fr", "stop", "Jeanne Martin", "")
	require.NoError(t, err)
	written := consent.Content{Language: made.Language, Text: made.Text}
	require.NotEqual(t, made.Digest(), written.Digest(), "who composed it is part of what it is")
}

func TestInspectionAnd(t *testing.T) {
	t.Parallel()

	all := consent.Inspection{Identity: true, Stop: true, Notice: true, Origin: true, Form: consent.ConsentRequest}
	require.Equal(t, all, all.And(all))
	for _, lack := range []func(*consent.Inspection){
		func(i *consent.Inspection) { i.Identity = false },
		func(i *consent.Inspection) { i.Stop = false },
		func(i *consent.Inspection) { i.Notice = false },
		func(i *consent.Inspection) { i.Origin = false },
		func(i *consent.Inspection) { i.Form = consent.NoKind },
		func(i *consent.Inspection) { i.Empty = true },
	} {
		less := all
		lack(&less)
		require.Equal(t, less, all.And(less))
		require.Equal(t, less, less.And(all))
	}
}
