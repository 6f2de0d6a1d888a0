package consent_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// kept returns a trace as an outbox keeps it: written down and read back.
func kept(t *testing.T, tr consent.Trace) consent.Trace {
	t.Helper()
	b, err := json.Marshal(tr)
	require.NoError(t, err)
	var back consent.Trace
	require.NoError(t, json.Unmarshal(b, &back))
	return back
}

func (w *world) replay(req consent.Request, tr consent.Trace, known time.Time) consent.Replay {
	w.t.Helper()
	r, err := w.gate.Replay(w.t.Context(), req, tr, known)
	require.NoError(w.t, err)
	return r
}

// Same facts, same decision, whatever it was and whatever came after.
func TestReplay(t *testing.T) {
	t.Parallel()

	request := with(func(r *consent.Request) { r.Kind = consent.ConsentRequest })
	ask := consent.Ask{Language: "fr", Who: "Jeanne Martin", ReplyTo: "36180", NoticeURL: noticeURL}
	asking := func(r *consent.Recipient) {
		c, err := ask.Content(r.Contact.Latest().Origin)
		require.NoError(t, err)
		r.Content = c
	}
	mine := consent.Sent{Dispatch: id(42), Kind: consent.ConsentRequest, Base: "base", Election: "fr-european-2024", Channel: contact.SMS, At: monday, InFlight: true}
	tests := map[string]struct {
		request consent.Request
		at      time.Time
		who     func(*consent.Recipient)
		before  func(*world)
		sent    []consent.Sent
		want    string
	}{
		"allowed":            {politicalRequest(), monday, nil, func(w *world) { w.record(1, agreed(1)) }, nil, "allow: consent.given"},
		"never asked":        {politicalRequest(), monday, nil, func(*world) {}, nil, "deny: consent.never-asked"},
		"refused":            {politicalRequest(), monday, nil, func(w *world) { w.list1(suppression.Entry{Class: suppression.Refusal}) }, nil, "deny: suppression.refusal, consent.never-asked"},
		"at night":           {politicalRequest(), monday.Add(14 * time.Hour), nil, func(w *world) { w.record(1, agreed(1)) }, nil, "defer: hours.closed, consent.given until 2024-06-04T06:00:00Z"},
		"in Réunion":         {politicalRequest(), monday.Add(11 * time.Hour), func(r *consent.Recipient) { r.Contact.Territory = "RE" }, func(w *world) { w.record(1, agreed(1)) }, nil, "defer: hours.closed, consent.given until 2024-06-04T04:00:00Z"},
		"a zone":             {politicalRequest(), monday, func(r *consent.Recipient) { r.Contact.Zone = "Pacific/Tahiti" }, func(w *world) { w.record(1, agreed(1)) }, nil, "defer: hours.closed, consent.given until 2024-06-03T18:00:00Z"},
		"for somebody else":  {politicalRequest(), monday, func(r *consent.Recipient) { r.Contact.Subject = "ada" }, func(w *world) { a := agreed(1); a.Subject = "bob"; w.record(1, a) }, nil, "deny: consent.other-person"},
		"for the person":     {politicalRequest(), monday, func(r *consent.Recipient) { r.Contact.Subject = "ada" }, func(w *world) { a := agreed(1); a.Subject = "ada"; w.record(1, a) }, nil, "allow: consent.given"},
		"no origin":          {politicalRequest(), monday, func(r *consent.Recipient) { r.Contact.Origins = nil }, func(w *world) { w.record(1, agreed(1)) }, nil, "deny: origin.missing, consent.given"},
		"a staff file":       {politicalRequest(), monday, func(r *consent.Recipient) { r.Contact.Origins[0].Origin.Kind = contact.StaffFile }, func(w *world) { w.record(1, agreed(1)) }, nil, "deny: origin.forbidden, consent.given"},
		"a bad text":         {politicalRequest(), monday, func(r *consent.Recipient) { r.Content.Text = "Votez" }, func(w *world) { w.record(1, agreed(1)) }, nil, "deny: content.identity, consent.given"},
		"a first question":   {request, monday, asking, func(*world) {}, []consent.Sent{mine}, "allow: request.first"},
		"a second question":  {request, monday, asking, func(*world) {}, []consent.Sent{{Dispatch: id(41), Kind: consent.ConsentRequest, Base: "base", Election: "fr-european-2024", Channel: contact.SMS, At: monday}, mine}, "deny: request.asked"},
		"asked of old files": {request, monday, func(r *consent.Recipient) { asking(r); r.Contact.Origins[0].Collected = monday.AddDate(-4, 0, 0) }, func(*world) {}, nil, "deny: data.too-old, request.first"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
				o.Readers = []consent.FactReader{sentBefore(tt.sent...)}
			})
			tt.before(w)
			w.now = tt.at
			r := w.person(1)
			r.Dispatch = id(42)
			if tt.who != nil {
				tt.who(&r)
			}
			c := w.clear(tt.request, r)
			require.Equal(t, tt.want, c.Decision.String())
			tr := kept(t, c.Trace)

			// Much happens since.
			w.now = w.now.AddDate(1, 0, 0)
			stop := say(99, consent.Objected, 1)
			stop.Happened = tt.at.Add(-time.Hour) // dated before, and learnt after
			w.record(1, stop)
			w.list1(suppression.Entry{Class: suppression.Refusal})

			got := w.replay(tt.request, tr, tr.At)
			require.True(t, got.Same)
			require.Empty(t, got.Missing)
			require.Equal(t, c.Decision, got.Decision)
		})
	}
}

func TestReplaySaysWhatIsMissing(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	a := agreed(1)
	a.Subject = "ada"
	asked := say(2, consent.Asked, 1)
	w.record(1, asked, a)
	r := w.person(1)
	r.Contact.Subject = "ada"
	req := politicalRequest()
	c := w.clear(req, r)
	require.True(t, c.Decision.Allowed())
	tr := kept(t, c.Trace)

	got := w.replay(with(func(r *consent.Request) { r.NoticeURL = "https://other.example" }), tr, tr.At)
	require.Equal(t, []string{"the request, or what the host overrides, is not that of then"}, got.Missing)
	got = w.replay(req, tr, tr.At.AddDate(1, 0, 0))
	require.Empty(t, got.Missing, "as read today is another plan, and that is no fault")

	other := newWorld(t, func(p *consent.Pack, _ *consent.GateOptions) { p.Version = "next" })
	got, err := other.gate.Replay(t.Context(), req, tr, tr.At)
	require.NoError(t, err)
	require.Equal(t, []string{"the pack of rules is not the one of then", "the chain of acts"}, got.Missing)
	require.False(t, got.Same)

	require.NoError(t, w.reg.Erase(t.Context(), phone(t, 1)))
	got = w.replay(req, tr, tr.At)
	require.Equal(t, []string{"the evidence of 2 acts"}, got.Missing)
	require.True(t, got.Same, "what was decided then can be followed")
	require.Equal(t, "allow: consent.given", got.Decision.String())
	require.EqualValues(t, "consent.erased", w.decide(req, r).Code, "and would not be decided again")

	short := tr
	short.Length = 5
	short.Entries = []uuid.UUID{id(77)}
	got = w.replay(req, short, tr.At)
	require.Equal(t, []string{"3 records of the chain", "the evidence of 2 acts", "suppression entry " + id(77).String()}, got.Missing)
}

func TestReplayErrors(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	w.record(1, agreed(1))
	w.list1(suppression.Entry{Class: suppression.Refusal})
	tr := w.clear(politicalRequest(), w.person(1)).Trace
	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	_, err := w.gate.Replay(ctx, politicalRequest(), tr, tr.At)
	require.ErrorIs(t, err, reason)
	tr.Length = 0
	_, err = w.gate.Replay(ctx, politicalRequest(), tr, tr.At)
	require.ErrorIs(t, err, reason)
	_, err = w.gate.Replay(t.Context(), consent.Request{}, tr, tr.At)
	require.EqualError(t, err, `consent: request "": Campaign is empty`)
}

// Rules have two dates. One that came to be known later changes how the law of
// then reads today, and not how it was decided then.
func TestTwoDates(t *testing.T) {
	t.Parallel()

	july := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)
	ruling := hostRule(consent.Regulator, consent.Finding{}).(verdictOf)
	ruling.info.Name, ruling.info.InForce, ruling.info.Known = "host.ruling", time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), july
	ended := hostRule(consent.Regulator, consent.Finding{}).(verdictOf)
	ended.info.Name, ended.info.Until = "host.ended", monday
	begins := hostRule(consent.Regulator, consent.Finding{}).(verdictOf)
	begins.info.Name, begins.info.InForce = "host.begins", monday.Add(time.Second)
	w := newWorld(t, func(p *consent.Pack, o *consent.GateOptions) {
		o.Rules = []consent.Rule{ruling, ended, begins}
		p.Elections[0].Known = time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	})
	w.record(1, agreed(1))
	c := w.clear(politicalRequest(), w.person(1))
	require.Equal(t, "allow: consent.given", c.Decision.String())
	tr := kept(t, c.Trace)

	for name, tt := range map[string]struct {
		known time.Time
		same  bool
		want  string
	}{
		"as then":                     {tr.At, true, "allow: consent.given"},
		"a second before it is known": {july.Add(-time.Second), true, "allow: consent.given"},
		"as it is known":              {july, false, "deny: host.rule.first, consent.given"},
		"as read today":               {july.AddDate(2, 0, 0), false, "deny: host.rule.first, consent.given"},
		"before the vote was called":  {time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC), false, "deny: election.unknown, consent.given"},
	} {
		got := w.replay(politicalRequest(), tr, tt.known)
		require.Equal(t, tt.want, got.Decision.String(), name)
		require.Equal(t, tt.same, got.Same, name)
	}

	for at, want := range map[time.Time]string{
		monday.Add(-time.Second): "deny: host.rule.first, consent.given",
		monday.Add(time.Second):  "deny: host.rule.first, consent.given",
	} {
		p, err := w.gate.PlanAsOf(politicalRequest(), at, at)
		require.NoError(t, err)
		ds, err := w.gate.DecideAll(t.Context(), p, []consent.Recipient{w.person(1)})
		require.NoError(t, err)
		require.Equal(t, want, ds[0].String())
	}
}

func TestShadow(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	s := consent.NewShadow(w.gate)
	w.record(1, agreed(1))
	req := politicalRequest()
	observe := func(n int, sent bool) consent.Decision {
		d, err := s.Observe(t.Context(), req, w.person(n), sent)
		require.NoError(t, err)
		return d
	}
	require.True(t, ptr(observe(1, true)).Allowed())
	observe(2, false)
	require.Equal(t, consent.Gap{Agreed: 2}, s.Gap())
	observe(2, true)
	observe(3, true)
	observe(1, false)
	w.now = w.now.Add(14 * time.Hour)
	observe(1, true)
	observe(4, true) // at night, and never asked: neither cure alone would do
	got := s.Gap()
	require.Equal(t, 2, got.Agreed)
	require.Equal(t, map[consent.Code]int{"consent.never-asked": 3, "hours.closed": 1}, got.Refused)
	require.Equal(t, map[consent.Code]int{"consent.given": 1}, got.Held)
	of := func(code consent.Code) consent.Cure {
		return consent.Cure{Code: code, Base: "base", Supplier: w.person(1).Contact.Origins[0].Origin.Named(), Form: w.person(1).Contact.Origins[0].Origin.Form}
	}
	require.Equal(t, map[consent.Cure]int{of("consent.never-asked"): 2, of("hours.closed"): 1}, got.Cures)
	require.NotEmpty(t, got.Says["consent.never-asked"].Says.Fr)
	s.Gap().Refused["hours.closed"] = 100
	require.Equal(t, got, s.Gap(), "what is handed out is a copy")
	b, err := json.Marshal(got)
	require.NoError(t, err)
	require.NotContains(t, string(b), "3998")
	require.Contains(t, got.Text(language.French), "envoyés, et auraient été retenus : 4\n  3 : La personne n'a jamais été interrogée.\n")
	require.Contains(t, got.Text(language.English), "how many more could go, if one thing were put right:\n  2: ")

	_, err = s.Observe(t.Context(), consent.Request{}, w.person(1), true)
	require.Error(t, err)
	_, err = s.ObserveAll(t.Context(), req, []consent.Recipient{w.person(1)}, nil)
	require.ErrorContains(t, err, "1 recipients, and sent says of 0")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d, err := s.Observe(ctx, req, w.person(1), false)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, d.Allowed())
	require.Equal(t, 2, s.Gap().Errors)
	require.Equal(t, got.Refused, s.Gap().Refused)

	// It left no trace: no act, no entry.
	history, err := w.ledger.Read(t.Context(), w.keyring.ID(), []contact.Fingerprint{w.keyring.Fingerprint(phone(t, 2))})
	require.NoError(t, err)
	require.Empty(t, history[0].Acts)
	changes, err := w.list.Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, changes)
}
