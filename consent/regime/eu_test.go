package regime_test

import (
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// national is a pack that lets everything go: what remains is the Union's.
type national struct{}

func (national) Info() consent.RuleInfo {
	return consent.RuleInfo{Name: "any.basis", Basis: true, Cases: []consent.Case{{Code: "any", Level: consent.Law, Certainty: consent.Settled}}}
}
func (national) Bind(*consent.Plan) (consent.Check, error) { return national{}, nil }
func (national) Check(*consent.Facts) consent.Finding {
	return consent.Finding{Outcome: consent.Allow, Noted: true}
}

// union returns a gate over pack, with a member state's law that allows
// everything in the territories of the pack, and its elections.
func union(t testing.TB, pack consent.Pack, elections ...consent.Election) *consent.Gate {
	t.Helper()
	joined, err := consent.Join("all", pack, consent.Pack{Name: "any", Territories: pack.Territories, Rules: []consent.Rule{national{}}, Elections: elections})
	require.NoError(t, err)
	return gate(t, func(p *consent.Pack) { *p = joined })
}

func eu(t testing.TB) *consent.Gate { return union(t, regime.EuropeanUnion()) }

// winter is Monday 2 February 2026, 10:00 in Paris.
var winter = time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC)

// ad returns a political message on the sponsor's own file that is right in every
// way. Text has its label: see labelled.
func ad(change ...func(*consent.Request)) consent.Request {
	return request(contact.Political, append([]func(*consent.Request){own, func(r *consent.Request) {
		r.Election, r.NoElection = "", true
		r.PoliticalAd = &consent.PoliticalAd{
			Sponsor: "Les Platanes", NoticeURL: "https://martin.example/transparence",
			Targeting: consent.Untargeted, Standing: consent.SponsorEntity,
			Declaration: &consent.SponsorDeclaration{Signatory: "Jeanne Martin", Date: "2026-01-05"},
		}
	}}, change...)...)
}

func targeted(r *consent.Request) { r.PoliticalAd.Targeting = consent.Targeted }
func rental(r *consent.Request) {
	r.Base.Mode, r.Base.Owner, r.Controllers = contact.Rented, owner, []contact.Party{martin, owner}
}

func by(c contact.Channel) func(*consent.Request) {
	return func(r *consent.Request) { r.Channel = c }
}

// labelled is a text with everything, for a person who gave their data.
func labelled(f *consent.Facts) {
	f.Content.Label, f.Content.LabelLink = true, true
	f.Origin = &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
}

func agreed(change ...func(*consent.Act)) func(*consent.Facts) {
	return func(f *consent.Facts) {
		a := yes(contact.Political, winter, change...)
		a.Channels = contact.Channels(contact.SMS) | contact.Channels(contact.RCS) | contact.Channels(contact.EmailChannel)
		acts(a)(f)
	}
}

func TestUnionLabel(t *testing.T) {
	t.Parallel()

	lacks := func(f *consent.Facts) { f.Content.Label = false }
	unlinked := func(f *consent.Facts) { f.Content.LabelLink = false }
	silent := func(r *consent.Request) { r.PoliticalAd = nil }
	before := time.Date(2025, 10, 9, 23, 59, 59, 999_999_000, time.UTC)
	tests := map[string]struct {
		request consent.Request
		at      time.Time
		facts   func(*consent.Facts)
		want    string
		source  string
	}{
		"with a label":              {ad(), winter, nil, "allow: any", ""},
		"without":                   {ad(), winter, lacks, "deny: ad.label, any", "art. 11(1)(a)-(c)"},
		"without a link":            {ad(), winter, unlinked, "deny: ad.label-link, any", "art. 11(1)(d)-(e), from memory"},
		"of nobody":                 {ad(silent), winter, lacks, "deny: ad.undeclared, any", "art. 3(2) and 11(1)"},
		"by an automat":             {ad(by(contact.AutomatedVoice)), winter, lacks, "deny: ad.label, any", "art. 11(1)(a)-(c)"},
		"of nobody, the day before": {ad(silent), before, lacks, "allow: any", ""},
		"and a moment later":        {ad(silent), before.Add(time.Microsecond), lacks, "deny: ad.undeclared, any", "Regulation (EU) 2024/900"},
		"a question":                {ad(silent, asking), winter, lacks, "allow: any", ""},
		"an offer":                  {request(contact.Commercial, own), winter, lacks, "allow: any", ""},
	}
	g := eu(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			change := []func(*consent.Facts){labelled}
			if tt.facts != nil {
				change = append(change, tt.facts)
			}
			got := judge(t, g, tt.request, tt.at, change...)
			require.Equal(t, tt.want, got.String())
			require.Contains(t, got.reasons[0].Source.Text, tt.source)
		})
	}
	require.Equal(t, consent.Unverified, judge(t, g, ad(), winter, labelled, unlinked).reasons[0].Certainty)
}

// A sponsor from a third country may pay until three months before a poll, and
// after it.
func TestUnionSponsor(t *testing.T) {
	t.Parallel()

	poll := consent.Election{
		ID: "poll", Name: "31 May", Territories: []contact.Territory{"FR"}, Ends: time.Date(2026, 6, 14, 18, 0, 0, 0, time.UTC),
		Silences: []consent.Silence{
			{From: time.Date(2026, 5, 30, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 5, 31, 18, 0, 0, 0, time.UTC)},
			{From: time.Date(2026, 6, 13, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 6, 14, 18, 0, 0, 0, time.UTC)},
		},
	}
	is := func(s consent.SponsorStanding) func(*consent.Request) {
		return func(r *consent.Request) { r.PoliticalAd.Standing = s }
	}
	about := func(e consent.ElectionID) func(*consent.Request) {
		return func(r *consent.Request) { r.Election, r.NoElection, r.PoliticalAd.Election = e, false, "31 May" }
	}
	// Three months before Sunday 31 May is Saturday 28 February, and a day earlier
	// it has begun in every zone.
	begins := time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC)
	inside := begins.AddDate(0, 1, 0)
	tests := map[string]struct {
		request   consent.Request
		territory contact.Territory
		at        time.Time
		want      string
	}{
		"from outside, before":            {ad(is(consent.SponsorOutside)), "FR", begins.Add(-time.Microsecond), "allow: any"},
		"and a moment later":              {ad(is(consent.SponsorOutside)), "FR", begins, "deny: ad.sponsor-outside, any"},
		"until the result stands":         {ad(is(consent.SponsorOutside)), "FR", poll.Ends.Add(-time.Microsecond), "deny: ad.sponsor-outside, any"},
		"and after it":                    {ad(is(consent.SponsorOutside)), "FR", poll.Ends, "allow: any"},
		"in a country that does not vote": {ad(is(consent.SponsorOutside)), "DE", inside, "allow: any"},
		"of whom nothing is known":        {ad(is(consent.SponsorUnknown)), "FR", inside, "deny: ad.sponsor-unknown, any"},
		"of whom nothing is, before":      {ad(is(consent.SponsorUnknown)), "FR", begins.Add(-time.Microsecond), "allow: any"},
		"a citizen":                       {ad(is(consent.SponsorCitizen)), "FR", inside, "allow: any"},
		"a resident who may vote":         {ad(is(consent.SponsorVoter)), "FR", inside, "allow: any"},
		"an entity of the Union":          {ad(is(consent.SponsorEntity)), "FR", inside, "allow: any"},
		"naming the poll":                 {ad(is(consent.SponsorOutside), about("poll")), "FR", inside, "deny: ad.sponsor-outside, any"},
		"a poll that nobody knows":        {ad(is(consent.SponsorOutside), about("other")), "DE", winter, "deny: ad.sponsor-outside, any"},
	}
	g := union(t, regime.EuropeanUnion(), poll)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := judgeIn(t, g, tt.territory, tt.request, tt.at, labelled)
			require.Equal(t, tt.want, got.String())
			if got.Outcome == consent.Deny {
				require.Contains(t, got.reasons[0].Source.Text, "Regulation (EU) 2024/900 art. 5(2)")
			}
		})
	}
	eve := judge(t, g, ad(is(consent.SponsorOutside)), begins.Add(-time.Hour), labelled)
	require.Equal(t, begins, eve.Deadline, "what is cleared before does not go later")

	anywhere := ad(is(consent.SponsorOutside), by(contact.EmailChannel))
	p, err := g.Plan(anywhere, inside)
	require.NoError(t, err)
	nowhere := p.Place("", "", "")
	require.Equal(t, "deny: ad.sponsor-outside, any", judge(t, g, anywhere, inside, labelled, func(f *consent.Facts) { f.Place, f.AddressKind = nowhere, contact.Email }).String(), "to who may be anywhere")

	// Of the presidential election the first round counts, on 18 April 2027.
	presidential := union(t, regime.EuropeanUnion(), regime.FrenchElections()...)
	january := time.Date(2027, 1, 17, 0, 0, 0, 0, time.UTC)
	require.Equal(t, "allow: any", judge(t, presidential, ad(is(consent.SponsorOutside)), january.Add(-time.Microsecond), labelled).String())
	require.Equal(t, "deny: ad.sponsor-outside, any", judge(t, presidential, ad(is(consent.SponsorOutside)), january, labelled).String())
}

func TestUnionDeclaration(t *testing.T) {
	t.Parallel()

	on := func(day string) func(*consent.Request) {
		return func(r *consent.Request) { r.PoliticalAd.Declaration.Date = day }
	}
	evening := time.Date(2026, 2, 2, 9, 59, 59, 0, time.UTC) // in Kiritimati it is still the 2nd
	g := eu(t)
	for name, tt := range map[string]struct {
		request consent.Request
		at      time.Time
		want    string
	}{
		"declared":                 {ad(), winter, "allow: any"},
		"not declared":             {ad(func(r *consent.Request) { r.PoliticalAd.Declaration = nil }), winter, "deny: ad.no-declaration, any"},
		"today":                    {ad(on("2026-02-02")), winter, "allow: any"},
		"tomorrow":                 {ad(on("2026-02-03")), evening, "deny: ad.declared-later, any"},
		"tomorrow, where it is so": {ad(on("2026-02-03")), evening.Add(time.Second), "allow: any"},
	} {
		got := judge(t, g, tt.request, tt.at, labelled)
		require.Equal(t, tt.want, got.String(), name)
		if got.Outcome == consent.Deny {
			require.Contains(t, got.reasons[0].Source.Text, "Regulation (EU) 2024/900 art. 7", name)
		}
	}
}

// The limits of targeting by channel, in both readings.
func TestUnionTargeting(t *testing.T) {
	t.Parallel()

	other := func(k contact.OriginKind) func(*consent.Facts) {
		return func(f *consent.Facts) { f.Origin = &contact.Origin{Kind: k, Collector: "jeu.example"} }
	}
	email := func(f *consent.Facts) { f.AddressKind = contact.Email }
	asserted := func(a *consent.Act) { a.Grade = consent.Asserted }
	unknown := func(r *consent.Request) { r.PoliticalAd.Targeting = consent.TargetingUnknown }
	const (
		fine      = "allow: any, targeting.consented"
		warned    = "allow: any, targeting.sms-indirect"
		indirect  = "deny: targeting.indirect, any"
		noConsent = "deny: targeting.consent, any"
	)
	type facts = []func(*consent.Facts)
	tests := map[string]struct {
		request              consent.Request
		facts                facts
		want, strict, source string
	}{
		"own data, and she agreed":          {ad(targeted), facts{agreed()}, fine, fine, "art. 18(1)"},
		"and asked by a category":           {ad(targeted), facts{agreed(func(a *consent.Act) { a.Grade = consent.Audited })}, fine, fine, "art. 18(1)"},
		"own data, and she did not":         {ad(targeted), nil, noConsent, noConsent, "art. 18(1)"},
		"somebody says so":                  {ad(targeted), facts{agreed(asserted)}, noConsent, noConsent, "art. 18(1)"},
		"the proof was erased":              {ad(targeted), facts{agreed(func(a *consent.Act) { a.Evidence = nil })}, noConsent, noConsent, "art. 18(1)"},
		"for an offer":                      {ad(targeted), facts{agreed(func(a *consent.Act) { a.Purposes[0] = contact.Commercial })}, noConsent, noConsent, "art. 18(1)"},
		"nobody said that it is untargeted": {ad(unknown), nil, noConsent, noConsent, "art. 18(1)"},
		"untargeted":                        {ad(), nil, "allow: any", "allow: any", ""},
		"untargeted, with a rented file":    {ad(rental), facts{other(contact.RentedFile)}, "allow: any, targeting.none", "allow: any, targeting.none", "art. 18(1)"},

		"a rented file by SMS":           {ad(targeted, rental), facts{other(contact.RentedFile), agreed()}, warned, indirect, "CNIL, les fichiers du secteur privé, 21 October 2025"},
		"and she did not agree":          {ad(targeted, rental), facts{other(contact.RentedFile)}, noConsent, indirect, "art. 18(1)"},
		"the electoral roll by SMS":      {ad(targeted), facts{other(contact.ElectoralRoll), agreed()}, warned, indirect, "La Gazette"},
		"a form of the owner's by SMS":   {ad(targeted, rental), facts{agreed()}, warned, indirect, "La Gazette"},
		"her form, handed over":          {ad(targeted), facts{agreed(), func(f *consent.Facts) { f.Origin.Hops = []contact.Hop{{From: "a", To: "b"}} }}, warned, indirect, "La Gazette"},
		"her form, by a supplier":        {ad(targeted), facts{agreed(), func(f *consent.Facts) { f.Origin.Supplier = "Fichiers SARL" }}, warned, indirect, "La Gazette"},
		"a rented file by RCS":           {ad(targeted, rental, by(contact.RCS)), facts{other(contact.RentedFile), agreed()}, indirect, indirect, "art. 18(1)"},
		"own data by RCS":                {ad(targeted, by(contact.RCS)), facts{agreed()}, fine, fine, "art. 18(1)"},
		"own data by RCS, and no":        {ad(targeted, by(contact.RCS)), nil, noConsent, noConsent, "art. 18(1)"},
		"a rented file by e-mail":        {ad(targeted, rental, by(contact.EmailChannel)), facts{email, other(contact.RentedFile), agreed()}, indirect, indirect, "art. 18(1)"},
		"own data by e-mail":             {ad(targeted, by(contact.EmailChannel)), facts{email, agreed()}, fine, fine, "art. 18(1)"},
		"own data by e-mail, and no":     {ad(targeted, by(contact.EmailChannel)), facts{email}, noConsent, noConsent, "art. 18(1)"},
		"untargeted by e-mail, a rental": {ad(rental, by(contact.EmailChannel)), facts{email, other(contact.RentedFile)}, "allow: any, targeting.none", "allow: any, targeting.none", "art. 18(1)"},
		"a call is not online":           {ad(targeted, by(contact.LiveVoice)), nil, "allow: any", "allow: any", ""},
	}
	for mode, g := range map[string]*consent.Gate{"": eu(t), ", strictly": union(t, regime.EuropeanUnionStrict())} {
		for name, tt := range tests {
			t.Run(name+mode, func(t *testing.T) {
				t.Parallel()

				want := tt.want
				if mode != "" {
					want = tt.strict
				}
				got := judge(t, g, tt.request, winter, append(facts{labelled}, tt.facts...)...)
				require.Equal(t, want, got.String())
				for _, r := range got.reasons {
					if r.Rule == "eu.targeting" {
						require.Equal(t, consent.Argued, r.Certainty)
						require.Contains(t, r.Source.Text, tt.source)
						require.Contains(t, r.Source.Ref, "EU-TTPA-4")
					}
				}
			})
		}
	}
	ends := winter.AddDate(0, 0, 3)
	got := judge(t, eu(t), ad(targeted), winter, labelled, agreed(func(a *consent.Act) { a.Expires = ends }))
	require.Equal(t, ends, got.Deadline, "the consent ends")

	day := time.Date(2025, 10, 9, 23, 59, 59, 0, time.UTC)
	require.Equal(t, "allow: any", judge(t, eu(t), ad(targeted), day, labelled).String())
	require.Equal(t, "deny: ad.declared-later, targeting.consent, any", judge(t, eu(t), ad(targeted), day.Add(time.Second), labelled).String())
}

// Where the law of the Union is asked, and that it allows nothing by itself.
func TestUnionTerritories(t *testing.T) {
	t.Parallel()

	pack := regime.EuropeanUnion()
	require.Len(t, pack.Territories, 27+6)
	seen := map[contact.Territory]bool{}
	for _, territory := range pack.Territories {
		require.False(t, seen[territory], territory)
		seen[territory] = true
	}
	for _, out := range []contact.Territory{"GB", "CH", "NO", "MC", "AD", "PM", "BL", "WF", "PF", "NC"} {
		require.False(t, seen[out], out)
	}
	require.Equal(t, "eu-strict", regime.EuropeanUnionStrict().Name)
	alone := gate(t, func(p *consent.Pack) { *p = pack })
	require.Equal(t, "deny: purpose.no-rules", judge(t, alone, ad(), winter, labelled).String())
	for _, r := range alone.Rules() {
		if !strings.HasPrefix(r.Name, "eu.") {
			continue
		}
		require.False(t, r.Basis, r.Name)
		for _, c := range r.Cases {
			require.NotEmpty(t, c.Says.En, c.Code)
			require.NotEmpty(t, c.Says.Fr, c.Code)
			require.Equal(t, c.Remedy.En == "", c.Remedy.Fr == "", c.Code)
			require.NotEmpty(t, c.Source.Text, c.Code)
			require.NotEmpty(t, c.Source.Ref, c.Code)
			require.Equal(t, strings.Contains(c.Source.Text, "from memory") && c.Code != "content.stop", c.Certainty == consent.Unverified, c.Code)
		}
	}
}

// Joined to the French rules, both are kept, and a message that is right for one
// is not for the other.
func TestUnionWithFrance(t *testing.T) {
	t.Parallel()

	joined, err := consent.Join("fr and eu", regime.France(), regime.EuropeanUnion())
	require.NoError(t, err)
	g := gate(t, func(p *consent.Pack) { *p = joined })
	here := func(request consent.Request, change ...func(*consent.Facts)) string {
		p, err := g.Plan(request, winter)
		require.NoError(t, err)
		f := facts(p, append([]func(*consent.Facts){labelled, func(f *consent.Facts) { f.Place = p.Place("", "", "FR") }}, change...)...)
		v := make([]consent.Verdict, 1)
		p.Judge([]consent.Facts{f}, v)
		return judged{v[0], p.Code(&v[0]), p.Reasons(&f, &v[0])}.String()
	}
	require.Equal(t, "allow: consent.given, targeting.consented", here(ad(targeted), agreed()))
	require.Equal(t, "deny: consent.never-asked, targeting.consent", here(ad(targeted)))
	require.Equal(t, "deny: ad.label, consent.given", here(ad(), agreed(), func(f *consent.Facts) { f.Content.Label = false }))
	require.Equal(t, "deny: content.identity, consent.given", here(ad(), agreed(), func(f *consent.Facts) { f.Content.Identity = false }), "once")
}
