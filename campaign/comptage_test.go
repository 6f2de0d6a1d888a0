package campaign_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var counting = campaign.Viewer{Kind: campaign.AClient, Party: martin.ID, By: "agent 7"}

// counted is a host whose rented base has n people, aged 1000 and up, who all
// agreed to messages of the party's two candidates.
func counted(t *testing.T, n int) *host {
	t.Helper()
	h := newHost(t)
	cs := make([]contact.Contact, n)
	for i := range cs {
		cs[i] = contact.Contact{
			ID: contact.ID(fmt.Sprintf("P%03d", i)), Base: rented.ID, Points: []contact.Point{{Address: number(i)}},
			Origins:    []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
			Attributes: []contact.Attribute{{Name: "age", Value: contact.Number(int64(1000 + i))}},
		}
		h.agree(martin, number(i))
		h.agree(dupont, number(i))
	}
	h.put(cs...)
	return h
}

func (h *host) counter(secret int) *campaign.Counter {
	h.t.Helper()
	c, err := campaign.NewCounter(h.planner, new(memory.Counts), fmt.Appendf(nil, "a secret of the tests, number %d", secret), nil)
	require.NoError(h.t, err)
	return c
}

func (h *host) count(c *campaign.Counter, of campaign.Campaign) campaign.Comptage {
	h.t.Helper()
	out, err := c.Count(h.t.Context(), of, counting)
	require.NoError(h.t, err)
	require.Equal(h.t, out.Audience.N, out.Reachable.N+out.Excluded.N+out.Unfit.N+out.Withheld.N)
	for _, n := range []campaign.Count{out.Audience, out.Reachable, out.Excluded, out.Unfit, out.Withheld} {
		require.Zero(h.t, n.N%20)
		require.Equal(h.t, n.N == 0, n.Few, "none and few are one")
	}
	return out
}

func aged(id string, op campaign.Op, age int64) campaign.Campaign {
	c := content(id, martin)
	c.Audience.Conditions = []campaign.Condition{{Attribute: "age", Op: op, Values: []contact.Value{contact.Number(age)}}}
	return c
}

func TestCountSmall(t *testing.T) {
	t.Parallel()
	h := counted(t, 90)
	for _, n := range []int64{0, 1, 19, 90} {
		for secret := range 20 {
			got := h.count(h.counter(secret), aged("c", campaign.AtMost, 999+n))
			require.Equal(t, n < 20, got.Audience.Few, "%d people, secret %d", n, secret)
			require.Equal(t, n < 20, got.Reachable.Few)
			require.True(t, got.Withheld.Few)
			require.Nil(t, got.Exact)
			require.InDelta(t, n, got.Audience.N, 30)
		}
	}
}

func TestCountExactly(t *testing.T) {
	t.Parallel()
	h := counted(t, 5)
	h.exclude(martin.ID, number(4))
	c := h.counter(1)
	for _, v := range []campaign.Viewer{{Kind: campaign.TheHost}, {Kind: campaign.AnOwner, Party: owner.ID}} {
		got, err := c.Count(t.Context(), content("c", martin), v)
		require.NoError(t, err)
		require.Equal(t, []int{5, 4, 1, 0, 0}, []int{got.Audience.N, got.Reachable.N, got.Excluded.N, got.Unfit.N, got.Withheld.N})
		require.Equal(t, 5, got.Exact.Tally.Total())
	}
	for _, v := range []campaign.Viewer{
		{}, {Kind: campaign.ThePerson}, {Kind: campaign.AClient}, {Kind: campaign.AClient, Party: dupont.ID},
		{Kind: campaign.AnOwner, Party: martin.ID}, {Kind: campaign.AClient, Party: owner.ID},
	} {
		_, err := c.Count(t.Context(), content("c", martin), v)
		require.ErrorIs(t, err, campaign.ErrNotYours, "%v", v)
	}
}

func (h *host) exclude(client contact.PartyID, as ...contact.Address) {
	h.t.Helper()
	for _, a := range as {
		_, err := h.list.Add(h.t.Context(), h.keys.ID(), []suppression.Entry{{
			ID: uuid.New(), Class: suppression.Exclusion, Fingerprint: h.keys.Fingerprint(a), Reason: suppression.NotMyCustomer,
			Client: client, Happened: h.now, Recorded: h.now,
		}})
		require.NoError(h.t, err)
	}
}

// A client of its own base sees everybody in it, and not what others did.
func TestCountOwnBase(t *testing.T) {
	t.Parallel()
	h := counted(t, 3)
	c := content("mine", martin)
	c.Request.Base.Owner, c.Request.Base.Mode, c.Request.Controllers = martin, contact.Own, []contact.Party{martin}
	c.Request.Caps = []consent.Cap{{Count: 1, Within: 24 * time.Hour}}
	theirs := content("theirs", martin)
	theirs.Request.Client = dupont.ID
	h.launch(theirs)
	refuse(h, dupont.ID, number(0))
	refuse(h, martin.ID, number(1))
	got, err := h.counter(1).Count(t.Context(), c, counting)
	require.NoError(t, err)
	require.Equal(t, campaign.Tally{{State: campaign.Ready}: 2, {State: campaign.Excluded, Code: campaign.CodeWithheld}: 1}, got.Exact.Tally)
	require.Empty(t, got.Exact.Reasons, "no reason but the client's own")
	h.run("theirs")
	later, err := h.counter(1).Count(t.Context(), c, counting)
	require.NoError(t, err)
	require.Equal(t, got.Exact.Tally, later.Exact.Tally)
}

func refuse(h *host, who contact.PartyID, a contact.Address) {
	h.t.Helper()
	_, err := h.list.Add(h.t.Context(), h.keys.ID(), []suppression.Entry{{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: h.keys.Fingerprint(a), Reason: suppression.ByForm,
		Scope: contact.Scope{Controller: who}, Happened: h.now, Recorded: h.now,
	}})
	require.NoError(h.t, err)
}

// Attack: all, and all but one, chosen by a condition.
func TestCountAttackOneLess(t *testing.T) {
	t.Parallel()
	h := counted(t, 100)
	for secret := range 25 {
		c := h.counter(secret)
		all := h.count(c, aged("all", campaign.AtMost, 1099))
		for _, oldest := range []int64{1098, 1090, 1080} {
			less := h.count(c, aged("less", campaign.AtMost, oldest))
			require.Equal(t, all.Audience, less.Audience, "secret %d", secret)
			require.Equal(t, all.Reachable, less.Reachable, "secret %d", secret)
		}
	}
}

// Attack: the same question again, to take the mean.
func TestCountAttackRepeated(t *testing.T) {
	t.Parallel()
	h := counted(t, 100)
	for secret := range 10 {
		log, other, first := new(memory.Counts), asViewer(dupont), campaign.Comptage{}
		for i := range 12 {
			// A new log each four, as for a client who comes by another name.
			if i%4 == 0 {
				log = new(memory.Counts)
			}
			c, err := campaign.NewCounter(h.planner, log, fmt.Appendf(nil, "one secret for all, number %d", secret), nil)
			require.NoError(t, err)
			of, v := aged(fmt.Sprint("c", i), campaign.AtMost, 1059), counting
			if i%2 == 1 {
				of, v = content(fmt.Sprint("d", i), dupont), other
				of.Audience = aged("", campaign.AtMost, 1059).Audience
			}
			got, err := c.Count(t.Context(), of, v)
			require.NoError(t, err)
			if i == 0 {
				first = got
			}
			require.Equal(t, first.Audience, got.Audience, "secret %d", secret)
			require.Equal(t, first.Reachable, got.Reachable, "secret %d", secret)
			h.pass(time.Minute)
		}
	}
}

// What one client was told does not change what another is told, close as their
// audiences may be.
func TestCountApart(t *testing.T) {
	t.Parallel()
	h := counted(t, 100)
	for secret := range 20 {
		shared := h.counter(secret)
		theirs := content("theirs", dupont)
		theirs.Audience = aged("", campaign.AtMost, 1079).Audience
		_, err := shared.Count(t.Context(), theirs, asViewer(dupont))
		require.NoError(t, err)
		of := aged("mine", campaign.AtMost, 1069)
		require.Equal(t, h.count(h.counter(secret), of), h.count(shared, of), "secret %d", secret)
	}
}

func asViewer(p contact.Party) campaign.Viewer {
	return campaign.Viewer{Kind: campaign.AClient, Party: p.ID, By: "agent 8"}
}

// Attack: the client excludes one person, to see whether that changes anything.
func TestCountAttackExclusion(t *testing.T) {
	t.Parallel()
	for secret := range 12 {
		h := counted(t, 60)
		refuse(h, martin.ID, number(7))
		c := h.counter(secret)
		before := h.count(c, content("before", martin))
		h.exclude(martin.ID, number(8)) // who was to be written to
		one := h.count(c, content("one", martin))
		h.exclude(martin.ID, number(7)) // who was not
		require.Equal(t, before.Reachable, one.Reachable, "secret %d", secret)
		require.Equal(t, one, setID(h.count(c, content("two", martin)), one), "secret %d", secret)
	}
}

func setID(c, like campaign.Comptage) campaign.Comptage {
	c.Campaign, c.At = like.Campaign, like.At
	return c
}

// Attack: two candidates of one client, of whom the person refused one.
func TestCountAttackTwoParties(t *testing.T) {
	t.Parallel()
	group := dupont
	group.Group = martin.Group
	for secret := range 12 {
		h := counted(t, 60)
		refuse(h, dupont.ID, number(7))
		c := h.counter(secret)
		first, second := content("first", martin), content("second", group)
		second.Request.Client = martin.ID
		require.Equal(t, h.count(c, first).Reachable, h.count(c, second).Reachable, "secret %d", secret)
	}
}

func TestCountLimit(t *testing.T) {
	t.Parallel()
	h := counted(t, 1)
	c, err := campaign.NewCounter(h.planner, new(memory.Counts), make([]byte, 16), &campaign.CounterOptions{PerDay: 2})
	require.NoError(t, err)
	from := h.now
	h.count(c, content("one", martin))
	h.pass(time.Hour)
	h.count(c, content("two", martin))
	_, err = c.Count(t.Context(), content("three", martin), counting)
	require.ErrorIs(t, err, campaign.ErrTooMany)
	var many *campaign.TooManyError
	require.ErrorAs(t, err, &many)
	require.Equal(t, from.Add(24*time.Hour), many.Again)
	_, err = c.Count(t.Context(), content("three", martin), campaign.Viewer{Kind: campaign.TheHost})
	require.NoError(t, err, "exact numbers are for whoever has them anyway")
	_, err = c.Count(t.Context(), content("theirs", dupont), asViewer(dupont))
	require.NoError(t, err, "each client has its own")
	h.pass(23*time.Hour - time.Microsecond)
	_, err = c.Count(t.Context(), content("three", martin), counting)
	require.ErrorIs(t, err, campaign.ErrTooMany)
	h.pass(time.Microsecond)
	h.count(c, content("three", martin))
}

// Nobody is told anything that is not on the log.
func TestCountFailsClosed(t *testing.T) {
	t.Parallel()
	h := counted(t, 60)
	broken := errors.New("no disk")
	for _, log := range []*brokenCounts{{take: broken}, {answers: broken}, {keep: broken}} {
		c, err := campaign.NewCounter(h.planner, log, make([]byte, 16), nil)
		require.NoError(t, err)
		got, err := c.Count(t.Context(), content("c", martin), counting)
		require.ErrorIs(t, err, broken)
		require.Zero(t, got)
	}
	// Somebody who asks at the same moment does not make two answers of one.
	c, err := campaign.NewCounter(h.planner, &brokenCounts{stale: 3}, make([]byte, 16), nil)
	require.NoError(t, err)
	h.count(c, content("c", martin))
	_, err = campaign.NewCounter(h.planner, new(memory.Counts), make([]byte, 15), nil)
	require.ErrorContains(t, err, "15 bytes")
}
