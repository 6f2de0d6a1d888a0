package consent

import (
	"fmt"
	"slices"

	"github.com/accordsdk/accord/contact"
)

// A Pack is a set of rules, as dated data: what to ask for one jurisdiction, or
// for several that were joined.
type Pack struct {
	Name    string
	Version string
	Read    string // the date on which its sources were read, 2006-01-02
	// Territories are those whose recipients its rules are about. Whoever is
	// elsewhere is denied. Empty means the whole world.
	Territories []contact.Territory
	// Rules are asked in this order, most final first.
	Rules []Rule
	// Elections are those whose silence the rules keep.
	Elections []Election
}

// Join returns one pack with the rules of all of packs, each asked of the
// recipients in its own territories, and of all whose territory is unknown: a
// message to them must be right wherever they may be. Packs may share
// territories, as a union's rules and a member's do. It fails where a pack has
// no territories, and where two have a rule or an election of the same name.
func Join(name string, packs ...Pack) (Pack, error) {
	out := Pack{Name: name}
	rules, elections := map[string]bool{}, map[ElectionID]bool{}
	for i := range packs {
		p := &packs[i]
		if len(p.Territories) == 0 {
			return Pack{}, fmt.Errorf("consent: join: pack %q has no Territories", p.Name)
		}
		for _, t := range p.Territories {
			if !slices.Contains(out.Territories, t) {
				out.Territories = append(out.Territories, t)
			}
		}
		for _, r := range p.Rules {
			name := r.Info().Name
			if rules[name] {
				return Pack{}, fmt.Errorf("consent: join: pack %q: a rule named %q is there already", p.Name, name)
			}
			rules[name] = true
			out.Rules = append(out.Rules, within{r, p.Territories})
		}
		for _, e := range p.Elections {
			if elections[e.ID] {
				return Pack{}, fmt.Errorf("consent: join: pack %q: election %q is there already", p.Name, e.ID)
			}
			elections[e.ID] = true
			if len(e.Territories) == 0 {
				e.Territories = p.Territories
			}
			out.Elections = append(out.Elections, e)
		}
		if i == 0 || p.Read < out.Read {
			out.Read = p.Read // as old as its oldest part
		}
		if i > 0 {
			out.Version += ", "
		}
		out.Version += p.Name + " " + p.Version
	}
	return out, nil
}

// within is a rule of a pack that was joined to others.
type within struct {
	Rule
	territories []contact.Territory
}

func (w within) Info() RuleInfo {
	info := w.Rule.Info()
	if len(info.Territories) == 0 {
		info.Territories = w.territories
	}
	return info
}

// isAbout reports whether a request is of those that a rule names.
func (i *RuleInfo) isAbout(r *Request) bool {
	return names(i.Purposes, r.Purpose) && names(i.Kinds, r.Kind) && names(i.Channels, r.Channel)
}

// isAsked reports whether a rule is asked of recipients in t.
func (i *RuleInfo) isAsked(t contact.Territory) bool { return t == "" || names(i.Territories, t) }

func names[T comparable](list []T, one T) bool { return len(list) == 0 || slices.Contains(list, one) }

var ruledInfo = RuleInfo{Name: "accord.territory", Does: Words{
	"Denies messages to people in territories that the pack has no rules for.",
	"Refuse les messages aux personnes de territoires que le jeu de règles ne couvre pas."},
	Cases: []Case{{
		Code: CodeNoPack, Level: Invariant, Certainty: Settled,
		Says:   Words{"The pack has no rules for the recipient's territory.", "Le jeu de règles ne couvre pas le territoire du destinataire."},
		Remedy: Words{"Join the pack of that territory.", "Ajouter le jeu de règles de ce territoire."},
	}, noBasisInfo.Cases[0]}}

// ruled denies recipients in territories that the pack is not about, and those
// for whom none of its rules says on which basis a message may go.
type ruled struct{ plan *Plan }

func (r ruled) Check(f *Facts) Finding {
	if f.Place == nil {
		return Finding{}
	}
	return r.CheckPlace(f.Place)
}

func (r ruled) CheckPlace(pl *Place) Finding {
	if pl.Territory == "" {
		return Pass()
	}
	if !names(r.plan.territories, pl.Territory) {
		return Finding{}
	}
	elsewhere := false
	for i := range r.plan.checks {
		switch info := &r.plan.checks[i].info; {
		case !info.Basis:
		case info.isAsked(pl.Territory):
			return Pass()
		default:
			elsewhere = true
		}
	}
	if !elsewhere {
		return Pass() // and accord.no-rules says that there is none at all
	}
	return Finding{Case: 1}
}
