package campaign_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// reachTable is how far a STOP, a NON and a OUI reach, for every kind of base,
// sender and purpose, with one client and with two. It is written in words that a
// lawyer can check against design §2.
const reachTable = "../docs/reach.md"

const reachIntro = `# How far an answer reaches

The person holds one number. Martin, of a group of candidates, has written to it; in half of the lines Dupont, another
client of the same prestataire, has too, an hour later, from the same kind of base. Then the person answers the number
that Martin wrote from. Situations with the same consequence stand together, above it: who may not write to the person any
more, by SMS or RCS. A test writes this page from what the library does.
`

type situation struct {
	mode    contact.BaseMode
	shared  bool
	two     bool
	purpose contact.Purpose
}

func (s situation) String() string {
	base := map[contact.BaseMode]string{contact.Own: "its own file", contact.Rented: "a rented base", contact.Sold: "a sold file"}[s.mode]
	sender := "its own number"
	if s.shared {
		sender = "a shared short code"
	}
	out := fmt.Sprintf("Martin wrote from %s, for a %s purpose, with %s", base, s.purpose, sender)
	if s.two {
		out += "; Dupont wrote too"
	}
	return out
}

// request is what one of the two clients sent.
func (s situation) request(id string, who contact.Party) consent.Request {
	r := request(id, who)
	r.Purpose, r.Base = s.purpose, s.base(who)
	r.Controllers = []contact.Party{who}
	if s.mode == contact.Rented {
		r.Controllers = append(r.Controllers, owner)
	}
	r.Sender.Shared = s.shared
	if !s.shared {
		r.Sender.Value, r.Sender.Owner = map[contact.PartyID]string{martin.ID: "36181", dupont.ID: "36182"}[who.ID], who.ID
	}
	return r
}

func (s situation) base(who contact.Party) contact.Base {
	if s.mode == contact.Rented {
		return rented
	}
	return contact.Base{ID: contact.BaseID(s.mode.String() + "-" + string(who.ID)), Owner: who, Mode: s.mode}
}

// A probe is a message that somebody may want to send afterwards.
type probe struct {
	words string
	req   consent.Request
}

func (s situation) probes() []probe {
	colleague := contact.Party{ID: "petit", Name: "Dominique Petit", Group: martin.Group}
	stranger := contact.Party{ID: "leroy", Name: "Claude Leroy"}
	of := func(who contact.Party, mode contact.BaseMode, purpose contact.Purpose) consent.Request {
		t := situation{mode: mode, purpose: purpose}
		return t.request("later", who)
	}
	return []probe{
		{"Martin, political, from its own file", of(martin, contact.Own, contact.Political)},
		{"Martin, commercial, from its own file", of(martin, contact.Own, contact.Commercial)},
		{"Martin, service", of(martin, contact.Own, contact.Service)},
		{"Martin, political, from the rented base", of(martin, contact.Rented, contact.Political)},
		{"a candidate of Martin's group, political", of(colleague, contact.Own, contact.Political)},
		{"Dupont, political, from its own file", of(dupont, contact.Own, contact.Political)},
		{"Dupont, commercial, from its own file", of(dupont, contact.Own, contact.Commercial)},
		{"Dupont, service", of(dupont, contact.Own, contact.Service)},
		{"Dupont, political, from the rented base", of(dupont, contact.Rented, contact.Political)},
		{"a client who never wrote, political, from the rented base", of(stranger, contact.Rented, contact.Political)},
		{"a client who never wrote, commercial, from the rented base", of(stranger, contact.Rented, contact.Commercial)},
		{"a client who never wrote, political, from its own file", of(stranger, contact.Own, contact.Political)},
	}
}

// sent makes the outbox know that a message of c went to a.
func (h *host) sent(c campaign.Campaign, a contact.Address) {
	h.t.Helper()
	ctx := h.t.Context()
	id, f := c.ID(), h.keys.Fingerprint(a)
	require.NoError(h.t, h.outbox.Create(ctx, c))
	row := campaign.Row{Dispatch: campaign.NewDispatch(id, f), Contact: "P00", Fingerprint: f, Class: campaign.Class{State: campaign.Ready, Code: "consent.given"}}
	_, err := h.outbox.Freeze(ctx, h.keys.ID(), campaign.Chunk{Campaign: id, Seq: 1, Rows: []campaign.Row{row}, Last: true})
	require.NoError(h.t, err)
	l, err := h.outbox.Lease(ctx, id, "w", time.Minute)
	require.NoError(h.t, err)
	attempt := campaign.AttemptID{Dispatch: row.Dispatch, No: 1}
	marked, err := h.outbox.Mark(ctx, l, []campaign.AttemptID{attempt})
	require.NoError(h.t, err)
	require.Equal(h.t, []bool{true}, marked)
	require.NoError(h.t, h.outbox.Settle(ctx, []campaign.Settlement{{Attempt: attempt, Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}, At: h.now}}))
	h.pass(time.Hour)
}

// refused returns the probes that the list refuses.
func (h *host) refused(a contact.Address, probes []probe) []string {
	h.t.Helper()
	hits, err := h.list.Match(h.t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(a)})
	require.NoError(h.t, err)
	var out []string
	for _, p := range probes {
		target := p.req.Target()
		for i := range hits {
			if hits[i].Entry.Reaches(&target, p.req.Campaign, p.req.Client, h.now) {
				out = append(out, p.words)
				break
			}
		}
	}
	return out
}

func TestReachTable(t *testing.T) {
	t.Parallel()

	var b strings.Builder
	b.WriteString(reachIntro)
	var situations []situation
	for _, mode := range []contact.BaseMode{contact.Own, contact.Rented, contact.Sold} {
		for _, purpose := range []contact.Purpose{contact.Political, contact.Commercial, contact.Service} {
			if purpose == contact.Service && mode == contact.Rented {
				continue // service is never available from a rented base
			}
			for _, shared := range []bool{false, true} {
				for _, two := range []bool{false, true} {
					situations = append(situations, situation{mode, shared, two, purpose})
				}
			}
		}
	}
	var stop, no, yes consequences
	for _, s := range situations {
		h, a, r := s.answered(t, "STOP", consent.ContentMessage)
		require.NotEmpty(t, r.Refused)
		stop.add(s, h.refused(a, s.probes()))
		if s.purpose != contact.Political {
			continue // in France nobody may ask by SMS for anything else
		}
		h, a, _ = s.answered(t, "NON", consent.ConsentRequest)
		no.add(s, h.refused(a, s.probes()))
		_, _, r = s.answered(t, "OUI", consent.ConsentRequest)
		if r.Given {
			require.Equal(t, []string{"martin"}, r.Campaigns)
			yes.add(s, []string{"consent to Martin, for political messages, and to nobody else"})
		} else {
			require.True(t, r.Review)
			yes.add(s, []string{"nothing, since nobody knows to which of the two; a human looks at it"})
		}
	}
	b.WriteString("\n## STOP to a message\n" + stop.text("it refuses"))
	b.WriteString("\n## NON to a consent request\n" + no.text("it refuses"))
	b.WriteString("\n## OUI to a consent request\n" + yes.text("it gives"))
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(reachTable, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(reachTable)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "UPDATE_GOLDEN=1 go test ./campaign -run TestReachTable, and read every line that changes")
}

// answered plays a situation up to the answer.
func (s situation) answered(t *testing.T, text string, kind consent.Kind) (*host, contact.Address, campaign.Received) {
	t.Helper()
	h := newHost(t)
	a := number(0)
	wrote := func(id string, who contact.Party) consent.Request {
		c := content(id, who)
		if kind == consent.ConsentRequest {
			c = asking(id, who)
		}
		c.Request = s.request(id, who)
		c.Request.Kind = kind
		h.sent(c, a)
		return c.Request
	}
	to := wrote("martin", martin).Sender.Value
	if s.two {
		wrote("dupont", dupont)
	}
	return h, a, h.handle(provider.Event{Kind: provider.InboundText, From: a, To: to, Text: text, Sent: h.now})
}

// consequences are situations by what follows from them, in the order of the first.
type consequences struct {
	order      []string
	situations map[string][]string
}

func (g *consequences) add(s situation, consequence []string) {
	if g.situations == nil {
		g.situations = map[string][]string{}
	}
	key := "- " + strings.Join(consequence, "\n- ") + "\n"
	if g.situations[key] == nil {
		g.order = append(g.order, key)
	}
	g.situations[key] = append(g.situations[key], s.String())
}

func (g *consequences) text(verb string) string {
	var b strings.Builder
	for i, key := range g.order {
		fmt.Fprintf(&b, "\n### %d\n\nWhere\n\n- %s\n\n%s\n\n%s", i+1, strings.Join(g.situations[key], "\n- "), verb, key)
	}
	return b.String()
}
