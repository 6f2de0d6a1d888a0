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
