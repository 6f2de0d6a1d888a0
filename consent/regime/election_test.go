package regime_test

import (
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// silent reports whether the silence is among the reasons.
func silent(j judged) bool {
	return slices.ContainsFunc(j.reasons, func(r consent.Reason) bool { return r.Code == "election.silence" && r.Outcome == consent.Deny })
}

// The worked calendar of June 2024 (regulations §1.4), to the second.
func TestSilenceOfJune2024(t *testing.T) {
	t.Parallel()

	starts := map[contact.Territory]string{
		"FR": "2024-06-07 22:00", // Saturday 8 June, 0:00 in Paris
		"PM": "2024-06-07 02:00", // Friday 7 June, 0:00 in Saint-Pierre
		"GF": "2024-06-07 03:00",
		"GP": "2024-06-07 04:00",
		"MF": "2024-06-07 04:00",
		"BL": "2024-06-07 04:00",
		"MQ": "2024-06-07 04:00",
		"PF": "2024-06-07 09:00", // the Gambier islands, an hour before Tahiti
		"NC": "2024-06-07 13:00",
		"WF": "2024-06-07 12:00",
		"RE": "2024-06-07 20:00",
		"YT": "2024-06-07 21:00",
		"":   "2024-06-07 02:00", // the union: nobody knows where
		"BE": "2024-06-07 02:00",
	}
	ends := time.Date(2024, 6, 9, 18, 0, 0, 0, time.UTC) // Sunday, 20:00 in Paris
	g := gate(t)
	for territory, text := range starts {
		t.Run("in "+string(territory), func(t *testing.T) {
			t.Parallel()

			from, err := time.Parse("2006-01-02 15:04", text)
			require.NoError(t, err)
			look := func(when time.Time) judged {
				p, err := g.Plan(request(contact.Political), when)
				require.NoError(t, err)
				zone := ""
				if territory == "" {
					zone = "Europe/Paris" // a clock without a territory
				}
				place := p.Place(territory, zone, "")
				return judge(t, g, request(contact.Political), when, acts(yes(contact.Political, when)), func(f *consent.Facts) { f.Place = place })
			}
			require.False(t, silent(look(from.Add(-time.Second))))
			require.True(t, silent(look(from)))
			require.True(t, silent(look(from.Add(time.Second))))
			require.True(t, silent(look(ends.Add(-time.Second))))
			require.False(t, silent(look(ends)))

			// What may still go before is to be delivered before.
			before := look(from.Add(-11 * time.Hour))
			if before.Outcome == consent.Allow {
				require.False(t, before.Deadline.After(from))
			}
		})
	}
}

// Tahiti alone starts when the table says, and the three clocks of Polynesia
// with the first of them.
func TestSilenceOfPolynesia(t *testing.T) {
	t.Parallel()

	var from []string
	for _, name := range []string{"Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"} {
		from = append(from, time.Date(2024, 6, 7, 0, 0, 0, 0, must(time.LoadLocation(name))).UTC().Format("15:04"))
	}
	require.Equal(t, []string{"10:00", "09:30", "09:00"}, from)
	silences, err := regime.FrenchPoll(2024, time.June, 9)
	require.NoError(t, err)
	i := slices.IndexFunc(silences, func(s consent.Silence) bool { return s.Territory == "PF" })
	require.Equal(t, "09:00", silences[i].From.Format("15:04"))
}

func TestFrenchPoll(t *testing.T) {
	t.Parallel()

	_, err := regime.FrenchPoll(2024, time.June, 8)
	require.EqualError(t, err, "regime: 2024-06-08 is not a Sunday")
	for _, e := range regime.FrenchElections() {
		require.NoError(t, e.Validate())
		for _, s := range e.Silences {
			require.Equal(t, time.UTC, s.From.Location())
			require.Less(t, s.Until.Sub(s.From), 3*24*time.Hour)
			require.False(t, s.Until.After(e.Ends))
		}
	}
	// In winter Paris is one hour from UTC, and the clocks may change on the
	// day of the vote.
	for sunday, want := range map[int]string{
		22: "2026-03-20 23:00 2026-03-22 19:00",
		29: "2026-03-27 23:00 2026-03-29 18:00",
	} {
		silences, err := regime.FrenchPoll(2026, time.March, sunday)
		require.NoError(t, err)
		for _, s := range silences {
			if s.Territory == "FR" {
				require.Equal(t, want, s.From.Format("2006-01-02 15:04 ")+s.Until.Format("2006-01-02 15:04"))
			}
		}
	}
	// Both rounds of 2027.
	g := gate(t)
	for text, want := range map[string]bool{
		"2027-04-16 23:59:59": false, "2027-04-17 00:00:00": true, "2027-04-18 19:59:59": true, "2027-04-18 20:00:00": false,
		"2027-04-30 23:59:59": false, "2027-05-01 00:00:00": true, "2027-05-02 19:59:59": true, "2027-05-02 20:00:00": false,
	} {
		req := request(contact.Political, func(r *consent.Request) { r.Election = "fr-presidential-2027" })
		require.Equal(t, want, silent(judge(t, g, req, at(t, text))), text)
	}
}

// The silence is about what is political, whichever the election and the
// channel, and about nothing else.
func TestSilenceReaches(t *testing.T) {
	t.Parallel()

	saturday := at(t, "2024-06-08 10:00:00")
	g := gate(t)
	tests := map[string]struct {
		request consent.Request
		want    bool
	}{
		"a political SMS":            {request(contact.Political), true},
		"a consent request":          {request(contact.Political, asking), true},
		"about another election":     {request(contact.Political, func(r *consent.Request) { r.Election = "fr-presidential-2027" }), true},
		"about none":                 {request(contact.Political, func(r *consent.Request) { r.Election, r.NoElection = "", true }), true},
		"an e-mail":                  {request(contact.Political, func(r *consent.Request) { r.Channel = contact.EmailChannel }), true},
		"an automated call":          {request(contact.Political, func(r *consent.Request) { r.Channel = contact.AutomatedVoice }), true},
		"an offer of a shop":         {request(contact.Commercial), false},
		"a message about a contract": {request(contact.Service), false},
		"an answer to a keyword": {request(contact.Political, func(r *consent.Request) {
			r.Kind, r.InReplyTo = consent.KeywordReply, consent.Inbound{Event: "e", At: saturday}
		}), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, tt.want, silent(judge(t, g, tt.request, saturday)))
		})
	}
}

// G11: the same facts, on either side of the day on which the law changed. Before
// 30 June 2020 this pack knows no silence.
func TestSilenceInForce(t *testing.T) {
	t.Parallel()

	g := gate(t, func(p *consent.Pack) {
		p.Elections = append(p.Elections, consent.Election{
			ID: "fr-municipal-2020", Name: "élections municipales", Ends: time.Date(2020, 7, 10, 0, 0, 0, 0, time.UTC), Source: "a test",
			Silences: []consent.Silence{{From: time.Date(2020, 6, 26, 0, 0, 0, 0, time.UTC), Until: time.Date(2020, 7, 10, 0, 0, 0, 0, time.UTC)}},
		})
	})
	change := time.Date(2020, 6, 30, 0, 0, 0, 0, time.UTC)
	req := request(contact.Political, func(r *consent.Request) { r.Election = "fr-municipal-2020" })
	require.False(t, silent(judge(t, g, req, change.Add(-time.Microsecond))))
	require.True(t, silent(judge(t, g, req, change)))
}

func TestElectionIsNamed(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for name, tt := range map[string]struct {
		request consent.Request
		want    string
	}{
		"neither":               {request(contact.Political, func(r *consent.Request) { r.Election = "" }), "deny: election.undeclared, consent.given"},
		"none is pending":       {request(contact.Political, func(r *consent.Request) { r.Election, r.NoElection = "", true }), "allow: consent.given"},
		"one that nobody knows": {request(contact.Political, func(r *consent.Request) { r.Election = "2030" }), "deny: election.unknown, consent.given"},
		"one that is known":     {request(contact.Political), "allow: consent.given"},
		"an offer needs none":   {request(contact.Commercial), "allow: consent.given"},
	} {
		a := yes(tt.request.Purpose, monday)
		require.Equal(t, tt.want, judge(t, g, tt.request, monday, acts(a)).String(), name)
	}
}

// A message deferred on the evening before the silence is decided afresh in the
// morning, and does not roll into it.
func TestDeferralDoesNotRollIntoSilence(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for name, tt := range map[string]struct {
		election consent.ElectionID
		evening  string
		until    string
	}{
		"at 22:00 by the hours of 2018": {"fr-european-2024", "2024-06-07 22:00:00", "2024-06-08 08:00:00"},
		"at 21:30 by those of 2026":     {"fr-presidential-2027", "2027-04-16 21:30:00", "2027-04-17 08:00:00"},
	} {
		req := request(contact.Political, func(r *consent.Request) { r.Election = tt.election })
		evening := at(t, tt.evening)
		known := acts(yes(contact.Political, evening))
		before := judge(t, g, req, evening.Add(-time.Second), known)
		require.Equal(t, consent.Allow, before.Outcome, name)
		require.True(t, evening.Equal(before.Deadline), "%s: what goes at the last second is worth nothing a second later", name)

		deferred := judge(t, g, req, evening, known)
		require.Equal(t, consent.Defer, deferred.Outcome, name)
		require.True(t, at(t, tt.until).Equal(deferred.Until), name)

		afresh := judge(t, g, req, deferred.Until, known)
		require.Equal(t, consent.Deny, afresh.Outcome, name)
		require.EqualValues(t, "election.silence", afresh.code, name)
	}
}

// A grant for one election ends with it.
func TestGrantEndsWithElection(t *testing.T) {
	t.Parallel()

	g := gate(t)
	ends := time.Date(2024, 6, 9, 18, 0, 0, 0, time.UTC)
	scoped := func(when time.Time) func(*consent.Facts) {
		return acts(yes(contact.Political, when, func(a *consent.Act) { a.Election = "fr-european-2024" }))
	}
	early := judge(t, g, request(contact.Political), monday, scoped(monday))
	require.Equal(t, "allow: consent.given", early.String())
	email := request(contact.Political, func(r *consent.Request) { r.Channel = contact.EmailChannel })
	mail := func(f *consent.Facts) {
		f.AddressKind = contact.Email
		f.Acts[0].Channels = contact.Channels(contact.EmailChannel)
	}
	require.False(t, judge(t, g, email, monday, scoped(monday), mail).Deadline.After(ends))
	after := judge(t, g, request(contact.Political), ends, scoped(ends))
	require.Contains(t, after.String(), "consent.election-over")
	// A grant of no election in particular outlives the one that ended, whichever
	// of the two came first or proves more.
	for _, when := range []time.Time{monday.Add(-time.Hour), monday.Add(time.Hour)} {
		wider := yes(contact.Political, when, func(a *consent.Act) { a.Notice = contact.NoticeID{} })
		both := acts(yes(contact.Political, monday, func(a *consent.Act) { a.Election = "fr-european-2024" }), wider)
		require.EqualValues(t, "consent.given", judge(t, g, request(contact.Political), ends.Add(18*time.Hour), both).code)
	}
	other := request(contact.Political, func(r *consent.Request) { r.Election, r.NoElection = "", true })
	require.EqualValues(t, "consent.other-election", judge(t, g, other, monday, scoped(monday)).code)
}
