package regime

import (
	"slices"
	"strings"

	"github.com/accordsdk/accord/consent"
)

// Packs returns the packs of this package, each new, and each fit to be asked
// alone or joined to others: of the two readings of the Union's rules a host
// joins one.
func Packs() []consent.Pack {
	return []consent.Pack{France(), EuropeanUnion(), EuropeanUnionStrict(), UnitedKingdom()}
}

// described gives the rules of a pack their sentences, and their sources the
// addresses at which they were read.
func described(p consent.Pack) consent.Pack {
	for i, r := range p.Rules {
		r := r.(rule) // as every rule of this package is
		r.info.Does = does[r.info.Name]
		r.info.Cases = slices.Clone(r.info.Cases)
		for j := range r.info.Cases {
			c := &r.info.Cases[j]
			c.Source.URL = linkOf(c.Source.Text)
		}
		p.Rules[i] = r
	}
	return p
}

// linkOf returns where the first of the sources that text names was read, or ""
// where the reference gives no address.
func linkOf(text string) string {
	for named := range strings.SplitSeq(text, "; ") {
		for _, l := range links {
			if strings.HasPrefix(named, l.source) {
				return l.url
			}
		}
	}
	return ""
}

// links are the addresses at which sources were read in November 2026, by how
// their names begin. What rules name in other words, or read nowhere, has none.
var links = []struct{ source, url string }{
	{"CPCE art. L34-5", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000042155961/"},
	{"CNIL, la communication politique par téléphone", "https://www.cnil.fr/la-communication-politique-par-telephone"},
	{"CNIL, réflexes pour une campagne responsable", "https://www.cnil.fr/fr/elections-sept-reflexes-pour-une-campagne-responsable"},
	{"CNIL, exemple d'information", "https://www.cnil.fr/fr/exemple-dinformation-pour-de-la-prospection-par-un-candidat-ou-un-parti-politique"},
	{"Code électoral art. L49", "https://www.doctrine.fr/l/texts/codes/LEGITEXT000006070239/articles/LEGIARTI000006353094"},
	{"AF2M, numéros courts", "https://af2m.org/sms-marketing"},
	{"AF2M, charte de déontologie", "https://af2m.org/la-charte-de-deontologie-applicable-aux-services-de-business-messaging-est-effective-depuis-le-1er-septembre-2024"},
	{"AF2M, charte Business Messaging 2026", "https://af2m.org/charte-business-messaging-2026-laf2m-renforce-les-regles-du-jeu"},
	{"Regulation (EU) 2024/900", "http://data.europa.eu/eli/reg/2024/900/oj"},
	{"ICO, guidance on political campaigning", "https://ico.org.uk/for-organisations/guide-to-data-protection/key-dp-themes/guidance-for-the-use-of-personal-data-in-political-campaigning-1/political-campaigning-opinion-research-and-direct-marketing/"},
	{"PECR reg. 22, as amended", "https://www.blakemorgan.co.uk/data-use-and-access-act-2025-privacy-and-electronic-communications-regulations"},
}

// does is what each rule does, for those who answer for it.
var does = map[string]consent.Words{
	"fr.silence": words("From the eve of a poll until it closes, refuses political messages to people in the territories that vote, by their local time. Before that it has carriers give up at its beginning.",
		"De la veille d'un scrutin à sa clôture, refuse les messages politiques aux personnes des territoires qui votent, à leur heure locale. Avant cela, demande aux opérateurs d'abandonner à son début."),
	"fr.election": words("Refuses a political message that neither names an election nor declares that none is pending, or names one that the pack does not know.",
		"Refuse un message politique qui ne désigne pas d'élection sans déclarer qu'aucune n'est en cours, ou qui en désigne une inconnue du jeu de règles."),
	"fr.origin": words("Refuses political messages to people from files that may not be used to canvass voters: of public services, staff, petitions and patients.",
		"Refuse les messages politiques aux personnes issues de fichiers interdits au démarchage des électeurs : services publics, personnel, pétitions, patients."),
	"fr.political": words("Lets a political message in writing go to people who agreed to such messages, for this party, channel and election, with evidence. What a supplier asserts is not enough.",
		"Laisse partir un message politique écrit vers qui a accepté de tels messages, pour cette partie, ce canal et cette élection, preuve à l'appui. L'affirmation d'un fournisseur ne suffit pas."),
	"fr.commercial": words("Lets a commercial message in writing go to people who agreed to such messages, for this party and channel. What a supplier asserts counts where it names the form or the notice.",
		"Laisse partir un message commercial écrit vers qui a accepté de tels messages, pour cette partie et ce canal. L'affirmation d'un fournisseur compte si elle nomme le formulaire ou la mention."),
	"fr.service": words("Lets a message about a contract or a relation go to people who have one with the sender, and not to rented files.",
		"Laisse partir un message sur un contrat ou une relation vers qui en a une avec l'émetteur, et jamais vers un fichier loué."),
	"fr.consent-request": words("Lets a first message ask for agreement to political messages: once per person, base and election, with fixed words, before the election is over, and to nobody who said no.",
		"Laisse un premier message demander l'accord à des messages politiques : une fois par personne, fichier et élection, avec des mots fixes, avant la fin de l'élection, et jamais à qui a dit non."),
	"fr.retention": words("Refuses to use data of prospects who have not been in touch for three years.",
		"Refuse d'utiliser les données de prospects qui ne se sont pas manifestés depuis trois ans."),
	"fr.mentions": words("Refuses a text that does not name who writes and how to refuse; and a first message to people from somebody else's file that does not say where the number came from and link to the information.",
		"Refuse un texte qui ne dit pas qui écrit ni comment refuser ; et un premier message, vers le fichier d'un autre, qui ne dit pas d'où vient le numéro ni ne renvoie à l'information."),
	"fr.sender": words("Refuses commercial and political messages from 38xxx short codes, and from numbers that begin with 06 or 07.",
		"Refuse les messages commerciaux et politiques depuis les numéros courts 38xxx et les numéros en 06 ou 07."),
	"fr.hours-2018": words("Puts SMS and RCS that are not about a service off to the hours that carriers accepted before their common charter, by the recipient's clock.",
		"Reporte les SMS et RCS qui ne sont pas de service aux heures qu'acceptaient les opérateurs avant leur charte commune, à l'heure du destinataire."),
	"fr.hours-2024": words("Puts SMS and RCS that are not about a service off to the hours of the carriers' charter of 2024, by the recipient's clock.",
		"Reporte les SMS et RCS qui ne sont pas de service aux heures de la charte des opérateurs de 2024, à l'heure du destinataire."),
	"fr.hours-2026": words("Puts SMS and RCS that are not about a service off to the hours of the carriers' charter of 2026, by the recipient's clock, and notes Sundays and public holidays.",
		"Reporte les SMS et RCS qui ne sont pas de service aux heures de la charte des opérateurs de 2026, à l'heure du destinataire, et signale dimanches et jours fériés."),

	"eu.sponsor": words("In the last three months before a poll, refuses political messages whose sponsor is of a third country, or of whom nobody says.",
		"Dans les trois mois avant un scrutin, refuse les messages politiques dont le commanditaire est d'un pays tiers, ou dont nul ne dit d'où il est."),
	"eu.declaration": words("Refuses a political message before its sponsor has declared that it is political advertising.",
		"Refuse un message politique tant que son commanditaire n'a pas déclaré qu'il est une publicité politique."),
	"eu.targeting": words("Refuses a targeted political message to people who did not consent with evidence, or whose data was not collected from them; in the reading that the parameters name, it only warns of the latter for SMS.",
		"Refuse un message politique ciblé vers qui n'y a pas consenti, preuve à l'appui, ou dont les données viennent d'ailleurs ; selon la lecture que nomment les paramètres, pour les SMS, ne fait qu'avertir de ce dernier point."),
	"eu.label": words("Refuses a political message without the label that says so: who pays, for which election, and where the transparency notice is.",
		"Refuse un message politique sans l'étiquette qui le dit : qui paie, pour quelle élection, où est l'avis de transparence."),
	"eu.information": words("Refuses a text that does not name who writes and how to refuse, and a first message to people from somebody else's file that does not say where the address came from.",
		"Refuse un texte qui ne dit pas qui écrit ni comment refuser, et un premier message, vers le fichier d'un autre, qui ne dit pas d'où vient l'adresse."),
	"eu.information-late": words("Notes that a person should have been told by now whom their data came to; it refuses nothing.",
		"Signale que la personne aurait déjà dû apprendre à qui sont venues ses données ; ne refuse rien."),

	"gb.political": words("Lets a political message in writing go to people who agreed to such messages from the sender.",
		"Laisse partir un message politique écrit vers qui a accepté de tels messages de l'émetteur."),
	"gb.commercial": words("Lets a commercial message in writing go to people who agreed, and to those whose details the sender obtained itself when they dealt with it, offering them to refuse (soft opt-in).",
		"Laisse partir un message commercial écrit vers qui l'a accepté, et vers ceux dont l'émetteur a lui-même obtenu les coordonnées en traitant avec eux, en leur offrant de refuser (soft opt-in)."),
	"gb.charity-2003": words("Lets a charity's message in writing go to people who agreed.",
		"Laisse partir le message écrit d'une œuvre vers qui l'a accepté."),
	"gb.charity-2026": words("Lets a charity's message in writing go to people who agreed, and to supporters whose details it obtained itself since then, offering them to refuse (soft opt-in).",
		"Laisse partir le message écrit d'une œuvre vers qui l'a accepté, et vers les soutiens dont elle a elle-même obtenu les coordonnées depuis lors, en leur offrant de refuser (soft opt-in)."),
	"gb.service": words("Lets a message about a contract or a relation go to people who have one with the sender, and not to rented files.",
		"Laisse partir un message sur un contrat ou une relation vers qui en a une avec l'émetteur, et jamais vers un fichier loué."),
	"gb.mentions": words("Refuses a text that does not name who writes and how to refuse.",
		"Refuse un texte qui ne dit pas qui écrit ni comment refuser."),
	"gb.imprint": words("Refuses a political e-mail without the postal address of who writes.",
		"Refuse un e-mail politique sans l'adresse postale de qui écrit."),
	"gb.hours": words("Puts SMS and RCS that are not about a service off to the hours of good practice, by the recipient's clock.",
		"Reporte les SMS et RCS qui ne sont pas de service aux heures d'usage, à l'heure du destinataire."),
}
