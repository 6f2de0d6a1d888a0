package regime

import (
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// sponsorRule keeps who may not pay from paying in the last three months before
// a poll (art. 5(2)). It looks at every election of the pack that people in the
// territory vote in, whichever the message names: the reference speaks of an
// election, and a sponsor from a third country must not get by with naming none.
func sponsorRule() consent.Rule {
	const unknown, outside = 0, 1
	remedy := words("Wait until the result stands.", "Attendre que le résultat soit acquis.")
	info := advertisement("eu.sponsor",
		consent.Case{
			Code: "ad.sponsor-unknown", Level: consent.Law, Certainty: consent.Settled,
			Source: regulation2024("art. 5(2)", "EU-TTPA-16"),
			Says: words("Nothing says that the sponsor may pay for political messages in the last three months before a poll.",
				"Rien ne dit que le commanditaire peut financer des messages politiques dans les trois mois avant un scrutin."),
			Remedy: words("Set PoliticalAd.Standing.", "Renseigner PoliticalAd.Standing."),
		},
		consent.Case{
			Code: "ad.sponsor-outside", Level: consent.Law, Certainty: consent.Settled, Remedy: remedy,
			Source: regulation2024("art. 5(2)", "EU-TTPA-16"),
			Says: words("A sponsor from a third country may not pay for political messages in the last three months before a poll.",
				"Un commanditaire d'un pays tiers ne peut pas financer de messages politiques dans les trois mois avant un scrutin."),
		})
	info.Params = "3 months, from the day before in UTC"
	return rule{
		info: info,
		concerns: func(r *consent.Request) bool {
			if r.PoliticalAd == nil {
				return false // and eu.label says so
			}
			switch r.PoliticalAd.Standing {
			case consent.SponsorCitizen, consent.SponsorVoter, consent.SponsorEntity:
				return false
			default:
				return true
			}
		},
		check: func(p *consent.Plan, f *consent.Facts) consent.Finding {
			refused := deny(outside)
			if p.Request().PoliticalAd.Standing == consent.SponsorUnknown {
				refused = deny(unknown)
			}
			if p.Request().Election != "" && p.Election() == nil {
				return refused // nobody knows when it is
			}
			found := consent.Pass()
			elections := p.Elections()
			for i := range elections {
				if !votes(&elections[i], f.Territory()) {
					continue
				}
				from := lastMonths(&elections[i])
				switch {
				case p.At().Before(from):
					found.Deadline = earlier(found.Deadline, from)
				case p.At().Before(elections[i].Ends):
					return refused
				}
			}
			return found
		},
	}
}

// votes reports whether people in t vote in e; those who may be anywhere do.
func votes(e *consent.Election, t contact.Territory) bool {
	return t == "" || len(e.Territories) == 0 || slices.Contains(e.Territories, t)
}

// lastMonths returns when the last three months before e begin: at 0:00 UTC of
// the day before the one that has the number of its first polling day three months
// earlier, so that they have begun in every zone. Of an election with several
// rounds, the first counts. Polls are taken to close at the end of a silence, or
// of the election.
func lastMonths(e *consent.Election) time.Time {
	first := e.Ends
	for _, s := range e.Silences {
		first = earlier(first, s.Until)
	}
	year, month, day := first.UTC().Date()
	return addMonths(date(year, month, day), -3).AddDate(0, 0, -1)
}

// addMonths returns the same day of the month n months from t, or the last one
// of that month where it has fewer days.
func addMonths(t time.Time, n int) time.Time {
	first := t.AddDate(0, n, 1-t.Day())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// declarationRule asks for the sponsor's declaration (art. 7) before a message.
func declarationRule() consent.Rule {
	const none, later = 0, 1
	source := regulation2024("art. 7; Commission guidelines C/2025/5514", "EU-TTPA-15")
	remedy := words("Set PoliticalAd.Declaration.", "Renseigner PoliticalAd.Declaration.")
	return rule{
		info: advertisement("eu.declaration",
			consent.Case{
				Code: "ad.no-declaration", Level: consent.Law, Certainty: consent.Settled, Source: source, Remedy: remedy,
				Says: words("The sponsor has not declared that the message is political advertising.",
					"Le commanditaire n'a pas déclaré que le message est une publicité politique."),
			},
			consent.Case{
				Code: "ad.declared-later", Level: consent.Law, Certainty: consent.Settled, Source: source, Remedy: remedy,
				Says: words("The sponsor's declaration is of a day that is still to come.",
					"La déclaration du commanditaire porte une date à venir."),
			}),
		refuse: func(p *consent.Plan) (consent.Finding, bool) {
			ad := p.Request().PoliticalAd
			switch {
			case ad == nil: // and eu.label says so
				return consent.Finding{}, false
			case ad.Declaration == nil:
				return deny(none), true
			case ad.Declaration.Date > p.At().Add(earliestZone).UTC().Format(time.DateOnly):
				return deny(later), true
			default:
				return consent.Finding{}, false
			}
		},
	}
}

// earliestZone is how far ahead of UTC a clock can be: it is tomorrow there first.
const earliestZone = 14 * time.Hour
