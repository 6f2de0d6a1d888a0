package crashtest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const few = 20

// sent returns a campaign that one worker sent while nothing happened, and what
// it came to. Person 0 refused before.
func sent(t *testing.T) (*crash, *host, outcome) {
	t.Helper()
	c := begin(t, "sqlite", nil, few, 1)
	h, err := open(t.Context(), c.place)
	require.NoError(t, err)
	t.Cleanup(h.close)
	o := outcome{carrier: c.carrier, people: few, dead: map[string]bool{}}
	o.stops = []stop{refuse(t, h, c.carrier)}
	require.NoError(t, job{Place: c.place, Carrier: c.carrier.socket, Name: "worker-1"}.work(t.Context()))
	c.carrier.close()
	return c, h, o
}

func refuse(t *testing.T, h *host, c *carrier) stop {
	t.Helper()
	now := h.clock.Now()
	got, err := h.inbox.Handle(t.Context(), provider.Event{
		ID: "stop", Kind: provider.InboundText, Carrier: "test", From: number(0), To: "36180", Text: "STOP", Received: now, Sent: now,
	})
	require.NoError(t, err)
	return stop{number(0), c.next(), got.InFlight}
}

// TestJudge shows that each of the things that the judge looks for is found.
func TestJudge(t *testing.T) {
	c, h, base := sent(t)
	var one uuid.UUID // of those that went
	for id := range c.carrier.got {
		one = id
		break
	}
	to, at := c.carrier.to[one], c.carrier.got[one][0]
	// refused says that whom one went to had refused, before it did.
	refused := func(o *outcome, before time.Duration) {
		o.stops = append(o.stops, stop{from: to, acked: receipt{at.turn - 1, at.at.Add(-before)}})
	}
	listed := []campaign.Attempt{{ID: campaign.AttemptID{Dispatch: one, No: 1}}}

	tests := []struct {
		name  string
		fault func(*outcome, *host)
		want  string // "" where nothing is wrong
	}{
		{"nothing", func(*outcome, *host) {}, ""},
		{"handed over twice", func(o *outcome, _ *host) { o.carrier.got[one] = []receipt{at, at} }, "handed over twice"},
		{"not on the list", func(o *outcome, _ *host) { refused(o, 0) }, "is not on its list"},
		{"too late", func(o *outcome, _ *host) {
			refused(o, consent.DefaultLife+time.Millisecond)
			o.stops[len(o.stops)-1].inFlight = listed
		}, "after a STOP"},
		{"a lost STOP", func(o *outcome, _ *host) {
			o.stops = append(o.stops, stop{from: number(few + 1)})
		}, "a STOP was lost: on the list false, in the ledger false"},
		{"a STOP only in the ledger", func(_ *outcome, h *host) { h.list = emptyList{h.list} }, "a STOP was lost: on the list false, in the ledger true"},
		{"a STOP only on the list", func(_ *outcome, h *host) { h.ledger = mildLedger{h.ledger} }, "a STOP was lost: on the list true, in the ledger false"},
		{"not handed over", func(o *outcome, _ *host) { delete(o.carrier.got, one) }, "is said to be handed over, and was not"},
		{"to somebody else", func(o *outcome, _ *host) { o.carrier.to[one] = number(0) }, "went to somebody else"},
		{"none of the campaign", func(o *outcome, _ *host) { o.carrier.got[uuid.New()] = []receipt{at} }, "is none of the campaign"},
		{"cancelled for nothing", func(o *outcome, _ *host) { o.stops = nil }, "refused false"},
		{"cancelled and handed over", func(o *outcome, h *host) {
			o.carrier.got[cancelled(t, h)] = []receipt{at}
		}, "was handed over 1 times, refused true"},
		{"somebody forgotten", func(o *outcome, _ *host) { o.people++ }, "of 21 people the rows are"},
		{"a wrong tally", func(_ *outcome, h *host) {
			h.outbox = wrongTally{h.outbox, h.outbox.(campaign.Records), campaign.Failed}
		}, "and the tally says"},
		{"an unknown that is not listed", func(_ *outcome, h *host) {
			h.outbox = wrongTally{h.outbox, h.outbox.(campaign.Records), campaign.Unknown}
		}, "0 attempts are unknown, and 1 rows"},
		{"somebody twice", func(_ *outcome, h *host) { h.outbox = sameRow{h.outbox} }, "20 rows have 1 dispatches to 1 people"},
		{"a changed ledger", func(_ *outcome, h *host) { h.ledger = changedLedger{h.ledger} }, "ledger: "},
		{"a cut ledger", func(_ *outcome, h *host) { h.ledger = cutLedger{h.ledger} }, "the ledger has 19 chains for 20 people"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, h := base, *h
			o.stops = slices.Clone(base.stops)
			o.carrier = &carrier{got: maps.Clone(c.carrier.got), to: maps.Clone(c.carrier.to)}
			tt.fault(&o, &h)
			expect(t, &o, &h, tt.want)
		})
	}
}

// expect judges o: want is wrong, or nothing where it is "".
func expect(t *testing.T, o *outcome, h *host, want string) {
	t.Helper()
	wrong, _, err := o.judge(t.Context(), h)
	require.NoError(t, err)
	if want == "" {
		require.Empty(t, wrong)
		return
	}
	require.True(t, slices.ContainsFunc(wrong, func(w string) bool { return strings.Contains(w, want) }), "%q", wrong)
}

func cancelled(t *testing.T, h *host) uuid.UUID {
	page, err := h.outbox.(campaign.Records).Rows(t.Context(), campaignID, "", few)
	require.NoError(t, err)
	i := slices.IndexFunc(page.Rows, func(r campaign.Recorded) bool { return r.Class.State == campaign.Cancelled })
	return page.Rows[i].Row.Dispatch
}

// TestJudgeUnsent looks at messages that were not tried, and at those that a
// worker marked before it died.
func TestJudgeUnsent(t *testing.T) {
	c := begin(t, "sqlite", nil, few, 1)
	h, err := open(t.Context(), c.place)
	require.NoError(t, err)
	t.Cleanup(h.close)
	o := outcome{carrier: c.carrier, people: few, dead: map[string]bool{}}
	expect(t, &o, h, "is left as ready")

	const brief = time.Microsecond
	l, err := h.outbox.Lease(t.Context(), campaignID, "worker-1/0", lease)
	require.NoError(t, err)
	var ids []campaign.AttemptID
	for _, r := range l.Rows[:batch+1] {
		ids = append(ids, campaign.AttemptID{Dispatch: r.Row.Dispatch, No: r.No})
	}
	_, err = h.outbox.Mark(t.Context(), l, ids)
	require.NoError(t, err)
	o.wrong = nil
	expect(t, &o, h, "is left as in-flight")
	for h.clock.Now().Before(l.Until.Add(brief)) {
		time.Sleep(lease / 10) // the lease is one of the store's, by the same clock
	}
	o.wrong = nil
	expect(t, &o, h, "6 unknown of worker-1, which ended by itself")
	o.dead["worker-1"] = true
	o.wrong = nil
	expect(t, &o, h, "6 unknown of worker-1, which had at most 5 on their way")
}

// emptyList is a list that lost all.
type emptyList struct{ suppression.List }

func (emptyList) Match(context.Context, contact.KeyID, []contact.Fingerprint) ([]suppression.Hit, error) {
	return nil, nil
}

// mildLedger is a ledger in which nobody refused.
type mildLedger struct{ consent.Ledger }

func (l mildLedger) Read(ctx context.Context, key contact.KeyID, prints []contact.Fingerprint) ([]consent.History, error) {
	all, err := l.Ledger.Read(ctx, key, prints)
	for i := range all {
		all[i].Acts = slices.DeleteFunc(slices.Clone(all[i].Acts), func(a consent.Act) bool { return a.Kind.Negative() })
	}
	return all, err
}

// changedLedger is a ledger without the first record of each chain.
type changedLedger struct{ consent.Ledger }

func (l changedLedger) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	all, err := l.Ledger.Walk(ctx, after, limit)
	for i := range all {
		all[i].Records = all[i].Records[1:]
	}
	return all, err
}

// cutLedger is a ledger without its first chain.
type cutLedger struct{ consent.Ledger }

func (l cutLedger) Walk(ctx context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	all, err := l.Ledger.Walk(ctx, after, limit)
	if after == (consent.ChainID{}) && len(all) > 0 {
		all = all[1:]
	}
	return all, err
}

// wrongTally is an outbox that counts one too many in a state.
type wrongTally struct {
	campaign.Outbox
	campaign.Records
	state campaign.State
}

func (w wrongTally) Tally(ctx context.Context, id string) (campaign.Tally, error) {
	tally, err := w.Outbox.Tally(ctx, id)
	tally[campaign.Class{State: w.state}]++
	return tally, err
}

// sameRow is an outbox whose rows are all the first.
type sameRow struct{ campaign.Outbox }

func (s sameRow) Rows(ctx context.Context, id, after string, limit int) (campaign.RecordPage, error) {
	page, err := s.Outbox.(campaign.Records).Rows(ctx, id, after, limit)
	for i := range page.Rows {
		page.Rows[i] = page.Rows[0]
	}
	return page, err
}

func (s sameRow) Events(ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
	return s.Outbox.(campaign.Records).Events(ctx, from, until, after, limit)
}
