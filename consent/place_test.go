package consent_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// A place that a plan did not settle itself leaves out no check of it: a reader of
// facts may put one in by hand, and a host may keep one of another plan.
func TestForeignPlace(t *testing.T) {
	t.Parallel()

	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	w := newWorld(t, nil)
	w.record(2, agreed(1))
	night := monday.Add(14 * time.Hour)
	for _, at := range []time.Time{monday, night} {
		p, err := w.gate.Plan(politicalRequest(), at)
		require.NoError(t, err)
		other := politicalRequest()
		other.Purpose, other.Election, other.NoElection = contact.Service, "", false
		q, err := w.gate.Plan(other, monday)
		require.NoError(t, err)
		for n := 1; n <= 2; n++ {
			facts, verdicts := make([]consent.Facts, 1), make([]consent.Verdict, 1)
			judged := func(pl *consent.Place) (consent.Verdict, []consent.Code) {
				require.NoError(t, w.gate.ReadFacts(t.Context(), p, []consent.Recipient{w.person(n)}, facts))
				if pl != nil {
					facts[0].Place = pl
				}
				p.Judge(facts, verdicts)
				var codes []consent.Code
				for _, r := range p.Reasons(&facts[0], &verdicts[0]) {
					codes = append(codes, r.Code)
				}
				return verdicts[0], codes
			}
			want, wanted := judged(nil)
			require.Equal(t, n == 2 && at.Equal(monday), want.Outcome == consent.Allow)
			for name, pl := range map[string]*consent.Place{
				"by hand":         {Territory: "FR", Zones: []*time.Location{paris}},
				"of another plan": q.Place("FR", "", ""),
			} {
				got, codes := judged(pl)
				require.Equal(t, want, got, "%s, person %d", name, n)
				require.Equal(t, wanted, codes, name)
				clock := p.JudgeClock(pl)
				require.Equal(t, at.Equal(monday), clock.Outcome == consent.Allow, name)
			}
			empty, _ := judged(&consent.Place{})
			require.NotEqual(t, consent.Allow, empty.Outcome, "a place without clocks")
		}
	}
}
