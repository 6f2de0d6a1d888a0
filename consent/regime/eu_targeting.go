package regime

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// targetingRule keeps the limits of art. 18(1) on targeting in online political
// advertising: data that the controller collected from the person, and their
// explicit consent. What is read into them, and argued, is said with every
// message that passes: that e-mail and RCS are online (an interview of autumn
// 2025 that gives the CNIL's point of view), that SMS is, and that an agreement to
// political messages is the consent that is asked for. That recipients are not
// profiled by special categories is kept by package campaign, which refuses such
// an audience. A message that is declared as untargeted is outside art. 18.
func targetingRule(strict bool) consent.Rule {
	const indirect, noConsent, smsIndirect, consented, untargeted = 0, 1, 2, 3, 4
	reading := regulation2024("art. 18(1); an interview in La Gazette des communes, autumn 2025; CNIL, les fichiers du secteur privé, 21 October 2025", "EU-TTPA-4, EU-TTPA-5, FR-POL-7")
	c := func(code consent.Code, level consent.Level, says, remedy consent.Words) consent.Case {
		return consent.Case{Code: code, Level: level, Certainty: consent.Argued, Source: reading, Says: says, Remedy: remedy}
	}
	info := advertisement("eu.targeting",
		c("targeting.indirect", consent.Law,
			words("A targeted political message may not use data that was not collected from the person: rented and bought files, electoral rolls.",
				"Un message politique ciblé ne peut pas employer de données qui n'ont pas été recueillies auprès de la personne : fichiers loués ou achetés, listes électorales."),
			words("Use data that the controller collected, or send to everybody of the list.", "Employer des données recueillies par le responsable, ou écrire à toute la liste.")),
		c("targeting.consent", consent.Law,
			words("A targeted political message needs the explicit consent of the person, shown and not only asserted.",
				"Un message politique ciblé demande l'accord explicite de la personne, montré et non seulement affirmé."),
			words("Ask with a consent request, where that is allowed, or send to everybody of the list.", "Demander l'accord par un message de demande, si c'est permis, ou écrire à toute la liste.")),
		c("targeting.sms-indirect", consent.Advice,
			words("A targeted SMS rests on data that was not collected from the person. The CNIL's page allows such files outside of online targeting; whether an SMS is online is not settled.",
				"Un SMS ciblé repose sur des données qui n'ont pas été recueillies auprès de la personne. La page de la CNIL admet ces fichiers hors ciblage en ligne ; le SMS en relève-t-il ? Ce n'est pas tranché."),
			consent.Words{}),
		c("targeting.consented", consent.Advice,
			words("The message counts as online advertising, and the person's agreement to political messages as the consent that its targeting needs.",
				"Le message est tenu pour une publicité en ligne, et l'accord de la personne aux messages politiques pour celui qu'exige son ciblage."),
			consent.Words{}),
		c("targeting.none", consent.Advice,
			words("Declared as untargeted: data that was not collected from the person may be used.",
				"Déclaré non ciblé : des données qui n'ont pas été recueillies auprès de la personne peuvent servir."),
			consent.Words{}),
	)
	info.Channels, info.NotOfProofs = []contact.Channel{contact.SMS, contact.RCS, contact.EmailChannel}, true
	info.Params = "SMS is online; with data of others it is warned of"
	if strict {
		info.Params = "SMS is online, without exception"
	}
	return rule{
		info:     info,
		concerns: func(r *consent.Request) bool { return r.PoliticalAd != nil }, // else eu.label says so
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			r, direct := p.Request(), fromPerson(p, f)
			switch {
			case r.PoliticalAd.Targeting == consent.Untargeted && direct:
				return consent.Pass()
			case r.PoliticalAd.Targeting == consent.Untargeted:
				return note(untargeted)
			case !direct && (strict || r.Channel != contact.SMS):
				return deny(indirect)
			case !explicit(f):
				return deny(noConsent)
			}
			found := note(consented)
			if !direct {
				found = note(smsIndirect)
			}
			found.Deadline = f.Acts[f.Standing().Act].Expires
			return found
		},
	}
}

// fromPerson reports whether the data was collected from the person by the
// controller who holds it: by a form of one's own, and through nobody's hands.
func fromPerson(p *consent.Plan, f *consent.Facts) bool {
	o := f.Origin
	return o != nil && o.Kind == contact.OwnForm && o.Supplier == "" && len(o.Hops) == 0 && p.Request().Base.Mode == contact.Own
}

// explicit reports whether the person agreed, and something shows it.
func explicit(f *consent.Facts) bool {
	s := f.Standing()
	if s.State != consent.IsGiven {
		return false
	}
	grant := &f.Acts[s.Act]
	return grant.Grade != consent.Asserted && !evidenceErased(grant)
}
