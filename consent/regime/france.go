package regime

import (
	"strings"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// France returns the rules for messages to people in France and its overseas
// territories: SMS, RCS and e-mail, for the purposes commercial, political and
// service. Other purposes have no rule yet and are denied, and so are calls and
// messages left in a voice mailbox, whatever the person agreed to. Political
// messages need consent, the strict reading of the CNIL's recommendation
// (FR-POL-3).
func France() consent.Pack {
	return described(consent.Pack{
		Name:        "fr",
		Version:     "2026-11-23",
		Read:        "2026-11-23",
		Territories: frenchTerritories,
		Rules: []consent.Rule{
			silenceRule(),
			electionRule(),
			forbiddenOriginRule(),
			politicalBasis(),
			commercialBasis(),
			serviceBasis(),
			requestBasis(),
			retentionRule(),
			mentionsRule(),
			senderRule(),
			hoursBefore2024(),
			hoursOf2024(),
			hoursOf2026(),
		},
		Elections: FrenchElections(),
	})
}

// frenchTerritories are the parts of the Republic with a code of their own in ISO
// 3166-1, but for those without inhabitants.
var frenchTerritories = []contact.Territory{"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"}

func political(r *consent.Request) bool {
	return electronic(r) && r.Purpose == contact.Political
}

func silenceRule() consent.Rule {
	return rule{
		info: consent.RuleInfo{
			Name: "fr.silence", InForce: date(2020, 6, 30),
			Cases: []consent.Case{{
				Code: "election.silence", Level: consent.Law, Certainty: consent.Argued,
				Source: consent.Source{Text: "Code électoral art. L49, 2°", Date: "2020-06-30", Ref: "FR-ELE-1, FR-ELE-12"},
				Says: words("Electoral propaganda is forbidden from the eve of the poll at 0:00, local time.",
					"La propagande électorale est interdite dès la veille du scrutin à zéro heure, heure locale."),
				Remedy: words("None: the message cannot go before the polls close.", "Aucun : le message ne peut partir avant la clôture du scrutin."),
			}},
		},
		concerns: political,
		place: func(p *consent.Plan, pl *consent.Place) consent.Finding {
			found := consent.Pass()
			elections := p.Elections()
			for i := range elections {
				for _, s := range elections[i].SilencesIn(pl.Territory) {
					switch {
					case !p.At().Before(s.From) && p.At().Before(s.Until):
						return deny(0)
					case p.At().Before(s.From) && (found.Deadline.IsZero() || s.From.Before(found.Deadline)):
						found.Deadline = s.From
					}
				}
			}
			return found
		},
	}
}

func electionRule() consent.Rule {
	return rule{
		info: consent.RuleInfo{Name: "fr.election", Cases: []consent.Case{
			{
				Code: "election.undeclared", Level: consent.Regulator, Certainty: consent.Settled,
				Source: consent.Source{Text: "CNIL, réflexes pour une campagne responsable", Date: "2021", Ref: "FR-POL-12, FR-ELE-5"},
				Says: words("A political message names its election, or declares that none is pending.",
					"Un message politique désigne son élection, ou déclare qu'aucune n'est en cours."),
				Remedy: words("Set Election or NoElection.", "Renseigner Election ou NoElection."),
			}, {
				Code: "election.unknown", Level: consent.Invariant, Certainty: consent.Settled,
				Says:   words("The pack does not know the election, nor its silence.", "Le jeu de règles ne connaît ni l'élection ni sa période de réserve."),
				Remedy: words("Add the election to the pack.", "Ajouter l'élection au jeu de règles."),
			},
		}},
		refuse: func(p *consent.Plan) (consent.Finding, bool) {
			r := p.Request()
			switch {
			case !political(r) || r.NoElection:
				return consent.Finding{}, false
			case r.Election == "":
				return deny(0), true
			case p.Election() == nil:
				return deny(1), true
			default:
				return consent.Finding{}, false
			}
		},
	}
}

func forbiddenOriginRule() consent.Rule {
	return rule{
		info: consent.RuleInfo{Name: "fr.origin", NotOfProofs: true, Cases: []consent.Case{{
			Code: "origin.forbidden", Level: consent.Law, Certainty: consent.Settled,
			Source: consent.Source{Text: "CNIL, élections: quelles bases de données ne peuvent être utilisées; GDPR art. 5(1)(b)", Date: "2025-10-21", Ref: "FR-POL-14"},
			Says: words("Such a file may not be used to canvass voters.",
				"Un tel fichier ne peut pas servir à démarcher des électeurs."),
		}}},
		concerns: political,
		passes: func(_ *consent.Plan, f *consent.Facts) bool {
			if f.Origin == nil {
				return true
			}
			switch f.Origin.Kind {
			case contact.PublicFile, contact.StaffFile, contact.PetitionFile, contact.PatientFile:
				return false
			default:
				return true
			}
		},
		check: func(*consent.Plan, *consent.Facts) consent.Finding { return deny(0) },
	}
}

func mentionsRule() consent.Rule {
	const identity, stop, origin, notice = 0, 1, 2, 3
	return rule{
		info: consent.RuleInfo{Name: "fr.mentions", Cases: []consent.Case{
			lacksIdentity(consent.Settled, consent.Source{Text: "CPCE art. L34-5 al. 5; CNIL, la communication politique par téléphone", Ref: "FR-L34-8, FR-POL-4"}),
			lacksStop(consent.Settled, consent.Source{Text: "CPCE art. L34-5 al. 5; GDPR art. 21(4)", Ref: "FR-L34-8, FR-SMS-4"}),
			lacksOrigin(consent.Source{Text: "GDPR art. 14(2)(f) and 14(3)(b)", Ref: "FR-BRK-3, FR-POL-12"}),
			{
				Code: "content.notice", Level: consent.Regulator, Certainty: consent.Settled,
				Source: consent.Source{Text: "CNIL, exemple d'information pour de la prospection par un candidat", Ref: "FR-POL-11"},
				Says:   words("A first message must link to the full information.", "Un premier message doit renvoyer à l'information complète."),
				Remedy: words("Put NoticeURL into the text.", "Mettre NoticeURL dans le texte."),
			},
		}},
		concerns: electronic,
		passes: func(p *consent.Plan, f *consent.Facts) bool {
			c := &f.Content
			return c.Identity && hasStop(p, c) && (c.Origin && c.Notice || !firstIndirect(p, f))
		},
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			c := &f.Content
			switch {
			case !c.Identity:
				return deny(identity)
			case !hasStop(p, c):
				return deny(stop)
			case !c.Origin:
				return deny(origin)
			default:
				return deny(notice)
			}
		},
	}
}

// hasStop reports whether the text says how to refuse, where it must. A stop
// mention turns a service message into marketing for some carriers (FR-SMS-11),
// and is not asked for there.
func hasStop(p *consent.Plan, c *consent.Inspection) bool {
	return c.Stop || p.Request().Purpose == contact.Service
}

// firstIndirect reports whether the message is the first that an advertiser
// sends to a person whose data came from somebody else: the moment at which
// GDPR art. 14(3)(b) asks for the information.
func firstIndirect(p *consent.Plan, f *consent.Facts) bool {
	if f.Origin == nil || f.Origin.Kind == contact.OwnForm {
		return false
	}
	for i := range f.Acts {
		a := &f.Acts[i]
		if a.Kind == consent.Informed && !a.Happened.After(p.At()) && namesAdvertiser(p, a) {
			return false
		}
	}
	return true
}

// namesAdvertiser reports whether a names a controller other than the owner of
// a rented base, who informs for others; or the owner, who writes alone.
func namesAdvertiser(p *consent.Plan, a *consent.Act) bool {
	controllers, base := p.Target().Controllers, &p.Request().Base
	for i := range controllers {
		party := &controllers[i]
		sends := base.Mode == contact.Rented && party.ID == base.Owner.ID && len(controllers) > 1
		if !sends && a.Grantees.Names(party) {
			return true
		}
	}
	return false
}

func senderRule() consent.Rule {
	const transactional, mobile = 0, 1
	return rule{
		info: consent.RuleInfo{Name: "fr.sender", InForce: date(2019, 8, 1), Cases: []consent.Case{
			{
				Code: "sender.transactional", Level: consent.Contract, Certainty: consent.Settled,
				Source: consent.Source{Text: "AF2M, numéros courts: 36xxx promotionnel, 38xxx transactionnel", Ref: "FR-SMS-1"},
				Says:   words("Short codes 38xxx are for transactions only.", "Les numéros courts 38xxx sont réservés aux messages transactionnels."),
				Remedy: words("Send from a 36xxx short code.", "Envoyer depuis un numéro court 36xxx."),
			}, {
				Code: "sender.mobile", Level: consent.Law, Certainty: consent.Settled,
				Source: consent.Source{Text: "Arcep décision 2018-0881", Date: "2019-08-01", Ref: "FR-SMS-2"},
				Says:   words("Numbers starting with 06 and 07 may not send such messages.", "Les numéros en 06 et 07 ne peuvent pas émettre de tels messages."),
			},
		}},
		refuse: func(p *consent.Plan) (consent.Finding, bool) {
			r := p.Request()
			if !electronic(r) || r.Purpose == contact.Service {
				return consent.Finding{}, false
			}
			v := r.Sender.Value
			switch {
			case r.Sender.Kind == contact.ShortCode && strings.HasPrefix(v, "38"):
				return deny(transactional), true
			case r.Sender.Kind == contact.LongNumber && (strings.HasPrefix(v, "+336") || strings.HasPrefix(v, "+337")):
				return deny(mobile), true
			default:
				return consent.Finding{}, false
			}
		},
	}
}
