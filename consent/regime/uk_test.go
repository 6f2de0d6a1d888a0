package regime_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

var briton = resident{"GB", ""}

// british is Wednesday 3 June 2026, noon in London.
var british = time.Date(2026, 6, 3, 11, 0, 0, 0, time.UTC)

// similar signs that messages like r may follow from a dealing.
func similar(r *consent.Request) {
	r.Assessments = []consent.Assessment{{
		ID: "a1", Controller: "martin", Purpose: r.Purpose, Channel: r.Channel, Base: "base", Document: contact.NoticeID{1},
		Signatory: "Jeanne Martin", Signed: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Expectation: "They bought the same.",
	}}
}

// Political messages are direct marketing, and no dealing replaces consent.
func TestBritishPolitical(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	for _, channel := range []contact.Channel{contact.SMS, contact.RCS, contact.EmailChannel} {
		req := abroad(contact.Political, channel, similar)
		require.Equal(t, "allow: consent.given", judgeThere(t, g, briton, req, british, acts(yes(contact.Political, british, on(channel)))).String())
		j := judgeThere(t, g, briton, req, british, acts(sale(contact.Political, british.AddDate(0, -1, 0))))
		require.Equal(t, consent.Deny, j.Outcome)
		sourced(t, j, "consent.never-asked", "UK-1, UK-2")
	}
}

func TestBritishConsent(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	given := func(change ...func(*consent.Act)) consent.Act { return yes(contact.Political, british, change...) }
	for name, tt := range map[string]struct {
		act  consent.Act
		want string
	}{
		"until it ends":       {given(func(a *consent.Act) { a.Expires = british.Add(time.Second) }), "allow: consent.given"},
		"when it ends":        {given(func(a *consent.Act) { a.Expires = british }), "deny: consent.expired"},
		"claimed with a form": {given(func(a *consent.Act) { a.By, a.Grade, a.Form = consent.ByFile, consent.Asserted, "v3" }), "allow: consent.given"},
		"claimed without":     {given(func(a *consent.Act) { a.By, a.Grade = consent.ByFile, consent.Asserted }), "deny: consent.unproved"},
		"erased":              {given(func(a *consent.Act) { a.Evidence = nil }), "deny: consent.erased"},
		"to another":          {given(func(a *consent.Act) { a.Grantees.Parties[0] = "durand" }), "deny: consent.other-party"},
		"to a category":       {given(func(a *consent.Act) { a.Grantees = consent.Grantees{Category: "parties"} }), "deny: consent.other-party"},
		"to something else":   {given(func(a *consent.Act) { a.Purposes[0] = contact.Commercial }), "deny: consent.other-purpose"},
		"by another channel":  {given(on(contact.EmailChannel)), "deny: consent.other-channel"},
		"for another poll":    {given(func(a *consent.Act) { a.Election = "2029" }), "deny: consent.other-election"},
		"asked":               {given(func(a *consent.Act) { a.Kind = consent.Asked }), "deny: consent.pending"},
	} {
		require.Equal(t, tt.want, judgeThere(t, g, briton, abroad(contact.Political, contact.SMS), british, acts(tt.act)).String(), name)
	}
	ending := judgeThere(t, g, briton, abroad(contact.Political, contact.EmailChannel), british, acts(given(on(contact.EmailChannel), func(a *consent.Act) { a.Expires = british.Add(time.Hour) })))
	require.Equal(t, british.Add(time.Hour), ending.Deadline)
}

// A grant for an election ends with it.
func TestBritishElection(t *testing.T) {
	t.Parallel()

	pack := regime.UnitedKingdom()
	pack.Elections = []consent.Election{{ID: "gb-2029", Name: "a poll", Ends: british}}
	g := gate(t, only(pack))
	req := abroad(contact.Political, contact.EmailChannel, func(r *consent.Request) { r.Election, r.NoElection = "gb-2029", false })
	grant := yes(contact.Political, british, on(contact.EmailChannel), func(a *consent.Act) { a.Election = "gb-2029" })
	before := judgeThere(t, g, briton, req, british.Add(-time.Second), acts(grant))
	require.Equal(t, "allow: consent.given", before.String())
	require.Equal(t, british, before.Deadline)
	require.Equal(t, "deny: consent.election-over", judgeThere(t, g, briton, req, british, acts(grant)).String())
}

func TestBritishSoftOptIn(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	month := british.AddDate(0, -1, 0)
	bought := func(change ...func(*consent.Act)) []consent.Act {
		return []consent.Act{sale(contact.Commercial, month, change...)}
	}
	signedLate := func(at time.Time) func(*consent.Request) {
		return func(r *consent.Request) { similar(r); r.Assessments[0].Signed = at }
	}
	for name, tt := range map[string]struct {
		request func(*consent.Request)
		acts    []consent.Act
		want    string
	}{
		"a sale, and an assessment":       {similar, bought(), "allow: soft-opt-in.given"},
		"consent needs neither":           {nil, []consent.Act{yes(contact.Commercial, british)}, "allow: consent.given"},
		"nothing":                         {similar, nil, "deny: consent.never-asked"},
		"no assessment":                   {nil, bought(), "deny: soft-opt-in.undeclared"},
		"of another purpose":              {func(r *consent.Request) { similar(r); r.Assessments[0].Purpose = contact.Charity }, bought(), "deny: soft-opt-in.undeclared"},
		"of another channel":              {func(r *consent.Request) { similar(r); r.Assessments[0].Channel = contact.RCS }, bought(), "deny: soft-opt-in.undeclared"},
		"of another base":                 {func(r *consent.Request) { similar(r); r.Assessments[0].Base = "other" }, bought(), "deny: soft-opt-in.undeclared"},
		"of another controller":           {func(r *consent.Request) { similar(r); r.Assessments[0].Controller = "durand" }, bought(), "deny: soft-opt-in.undeclared"},
		"signed just now":                 {signedLate(british), bought(), "allow: soft-opt-in.given"},
		"signed later":                    {signedLate(british.Add(time.Second)), bought(), "deny: soft-opt-in.undeclared"},
		"no offer to refuse":              {similar, bought(func(a *consent.Act) { a.Form = "" }), "deny: soft-opt-in.no-offer"},
		"a notice that offered":           {similar, bought(func(a *consent.Act) { a.Form, a.Notice = "", contact.NoticeID{1} }), "allow: soft-opt-in.given"},
		"a contract about something else": {similar, bought(func(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Service} }), "deny: consent.never-asked"},
		"a sale by another":               {similar, bought(func(a *consent.Act) { a.Grantees.Parties[0] = "durand" }), "deny: consent.never-asked"},
		"details of another channel":      {similar, bought(on(contact.EmailChannel)), "deny: consent.never-asked"},
		"details of this channel":         {similar, bought(on(contact.SMS)), "allow: soft-opt-in.given"},
		"over":                            {similar, bought(func(a *consent.Act) { a.Expires = british }), "deny: consent.never-asked"},
		"still to come":                   {similar, []consent.Act{sale(contact.Commercial, british.Add(time.Second))}, "deny: consent.never-asked"},
		"a refusal":                       {similar, append(bought(), yes(contact.Commercial, british, func(a *consent.Act) { a.Kind = consent.Objected })), "deny: consent.objected"},
		"a refusal before":                {similar, append(bought(), yes(contact.Commercial, month.AddDate(0, -2, 0), func(a *consent.Act) { a.Kind = consent.Refused })), "deny: consent.refused"},
		"another sale without an offer":   {similar, append(bought(), bought(func(a *consent.Act) { a.Form = "" })...), "allow: soft-opt-in.given"},
		"a base that is rented": {func(r *consent.Request) {
			similar(r)
			r.Base.Mode, r.Base.Owner, r.Controllers = contact.Rented, owner, []contact.Party{martin, owner}
		}, bought(func(a *consent.Act) { a.Grantees.Parties = []contact.PartyID{"martin", "fichiers"} }), "deny: consent.never-asked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			req := abroad(contact.Commercial, contact.SMS)
			if tt.request != nil {
				tt.request(&req)
			}
			require.Equal(t, tt.want, judgeThere(t, g, briton, req, british, acts(tt.acts...)).String())
		})
	}
	req := abroad(contact.Commercial, contact.EmailChannel, similar)
	first, last := british.Add(time.Hour), british.Add(2*time.Hour)
	ends := func(at time.Time) func(*consent.Act) { return func(a *consent.Act) { a.Expires = at } }
	j := judgeThere(t, g, briton, req, british, acts(bought(ends(first))[0], bought(ends(last))[0]))
	require.Equal(t, last, j.Deadline, "the dealing that lasts longest")
	require.Zero(t, judgeThere(t, g, briton, req, british, acts(bought()[0], bought(ends(last))[0])).Deadline)
	sourced(t, judgeThere(t, g, briton, abroad(contact.Commercial, contact.SMS), british, acts(bought()...)), "soft-opt-in.undeclared", "UK-2")
}

// Charities have a soft opt-in since 5 February 2026, for those whose details
// they obtained since.
func TestBritishCharity(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	since := time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)
	req := abroad(contact.Charity, contact.EmailChannel, similar)
	support := func(at time.Time) func(*consent.Facts) { return acts(sale(contact.Charity, at)) }
	for _, tt := range []struct {
		when, supported time.Time
		want            string
	}{
		{since.Add(-time.Second), since.Add(-time.Hour), "deny: consent.never-asked"},
		{since, since, "allow: soft-opt-in.given"},
		{british, since, "allow: soft-opt-in.given"},
		{british, since.Add(-time.Second), "deny: consent.never-asked"},
	} {
		j := judgeThere(t, g, briton, req, tt.when, support(tt.supported))
		require.Equal(t, tt.want, j.String(), "at %v, of %v", tt.when, tt.supported)
		if j.Outcome == consent.Deny {
			sourced(t, j, "consent.never-asked", "UK-4")
		}
	}
	for _, when := range []time.Time{since.Add(-time.Second), since} {
		require.Equal(t, "allow: consent.given", judgeThere(t, g, briton, req, when, acts(yes(contact.Charity, when, on(contact.EmailChannel)))).String())
	}
}

func TestBritishService(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	req := abroad(contact.Service, contact.SMS)
	bare := func(f *consent.Facts) { f.Content = consent.Inspection{} }
	night := time.Date(2026, 6, 3, 2, 0, 0, 0, time.UTC)
	require.Equal(t, "allow: service.related", judgeThere(t, g, briton, req, night, acts(sale(contact.Service, british.AddDate(0, -1, 0))), bare).String())
	require.Equal(t, "deny: service.no-relation", judgeThere(t, g, briton, req, night, acts(yes(contact.Service, british))).String())
}

func TestBritishMentions(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	for _, channel := range []contact.Channel{contact.SMS, contact.EmailChannel} {
		for _, purpose := range []contact.Purpose{contact.Political, contact.Commercial} {
			says := func(change func(*consent.Inspection)) judged {
				return judgeThere(t, g, briton, abroad(purpose, channel), british, acts(yes(purpose, british, on(channel))), func(f *consent.Facts) { change(&f.Content) })
			}
			require.Equal(t, "allow: consent.given", says(func(*consent.Inspection) {}).String())
			sourced(t, says(func(c *consent.Inspection) { c.Identity = false }), "content.identity", "UK-3")
			sourced(t, says(func(c *consent.Inspection) { c.Stop = false }), "content.stop", "UK-2, UK-3")
			unprinted := says(func(c *consent.Inspection) { c.Postal = false })
			if purpose == contact.Political && channel == contact.EmailChannel {
				sourced(t, unprinted, "content.postal", "UK-7")
				continue
			}
			require.Equal(t, consent.Allow, unprinted.Outcome)
		}
	}
	first := time.Date(2023, 11, 1, 0, 0, 0, 0, time.UTC)
	for when, want := range map[time.Time]consent.Outcome{first.Add(-time.Second): consent.Allow, first: consent.Deny} {
		j := judgeThere(t, g, briton, abroad(contact.Political, contact.EmailChannel), when, acts(yes(contact.Political, when, on(contact.EmailChannel))), func(f *consent.Facts) { f.Content.Postal = false })
		require.Equal(t, want, j.Outcome, when)
	}
}

func TestBritishHours(t *testing.T) {
	t.Parallel()

	g := gate(t, only(regime.UnitedKingdom()))
	london := func(text string) time.Time { return inZone(t, "Europe/London", text) }
	for when, until := range map[string]string{
		"2026-06-03 07:59:59": "2026-06-03 08:00:00",
		"2026-06-03 08:00:00": "",
		"2026-06-07 12:00:00": "", // a Sunday
		"2026-06-03 20:59:59": "",
		"2026-06-03 21:00:00": "2026-06-04 08:00:00",
		"2026-03-28 21:00:00": "2026-03-29 08:00:00", // clocks change in the night
		"2026-10-25 07:59:59": "2026-10-25 08:00:00",
	} {
		at := london(when)
		for _, purpose := range []contact.Purpose{contact.Political, contact.Commercial} {
			j := judgeThere(t, g, briton, abroad(purpose, contact.SMS), at, acts(yes(purpose, at)))
			if until == "" {
				require.Equal(t, consent.Allow, j.Outcome, when)
				require.True(t, inZone(t, "Europe/London", when[:10]+" 21:00:00").Equal(j.Deadline), when)
				continue
			}
			require.Equal(t, consent.Defer, j.Outcome, when)
			require.True(t, london(until).Equal(j.Until), when)
			sourced(t, j, "hours.quiet", "UK-8")
		}
		mail := judgeThere(t, g, briton, abroad(contact.Political, contact.EmailChannel), at, acts(yes(contact.Political, at, on(contact.EmailChannel))))
		require.Equal(t, consent.Allow, mail.Outcome, when)
	}
}
