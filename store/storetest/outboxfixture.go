package storetest

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var ready = campaign.Class{State: campaign.Ready, Code: "consent.given"}

// campaignNamed returns a valid campaign of the candidate on the rented base.
func campaignNamed(id string) campaign.Campaign {
	w := world{}
	return w.content(id)
}

// frozen creates a campaign with n rows in chunks of size and returns it ready
// to run.
func frozen(t *testing.T, o campaign.Outbox, id string, n, size int) {
	t.Helper()
	require.NoError(t, o.Create(t.Context(), campaignNamed(id)))
	for seq, at := 1, 0; at < n || seq == 1; seq++ {
		c := campaign.Chunk{Campaign: id, Seq: seq, Next: contact.Position("next")}
		for ; at < n && len(c.Rows) < size; at++ {
			c.Rows = append(c.Rows, rowOf(id, at))
		}
		c.Last = at >= n
		_, err := o.Freeze(t.Context(), keyA, c)
		require.NoError(t, err)
	}
}

func printOf(n int) contact.Fingerprint { return contact.Fingerprint{1, byte(n), byte(n >> 8)} }

func rowOf(id string, n int) campaign.Row {
	return campaign.Row{Dispatch: campaign.NewDispatch(id, printOf(n)), Contact: "c", Fingerprint: printOf(n), Class: ready}
}

func lease(t *testing.T, s Stores, id string) campaign.Lease {
	t.Helper()
	l, err := s.Outbox.Lease(t.Context(), id, "w", time.Minute)
	require.NoError(t, err)
	return l
}

// mark marks the first row of a lease and returns the attempt.
func mark(t *testing.T, s Stores, l campaign.Lease) campaign.AttemptID {
	t.Helper()
	require.NotEmpty(t, l.Rows)
	id := campaign.AttemptID{Dispatch: l.Rows[0].Dispatch, No: l.Rows[0].No}
	marked, err := s.Outbox.Mark(t.Context(), l, []campaign.AttemptID{id})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, marked)
	return id
}

func settle(t *testing.T, s Stores, st campaign.Settlement) {
	t.Helper()
	st.At = s.Clock.Now()
	require.NoError(t, s.Outbox.Settle(t.Context(), []campaign.Settlement{st}))
}

func answered(id campaign.AttemptID, k provider.OutcomeKind) campaign.Settlement {
	return campaign.Settlement{Attempt: id, Kind: campaign.Answered, Outcome: provider.Outcome{Kind: k, CarrierID: "c-" + id.Dispatch.String()}}
}

func tallyOf(t *testing.T, s Stores, id string) campaign.Tally {
	t.Helper()
	out, err := s.Outbox.Tally(t.Context(), id)
	require.NoError(t, err)
	saved, err := s.Outbox.Campaign(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, saved.Launch.Tally.Total(), out.Total(), "the sum is that of the launch")
	return out
}

func class(s campaign.State, code consent.Code) campaign.Class {
	return campaign.Class{State: s, Code: code}
}

// tryAgain marks the row of a campaign of one and returns the attempt, after
// which nobody holds a lease.
func tryAgain(t *testing.T, s Stores, id string) campaign.AttemptID {
	t.Helper()
	l := lease(t, s, id)
	a := mark(t, s, l)
	require.NoError(t, s.Outbox.Release(t.Context(), l))
	return a
}

// attempt returns what is known of an attempt.
func attempt(t *testing.T, s Stores, id campaign.AttemptID) campaign.Attempt {
	t.Helper()
	d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: id.Dispatch})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(d.Attempts), id.No)
	return d.Attempts[id.No-1]
}

// everywhere creates one campaign to one address for each ID, and marks none.
func everywhere(t *testing.T, s Stores, change func(id string, r *consent.Request), ids ...string) {
	t.Helper()
	for _, id := range ids {
		c := campaignNamed(id)
		change(id, &c.Request)
		require.NoError(t, s.Outbox.Create(t.Context(), c))
		_, err := s.Outbox.Freeze(t.Context(), keyA, campaign.Chunk{Campaign: id, Seq: 1, Rows: []campaign.Row{rowOf(id, 0)}, Last: true})
		require.NoError(t, err)
	}
}

func unchanged(string, *consent.Request) {}

var paris = time.FixedZone("CEST", 2*60*60)

// full returns a campaign with something in every field, whose times are in
// Paris and finer than what is kept.
func full(id string) campaign.Campaign {
	c := campaignNamed(id)
	r := &c.Request
	r.Client, r.Sponsor = "agence", "parti"
	r.Roles = []contact.Arrangement{{Party: owner.ID, Role: "joint-controller", Document: "C-1"}}
	r.Controllers = []contact.Party{{ID: "martin", Name: "Alex Martin", Group: "party", Aliases: []string{"A. Martin"}}, owner}
	r.Sender.Authorisation, r.CarrierClause = "AF2M-1", true
	r.Caps = []consent.Cap{{Count: 3, Within: 24 * time.Hour}, {Count: 9, Within: 7 * 24 * time.Hour}}
	r.NotBefore = time.Date(2024, 6, 3, 10, 0, 0, 123_456_789, paris)
	r.NotAfter = r.NotBefore.Add(48 * time.Hour)
	r.Assessments = []consent.Assessment{{
		ID: "a-1", Controller: "martin", Purpose: contact.Political, Channel: contact.SMS, Base: rented.ID, Document: contact.NoticeID{1},
		Signatory: "Alex Martin", Signed: r.NotBefore, Expectation: "l’élection est connue de tous",
	}}
	c.Name = "Juin, 1er envoi"
	c.Audience.Conditions = []campaign.Condition{
		{Attribute: "age", Op: campaign.AtLeast, Values: []contact.Value{contact.Number(18)}},
		{Attribute: "born", Op: campaign.AtMost, Values: []contact.Value{contact.Date(2006, time.June, 9)}},
		{Attribute: "city", Op: campaign.Is, Values: []contact.Value{contact.Text("L\u2019É\u0301tang-Salé"), contact.Text("2024-06-03"), contact.Text("7")}},
		{Attribute: "member", Op: campaign.IsNot, Values: []contact.Value{contact.Bool(true), contact.Bool(false)}},
		{Attribute: "street", Op: campaign.Absent},
	}
	c.Templates = []campaign.Template{
		{Language: "fr", Subject: "Objet", Text: "{{nom}} <b>&</b>\n{{origin}}", HTML: true, Fields: []campaign.Field{{Name: "nom", Default: "vous", MaxLength: 12}}},
		{Language: "en", Text: "Vote."},
	}
	c.PerSecond, c.MaxAttempts = 12.5, 3
	return c
}

// traced returns a trace with everything in it that is held by reference.
func traced() *consent.Trace {
	return &consent.Trace{
		Plan: consent.Digest{1}, Pack: consent.Digest{2}, At: day(2024, 6, 3), Chain: uuid.UUID{3}, Length: 4, Others: []int{1, 2},
		Entries: []uuid.UUID{{5}}, Territory: "FR", Zone: "Europe/Paris", Content: consent.Digest{6}, Outcome: consent.Allow, Code: "consent.given",
		Facts: consent.Facts{
			AddressKind: contact.Phone, Collected: day(2023, 6, 3), Chain: uuid.UUID{3}, SentKnown: true, Extra: map[string]string{"k": "v"},
			Sent: []consent.Sent{{Dispatch: uuid.UUID{7}, Controllers: []contact.PartyID{"martin"}, At: day(2024, 6, 1)}},
		},
	}
}

// dispatchID returns the ID of a dispatch that nobody froze.
func dispatchID(n int) uuid.UUID { return uuid.UUID{15: byte(n), 14: byte(n >> 8), 0: 1} }
