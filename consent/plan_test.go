package consent_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// plain hides that the check of a rule is quick, or about a place.
type plain struct{ consent.Rule }

type plainCheck struct{ check consent.Check }

func (c plainCheck) Check(f *consent.Facts) consent.Finding { return c.check.Check(f) }

func (r plain) Bind(p *consent.Plan) (consent.Check, error) {
	c, err := r.Rule.Bind(p)
	if c == nil || err != nil {
		return nil, err
	}
	return plainCheck{c}, nil
}

// The short ways through a plan lead where the long one does.
func TestShortWaysAgree(t *testing.T) {
	t.Parallel()

	short := newWorld(t, nil)
	long := newWorld(t, func(p *consent.Pack, _ *consent.GateOptions) {
		for i := range p.Rules {
			p.Rules[i] = plain{p.Rules[i]}
		}
	})
	seen := map[consent.Code]int{}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		req := politicalRequest()
		req.Purpose = pick(r, contact.Political, contact.Political, contact.Commercial, contact.Service)
		req.Kind = pick(r, consent.ContentMessage, consent.ContentMessage, consent.ConsentRequest)
		req.Base.Mode = pick(r, contact.Rented, contact.Own)
		at := monday.Add(time.Duration(r.IntN(7*24)) * time.Hour)
		var plans [2]*consent.Plan
		for i, w := range []*world{short, long} {
			var err error
			plans[i], err = w.gate.Plan(req, at)
			require.NoError(t, err)
		}
		for range 20 {
			f := consent.Facts{
				AddressKind: pick(r, contact.Phone, contact.Phone, contact.Phone, contact.Email, contact.NoAddress), Fictional: true,
				Collected: at.AddDate(-r.IntN(5), 0, -r.IntN(300)), Subject: pick(r, "", "ada"), SentKnown: r.IntN(9) > 0, Missing: r.IntN(20) == 0,
				Content: consent.Inspection{
					Identity: r.IntN(6) > 0, Stop: r.IntN(6) > 0, Notice: r.IntN(6) > 0, Origin: r.IntN(6) > 0,
					Form: pick(r, consent.NoKind, consent.ConsentRequest), Empty: r.IntN(20) == 0,
				},
			}
			if r.IntN(8) > 0 {
				f.Origin = &contact.Origin{Kind: pick(r, contact.OwnForm, contact.RentedFile, contact.StaffFile)}
			}
			for n := range r.IntN(5) {
				f.Acts = append(f.Acts, randomAct(r, n))
			}
			if r.IntN(3) == 0 {
				f.Entries = []suppression.Entry{{Class: pick(r, suppression.Refusal, suppression.Hygiene, suppression.Exclusion), Client: "martin", Scope: contact.Scope{Base: pick[contact.BaseID](r, "base", "other")}}}
			}
			territory := pick[contact.Territory](r, "FR", "RE", "PF", "GP", "BE")
			var said [2]string
			for i, p := range plans {
				g := f
				g.Place = p.Place(territory, "", "FR")
				facts, verdicts := []consent.Facts{g}, make([]consent.Verdict, 1)
				p.Judge(facts, verdicts)
				v := &verdicts[0]
				seen[p.Code(v)]++
				said[i] = fmt.Sprint(v.Outcome, p.Code(v), v.Until, v.Deadline, v.Fired(), p.Reasons(&facts[0], v))
			}
			require.Equal(t, said[1], said[0])
		}
	}
	require.Greater(t, len(seen), 20, "%v", seen)
}

// A place is made once, and one more than a plan keeps is no other.
func TestPlaces(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	p, err := w.gate.Plan(politicalRequest(), monday)
	require.NoError(t, err)
	paris := p.Place("", "", "FR")
	require.True(t, paris.Assumed)
	require.Equal(t, "Europe/Paris", paris.ZoneNames())
	require.Same(t, paris, p.Place("", "", "FR"))
	home := p.Place("RE", "", "FR")
	require.False(t, home.Assumed)
	require.EqualValues(t, "RE", home.Territory)
	require.Equal(t, "Pacific/Tahiti Pacific/Marquesas Pacific/Gambier", p.Place("PF", "", "FR").ZoneNames())
	require.Equal(t, "Pacific/Gambier", p.Place("PF", "Pacific/Gambier", "FR").ZoneNames())
	require.Empty(t, p.Place("", "", "").ZoneNames())
	require.False(t, p.Place("", "", "").Assumed)
	for i := range 2000 {
		nowhere := p.Place("", fmt.Sprint("nowhere/", i), "FR")
		require.Empty(t, nowhere.Zones)
	}
	require.Same(t, paris, p.Place("", "", "FR"))
	require.Equal(t, "America/Cayenne", p.Place("GF", "", "FR").ZoneNames(), "and one that is not kept is right, too")

	done := make(chan string, 8)
	for n := range 8 {
		go func() {
			q := ""
			for i := range 100 {
				q = p.Place("MQ", "", contact.Territory(fmt.Sprint(i%(n+1)))).ZoneNames()
			}
			done <- q
		}()
	}
	for range 8 {
		require.Equal(t, "America/Martinique", <-done)
	}
}
