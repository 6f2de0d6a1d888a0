package consent_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestRequestValidate(t *testing.T) {
	t.Parallel()

	const prefix = `consent: request "c1": `
	tests := map[string]struct {
		change func(*consent.Request)
		want   string
	}{
		"nothing wrong":             {func(*consent.Request) {}, ""},
		"no campaign":               {func(r *consent.Request) { r.Campaign = "" }, `consent: request "": Campaign is empty`},
		"no client":                 {func(r *consent.Request) { r.Client = "" }, prefix + "Client is empty"},
		"no purpose":                {func(r *consent.Request) { r.Purpose = "" }, prefix + "Purpose is not the purpose of a message"},
		"all prospecting":           {func(r *consent.Request) { r.Purpose = contact.Prospecting }, prefix + "Purpose is not the purpose of a message"},
		"no kind":                   {func(r *consent.Request) { r.Kind = consent.NoKind }, prefix + "Kind is not content, consent-request or keyword-reply"},
		"a kind that is none":       {func(r *consent.Request) { r.Kind = 4 }, prefix + "Kind is not content, consent-request or keyword-reply"},
		"no channel":                {func(r *consent.Request) { r.Channel = contact.NoChannel }, prefix + "Channel is none"},
		"no controller":             {func(r *consent.Request) { r.Controllers = nil }, prefix + "Controllers is empty"},
		"a controller without name": {func(r *consent.Request) { r.Controllers = []contact.Party{martin, {ID: "x"}} }, prefix + "Controllers[1] has no ID or no Name"},
		"the owner left out":        {func(r *consent.Request) { r.Controllers = []contact.Party{martin} }, prefix + "Controllers leaves out the owner of the rented base, who is a controller of what is sent from it"},
		"the owner of an own base":  {func(r *consent.Request) { r.Controllers, r.Base.Mode = []contact.Party{martin}, contact.Own }, ""},
		"an election and none":      {func(r *consent.Request) { r.NoElection = true }, prefix + "Election is set, and NoElection too"},
		"a reply to nothing":        {func(r *consent.Request) { r.Kind = consent.KeywordReply }, prefix + "InReplyTo is empty, and a keyword reply answers something"},
		"a reply to no time":        {func(r *consent.Request) { r.Kind, r.InReplyTo.Event = consent.KeywordReply, "e" }, prefix + "InReplyTo is empty, and a keyword reply answers something"},
		"an end before the start":   {func(r *consent.Request) { r.NotBefore, r.NotAfter = monday, monday }, prefix + "NotAfter is not after NotBefore"},
		"a notice that is not safe": {func(r *consent.Request) { r.NoticeURL = "martin.example" }, prefix + "NoticeURL does not start with https://"},
		"no base":                   {func(r *consent.Request) { r.Base.ID = "" }, prefix + "Base: contact: base: ID is empty"},
		"no sender":                 {func(r *consent.Request) { r.Sender.Value = "" }, prefix + "Sender: contact: sender: Value is empty"},
		"a sender without a way":    {func(r *consent.Request) { r.Sender.ReplyTo = "" }, prefix + "Sender: contact: sender: ReplyTo is empty, and an alphanumeric sender cannot be answered"},
		"a cap of none":             {func(r *consent.Request) { r.Caps = []consent.Cap{{Count: 0, Within: time.Hour}} }, prefix + "Caps[0] is not a positive count within a positive time"},
		"a cap within no time":      {func(r *consent.Request) { r.Caps = []consent.Cap{{Count: 1}} }, prefix + "Caps[0] is not a positive count within a positive time"},
		"an assessment by nobody":   {func(r *consent.Request) { r.Assessments = []consent.Assessment{{ID: "a"}} }, prefix + `Assessments[0]: consent: assessment "a": Controller is empty`},
		"a reply to somebody's STOP": {func(r *consent.Request) {
			r.Kind, r.InReplyTo = consent.KeywordReply, consent.Inbound{Event: "e", At: monday}
		}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			r := with(tt.change)
			if tt.want == "" {
				require.NoError(t, r.Validate())
				return
			}
			require.EqualError(t, r.Validate(), tt.want)
		})
	}
}

func TestAdvertisers(t *testing.T) {
	t.Parallel()

	r := politicalRequest()
	require.Equal(t, []contact.Party{martin}, r.Advertisers())
	r.Controllers = []contact.Party{owner}
	require.Equal(t, []contact.Party{owner}, r.Advertisers())
	r.Base.Mode, r.Controllers = contact.Own, []contact.Party{martin, owner}
	require.Equal(t, []contact.Party{martin, owner}, r.Advertisers())
}

func TestAssessmentValidate(t *testing.T) {
	t.Parallel()

	good := func() consent.Assessment {
		return consent.Assessment{
			ID: "a", Controller: "martin", Purpose: contact.Political, Channel: contact.SMS, Base: "base",
			Document: contact.NoticeID{1}, Signatory: "the treasurer", Signed: monday, Expectation: "members expect news",
		}
	}
	require.NoError(t, ptr(good()).Validate())
	for want, change := range map[string]func(*consent.Assessment){
		"ID":          func(a *consent.Assessment) { a.ID = "" },
		"Controller":  func(a *consent.Assessment) { a.Controller = "" },
		"Purpose":     func(a *consent.Assessment) { a.Purpose = contact.Prospecting },
		"Channel":     func(a *consent.Assessment) { a.Channel = 99 },
		"Base":        func(a *consent.Assessment) { a.Base = "" },
		"Document":    func(a *consent.Assessment) { a.Document = contact.NoticeID{} },
		"Signatory":   func(a *consent.Assessment) { a.Signatory = "" },
		"Signed":      func(a *consent.Assessment) { a.Signed = time.Time{} },
		"Expectation": func(a *consent.Assessment) { a.Expectation = "" },
	} {
		a := good()
		change(&a)
		require.EqualError(t, a.Validate(), `consent: assessment "`+a.ID+`": `+want+" is empty")
	}
}

func TestElection(t *testing.T) {
	t.Parallel()

	here := consent.Silence{Territory: "FR", From: monday, Until: monday.Add(time.Hour)}
	again := consent.Silence{Territory: "FR", From: monday.Add(2 * time.Hour), Until: monday.Add(3 * time.Hour)}
	rest := consent.Silence{From: monday.Add(-time.Hour), Until: monday.Add(time.Hour)}
	good := func() consent.Election {
		return consent.Election{ID: "e", Name: "a vote", Ends: monday.Add(time.Hour), Silences: []consent.Silence{here, rest, again}}
	}
	e := good()
	require.NoError(t, e.Validate())
	require.Equal(t, []consent.Silence{here, again}, e.SilencesIn("FR"))
	require.Equal(t, []consent.Silence{rest}, e.SilencesIn("BE"))
	require.Equal(t, []consent.Silence{rest}, e.SilencesIn(""))
	e.Silences = nil
	require.NoError(t, e.Validate(), "a poll without silence")
	for want, change := range map[string]func(*consent.Election){
		`consent: election: ID is empty`:                                                  func(e *consent.Election) { e.ID = "" },
		`consent: election "e": Name is empty`:                                            func(e *consent.Election) { e.Name = "" },
		`consent: election "e": Ends is the zero time`:                                    func(e *consent.Election) { e.Ends = time.Time{} },
		`consent: election "e": Silences[1]: Until is not after From`:                     func(e *consent.Election) { e.Silences[1].Until = e.Silences[1].From },
		`consent: election "e": Silences: none without a territory, for those not listed`: func(e *consent.Election) { e.Silences = e.Silences[:1] },
	} {
		e := good()
		change(&e)
		require.EqualError(t, e.Validate(), want)
	}
}

// The JSON of a decision is kept by hosts for years: a change to it is a change
// to the API.
func TestDecisionJSON(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	w.now = monday.Add(14 * time.Hour)
	w.record(1, agreed(1))
	b, err := json.MarshalIndent(w.decide(politicalRequest(), w.person(1)), "", "  ")
	require.NoError(t, err)
	golden(t, "decision.json", append(b, '\n'))
	b, err = json.Marshal(consent.Decision{})
	require.NoError(t, err)
	require.JSONEq(t, `{"outcome": "deny", "at": "0001-01-01T00:00:00Z"}`, string(b))
}

// golden compares got with testdata/name. With UPDATE_GOLDEN=1 in the
// environment it writes the file instead.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run again with UPDATE_GOLDEN=1")
	require.Equal(t, string(want), string(got), "if this change is meant, run again with UPDATE_GOLDEN=1")
}

func TestWordsIn(t *testing.T) {
	t.Parallel()

	w := consent.Words{En: "yes", Fr: "oui"}
	for language, want := range map[string]string{"fr": "oui", "fr-FR": "oui", "en": "yes", "": "yes", "frp": "yes", "fr-": "yes", "fro-x": "yes"} {
		require.Equal(t, want, w.In(language), language)
	}
}
