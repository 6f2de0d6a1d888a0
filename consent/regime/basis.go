package regime

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// The cases of the rules about consent, in this order in each.
const (
	neverAsked = iota
	otherPurpose
	otherParty
	otherChannel
	otherElection
	otherSubject
	pending
	refused
	withdrawn
	objected
	expired
	unproved
	erased
	electionOver
	given
	givenByCategory
)

// basisCases returns what a rule about consent can say, at the level of its
// source. A no is law, whatever the level of the rule that asks for a yes.
func basisCases(level consent.Level, source consent.Source) []consent.Case {
	c := func(code consent.Code, says, remedy consent.Words) consent.Case {
		return consent.Case{Code: code, Level: level, Certainty: consent.Settled, Source: source, Says: says, Remedy: remedy}
	}
	no := func(code consent.Code, says, remedy consent.Words) consent.Case {
		return consent.Case{
			Code: code, Level: consent.Law, Certainty: consent.Settled, Says: says, Remedy: remedy,
			Source: consent.Source{Text: "GDPR art. 7(3) and 21(2)-(3)", Date: "2016-04-27", Ref: "FR-OBJ-1, FR-OBJ-2"},
		}
	}
	ask := words("Ask with a consent request, where that is allowed.", "Demander l'accord par un message de demande, si c'est permis.")
	none := words("None: only a later yes of the person counts.", "Aucun : seul un oui ultérieur de la personne compte.")
	cases := []consent.Case{
		neverAsked:    c("consent.never-asked", words("The person was never asked.", "La personne n'a jamais été interrogée."), ask),
		otherPurpose:  c("consent.other-purpose", words("The person agreed to something else: purposes do not imply one another.", "La personne a accepté autre chose : une finalité n'en vaut pas une autre."), ask),
		otherParty:    c("consent.other-party", words("The person agreed to messages of somebody else.", "La personne a donné son accord à quelqu'un d'autre."), ask),
		otherChannel:  c("consent.other-channel", words("The person agreed to another channel.", "La personne a donné son accord pour un autre canal."), ask),
		otherElection: c("consent.other-election", words("The person agreed for another election.", "La personne a donné son accord pour une autre élection."), ask),
		otherSubject:  c("consent.other-person", words("Another person who shares the address agreed.", "L'accord vient d'une autre personne qui partage l'adresse."), ask),
		pending:       c("consent.pending", words("The person was asked and has not answered: silence is not consent.", "La personne a été interrogée et n'a pas répondu : le silence n'est pas un accord."), none),
		refused:       no("consent.refused", words("The person said no when asked.", "La personne a répondu non."), none),
		withdrawn:     no("consent.withdrawn", words("The person withdrew consent.", "La personne a retiré son accord."), none),
		objected:      no("consent.objected", words("The person objected.", "La personne s'est opposée."), none),
		expired:       c("consent.expired", words("The consent has ended.", "L'accord a expiré."), ask),
		unproved:      c("consent.unproved", words("A supplier says that the person agreed, and nothing shows it.", "Un fournisseur affirme que la personne a accepté, sans preuve."), words("Ask the supplier for the form, the notice and the date, or ask the person.", "Demander au fournisseur le formulaire, la mention et la date, ou interroger la personne.")),
		erased:        c("consent.erased", words("The evidence of the consent was erased, and nothing shows it any more.", "La preuve de l'accord a été effacée : plus rien ne le montre."), ask),
		electionOver:  c("consent.election-over", words("The election is over.", "L'élection est passée."), none),
		given:         c("consent.given", words("The person agreed.", "La personne a donné son accord."), consent.Words{}),
	}
	byCategory := c("consent.given-category", words("The person agreed to a category of senders, asked by the owner of the base.", "La personne a accepté une catégorie d'émetteurs, à la demande du propriétaire de la base."), consent.Words{})
	byCategory.Certainty = consent.Argued
	byCategory.Source = consent.Source{Text: "CNIL (Canal+); Court of Justice C-317/25, pending", Ref: "FR-BRK-7, FR-POL-19"}
	return append(cases, byCategory)
}

// standingCase returns what stands against consent, or given.
func standingCase(s *consent.Standing) uint8 {
	switch s.State {
	case consent.IsGiven:
		if s.Category {
			return givenByCategory
		}
		return given
	case consent.IsRefused:
		return refused
	case consent.IsWithdrawn:
		return withdrawn
	case consent.IsObjected:
		return objected
	case consent.IsExpired:
		return expired
	case consent.WasAsked:
		return pending
	}
	switch near := s.Nearly; {
	case near&consent.OtherPurpose != 0:
		return otherPurpose
	case near&consent.OtherParty != 0:
		return otherParty
	case near&consent.OtherChannel != 0:
		return otherChannel
	case near&consent.OtherElection != 0:
		return otherElection
	case near&consent.OtherSubject != 0:
		return otherSubject
	default:
		return neverAsked
	}
}

func politicalBasis() consent.Rule {
	return rule{
		info: consent.RuleInfo{
			Name: "fr.political", Basis: true, Params: "consent required; asserted evidence refused",
			Cases: basisCases(consent.Regulator, consent.Source{
				Text: "CNIL, la communication politique par téléphone; délibération 2012-020; GDPR art. 7(1)", Date: "2025-10-21", Ref: "FR-POL-2, FR-POL-3, FR-POL-8",
			}),
		},
		concerns: func(r *consent.Request) bool { return content(r) && written(r) && r.Purpose == contact.Political },
		check:    func(p *consent.Plan, f *consent.Facts) consent.Finding { return judgeYes(p, f, terms{category: true}) },
	}
}

func commercialBasis() consent.Rule {
	return rule{
		info: consent.RuleInfo{
			Name: "fr.commercial", Basis: true, Params: "consent required; asserted evidence needs a form or a notice",
			Cases: basisCases(consent.Law, consent.Source{
				Text: "CPCE art. L34-5 al. 1-2; GDPR art. 7(1)", Date: "2020-07-26", Ref: "FR-L34-1, FR-L34-2, FR-BRK-4",
			}),
		},
		concerns: func(r *consent.Request) bool { return content(r) && written(r) && r.Purpose == contact.Commercial },
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			return judgeYes(p, f, terms{category: true, claimed: true})
		},
	}
}

// overWithElection reports whether the grant a ended with its election, and not
// before.
func overWithElection(p *consent.Plan, a *consent.Act) bool {
	e := p.Election()
	return a.Election != "" && e != nil && !p.At().Before(e.Ends) && (a.Expires.IsZero() || !a.Expires.Before(e.Ends))
}

// evidenceErased reports whether a was witnessed and nothing shows it any more:
// a register takes no witnessed act without evidence. What was erased may also
// have said whose the grant was.
func evidenceErased(a *consent.Act) bool { return a.Grade == consent.Witnessed && a.Evidence == nil }

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func serviceBasis() consent.Rule {
	return serviceRule("fr.service", consent.Law,
		consent.Source{Text: "GDPR art. 6(1)(b); AF2M charter, functional messages", Ref: "FR-SMS-11, design §2"},
		consent.Source{Text: "GDPR art. 21(1) and 18(1)(d)", Date: "2016-04-27", Ref: "design §2"})
}

// serviceRule lets messages go that are about a contract or relation with the
// person, which source asks for, and which a refusal ends.
func serviceRule(name string, level consent.Level, source, refusal consent.Source) consent.Rule {
	const noRelation, rented, related, saidNo = 0, 1, 2, 3
	return rule{
		info: consent.RuleInfo{Name: name, Basis: true, Cases: []consent.Case{
			{
				Code: "service.no-relation", Level: level, Certainty: consent.Settled, Source: source,
				Says:   words("No contract or relation with the person is declared.", "Aucun contrat ni relation avec la personne n'est déclaré."),
				Remedy: words("Record an act that establishes it.", "Enregistrer un acte qui l'établit."),
			}, {
				Code: "service.rented", Level: level, Certainty: consent.Settled, Source: source,
				Says: words("A rented base holds nobody's customers.", "Un fichier loué ne contient les clients de personne."),
			}, {
				Code: "service.related", Level: level, Certainty: consent.Settled, Source: source,
				Says: words("It is about a contract or relation with the person.", "Il porte sur un contrat ou une relation avec la personne."),
			}, {
				Code: "service.refused", Level: level, Certainty: consent.Argued, Source: refusal,
				Says:   words("The person refused service messages, too.", "La personne a refusé aussi les messages de service."),
				Remedy: words("None: only a later relation that the person establishes counts.", "Aucun : seule une relation ultérieure établie par la personne compte."),
			},
		}},
		concerns: func(r *consent.Request) bool { return content(r) && written(r) && r.Purpose == contact.Service },
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			if p.Request().Base.Mode == contact.Rented {
				return deny(rented)
			}
			found := deny(noRelation)
			for i := range f.Acts {
				a := &f.Acts[i]
				switch {
				case !relates(p, f, a):
				case refusedSince(f, a):
					if found.Outcome != consent.Allow {
						found = deny(saidNo)
					}
				case a.Expires.IsZero():
					return note(related)
				case found.Outcome != consent.Allow || a.Expires.After(found.Deadline):
					found = note(related)
					found.Deadline = a.Expires
				}
			}
			return found
		},
	}
}

// refusedSince reports whether the person's no stands against the relation that
// a establishes: only a later one of their own beats it.
func refusedSince(f *consent.Facts, a *consent.Act) bool {
	s := f.Standing()
	if s.Refusal < 0 || s.State == consent.IsGiven {
		return false
	}
	return a.By != consent.ByPerson || !a.Happened.After(f.Acts[s.Refusal].Happened)
}

// relates reports whether the act a establishes a relation of the recipient
// with a controller that lasts at the instant of the plan.
func relates(p *consent.Plan, f *consent.Facts, a *consent.Act) bool {
	switch {
	case a.Kind != consent.Related, a.Happened.After(p.At()), !a.Expires.IsZero() && !p.At().Before(a.Expires):
		return false
	case !f.Standing().Cut.IsZero() && !a.Happened.After(f.Standing().Cut): // the number was another's
		return false
	case a.Subject != "" && f.Subject != "" && a.Subject != f.Subject:
		return false
	}
	for i := range p.Target().Controllers {
		if a.Grantees.Names(&p.Target().Controllers[i]) {
			return true
		}
	}
	return false
}

// retention is how long after the last contact that came from a prospect their
// data may be used.
const retention = 3

func retentionRule() consent.Rule {
	const lapsed, old = 0, 1
	source := consent.Source{Text: "CNIL, référentiel gestion des activités commerciales", Ref: "FR-RET-1"}
	remedy := words("Delete the data, or wait for the person to get in touch.", "Supprimer les données, ou attendre que la personne se manifeste.")
	return rule{
		info: consent.RuleInfo{Name: "fr.retention", Params: "3 years", NotOfProofs: true, Cases: []consent.Case{
			{
				Code: "consent.lapsed", Level: consent.Regulator, Certainty: consent.Settled, Source: source, Remedy: remedy,
				Says: words("The person has not been in touch for three years.", "La personne ne s'est pas manifestée depuis trois ans."),
			}, {
				Code: "data.too-old", Level: consent.Regulator, Certainty: consent.Argued, Source: source, Remedy: remedy,
				Says: words("The data of a prospect is more than three years old, and its owner should have deleted it.", "La donnée de prospect a plus de trois ans et son propriétaire aurait dû la supprimer."),
			},
		}},
		concerns: func(r *consent.Request) bool {
			return r.Kind == consent.ContentMessage && r.Purpose == contact.Commercial ||
				r.Kind == consent.ConsentRequest && r.Base.Mode != contact.Own
		},
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			s := f.Standing()
			last := s.LastContact
			if s.LastGrant.After(last) {
				last = s.LastGrant
			}
			// A date in the future is a supplier's mistake, and no date.
			if f.Collected.After(last) && !f.Collected.After(p.At()) {
				last = f.Collected
			}
			ends := last.AddDate(retention, 0, 0)
			if last.IsZero() || !p.At().Before(ends) {
				if p.Request().Kind == consent.ConsentRequest {
					return deny(old)
				}
				return deny(lapsed)
			}
			found := consent.Pass()
			found.Deadline = ends
			return found
		},
	}
}
