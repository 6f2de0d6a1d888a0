package campaign_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// standing returns the classes of the entries that hold about a now.
func (h *host) standing(a contact.Address) (out []string) {
	h.t.Helper()
	hits, err := h.list.Match(h.t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(a)})
	require.NoError(h.t, err)
	for _, hit := range hits {
		if hit.Entry.Active(h.now) {
			out = append(out, hit.Entry.Class.String()+" "+string(hit.Entry.Reason))
		}
	}
	return out
}

// told sends one message of a campaign of its own and reports what became of it.
func (h *host) told(id string, status provider.Status, cause provider.Cause) provider.Event {
	h.t.Helper()
	before := len(h.carrier.Inbox())
	h.launch(content(id, martin))
	require.Equal(h.t, 1, h.run(id).HandedOver)
	m := h.carrier.Inbox()[before]
	e := provider.Event{ID: "r-" + id, Kind: provider.DeliveryReceipt, Dispatch: m.Dispatch, Status: status, Cause: cause, Sent: h.now}
	h.handle(e)
	return e
}

func TestAbsences(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(martin, a)
	e := h.told("1", provider.Undelivered, provider.Absent)
	e.ID = "r-1-again"
	h.handle(e) // the same receipt under another name is one absence
	h.handle(e)
	require.Empty(t, h.standing(a))
	h.pass(24 * time.Hour)
	h.told("2", provider.Undelivered, provider.Absent)
	require.Empty(t, h.standing(a), "twice stops nothing")
	h.pass(24 * time.Hour)
	h.told("3", provider.Expired, provider.Absent)
	require.Equal(t, []string{"hygiene unreachable"}, h.standing(a))
	require.Equal(t, campaign.Tally{{State: campaign.Excluded, Code: consent.CodeHygiene}: 1}, h.launch(content("4", martin)))
	h.pass(30 * 24 * time.Hour)
	require.Empty(t, h.standing(a), "and it ends")
}

// Absences count within thirty days, and since the last message that arrived.
func TestAbsencesForgotten(t *testing.T) {
	t.Parallel()

	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		between func(h *host)
		want    []string
	}{
		"far apart":      {func(h *host) { h.pass(30 * day) }, nil},
		"near":           {func(h *host) { h.pass(day) }, []string{"hygiene unreachable"}},
		"one arrived":    {func(h *host) { h.pass(day); h.told("ok", provider.Delivered, ""); h.pass(day) }, nil},
		"a key rotated":  {func(h *host) { h.pass(day) }, []string{"hygiene unreachable"}},
		"no cause given": {func(h *host) { h.pass(day) }, []string{"hygiene unreachable"}},
	} {
		h := newHost(t)
		a := h.people(rented.ID, 1)[0]
		h.agree(martin, a)
		h.told("1", provider.Undelivered, provider.Absent)
		h.pass(day)
		if name == "no cause given" {
			h.told("0", provider.Undelivered, "")
		}
		h.told("2", provider.Undelivered, provider.Absent)
		test.between(h)
		h.told("3", provider.Undelivered, provider.Absent)
		require.Equal(t, test.want, h.standing(a), name)
	}
}

// A number that nobody has is left alone at once; a message that arrives all the
// same ends that, and never a refusal.
func TestUnknownSubscriber(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(martin, a)
	h.launch(content("other", martin))
	h.pass(time.Minute)
	h.told("1", provider.Undelivered, provider.CauseOfGSM(1))
	require.Equal(t, []string{"hygiene unreachable"}, h.standing(a))
	h.says(a, "STOP")
	h.pass(time.Minute)
	other, err := h.outbox.Sent(t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(a)}, time.Time{})
	require.NoError(t, err)
	require.Empty(t, other[0])
	d, err := h.outbox.Find(t.Context(), campaign.Ref{Dispatch: h.carrier.Inbox()[0].Dispatch})
	require.NoError(t, err)
	h.handle(provider.Event{Kind: provider.DeliveryReceipt, Dispatch: d.Row.Dispatch, Status: provider.Delivered, Sent: h.now})
	require.Contains(t, h.standing(a), "refusal replied-stop", "a late contradiction lifts no refusal")

	b := number(50)
	h.put(contact.Contact{ID: "B", Base: rented.ID, Points: []contact.Point{{Address: b}}, Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}})
	h.agree(martin, b)
	require.Equal(t, provider.Absent, provider.CauseOfGSM(27))
	require.Equal(t, provider.NoCause, provider.CauseOfGSM(999))
}

// A refusal stands whatever a host called its reason.
func TestArrivalLiftsNoRefusal(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(martin, a)
	_, err := h.list.Add(t.Context(), h.keys.ID(), []suppression.Entry{{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: h.keys.Fingerprint(a), Reason: suppression.Unreachable,
		Scope: contact.Scope{Controller: "somebody else"}, Happened: h.now, Recorded: h.now,
	}})
	require.NoError(t, err)
	h.pass(time.Hour)
	h.told("1", provider.Delivered, "")
	require.Equal(t, []string{"refusal unreachable"}, h.standing(a))
}

// A receipt that says that the carrier holds a refusal is one.
func TestReceiptOfRefusal(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.agree(martin, a)
	h.told("1", provider.Undelivered, provider.Blocked)
	require.Equal(t, []string{"refusal carrier-block", "refusal carrier-block"}, h.standing(a))
}

// A list of numbers that were given back, as operators send it.
func TestDisconnectedFile(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 3)
	h.agree(martin, people...)
	h.says(people[1], "STOP")
	h.pass(time.Hour)
	file := "numero;depuis\n" + people[0].Reveal() + ";03/06/2024 10:30\n" + people[1].Reveal() + ";03/06/2024 10:30\nillisible;03/06/2024\n" + people[0].Reveal() + ";03/06/2024 10:30\n"
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	kept := 0
	f := campaign.StopFile{
		Name: "resiliations.csv", Carrier: "operator", From: "numero", At: "depuis", Zone: paris, Disconnected: true,
		Unreadable: func(int, string, error) error { kept++; return nil },
	}
	report, err := h.inbox.ReceiveFile(t.Context(), strings.NewReader(file), f)
	require.NoError(t, err)
	require.Equal(t, campaign.StopFileReport{Lines: 4, Others: 2, Again: 1, Unreadable: 1}, report)
	require.Equal(t, 1, kept)
	require.Equal(t, []string{"hygiene disconnected"}, h.standing(people[0]))
	require.Contains(t, h.standing(people[1]), "refusal replied-stop", "a refusal stays, for the next holder too")

	h.pass(121 * 24 * time.Hour) // the election is over; the question is who agreed
	require.Empty(t, h.standing(people[0]))
	c := content("c", martin)
	c.Request.Election, c.Request.NoElection = "", true
	require.Equal(t, campaign.Tally{
		{State: campaign.Excluded, Code: "consent.never-asked"}: 1, {State: campaign.Excluded, Code: consent.CodeRefused}: 1, {State: campaign.Ready, Code: "consent.given"}: 1,
	}, h.launch(c), "what the old holder agreed to ended")
	h.agree(martin, people[0]) // the new holder
	c.Request.Campaign = "d"
	require.Equal(t, 2, h.launch(c)[campaign.Class{State: campaign.Ready, Code: "consent.given"}])

	f.Sender = "36180"
	_, err = h.inbox.ReceiveFile(t.Context(), strings.NewReader(file), f)
	require.ErrorContains(t, err, "such a file has neither words nor a sender")
}

func TestCheckNumbers(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 10)
	h.agree(martin, people...)
	h.says(people[0], "STOP")
	h.handle(provider.Event{Kind: provider.DisconnectedNumber, From: people[1]})
	var registry loopback.Registry
	for i, s := range []provider.NumberState{"", "", provider.NumberDead, provider.NumberAbsent, provider.NumberLive} {
		registry.Set(people[i], s)
	}
	check := campaign.NumberCheck{
		Base: rented.ID, Source: h.contacts, Lookup: &registry, Network: "hlr", Most: 100, PageSize: 4,
		Target: contact.Target{Controllers: []contact.Party{martin, owner}, Base: rented.ID, Purpose: contact.Political, Channel: contact.SMS},
	}
	got, err := h.inbox.CheckNumbers(t.Context(), check)
	require.NoError(t, err)
	want := campaign.NumberReport{Contacts: 10, Numbers: 10, Refused: 1, Known: 1, Asked: 8, Live: 1, Absent: 1, Disconnected: 1, Unknown: 5}
	require.Equal(t, want, got)
	require.Equal(t, 8, registry.Asked(), "nobody is asked about who refused")
	require.Equal(t, []string{"hygiene disconnected"}, h.standing(people[2]))
	require.Empty(t, h.standing(people[3]), "absent once")
	history, err := h.register.History(t.Context(), people[2])
	require.NoError(t, err)
	require.Equal(t, consent.Disconnected, history.Acts[len(history.Acts)-1].Kind)

	// Again on the same day it is no second absence, nor a second act.
	for range 3 {
		_, err = h.inbox.CheckNumbers(t.Context(), check)
		require.NoError(t, err)
	}
	require.Empty(t, h.standing(people[3]))

	// No more than it may cost, and then on from there.
	check.Most = 3
	got, err = h.inbox.CheckNumbers(t.Context(), check)
	require.NoError(t, err)
	require.Equal(t, 3, got.Asked)
	require.NotEmpty(t, got.Next)
	check.After, check.Most = got.Next, 100
	rest, err := h.inbox.CheckNumbers(t.Context(), check)
	require.NoError(t, err)
	require.Equal(t, 10, got.Contacts+rest.Contacts)
	require.Equal(t, 7, got.Asked+rest.Asked, "one is known to be disconnected by now")

	// A query that fails loses nothing, and says where to go on.
	check.After = ""
	registry.FailAfter(5, errors.New("the register is closed"))
	got, err = h.inbox.CheckNumbers(t.Context(), check)
	require.ErrorContains(t, err, "the register is closed")
	require.NotContains(t, fmt.Sprint(err), "3998")
	require.Equal(t, 8, got.Contacts, "the pages that were done")
	for want, change := range map[string]func(*campaign.NumberCheck){
		"say what it may cost":            func(c *campaign.NumberCheck) { c.Most = 0 },
		"no Source, Lookup":               func(c *campaign.NumberCheck) { c.Lookup = nil },
		"is not one of telephones":        func(c *campaign.NumberCheck) { c.Target.Channel = contact.EmailChannel },
		"no Source, Lookup, Base or Netw": func(c *campaign.NumberCheck) { c.Network = "" },
	} {
		bad := check
		change(&bad)
		_, err := h.inbox.CheckNumbers(t.Context(), bad)
		require.ErrorContains(t, err, want)
	}
}

// An exclusion keeps one client from writing, is counted apart, and hides no
// refusal.
func TestClientExclusions(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	people := h.people(rented.ID, 3)
	h.agree(martin, people...)
	h.agree(dupont, people...)
	x, err := suppression.NewExclusions(h.list, h.keys, martin.ID)
	require.NoError(t, err)
	_, err = x.Import(t.Context(), strings.NewReader(people[0].Reveal()+"\n"+people[1].Reveal()+"\n"), suppression.ImportOptions{
		File: "customers.csv", Recorded: h.now, At: h.now, Unreadable: func(int, string, error) error { return nil },
	})
	require.NoError(t, err)
	h.says(people[1], "STOP") // to nobody in particular: everybody
	ready := campaign.Class{State: campaign.Ready, Code: "consent.given"}
	require.Equal(t, campaign.Tally{
		{State: campaign.Excluded, Code: consent.CodeExcluded}: 1, {State: campaign.Excluded, Code: consent.CodeRefused}: 1, ready: 1,
	}, h.launch(content("c", martin)))
	require.Equal(t, campaign.Tally{{State: campaign.Excluded, Code: consent.CodeRefused}: 1, ready: 2}, h.launch(content("d", dupont)))
	h.pass(suppression.ExclusionLife)
	require.Equal(t, []string{"refusal replied-stop"}, h.standing(people[1]))
}
