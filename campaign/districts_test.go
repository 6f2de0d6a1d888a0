package campaign_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

var (
	arnaud = contact.Party{ID: "arnaud", Name: "Claude Arnaud"}
	berger = contact.Party{ID: "berger", Name: "Dominique Berger-Lafontaine"}
)

// constituencies is a campaign of two candidates, on the rented base.
func constituencies(id string) campaign.Campaign {
	c := content(id, martin)
	c.Request.Controllers = []contact.Party{owner}
	c.Templates[0].Text = "{{controller}}: votez. {{notice}} Par {{origin}}. STOP"
	c.Districts = &campaign.Districts{Attribute: "circo", Of: map[string]campaign.District{
		"75-01": {Controllers: []contact.Party{arnaud}},
		"75-02": {Controllers: []contact.Party{berger}, Sponsor: "fund", NoticeURL: "https://berger.example/infos"},
	}}
	return c
}

// voters puts people who live in districts; "" for one that nobody knows.
func (h *host) voters(districts ...string) []contact.Address {
	h.t.Helper()
	var cs []contact.Contact
	var out []contact.Address
	for i, d := range districts {
		c := contact.Contact{
			ID: contact.ID(fmt.Sprintf("P%02d", i)), Base: rented.ID, Points: []contact.Point{{Address: number(i)}},
			Origins: []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
		}
		if d != "" {
			c.Attributes = []contact.Attribute{{Name: "circo", Value: contact.Text(d)}}
		}
		cs, out = append(cs, c), append(out, number(i))
	}
	h.put(cs...)
	var err error
	h.planner, err = campaign.NewPlanner(h.gate, h.contacts, h.outbox, &campaign.PlannerOptions{PageSize: 4, Schema: campaign.Schema{"circo": campaign.Ordinary}})
	require.NoError(h.t, err)
	return out
}

// Everybody gets the message of the candidate of their own district, and by a
// consent to that candidate.
func TestDistricts(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.voters("75-01", "75-02", "75-01", "75-02", "75-03", "", "75-02")
	h.agree(arnaud, people[0], people[2], people[6]) // the last one lives in 75-02
	h.agree(berger, people[1])
	c := constituencies("c")
	want := campaign.Tally{
		{State: campaign.Ready, Code: "consent.given"}: 3, {State: campaign.Excluded, Code: campaign.CodeNoDistrict}: 2,
		{State: campaign.Excluded, Code: "consent.never-asked"}: 1, {State: campaign.Excluded, Code: "consent.other-party"}: 1,
	}
	p, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	require.Equal(t, want, p.Tally)
	require.NotEmpty(t, p.Reasons[campaign.CodeNoDistrict].Says.Fr)
	require.Equal(t, want, h.launch(c))
	require.Equal(t, 3, h.run("c").HandedOver)
	texts := map[contact.Address]string{}
	for _, m := range h.carrier.Inbox() {
		texts[m.To] = m.Text
	}
	require.Equal(t, map[contact.Address]string{
		people[0]: "Claude Arnaud: votez. " + noticeURL + " Par Concours SARL. STOP",
		people[2]: "Claude Arnaud: votez. " + noticeURL + " Par Concours SARL. STOP",
		people[1]: "Dominique Berger-Lafontaine: votez. https://berger.example/infos Par Concours SARL. STOP",
	}, texts)
	sent, err := h.outbox.Sent(t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(people[1])}, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "75-02", sent[0][0].District)
	require.Equal(t, []contact.PartyID{"berger", "fichiers"}, sent[0][0].Controllers)
}

// A STOP reaches the candidate who wrote, and the rented base; not the others.
func TestDistrictStop(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.voters("75-01", "75-02")
	h.agree(arnaud, people...)
	h.agree(berger, people...)
	h.launch(constituencies("c"))
	h.run("c")
	other := constituencies("other") // launched before the STOP, and not begun
	h.launch(other)
	got := h.says(people[0], "STOP")
	prospecting := contact.Scope{Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}
	byArnaud, onBase := prospecting, prospecting
	byArnaud.Controller, onBase.Base = "arnaud", "rented"
	require.Equal(t, []contact.Scope{onBase, byArnaud}, got.Refused)
	require.Equal(t, 1, got.Cancelled)
	h.run("other")
	require.Len(t, h.carrier.Inbox(), 3)
	// On her own file the other candidate may still write to them.
	own := content("own", berger)
	own.Request.Base = contact.Base{ID: "own", Name: "Sympathisants", Owner: berger, Mode: contact.Own}
	own.Request.Controllers = []contact.Party{berger}
	d, err := h.gate.Decide(t.Context(), own.Request, consent.Recipient{
		Contact: &contact.Contact{ID: "x", Base: "own", Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}},
		Point:   contact.Point{Address: people[0]}, Content: consent.Content{Text: berger.Name + " " + noticeURL + " Concours SARL STOP"},
	})
	require.NoError(t, err)
	require.True(t, d.Allowed(), "%v", d.Code)
}

// A consent request asks in the name of the district's candidate, and the yes
// is to that candidate.
func TestDistrictRequests(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.voters("75-01", "75-02")
	c := constituencies("q")
	c.Request.Kind, c.Templates = consent.ConsentRequest, nil
	c.Ask = &consent.Ask{Language: "fr", Election: "9 juin", NoticeURL: noticeURL}
	h.launch(c)
	require.Equal(t, 2, h.run("q").HandedOver)
	require.Contains(t, h.carrier.Inbox()[1].Text, berger.Name)
	require.Contains(t, h.carrier.Inbox()[1].Text, "https://berger.example/infos")
	require.True(t, h.says(people[1], "OUI").Given)
	history, err := h.register.History(t.Context(), people[1])
	require.NoError(t, err)
	for _, a := range history.Acts {
		require.Equal(t, []contact.PartyID{"berger"}, a.Grantees.Parties)
	}
	h.handle(provider.Event{Kind: provider.DeliveryReceipt, From: people[0], Dispatch: h.carrier.Inbox()[0].Dispatch, Status: provider.Delivered, Sent: h.now})
	history, err = h.register.History(t.Context(), people[0])
	require.NoError(t, err)
	require.Equal(t, []contact.PartyID{"arnaud"}, history.Acts[0].Grantees.Parties)
	got := h.says(people[0], "NON")
	require.Equal(t, contact.PartyID("arnaud"), got.Refused[0].Controller+got.Refused[1].Controller)
}

// Who has moved since the audience was frozen gets no message in another name.
func TestDistrictChanged(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.voters("75-01", "75-01", "75-01")
	h.agree(arnaud, people...)
	h.agree(berger, people...)
	h.launch(constituencies("c"))
	moved := func(i int, value string) contact.Contact {
		return contact.Contact{
			ID: contact.ID(fmt.Sprintf("P%02d", i)), Base: rented.ID, Attributes: []contact.Attribute{{Name: "circo", Value: contact.Text(value)}},
			Origins: []contact.Provenance{{Origin: origin, Collected: h.now}},
		}
	}
	h.put(moved(0, "75-02"), moved(1, "99-99"))
	s := h.run("c")
	require.Equal(t, 2, s.Gone)
	require.Equal(t, 1, s.HandedOver)
	require.Equal(t, 2, h.tally("c")[campaign.Class{State: campaign.Excluded, Code: campaign.CodeDistrictChanged}])
}

func TestDistrictsRefuses(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.voters("75-01")
	for want, change := range map[string]func(*campaign.Campaign){
		"Districts has no Attribute, or is Of nothing": func(c *campaign.Campaign) { c.Districts.Attribute = "" },
		"field Districts has no Attribute, or is Of":   func(c *campaign.Campaign) { c.Districts.Of = nil },
		`Of["75-03"]: no name, or no Controllers`:      func(c *campaign.Campaign) { c.Districts.Of["75-03"] = campaign.District{} },
		`Of["75-03"]: Controllers[0] has no ID or no Name`: func(c *campaign.Campaign) {
			c.Districts.Of["75-03"] = campaign.District{Controllers: []contact.Party{{ID: "x"}}}
		},
		`Controllers[0]: "arnaud" is called`: func(c *campaign.Campaign) {
			c.Districts.Of["75-03"] = campaign.District{Controllers: []contact.Party{{ID: "arnaud", Name: "A"}}}
		},
		`cannot filter on "religion", which is undeclared`: func(c *campaign.Campaign) { c.Districts.Attribute = "religion" },
		"the shortest message in \"fr\" needs 2 segments":  func(c *campaign.Campaign) { c.MaxSegments = 1; c.Templates[0].Text += strings.Repeat("a", 160) },
		"Ask.Who is set, and Districts say who asks": func(c *campaign.Campaign) {
			c.Request.Kind, c.Templates, c.Ask = consent.ConsentRequest, nil, &consent.Ask{Language: "fr", Who: "A", Election: "9 juin"}
		},
		`district "75-02": campaign: consent: request "c": NoticeURL`: func(c *campaign.Campaign) {
			d := c.Districts.Of["75-02"]
			d.NoticeURL = "http://x"
			c.Districts.Of["75-02"] = d
		},
	} {
		c := constituencies("c")
		change(&c)
		_, err := h.planner.Preview(t.Context(), c, time.Time{})
		require.ErrorContains(t, err, want)
	}
}

// An audience in other districts is another audience: who approved one has not
// seen the other.
func TestDistrictsInAudienceDigest(t *testing.T) {
	t.Parallel()

	digest := func(districts ...string) consent.Digest {
		h := newHost(t)
		people := h.voters(districts...)
		h.agree(arnaud, people...)
		h.agree(berger, people...)
		saved, err := h.planner.Launch(t.Context(), constituencies("c"))
		require.NoError(t, err)
		require.Equal(t, len(people), saved.Launch.Tally.In(campaign.Ready))
		return saved.Launch.Digest
	}
	require.Equal(t, digest("75-01"), digest("75-01"))
	require.NotEqual(t, digest("75-01"), digest("75-02"))
}

// The bounds are those of the longest and of the shortest name.
func TestDistrictBounds(t *testing.T) {
	t.Parallel()

	c := constituencies("c")
	c.Templates[0].Text = "{{controller}} STOP"
	b, err := c.Bounds(0)
	require.NoError(t, err)
	require.Equal(t, len("Claude Arnaud STOP"), b[0].Shortest.Characters)
	require.Equal(t, len("Dominique Berger-Lafontaine STOP"), b[0].Longest.Characters)
	one := content("one", martin)
	one.Templates[0].Text = "{{controller}} STOP"
	b, err = one.Bounds(0)
	require.NoError(t, err)
	require.Equal(t, len("Alex Martin STOP"), b[0].Longest.Characters, "the first advertiser, and not the owner of the base")
	text, err := c.TextDigest()
	require.NoError(t, err)
	c.Districts.Of["75-01"] = campaign.District{Controllers: []contact.Party{{ID: "x", Name: "X"}}}
	changed, err := c.TextDigest()
	require.NoError(t, err)
	require.NotEqual(t, text, changed, "an approval is of the candidates, too")
}

// 577 districts cost little more than one.
func BenchmarkPreviewDistricts(b *testing.B) {
	for _, n := range []int{1, 577} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkDistricts(b, n) })
	}
}

func benchmarkDistricts(b *testing.B, districts int) {
	const people = 100_000
	planner, c := crowd(b, people, districts)
	c.Request.Controllers = c.Request.Controllers[1:]
	c.Templates[0].Text = "{{controller}}: votez le 9 juin. Par {{origin}}. {{notice}} STOP"
	c.Districts = &campaign.Districts{Attribute: "circo", Of: map[string]campaign.District{}}
	for i := range districts {
		c.Districts.Of[fmt.Sprint(i)] = campaign.District{Controllers: []contact.Party{{ID: contact.PartyID(fmt.Sprint("c", i)), Name: fmt.Sprint("Candidat ", i)}}}
	}
	b.ReportAllocs()
	for b.Loop() {
		p, err := planner.Preview(b.Context(), c, time.Time{})
		if err != nil || p.Audience != people {
			b.Fatal(p.Audience, err)
		}
	}
	b.ReportMetric(people*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}
