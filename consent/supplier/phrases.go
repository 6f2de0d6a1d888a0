package supplier

import (
	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// phrases are what reports and audits say, English and French, by key.
var phrases = words.New([][3]string{
	{"flag.future", "The date is later than the day of the import.", "La date est postérieure à l'import."},
	{"flag.no-date", "There is no date, or none that can be read.", "Il n'y a pas de date, ou elle est illisible."},
	{"flag.no-form", "No form is named.", "Aucun formulaire n'est indiqué."},
	{"flag.unknown-form", "The form is none of those of the contract.", "Le formulaire n'est pas de ceux du contrat."},
	{"flag.before-form", "The date is before the form was on-line.", "La date précède la mise en ligne du formulaire."},
	{"flag.after-form", "The date is after the form was taken off-line.", "La date suit le retrait du formulaire."},
	{"flag.other-channel", "The form asked for no channel that reaches the address.", "Le formulaire ne demandait aucun canal qui atteigne l'adresse."},
	{"flag.contradiction", "The same consent was delivered with another IP address or page.", "Le même accord a été livré avec une autre adresse IP ou une autre page."},
	{"flag.too-old", "The consent is too old on the day of the import.", "L'accord est trop ancien au jour de l'import."},
	{"flag.same-second", "Too many people are said to have agreed in the same second.", "Trop de personnes auraient accepté dans la même seconde."},
	{"flag.shared-ip", "Too many people are said to have agreed from the same IP address.", "Trop de personnes auraient accepté depuis la même adresse IP."},
	{"flag.reserved-ip", "The IP address is private or reserved, and no visitor can have it.", "L'adresse IP est privée ou réservée : aucun visiteur ne peut l'avoir."},
	{"flag.other-site", "The page is not of a site of the form.", "La page n'est pas d'un site du formulaire."},
	{"flag.no-ip", "The IP address is missing or cannot be read.", "L'adresse IP manque ou est illisible."},
	{"flag.no-url", "The page is missing.", "La page manque."},
	{"flag.midnight", "All dates of the form are days without a time; please deliver the time.", "Toutes les dates du formulaire sont des jours sans heure ; livrez l'heure."},

	{"level.advice", "advice", "conseil"},
	{"level.doubt", "doubt", "doute"},
	{"level.void", "proves nothing", "ne prouve rien"},
	{"action.refuse", "not recorded", "non enregistré"},
	{"action.record", "recorded", "enregistré"},

	{"report.title", "Import of %s, contract %s, on %s", "Import de %s, contrat %s, le %s"},
	{"report.lines", "Lines: %d, of which read: %d, rejected: %d, unsettled: %d.", "Lignes : %d, dont lues : %d, rejetées : %d, en suspens : %d."},
	{"report.consents", "Consents of those read: new: %d, known: %d, refused: %d.", "Accords des lignes lues : nouveaux : %d, connus : %d, refusés : %d."},
	{"form", "Form %s", "Formulaire %s"},
	{"form.none", "Lines without a form of the contract", "Lignes sans formulaire du contrat"},
	{"form.from", "on-line since %s", "en ligne depuis le %s"},
	{"form.until", "on-line from %s to %s", "en ligne du %s au %s"},
	{"form.notice", "notice %s, list of partners %s", "mention %s, liste de partenaires %s"},
	{"form.lines", "lines: %d, %s with complete evidence; consents new: %d, known: %d, refused: %d", "lignes : %d, dont %s avec preuve complète ; accords nouveaux : %d, connus : %d, refusés : %d"},
	{"form.networks", "IP addresses concerned, masked: %s", "Adresses IP concernées, masquées : %s"},
	{"table.flags", "| flag | weight | consent | lines | first lines |", "| signalement | poids | accord | lignes | premières lignes |"},
	{"table.months", "| month | lines |", "| mois | lignes |"},
	{"table.sample", "| address | consent | date | evidence | notice | missing |", "| adresse | accord | date | preuve | mention | manque |"},
	{"table.missing", "| missing | contacts |", "| manque | contacts |"},
	{"csv.head", "form,from,lines,complete,flag,sentence,weight,consent,flagged,first lines", "formulaire,depuis,lignes,complètes,code,signalement,poids,accord,signalées,premières lignes"},

	{"audit.title", "Audit of the base %s on %s", "Audit de la base %s au %s"},
	{"audit.contacts", "Contacts: %d, %s with complete evidence; with a refusal in the ledger: %d.", "Contacts : %d, dont %s avec preuve complète ; avec un refus au registre : %d."},
	{"audit.group", "%s, form %s", "%s, formulaire %s"},
	{"audit.group.none", "no form", "sans formulaire"},
	{"audit.group.line", "contacts: %d, %s with complete evidence", "contacts : %d, dont %s avec preuve complète"},
	{"audit.notice", "notice %s", "mention %s"},
	{"audit.sample", "Sample of %d (seed %s)", "Échantillon de %d (graine %s)"},
	{"missing.act", "no consent in the ledger", "aucun accord au registre"},
	{"missing.refused", "a refusal that ended the consent", "un refus a mis fin à l'accord"},
	{"missing.future", "the date lies in the future", "la date est dans le futur"},
	{"missing.notice", "no notice is named", "aucune mention n'est indiquée"},
	{"missing.text", "the text of the notice is not on file", "le texte de la mention n'est pas conservé"},
	{"missing.form", "the dates of the form are not known", "les dates du formulaire ne sont pas connues"},
	{"missing.form-date", "the form was not on-line on that date", "le formulaire n'était pas en ligne à cette date"},
	{"missing.evidence", "the evidence is empty or erased", "la preuve est vide ou effacée"},
	{"missing.grade", "asserted, not checked", "affirmé, non vérifié"},
	{"grade.asserted", "asserted", "affirmé"},
	{"grade.audited", "audited", "vérifié"},
	{"grade.witnessed", "witnessed", "constaté"},
})

// Sentence says what c means, in French for language.French and tags below it,
// and in English otherwise.
func (c Code) Sentence(lang language.Tag) string {
	return phrases.Printer(lang).Sprintf("flag." + c.String())
}
