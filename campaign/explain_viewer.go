package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// SharedRefusal is the reason that a viewer reads of a refusal that was not said
// to them alone, and reaches them.
const SharedRefusal suppression.Reason = "shared-refusal"

// An ExplainedLookUp is one earlier look-up, as the person may see it: for whom
// and what for, without the name of the employee who looked.
type ExplainedLookUp struct {
	At      time.Time     `json:"at"`
	Kind    ViewerKind    `json:"kind"`
	Party   string        `json:"party,omitempty"`
	Why     string        `json:"why,omitempty"`
	Outcome AccessOutcome `json:"outcome"`
}

var viewerNames = []string{"nobody", "the-person", "an-owner", "a-client", "the-host"}

// String returns the name of k, such as "an-owner".
func (k ViewerKind) String() string {
	if int(k) < len(viewerNames) {
		return viewerNames[k]
	}
	return fmt.Sprintf("viewer-%d", uint8(k))
}

// MarshalText returns what [ViewerKind.String] does.
func (k ViewerKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// validate returns an error that says what an explanation lacks to be given.
func (v *Viewer) validate() error {
	switch {
	case v.Kind != ThePerson && v.Kind != AnOwner && v.Kind != AClient:
		return fmt.Errorf("campaign: explain: the viewer is %v", v.Kind)
	case v.By == "":
		return errors.New("campaign: explain: the viewer has no By")
	case v.Kind != ThePerson && v.Party == "":
		return errors.New("campaign: explain: the viewer has no Party")
	case v.Kind != ThePerson && v.Why == "":
		return errors.New("campaign: explain: the viewer has no Why")
	}
	return nil
}

// admit keeps the look-up, and shows the person the earlier ones.
func (x *Explainer) admit(ctx context.Context, out *Explanation, viewer Viewer) error {
	keyring := x.register.Keyring()
	key, f := keyring.ID(), keyring.Fingerprint(out.Address)
	if viewer.Kind == ThePerson {
		earlier, err := x.accesses.Accesses(ctx, key, f)
		if err != nil {
			return err
		}
		for _, a := range earlier {
			l := ExplainedLookUp{At: a.At, Kind: a.Kind, Why: a.Why, Outcome: a.Outcome}
			if a.Party != "" {
				l.Party = x.name(a.Party)
			}
			out.LookUps = append(out.LookUps, l)
		}
	}
	limits := AccessLimits{PerUser: x.opts.PerUser, PerParty: x.opts.PerParty, Within: time.Hour}
	kept, again, err := x.accesses.Admit(ctx, key, Access{
		By: viewer.By, Kind: viewer.Kind, Party: viewer.Party, Why: viewer.Why, Fingerprint: f, At: out.At,
	}, limits)
	if err != nil {
		return err
	}
	if kept.Outcome != Admitted {
		return &TooManyError{Again: again}
	}
	return nil
}

// owns reports whether v may see all of a base: its owner, or a client whose own
// file it is.
func (x *Explainer) owns(v *Viewer, base contact.BaseID) bool {
	for i := range x.opts.Bases {
		if b := &x.opts.Bases[i].Base; b.ID == base && v.Kind != ThePerson && v.seesBase(b) {
			return true
		}
	}
	return false
}

func (x *Explainer) group(id contact.PartyID) contact.GroupID {
	for i := range x.opts.Parties {
		if x.opts.Parties[i].ID == id {
			return x.opts.Parties[i].Group
		}
	}
	return ""
}

// sharedAct returns an act that names the viewer and is not of their base: what
// it says to them, and nothing of who else it names or of whose file it came
// from.
func (x *Explainer) sharedAct(out *Explanation, v *Viewer, a *consent.Act) ExplainedAct {
	line := explained(a)
	line.To = []string{x.name(v.Party)}
	if a.By == consent.ByFile || a.By == consent.ByHost {
		line.Source = ""
	}
	// An objection is a withdrawal when somebody was given something: that it was
	// somebody else is not for this viewer to know.
	given := slices.ContainsFunc(out.Acts, func(e ExplainedAct) bool { return e.Kind == consent.Given })
	if a.Kind == consent.Withdrawn && !given {
		line.Kind = consent.Objected
	}
	return line
}

// shared returns a refusal that may answer somebody else, without when in the
// day and how it came, which tell of a message of theirs.
func shared(r ExplainedRefusal) ExplainedRefusal {
	r.At = r.At.UTC().Truncate(24 * time.Hour)
	r.Reason = SharedRefusal
	return r
}
