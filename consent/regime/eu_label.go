package regime

import "github.com/accordsdk/accord/consent"

// labelRule asks political content for the label of art. 11(1).
func labelRule() consent.Rule {
	const undeclared, unlabelled, unlinked = 0, 1, 2
	return rule{
		info: advertisement("eu.label",
			consent.Case{
				Code: "ad.undeclared", Level: consent.Law, Certainty: consent.Settled,
				Source: regulation2024("art. 3(2) and 11(1)", "EU-TTPA-1, EU-TTPA-2, EU-TTPA-9"),
				Says: words("Nothing says who sponsors the political message, nor where its transparency notice is.",
					"Rien ne dit qui est le commanditaire du message politique, ni où est son avis de transparence."),
				Remedy: words("Set Request.PoliticalAd.", "Renseigner Request.PoliticalAd."),
			},
			consent.Case{
				Code: "ad.label", Level: consent.Law, Certainty: consent.Settled,
				Source: regulation2024("art. 11(1)(a)-(c), by recital 3 of Implementing Regulation (EU) 2025/1410", "EU-TTPA-9, EU-TTPA-11"),
				Says: words("The text does not say that it is political advertising, for which sponsor and which election.",
					"Le texte ne dit pas qu'il est une publicité politique, pour quel commanditaire et quelle élection."),
				Remedy: words("Put {{label}} into the template.", "Mettre {{label}} dans le modèle."),
			},
			consent.Case{
				Code: "ad.label-link", Level: consent.Law, Certainty: consent.Unverified,
				Source: regulation2024("art. 11(1)(d)-(e), from memory", "EU-TTPA-9"),
				Says: words("The text does not link to the transparency notice, or does not say that it was targeted.",
					"Le texte ne renvoie pas à l'avis de transparence, ou ne dit pas qu'il est ciblé."),
				Remedy: words("Put {{label}} into the template.", "Mettre {{label}} dans le modèle."),
			}),
		passes: func(_ *consent.Plan, f *consent.Facts) bool { return f.Content.Label && f.Content.LabelLink },
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			switch {
			case p.Request().PoliticalAd == nil:
				return deny(undeclared)
			case !f.Content.Label:
				return deny(unlabelled)
			default:
				return deny(unlinked)
			}
		},
	}
}
