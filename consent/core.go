package consent

import (
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// The codes of the library's own rules, which every plan has. CodeAllowed is no
// rule's: it counts messages that every rule passes without a word.
const (
	CodeAllowed    Code = "allowed"
	CodeMissing    Code = "facts.missing"
	CodeNoAddress  Code = "address.none"
	CodeFictional  Code = "address.fictional"
	CodeRefused    Code = "suppression.refusal"
	CodeHygiene    Code = "suppression.hygiene"
	CodeExcluded   Code = "suppression.exclusion"
	CodeNoOrigin   Code = "origin.missing"
	CodeEmpty      Code = "content.empty"
	CodeZone       Code = "zone.unknown"
	CodeNoRules    Code = "purpose.no-rules"
	CodeCap        Code = "cap.reached"
	CodeCapUnknown Code = "cap.unknown"
	CodeInFlight   Code = "sent.in-flight"
	CodeNotYet     Code = "campaign.not-yet"
	CodeEnded      Code = "campaign.ended"
	CodeKeyword    Code = "reply.keyword"
	CodeReplyLate  Code = "reply.late"
	CodeReplyWords Code = "reply.words"
)

// KeywordReplyWithin is how long after an inbound message a keyword reply may
// go: the five minutes of 47 CFR 64.1200(a)(12) (US-6, V2), there being no
// French figure.
const KeywordReplyWithin = 5 * time.Minute

// coreRules are asked before those of any pack.
func coreRules() []Rule {
	return []Rule{
		coreRule{info: RuleInfo{Name: "accord.facts", Cases: []Case{{
			Code: CodeMissing, Level: Invariant, Certainty: Settled,
			Says:   Words{"A fact that the decision needs could not be read.", "Un fait nécessaire à la décision n'a pas pu être lu."},
			Remedy: Words{"Look at the error of the store, and decide again.", "Voir l'erreur du stockage, puis décider à nouveau."},
		}}}, check: func(_ *Plan, f *Facts) Finding {
			if f.Missing || f.Place == nil {
				return Finding{}
			}
			return Pass()
		}},
		coreRule{info: RuleInfo{Name: "accord.address", Cases: []Case{{
			Code: CodeNoAddress, Level: Invariant, Certainty: Settled,
			Says: Words{"No address that the channel reaches.", "Aucune adresse joignable par ce canal."},
		}}}, check: func(p *Plan, f *Facts) Finding {
			email := p.req.Channel == contact.EmailChannel
			if f.AddressKind == contact.NoAddress || email != (f.AddressKind == contact.Email) {
				return Finding{}
			}
			return Pass()
		}},
		coreRule{info: RuleInfo{Name: "accord.fiction", Cases: []Case{{
			Code: CodeFictional, Level: Invariant, Certainty: Settled,
			Source: Source{Text: "Arcep décision 2018-0881; RFC 2606", Ref: "design §4"},
			Says:   Words{"The address is reserved for fiction.", "L'adresse est réservée à la fiction."},
			Remedy: Words{"Set AllowFiction in a test.", "Activer AllowFiction dans un test."},
		}}}, check: func(p *Plan, f *Facts) Finding {
			if f.Fictional && !p.fiction {
				return Finding{}
			}
			return Pass()
		}},
		coreRule{info: suppressionInfo, check: checkSuppression},
		coreRule{info: RuleInfo{Name: "accord.origin", Cases: []Case{{
			Code: CodeNoOrigin, Level: Law, Certainty: Settled,
			Source: Source{Text: "GDPR art. 5(2), 14(2)(f), 15(1)(g)", Ref: "FR-BRK-3"},
			Says:   Words{"Nothing says where the data came from.", "Rien ne dit d'où viennent les données."},
			Remedy: Words{"Import the contact with its origin.", "Importer le contact avec son origine."},
		}}}, check: func(p *Plan, f *Facts) Finding {
			if f.Origin == nil && p.req.Kind != KeywordReply {
				return Finding{}
			}
			return Pass()
		}},
		coreRule{info: RuleInfo{Name: "accord.content", Cases: []Case{{
			Code: CodeEmpty, Level: Invariant, Certainty: Settled,
			Says: Words{"The message has no text.", "Le message n'a pas de texte."},
		}}}, check: func(_ *Plan, f *Facts) Finding {
			if f.Content.Empty {
				return Finding{}
			}
			return Pass()
		}},
		coreRule{info: RuleInfo{Name: "accord.window", Cases: []Case{{
			Code: CodeEnded, Level: Invariant, Certainty: Settled,
			Says: Words{"The campaign's own end has passed.", "La fin fixée par la campagne est passée."},
		}, {
			Code: CodeNotYet, Level: Invariant, Certainty: Settled,
			Says: Words{"The campaign's own start is still to come.", "Le début fixé par la campagne n'est pas encore arrivé."},
		}}}, check: func(p *Plan, _ *Facts) Finding {
			switch {
			case !p.req.NotAfter.IsZero() && !p.at.Before(p.req.NotAfter):
				return Finding{}
			case p.at.Before(p.req.NotBefore):
				return Finding{Outcome: Defer, Case: 1, Until: p.req.NotBefore}
			default:
				return Finding{Outcome: Allow, Deadline: p.req.NotAfter}
			}
		}},
		keywordRule{},
	}
}

type coreRule struct {
	info  RuleInfo
	check func(*Plan, *Facts) Finding
}

func (r coreRule) Info() RuleInfo { return r.info }

func (r coreRule) Bind(p *Plan) (Check, error) { return planCheck{p, r.check}, nil }

type planCheck struct {
	plan  *Plan
	check func(*Plan, *Facts) Finding
}

func (c planCheck) Check(f *Facts) Finding { return c.check(c.plan, f) }

var suppressionInfo = RuleInfo{Name: "accord.suppression", Cases: []Case{
	{
		Code: CodeRefused, Level: Law, Certainty: Settled,
		Source: Source{Text: "GDPR art. 21(2)-(3); CPCE art. L34-5 al. 5", Ref: "FR-OBJ-1"},
		Says:   Words{"The person refused such messages.", "La personne a refusé ces messages."},
		Remedy: Words{"None: only a later act by the person can lift it.", "Aucun : seul un acte ultérieur de la personne peut le lever."},
	}, {
		Code: CodeHygiene, Level: Contract, Certainty: Settled,
		Says:   Words{"The address does not work.", "L'adresse ne fonctionne pas (NPAI)."},
		Remedy: Words{"Wait until the entry ends, or correct the address.", "Attendre la fin de l'inscription, ou corriger l'adresse."},
	}, {
		Code: CodeExcluded, Level: Contract, Certainty: Settled,
		Says:   Words{"The client excluded the address.", "Le client a exclu cette adresse."},
		Remedy: Words{"Ask the client to end the exclusion.", "Demander au client de mettre fin à l'exclusion."},
	},
}}

// checkSuppression denies for the strongest class that reaches the message. A
// keyword reply answers the person's own message, and may confirm a refusal.
func checkSuppression(p *Plan, f *Facts) Finding {
	if len(f.Entries) == 0 {
		return Pass()
	}
	worst := suppression.NoClass
	for i := range f.Entries {
		e := &f.Entries[i]
		if worst != suppression.NoClass && e.Class >= worst {
			continue
		}
		if e.Reaches(&p.target, p.req.Campaign, p.req.Client, p.at) {
			worst = e.Class
		}
	}
	switch {
	case worst == suppression.NoClass, worst == suppression.Refusal && p.req.Kind == KeywordReply:
		return Pass()
	default:
		return Finding{Case: uint8(worst - suppression.Refusal)}
	}
}

// keywordRule is the basis of keyword replies.
type keywordRule struct{}

func (keywordRule) Info() RuleInfo {
	return RuleInfo{Name: "accord.keyword-reply", Basis: true, Params: KeywordReplyWithin.String(), Cases: []Case{
		{
			Code: CodeReplyLate, Level: Invariant, Certainty: Settled,
			Source: Source{Text: "47 CFR 64.1200(a)(12), taken as the measure", Ref: "US-6"},
			Says:   Words{"The message answered is more than five minutes old.", "Le message auquel on répond a plus de cinq minutes."},
		}, {
			Code: CodeReplyWords, Level: Invariant, Certainty: Settled,
			Says:   Words{"The text is not one of the fixed replies.", "Le texte n'est pas l'une des réponses fixes."},
			Remedy: Words{"Make it with consent.KeywordText.", "La composer avec consent.KeywordText."},
		}, {
			Code: CodeKeyword, Level: Contract, Certainty: Settled,
			Source: Source{Text: "AF2M, mots-clés STOP et CONTACT", Ref: "FR-SMS-6"},
			Says:   Words{"It answers a keyword that the person sent.", "Il répond à un mot-clé envoyé par la personne."},
		},
	}}
}

func (keywordRule) Bind(p *Plan) (Check, error) {
	if p.req.Kind != KeywordReply {
		return nil, nil
	}
	return planCheck{p, func(p *Plan, f *Facts) Finding {
		age := p.at.Sub(p.req.InReplyTo.At)
		switch {
		case age < 0 || age > KeywordReplyWithin:
			return Finding{Case: 0}
		case f.Content.Form != KeywordReply:
			return Finding{Case: 1}
		default:
			return Finding{Outcome: Allow, Case: 2, Noted: true, Deadline: p.req.InReplyTo.At.Add(KeywordReplyWithin)}
		}
	}}, nil
}

// always denies with the first case of its rule.
type always struct{}

func (always) Check(*Facts) Finding { return Finding{} }

var noBasisInfo = RuleInfo{Name: "accord.no-rules", Cases: []Case{{
	Code: CodeNoRules, Level: Invariant, Certainty: Settled,
	Says:   Words{"No rule says on which basis such a message may go.", "Aucune règle ne dit sur quelle base un tel message peut partir."},
	Remedy: Words{"Choose a pack that knows the purpose, or add a rule.", "Choisir un jeu de règles qui connaît cette finalité, ou ajouter une règle."},
}}}

// zoneKnown denies where rules depend on a clock that nobody knows.
type zoneKnown struct{}

var zoneInfo = RuleInfo{Name: "accord.zone", Cases: []Case{{
	Code: CodeZone, Level: Invariant, Certainty: Settled,
	Source: Source{Text: "TECH-9"},
	Says:   Words{"The recipient's time zone is unknown.", "Le fuseau horaire du destinataire est inconnu."},
	Remedy: Words{"Declare a territory or a zone for the contact.", "Déclarer un territoire ou un fuseau pour le contact."},
}}}

func (zoneKnown) Check(f *Facts) Finding {
	if f.Place == nil || len(f.Place.Zones) == 0 {
		return Finding{}
	}
	return Pass()
}
