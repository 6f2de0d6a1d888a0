package regime_test

import (
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Where a consent request is allowed, and how often.
func TestConsentRequest(t *testing.T) {
	t.Parallel()

	act := func(k consent.ActKind, change ...func(*consent.Act)) consent.Act {
		return yes(contact.Political, monday, append([]func(*consent.Act){func(a *consent.Act) { a.Kind, a.Election = k, "fr-european-2024" }}, change...)...)
	}
	sent := func(change ...func(*consent.Sent)) func(*consent.Facts) {
		return func(f *consent.Facts) {
			s := consent.Sent{
				Dispatch: uuid.UUID{1}, Kind: consent.ConsentRequest, Base: "base", Election: "fr-european-2024",
				Controllers: []contact.PartyID{"durand", "fichiers"}, At: monday.AddDate(0, 0, -3),
			}
			for _, c := range change {
				c(&s)
			}
			f.Sent = append(f.Sent, s)
		}
	}
	flying := func(s *consent.Sent) { s.InFlight = true }
	channel := func(c contact.Channel) func(*consent.Request) {
		return func(r *consent.Request) { r.Channel = c }
	}
	tests := map[string]struct {
		request consent.Request
		facts   []func(*consent.Facts)
		want    string
	}{
		"a first one":             {request(contact.Political, asking), nil, "allow: request.first"},
		"by RCS":                  {request(contact.Political, asking, channel(contact.RCS)), nil, "allow: request.first"},
		"by e-mail":               {request(contact.Political, asking, channel(contact.EmailChannel)), []func(*consent.Facts){func(f *consent.Facts) { f.AddressKind = contact.Email }}, "allow: request.first"},
		"by automated voice":      {request(contact.Political, asking, channel(contact.AutomatedVoice)), nil, "deny: request.not-allowed"},
		"by voicemail":            {request(contact.Political, asking, channel(contact.VoicemailDrop)), nil, "deny: request.not-allowed"},
		"by a person who calls":   {request(contact.Political, asking, channel(contact.LiveVoice)), nil, "deny: request.not-allowed"},
		"for offers":              {request(contact.Commercial, asking), nil, "deny: request.not-allowed"},
		"about a contract":        {request(contact.Service, asking), nil, "deny: request.not-allowed"},
		"in words of one's own":   {request(contact.Political, asking), []func(*consent.Facts){func(f *consent.Facts) { f.Content.Form = consent.NoKind }}, "deny: request.words"},
		"when nobody looked":      {request(contact.Political, asking), []func(*consent.Facts){func(f *consent.Facts) { f.SentKnown = false }}, "deny: request.history-unknown"},
		"after a yes":             {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Given))}, "deny: request.agreed"},
		"after a yes to offers":   {request(contact.Political, asking), []func(*consent.Facts){acts(yes(contact.Commercial, monday))}, "allow: request.first"},
		"after a no":              {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Refused))}, "deny: request.refused"},
		"after a no for 2019":     {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Refused, func(a *consent.Act) { a.Election, a.Base = "2019", "other" }))}, "deny: request.refused"},
		"after a no to another":   {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Refused, func(a *consent.Act) { a.Grantees.Parties[0] = "durand" }))}, "deny: request.refused"},
		"and on another base":     {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Refused, func(a *consent.Act) { a.Grantees.Parties[0], a.Base = "durand", "other" }))}, "allow: request.first"},
		"after STOP to an offer":  {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Objected, func(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Commercial} }))}, "deny: request.refused"},
		"after a no, then a yes":  {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Refused), act(consent.Given, func(a *consent.Act) { a.Happened = monday }))}, "deny: request.refused"},
		"before a no to come":     {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Refused, func(a *consent.Act) { a.Happened = monday.Add(1000) }))}, "allow: request.first"},
		"asked before":            {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Asked))}, "deny: request.asked"},
		"asked by another":        {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Asked, func(a *consent.Act) { a.Grantees.Parties[0] = "durand" }))}, "deny: request.asked"},
		"asked for 2027":          {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Asked, func(a *consent.Act) { a.Election = "fr-presidential-2027" }))}, "allow: request.first"},
		"asked on another base":   {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Asked, func(a *consent.Act) { a.Base = "other" }))}, "allow: request.first"},
		"asked by this message":   {request(contact.Political, asking), []func(*consent.Facts){acts(act(consent.Asked, func(a *consent.Act) { a.Dispatch = uuid.UUID{9} })), func(f *consent.Facts) { f.Dispatch = uuid.UUID{9} }}, "allow: request.first"},
		"sent before":             {request(contact.Political, asking), []func(*consent.Facts){sent()}, "deny: request.asked"},
		"sent for 2027":           {request(contact.Political, asking), []func(*consent.Facts){sent(func(s *consent.Sent) { s.Election = "fr-presidential-2027" })}, "allow: request.first"},
		"sent on another base":    {request(contact.Political, asking), []func(*consent.Facts){sent(func(s *consent.Sent) { s.Base = "other" })}, "allow: request.first"},
		"another kind was sent":   {request(contact.Political, asking), []func(*consent.Facts){sent(func(s *consent.Sent) { s.Kind = consent.ContentMessage })}, "allow: request.first"},
		"this message was marked": {request(contact.Political, asking), []func(*consent.Facts){sent(flying), func(f *consent.Facts) { f.Dispatch = uuid.UUID{1} }}, "allow: request.first"},
		"one is on its way":       {request(contact.Political, asking), []func(*consent.Facts){sent(flying)}, "defer: request.in-flight until 2024-06-03T08:01:00Z"},
		"one came, one is flying": {request(contact.Political, asking), []func(*consent.Facts){sent(flying), sent()}, "deny: request.asked"},
		"no content on its basis": {request(contact.Political), []func(*consent.Facts){acts(act(consent.Asked))}, "deny: consent.pending"},
	}
	g := gate(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, tt.want, judge(t, g, tt.request, monday, tt.facts...).String())
		})
	}
}

// The owner of a base may ask in general, and once.
func TestOwnerAsksInGeneral(t *testing.T) {
	t.Parallel()

	g := gate(t)
	general := request(contact.Political, asking, func(r *consent.Request) {
		r.Controllers, r.Election, r.NoElection = []contact.Party{owner}, "", true
	})
	require.Equal(t, "allow: request.first", judge(t, g, general, monday).String())
	asked := yes(contact.Political, monday, func(a *consent.Act) { a.Kind = consent.Asked })
	require.Equal(t, "deny: request.asked", judge(t, g, general, monday, acts(asked)).String())
	answered := yes(contact.Political, monday, func(a *consent.Act) {
		a.Grantees = consent.Grantees{Parties: []contact.PartyID{"fichiers"}, Category: "candidates"}
	})
	require.Equal(t, "allow: consent.given-category", judge(t, g, request(contact.Political), monday, acts(answered)).String(), "and a candidate may rest on it")
}

// After its election a yes gives nothing, and nobody is asked for one.
func TestNobodyIsAskedAfterTheElection(t *testing.T) {
	t.Parallel()

	silent := func(p *consent.Pack) { p.Elections[0].Silences = nil } // which deny until then
	g := gate(t, silent, func(p *consent.Pack) {
		p.Rules = slices.DeleteFunc(p.Rules, func(r consent.Rule) bool { return r.Info().Name == "fr.hours-2018" })
	})
	ends := regime.FrenchElections()[0].Ends
	before := judge(t, g, request(contact.Political, asking), ends.Add(-time.Second))
	require.Equal(t, "allow: request.first", before.String())
	require.Equal(t, ends, before.Deadline, "carriers give up then")
	require.Equal(t, "deny: request.election-over", judge(t, g, request(contact.Political, asking), ends).String())
	none := func(r *consent.Request) { r.Election, r.NoElection = "", true }
	require.Equal(t, "allow: request.first", judge(t, g, request(contact.Political, asking, none), ends).String())
}

// What a text must hold, and when.
func TestMentions(t *testing.T) {
	t.Parallel()

	lacks := func(change func(*consent.Inspection)) func(*consent.Facts) {
		return func(f *consent.Facts) { change(&f.Content) }
	}
	identity := lacks(func(c *consent.Inspection) { c.Identity = false })
	stop := lacks(func(c *consent.Inspection) { c.Stop = false })
	origin := lacks(func(c *consent.Inspection) { c.Origin = false })
	notice := lacks(func(c *consent.Inspection) { c.Notice = false })
	from := func(k contact.OriginKind) func(*consent.Facts) {
		return func(f *consent.Facts) { f.Origin = &contact.Origin{Kind: k, Collector: "x"} }
	}
	informed := func(by ...contact.PartyID) func(*consent.Facts) {
		return func(f *consent.Facts) {
			a := yes(contact.Political, monday, func(a *consent.Act) { a.Kind, a.By, a.Grantees.Parties = consent.Informed, consent.ByCarrier, by })
			a.ID = uuid.UUID{7}
			f.Acts = append(f.Acts, a)
		}
	}
	const given = "consent.given"
	tests := map[string]struct {
		request consent.Request
		facts   []func(*consent.Facts)
		want    string
	}{
		"everything":                            {request(contact.Political), nil, "allow: " + given},
		"nobody":                                {request(contact.Political), []func(*consent.Facts){identity, stop}, "deny: content.identity, " + given},
		"no way out":                            {request(contact.Political), []func(*consent.Facts){stop, origin}, "deny: content.stop, " + given},
		"no way out of an offer":                {request(contact.Commercial), []func(*consent.Facts){stop}, "deny: content.stop, " + given},
		"no origin in a first message":          {request(contact.Political), []func(*consent.Facts){origin, notice}, "deny: content.origin, " + given},
		"no link in a first message":            {request(contact.Political), []func(*consent.Facts){notice}, "deny: content.notice, " + given},
		"neither, and she gave it herself":      {request(contact.Political), []func(*consent.Facts){origin, notice, from(contact.OwnForm)}, "allow: " + given},
		"neither, and she was informed":         {request(contact.Political), []func(*consent.Facts){origin, notice, informed("martin")}, "allow: " + given},
		"informed by another candidate":         {request(contact.Political), []func(*consent.Facts){origin, informed("durand")}, "deny: content.origin, " + given},
		"informed by the owner only":            {request(contact.Political), []func(*consent.Facts){origin, informed("fichiers")}, "deny: content.origin, " + given},
		"informed by both":                      {request(contact.Political), []func(*consent.Facts){origin, informed("fichiers", "martin")}, "allow: " + given},
		"a bought file, and she was informed":   {request(contact.Political, own), []func(*consent.Facts){origin, from(contact.PurchasedFile), informed("martin")}, "allow: " + given},
		"a bought file, and nobody informed":    {request(contact.Political, own), []func(*consent.Facts){origin, from(contact.PurchasedFile)}, "deny: content.origin, " + given},
		"a question without origin":             {request(contact.Political, asking), []func(*consent.Facts){origin}, "deny: content.origin, request.first"},
		"a question without a way out":          {request(contact.Political, asking), []func(*consent.Facts){stop}, "deny: content.stop, request.first"},
		"about a contract, without STOP":        {request(contact.Service, own), []func(*consent.Facts){stop, from(contact.OwnForm)}, "allow: service.related"},
		"about a contract, and from nobody":     {request(contact.Service, own), []func(*consent.Facts){identity, from(contact.OwnForm)}, "deny: content.identity, service.related"},
		"to be informed later is not enough":    {request(contact.Political), []func(*consent.Facts){origin, informed("martin"), func(f *consent.Facts) { f.Acts[len(f.Acts)-1].Happened = monday.Add(1000) }}, "deny: content.origin, " + given},
		"an electoral roll must be named, too":  {request(contact.Political), []func(*consent.Facts){origin, from(contact.ElectoralRoll)}, "deny: content.origin, " + given},
		"a file that must not be used at all":   {request(contact.Political), []func(*consent.Facts){from(contact.StaffFile)}, "deny: origin.forbidden, " + given},
		"nor patients":                          {request(contact.Political), []func(*consent.Facts){from(contact.PatientFile)}, "deny: origin.forbidden, " + given},
		"nor a register of the state":           {request(contact.Political), []func(*consent.Facts){from(contact.PublicFile)}, "deny: origin.forbidden, " + given},
		"nor who signed a petition":             {request(contact.Political), []func(*consent.Facts){from(contact.PetitionFile)}, "deny: origin.forbidden, " + given},
		"for an offer it is another law's case": {request(contact.Commercial), []func(*consent.Facts){from(contact.PatientFile)}, "allow: " + given},
	}
	g := gate(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			known := acts(yes(contact.Political, monday), yes(contact.Commercial, monday), yes(contact.Service, monday, func(a *consent.Act) { a.Kind, a.By = consent.Related, consent.ByHost }))
			if tt.request.Kind == consent.ConsentRequest {
				known = acts()
			}
			got := judge(t, g, tt.request, monday, append([]func(*consent.Facts){known}, tt.facts...)...)
			require.Equal(t, tt.want, got.String())
		})
	}
}

func TestSender(t *testing.T) {
	t.Parallel()

	from := func(kind contact.SenderKind, value string) func(*consent.Request) {
		return func(r *consent.Request) {
			r.Sender = contact.Sender{Kind: kind, Value: value, Owner: "martin", ReplyTo: "36180"}
		}
	}
	before := time.Date(2019, 7, 31, 10, 0, 0, 0, time.UTC)
	g := gate(t)
	tests := map[string]struct {
		request consent.Request
		at      time.Time
		want    string
	}{
		"a promotional short code":       {request(contact.Commercial, from(contact.ShortCode, "36180")), monday, "allow: consent.given"},
		"a transactional one":            {request(contact.Commercial, from(contact.ShortCode, "38180")), monday, "deny: sender.transactional, consent.given"},
		"for a political message":        {request(contact.Political, from(contact.ShortCode, "38180")), monday, "deny: sender.transactional, consent.given"},
		"for what it is for":             {request(contact.Service, own, from(contact.ShortCode, "38180")), monday, "allow: service.related"},
		"a mobile number":                {request(contact.Commercial, from(contact.LongNumber, "+33639980000")), monday, "deny: sender.mobile, consent.given"},
		"another mobile number":          {request(contact.Commercial, from(contact.LongNumber, "+33700000000")), monday, "deny: sender.mobile, consent.given"},
		"a number for platforms":         {request(contact.Commercial, from(contact.LongNumber, "+33937000000")), monday, "allow: consent.given"},
		"a name":                         {request(contact.Commercial, from(contact.Alphanumeric, "DUPONT")), monday, "allow: consent.given"},
		"a mobile number, before August": {request(contact.Commercial, from(contact.LongNumber, "+33639980000")), before, "allow: consent.given"},
		"a second after it was decided":  {request(contact.Commercial, from(contact.LongNumber, "+33639980000")), before.AddDate(0, 0, 1), "deny: sender.mobile, consent.given"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			known := acts(yes(contact.Commercial, tt.at), yes(contact.Political, tt.at), yes(contact.Service, tt.at, func(a *consent.Act) { a.Kind = consent.Related }))
			require.Equal(t, tt.want, judge(t, g, tt.request, tt.at, known).String())
		})
	}
	// To the second.
	night := time.Date(2019, 8, 1, 0, 0, 0, 0, time.UTC)
	req := request(contact.Commercial, from(contact.LongNumber, "+33639980000"))
	require.NotContains(t, judge(t, g, req, night.Add(-time.Microsecond)).String(), "sender.mobile")
	require.Contains(t, judge(t, g, req, night).String(), "sender.mobile")
}
