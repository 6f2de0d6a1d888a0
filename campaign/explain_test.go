package campaign_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

var (
	asMartin = campaign.Viewer{Kind: campaign.AClient, Party: martin.ID, By: "agent 7", Why: "complaint 12"}
	asOwner  = campaign.Viewer{Kind: campaign.AnOwner, Party: owner.ID, By: "agent 8", Why: "request 3"}
	asPerson = campaign.Viewer{Kind: campaign.ThePerson, By: "portal session 4"}
)

func (h *host) explainer(log campaign.AccessLog, o campaign.ExplainerOptions) *campaign.Explainer {
	h.t.Helper()
	o.Bases = []campaign.Holding{{Base: rented, Source: h.contacts}}
	o.Parties = []contact.Party{owner, martin, dupont}
	x, err := campaign.NewExplainer(h.register, h.outbox, log, &o)
	require.NoError(h.t, err)
	return x
}

func (h *host) explain(a contact.Address, v campaign.Viewer) campaign.Explanation {
	h.t.Helper()
	out, err := h.explainer(new(memory.Accesses), campaign.ExplainerOptions{}).Explain(h.t.Context(), a, v)
	require.NoError(h.t, err)
	return out
}

// What a client reads of an act or a refusal that is not its own alone.
func TestExplainSaysNothingOfOthers(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	a := number(1)
	h.put(contact.Contact{ID: "P1", Base: rented.ID, Points: []contact.Point{{Address: a}}, Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}})
	record := func(act consent.Act) {
		h.pass(time.Minute)
		act.ID, act.Happened, act.Purposes = uuid.New(), h.now, []contact.Purpose{contact.Political}
		act.Channels = contact.Channels(contact.SMS)
		_, err := h.register.Record(t.Context(), consent.Statement{Address: a, Act: act})
		require.NoError(t, err)
	}
	both := consent.Grantees{Parties: []contact.PartyID{dupont.ID, martin.ID}}
	record(consent.Act{Kind: consent.Given, Grantees: consent.Grantees{Parties: []contact.PartyID{dupont.ID}}, Source: "file of dupont", Base: "dupont's"})
	record(consent.Act{Kind: consent.Given, Grantees: consent.Grantees{Parties: []contact.PartyID{dupont.ID}, Category: "partners"}, Source: "Concours SARL", Base: rented.ID})
	record(consent.Act{Kind: consent.Withdrawn, By: consent.ByPerson, Grade: consent.Witnessed, Grantees: both, Source: "carrier", Evidence: &consent.Evidence{Event: "e"}})
	record(consent.Act{Kind: consent.Informed, By: consent.ByFile, Grantees: consent.Grantees{Parties: both.Parties, Category: "partners"}, Source: "file of dupont", Base: "dupont's"})
	for _, e := range []suppression.Entry{
		{Class: suppression.Exclusion, Client: dupont.ID, Reason: suppression.NotMyCustomer, Scope: contact.Scope{Base: rented.ID, Controller: martin.ID}},
		{Class: suppression.Refusal, Reason: suppression.Replied, Scope: contact.Scope{Controller: dupont.ID}},
		{Class: suppression.Refusal, Reason: suppression.Complained, Scope: contact.Scope{Group: martin.Group}},
		{Class: suppression.Refusal, Reason: suppression.Complained, Scope: contact.Scope{Group: "another party"}},
		{Class: suppression.Refusal, Reason: suppression.ByForm, Scope: contact.Scope{Controller: martin.ID}},
		{Class: suppression.Exclusion, Client: martin.ID, Reason: suppression.NotMyCustomer},
	} {
		e.ID, e.Fingerprint, e.Happened, e.Recorded = uuid.New(), h.keys.Fingerprint(a), h.now, h.now
		_, err := h.list.Add(t.Context(), h.keys.ID(), []suppression.Entry{e})
		require.NoError(t, err)
	}

	got := h.explain(a, asMartin)
	require.Empty(t, got.Held)
	require.Len(t, got.Acts, 2)
	require.Equal(t, consent.Objected, got.Acts[0].Kind, "what was withdrawn was given to somebody else")
	for _, act := range got.Acts {
		require.Equal(t, []string{martin.Name}, act.To)
	}
	require.Equal(t, "carrier", got.Acts[0].Source)
	require.Empty(t, got.Acts[1].Source, "the file is somebody else's")
	require.Len(t, got.Refusals, 3)
	b, err := json.Marshal(got)
	require.NoError(t, err)
	for _, word := range []string{"dupont", "Dupont", "partners", string(suppression.Complained), string(suppression.Replied)} {
		require.NotContains(t, string(b), word)
	}
	require.Contains(t, got.Refusals, campaign.ExplainedRefusal{
		At: h.now.Truncate(24 * time.Hour), Class: suppression.Refusal, Reason: campaign.SharedRefusal, Scope: "group=party",
	})
	require.Contains(t, got.Refusals, campaign.ExplainedRefusal{At: h.now, Class: suppression.Refusal, Reason: suppression.ByForm, Scope: "controller=martin"})

	// The owner sees what its base said, and no client's wishes.
	seen := h.explain(a, asOwner)
	require.Len(t, seen.Acts, 1)
	require.Equal(t, []string{dupont.Name, "partners"}, seen.Acts[0].To)
	require.Empty(t, seen.Refusals)
	person := h.explain(a, asPerson)
	require.Len(t, person.Acts, 4)
	require.Equal(t, consent.Withdrawn, person.Acts[2].Kind)
	require.Len(t, person.Refusals, 4, "exclusions are not about the person")

	// Once it was given something itself, what ends it is a withdrawal.
	h.agree(martin, a)
	h.pass(time.Minute)
	record(consent.Act{Kind: consent.Withdrawn, By: consent.ByPerson, Grade: consent.Witnessed, Grantees: both, Evidence: &consent.Evidence{Event: "f"}})
	got = h.explain(a, asMartin)
	require.Equal(t, consent.Withdrawn, got.Acts[len(got.Acts)-1].Kind)
}

func TestExplainIsLogged(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	a := h.people(rented.ID, 2)[0]
	log := new(memory.Accesses)
	x := h.explainer(log, campaign.ExplainerOptions{PerUser: 2})
	for _, v := range []campaign.Viewer{asMartin, asOwner} {
		_, err := x.Explain(t.Context(), a, v)
		require.NoError(t, err)
		h.pass(time.Minute)
	}
	// A number that nobody holds is looked up, too.
	_, err := x.Explain(t.Context(), number(99), asMartin)
	require.NoError(t, err)
	from := h.now.Add(-2 * time.Minute)
	got, err := x.Explain(t.Context(), a, asMartin)
	require.ErrorIs(t, err, campaign.ErrTooMany)
	require.Zero(t, got)
	var many *campaign.TooManyError
	require.ErrorAs(t, err, &many)
	require.Equal(t, from.Add(time.Hour), many.Again)

	person, err := x.Explain(t.Context(), a, asPerson)
	require.NoError(t, err)
	require.Equal(t, []campaign.ExplainedLookUp{
		{At: from, Kind: campaign.AClient, Party: martin.Name, Why: "complaint 12", Outcome: campaign.Admitted},
		{At: from.Add(time.Minute), Kind: campaign.AnOwner, Party: owner.Name, Why: "request 3", Outcome: campaign.Admitted},
		{At: from.Add(2 * time.Minute), Kind: campaign.AClient, Party: martin.Name, Why: "complaint 12", Outcome: campaign.TooMany},
	}, person.LookUps)
	b, err := json.Marshal(person)
	require.NoError(t, err)
	require.NotContains(t, string(b), "agent", "an employee's name is not the person's to read")
	require.Contains(t, person.Text(language.French, nil), "en tant que propriétaire de base : request 3")
	require.Contains(t, person.Text(language.English, nil), "asked too often")
	owner, err := x.Explain(t.Context(), a, asOwner)
	require.NoError(t, err)
	require.Empty(t, owner.LookUps)
	kept, err := log.Accesses(t.Context(), h.keys.ID(), h.keys.Fingerprint(a))
	require.NoError(t, err)
	require.Len(t, kept, 5)
	require.Equal(t, asPerson.By, kept[3].By)
	h.pass(time.Hour)
	_, err = x.Explain(t.Context(), a, asMartin)
	require.NoError(t, err)
}

func TestExplainPerParty(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	x := h.explainer(new(memory.Accesses), campaign.ExplainerOptions{PerParty: 1})
	_, err := x.Explain(t.Context(), number(1), asMartin)
	require.NoError(t, err)
	colleague := asMartin
	colleague.By = "agent 9"
	_, err = x.Explain(t.Context(), number(2), colleague)
	require.ErrorIs(t, err, campaign.ErrTooMany)
	for range 3 {
		_, err = x.Explain(t.Context(), number(2), asPerson)
		require.NoError(t, err)
	}
}

type (
	accessLog = memory.Accesses
	noLog     struct{ accessLog }
)

var errDisk = errors.New("no disk")

func (*noLog) Admit(context.Context, contact.KeyID, campaign.Access, campaign.AccessLimits) (campaign.Access, time.Time, error) {
	return campaign.Access{}, time.Time{}, errDisk
}

// untouched is a source that nobody may ask.
type untouched struct {
	contact.Source
	t *testing.T
}

func (u untouched) ByAddress(context.Context, contact.BaseID, contact.Address) ([]contact.Contact, error) {
	u.t.Error("looked before the log was written")
	return nil, nil
}

func TestExplainFailsClosed(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	bases := []campaign.Holding{{Base: rented, Source: untouched{t: t}}}
	x, err := campaign.NewExplainer(h.register, h.outbox, new(noLog), &campaign.ExplainerOptions{Bases: bases})
	require.NoError(t, err)
	got, err := x.Explain(t.Context(), number(1), asPerson)
	require.ErrorIs(t, err, errDisk)
	require.Zero(t, got)
	x, err = campaign.NewExplainer(h.register, h.outbox, new(memory.Accesses), &campaign.ExplainerOptions{Bases: bases})
	require.NoError(t, err)
	for what, v := range map[string]campaign.Viewer{
		"nobody": {By: "a"}, "the-host": {Kind: campaign.TheHost, By: "a", Party: "p", Why: "w"}, "no By": {Kind: campaign.ThePerson},
		"no Party": {Kind: campaign.AClient, By: "a", Why: "w"}, "no Why": {Kind: campaign.AnOwner, By: "a", Party: "p"},
	} {
		_, err := x.Explain(t.Context(), number(1), v)
		require.ErrorContains(t, err, what)
	}
	_, err = campaign.NewExplainer(h.register, h.outbox, nil, nil)
	require.Error(t, err)
	_, err = campaign.NewExplainer(h.register, h.outbox, new(memory.Accesses), &campaign.ExplainerOptions{PerUser: -1})
	require.Error(t, err)
}
