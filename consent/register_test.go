package consent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestNewRegister(t *testing.T) {
	t.Parallel()

	const want = "consent: register: no ledger, list or keyring"
	k := keyring(t, "pepper")
	_, err := consent.NewRegister(nil, &memory.Suppressions{}, k, nil)
	require.EqualError(t, err, want)
	_, err = consent.NewRegister(&memory.Ledger{}, nil, k, nil)
	require.EqualError(t, err, want)
	_, err = consent.NewRegister(&memory.Ledger{}, &memory.Suppressions{}, nil, nil)
	require.EqualError(t, err, want)
	r, err := consent.NewRegister(&memory.Ledger{}, &memory.Suppressions{}, k, nil)
	require.NoError(t, err)
	require.NotNil(t, r.Clock())
	require.Same(t, k, r.Keyring())
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()

	const prefix = "consent: register: statement 0: consent: act 01000000-0000-0000-0000-000000000007: "
	tests := map[string]struct {
		change func(*consent.Act)
		want   string // "" where the register takes it
	}{
		"a yes with the words of the person": {func(*consent.Act) {}, ""},
		"an act that is not valid":           {func(a *consent.Act) { a.Purposes = nil }, "Purposes is empty, and consent is for a purpose"},
		"a time in the future":               {func(a *consent.Act) { a.Happened = monday.Add(5*time.Minute + time.Microsecond) }, "Happened is in the future: not enough evidence"},
		"a clock that is five minutes ahead": {func(a *consent.Act) { a.Happened = monday.Add(5 * time.Minute) }, ""},
		"a file that says it was there":      {func(a *consent.Act) { a.By, a.Source = consent.ByFile, "x" }, "Grade is witnessed, and By is a file: not enough evidence"},
		"a file of nobody":                   {func(a *consent.Act) { a.By, a.Grade = consent.ByFile, consent.Asserted }, "Source is empty, and somebody must have said so: not enough evidence"},
		"a file of somebody":                 {func(a *consent.Act) { a.By, a.Grade, a.Source, a.Evidence = consent.ByFile, consent.Asserted, "x", nil }, ""},
		"a witness with nothing to show":     {func(a *consent.Act) { a.Evidence = nil }, "Grade is witnessed, and Evidence is empty: not enough evidence"},
		"a witness with empty evidence":      {func(a *consent.Act) { a.Evidence = &consent.Evidence{} }, "Grade is witnessed, and Evidence is empty: not enough evidence"},
		"a person who left no trace":         {func(a *consent.Act) { a.Grade, a.Evidence = consent.Asserted, nil }, "Evidence is empty, and a person is said to have agreed: not enough evidence"},
		"an audit of nothing": {
			func(a *consent.Act) { a.By, a.Grade, a.Source, a.Evidence = consent.ByFile, consent.Audited, "x", nil },
			"Grade is audited, and neither Form, Notice nor Evidence says what was checked: not enough evidence",
		},
		"an audit of a form": {
			func(a *consent.Act) {
				a.By, a.Grade, a.Source, a.Evidence, a.Form = consent.ByFile, consent.Audited, "x", nil, "v3"
			}, "",
		},
		"a yes to robots at no time of day": {
			func(a *consent.Act) { a.Channels |= contact.Channels(contact.AutomatedVoice) },
			"Hours is empty, and consent to automated calls is for a time of day (CNIL, 21 April 2017): not enough evidence",
		},
		"a yes to robots in the afternoon": {
			func(a *consent.Act) {
				a.Channels, a.Hours = contact.Channels(contact.AutomatedVoice), consent.Hours{From: 14 * 60, To: 18 * 60}
			}, "",
		},
		"a no of a person without evidence": {func(a *consent.Act) { a.Kind, a.Grade, a.Evidence = consent.Objected, consent.Asserted, nil }, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, nil)
			a := agreed(7)
			tt.change(&a)
			_, err := w.reg.Record(t.Context(), consent.Statement{Address: phone(t, 1), Act: a})
			h, readErr := w.reg.History(t.Context(), phone(t, 1))
			require.NoError(t, readErr)
			if tt.want == "" {
				require.NoError(t, err)
				require.Len(t, h.Acts, 1)
				return
			}
			require.EqualError(t, err, prefix+tt.want)
			require.Empty(t, h.Acts)
		})
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	a := agreed(7)
	a.Happened = a.Happened.In(time.FixedZone("CEST", 7200)).Add(123)
	a.Expires = monday.AddDate(1, 0, 0).In(time.FixedZone("CEST", 7200))
	first, err := w.reg.Record(t.Context(), consent.Statement{Address: phone(t, 1), Act: a})
	require.NoError(t, err)
	require.True(t, first[0].New)

	w.now = w.now.Add(time.Hour)
	again, err := w.reg.Record(t.Context(), consent.Statement{Fingerprint: w.keyring.Fingerprint(phone(t, 1)), Act: a})
	require.NoError(t, err)
	require.Equal(t, []consent.Receipt{{Chain: first[0].Chain, Seq: 1}}, again)

	h, err := w.reg.History(t.Context(), phone(t, 1))
	require.NoError(t, err)
	require.Equal(t, monday, h.Acts[0].Recorded)
	require.Equal(t, time.Date(2024, 6, 1, 10, 0, 0, 0, time.UTC), h.Acts[0].Happened)
	require.Equal(t, monday.AddDate(1, 0, 0), h.Acts[0].Expires)

	a.Purposes = []contact.Purpose{contact.Charity}
	_, err = w.reg.Record(t.Context(), consent.Statement{Address: phone(t, 1), Act: a})
	require.ErrorIs(t, err, consent.ErrConflict)

	b := agreed(8)
	c := agreed(9)
	c.ID = uuid.Nil
	_, err = w.reg.Record(t.Context(), consent.Statement{Address: phone(t, 1), Act: b}, consent.Statement{Address: phone(t, 2), Act: c})
	require.EqualError(t, err, "consent: register: statement 1: consent: act 00000000-0000-0000-0000-000000000000: ID is empty")
	_, err = w.reg.Record(t.Context(), consent.Statement{Act: b})
	require.EqualError(t, err, "consent: register: statement 0: no address")
	h, err = w.reg.History(t.Context(), phone(t, 1))
	require.NoError(t, err)
	require.Len(t, h.Acts, 1, "all or none")
}

func TestErase(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	stop := agreed(8)
	stop.Kind, stop.Happened = consent.Withdrawn, monday
	w.record(1, agreed(7), stop)
	require.NoError(t, w.reg.Erase(t.Context(), phone(t, 1)))
	require.NoError(t, w.reg.Erase(t.Context(), phone(t, 2)), "nobody is not an error")
	h, err := w.reg.History(t.Context(), phone(t, 1))
	require.NoError(t, err)
	require.Len(t, h.Acts, 2)
	require.Nil(t, h.Acts[0].Evidence)
	require.EqualValues(t, "consent.withdrawn", w.decide(politicalRequest(), w.person(1)).Code)
}

// refuse puts a refusal of phone 1 on the list, a day before monday.
func (w *world) refuse(scope contact.Scope) suppression.Entry {
	w.t.Helper()
	e := suppression.Entry{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: w.keyring.Fingerprint(phone(w.t, 1)), Scope: scope,
		Reason: suppression.Replied, Happened: monday.AddDate(0, 0, -1), Recorded: monday.AddDate(0, 0, -1),
	}
	_, err := w.list.Add(w.t.Context(), w.keyring.ID(), []suppression.Entry{e})
	require.NoError(w.t, err)
	return e
}

func TestLift(t *testing.T) {
	t.Parallel()

	const want = "not enough evidence"
	stop := contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}
	sunday := monday.AddDate(0, 0, -1) // when it was refused
	tests := map[string]struct {
		scope  contact.Scope
		change func(*consent.Act)
		more   []consent.Act
		want   string
	}{
		"a yes an hour later":                 {stop, func(*consent.Act) {}, nil, ""},
		"a yes to a file":                     {stop, func(a *consent.Act) { a.By, a.Grade, a.Source = consent.ByFile, consent.Audited, "x" }, nil, "the act is not the person's own, witnessed or audited"},
		"a yes that somebody asserts":         {stop, func(a *consent.Act) { a.Grade = consent.Asserted }, nil, "the act is not the person's own, witnessed or audited"},
		"a yes that somebody checked":         {stop, func(a *consent.Act) { a.Grade = consent.Audited }, nil, ""},
		"a yes before the refusal":            {stop, func(a *consent.Act) { a.Happened = sunday.Add(-time.Hour) }, nil, "the act is not later than the refusal by five minutes"},
		"a yes almost five minutes later":     {stop, func(a *consent.Act) { a.Happened = sunday.Add(5*time.Minute - 1000) }, nil, "the act is not later than the refusal by five minutes"},
		"a yes five minutes later":            {stop, func(a *consent.Act) { a.Happened = sunday.Add(5 * time.Minute) }, nil, ""},
		"a question":                          {stop, func(a *consent.Act) { a.Kind = consent.Asked }, nil, "the act is not a yes to what was refused"},
		"a purchase":                          {stop, func(a *consent.Act) { a.Kind = consent.Related }, nil, "the act is not a yes to what was refused"},
		"a purchase after a no to service":    {contact.Scope{Purpose: contact.Service}, func(a *consent.Act) { a.Kind = consent.Related }, nil, ""},
		"a purchase after a no to everything": {contact.Scope{}, func(a *consent.Act) { a.Kind = consent.Related }, nil, "the act is not a yes to what was refused"},
		"a yes to e-mail":                     {stop, func(a *consent.Act) { a.Channels = contact.Channels(contact.EmailChannel) }, nil, "the act is for another purpose or channel"},
		"a yes to service":                    {stop, func(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Service} }, nil, "the act is for another purpose or channel"},
		"a yes to something after everything": {contact.Scope{}, func(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Service} }, nil, ""},
		"a yes, and then a no": {
			stop, func(*consent.Act) {},
			[]consent.Act{say(8, consent.Objected, 1, func(a *consent.Act) { a.Happened = sunday.Add(2 * time.Hour) })},
			"the person said no after the act",
		},
		"a yes and a no at once": {
			stop, func(*consent.Act) {},
			[]consent.Act{say(8, consent.Objected, 1, func(a *consent.Act) { a.Happened = sunday.Add(time.Hour) })},
			"the person said no after the act",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, nil)
			e := w.refuse(tt.scope)
			a := agreed(7)
			a.Happened = sunday.Add(time.Hour)
			tt.change(&a)
			w.record(1, append(tt.more, a)...)
			err := w.reg.Lift(t.Context(), phone(t, 1), e.ID, a.ID)
			_, lifting, getErr := w.list.Get(t.Context(), e.ID)
			require.NoError(t, getErr)
			if tt.want != "" {
				require.EqualError(t, err, "consent: register: lift "+e.ID.String()+": "+tt.want+": "+want)
				require.ErrorIs(t, err, consent.ErrEvidence)
				require.Nil(t, lifting)
				return
			}
			require.NoError(t, err)
			require.Equal(t, &suppression.Lifting{Entry: e.ID, Act: a.ID, Recorded: monday}, lifting)
			w.now = w.now.Add(time.Hour)
			require.NoError(t, w.reg.Lift(t.Context(), phone(t, 1), e.ID, uuid.New()), "it was lifted already")
		})
	}
}

func TestLiftOfAnother(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	e := w.refuse(contact.Scope{})
	a := agreed(7)
	a.Happened = monday
	w.record(2, a)
	prefix := "consent: register: lift " + e.ID.String() + ": "
	require.EqualError(t, w.reg.Lift(t.Context(), phone(t, 2), e.ID, a.ID), prefix+"it is about another address: not enough evidence")
	require.EqualError(t, w.reg.Lift(t.Context(), phone(t, 1), e.ID, a.ID), prefix+"the act is not in the ledger of that address: not enough evidence")
	require.ErrorIs(t, w.reg.Lift(t.Context(), phone(t, 1), uuid.New(), a.ID), contact.ErrNotFound)

	// Evidence that was erased shows nothing any more.
	b := agreed(8)
	b.Happened = monday
	w.record(1, b)
	require.NoError(t, w.reg.Erase(t.Context(), phone(t, 1)))
	require.EqualError(t, w.reg.Lift(t.Context(), phone(t, 1), e.ID, b.ID), prefix+"the act has no evidence: not enough evidence")
}

func TestRegisterPassesErrorsOn(t *testing.T) {
	t.Parallel()

	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	w := newWorld(t, nil)
	_, err := w.reg.Record(ctx, consent.Statement{Address: phone(t, 1), Act: agreed(7)})
	require.ErrorIs(t, err, reason)
	_, err = w.reg.History(ctx, phone(t, 1))
	require.ErrorIs(t, err, reason)
	require.ErrorIs(t, w.reg.Erase(ctx, phone(t, 1)), reason)
	require.ErrorIs(t, w.reg.Lift(ctx, phone(t, 1), uuid.New(), uuid.New()), reason)
	require.NotContains(t, err.Error(), "33639980001")
}
