package regime

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

func requestBasis() consent.Rule {
	const (
		notAllowed = iota
		notFixed
		historyUnknown
		refusedBefore
		alreadyAgreed
		alreadyAsked
		inFlight
		over
		open
	)
	source := consent.Source{
		Text: "CNIL, la communication politique par téléphone: le premier message recueille l'accord", Date: "2016-10-20", Ref: "FR-POL-2, FR-POL-3, FR-POL-19",
	}
	c := func(code consent.Code, level consent.Level, says consent.Words) consent.Case {
		return consent.Case{Code: code, Level: level, Certainty: consent.Settled, Source: source, Says: says}
	}
	info := consent.RuleInfo{DefersOnFacts: true, Name: "fr.consent-request", Basis: true, Params: "once per person, base and election; after silence never", Cases: []consent.Case{
		notAllowed: {
			Code: "request.not-allowed", Level: consent.Law, Certainty: consent.Settled,
			Source: consent.Source{Text: "CPCE art. L34-5 al. 1; CNIL, prospection politique par automate d'appel", Date: "2017-04-21", Ref: "FR-L34-1, FR-POL-5"},
			Says: words("Consent to this purpose cannot be asked for on this channel.",
				"L'accord pour cette finalité ne peut être demandé par ce canal."),
		},
		notFixed: c("request.words", consent.Invariant, words("The text is not made of the fixed skeleton of a consent request.",
			"Le texte n'est pas composé du squelette fixe d'une demande d'accord.")),
		historyUnknown: c("request.history-unknown", consent.Invariant, words("Nobody looked whether the person was asked before.",
			"Personne n'a vérifié si la personne a déjà été interrogée.")),
		refusedBefore: {
			Code: "request.refused", Level: consent.Law, Certainty: consent.Settled,
			Source: consent.Source{Text: "GDPR art. 21(2)-(3)", Date: "2016-04-27", Ref: "FR-OBJ-1, FR-OBJ-2"},
			Says: words("The person said no before, and is not asked again.",
				"La personne a déjà dit non et n'est pas interrogée à nouveau."),
		},
		alreadyAgreed: c("request.agreed", consent.Advice, words("The person has agreed already.", "La personne a déjà donné son accord.")),
		alreadyAsked: c("request.asked", consent.Regulator, words("The person was asked before on this base for this election.",
			"La personne a déjà été interrogée, dans cette base et pour cette élection.")),
		inFlight: c("request.in-flight", consent.Invariant, words("Another request to the person is on its way.",
			"Une autre demande est en cours d'envoi à cette personne.")),
		over: {
			Code: "request.election-over", Level: consent.Invariant, Certainty: consent.Settled,
			Says:   words("The election is over, and a yes would give nothing.", "L'élection est passée : un oui ne donnerait rien."),
			Remedy: words("Name the election to come, or declare that none is pending.", "Désigner l'élection à venir, ou déclarer qu'aucune n'est en cours."),
		},
		open: c("request.first", consent.Regulator, words("A first message may ask for agreement.",
			"Un premier message peut demander l'accord.")),
	}}
	info.Cases[open].Certainty = consent.Argued

	return rule{
		info:     info,
		concerns: func(r *consent.Request) bool { return r.Kind == consent.ConsentRequest },
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			r := p.Request()
			if r.Purpose != contact.Political || !written(r) {
				return deny(notAllowed)
			}
			if f.Content.Form != consent.ConsentRequest {
				return deny(notFixed)
			}
			e := p.Election()
			if e != nil && !p.At().Before(e.Ends) {
				return deny(over)
			}
			if !f.SentKnown {
				return deny(historyUnknown)
			}
			if f.Standing().Refusal >= 0 || refusedOnBase(p, f) {
				return deny(refusedBefore)
			}
			if f.Standing().State == consent.IsGiven {
				return deny(alreadyAgreed)
			}
			asked, flying := askedBefore(p, f)
			switch {
			case asked:
				return deny(alreadyAsked)
			case flying:
				return consent.Finding{Outcome: consent.Defer, Case: inFlight, Until: consent.InFlightUntil(p.At(), f.Dispatch)}
			}
			found := note(open)
			if e != nil {
				found.Deadline = e.Ends
			}
			return found
		},
	}
}

// refusedOnBase reports whether the person said no to such a question through
// the same base, whoever asked it.
func refusedOnBase(p *consent.Plan, f *consent.Facts) bool {
	for i := range f.Acts {
		a := &f.Acts[i]
		if a.Kind.Negative() && a.Base == p.Request().Base.ID && !a.Happened.After(p.At()) {
			return true
		}
	}
	return false
}

// askedBefore reports whether the person was asked on this base for this
// election by anybody, and whether such a question is on its way. A question
// that was sent counts until it is known not to have arrived; one that reached
// the person is in the ledger, too.
func askedBefore(p *consent.Plan, f *consent.Facts) (asked, flying bool) {
	r := p.Request()
	for i := range f.Acts {
		a := &f.Acts[i]
		own := a.Dispatch != uuid.Nil && a.Dispatch == f.Dispatch
		if a.Kind == consent.Asked && a.Base == r.Base.ID && a.Election == r.Election && !own && !a.Happened.After(p.At()) {
			return true, false
		}
	}
	for i := range f.Sent {
		s := &f.Sent[i]
		if s.Kind != consent.ConsentRequest || s.Proof || s.Base != r.Base.ID || s.Election != r.Election {
			continue
		}
		if s.Dispatch == f.Dispatch && f.Dispatch != uuid.Nil {
			continue
		}
		if !s.InFlight {
			return true, false
		}
		flying = true
	}
	return false, flying
}
