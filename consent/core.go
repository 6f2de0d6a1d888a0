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
	CodeNoPack     Code = "territory.no-rules"
	CodeCap        Code = "cap.reached"
	CodeBaseCap    Code = "cap.base"
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
		coreRule{info: RuleInfo{Name: "accord.facts", Does: Words{
			"Denies when something that the decision needs could not be read, such as the list of refusals.",
			"Refuse quand une donnée nécessaire à la décision, comme la liste des refus, n'a pas pu être lue."},
			Cases: []Case{{
				Code: CodeMissing, Level: Invariant, Certainty: Settled,
				Says:   Words{"A fact that the decision needs could not be read.", "Un fait nécessaire à la décision n'a pas pu être lu."},
				Remedy: Words{"Look at the error of the store, and decide again.", "Voir l'erreur du stockage, puis décider à nouveau."},
			}}}, passes: factsRead},
		coreRule{info: RuleInfo{Name: "accord.address", Does: Words{
			"Denies when there is no address that the channel reaches.",
			"Refuse quand aucune adresse n'est joignable par ce canal."},
			Cases: []Case{{
				Code: CodeNoAddress, Level: Invariant, Certainty: Settled,
				Says: Words{"No address that the channel reaches.", "Aucune adresse joignable par ce canal."},
			}}}, passes: addressFits},
		coreRule{info: RuleInfo{Name: "accord.fiction", Does: Words{
			"Denies addresses that are reserved for fiction, outside of tests.",
			"Refuse les adresses réservées à la fiction, hors essais."},
			Cases: []Case{{
				Code: CodeFictional, Level: Invariant, Certainty: Settled,
				Source: Source{Text: "Arcep décision 2018-0881; RFC 2606", Ref: "design §4"},
				Says:   Words{"The address is reserved for fiction.", "L'adresse est réservée à la fiction."},
				Remedy: Words{"Set AllowFiction in a test.", "Activer AllowFiction dans un test."},
			}}}, passes: addressReal},
		coreRule{info: suppressionInfo, passes: notListed, check: checkSuppression},
		coreRule{info: RuleInfo{Name: "accord.origin", Does: Words{
			"Denies messages to people of whom nobody can say where their data came from.",
			"Refuse les messages aux personnes dont nul ne peut dire d'où viennent les données."},
			Cases: []Case{{
				Code: CodeNoOrigin, Level: Law, Certainty: Settled,
				Source: Source{Text: "GDPR art. 5(2), 14(2)(f), 15(1)(g)", Ref: "FR-BRK-3"},
				Says:   Words{"Nothing says where the data came from.", "Rien ne dit d'où viennent les données."},
				Remedy: Words{"Import the contact with its origin.", "Importer le contact avec son origine."},
			}}}, passes: originKnown},
		coreRule{info: RuleInfo{Name: "accord.content", Does: Words{
			"Denies a message without text.",
			"Refuse un message sans texte."},
			Cases: []Case{{
				Code: CodeEmpty, Level: Invariant, Certainty: Settled,
				Says: Words{"The message has no text.", "Le message n'a pas de texte."},
			}}}, passes: contentThere},
		windowRule{},
		keywordRule{},
		proofRule{},
	}
}

// What the rules above ask of most people. A plan asks all of it at once, and
// the rules one by one only where something is wrong.

func factsRead(_ *Plan, f *Facts) bool { return !f.Missing && f.Place != nil }

func addressFits(p *Plan, f *Facts) bool {
	email := p.req.Channel == contact.EmailChannel
	return f.AddressKind != contact.NoAddress && email == (f.AddressKind == contact.Email)
}

func addressReal(p *Plan, f *Facts) bool { return !f.Fictional || p.fiction }
func notListed(_ *Plan, f *Facts) bool   { return len(f.Entries) == 0 }
func originKnown(p *Plan, f *Facts) bool {
	return f.Origin != nil || p.req.Kind == KeywordReply || p.req.Proof
}
func contentThere(_ *Plan, f *Facts) bool { return !f.Content.Empty }

// corePasses reports whether f passes the first coreQuick rules of every plan.
func (p *Plan) corePasses(f *Facts) bool {
	return factsRead(p, f) && addressFits(p, f) && addressReal(p, f) && notListed(p, f) && originKnown(p, f) && contentThere(p, f)
}

// coreQuick is how many rules corePasses speaks for. All of them are bound.
const coreQuick = 6

// coreRule makes a rule of functions. Where there is no check, the rule denies
// with its first case whoever does not pass.
type coreRule struct {
	info   RuleInfo
	passes func(*Plan, *Facts) bool
	check  func(*Plan, *Facts) Finding
}

func (r coreRule) Info() RuleInfo { return r.info }

func (r coreRule) Bind(p *Plan) (Check, error) { return &coreCheck{p, r}, nil }

type coreCheck struct {
	plan *Plan
	rule coreRule
}

func (c *coreCheck) Passes(f *Facts) bool { return c.rule.passes(c.plan, f) }

func (c *coreCheck) Check(f *Facts) Finding {
	switch {
	case c.rule.check != nil:
		return c.rule.check(c.plan, f)
	case c.rule.passes(c.plan, f):
		return Pass()
	default:
		return Finding{}
	}
}

// windowRule keeps the campaign's own start and end. It depends on the plan
// alone.
type windowRule struct{}

func (windowRule) Info() RuleInfo {
	return RuleInfo{Name: "accord.window", Does: Words{
		"Keeps the start and the end that the campaign has set for itself.",
		"Respecte le début et la fin que la campagne s'est fixés."},
		Cases: []Case{{
			Code: CodeEnded, Level: Invariant, Certainty: Settled,
			Says: Words{"The campaign's own end has passed.", "La fin fixée par la campagne est passée."},
		}, {
			Code: CodeNotYet, Level: Invariant, Certainty: Settled,
			Says: Words{"The campaign's own start is still to come.", "Le début fixé par la campagne n'est pas encore arrivé."},
		}}}
}

func (windowRule) Bind(p *Plan) (Check, error) {
	switch {
	case !p.req.NotAfter.IsZero() && !p.at.Before(p.req.NotAfter):
		return settled{}, nil
	case p.at.Before(p.req.NotBefore):
		return settled{Finding{Outcome: Defer, Case: 1, Until: p.req.NotBefore}}, nil
	case p.req.NotAfter.IsZero():
		return nil, nil
	default:
		return settled{Finding{Outcome: Allow, Deadline: p.req.NotAfter}}, nil
	}
}

// settled answers everybody the same.
type settled struct{ finding Finding }

func (s settled) Check(*Facts) Finding { return s.finding }

type planCheck struct {
	plan  *Plan
	check func(*Plan, *Facts) Finding
}

func (c planCheck) Check(f *Facts) Finding { return c.check(c.plan, f) }

var suppressionInfo = RuleInfo{Name: "accord.suppression", Does: Words{
	"Denies messages that the person refused, addresses that do not work, and those that the client excluded.",
	"Refuse les messages que la personne a refusés, les adresses qui ne fonctionnent pas et celles que le client a exclues."},
	Cases: []Case{
		{
			Code: CodeRefused, Level: Law, Certainty: Settled,
			Source: Source{Text: "GDPR art. 21(2)-(3); CPCE art. L34-5 al. 5", Ref: "FR-OBJ-1"},
			Says:   Words{"The person refused such messages.", "La personne a refusé ces messages."},
			Remedy: Words{"None: only a later act by the person can lift it.", "Aucun : seul un acte ultérieur de la personne peut le lever."},
		}, {
			Code: CodeHygiene, Level: Contract, Certainty: Settled,
			Source: Source{Text: "carriers' terms; GDPR art. 5(1)(d), accuracy", Ref: "FR-NUM-9"},
			Says:   Words{"The address does not work.", "L'adresse ne fonctionne pas (NPAI)."},
			Remedy: Words{"Wait until the entry ends, or correct the address.", "Attendre la fin de l'inscription, ou corriger l'adresse."},
		}, {
			Code: CodeExcluded, Level: Contract, Certainty: Settled,
			Source: Source{Text: "the client's instructions; GDPR art. 28(3)(a)", Ref: "design §2"},
			Says:   Words{"The client excluded the address.", "Le client a exclu cette adresse."},
			Remedy: Words{"Ask the client to end the exclusion.", "Demander au client de mettre fin à l'exclusion."},
		},
	}}

// checkSuppression denies for the strongest class that reaches the message. A
// keyword reply answers the person's own message, and may confirm a refusal.
func checkSuppression(p *Plan, f *Facts) Finding {
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
	return RuleInfo{Name: "accord.keyword-reply", Does: Words{
		"Lets the fixed reply to a keyword such as STOP or CONTACT go, shortly after the person sent it.",
		"Laisse partir la réponse fixe à un mot-clé comme STOP ou CONTACT, peu après que la personne l'a envoyé."},
		Basis: true, Params: KeywordReplyWithin.String(), Cases: []Case{
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

var noBasisInfo = RuleInfo{Name: "accord.no-rules", Does: Words{
	"Denies a message for which no rule says on which basis it may go.",
	"Refuse un message pour lequel aucune règle ne dit sur quelle base il peut partir."},
	Cases: []Case{{
		Code: CodeNoRules, Level: Invariant, Certainty: Settled,
		Says:   Words{"No rule says on which basis such a message may go.", "Aucune règle ne dit sur quelle base un tel message peut partir."},
		Remedy: Words{"Choose a pack that knows the purpose, or add a rule.", "Choisir un jeu de règles qui connaît cette finalité, ou ajouter une règle."},
	}}}

// zoneKnown denies where rules depend on a clock that nobody knows.
type zoneKnown struct{}

var zoneInfo = RuleInfo{Name: "accord.zone", Does: Words{
	"Denies where a rule depends on the hour, and nobody knows what time it is for the recipient.",
	"Refuse quand une règle dépend de l'heure et que nul ne connaît celle du destinataire."},
	Cases: []Case{{
		Code: CodeZone, Level: Invariant, Certainty: Settled,
		Source: Source{Text: "TECH-9"},
		Says:   Words{"The recipient's time zone is unknown.", "Le fuseau horaire du destinataire est inconnu."},
		Remedy: Words{"Declare a territory or a zone for the contact.", "Déclarer un territoire ou un fuseau pour le contact."},
	}}}

func (z zoneKnown) Check(f *Facts) Finding {
	if f.Place == nil {
		return Finding{}
	}
	return z.CheckPlace(f.Place)
}

func (zoneKnown) CheckPlace(pl *Place) Finding {
	if len(pl.Zones) == 0 {
		return Finding{}
	}
	return Pass()
}
