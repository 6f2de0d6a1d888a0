package consent_test

import (
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func (w *world) list1(entries ...suppression.Entry) {
	w.t.Helper()
	for i := range entries {
		entries[i].ID = uuid.New()
		entries[i].Fingerprint = w.keyring.Fingerprint(phone(w.t, 1))
		entries[i].Happened, entries[i].Recorded = monday.AddDate(0, -1, 0), monday.AddDate(0, -1, 0)
		entries[i].Reason = "test"
	}
	_, err := w.list.Add(w.t.Context(), w.keyring.ID(), entries)
	require.NoError(w.t, err)
}

func TestSuppressed(t *testing.T) {
	t.Parallel()

	refusal := func(s contact.Scope) suppression.Entry {
		return suppression.Entry{Class: suppression.Refusal, Scope: s}
	}
	hygiene := func(until time.Time) suppression.Entry {
		return suppression.Entry{Class: suppression.Hygiene, Until: until}
	}
	excluded := func(client contact.PartyID, campaign string, until time.Time) suppression.Entry {
		return suppression.Entry{Class: suppression.Exclusion, Client: client, Campaign: campaign, Until: until}
	}
	const (
		refused  = consent.CodeRefused
		broken   = consent.CodeHygiene
		shut     = consent.CodeExcluded
		fine     = consent.Code("consent.given")
		tomorrow = 24 * time.Hour
	)
	tests := map[string]struct {
		entries []suppression.Entry
		want    consent.Code
	}{
		"nothing on the list":               {nil, fine},
		"a no to everything":                {[]suppression.Entry{refusal(contact.Scope{})}, refused},
		"a no to the candidate":             {[]suppression.Entry{refusal(contact.Scope{Controller: "martin"})}, refused},
		"a no to her party":                 {[]suppression.Entry{refusal(contact.Scope{Group: "horizon"})}, refused},
		"a no to the base":                  {[]suppression.Entry{refusal(contact.Scope{Base: "base"})}, refused},
		"a no to the owner of the base":     {[]suppression.Entry{refusal(contact.Scope{Controller: "fichiers"})}, refused},
		"a no to all prospecting by SMS":    {[]suppression.Entry{refusal(contact.Scope{Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()})}, refused},
		"a no to another candidate":         {[]suppression.Entry{refusal(contact.Scope{Controller: "durand"})}, fine},
		"a no to another base":              {[]suppression.Entry{refusal(contact.Scope{Base: "other"})}, fine},
		"a no to e-mail":                    {[]suppression.Entry{refusal(contact.Scope{Channels: contact.Channels(contact.EmailChannel)})}, fine},
		"a no to offers":                    {[]suppression.Entry{refusal(contact.Scope{Purpose: contact.Commercial})}, fine},
		"a number that does not work":       {[]suppression.Entry{hygiene(monday.Add(tomorrow))}, broken},
		"a number that works again":         {[]suppression.Entry{hygiene(monday)}, fine},
		"a number that never works":         {[]suppression.Entry{hygiene(time.Time{})}, broken},
		"the client's wish":                 {[]suppression.Entry{excluded("martin", "", time.Time{})}, shut},
		"the client's wish for another":     {[]suppression.Entry{excluded("martin", "c2", time.Time{})}, fine},
		"the client's wish for this":        {[]suppression.Entry{excluded("martin", "c1", time.Time{})}, shut},
		"the client's wish, which is over":  {[]suppression.Entry{excluded("martin", "", monday)}, fine},
		"another client's wish":             {[]suppression.Entry{excluded("durand", "", time.Time{})}, fine},
		"a wish, a broken number and a no":  {[]suppression.Entry{excluded("martin", "", time.Time{}), hygiene(time.Time{}), refusal(contact.Scope{})}, refused},
		"a wish and a broken number":        {[]suppression.Entry{excluded("martin", "", time.Time{}), hygiene(time.Time{})}, broken},
		"a no elsewhere and a wish":         {[]suppression.Entry{refusal(contact.Scope{Base: "other"}), excluded("martin", "", time.Time{})}, shut},
		"an old no does not end by waiting": {[]suppression.Entry{refusal(contact.Scope{Controller: "martin"}), hygiene(monday)}, refused},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, nil)
			w.record(1, agreed(1))
			w.list1(tt.entries...)
			require.Equal(t, tt.want, w.decide(politicalRequest(), w.person(1)).Code)
			require.Equal(t, consent.Code("consent.never-asked"), w.decide(politicalRequest(), w.person(2)).Code, "others are not concerned")
		})
	}
}

func TestLiftedRefusalAllows(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	e := w.refuse(contact.Scope{Controller: "martin"})
	a := agreed(1)
	a.Happened = monday
	w.record(1, a)
	require.Equal(t, consent.CodeRefused, w.decide(politicalRequest(), w.person(1)).Code, "a yes alone lifts nothing")
	require.NoError(t, w.reg.Lift(t.Context(), phone(t, 1), e.ID, a.ID))
	require.Equal(t, consent.Code("consent.given"), w.decide(politicalRequest(), w.person(1)).Code)
}

// sentBefore is a fact reader that tells everybody's earlier messages.
func sentBefore(sent ...consent.Sent) consent.FactReader {
	return readerFunc(func(facts []consent.Facts) error {
		for i := range facts {
			facts[i].Sent, facts[i].SentKnown = slices.Clone(sent), true
		}
		return nil
	})
}

func TestCaps(t *testing.T) {
	t.Parallel()

	at := func(before time.Duration, change ...func(*consent.Sent)) consent.Sent {
		s := consent.Sent{
			Dispatch: uuid.New(), Campaign: "c0", Client: "martin", Controllers: []contact.PartyID{"martin", "fichiers"},
			Base: "base", Purpose: contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS, At: monday.Add(-before),
		}
		for _, c := range change {
			c(&s)
		}
		return s
	}
	flying := func(s *consent.Sent) { s.InFlight = true }
	own := func(s *consent.Sent) { s.Dispatch = id(42) }
	const hour = time.Hour
	day := consent.Cap{Count: 1, Within: 24 * hour}
	month := consent.Cap{Count: 2, Within: 30 * 24 * hour}
	tests := map[string]struct {
		caps []consent.Cap
		sent []consent.Sent
		want string
	}{
		"no cap":                              {nil, []consent.Sent{at(hour)}, "allow: consent.given"},
		"no message":                          {[]consent.Cap{day}, nil, "allow: consent.given"},
		"one an hour ago":                     {[]consent.Cap{day}, []consent.Sent{at(hour)}, "defer: cap.reached, consent.given until 2024-06-04T07:00:00Z"},
		"one a second less than a day ago":    {[]consent.Cap{day}, []consent.Sent{at(24*hour - time.Second)}, "defer: cap.reached, consent.given until 2024-06-03T08:00:01Z"},
		"one a day ago":                       {[]consent.Cap{day}, []consent.Sent{at(24 * hour)}, "allow: consent.given"},
		"one of two":                          {[]consent.Cap{month}, []consent.Sent{at(hour)}, "allow: consent.given"},
		"two of two":                          {[]consent.Cap{month}, []consent.Sent{at(hour), at(48 * hour)}, "defer: cap.reached, consent.given until 2024-07-01T08:00:00Z"},
		"two caps, and both are reached":      {[]consent.Cap{day, month}, []consent.Sent{at(hour), at(48 * hour)}, "defer: cap.reached, consent.given until 2024-07-01T08:00:00Z"},
		"another candidate's message":         {[]consent.Cap{day}, []consent.Sent{at(hour, func(s *consent.Sent) { s.Controllers = []contact.PartyID{"durand", "fichiers"} })}, "allow: consent.given"},
		"a message through another base":      {[]consent.Cap{day}, []consent.Sent{at(hour, func(s *consent.Sent) { s.Base = "other" })}, "defer: cap.reached, consent.given until 2024-06-04T07:00:00Z"},
		"a keyword reply":                     {[]consent.Cap{day}, []consent.Sent{at(hour, func(s *consent.Sent) { s.Kind = consent.KeywordReply })}, "allow: consent.given"},
		"this very message":                   {[]consent.Cap{day}, []consent.Sent{at(0, own, flying)}, "allow: consent.given"},
		"one that is on its way":              {[]consent.Cap{day}, []consent.Sent{at(time.Second, flying)}, "defer: sent.in-flight, consent.given until 2024-06-03T08:01:00Z"},
		"one on its way, that may yet count":  {[]consent.Cap{month}, []consent.Sent{at(hour), at(time.Second, flying)}, "defer: sent.in-flight, consent.given until 2024-06-03T08:01:00Z"},
		"one on its way, and the cap reached": {[]consent.Cap{day}, []consent.Sent{at(hour), at(time.Second, flying)}, "defer: cap.reached, consent.given until 2024-06-04T07:00:00Z"},
		"one in flight, another cap reached":  {[]consent.Cap{{Count: 3, Within: 90 * 24 * hour}, day}, []consent.Sent{at(hour), at(48 * hour), at(time.Second, flying)}, "defer: cap.reached, consent.given until 2024-06-04T07:00:00Z"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) {
				o.Readers = []consent.FactReader{sentBefore(tt.sent...)}
			})
			w.record(1, agreed(1))
			r := w.person(1)
			r.Dispatch = id(42)
			d := w.decide(with(func(r *consent.Request) { r.Caps = tt.caps }), r)
			require.Equal(t, tt.want, d.String())
		})
	}
}

func TestCapsNobodyCounted(t *testing.T) {
	t.Parallel()

	w := newWorld(t, func(_ *consent.Pack, o *consent.GateOptions) { o.Readers = nil })
	w.record(1, agreed(1))
	require.Equal(t, consent.Code("consent.given"), w.decide(politicalRequest(), w.person(1)).Code)
	d := w.decide(with(func(r *consent.Request) { r.Caps = []consent.Cap{{Count: 1, Within: time.Hour}} }), w.person(1))
	require.Equal(t, "deny: cap.unknown, consent.given", d.String())
}

// Two dispatches that wait for each other do not wait for ever.
func TestInFlightUntil(t *testing.T) {
	t.Parallel()

	first := consent.InFlightUntil(monday, uuid.UUID{15: 0})
	last := consent.InFlightUntil(monday, uuid.UUID{14: 255, 15: 255})
	require.Equal(t, monday.Add(time.Minute), first)
	require.True(t, last.After(first) && last.Before(monday.Add(2*time.Minute)))
	require.NotEqual(t, first, consent.InFlightUntil(monday, uuid.UUID{15: 1}), "one bit is enough")
}

func TestKeywordReply(t *testing.T) {
	t.Parallel()

	stop, err := consent.KeywordText("fr", "stop", "Jeanne Martin", "")
	require.NoError(t, err)
	request := func(change func(*consent.Request)) consent.Request {
		return with(func(r *consent.Request) {
			r.Kind, r.InReplyTo = consent.KeywordReply, consent.Inbound{Event: "e-9", At: monday.Add(-time.Minute)}
			r.Caps = []consent.Cap{{Count: 1, Within: time.Hour}}
			change(r)
		})
	}
	tests := map[string]struct {
		request consent.Request
		content consent.Content
		entries []suppression.Entry
		at      time.Time
		want    string
	}{
		"a minute later":            {request(func(*consent.Request) {}), stop, nil, monday, "allow: reply.keyword"},
		"after her STOP":            {request(func(*consent.Request) {}), stop, []suppression.Entry{{Class: suppression.Refusal}}, monday, "allow: reply.keyword"},
		"to a number that is dead":  {request(func(*consent.Request) {}), stop, []suppression.Entry{{Class: suppression.Hygiene}}, monday, "deny: suppression.hygiene, reply.keyword"},
		"to an excluded person":     {request(func(*consent.Request) {}), stop, []suppression.Entry{{Class: suppression.Exclusion, Client: "martin"}}, monday, "deny: suppression.exclusion, reply.keyword"},
		"five minutes later":        {request(func(*consent.Request) {}), stop, nil, monday.Add(4 * time.Minute), "allow: reply.keyword"},
		"more than five minutes":    {request(func(*consent.Request) {}), stop, nil, monday.Add(4*time.Minute + 1000), "deny: reply.late"},
		"before it was asked for":   {request(func(*consent.Request) {}), stop, nil, monday.Add(-2 * time.Minute), "deny: reply.late"},
		"in words of one's own":     {request(func(*consent.Request) {}), consent.Content{Language: "fr", Text: stop.Text}, nil, monday, "deny: reply.words"},
		"at night, in the silence":  {request(func(r *consent.Request) { r.InReplyTo.At = monday.Add(4*24*time.Hour + 15*time.Hour) }), stop, nil, monday.Add(4*24*time.Hour + 15*time.Hour), "allow: reply.keyword"},
		"about something unrelated": {request(func(r *consent.Request) { r.Purpose = "barter" }), stop, nil, monday, "allow: reply.keyword"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t, nil)
			w.now = tt.at
			w.list1(tt.entries...)
			r := w.person(1)
			r.Content, r.Contact = tt.content, nil // the number that wrote may be in no base
			d := w.decide(tt.request, r)
			require.Equal(t, tt.want, d.String())
			if d.Allowed() {
				require.Equal(t, tt.request.InReplyTo.At.Add(5*time.Minute), d.Deadline)
			}
		})
	}
	// A fixed text is no content message.
	w := newWorld(t, nil)
	w.record(1, agreed(1))
	r := w.person(1)
	r.Content = stop
	require.Equal(t, "deny: content.stop, consent.given", ptr(w.decide(politicalRequest(), r)).String())
}
