package reply

// A Match says where in a message a phrase counts.
type Match uint8

// The matches. The zero Match is the narrowest.
const (
	// Whole: the phrase is the whole message, politeness aside.
	Whole Match = iota
	// First: the message starts with the phrase.
	First
	// Anywhere: the phrase stands in the message, as whole words.
	Anywhere
)

// A Phrase is one line of a lexicon.
type Phrase struct {
	Text     string // in any spelling; the reader folds it
	Meaning  Meaning
	Match    Match
	Language string // BCP 47
}

// A Lexicon is what a reader knows, as dated data.
type Lexicon struct {
	Name    string
	Date    string // on which it was put together, 2006-01-02
	Source  string
	Phrases []Phrase
	// Polite are words that change nothing when they stand around a phrase.
	Polite []string
}

// Default returns the lexicon of this version: French and English in full, and
// the definite stop words of German, Spanish, Italian, Portuguese and Dutch.
//
// Sources: CNIL, AF2M and CTIA habits for France (reference §1.5, an inference
// from V2 facts); 47 CFR 64.1200(a)(10) and carriers' lists for English (US-4,
// US-12, V1/V2); the others from carriers' default lists, from memory,
// unverified. QUIT, END and CANCEL count as whole messages only (US-13).
func Default() Lexicon {
	l := Lexicon{Name: "accord", Date: "2026-11-23", Source: "reference §1.5, US-4, US-12, US-13"}
	add := func(language string, m Meaning, match Match, texts ...string) {
		for _, t := range texts {
			l.Phrases = append(l.Phrases, Phrase{t, m, match, language})
		}
	}
	add("fr", Stop, Whole, "stop", "arrêt", "arrêter", "arrêtez", "désabonner", "désabonnement", "désabonnez moi",
		"désinscrire", "désinscription", "désinscrivez moi", "désabonne moi", "refus", "je refuse", "je m'oppose", "opposition")
	add("fr", Stop, First, "stop sms", "stopsms", "stop pub", "stop prospection", "stop publicité", "stop démarchage",
		"stop politique", "stop message", "stop messages", "stop tout", "stop à tout")
	add("en", Stop, Whole, "stop", "stop all", "stopall", "stop2quit", "end", "quit", "cancel", "revoke", "opt out", "optout",
		"opt-out", "unsubscribe", "remove", "remove me", "td")
	add("de", Stop, Whole, "stopp", "abmelden", "abbestellen", "austragen", "ende")
	add("es", Stop, Whole, "alto", "baja", "parar", "cancelar", "darse de baja", "dar de baja")
	add("it", Stop, Whole, "ferma", "basta", "annulla", "disiscrivi", "cancellami")
	add("pt", Stop, Whole, "parar", "pare", "sair", "cancelar", "descadastrar")
	add("nl", Stop, Whole, "afmelden", "uitschrijven", "stoppen", "einde")

	add("fr", Yes, Whole, "oui", "ouais", "d'accord", "ok", "okay", "j'accepte", "oui j'accepte", "je suis d'accord", "oui d'accord", "ok oui", "oui ok", "bien sûr")
	add("en", Yes, Whole, "yes", "y", "yes i agree", "i agree", "sure", "yep", "yeah", "ok yes")
	add("fr", No, Whole, "non", "non merci", "nan", "pas intéressé", "pas intéressée", "pas d'accord", "je ne suis pas intéressé", "je ne suis pas intéressée", "certainement pas", "surtout pas", "jamais", "jamais de la vie", "hors de question")
	add("en", No, Whole, "no", "nope", "no thanks", "no thank you", "not interested", "never")
	add("fr", Help, Whole, "aide", "info", "infos", "aidez moi")
	add("en", Help, Whole, "help", "info")
	add("fr", Contact, Whole, "contact", "qui êtes vous", "c'est qui", "qui est ce")
	add("en", Contact, Whole, "contact", "who is this", "who are you")
	add("fr", Start, Whole, "reprendre", "réabonner", "réabonnement")
	add("en", Start, Whole, "start", "unstop", "subscribe")

	add("fr", LikelyRefusal, Anywhere,
		"ne m'envoyez plus", "ne m'envoie plus", "n'envoyez plus", "ne plus m'envoyer", "plus m'envoyer",
		"ne plus me contacter", "ne me contactez plus", "ne me contacter plus", "ne plus être contacté", "ne plus être contactée",
		"ne plus recevoir", "plus recevoir", "ne souhaite plus", "ne souhaite pas recevoir", "ne veux plus", "ne veux pas recevoir", "veux pas de vos",
		"retirez moi", "retirer de vos", "retirez mon numéro", "enlevez moi", "enlever de vos", "enlevez mon numéro", "supprimez mon numéro", "supprimez moi",
		"supprimer mon numéro", "effacez mon numéro", "effacez mes données", "supprimez mes données", "désinscrivez", "désabonnez", "me désabonner", "me désinscrire",
		"laissez moi tranquille", "fichez moi la paix", "foutez moi la paix", "lâchez moi", "arrêtez de m'envoyer", "arrêtez de m'écrire",
		"arrêtez de me contacter", "arrêtez vos sms", "arrêtez vos messages", "arrêtez ces messages", "arrête de m'envoyer", "cessez", "cesser de m'envoyer",
		"pas donné mon accord", "jamais donné mon accord", "jamais donné mon numéro", "pas donné mon numéro", "jamais accepté", "pas consenti",
		"harcèlement", "harceler", "je porte plainte", "porter plainte", "signaler à la cnil", "la cnil", "rgpd", "spam")
	add("fr", LikelyRefusal, First, "stop", "stoppez", "dégage", "dégagez", "va te faire", "allez vous faire", "ta gueule")
	add("en", LikelyRefusal, Anywhere,
		"stop texting", "stop messaging", "stop sending", "stop contacting", "stop these", "please stop", "stop it", "do not text", "don't text", "dont text",
		"do not contact", "don't contact", "dont contact", "take me off", "remove me from", "remove my number", "delete my number", "lose my number",
		"leave me alone", "no more texts", "no more messages", "unsubscribe me", "opt me out", "i opt out", "never agreed", "did not agree", "didn't agree",
		"never consented", "do not consent", "harassment", "spam", "report you")
	add("en", LikelyRefusal, First, "fuck off", "go away", "piss off")
	l.Polite = []string{"merci", "svp", "s'il vous plaît", "s'il te plaît", "s'il vous plait", "stp", "bonjour", "bonsoir", "bonne journée", "cordialement",
		"monsieur", "madame", "please", "pls", "thanks", "thank you", "hello", "hi", "bitte", "danke", "por favor", "gracias", "per favore", "grazie", "obrigado", "alstublieft"}
	return l
}
