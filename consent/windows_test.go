package consent_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestWindows(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	day := func(d, hour, minute int) time.Time { return time.Date(2024, 6, d, hour, minute, 0, 0, time.UTC) }
	req := politicalRequest()
	windows := func(req consent.Request, territory contact.Territory, from, until time.Time) []consent.Window {
		t.Helper()
		got, err := w.gate.Windows(req, territory, from, until)
		require.NoError(t, err)
		return got
	}
	// Thursday and Friday from 8 to 22 in Paris; Saturday and Sunday are silent.
	require.Equal(t, []consent.Window{{day(6, 6, 0), day(6, 20, 0)}, {day(7, 6, 0), day(7, 20, 0)}}, windows(req, "FR", day(6, 0, 0), day(9, 12, 0)))
	// The commercial messages of those days know no silence, nor Sunday.
	commercial := with(func(r *consent.Request) { r.Purpose, r.Election = contact.Commercial, "" })
	require.Len(t, windows(commercial, "FR", day(6, 0, 0), day(9, 0, 0)), 3)
	// From and until that are no quarters, and the campaign's own times.
	require.Equal(t, []consent.Window{{day(6, 7, 7), day(6, 9, 3)}}, windows(req, "FR", day(6, 7, 7), day(6, 9, 3)))
	own := with(func(r *consent.Request) { r.NotBefore, r.NotAfter = day(6, 10, 0), day(6, 11, 0) })
	require.Equal(t, []consent.Window{{day(6, 10, 0), day(6, 11, 0)}}, windows(own, "FR", day(6, 0, 0), day(7, 0, 0)))
	// Elsewhere it is another day.
	require.Equal(t, day(6, 18, 0), windows(req, "PF", day(6, 12, 0), day(7, 12, 0))[0].From)
	require.Empty(t, windows(req, "", day(6, 0, 0), day(7, 0, 0)), "nobody knows the zone")
	require.Empty(t, windows(req, "FR", day(7, 0, 0), day(6, 0, 0)))
	_, err := w.gate.Windows(consent.Request{}, "FR", day(6, 0, 0), day(7, 0, 0))
	require.Error(t, err)
	long := windows(commercial, "FR", day(6, 0, 0), day(6, 0, 0).AddDate(2, 0, 0))
	require.True(t, long[len(long)-1].Until.Before(day(6, 0, 0).AddDate(0, 3, 2)))
}

// Whatever waits for the clock alone waits by JudgeClock, and until the same
// moment; and what it does not allow, Judge does not either.
func TestJudgeClock(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	w.record(1, agreed(1))
	for hour := range 24 * 7 {
		at := monday.Add(time.Duration(hour) * time.Hour)
		for _, start := range []time.Time{{}, monday.Add(30 * time.Hour)} {
			req, r := politicalRequest(), w.person(1)
			req.NotBefore, req.NotAfter = start, monday.AddDate(0, 0, 6)
			p, err := w.gate.Plan(req, at)
			require.NoError(t, err)
			require.True(t, p.DefersByClock())
			facts, verdicts := make([]consent.Facts, 1), make([]consent.Verdict, 1)
			require.NoError(t, w.gate.ReadFacts(t.Context(), p, []consent.Recipient{r}, facts))
			p.Judge(facts, verdicts)
			v := p.JudgeClock(facts[0].Place)
			require.Equal(t, verdicts[0].Outcome, v.Outcome, "%v", at)
			if v.Outcome != consent.Allow {
				require.Equal(t, []any{verdicts[0].Until, p.Code(&verdicts[0])}, []any{v.Until, p.Code(&v)}, "%v", at)
			}
		}
	}
	for name, change := range map[string]func(*consent.Request){
		"a cap":     func(r *consent.Request) { r.Caps = []consent.Cap{{Count: 1, Within: time.Hour}} },
		"a request": func(r *consent.Request) { r.Kind = consent.ConsentRequest },
	} {
		req := politicalRequest()
		change(&req)
		p, err := w.gate.Plan(req, monday)
		require.NoError(t, err)
		require.False(t, p.DefersByClock(), name)
	}
	host := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
		o.Rules = []consent.Rule{saying("host", consent.Allow, nil)}
	})
	p, err := host.gate.Plan(politicalRequest(), monday)
	require.NoError(t, err)
	require.False(t, p.DefersByClock(), "a rule of the host")
}
