package campaign_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// Of these two clients martin looks, and nothing that dupont or petit does may
// change what martin sees. petit is of martin's group.
var (
	petit  = contact.Party{ID: "petit", Name: "Dominique Petit", Group: martin.Group}
	mine   = contact.Base{ID: "mine", Name: "Sympathisants", Owner: martin, Mode: contact.Own}
	theirs = contact.Base{ID: "theirs", Name: "Adhérents", Owner: dupont, Mode: contact.Own}
)

const (
	everybody = 45 // enough for numbers that are not Few
	involved  = 6  // of them something happens to
)

// An isolationStep is one thing that happens. by is who does it, "" for a person.
type isolationStep struct {
	by   contact.PartyID
	what string
	who  int
	base contact.Base
	to   string // the sender
}

func (s isolationStep) String() string {
	return fmt.Sprintf("%s:%s(%d %s %s)", s.by, s.what, s.who, s.base.ID, s.to)
}

func party(id contact.PartyID) contact.Party {
	for _, p := range []contact.Party{martin, dupont, petit} {
		if p.ID == id {
			return p
		}
	}
	return contact.Party{}
}

// isolationHistory draws a history of what clients and people do. Half of them
// are clear: every sender is one client's on one base, and who says STOP answers
// what they were sent, so that no refusal of others reaches martin.
func isolationHistory(rng *rand.Rand) []isolationStep {
	out := anyHistory(rng)
	if rng.IntN(2) == 0 {
		return out
	}
	has, got := map[string]bool{}, map[string]bool{}
	key := func(s isolationStep) string { return fmt.Sprint(s.by, s.who, s.base.ID) }
	kept := out[:0]
	for _, s := range out {
		if s.to = s.to[:4] + "0"; s.base.Mode == contact.Own {
			s.to = s.to[:4] + "1"
		}
		s.to = fmt.Sprint(s.to[:3], slices.Index([]contact.PartyID{martin.ID, dupont.ID, petit.ID}, s.by), s.to[4:])
		switch s.what {
		case "import":
			has[key(s)] = true
		case "send":
			for i := range involved {
				to := s
				to.who = i
				got[key(to)] = got[key(to)] || has[key(to)] || s.base.ID != theirs.ID
			}
		case "stop":
			if !got[key(s)] || s.by != martin.ID && s.base.ID == rented.ID {
				continue
			}
		}
		kept = append(kept, s)
	}
	return kept
}

func anyHistory(rng *rand.Rand) []isolationStep {
	var out []isolationStep
	whats := []string{"import", "exclude", "agree", "send", "send", "send", "send", "stop", "stop", "count", "explain"}
	for range 14 + rng.IntN(12) {
		s := isolationStep{what: whats[rng.IntN(len(whats))], who: rng.IntN(involved), base: rented}
		s.by = []contact.PartyID{martin.ID, dupont.ID, dupont.ID, petit.ID}[rng.IntN(4)]
		if own := map[contact.PartyID]contact.Base{martin.ID: mine, dupont.ID: theirs}[s.by]; own.ID != "" && rng.IntN(2) == 0 || s.what == "import" {
			s.base = own
		}
		s.to = "3618" + fmt.Sprint(slices.Index([]contact.PartyID{martin.ID, dupont.ID, petit.ID}, s.by))
		if rng.IntN(5) == 0 {
			s.to = "36180-shared"
		}
		if s.base.ID == "" {
			continue // petit has no base to import into
		}
		out = append(out, s)
	}
	return out
}

// An isolated world runs a history with or without the steps of others.
type isolated struct {
	*host
	counter   *campaign.Counter
	explainer *campaign.Explainer
	alone     bool
	sent      []string // martin's campaigns
	seen      map[string]string
	received  map[int]campaign.Received
}

func newIsolated(t *testing.T, alone bool) *isolated {
	h := newHost(t)
	w := &isolated{host: h, alone: alone, seen: map[string]string{}, received: map[int]campaign.Received{}}
	h.people(rented.ID, everybody)
	for _, p := range []contact.Party{martin, dupont, petit} {
		for i := range everybody {
			h.agree(p, number(i))
		}
	}
	for i := range everybody {
		w.bring(mine, i)
	}
	var err error
	w.counter, err = campaign.NewCounter(h.planner, new(memory.Counts), []byte("one secret for both worlds"), nil)
	require.NoError(t, err)
	w.explainer, err = campaign.NewExplainer(h.register, h.outbox, new(memory.Accesses), &campaign.ExplainerOptions{
		Bases:   []campaign.Holding{{Base: rented, Source: h.contacts}, {Base: mine, Source: h.contacts}, {Base: theirs, Source: h.contacts}},
		Parties: []contact.Party{owner, martin, dupont, petit},
	})
	require.NoError(t, err)
	h.pass(time.Minute)
	return w
}

func (w *isolated) bring(base contact.Base, i int) {
	w.put(contact.Contact{
		ID: contact.ID(fmt.Sprintf("P%02d", i)), Base: base.ID, Points: []contact.Point{{Address: number(i)}},
		Origins: []contact.Provenance{{Origin: origin, Collected: w.now.AddDate(-1, 0, 0)}},
	})
}

func (w *isolated) campaign(at int, s isolationStep) campaign.Campaign {
	c := content(fmt.Sprint(s.by, at), party(s.by))
	c.Request.Base = s.base
	c.Request.Sender = contact.Sender{Value: s.to[:5], Kind: contact.ShortCode, Owner: owner.ID, Shared: strings.HasSuffix(s.to, "shared")}
	if c.Request.Sender.Shared {
		c.Request.Sender.Value = "38000"
	}
	if s.base.Mode == contact.Own {
		c.Request.Controllers = []contact.Party{party(s.by)}
	}
	return c
}

func (w *isolated) step(at int, s isolationStep) {
	defer w.pass(time.Minute)
	ours := s.by == martin.ID
	shared := strings.HasSuffix(s.to, "shared")
	if w.alone && !ours && (s.what != "stop" || !shared) {
		return
	}
	viewer := campaign.Viewer{Kind: campaign.AClient, Party: s.by, By: "agent of " + string(s.by), Why: "a test"}
	switch s.what {
	case "import":
		w.bring(s.base, s.who)
	case "exclude":
		w.exclude(s.by, number(s.who))
	case "agree":
		w.agree(party(s.by), number(s.who))
	case "send":
		c := w.campaign(at, s)
		w.launch(c)
		w.run(c.ID())
		if ours {
			w.sent = append(w.sent, c.ID())
		}
	case "stop":
		to := w.campaign(at, s).Request.Sender.Value
		w.received[at] = w.handle(provider.Event{ID: fmt.Sprint("stop", at), Kind: provider.InboundText, From: number(s.who), To: to, Text: "STOP", Sent: w.now})
	case "count":
		got, err := w.counter.Count(w.t.Context(), w.campaign(at, s), viewer)
		require.NoError(w.t, err)
		if ours {
			w.see(fmt.Sprintf("base %s: step %d", s.base.ID, at), got)
		}
	case "explain":
		got, err := w.explainer.Explain(w.t.Context(), number(s.who), viewer)
		require.NoError(w.t, err)
		if ours {
			w.seeExplanation(s.who, fmt.Sprintf("step %d", at), got)
		}
	}
}

func (w *isolated) see(what string, v any) {
	b, err := json.Marshal(v)
	require.NoError(w.t, err)
	w.seen[what] = string(b)
}

// seeExplanation keeps messages apart by base: one that was not sent, for a
// refusal of the base, is not in the explanation.
func (w *isolated) seeExplanation(who int, when string, e campaign.Explanation) {
	byBase := map[contact.BaseID][]campaign.ExplainedMessage{}
	for _, m := range e.Messages {
		base := mine.ID
		if slices.Contains(m.By, owner.Name) {
			base = rented.ID
		}
		byBase[base] = append(byBase[base], m)
	}
	for _, base := range []contact.BaseID{rented.ID, mine.ID} {
		w.see(fmt.Sprintf("base %s: messages to %d, %s", base, who, when), byBase[base])
	}
	e.Messages = nil
	w.see(fmt.Sprintf("person %d: %s", who, when), e)
}

// look asks for everything that martin may see.
func (w *isolated) look() {
	for _, base := range []contact.Base{rented, mine} {
		got, err := w.counter.Count(w.t.Context(), w.campaign(1000, isolationStep{by: martin.ID, base: base, to: "36180"}), asMartin)
		require.NoError(w.t, err)
		w.see(fmt.Sprintf("base %s: count", base.ID), got)
	}
	for i := range involved {
		got, err := w.explainer.Explain(w.t.Context(), number(i), asMartin)
		require.NoError(w.t, err)
		w.seeExplanation(i, "explanation", got)
	}
	for _, id := range w.sent {
		saved, err := w.outbox.Campaign(w.t.Context(), id)
		require.NoError(w.t, err)
		got, err := w.counter.Tally(w.t.Context(), id, asMartin)
		require.NoError(w.t, err)
		w.see(fmt.Sprintf("base %s: tally of %s", saved.Campaign.Request.Base.ID, id), got)
	}
	var out strings.Builder
	_, err := suppression.Export(w.t.Context(), w.list, w.keys, &out, suppression.ExportOptions{At: w.now, Keep: suppression.OfController(martin.ID)})
	require.NoError(w.t, err)
	w.see("export", out.String())
}
