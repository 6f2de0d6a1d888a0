package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// A Trace is what one decision rested on, without an address: enough to judge
// again. Keep it with the attempt to send.
type Trace struct {
	Plan Digest    `json:"plan"`
	Pack Digest    `json:"pack"`
	At   time.Time `json:"at"`
	// Chain and Length say how much of the ledger was seen.
	Chain  ChainID `json:"chain,omitzero"`
	Length int     `json:"length,omitempty"`
	// Others are the indexes of acts of the chain that speak of another person
	// who shares the address.
	Others []int `json:"others,omitempty"`
	// Entries are those of the suppression list that stood for the address.
	Entries []uuid.UUID `json:"entries,omitempty"`
	// Where the recipient was.
	Territory  contact.Territory `json:"territory,omitempty"`
	FromNumber contact.Territory `json:"from_number,omitempty"`
	Zone       string            `json:"zone,omitempty"`
	// Where the data came from.
	Origin     contact.OriginID   `json:"origin,omitzero"`
	OriginKind contact.OriginKind `json:"origin_kind,omitempty"`
	// Content is the SHA-256 of the text.
	Content Digest `json:"content"`
	// Facts are the others.
	Facts Facts `json:"facts"`

	Outcome Outcome `json:"outcome"`
	Code    Code    `json:"code"`
}

func (p *Plan) trace(f *Facts, v *Verdict, r *Recipient) Trace {
	t := Trace{
		Plan: p.digest, Pack: p.pack, At: p.at,
		Chain: f.Chain, Length: len(f.Acts),
		FromNumber: r.Point.Address.Territory(),
		Content:    r.Content.Digest(),
		Facts:      *f,
		Outcome:    v.Outcome, Code: p.Code(v),
	}
	// Only what the tags of Facts keep is part of a trace.
	t.Facts.Place, t.Facts.Origin, t.Facts.Acts, t.Facts.Entries = nil, nil, nil, nil
	t.Facts.Subject, t.Facts.Fingerprint = "", contact.Fingerprint{}
	if r.Contact != nil {
		t.Territory, t.Zone = r.Contact.Territory, r.Contact.Zone
	}
	if f.Origin != nil {
		t.Origin, t.OriginKind = f.Origin.ID(), f.Origin.Kind
	}
	for i := range f.Acts {
		if f.Subject != "" && f.Acts[i].Subject != "" && f.Acts[i].Subject != f.Subject {
			t.Others = append(t.Others, i)
		}
	}
	for i := range f.Entries {
		t.Entries = append(t.Entries, f.Entries[i].ID)
	}
	return t
}

// A Replay is the answer of [Gate.Replay].
type Replay struct {
	Decision Decision
	// Same says that outcome and code are those of the trace.
	Same bool
	// Missing says what is no longer there or no longer the same, such as
	// erased evidence or a pack that changed.
	Missing []string
}

// Replay judges a decision again from its trace, with the rules that were known
// at the instant known: t.At to decide as then, now to decide as the law of
// then reads today. It needs the request that the campaign kept. It returns an
// error when something cannot be read; what was erased is no error, and is
// listed.
func (g *Gate) Replay(ctx context.Context, req Request, t Trace, known time.Time) (Replay, error) {
	var out Replay
	p, err := g.PlanAsOf(req, t.At, known)
	if err != nil {
		return out, err
	}
	if p.pack != t.Pack {
		out.Missing = append(out.Missing, "the pack of rules is not the one of then")
	} else if p.digest != t.Plan && known.Equal(t.At) {
		out.Missing = append(out.Missing, "the request, or what the host overrides, is not that of then")
	}
	f := t.Facts
	f.Place = p.Place(t.Territory, t.Zone, t.FromNumber)
	if t.OriginKind != "" {
		f.Origin = &contact.Origin{Kind: t.OriginKind}
	}
	if t.Length > 0 {
		chain, err := g.ledger.Chain(ctx, t.Chain)
		switch {
		case errors.Is(err, contact.ErrNotFound):
			out.Missing = append(out.Missing, "the chain of acts")
		case err != nil:
			return out, fmt.Errorf("consent: replay: %w", err)
		default:
			f.Acts = t.acts(&chain, &f, &out)
		}
	}
	for _, id := range t.Entries {
		e, _, err := g.list.Get(ctx, id)
		switch {
		case errors.Is(err, contact.ErrNotFound):
			out.Missing = append(out.Missing, "suppression entry "+id.String())
		case err != nil:
			return out, fmt.Errorf("consent: replay: %w", err)
		default:
			f.Entries = append(f.Entries, e)
		}
	}
	var v Verdict
	p.judge(&f, &v)
	out.Decision = p.decision(&f, &v)
	out.Same = out.Decision.Outcome == t.Outcome && out.Decision.Code == t.Code
	return out, nil
}

// acts returns the part of chain that the trace saw, with subjects reduced to
// whether they are another person's.
func (t *Trace) acts(chain *Chain, f *Facts, out *Replay) []Act {
	if len(chain.Records) < t.Length {
		out.Missing = append(out.Missing, fmt.Sprintf("%d records of the chain", t.Length-len(chain.Records)))
	}
	var acts []Act
	erased := 0
	for _, r := range chain.Records[:min(t.Length, len(chain.Records))] {
		if r.Erased {
			// Rules that ask whether there is evidence judge as if there were.
			erased++
			r.Act.Evidence = &Evidence{}
		}
		r.Act.Subject = ""
		acts = append(acts, r.Act)
	}
	if erased > 0 {
		out.Missing = append(out.Missing, fmt.Sprintf("the evidence of %d acts", erased))
	}
	if len(t.Others) > 0 {
		f.Subject = "the recipient"
	}
	for _, i := range t.Others {
		if i >= 0 && i < len(acts) {
			acts[i].Subject = "another"
		}
	}
	return acts
}
