package regime_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// resident is somebody of whom a territory is known, and perhaps a zone.
type resident struct {
	territory contact.Territory
	zone      string
}

// judgeThere is judge for a resident, with a text in which nothing lacks.
func judgeThere(t testing.TB, g *consent.Gate, who resident, req consent.Request, when time.Time, change ...func(*consent.Facts)) judged {
	t.Helper()
	p, err := g.Plan(req, when)
	require.NoError(t, err)
	place := p.Place(who.territory, who.zone, "")
	there := func(f *consent.Facts) {
		f.Place = place
		f.Origin = &contact.Origin{Kind: contact.OwnForm, Collector: "martin"}
		f.Content.Postal = true
		if req.Channel == contact.EmailChannel {
			f.AddressKind = contact.Email
		}
	}
	return judge(t, g, req, when, append([]func(*consent.Facts){there}, change...)...)
}

func only(pack consent.Pack) func(*consent.Pack) { return func(p *consent.Pack) { *p = pack } }

// abroad returns a request of martin to their own base, from a number.
func abroad(purpose contact.Purpose, channel contact.Channel, change ...func(*consent.Request)) consent.Request {
	r := request(purpose, append([]func(*consent.Request){own}, change...)...)
	r.Channel, r.Election, r.NoElection = channel, "", purpose == contact.Political
	if channel == contact.EmailChannel {
		r.Sender = contact.Sender{Value: "info@example.org", Kind: contact.Mailbox, Owner: "martin"}
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

// on returns a copy of a, on a channel.
func on(channel contact.Channel) func(*consent.Act) {
	return func(a *consent.Act) { a.Channels = contact.Channels(channel) }
}

// sale is a dealing of the person with martin, shown by a form.
func sale(purpose contact.Purpose, happened time.Time, change ...func(*consent.Act)) consent.Act {
	a := consent.Act{
		Kind: consent.Related, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{purpose}, Form: "order, with a box to refuse",
		Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}}, Base: "base", Happened: happened,
	}
	for _, c := range change {
		c(&a)
	}
	return a
}

// inZone returns an instant by the clock of a zone.
func inZone(t testing.TB, zone, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04:05", text, must(time.LoadLocation(zone)))
	require.NoError(t, err)
	return when
}

// sourced requires the reason that decided to cite ref.
func sourced(t testing.TB, j judged, code consent.Code, ref string) {
	t.Helper()
	require.Equal(t, code, j.code, j.String())
	require.NotEmpty(t, j.reasons)
	require.Equal(t, code, j.reasons[0].Code)
	require.Contains(t, j.reasons[0].Source.Ref, ref)
	require.NotEmpty(t, j.reasons[0].Source.Text)
}

func packsAbroad() map[contact.Territory]consent.Pack {
	return map[contact.Territory]consent.Pack{"GB": regime.UnitedKingdom()}
}

// What every pack must do: what one territory asks is asked there only, a no is
// final, and what has no rule is denied.
func TestAbroad(t *testing.T) {
	t.Parallel()

	for territory, pack := range packsAbroad() {
		t.Run(string(territory), func(t *testing.T) {
			t.Parallel()

			require.Equal(t, []contact.Territory{territory}, pack.Territories)
			for _, text := range []string{pack.Version, pack.Read} {
				_, err := time.Parse(time.DateOnly, text)
				require.NoError(t, err)
			}
			g := gate(t, only(pack))
			noon := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
			for _, purpose := range []contact.Purpose{contact.Membership, contact.Survey, "barter"} {
				j := judgeThere(t, g, resident{territory, ""}, abroad(purpose, contact.EmailChannel), noon, acts(yes(purpose, noon, on(contact.EmailChannel))))
				require.Equal(t, consent.CodeNoRules, j.code, purpose)
			}
			for _, channel := range []contact.Channel{contact.LiveVoice, contact.AutomatedVoice, contact.VoicemailDrop} {
				for _, purpose := range []contact.Purpose{contact.Commercial, contact.Political, contact.Service, contact.Charity} {
					j := judgeThere(t, g, resident{territory, ""}, abroad(purpose, channel), noon, acts(yes(purpose, noon, on(channel))))
					require.Equal(t, consent.CodeNoRules, j.code, "%s by %s", purpose, channel)
				}
			}
			for _, purpose := range []contact.Purpose{contact.Commercial, contact.Political} {
				for _, channel := range []contact.Channel{contact.SMS, contact.RCS, contact.EmailChannel} {
					ask := abroad(purpose, channel, asking)
					require.Equal(t, consent.CodeNoRules, judgeThere(t, g, resident{territory, ""}, ask, noon).code)
					for kind, code := range map[consent.ActKind]consent.Code{
						consent.Refused: "consent.refused", consent.Withdrawn: "consent.withdrawn", consent.Objected: "consent.objected",
					} {
						no := yes(purpose, noon, on(channel), func(a *consent.Act) { a.Kind = kind; a.Happened = a.Happened.Add(time.Hour) })
						j := judgeThere(t, g, resident{territory, ""}, abroad(purpose, channel), noon, acts(yes(purpose, noon, on(channel)), no))
						require.Equal(t, code, j.code, "%s by %s", purpose, channel)
					}
				}
			}
		})
	}
}

// Joined to others, a pack says nothing of people elsewhere, and others say
// nothing of people here.
func TestAbroadJoined(t *testing.T) {
	t.Parallel()

	packs := []consent.Pack{regime.France()}
	for _, pack := range packsAbroad() {
		packs = append(packs, pack)
	}
	joined, err := consent.Join("all", packs...)
	require.NoError(t, err)
	g := gate(t, only(joined))
	night := time.Date(2026, 6, 3, 2, 0, 0, 0, time.UTC)
	prefix := map[contact.Territory]string{"FR": "fr.", "GB": "gb.", "US": "us.", "CA": "ca."}
	for _, purpose := range []contact.Purpose{contact.Commercial, contact.Political, contact.Service, contact.Charity} {
		for _, channel := range []contact.Channel{contact.SMS, contact.EmailChannel} {
			for territory := range prefix {
				if _, ok := packsAbroad()[territory]; !ok && territory != "FR" {
					continue
				}
				lacking := func(f *consent.Facts) { f.Content = consent.Inspection{} }
				j := judgeThere(t, g, resident{territory, ""}, abroad(purpose, channel), night, lacking)
				require.NotEqual(t, consent.Allow, j.Outcome)
				for _, r := range j.reasons {
					require.True(t, len(r.Rule) > 7 && r.Rule[:7] == "accord." || r.Rule[:3] == prefix[territory], "%s judges somebody in %s", r.Rule, territory)
				}
			}
		}
	}
}
