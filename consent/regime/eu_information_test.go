package regime_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// What a text must hold in member states whose rules do not ask it, and that the
// French rules are not repeated.
func TestUnionInformation(t *testing.T) {
	t.Parallel()

	const identity, stop, origin = "deny: content.identity, any", "deny: content.stop, any", "deny: content.origin, any"
	lacks := func(change func(*consent.Inspection)) func(*consent.Facts) {
		return func(f *consent.Facts) { change(&f.Content) }
	}
	nobody := lacks(func(c *consent.Inspection) { c.Identity = false })
	noStop := lacks(func(c *consent.Inspection) { c.Stop = false })
	noOrigin := lacks(func(c *consent.Inspection) { c.Origin = false })
	email := func(f *consent.Facts) { f.AddressKind = contact.Email }
	form := func(f *consent.Facts) { f.Origin = &contact.Origin{Kind: contact.OwnForm, Collector: "x"} }
	informed := acts(yes(contact.Commercial, winter, func(a *consent.Act) { a.Kind = consent.Informed }))
	type facts = []func(*consent.Facts)
	tests := map[string]struct {
		request   consent.Request
		territory contact.Territory
		facts     facts
		want      string
		source    string
	}{
		"everything":                      {request(contact.Commercial), "DE", nil, "allow: any", ""},
		"from nobody":                     {request(contact.Commercial), "DE", facts{nobody}, identity, "Directive 2002/58 art. 13(4), from memory"},
		"without STOP":                    {request(contact.Commercial), "ES", facts{noStop}, stop, "GDPR art. 21(4)"},
		"by RCS without STOP":             {request(contact.Commercial, by(contact.RCS)), "ES", facts{noStop}, stop, "GDPR art. 21(4)"},
		"by e-mail, where it is not read": {request(contact.Commercial, by(contact.EmailChannel)), "ES", facts{noStop, email}, "allow: any", ""},
		"about a contract":                {request(contact.Service, own), "ES", facts{noStop, form}, "allow: any", ""},
		"of whom nobody says whence":      {request(contact.Commercial), "PL", facts{noOrigin}, origin, "GDPR art. 14(2)(f) and 14(3)(b)"},
		"who gave it herself":             {request(contact.Commercial), "PL", facts{noOrigin, form}, "allow: any", ""},
		"who was told before":             {request(contact.Commercial), "PL", facts{noOrigin, informed}, "allow: any", ""},
		"a question":                      {request(contact.Political, asking), "IT", facts{noOrigin}, origin, "GDPR art. 14(2)(f)"},
		"in France, by the French":        {request(contact.Commercial), "FR", facts{nobody, noStop, noOrigin}, "allow: any", ""},
		"and overseas":                    {request(contact.Commercial), "RE", facts{nobody}, "allow: any", ""},
	}
	g := eu(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if tt.request.Purpose == contact.Political {
				tt.request.Election, tt.request.NoElection = "", true
			}
			got := judgeIn(t, g, tt.territory, tt.request, winter, tt.facts...)
			require.Equal(t, tt.want, got.String())
			require.Contains(t, got.reasons[0].Source.Text, tt.source)
		})
	}
}

// A month after the data came, to the instant, the information is late.
func TestUnionInformationLate(t *testing.T) {
	t.Parallel()

	came := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	due := time.Date(2026, 2, 28, 9, 0, 0, 0, time.UTC) // February has no 31st
	bought := func(f *consent.Facts) {
		f.Origin = &contact.Origin{Kind: contact.PurchasedFile, Collector: "jeu.example", Hops: []contact.Hop{{From: "a", To: "b", At: came.AddDate(-1, 0, 0)}, {From: "b", To: "c", At: came}}}
	}
	informed := func(f *consent.Facts) {
		a := yes(contact.Commercial, due, func(a *consent.Act) { a.Kind, a.ID = consent.Informed, uuid.UUID{1} })
		f.Acts = append(f.Acts, a)
	}
	g := eu(t)
	req := request(contact.Commercial, own)
	late := judge(t, g, req, due.Add(time.Microsecond), bought)
	require.Equal(t, "allow: any, information.late", late.String())
	require.Contains(t, late.reasons[1].Source.Text, "GDPR art. 14(3)(a)")
	for name, got := range map[string]judged{
		"in time":                   judge(t, g, req, due, bought),
		"told before":               judge(t, g, req, due.AddDate(0, 6, 0), bought, informed),
		"nobody knows when it came": judge(t, g, req, due.AddDate(0, 6, 0), bought, func(f *consent.Facts) { f.Origin.Hops[1].At = time.Time{} }),
		"through nobody's hands":    judge(t, g, req, due.AddDate(0, 6, 0), bought, func(f *consent.Facts) { f.Origin.Hops = nil }),
		"rented":                    judge(t, g, request(contact.Commercial), due.AddDate(0, 6, 0), bought),
	} {
		require.Equal(t, "allow: any", got.String(), name)
	}
}
