package transparency

import (
	"time"

	"github.com/accordsdk/accord/consent"
)

// A Record is something to keep about political messages. What is kept is about
// campaigns: the files of recipients of an election are deleted after it
// (FR-POL-13), and no record here asks for them.
type Record struct {
	What consent.Words
	// Years is how long after the last preparation, placement or dissemination
	// it is kept; 0 where the reference names no duration.
	Years     int
	Source    consent.Source
	Certainty consent.Certainty
}

// Until returns when a record of a campaign whose last preparation, placement or
// dissemination was at last may be deleted; the zero time where no duration is
// named.
func (r Record) Until(last time.Time) time.Time {
	if r.Years == 0 {
		return time.Time{}
	}
	return last.AddDate(r.Years, 0, 0)
}

// Records returns what to keep: by providers of services under art. 9 (seven
// years by secondary material, what exactly from memory: EU-TTPA-14), and by
// controllers who target under art. 19 (EU-TTPA-8). Of the sponsor's declaration,
// and of what art. 19 asks for, the reference says that it is kept, or must be
// there, and not for how long.
func Records() []Record {
	provider := consent.Source{Text: "Regulation (EU) 2024/900 art. 9", Ref: "EU-TTPA-14"}
	notice := consent.Source{Text: "Regulation (EU) 2024/900 art. 9 and 12", Ref: "EU-TTPA-14"}
	targeting := consent.Source{Text: "Regulation (EU) 2024/900 art. 19", Ref: "EU-TTPA-8"}
	declaration := consent.Source{Text: "Regulation (EU) 2024/900 art. 7; Commission guidelines C/2025/5514", Date: "2025-10-10", Ref: "EU-TTPA-15"}
	r := func(years int, source consent.Source, certainty consent.Certainty, en, fr string) Record {
		return Record{consent.Words{En: en, Fr: fr}, years, source, certainty}
	}
	const seven = 7
	return []Record{
		r(seven, provider, consent.Unverified, "the message or the campaign", "le message ou la campagne"),
		r(seven, provider, consent.Unverified, "the services provided", "les services fournis"),
		r(seven, provider, consent.Unverified, "the amounts and other benefits received", "les montants et autres avantages reçus"),
		r(seven, provider, consent.Unverified, "the origin of the amounts", "l'origine des montants"),
		r(seven, provider, consent.Unverified, "identity and contact of the sponsor", "identité et coordonnées du commanditaire"),
		r(seven, notice, consent.Unverified, "the transparency notice", "l'avis de transparence"),
		r(seven, notice, consent.Unverified, "the entry in the European repository", "l'entrée du répertoire européen"),
		r(0, declaration, consent.Settled, "the sponsor's declaration", "la déclaration du commanditaire"),
		r(0, targeting, consent.Unverified, "the policy on targeting", "la politique de ciblage"),
		r(0, targeting, consent.Settled, "targets, mechanisms, parameters and sources of data", "cibles, mécanismes, paramètres et sources des données"),
		r(0, targeting, consent.Unverified, "the yearly risk assessment", "l'évaluation annuelle des risques"),
	}
}
