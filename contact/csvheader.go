package contact

import (
	"strings"

	"github.com/accordsdk/accord/internal/sheet"
)

// headers are the names by which columns go in the files of French and English
// shops, mailing tools and suppliers, folded as sheet.FoldName does. They were
// collected for this table, from no published list. A name that often stands
// for something else is left out: a wrong guess costs more than a mapping.
var headers = map[ColumnKind][]string{
	IDColumn: {
		"id", "identifiant", "id client", "id contact", "id externe", "code client", "numero client", "n client", "no client", "reference client", "ref client", "reference", "ref",
		"contact id", "customer id", "client id", "external id", "customer number", "uid", "uuid",
	},
	PhoneColumn: {
		"telephone", "tel", "telephone portable", "telephone mobile", "tel portable", "tel mobile", "portable", "mobile", "gsm", "numero", "numero de telephone", "numero telephone",
		"numero portable", "numero mobile", "numero de portable", "numero de mobile", "n de telephone", "n telephone", "n de tel", "n tel", "n portable", "n mobile", "no tel", "no telephone", "num tel", "num portable", "num telephone",
		"tel 1", "tel 2", "telephone 1", "telephone 2", "tel1", "tel2", "telephone1", "telephone2",
		"phone", "phone number", "phone no", "telephone number", "mobile phone", "mobile number", "mobile phone number", "cell", "cellphone", "cell phone", "cell number", "phone 1", "phone 2", "phone1", "phone2", "msisdn",
	},
	EmailColumn: {
		"e mail", "email", "mail", "courriel", "adresse e mail", "adresse email", "adresse mail", "adresse electronique", "adresse courriel", "mel",
		"email address", "e mail address", "mail address",
	},
	LanguageColumn:  {"langue", "code langue", "language", "lang", "locale", "preferred language"},
	TerritoryColumn: {"code pays", "code iso pays", "pays iso", "country code", "iso country", "country iso", "territory", "territoire"},
	ZoneColumn:      {"fuseau", "fuseau horaire", "timezone", "time zone", "tz"},
	CollectedColumn: {
		"date optin", "date opt in", "date d optin", "date d opt in", "date de l opt in", "date de l optin", "date collecte", "date de collecte", "date de la collecte", "date consentement", "date de consentement", "date du consentement",
		"date inscription", "date d inscription", "collecte le", "inscrit le", "optin le", "opt in le", "horodatage", "horodatage optin", "horodatage opt in",
		"optin date", "opt in date", "opted in at", "opt in at", "optin at", "date of collection", "collection date", "collected", "collected at", "collected on", "consent date", "date of consent", "consented at", "signup date", "sign up date", "signed up at", "optin time", "opt in time",
	},
}

var recognized = func() map[string]ColumnKind {
	kinds := map[string]ColumnKind{}
	for kind, names := range headers {
		for _, name := range names {
			kinds[name] = kind
		}
	}
	return kinds
}()

// RecognizeColumns returns the columns of a header whose names say what they
// hold in French or English, such as Tél. portable, E-mail, Date d'opt-in or
// Customer ID; letter case, accents and punctuation make no difference. Where
// two names say the same and a file has one such column at most, it is the
// first. Attributes are never guessed: what a campaign knows of people is for
// its host to choose, with [ImportOptions.Map]:
//
//	Map: func(header []string) ([]contact.Column, error) {
//		city := contact.Column{Name: "Ville", Kind: contact.TextColumn, Attribute: "city"}
//		return append(contact.RecognizeColumns(header), city), nil
//	}
func RecognizeColumns(header []string) []Column {
	var columns []Column
	var seen [columnKinds]bool
	names := map[string]bool{}
	for _, name := range header {
		name = strings.TrimSpace(name)
		folded := sheet.FoldName(name)
		kind, ok := recognized[folded]
		if !ok || seen[kind] && !kind.repeats() || names[folded] {
			continue
		}
		seen[kind], names[folded] = true, true
		columns = append(columns, Column{Name: name, Kind: kind})
	}
	return columns
}
