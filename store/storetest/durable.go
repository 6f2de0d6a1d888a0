package storetest

import (
	"errors"
	"sync"
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

// Durable opens one database as often as it is called. Each answer is another
// process, as far as the stores can tell, and all have one clock.
type Durable func(t *testing.T) Stores

// RunDurable checks what only stores can promise that outlive their process, and
// are used by several at once. It calls fresh for each case, which returns a
// database of its own. Every store must be there.
func RunDurable(t *testing.T, fresh func(t *testing.T) Durable) {
	t.Helper()
	for _, c := range durableCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, fresh(t))
		})
	}
}

var errEnd = errors.New("the end")

var durableCases = []struct {
	name string
	run  func(t *testing.T, open Durable)
}{
	{"Restart", restart}, {"RestartBytes", restartBytes}, {"OldWriter", oldWriter}, {"TwoMark", twoMark}, {"MarkOrCancel", markOrCancel},
	{"TwoAppend", twoAppend}, {"TwoAdd", twoAdd}, {"TwoPut", twoPut}, {"TwoFreeze", twoFreeze}, {"TwoKeys", twoKeys}, {"Together", together},
}

// atOnce runs f for each of n, all at the same time.
func atOnce(n int, f func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}

// restart writes something into every store, and reads it as another process.
func restart(t *testing.T, open Durable) {
	a := open(t)
	ctx := t.Context()
	put(t, a.Contacts, everything("P1"))
	stays, ends := refusal(1), refusal(2)
	add(t, a.List, stays, ends)
	require.NoError(t, a.List.Lift(ctx, suppression.Lifting{Entry: ends.ID, Act: uuid.New()}))
	act := given(1)
	appendActs(t, a.Ledger, act)
	notice, err := a.Documents.PutNotice(ctx, contact.Notice{Text: "J'accepte"})
	require.NoError(t, err)
	frozen(t, a.Outbox, "c", 3, 2)
	l := lease(t, a, "c")
	sent := mark(t, a, l)
	st := answered(sent, provider.Accepted)
	st.Trace = traced()
	settle(t, a, st)
	require.NoError(t, a.Outbox.Defer(ctx, l, []campaign.Deferral{{Dispatch: l.Rows[1].Dispatch, Until: a.Clock.Now().Add(time.Hour), Code: "hours"}}))
	_, _, err = a.Outbox.Remember(ctx, campaign.EventRecord{ID: "e", At: a.Clock.Now(), Effect: []byte("x"), Campaigns: []string{"c"}, Sign: campaign.RefusalSign})
	require.NoError(t, err)
	_, _, err = a.Accesses.Admit(ctx, keyA, campaign.Access{By: "u", Kind: campaign.ThePerson, Fingerprint: printOf(1), At: a.Clock.Now()}, campaign.AccessLimits{PerUser: 1, Within: time.Hour})
	require.NoError(t, err)
	_, ok, err := a.Counts.Take(ctx, "client", a.Clock.Now(), time.Hour, 1)
	require.NoError(t, err)
	require.True(t, ok)

	b := open(t)
	require.Equal(t, spell(one(t, a.Contacts, "P1")), spell(one(t, b.Contacts, "P1")))
	require.Len(t, match(t, b.List, stays.Fingerprint, ends.Fingerprint), 1)
	_, lifting, err := b.List.Get(ctx, ends.ID)
	require.NoError(t, err)
	require.NotNil(t, lifting)
	require.Equal(t, history(t, a.Ledger, act.Fingerprint), history(t, b.Ledger, act.Fingerprint))
	verified(t, b.Ledger)
	found, err := b.Documents.Notice(ctx, notice)
	require.NoError(t, err)
	require.Equal(t, "J'accepte", found.Text)
	was, err := a.Outbox.Find(ctx, campaign.Ref{Dispatch: sent.Dispatch})
	require.NoError(t, err)
	is, err := b.Outbox.Find(ctx, campaign.Ref{Dispatch: sent.Dispatch})
	require.NoError(t, err)
	require.Equal(t, was, is)
	require.NotNil(t, is.Attempts[0].Settlement.Trace)
	require.Equal(t, tallyOf(t, a, "c"), tallyOf(t, b, "c"))
	pulse, err := b.Outbox.Pulse(ctx, "c", time.Time{})
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, []int{pulse.Tried, pulse.Recent, pulse.Refusals})
	_, again, err := b.Outbox.Remember(ctx, campaign.EventRecord{ID: "e"})
	require.NoError(t, err)
	require.False(t, again)
	_, _, err = b.Accesses.Admit(ctx, keyA, campaign.Access{By: "u", Kind: campaign.ThePerson, Fingerprint: printOf(1), At: a.Clock.Now()}, campaign.AccessLimits{PerUser: 1, Within: time.Hour})
	require.NoError(t, err)
	looked, err := b.Accesses.Accesses(ctx, keyA, printOf(1))
	require.NoError(t, err)
	require.Equal(t, campaign.TooMany, looked[1].Outcome)
	_, ok, err = b.Counts.Take(ctx, "client", a.Clock.Now(), time.Hour, 1)
	require.NoError(t, err)
	require.False(t, ok)
	_, err = b.List.Match(ctx, keyB, []contact.Fingerprint{stays.Fingerprint})
	require.ErrorIs(t, err, suppression.ErrKey)
	other := lease(t, b, "c")
	require.NotEqual(t, l.Chunk, other.Chunk, "the lease of the other process holds")
}

// strange is a text with what databases do not take: NUL, and bytes that are no
// UTF-8.
const strange = "a\x00b\xff\xfe'\"\\;--\u00e9e\u0301"

func restartBytes(t *testing.T, open Durable) {
	a := open(t)
	ctx := t.Context()
	c := person(strange, 1)
	put(t, a.Contacts, c)
	e := refusal(1)
	e.Origin = strange
	add(t, a.List, e)
	act := given(1)
	act.Act.Source, act.Act.Subject, act.Act.Evidence = strange, strange, &consent.Evidence{Text: strange, Event: strange}
	appendActs(t, a.Ledger, act)
	_, _, err := a.Outbox.Remember(ctx, campaign.EventRecord{ID: strange, At: a.Clock.Now(), Effect: []byte(strange)})
	require.NoError(t, err)
	frozen(t, a.Outbox, "c", 1, 1)
	l, err := a.Outbox.Lease(ctx, "c", strange, time.Minute)
	require.NoError(t, err)
	st := answered(mark(t, a, l), provider.Accepted)
	st.Outcome.CarrierID, st.Outcome.Detail = strange, strange
	settle(t, a, st)

	b := open(t)
	require.Equal(t, contact.ID(strange), one(t, b.Contacts, strange).ID)
	require.Equal(t, strange, match(t, b.List, e.Fingerprint)[0].Entry.Origin)
	kept := history(t, b.Ledger, act.Fingerprint).Acts[0]
	require.Equal(t, []string{strange, strange, strange, strange}, []string{kept.Source, kept.Subject, kept.Evidence.Text, kept.Evidence.Event})
	verified(t, b.Ledger)
	held, first, err := b.Outbox.Remember(ctx, campaign.EventRecord{ID: strange})
	require.NoError(t, err)
	require.False(t, first)
	require.Equal(t, strange, string(held.Effect))
	d, err := b.Outbox.Find(ctx, campaign.Ref{CarrierID: strange})
	require.NoError(t, err)
	require.Equal(t, []string{strange, strange}, []string{d.Attempts[0].Worker, d.Attempts[0].Settlement.Outcome.Detail})
	_, _, err = b.Outbox.Remember(ctx, campaign.EventRecord{ID: "A"})
	require.NoError(t, err)
	for _, other := range []string{"a", "A ", "\u00c4", "A\u0308"} {
		_, first, err := b.Outbox.Remember(ctx, campaign.EventRecord{ID: other})
		require.NoError(t, err)
		require.Truef(t, first, "%q is not A", other)
	}
}

// oldWriter lets a process wake when its lease is over and another has the chunk.
func oldWriter(t *testing.T, open Durable) {
	a, b := open(t), open(t)
	frozen(t, a.Outbox, "c", 2, 2)
	old := lease(t, a, "c")
	sent := mark(t, a, old)
	a.Clock.Advance(time.Minute)
	l := lease(t, b, "c")
	require.Greater(t, l.Token, old.Token)
	require.Len(t, l.Rows, 1, "what was marked is not tried again")
	second := campaign.AttemptID{Dispatch: l.Rows[0].Dispatch, No: 1}
	_, err := a.Outbox.Mark(t.Context(), old, []campaign.AttemptID{second})
	require.ErrorIs(t, err, campaign.ErrLease)
	require.ErrorIs(t, a.Outbox.Defer(t.Context(), old, []campaign.Deferral{{Dispatch: second.Dispatch}}), campaign.ErrLease)
	require.NoError(t, a.Outbox.Release(t.Context(), old))
	settle(t, a, answered(sent, provider.Accepted)) // what it brings is taken
	require.Equal(t, campaign.Tally{class(campaign.HandedOver, ""): 1, ready: 1}, tallyOf(t, b, "c"))
	marked, err := b.Outbox.Mark(t.Context(), l, []campaign.AttemptID{second})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, marked)
}

// twoMark lets processes mark the same rows under the same lease: one of them
// does.
func twoMark(t *testing.T, open Durable) {
	const processes, n = 3, 20
	all := many(t, open, processes)
	frozen(t, all[0].Outbox, "c", n, n)
	l := lease(t, all[0], "c")
	ids := make([]campaign.AttemptID, n)
	for i, r := range l.Rows {
		ids[i] = campaign.AttemptID{Dispatch: r.Dispatch, No: r.No}
	}
	var marked [processes][]bool
	var errs [processes]error
	atOnce(processes, func(i int) { marked[i], errs[i] = all[i].Outbox.Mark(t.Context(), l, ids) })
	for i := range ids {
		winners := 0
		for p := range processes {
			require.NoError(t, errs[p])
			if marked[p][i] {
				winners++
			}
		}
		require.Equal(t, 1, winners)
	}
}

// markOrCancel lets one process cancel what the other marks: one of the two comes
// second, and loses.
func markOrCancel(t *testing.T, open Durable) {
	const n = 30
	all := many(t, open, 2)
	frozen(t, all[0].Outbox, "c", n, n)
	l := lease(t, all[0], "c")
	var marked, cancelled [n]bool
	atOnce(2, func(p int) {
		for i, r := range l.Rows {
			if p == 0 {
				done, err := all[0].Outbox.Mark(t.Context(), l, []campaign.AttemptID{{Dispatch: r.Dispatch, No: 1}})
				if err != nil {
					t.Error(err)
					return
				}
				marked[i] = done[0]
				continue
			}
			n, err := all[1].Outbox.Cancel(t.Context(), keyA, r.Fingerprint, []contact.Scope{{}}, all[1].Clock.Now())
			if err != nil {
				t.Error(err)
				return
			}
			cancelled[i] = n == 1
		}
	})
	for i := range l.Rows {
		require.NotEqualf(t, marked[i], cancelled[i], "row %d", i)
	}
}

func many(t *testing.T, open Durable, n int) []Stores {
	all := make([]Stores, n)
	for i := range all {
		all[i] = open(t)
	}
	return all
}

// twoAppend lets processes append to the same chains, in orders of their own.
func twoAppend(t *testing.T, open Durable) {
	const processes, chains, each = 3, 5, 12
	all := many(t, open, processes)
	shared := make([]consent.Entry, chains)
	for i := range shared {
		shared[i] = given(i + 1)
	}
	atOnce(processes, func(p int) {
		for n := range each {
			var entries []consent.Entry
			for i := range chains {
				e := given((i*(p+1)+n)%chains + 1)
				if n%3 == 0 {
					e = shared[(i*(p+1)+n)%chains] // the same act, from several
				} else {
					e.Act.ID = uuid.New()
				}
				entries = append(entries, e)
			}
			if _, err := all[p].Ledger.Append(t.Context(), keyA, entries); err != nil {
				t.Error(err)
				return
			}
		}
	})
	v := verified(t, open(t).Ledger)
	require.Equal(t, chains, v.Chains)
	seen := map[uuid.UUID]bool{}
	for i := range chains {
		for _, a := range history(t, all[0].Ledger, given(i+1).Fingerprint).Acts {
			require.False(t, seen[a.ID], "an act is there once")
			seen[a.ID] = true
		}
	}
	require.Equal(t, v.Records, len(seen))
}

// twoAdd lets processes add the same entries in several orders, while another
// reads the feed.
func twoAdd(t *testing.T, open Durable) {
	const processes, n = 3, 40
	all := many(t, open, processes)
	entries := make([]suppression.Entry, n)
	for i := range entries {
		entries[i] = refusal(byte(i + 1))
	}
	var added [processes]int
	atOnce(processes, func(p int) {
		for i := 0; i < n; i += 4 {
			from := (i*(2*p+1) + 7*p) % n / 4 * 4
			k, err := all[p].List.Add(t.Context(), keyA, entries[from:from+4])
			if err != nil {
				t.Error(err)
			}
			added[p] += k
		}
	})
	changes, err := all[0].List.Changes(t.Context(), 0, 10*n)
	require.NoError(t, err)
	require.Equal(t, len(changes), added[0]+added[1]+added[2], "each is new once")
	seen := map[uuid.UUID]bool{}
	for _, c := range changes {
		require.False(t, seen[c.Entry.ID])
		seen[c.Entry.ID] = true
	}
}

// twoPut lets processes put the same people.
func twoPut(t *testing.T, open Durable) {
	const processes, n = 3, 20
	all := many(t, open, processes)
	var created [processes]int
	atOnce(processes, func(p int) {
		var cs []contact.Contact
		for i := range n {
			cs = append(cs, person(string(rune('a'+(i*(2*p+1))%n)), (i*(2*p+1))%n))
		}
		done, err := all[p].Contacts.Put(t.Context(), contact.KeyID{}, cs)
		if err != nil {
			t.Error(err)
			return
		}
		for _, d := range done {
			if d == contact.Created {
				created[p]++
			}
		}
	})
	people := read(t, all[0].Contacts, person("a", 0).Base, 7)
	require.Equal(t, len(people), created[0]+created[1]+created[2])
	seen := map[contact.ID]bool{}
	for i := range people {
		require.False(t, seen[people[i].ID])
		require.Len(t, people[i].Points, 1)
		seen[people[i].ID] = true
	}
}

// twoFreeze lets processes launch the same campaign.
func twoFreeze(t *testing.T, open Durable) {
	const processes = 3
	all := many(t, open, processes)
	atOnce(processes, func(p int) { frozen(t, all[p].Outbox, "c", 6, 2) })
	require.Equal(t, campaign.Tally{ready: 6}, tallyOf(t, all[0], "c"))
	require.Len(t, lease(t, all[1], "c").Rows, 2)
}

// twoKeys lets processes bind a store to keys of their own: one of them does.
func twoKeys(t *testing.T, open Durable) {
	all := many(t, open, 2)
	var errs [2]error
	atOnce(2, func(p int) {
		_, errs[p] = all[p].List.Add(t.Context(), []contact.KeyID{keyA, keyB}[p], []suppression.Entry{refusal(byte(p + 1))})
	})
	if errs[0] == nil {
		require.ErrorIs(t, errs[1], suppression.ErrKey)
	} else {
		require.ErrorIs(t, errs[0], suppression.ErrKey)
		require.NoError(t, errs[1])
	}
}

// together keeps all that an event does, or nothing.
func together(t *testing.T, open Durable) {
	a, b := open(t), open(t)
	atomic, ok := a.Outbox.(campaign.Atomic)
	require.True(t, ok)
	require.True(t, atomic.Covers(a.Ledger, a.List))
	require.False(t, atomic.Covers(b.Ledger, a.List), "the same database, and not the very one")
	require.False(t, atomic.Covers(a.Ledger, b.List))
	frozen(t, a.Outbox, "c", 1, 1)
	row := lease(t, a, "c").Rows[0]
	e, act := refusal(1), given(1)
	e.Fingerprint, act.Fingerprint = row.Fingerprint, row.Fingerprint
	write := func(w campaign.Together, end error) error {
		ctx := t.Context()
		_, _, err := w.Remember(ctx, campaign.EventRecord{ID: "stop", At: a.Clock.Now()})
		require.NoError(t, err)
		_, err = w.Add(ctx, keyA, []suppression.Entry{e})
		require.NoError(t, err)
		_, err = w.Append(ctx, keyA, []consent.Entry{act})
		require.NoError(t, err)
		n, err := w.Cancel(ctx, keyA, row.Fingerprint, []contact.Scope{{}}, a.Clock.Now())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		return end
	}
	stop := errEnd
	require.ErrorIs(t, atomic.Together(t.Context(), func(w campaign.Together) error { return write(w, stop) }), stop)
	require.Empty(t, match(t, b.List, row.Fingerprint))
	require.Empty(t, history(t, b.Ledger, row.Fingerprint).Acts)
	require.Equal(t, campaign.Tally{ready: 1}, tallyOf(t, b, "c"))
	require.NoError(t, atomic.Together(t.Context(), func(w campaign.Together) error { return write(w, nil) }))
	require.Len(t, match(t, b.List, row.Fingerprint), 1)
	require.Len(t, history(t, b.Ledger, row.Fingerprint).Acts, 1)
	require.Equal(t, campaign.Tally{class(campaign.Cancelled, ""): 1}, tallyOf(t, b, "c"))
	_, first, err := b.Outbox.Remember(t.Context(), campaign.EventRecord{ID: "stop"})
	require.NoError(t, err)
	require.False(t, first)
}
