package campaign_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// BenchmarkPreview previews a political campaign on a rented base in which
// everybody has one commercial consent, with the French rules. Numbers start
// with +999, which no country has.
func BenchmarkPreview(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			planner, c := crowd(b, n, 0)
			b.ReportAllocs()
			for b.Loop() {
				p, err := planner.Preview(b.Context(), c, time.Time{})
				if err != nil || p.Audience != n {
					b.Fatal(p.Audience, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
		})
	}
}

// crowd returns a base of n people who live in that many districts.
func crowd(b *testing.B, n, districts int) (*campaign.Planner, campaign.Campaign) {
	b.Helper()
	now := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	clock := consent.ClockFunc(func() time.Time { return now })
	keys, err := suppression.NewKeyring([]byte("a secret of the benchmark"))
	require.NoError(b, err)
	ledger, list, contacts := new(memory.Ledger), new(memory.Suppressions), new(memory.Contacts)
	gate, err := consent.OpenGate(b.Context(), ledger, list, keys, regime.France(), &consent.GateOptions{Clock: clock})
	require.NoError(b, err)
	register, err := consent.NewRegister(ledger, list, keys, &consent.RegisterOptions{Clock: clock})
	require.NoError(b, err)
	owner := contact.Party{ID: "fichiers", Name: "Fichiers SARL"}
	martin := contact.Party{ID: "martin", Name: "Alex Martin"}
	base := contact.Base{ID: "rented", Owner: owner, Mode: contact.Rented}
	origin := &contact.Origin{Kind: contact.RentedFile, Collector: "Concours", Supplier: "Concours SARL", Form: "v3"}
	hasher, collected := keys.Hasher(), now.AddDate(-1, 0, 0)
	for at := 0; at < n; at += 1000 {
		cs := make([]contact.Contact, 1000)
		acts := make([]consent.Statement, 1000)
		for i := range cs {
			a, err := contact.PhoneFromDigits(999_000_000_000 + uint64(at+i))
			require.NoError(b, err)
			cs[i] = contact.Contact{
				ID: contact.ID(fmt.Sprint(at + i)), Base: base.ID, Territory: "FR", Points: []contact.Point{{Address: a}},
				Origins: []contact.Provenance{{Origin: origin, Collected: collected}},
			}
			if districts > 0 {
				cs[i].Attributes = []contact.Attribute{{Name: "circo", Value: contact.Text(fmt.Sprint((at + i) % districts))}}
			}
			acts[i] = consent.Statement{Address: a, Act: consent.Act{
				ID: uuid.New(), Kind: consent.Given, By: consent.ByFile, Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS),
				Grantees: consent.Grantees{Category: "partners"}, Form: "v3", Source: "Concours SARL", Happened: collected,
			}}
		}
		hasher.Stamp(cs)
		_, err := contacts.Put(b.Context(), keys.ID(), cs)
		require.NoError(b, err)
		_, err = register.Record(b.Context(), acts...)
		require.NoError(b, err)
	}
	planner, err := campaign.NewPlanner(gate, contacts, new(memory.Outbox), &campaign.PlannerOptions{Schema: campaign.Schema{"circo": campaign.Ordinary}})
	require.NoError(b, err)
	return planner, campaign.Campaign{
		Request: consent.Request{
			Campaign: "bench", Client: martin.ID, Base: base, Controllers: []contact.Party{martin, owner}, Purpose: contact.Political,
			Kind: consent.ContentMessage, Channel: contact.SMS, Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: owner.ID},
			Election: "fr-european-2024", NoticeURL: "https://martin.example/infos",
		},
		Templates: []campaign.Template{{Language: "fr", Text: "Alex Martin: votez le 9 juin. Par {{origin}}. {{notice}} STOP"}},
	}
}

// BenchmarkFill fills one template in for one person.
func BenchmarkFill(b *testing.B) {
	who := &contact.Contact{Attributes: []contact.Attribute{
		{Name: "d", Value: contact.Date(2024, time.June, 9)}, {Name: "n", Value: contact.Number(12345)},
		{Name: "prénom", Value: contact.Text("Zoé")}, {Name: "url", Value: contact.Text("https://x.example/zoe")},
	}}
	for _, tt := range []struct {
		name    string
		channel contact.Channel
		t       campaign.Template
	}{
		{"words", contact.SMS, campaign.Template{Text: "Alex Martin: votez le 9 juin. STOP"}},
		{"origin", contact.SMS, campaign.Template{Text: "Alex Martin: votez le 9 juin. Par {{origin}}. {{notice}} STOP"}},
		{"text", contact.SMS, campaign.Template{
			Text: "{{prénom}}, votez le 9 juin. Par {{origin}}. {{notice}} STOP", Fields: []campaign.Field{{Name: "prénom"}},
		}},
		{"all types", contact.SMS, campaign.Template{
			Text: "{{prénom}}, votez le {{d}} avec {{n}} autres. {{url}} STOP",
			Fields: []campaign.Field{
				{Name: "prénom"}, {Name: "d", Type: campaign.DateField}, {Name: "n", Type: campaign.NumberField}, {Name: "url", Type: campaign.LinkField},
			},
		}},
		{"HTML", contact.EmailChannel, campaign.Template{
			Text: `<p>{{prénom}}, <a href="{{url}}">votez</a></p>`, HTML: true, Fields: []campaign.Field{{Name: "prénom"}, {Name: "url", Type: campaign.LinkField}},
		}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			tt.t.Language = "fr"
			fill, err := tt.t.Filler(tt.channel, "https://martin.example/infos")
			require.NoError(b, err)
			origin := &contact.Origin{Collector: "Concours SARL"}
			b.ReportAllocs()
			for b.Loop() {
				if !fill(who, origin) {
					b.Fatal("not filled in")
				}
			}
		})
	}
}
