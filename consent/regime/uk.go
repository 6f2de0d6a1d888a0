package regime

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// UnitedKingdom returns the rules for messages to people in the United Kingdom
// (GB; the Channel Islands and the Isle of Man are not part of it): SMS, RCS and
// e-mail, for the purposes commercial, charity, political and service. Other
// purposes, calls, and requests for consent have no rule and are denied.
//
// Commercial messages need consent or the soft opt-in of PECR reg. 22, charities
// have the soft opt-in of their own since 5 February 2026, and political
// messages need consent. A soft opt-in is a [consent.Related] act in the
// controller's own base, with the purpose and with the form or notice that
// offered to refuse, and a [consent.Assessment] in the request, in which somebody
// signs that the products are similar, or that the purpose is the charity's own.
//
// Everybody is taken as an individual subscriber. What the reference has from
// secondary sources or from memory is marked unverified.
func UnitedKingdom() consent.Pack {
	return described(consent.Pack{
		Name:        "gb",
		Version:     "2026-11-23",
		Read:        "2026-11-23",
		Territories: []contact.Territory{"GB"},
		Rules: []consent.Rule{
			consentRule("gb.political", britishAgreement(consent.Source{
				Text: "PECR (SI 2003/2426) reg. 22; Data Protection Act 2018 s. 122(5)", Ref: "UK-1, UK-2",
			}), about(contact.Political, contact.SMS, contact.RCS, contact.EmailChannel)),
			softOptInRule("gb.commercial", contact.Commercial, time.Time{}, consent.Source{Text: "PECR (SI 2003/2426) reg. 22(3)", Ref: "UK-2"}),
			charityBefore2026(),
			softOptInRule("gb.charity-2026", contact.Charity, charitySoftOptIn, consent.Source{
				Text: "PECR reg. 22, as amended by Data (Use and Access) Act 2025 s. 114; SI 2026/82", Date: "2026-02-05", Ref: "UK-4",
			}),
			serviceRule("gb.service", consent.Invariant, consent.Source{Text: "design §2"}, consent.Source{Text: "design §2"}),
			textRule("gb.mentions", prospecting,
				mentionsIdentity(consent.Unverified, consent.Source{Text: "PECR (SI 2003/2426) reg. 23", Ref: "UK-3"}),
				mentionsStop(consent.Unverified, consent.Source{Text: "PECR (SI 2003/2426) reg. 22(3)(c) and 23", Ref: "UK-2, UK-3"})),
			imprintRule(),
			weekRule("gb.hours", everyDay(8*time.Hour, 21*time.Hour), consent.Case{
				Code: "hours.quiet", Level: consent.Advice, Certainty: consent.Unverified,
				Source: consent.Source{Text: "trade code; no statute sets hours for texts", Ref: "UK-8"},
				Says:   words("Good practice leaves people in peace at this hour.", "Les bons usages laissent les gens en paix à cette heure."),
				Remedy: words("It is decided again when the hours of good practice begin.", "La décision est reprise au début des heures d'usage."),
			}, text),
		},
	})
}

// charitySoftOptIn is when charities got a soft opt-in. It reaches nobody whose
// details they obtained before.
var charitySoftOptIn = date(2026, time.February, 5)

func britishAgreement(source consent.Source) agreement {
	return agreement{
		level: consent.Law, certainty: consent.Unverified, source: source,
		no: consent.Source{Text: "ICO, guidance on political campaigning: the right to object to direct marketing is absolute", Ref: "UK-6"}, noIs: consent.Settled,
	}
}

func charityBefore2026() consent.Rule {
	r := consentRule("gb.charity-2003", britishAgreement(consent.Source{Text: "PECR (SI 2003/2426) reg. 22", Ref: "UK-2, UK-4"}),
		about(contact.Charity, contact.SMS, contact.RCS, contact.EmailChannel)).(rule)
	r.info.Until = charitySoftOptIn
	return r
}

// softOptInRule lets messages go to those who agreed, and to those whose details
// the controller obtained, from the instant since on, when they dealt with it.
func softOptInRule(name string, purpose contact.Purpose, since time.Time, source consent.Source) consent.Rule {
	const undeclared, unoffered, softly = given + 1, given + 2, given + 3
	c := func(code consent.Code, says, remedy consent.Words) consent.Case {
		return consent.Case{Code: code, Level: consent.Law, Certainty: consent.Unverified, Source: source, Says: says, Remedy: remedy}
	}
	cases := append(britishAgreement(source).cases(),
		c("soft-opt-in.undeclared", words("The person dealt with the controller, and nobody signed that this message may follow from that.", "La personne a traité avec le responsable, mais personne n'a signé que ce message peut en découler."),
			words("Add an Assessment that says so to the request.", "Ajouter à la demande une Assessment qui l'affirme.")),
		c("soft-opt-in.no-offer", words("The person dealt with the controller, and nothing shows that they could refuse messages then.", "La personne a traité avec le responsable, mais rien ne montre qu'elle pouvait alors refuser les messages."),
			words("Record the form or the notice that offered it.", "Enregistrer le formulaire ou la mention qui le proposait.")),
		c("soft-opt-in.given", words("The person gave the details when dealing with the controller, and did not refuse.", "La personne a donné ses coordonnées en traitant avec le responsable, sans refuser."), consent.Words{}))
	return rule{
		info: consent.RuleInfo{
			Name: name, Basis: true, InForce: since, Cases: cases,
			Params: "consent, or details obtained by the controller itself and an assessment",
		},
		concerns: about(purpose, contact.SMS, contact.RCS, contact.EmailChannel),
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			found := judgeAgreement(p, f)
			if found.Outcome == consent.Allow || found.Case == refused || found.Case == withdrawn || found.Case == objected {
				return found
			}
			for i := range f.Acts {
				a := &f.Acts[i]
				switch {
				case !dealing(p, f, a), a.Happened.Before(since), a.Channels != 0 && !a.Channels.Has(p.Request().Channel):
				case !documented(a):
					if found.Case <= given {
						found = deny(unoffered)
					}
				case !assessed(p):
					found = deny(undeclared)
				case found.Outcome != consent.Allow:
					found = note(softly)
					found.Deadline = a.Expires
				case a.Expires.IsZero() || !found.Deadline.IsZero() && a.Expires.After(found.Deadline):
					found.Deadline = a.Expires
				}
			}
			return found
		},
	}
}

// assessed reports whether each advertiser signed an assessment for such
// messages before the instant of p.
func assessed(p *consent.Plan) bool {
	r := p.Request()
	for _, party := range r.Advertisers() {
		signed := false
		for i := range r.Assessments {
			a := &r.Assessments[i]
			signed = signed || a.Controller == party.ID && a.Purpose == r.Purpose && a.Channel == r.Channel &&
				a.Base == r.Base.ID && !a.Signed.After(p.At())
		}
		if !signed {
			return false
		}
	}
	return true
}

// imprintRule asks for the imprint in e-mail only: texts are believed outside
// the definition (UK-7, from memory, unverified). The reference has the month of
// its beginning and not the day.
func imprintRule() consent.Rule {
	source := consent.Source{Text: "Elections Act 2022 Part 6; Electoral Commission, statutory guidance on digital imprints", Date: "2023-11", Ref: "UK-7"}
	r := textRule("gb.imprint",
		func(r *consent.Request) bool { return mail(r) && r.Purpose == contact.Political },
		mentionsPostal(consent.Settled, source)).(rule)
	r.info.InForce = date(2023, time.November, 1)
	return r
}
