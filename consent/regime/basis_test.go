package regime_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// Purposes never imply one another: every purpose that somebody may have agreed
// to against every purpose of a message.
func TestPurposesDoNotImplyOneAnother(t *testing.T) {
	t.Parallel()

	g := gate(t)
	all := []contact.Purpose{
		contact.Commercial, contact.Political, contact.Service, contact.Membership, contact.Charity, contact.Survey, "barter",
	}
	for _, message := range all {
		for _, agreed := range all {
			want := "deny: consent.other-purpose"
			switch {
			case message == contact.Service:
				want = "deny: service.no-relation"
			case message != contact.Commercial && message != contact.Political:
				want = "deny: purpose.no-rules"
			case agreed == message:
				want = "allow: consent.given"
			}
			got := judge(t, g, request(message, own), monday, acts(yes(agreed, monday)))
			require.Equal(t, want, got.String(), "a %s message on consent to %s", message, agreed)
		}
	}
}

func TestPoliticalBasis(t *testing.T) {
	t.Parallel()

	given := func(change ...func(*consent.Act)) consent.Act { return yes(contact.Political, monday, change...) }
	kind := func(k consent.ActKind) func(*consent.Act) {
		return func(a *consent.Act) { a.Kind, a.Happened = k, a.Happened.Add(time.Hour) }
	}
	tests := map[string]struct {
		acts []consent.Act
		want string
	}{
		"nobody asked":         {nil, "deny: consent.never-asked"},
		"agreed":               {[]consent.Act{given()}, "allow: consent.given"},
		"to another candidate": {[]consent.Act{given(func(a *consent.Act) { a.Grantees.Parties[0] = "durand" })}, "deny: consent.other-party"},
		"on another channel":   {[]consent.Act{given(func(a *consent.Act) { a.Channels = contact.Channels(contact.EmailChannel) })}, "deny: consent.other-channel"},
		"for another election": {[]consent.Act{given(func(a *consent.Act) { a.Election = "2027" })}, "deny: consent.other-election"},
		"asked, and silent":    {[]consent.Act{given(kind(consent.Asked))}, "deny: consent.pending"},
		"refused":              {[]consent.Act{given(), given(kind(consent.Refused))}, "deny: consent.refused"},
		"withdrawn":            {[]consent.Act{given(), given(kind(consent.Withdrawn))}, "deny: consent.withdrawn"},
		"objected":             {[]consent.Act{given(), given(kind(consent.Objected))}, "deny: consent.objected"},
		"ended":                {[]consent.Act{given(func(a *consent.Act) { a.Expires = monday })}, "deny: consent.expired"},
		"asserted by a file":   {[]consent.Act{given(func(a *consent.Act) { a.By, a.Grade, a.Form = consent.ByFile, consent.Asserted, "v3" })}, "deny: consent.unproved"},
		"audited":              {[]consent.Act{given(func(a *consent.Act) { a.By, a.Grade, a.Evidence = consent.ByFile, consent.Audited, nil })}, "allow: consent.given"},
		"evidence erased":      {[]consent.Act{given(func(a *consent.Act) { a.Evidence = nil })}, "deny: consent.erased"},
		"a category, by owner": {[]consent.Act{given(func(a *consent.Act) {
			a.Grantees = consent.Grantees{Parties: []contact.PartyID{"fichiers"}, Category: "candidates"}
		})}, "allow: consent.given-category"},
		"a category, asserted":  {[]consent.Act{given(func(a *consent.Act) { a.Grade, a.Grantees = consent.Asserted, consent.Grantees{Category: "candidates"} })}, "deny: consent.unproved"},
		"the number moved on":   {[]consent.Act{given(), given(kind(consent.Disconnected))}, "deny: consent.never-asked"},
		"the end of the grant":  {[]consent.Act{given(func(a *consent.Act) { a.Expires = monday.Add(time.Hour) })}, "allow: consent.given"},
		"agreed four years ago": {[]consent.Act{given(func(a *consent.Act) { a.Happened = monday.AddDate(-4, 0, 0) })}, "allow: consent.given"},
	}
	g := gate(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, tt.want, judge(t, g, request(contact.Political), monday, acts(tt.acts...)).String())
		})
	}
	ending := judge(t, g, request(contact.Political), monday, acts(given(func(a *consent.Act) { a.Expires = monday.Add(time.Hour) })))
	require.Equal(t, monday.Add(time.Hour), ending.Deadline, "an allow ends with the grant")
	someone := judge(t, g, request(contact.Political), monday, acts(given(func(a *consent.Act) { a.Subject = "bob" })), func(f *consent.Facts) { f.Subject = "ada" })
	require.Equal(t, "deny: consent.other-person", someone.String())
	for _, r := range judge(t, g, request(contact.Political), monday, acts(tests["a category, by owner"].acts...)).reasons {
		require.Equal(t, consent.Argued, r.Certainty)
	}
}

func TestCommercialBasis(t *testing.T) {
	t.Parallel()

	file := func(a *consent.Act) { a.By, a.Grade, a.Evidence = consent.ByFile, consent.Asserted, nil }
	g := gate(t)
	for name, tt := range map[string]struct {
		change func(*consent.Act)
		want   string
	}{
		"agreed":                        {func(*consent.Act) {}, "allow: consent.given"},
		"a file with a form":            {func(a *consent.Act) { file(a); a.Form = "v3" }, "allow: consent.given"},
		"a file with the words":         {func(a *consent.Act) { file(a); a.Notice = contact.NoticeID{1} }, "allow: consent.given"},
		"a file with a column of ones":  {file, "deny: consent.unproved"},
		"evidence erased":               {func(a *consent.Act) { a.Evidence = nil }, "deny: consent.erased"},
		"partners, on this base":        {func(a *consent.Act) { a.Grantees = consent.Grantees{Category: "partners"} }, "allow: consent.given-category"},
		"partners, on another base":     {func(a *consent.Act) { a.Grantees, a.Base = consent.Grantees{Category: "partners"}, "other" }, "deny: consent.other-party"},
		"a soft opt-in is not known":    {func(a *consent.Act) { a.Kind = consent.Related }, "deny: consent.never-asked"},
		"agreed to political messages":  {func(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Political} }, "deny: consent.other-purpose"},
		"agreed to be called, not sent": {func(a *consent.Act) { a.Channels = contact.Channels(contact.LiveVoice) }, "deny: consent.other-channel"},
	} {
		require.Equal(t, tt.want, judge(t, g, request(contact.Commercial), monday, acts(yes(contact.Commercial, monday, tt.change))).String(), name)
	}
	r := judge(t, g, request(contact.Commercial), monday).reasons[0]
	require.Equal(t, consent.Law, r.Level, "commercial messages need consent by law")
	r = judge(t, g, request(contact.Political), monday).reasons[0]
	require.Equal(t, consent.Regulator, r.Level, "political ones by the regulator's measure")
	r = judge(t, g, request(contact.Political), monday, acts(yes(contact.Political, monday, func(a *consent.Act) { a.Kind = consent.Objected }))).reasons[0]
	require.Equal(t, consent.Law, r.Level, "and a no is law for both")
}

func TestServiceBasis(t *testing.T) {
	t.Parallel()

	related := func(change ...func(*consent.Act)) consent.Act {
		return yes(contact.Service, monday, append([]func(*consent.Act){func(a *consent.Act) { a.Kind, a.By = consent.Related, consent.ByHost }}, change...)...)
	}
	later := func(k consent.ActKind, by consent.Author) consent.Act {
		return yes(contact.Service, monday, func(a *consent.Act) { a.Kind, a.By, a.Happened = k, by, a.Happened.Add(24*time.Hour) })
	}
	everything := func(k consent.ActKind) consent.Act {
		a := later(k, consent.ByPerson)
		a.Purposes, a.Channels, a.Grantees = nil, 0, consent.Grantees{}
		return a
	}
	prospecting := everything(consent.Objected)
	prospecting.Purposes = []contact.Purpose{contact.Prospecting}
	tests := map[string]struct {
		mode contact.BaseMode
		acts []consent.Act
		want string
	}{
		"a contract":                          {contact.Own, []consent.Act{related()}, "allow: service.related"},
		"nothing":                             {contact.Own, nil, "deny: service.no-relation"},
		"a contract with somebody else":       {contact.Own, []consent.Act{related(func(a *consent.Act) { a.Grantees.Parties[0] = "shop" })}, "deny: service.no-relation"},
		"a contract that is over":             {contact.Own, []consent.Act{related(func(a *consent.Act) { a.Expires = monday })}, "deny: service.no-relation"},
		"a contract to come":                  {contact.Own, []consent.Act{related(func(a *consent.Act) { a.Happened = monday.Add(1000) })}, "deny: service.no-relation"},
		"consent to service without contract": {contact.Own, []consent.Act{yes(contact.Service, monday)}, "deny: service.no-relation"},
		"through a rented base":               {contact.Rented, []consent.Act{related()}, "deny: service.rented"},
		"through a bought one":                {contact.Sold, []consent.Act{related()}, "allow: service.related"},
		"after STOP to offers":                {contact.Own, []consent.Act{related(), prospecting}, "allow: service.related"},
		"after STOP to a service message":     {contact.Own, []consent.Act{related(), everything(consent.Objected)}, "deny: service.refused"},
		"and a new contract by the person":    {contact.Own, []consent.Act{related(), everything(consent.Objected), related(func(a *consent.Act) { a.By, a.Happened = consent.ByPerson, monday })}, "allow: service.related"},
		"and a new contract by the host":      {contact.Own, []consent.Act{related(), everything(consent.Objected), related(func(a *consent.Act) { a.Happened = monday })}, "deny: service.refused"},
		"of the former holder of the number":  {contact.Own, []consent.Act{related(), later(consent.Disconnected, consent.ByCarrier)}, "deny: service.no-relation"},
		"of the new holder":                   {contact.Own, []consent.Act{later(consent.Disconnected, consent.ByCarrier), related(func(a *consent.Act) { a.Happened = monday })}, "allow: service.related"},
		"of another in the house":             {contact.Own, []consent.Act{related(func(a *consent.Act) { a.Subject = "bob" })}, "deny: service.no-relation"},
	}
	g := gate(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			req := request(contact.Service, func(r *consent.Request) { r.Base.Mode = tt.mode })
			require.Equal(t, tt.want, judge(t, g, req, monday, acts(tt.acts...), func(f *consent.Facts) { f.Subject = "ada" }).String())
		})
	}
	// Whatever the order, an allow lasts as long as the longest relation.
	short := related(func(a *consent.Act) { a.Expires = monday.Add(time.Hour) })
	long := related(func(a *consent.Act) { a.Expires = monday.Add(2 * time.Hour) })
	for _, list := range [][]consent.Act{{short, long}, {long, short}} {
		require.Equal(t, monday.Add(2*time.Hour), judge(t, g, request(contact.Service, own), monday, acts(list...)).Deadline)
	}
	require.Zero(t, judge(t, g, request(contact.Service, own), monday, acts(short, related())).Deadline)
}

// Three years after the last contact that came from the person, to the second.
func TestRetention(t *testing.T) {
	t.Parallel()

	leap := time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC)
	since := time.Date(2021, 6, 3, 8, 0, 0, 0, time.UTC) // three years before monday
	collected := func(when time.Time) func(*consent.Facts) { return func(f *consent.Facts) { f.Collected = when } }
	old := func(by consent.Author, when time.Time) consent.Act {
		return yes(contact.Commercial, monday, func(a *consent.Act) { a.By, a.Happened, a.Form = by, when, "v3" })
	}
	call := func(when time.Time) consent.Act {
		return yes(contact.Service, monday, func(a *consent.Act) { a.Kind, a.Happened = consent.Related, when })
	}
	informed := func(when time.Time) consent.Act {
		return yes(contact.Commercial, monday, func(a *consent.Act) { a.Kind, a.By, a.Happened = consent.Informed, consent.ByCarrier, when })
	}
	const lapsed, given = "deny: consent.lapsed, consent.given", "allow: consent.given"
	tests := map[string]struct {
		collected time.Time
		acts      []consent.Act
		at        time.Time
		want      string
	}{
		"a second less than three years":       {since, []consent.Act{old(consent.ByPerson, since)}, monday.Add(-time.Second), given},
		"three years":                          {since, []consent.Act{old(consent.ByPerson, since)}, monday, lapsed},
		"three years from a leap day":          {leap, []consent.Act{old(consent.ByPerson, leap)}, time.Date(2023, 3, 1, 11, 59, 59, 0, time.UTC), given},
		"and they are over":                    {leap, []consent.Act{old(consent.ByPerson, leap)}, time.Date(2023, 3, 1, 12, 0, 0, 0, time.UTC), lapsed},
		"collected later than agreed":          {since.Add(time.Second), []consent.Act{old(consent.ByPerson, since)}, monday, given},
		"agreed again, says a file":            {since, []consent.Act{old(consent.ByPerson, since), old(consent.ByFile, since.Add(time.Second))}, monday, given},
		"the person called since":              {since, []consent.Act{old(consent.ByPerson, since), call(since.Add(time.Second))}, monday, given},
		"the person was written to since":      {since, []consent.Act{old(consent.ByPerson, since), informed(monday.AddDate(0, -1, 0))}, monday, lapsed},
		"no date at all but that of the grant": {time.Time{}, []consent.Act{old(consent.ByPerson, since.Add(time.Second))}, monday, given},
		"collected in the future":              {monday.Add(time.Second), []consent.Act{old(consent.ByPerson, since)}, monday, lapsed},
	}
	g := gate(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			j := judge(t, g, request(contact.Commercial), tt.at, collected(tt.collected), acts(tt.acts...))
			require.Equal(t, tt.want, j.String())
		})
	}
	// An allow is worth no more than what is left of the three years.
	j := judge(t, g, request(contact.Commercial), monday.Add(-time.Minute), collected(since), acts(old(consent.ByPerson, since)))
	require.Equal(t, monday, j.Deadline)

	// A consent request may not go to what should have been deleted; to one's
	// own people it may.
	require.Equal(t, "deny: data.too-old, request.first", judge(t, g, request(contact.Political, asking), monday, collected(since)).String())
	require.Equal(t, "allow: request.first", judge(t, g, request(contact.Political, asking), monday, collected(since.Add(time.Second))).String())
	require.Equal(t, "deny: data.too-old, request.first", judge(t, g, request(contact.Political, asking), monday, collected(time.Time{})).String())
	require.Equal(t, "allow: request.first", judge(t, g, request(contact.Political, asking, own), monday, collected(since)).String())
	// Political consent has no such end here: an election has.
	require.Equal(t, given, judge(t, g, request(contact.Political), monday, collected(since.AddDate(-2, 0, 0)), acts(yes(contact.Political, monday.AddDate(-4, 0, 0)))).String())
}
