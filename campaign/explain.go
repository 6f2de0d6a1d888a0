package campaign

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// A ViewerKind says who asks. The zero ViewerKind is nobody, and sees nothing.
type ViewerKind uint8

// The kinds of viewer.
const (
	Nobody ViewerKind = iota
	// ThePerson sees everything about their address, and who looked it up.
	ThePerson
	// AnOwner sees its own bases, and what was sent from them.
	AnOwner
	// AClient sees its own campaigns and what reaches them, and nothing of
	// where other clients' data come from.
	AClient
	// TheHost runs the installation. It is told exact numbers by a [Counter]; an
	// [Explainer] answers it for the person, or for a party.
	TheHost
)

// A Viewer is who asks for an explanation.
type Viewer struct {
	Kind  ViewerKind
	Party contact.PartyID // of an owner or a client
	// By is who looks, for the log: a user of the host, and never a person's
	// address.
	By string
	// Why is what an owner or a client looks for, as the person may read it: the
	// number of a complaint, a request of the person's.
	Why string
}

// A Holding is a base that an [Explainer] looks into.
type Holding struct {
	Base   contact.Base
	Source contact.Source
}

// ExplainerOptions are options for [NewExplainer].
type ExplainerOptions struct {
	// Bases are those to look into.
	Bases []Holding
	// Parties give names to the IDs that acts hold.
	Parties []contact.Party
	// Documents, where set, give the words of notices.
	Documents consent.Documents
	// PerUser and PerParty are how many look-ups are admitted within an hour, by
	// one By and for one Party; 0 means 60 and 600. Times are those of the clock
	// of the register.
	PerUser, PerParty int
	// Logger receives one Info record for each look-up, without the address.
	// The default discards.
	Logger *slog.Logger
}

// An Explainer answers the question "how did they get my number?": who holds
// an address, from whom, since when, what the person agreed to and refused, and
// what was sent. It is safe for concurrent use.
type Explainer struct {
	register *consent.Register
	outbox   Outbox
	accesses AccessLog
	opts     ExplainerOptions
}

const (
	defaultPerUser  = 60
	defaultPerParty = 600
)

// NewExplainer returns an explainer that keeps every look-up in accesses. opts
// may be nil.
func NewExplainer(register *consent.Register, outbox Outbox, accesses AccessLog, opts *ExplainerOptions) (*Explainer, error) {
	if register == nil || outbox == nil || accesses == nil {
		return nil, errors.New("campaign: explainer: no register, outbox or access log")
	}
	e := &Explainer{register: register, outbox: outbox, accesses: accesses}
	if opts != nil {
		e.opts = *opts
	}
	if e.opts.PerUser < 0 || e.opts.PerParty < 0 {
		return nil, errors.New("campaign: explainer: PerUser or PerParty is negative")
	}
	if e.opts.PerUser == 0 {
		e.opts.PerUser = defaultPerUser
	}
	if e.opts.PerParty == 0 {
		e.opts.PerParty = defaultPerParty
	}
	if e.opts.Logger == nil {
		e.opts.Logger = slog.New(slog.DiscardHandler)
	}
	return e, nil
}

// An Explanation is what is known of one address, as far as its viewer may see.
type Explanation struct {
	Address  contact.Address    `json:"address"` // masked, as everywhere
	At       time.Time          `json:"at"`
	Held     []Held             `json:"held"`
	Acts     []ExplainedAct     `json:"acts"`
	Refusals []ExplainedRefusal `json:"refusals"`
	Messages []ExplainedMessage `json:"messages"`
	// LookUps are those before this one, for the person alone.
	LookUps []ExplainedLookUp `json:"look_ups,omitempty"`
	// Reviews are replies that a human has still to look at, for the person.
	Reviews []ExplainedReview `json:"reviews,omitempty"`
}

// Held says that a base has the address, and where the base got it.
type Held struct {
	Base   string    `json:"base"`
	Owner  string    `json:"owner"`
	Path   string    `json:"path,omitempty"` // every hop, oldest first
	Form   string    `json:"form,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	Notice string    `json:"notice,omitempty"` // the words shown
}

// An ExplainedAct is one line of the ledger.
type ExplainedAct struct {
	At       time.Time         `json:"at"`
	Kind     consent.ActKind   `json:"kind"`
	Purposes []contact.Purpose `json:"purposes,omitempty"`
	To       []string          `json:"to,omitempty"`
	Grade    consent.Grade     `json:"grade"`
	Source   string            `json:"source,omitempty"`
}

// An ExplainedRefusal is one entry of the suppression list.
type ExplainedRefusal struct {
	At     time.Time          `json:"at"`
	Class  suppression.Class  `json:"class"`
	Reason suppression.Reason `json:"reason"`
	Scope  string             `json:"scope"`
}

// An ExplainedMessage is one message that went or may have gone.
type ExplainedMessage struct {
	At       time.Time       `json:"at"`
	Campaign string          `json:"campaign"`
	By       []string        `json:"by"`
	Purpose  contact.Purpose `json:"purpose"`
	Kind     consent.Kind    `json:"kind"`
	Proof    bool            `json:"proof,omitempty"` // a proof copy, to a tester
	Open     bool            `json:"open,omitempty"`  // it asked for consent, and was not answered with a yes
}

// Explain says what is known of a, as far as viewer may see. Each call is kept in
// the access log first, and answered only when it was: without the log nobody
// learns anything. Too many look-ups fail with [ErrTooMany], and are kept, too.
//
// A client learns from it what it did itself, what the person said to it, and
// that a refusal holds for it. Of others it can learn only what follows from a
// refusal that reaches both: a group's, and a STOP that may have answered either
// of two.
func (x *Explainer) Explain(ctx context.Context, a contact.Address, viewer Viewer) (Explanation, error) {
	out := Explanation{Address: a, At: x.register.Clock().Now().UTC()}
	if err := viewer.validate(); err != nil {
		return Explanation{}, err
	}
	if err := x.admit(ctx, &out, viewer); err != nil {
		return Explanation{}, fmt.Errorf("campaign: explain: %w", err)
	}
	x.opts.Logger.InfoContext(ctx, "address looked up", "address", a, "viewer", viewer.By, "party", string(viewer.Party))
	for _, step := range []func(context.Context, *Explanation, Viewer) error{x.held, x.acts, x.refusals, x.messages, x.reviews} {
		if err := step(ctx, &out, viewer); err != nil {
			return Explanation{}, fmt.Errorf("campaign: explain: %w", err)
		}
	}
	return out, nil
}

func (v *Viewer) seesBase(b *contact.Base) bool {
	switch v.Kind {
	case ThePerson:
		return true
	case AnOwner:
		return b.Owner.ID == v.Party
	default:
		// A client sees its own files, and nothing of a rented one.
		return b.Owner.ID == v.Party && b.Mode != contact.Rented
	}
}

func (x *Explainer) held(ctx context.Context, out *Explanation, viewer Viewer) error {
	for i := range x.opts.Bases {
		b := &x.opts.Bases[i]
		if !viewer.seesBase(&b.Base) {
			continue
		}
		found, err := b.Source.ByAddress(ctx, b.Base.ID, out.Address)
		if err != nil {
			return err
		}
		for _, c := range found {
			if len(c.Origins) == 0 {
				out.Held = append(out.Held, Held{Base: b.Base.Name, Owner: b.Base.Owner.Name})
			}
			for _, p := range c.Origins {
				h := Held{Base: b.Base.Name, Owner: b.Base.Owner.Name, Path: p.Origin.Path(), Form: p.Origin.Form, Since: p.Collected}
				if x.opts.Documents != nil && !p.Origin.Notice.IsZero() {
					n, err := x.opts.Documents.Notice(ctx, p.Origin.Notice)
					if err != nil && !errors.Is(err, contact.ErrNotFound) {
						return err
					}
					h.Notice = n.Text
				}
				out.Held = append(out.Held, h)
			}
		}
	}
	return nil
}

func (x *Explainer) acts(ctx context.Context, out *Explanation, viewer Viewer) error {
	history, err := x.register.History(ctx, out.Address)
	if err != nil {
		return err
	}
	for i := range history.Acts {
		a := &history.Acts[i]
		if viewer.Kind == ThePerson || x.owns(&viewer, a.Base) {
			line := explained(a)
			for _, p := range a.Grantees.Parties {
				line.To = append(line.To, x.name(p))
			}
			if a.Grantees.Category != "" {
				line.To = append(line.To, a.Grantees.Category)
			}
			out.Acts = append(out.Acts, line)
			continue
		}
		if slices.Contains(a.Grantees.Parties, viewer.Party) {
			out.Acts = append(out.Acts, x.sharedAct(out, &viewer, a))
		}
	}
	slices.SortStableFunc(out.Acts, func(a, b ExplainedAct) int { return a.At.Compare(b.At) })
	return nil
}

func explained(a *consent.Act) ExplainedAct {
	return ExplainedAct{At: a.Happened, Kind: a.Kind, Purposes: a.Purposes, Grade: a.Grade, Source: a.Source}
}

func (x *Explainer) name(id contact.PartyID) string {
	for _, p := range x.opts.Parties {
		if p.ID == id {
			return p.Name
		}
	}
	return string(id)
}

func (x *Explainer) refusals(ctx context.Context, out *Explanation, viewer Viewer) error {
	keyring := x.register.Keyring()
	hits, err := x.register.List().Match(ctx, keyring.ID(), []contact.Fingerprint{keyring.Fingerprint(out.Address)})
	if err != nil {
		return err
	}
	for _, h := range hits {
		e := &h.Entry
		if !e.Active(out.At) || !x.seesEntry(&viewer, e) {
			continue
		}
		line := ExplainedRefusal{At: e.Happened, Class: e.Class, Reason: e.Reason, Scope: e.Scope.String()}
		if viewer.Kind != ThePerson && e.Class == suppression.Refusal && e.Scope.Controller != viewer.Party && !x.owns(&viewer, e.Scope.Base) {
			line = shared(line)
		}
		out.Refusals = append(out.Refusals, line)
	}
	return nil
}

func (x *Explainer) seesEntry(v *Viewer, e *suppression.Entry) bool {
	switch {
	case e.Class == suppression.Exclusion:
		// It says something of a client, and not of the person: not even the owner
		// of the base it is about may see it.
		return v.Kind != ThePerson && e.Client == v.Party
	case v.Kind == ThePerson, e.Scope.Controller == v.Party, x.owns(v, e.Scope.Base):
		return true
	}
	return e.Scope.Group != "" && x.group(v.Party) == e.Scope.Group
}

func (x *Explainer) messages(ctx context.Context, out *Explanation, viewer Viewer) error {
	keyring := x.register.Keyring()
	sent, err := x.outbox.Sent(ctx, keyring.ID(), []contact.Fingerprint{keyring.Fingerprint(out.Address)}, time.Time{})
	if err != nil {
		return err
	}
	history, err := x.register.History(ctx, out.Address)
	if err != nil {
		return err
	}
	open := map[uuid.UUID]bool{}
	for _, s := range OpenRequests(sent[0], history.Acts) {
		open[s.Dispatch] = true
	}
	for _, s := range sent[0] {
		if viewer.Kind != ThePerson && (viewer.Kind != AClient || s.Client != viewer.Party) && !x.owns(&viewer, s.Base) {
			continue
		}
		m := ExplainedMessage{At: s.At, Campaign: strings.TrimPrefix(s.Campaign, "single/"), Purpose: s.Purpose, Kind: s.Kind, Proof: s.Proof, Open: open[s.Dispatch]}
		for _, id := range s.Controllers {
			m.By = append(m.By, x.name(id))
		}
		out.Messages = append(out.Messages, m)
	}
	return nil
}
