package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// historyCases compare an outbox with a model that shares no code with the
// library, after each step of many random histories.
var historyCases = []testCase{{
	name:   "Histories",
	clause: "The sum is always that of Progress.",
	run: func(t *testing.T, s Stores) {
		for seed := range 60 {
			m := newQueueModel(t, s, seed)
			for range 120 {
				m.step()
				require.Equalf(t, m.tally(), tallyOf(t, s, m.id), "history %d: %s", seed, strings.Join(m.history, ", "))
			}
		}
	},
}}

const (
	modelChunks = 4
	modelSize   = 3
)

type queueModel struct {
	t       *testing.T
	s       Stores
	rng     *rand.Rand
	id      string
	first   int // number of the first address
	rows    []modelRow
	paused  bool
	leases  []campaign.Lease // all that were given
	latest  [modelChunks + 1]campaign.Lease
	history []string
}

type modelRow struct {
	row      campaign.Row
	chunk    int
	excluded bool
	off      time.Time // put off until
	tries    []modelTry
}

// A modelTry is how one attempt ended. end is one of "", "unknown", "accepted",
// "rejected", "final", "denied", "later" and "cancelled".
type modelTry struct {
	end        string
	leaseUntil time.Time
	until      time.Time
	receipt    provider.Status
}

func newQueueModel(t *testing.T, s Stores, seed int) *queueModel {
	m := &queueModel{t: t, s: s, rng: rand.New(rand.NewPCG(uint64(seed), 3)), id: fmt.Sprint("history ", seed), first: 1000 + seed*modelChunks*modelSize}
	require.NoError(t, s.Outbox.Create(t.Context(), campaignNamed(m.id)))
	for chunk := 1; chunk <= modelChunks; chunk++ {
		c := campaign.Chunk{Campaign: m.id, Seq: chunk, Last: chunk == modelChunks}
		for range modelSize {
			r := rowOf(m.id, m.first+len(m.rows))
			excluded := m.rng.IntN(8) == 0
			if excluded {
				r.Class = class(campaign.Excluded, "consent.never-asked")
			}
			c.Rows = append(c.Rows, r)
			m.rows = append(m.rows, modelRow{row: r, chunk: chunk, excluded: excluded})
		}
		_, err := s.Outbox.Freeze(t.Context(), keyA, c)
		require.NoError(t, err)
	}
	return m
}

func (m *queueModel) now() time.Time { return m.s.Clock.Now() }

// may reports whether r may be tried at some time, and from when.
func (r *modelRow) may() (time.Time, bool) {
	if r.excluded {
		return time.Time{}, false
	}
	due := r.off
	if n := len(r.tries); n > 0 {
		if last := &r.tries[n-1]; last.end != "later" {
			return time.Time{}, false
		} else if last.until.After(due) {
			due = last.until
		}
	}
	return due, true
}

// class says where r is, in the words of the contract.
func (m *queueModel) class(r *modelRow) string {
	if due, ok := r.may(); ok {
		if due.After(m.now()) {
			return "deferred"
		}
		return "ready"
	}
	if r.excluded {
		return "excluded"
	}
	last := &r.tries[len(r.tries)-1]
	switch last.end {
	case "":
		if m.now().Before(last.leaseUntil) {
			return "in-flight"
		}
		return "unknown"
	case "accepted":
		switch last.receipt {
		case provider.Delivered:
			return "delivered"
		case provider.NoStatus:
			return "handed-over"
		default:
			return "undelivered"
		}
	case "rejected", "final":
		return "failed"
	case "denied":
		return "excluded"
	default:
		return last.end
	}
}

// tally returns how many are in each class, with the codes that this model's
// steps give.
func (m *queueModel) tally() campaign.Tally {
	out := campaign.Tally{}
	for i := range m.rows {
		r := &m.rows[i]
		var c campaign.Class
		name := m.class(r)
		require.NoError(m.t, c.UnmarshalText([]byte(name)))
		var last modelTry
		if n := len(r.tries); n > 0 {
			last = r.tries[n-1]
		}
		switch {
		case name == "ready":
			c.Code = ready.Code
		case name == "excluded" && r.excluded:
			c.Code = r.row.Class.Code
		case name == "deferred" && last.until.After(m.now()):
			c.Code = "later"
		case name == "excluded", name == "deferred":
			c.Code = "x"
		case name == "failed" && last.end == "final":
			c.Code = "temporary"
		case name == "undelivered" && last.receipt == provider.Expired:
			c.Code = "expired"
		}
		out[c]++
	}
	return out
}

func (m *queueModel) step() {
	steps := []struct {
		name string
		do   func()
	}{
		{"lease", m.lease}, {"lease", m.lease}, {"lease", m.lease}, {"mark", m.mark}, {"mark", m.mark}, {"mark", m.mark}, {"settle", m.settle}, {"settle", m.settle},
		{"settle", m.settle}, {"settle", m.settle}, {"lease", m.lease}, {"mark", m.mark}, {"mark", m.mark},
		{"defer", m.deferRow}, {"release", m.release}, {"cancel", m.cancel}, {"report", m.report}, {"pause", m.pause},
		{"seconds", func() { m.s.Clock.Advance(time.Duration(1+m.rng.IntN(40)) * time.Second) }},
		{"hours", func() { m.s.Clock.Advance(time.Duration(1+m.rng.IntN(3)) * time.Hour) }},
	}
	st := steps[m.rng.IntN(len(steps))]
	m.history = append(m.history, st.name)
	st.do()
}

func (m *queueModel) note(format string, args ...any) {
	m.history[len(m.history)-1] += fmt.Sprintf("("+format+")", args...)
}

// holds reports whether l is a lease that is not over.
func (m *queueModel) holds(l campaign.Lease) bool {
	return m.latest[l.Chunk].Token == l.Token && m.now().Before(m.latest[l.Chunk].Until)
}

func (m *queueModel) lease() {
	l, err := m.s.Outbox.Lease(m.t.Context(), m.id, "w", time.Minute)
	if m.paused {
		require.ErrorIs(m.t, err, campaign.ErrStatus)
		return
	}
	require.NoError(m.t, err)
	// What each chunk that nobody holds has, and when the others may have it.
	var free [modelChunks + 1][]campaign.Pending
	var soonest, exact time.Time
	earlier := func(t *time.Time, at time.Time) {
		if t.IsZero() || at.Before(*t) {
			*t = at
		}
	}
	there := false
	for i := range m.rows {
		r := &m.rows[i]
		due, ok := r.may()
		if !ok {
			continue
		}
		held := m.now().Before(m.latest[r.chunk].Until)
		if !held && !due.After(m.now()) {
			free[r.chunk] = append(free[r.chunk], campaign.Pending{Row: r.row, No: len(r.tries) + 1})
			there = true
			continue
		}
		if held {
			earlier(&soonest, m.latest[r.chunk].Until)
			if due.Before(m.latest[r.chunk].Until) {
				due = m.latest[r.chunk].Until
			}
		} else {
			earlier(&soonest, due)
		}
		earlier(&exact, due)
	}
	m.note("%d", l.Chunk)
	require.Equalf(m.t, there, l.Token != 0, "history: %s", strings.Join(m.history, ", "))
	if l.Token == 0 {
		// Whoever holds rows that wait until tomorrow may give them back before.
		require.Falsef(m.t, l.Next.Before(soonest) || l.Next.After(exact), "next is %v, not %v to %v: %s", l.Next, soonest, exact, strings.Join(m.history, ", "))
		return
	}
	require.ElementsMatch(m.t, free[l.Chunk], l.Rows)
	require.Greater(m.t, l.Token, m.latest[l.Chunk].Token)
	m.latest[l.Chunk] = l
	m.leases = append(m.leases, l)
}

// recent returns one of the leases that were given last.
func (m *queueModel) recent() (campaign.Lease, bool) {
	if len(m.leases) == 0 {
		return campaign.Lease{}, false
	}
	last := m.leases[max(0, len(m.leases)-4):]
	return last[m.rng.IntN(len(last))], true
}

func (m *queueModel) mark() {
	l, ok := m.recent()
	if !ok {
		return
	}
	var ids []campaign.AttemptID
	var want []bool
	fenced := !m.holds(l) || m.paused
	for i := range m.rows {
		r := &m.rows[i]
		if m.rng.IntN(6) == 0 || r.chunk != l.Chunk && m.rng.IntN(4) > 0 {
			continue
		}
		no := len(r.tries) + 1 - m.rng.IntN(8)/7
		_, may := r.may()
		yes := may && no == len(r.tries)+1 && r.chunk == l.Chunk
		ids, want = append(ids, campaign.AttemptID{Dispatch: r.row.Dispatch, No: no}), append(want, yes)
		if yes && !fenced {
			r.tries = append(r.tries, modelTry{leaseUntil: l.Until})
		}
	}
	m.note("%d token %d, %d rows", l.Chunk, l.Token, len(ids))
	got, err := m.s.Outbox.Mark(m.t.Context(), l, ids)
	switch {
	case !m.holds(l):
		require.ErrorIs(m.t, err, campaign.ErrLease)
	case m.paused:
		require.ErrorIs(m.t, err, campaign.ErrStatus)
	default:
		require.NoError(m.t, err)
		require.True(m.t, slices.Equal(want, got), strings.Join(m.history, ", "))
	}
}

// pick returns a row with an attempt that is none of a cancelling.
func (m *queueModel) pick() *modelRow {
	var tried []*modelRow
	for i := range m.rows {
		if n := len(m.rows[i].tries); n > 0 && m.rows[i].tries[n-1].end != "cancelled" {
			tried = append(tried, &m.rows[i])
		}
	}
	if len(tried) == 0 {
		return nil
	}
	return tried[m.rng.IntN(len(tried))]
}

func (m *queueModel) settle() {
	r := m.pick()
	if r == nil {
		return
	}
	no := 1 + m.rng.IntN(len(r.tries))
	// Often at once: while the lease holds, and before what else waits.
	until := m.now().Add(time.Duration(m.rng.IntN(2)*m.rng.IntN(200)) * time.Minute)
	answer := func(k provider.OutcomeKind) campaign.Settlement {
		return campaign.Settlement{Kind: campaign.Answered, Outcome: provider.Outcome{Kind: k}}
	}
	later := campaign.Settlement{Kind: campaign.NotSent, Code: "later", Until: until}
	final := answer(provider.Throttled)
	final.Final = true
	ends := map[string]campaign.Settlement{
		"unknown": answer(provider.Unknown), "accepted": answer(provider.Accepted), "rejected": answer(provider.Rejected),
		"final": final, "denied": {Kind: campaign.NotSent, Code: "x"}, "later": later,
	}
	end := []string{"unknown", "accepted", "rejected", "final", "denied", "later", "later", "later", "later"}[m.rng.IntN(9)]
	st := ends[end]
	st.Attempt = campaign.AttemptID{Dispatch: r.row.Dispatch, No: no}
	settle(m.t, m.s, st)
	m.note("%s attempt %d", end, no)
	if try := &r.tries[no-1]; try.end == "" || try.end == "unknown" {
		try.end, try.until = end, st.Until
	}
}

func (m *queueModel) deferRow() {
	l, ok := m.recent()
	if !ok {
		return
	}
	until := m.now().Add(time.Duration(1+m.rng.IntN(200)) * time.Minute)
	r := l.Rows[m.rng.IntN(len(l.Rows))]
	err := m.s.Outbox.Defer(m.t.Context(), l, []campaign.Deferral{{Dispatch: r.Dispatch, Until: until, Code: "x"}})
	m.note("%d", l.Chunk)
	if !m.holds(l) {
		require.ErrorIs(m.t, err, campaign.ErrLease)
		return
	}
	require.NoError(m.t, err)
	for i := range m.rows {
		if m.rows[i].row.Dispatch == r.Dispatch {
			m.rows[i].off = until
		}
	}
}

func (m *queueModel) release() {
	l, ok := m.recent()
	if !ok {
		return
	}
	m.note("%d", l.Chunk)
	require.NoError(m.t, m.s.Outbox.Release(m.t.Context(), l))
	if m.holds(l) {
		m.latest[l.Chunk].Until = m.now()
	}
}

func (m *queueModel) cancel() {
	i := m.rng.IntN(len(m.rows))
	r := &m.rows[i]
	n, err := m.s.Outbox.Cancel(m.t.Context(), keyA, printOf(m.first+i), []contact.Scope{{Group: "party"}}, m.now())
	require.NoError(m.t, err)
	_, may := r.may()
	require.Equal(m.t, may, n == 1)
	if may {
		r.tries = append(r.tries, modelTry{end: "cancelled"})
	}
}

func (m *queueModel) report() {
	r := m.pick()
	if r == nil {
		return
	}
	try := &r.tries[len(r.tries)-1]
	status := []provider.Status{provider.Delivered, provider.Undelivered, provider.Expired}[m.rng.IntN(3)]
	m.note("%v", status)
	_, fresh, err := m.s.Outbox.Report(m.t.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: r.row.Dispatch}, Status: status, At: m.now()})
	require.NoError(m.t, err)
	if try.end == "" || try.end == "unknown" {
		try.end = "accepted"
	}
	want := try.end == "accepted" && try.receipt == provider.NoStatus
	require.Equal(m.t, want, fresh)
	if want {
		try.receipt = status
	}
}

func (m *queueModel) pause() {
	to := campaign.Paused
	if m.paused {
		to = campaign.Running
	}
	require.NoError(m.t, m.s.Outbox.SetStatus(m.t.Context(), m.id, campaign.StatusChange{To: to, By: "a", Why: "test"}))
	m.paused = !m.paused
}
