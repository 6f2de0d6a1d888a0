package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

func hasRecords(s *Stores) bool {
	_, ok := s.Outbox.(campaign.Records)
	return ok && s.Clock != nil
}

// A recordCheck prepares with t, and says what is wrong through check.
type recordCheck func(t *testing.T, check require.TestingT, s Stores)

func (c recordCheck) run(t *testing.T, s Stores) { c(t, t, s) }

// recordCases are the promises of campaign.Records.
var recordCases = []testCase{
	{"RowsOnce", "who reads from \"\" to \"\" sees each row that was there at the start exactly once", recordCheck(rowsOnce).run},
	{"RowsState", "with their attempts, oldest first and without the traces of their decisions, and the class that Tally counts each in", recordCheck(rowsState).run},
	{"RowsErrors", "A campaign that is not there fails with contact.ErrNotFound, and a cursor that is none with ErrCursor.", recordCheck(rowsErrors).run},
	{"RowsCopies", "What holds for an Outbox holds here: copies, times in UTC and whole microseconds, texts byte for byte, contexts that are done.", recordCheck(rowsCopies).run},
	{"EventsOrder", "whose At is not before from and before until, in the order of At and then ID", recordCheck(eventsOrder).run},
	{"EventsCursor", "A limit below 1 means 1, and a cursor that is none fails with ErrCursor.", recordCheck(eventsCursor).run},
}

func rowsOnce(t *testing.T, check require.TestingT, s Stores) {
	const n = 11
	frozen(t, s.Outbox, "c", n, 3)
	frozen(t, s.Outbox, "d", 4, 3)
	records := s.Outbox.(campaign.Records)
	l := lease(t, s, "c")
	for _, limit := range []int{-1, 1, 2, 3, 4, n, n + 1} {
		var got []contact.Fingerprint
		for after := ""; ; {
			page, err := records.Rows(t.Context(), "c", after, limit)
			require.NoError(check, err)
			require.LessOrEqual(check, len(page.Rows), max(1, limit))
			for _, r := range page.Rows {
				require.Equal(check, "c", r.Campaign)
				got = append(got, r.Row.Fingerprint)
			}
			if page.Next == "" {
				break
			}
			require.NotEqual(check, after, page.Next)
			require.Less(check, len(got), n, "a cursor where there are no more")
			after = page.Next
			if len(l.Rows) > 0 { // what others do meanwhile moves no row
				id := mark(t, s, l)
				l.Rows = l.Rows[1:]
				settle(t, s, answered(id, provider.Accepted))
			}
			_, err = s.Outbox.Cancel(t.Context(), keyA, printOf(3+len(got)), []contact.Scope{{}}, s.Clock.Now())
			require.NoError(t, err)
		}
		want := make([]contact.Fingerprint, n)
		for i := range want {
			want[i] = printOf(i)
		}
		require.Equal(check, want, got)
	}
}

func rowsState(t *testing.T, check require.TestingT, s Stores) {
	frozen(t, s.Outbox, "c", 4, 4)
	l := lease(t, s, "c")
	require.NoError(t, s.Outbox.Defer(t.Context(), l, []campaign.Deferral{{Dispatch: l.Rows[3].Dispatch, Until: s.Clock.Now().Add(time.Hour), Code: "hours.closed"}}))
	first := mark(t, s, l)
	temporary := answered(first, provider.Temporary)
	temporary.Until = s.Clock.Now().Add(time.Second)
	settle(t, s, temporary)
	l.Rows = l.Rows[1:]
	mark(t, s, l) // and nothing more is known
	require.NoError(t, s.Outbox.Release(t.Context(), l))
	s.Clock.Advance(2 * time.Second)
	l = lease(t, s, "c")
	second := mark(t, s, l)
	require.Equal(t, campaign.AttemptID{Dispatch: first.Dispatch, No: 2}, second)
	accepted := answered(second, provider.Accepted)
	accepted.Segments, accepted.Outcome.Segments, accepted.Language, accepted.Trace = 2, 3, "fr-FR", traced()
	settle(t, s, accepted)
	_, _, err := s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: first.Dispatch}, Status: provider.Delivered, At: s.Clock.Now(), Segments: 4})
	require.NoError(t, err)
	_, _, err = s.Outbox.Report(t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: first.Dispatch}, Status: provider.Delivered, At: s.Clock.Now(), Segments: 5})
	require.NoError(t, err)

	page, err := s.Outbox.(campaign.Records).Rows(t.Context(), "c", "", 100)
	require.NoError(check, err)
	require.Equal(check, s.Clock.Now(), page.Now)
	require.Len(check, page.Rows, 4)
	tally := campaign.Tally{}
	for _, r := range page.Rows {
		tally[r.Class]++
		d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: r.Row.Dispatch})
		require.NoError(t, err)
		for i := range d.Attempts {
			d.Attempts[i].Settlement.Trace = nil
		}
		require.Equal(check, d, r.Dispatched)
	}
	require.Equal(check, tallyOf(t, s, "c"), tally)
	require.Len(check, page.Rows[0].Attempts, 2)
	last := page.Rows[0].Attempts[1]
	require.Equal(check, []int{2, 3, 4}, []int{last.Settlement.Segments, last.Settlement.Outcome.Segments, last.ReceiptSegments})
	require.Equal(check, "fr-FR", last.Settlement.Language)
	require.NoError(t, s.Outbox.SetStatus(t.Context(), "c", campaign.StatusChange{To: campaign.Stopped, By: "a", Why: "test"}))
	page, err = s.Outbox.(campaign.Records).Rows(t.Context(), "c", "", 100)
	require.NoError(check, err)
	require.Equal(check, class(campaign.Cancelled, ""), page.Rows[3].Class)
}

func rowsErrors(t *testing.T, check require.TestingT, s Stores) {
	frozen(t, s.Outbox, "c", 2, 2)
	records := s.Outbox.(campaign.Records)
	_, err := records.Rows(t.Context(), "nobody", "", 1)
	require.ErrorIs(check, err, contact.ErrNotFound)
	for _, cursor := range []string{"x", "9/9", "-1/0", "0/-1", "/"} {
		_, err = records.Rows(t.Context(), "c", cursor, 1)
		require.ErrorIs(check, err, campaign.ErrCursor, cursor)
	}
	require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed("empty")))
	page, err := records.Rows(t.Context(), "empty", "", 1)
	require.NoError(check, err)
	require.Empty(check, page.Rows)
	require.Empty(check, page.Next)
}

func rowsCopies(t *testing.T, check require.TestingT, s Stores) {
	frozen(t, s.Outbox, "c", 1, 1)
	settle(t, s, answered(mark(t, s, lease(t, s, "c")), provider.Accepted))
	remember(t, s, "e", 0)
	records := s.Outbox.(campaign.Records)
	page, err := records.Rows(t.Context(), "c", "", 1)
	require.NoError(check, err)
	page.Rows[0].Attempts[0].Worker = "changed"
	events, _, err := records.Events(t.Context(), s.Clock.Now(), s.Clock.Now().Add(time.Hour), "", 1)
	require.NoError(check, err)
	require.Len(check, events, 1)
	events[0].Effect[0] = '!'

	page, err = records.Rows(t.Context(), "c", "", 1)
	require.NoError(check, err)
	require.Equal(check, "w", page.Rows[0].Attempts[0].Worker)
	events, _, err = records.Events(t.Context(), s.Clock.Now(), s.Clock.Now().Add(time.Hour), "", 1)
	require.NoError(check, err)
	require.Equal(check, []byte("effect of e"), events[0].Effect)

	ctx, why := cancelled(t)
	_, err = records.Rows(ctx, "c", "", 1)
	require.ErrorIs(check, err, why)
	_, _, err = records.Events(ctx, s.Clock.Now(), s.Clock.Now().Add(time.Hour), "", 1)
	require.ErrorIs(check, err, why)
}

// remember keeps an event of some time after the clock's.
func remember(t *testing.T, s Stores, id string, after time.Duration) {
	t.Helper()
	_, fresh, err := s.Outbox.Remember(t.Context(), campaign.EventRecord{ID: id, At: s.Clock.Now().Add(after), Effect: []byte("effect of " + id)})
	require.NoError(t, err)
	require.True(t, fresh)
}

func eventsOrder(t *testing.T, check require.TestingT, s Stores) {
	for i, id := range []string{"test/é", "b/2", "a", "b/1", "late"} {
		remember(t, s, id, []time.Duration{2, 1, 1, 1, 0}[i]*time.Microsecond)
	}
	remember(t, s, "much later", time.Hour)
	remember(t, s, "before", -time.Microsecond)
	from, until := s.Clock.Now(), s.Clock.Now().Add(time.Hour)
	for _, limit := range []int{1, 2, 3, 5, 6, 100} {
		got, err := eventIDs(t, s, from, until, limit)
		require.NoError(check, err)
		require.Equal(check, []string{"late", "a", "b/1", "b/2", "test/é"}, got, "limit %d", limit)
	}
	got, err := eventIDs(t, s, from, until.Add(1*time.Microsecond), 2)
	require.NoError(check, err)
	require.Equal(check, "much later", got[len(got)-1])
	got, err = eventIDs(t, s, until, from, 2)
	require.NoError(check, err)
	require.Empty(check, got)
}

// eventIDs reads all events of a time.
func eventIDs(t *testing.T, s Stores, from, until time.Time, limit int) ([]string, error) {
	t.Helper()
	var out []string
	for after, pages := "", 0; ; pages++ {
		events, next, err := s.Outbox.(campaign.Records).Events(t.Context(), from, until, after, limit)
		if err != nil || len(events) > limit || pages > 20 {
			return nil, fmt.Errorf("%d events, page %d: %w", len(events), pages, err)
		}
		for _, e := range events {
			if string(e.Effect) != "effect of "+e.ID || e.At.Location() != time.UTC {
				return nil, fmt.Errorf("event %q: %q at %v", e.ID, e.Effect, e.At)
			}
			out = append(out, e.ID)
		}
		if next == "" {
			return slices.Clip(out), nil
		}
		after = next
	}
}

func eventsCursor(t *testing.T, check require.TestingT, s Stores) {
	remember(t, s, "a", 0)
	remember(t, s, "b", 0)
	records := s.Outbox.(campaign.Records)
	events, next, err := records.Events(t.Context(), s.Clock.Now(), s.Clock.Now().Add(1), "", 0)
	require.NoError(check, err)
	require.Len(check, events, 1)
	require.NotEmpty(check, next)
	_, _, err = records.Events(t.Context(), s.Clock.Now(), s.Clock.Now().Add(1), "no cursor", 1)
	require.ErrorIs(check, err, campaign.ErrCursor)
}
