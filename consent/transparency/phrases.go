package transparency

import "github.com/accordsdk/accord/internal/words"

// phrases are what a notice says besides the names of its items.
var phrases = words.New([][3]string{
	{"heading", "Transparency notice of a political advertisement", "Avis de transparence d'une publicité politique"},
	{"label", "%s: ", "%s : "},
	{"name", "Name", "Nom"},
	{"email", "E-mail", "Adresse électronique"},
	{"address", "Postal address", "Adresse postale"},
	{"established", "Place of establishment", "Lieu d'établissement"},
	{"period", "from %s to %s", "du %s au %s"},
	{"paid", "Paid", "Payé"},
	{"benefits", "Value of other benefits", "Valeur des autres avantages"},
	{"amount", "%v %s", "%v %s"},
	{"public", "public", "publique"},
	{"private", "private", "privée"},
	{"inside", "from inside the Union", "dans l'Union"},
	{"outside", "from outside the Union", "hors de l'Union"},
	{"logic", "How recipients were chosen", "Comment les destinataires ont été choisis"},
	{"groups", "Groups", "Groupes visés"},
	{"data", "Data", "Données"},
	{"refuse", "How to withdraw consent or object", "Comment retirer son accord ou s'opposer"},
	{"reach", "%d people", "%d personnes"},
})
