package transparency

import "github.com/accordsdk/accord/consent"

// A Key names an [Item].
type Key string

// The keys: the letters of art. 12(1), and parts of them that may be left out by
// themselves.
const (
	KeySponsor       Key = "a"
	KeyController    Key = "a.controlled-by"
	KeyPayer         Key = "b"
	KeyPeriod        Key = "c"
	KeyAmounts       Key = "d"
	KeyCampaign      Key = "d.campaign"
	KeyFunds         Key = "e"
	KeyMethod        Key = "f"
	KeyElections     Key = "g"
	KeyParticipation Key = "h"
	KeyRepository    Key = "i"
	KeyReport        Key = "j"
	KeyPrevious      Key = "k"
	KeyTargeting     Key = "l"
	KeyReach         Key = "m"
)

// An Item is one thing that a notice tells.
type Item struct {
	Key     Key
	Article string // "12(1)(a)"
	// Number is that of the template in Implementing Regulation (EU) 2025/1410,
	// annex; 0 where it was not read (EU-TTPA-11).
	Number int
	// Optional says that it may be left out where it does not apply, with a
	// reason: see Notice.Without.
	Optional  bool
	Certainty consent.Certainty
	Name      consent.Words
}

// Items returns every item, in the order of art. 12(1): EU-TTPA-10 in the
// reference, (a) to (g) read in a copy of the text, the rest from memory.
// Controlling entity, payer, repository, targeting and reach are optional since
// the reference says "where applicable" of them; a total of the campaign,
// elections, participation and an earlier version are so by inference: a message
// may be a campaign by itself, be linked to no poll, and be the first.
func Items() []Item {
	item := func(key Key, number int, optional bool, certainty consent.Certainty, en, fr string) Item {
		return Item{key, "12(1)(" + string(key[:1]) + ")", number, optional, certainty, consent.Words{En: en, Fr: fr}}
	}
	return []Item{
		item(KeySponsor, 1, false, consent.Settled, "Sponsor", "Commanditaire"),
		item(KeyController, 2, true, consent.Settled, "Entity that ultimately controls the sponsor", "Entité qui contrôle le commanditaire en dernier ressort"),
		item(KeyPayer, 3, true, consent.Settled, "Who pays, if not the sponsor", "Payeur, s'il n'est pas le commanditaire"),
		item(KeyPeriod, 4, false, consent.Settled, "Period of dissemination", "Période de diffusion"),
		item(KeyAmounts, 5, false, consent.Settled, "Amounts and value of other benefits received by providers", "Montants et valeur des autres avantages reçus par les prestataires"),
		item(KeyCampaign, 0, true, consent.Settled, "Total of the campaign", "Total de la campagne"),
		item(KeyFunds, 0, false, consent.Settled, "Origin of the amounts", "Origine des montants"),
		item(KeyMethod, 0, false, consent.Settled, "How the amounts were calculated", "Méthode de calcul des montants"),
		item(KeyElections, 0, true, consent.Settled, "Linked elections, referendums or legislative processes", "Élections, référendums ou processus législatifs liés"),
		item(KeyParticipation, 0, true, consent.Unverified, "Official information on how to take part", "Informations officielles sur la participation"),
		item(KeyRepository, 0, true, consent.Unverified, "European repository", "Répertoire européen"),
		item(KeyReport, 0, false, consent.Unverified, "How to report this advertisement", "Comment signaler cette publicité"),
		item(KeyPrevious, 0, true, consent.Unverified, "Earlier version suspended or ended for an infringement", "Version antérieure suspendue ou arrêtée pour infraction"),
		item(KeyTargeting, 0, true, consent.Unverified, "Targeting", "Ciblage"),
		item(KeyReach, 0, true, consent.Unverified, "Reach", "Audience touchée"),
	}
}
