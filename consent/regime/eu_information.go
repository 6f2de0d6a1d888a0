package regime

import (
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// informationRule asks of a text what the law of the Union asks everywhere. For
// people in France fr.mentions asks it already, with what the CNIL adds. How to
// refuse is not looked for in e-mails: the library knows how that is said in
// French and English only, and leaves it to the packs of member states.
func informationRule() consent.Rule {
	const identity, stop, origin = 0, 1, 2
	return rule{
		info: consent.RuleInfo{
			Name:        "eu.information",
			Territories: slices.DeleteFunc(slices.Clone(memberStates), func(t contact.Territory) bool { return t == "FR" }),
			Kinds:       []consent.Kind{consent.ContentMessage, consent.ConsentRequest},
			Params:      "how to refuse is looked for in SMS and RCS",
			Cases: []consent.Case{
				lacksIdentity(consent.Unverified, consent.Source{Text: "Directive 2002/58 art. 13(4), from memory", Ref: "ePD-13(4)"}),
				lacksStop(consent.Settled, consent.Source{Text: "GDPR art. 21(4); Directive 2002/58 art. 13(4), from memory", Date: "2016-04-27", Ref: "GDPR-21(4), ePD-13(4)"}),
				lacksOrigin(consent.Source{Text: "GDPR art. 14(2)(f) and 14(3)(b)", Date: "2016-04-27", Ref: "GDPR-14(2)(f), GDPR-14(3)"}),
			},
		},
		passes: func(p *consent.Plan, f *consent.Facts) bool {
			return f.Content.Identity && stopSaid(p, f) && (f.Content.Origin || !firstIndirect(p, f))
		},
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			switch {
			case !f.Content.Identity:
				return deny(identity)
			case !stopSaid(p, f):
				return deny(stop)
			default:
				return deny(origin)
			}
		},
	}
}

func stopSaid(p *consent.Plan, f *consent.Facts) bool {
	c := p.Request().Channel
	return c != contact.SMS && c != contact.RCS || hasStop(p, &f.Content)
}

// lateInformationRule warns of people whose data a controller has had for more
// than a month, and who were told nothing (art. 14(3)(a)): the first message,
// which must tell them, comes late. When the data came is known of files that a
// supplier handed over, by the last hop; of a rented base the advertiser has none.
func lateInformationRule() consent.Rule {
	return rule{
		info: consent.RuleInfo{
			Name: "eu.information-late", Kinds: []consent.Kind{consent.ContentMessage, consent.ConsentRequest}, NotOfProofs: true, Params: "1 month",
			Cases: []consent.Case{{
				Code: "information.late", Level: consent.Advice, Certainty: consent.Settled,
				Source: consent.Source{Text: "GDPR art. 14(3)(a)", Date: "2016-04-27", Ref: "GDPR-14(3), FR-BRK-3"},
				Says: words("The person should have been told within a month of whom their data came to, and from where.",
					"La personne aurait dû apprendre dans le mois à qui sont venues ses données, et d'où."),
				Remedy: words("Record an act of information, where there was one.", "Enregistrer un acte d'information, s'il y en a eu."),
			}},
		},
		concerns: func(r *consent.Request) bool { return r.Base.Mode != contact.Rented },
		passes: func(p *consent.Plan, f *consent.Facts) bool {
			came := received(f.Origin)
			return came.IsZero() || !p.At().After(addMonths(came, 1)) || !firstIndirect(p, f)
		},
		check: func(*consent.Plan, *consent.Facts) consent.Finding { return note(0) },
	}
}

// received returns when the data came into the last hands, zero where that is
// unknown.
func received(o *contact.Origin) time.Time {
	if o == nil || len(o.Hops) == 0 {
		return time.Time{}
	}
	return o.Hops[len(o.Hops)-1].At
}
