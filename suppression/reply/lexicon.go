package reply

import "slices"

// A Match says where in a message a phrase counts.
type Match uint8

// The matches. The zero Match is the narrowest.
const (
	// Whole: the message is the phrase, or phrases one after the other,
	// politeness aside.
	Whole Match = iota
	// First: the message starts with the phrase, greetings aside.
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
	Source   string
}

// A Lexicon is what a reader knows, as dated data.
type Lexicon struct {
	Name    string
	Date    string // on which it was put together, 2006-01-02
	Phrases []Phrase
	// Polite are words that change nothing when they stand around a phrase.
	Polite []string
}

// Where phrases come from.
const (
	// The habits of French operators (AF2M) and the advice of the CNIL, put
	// together; neither publishes a list.
	frenchHabit = "CNIL and AF2M, inferred"
	// Words that are a revocation per se in the United States since 11 April
	// 2025, and no more than that elsewhere.
	usLaw = "47 CFR 64.1200(a)(10)"
	// The defaults that carriers document.
	carriers = "default keywords of Twilio, Telnyx and AWS"
	// What people write, collected for this lexicon and not measured yet.
	common = "common usage, unverified"
)

// Default returns the lexicon of this version: French and English, and the
// definite stop words of German, Spanish, Italian, Portuguese and Dutch. The
// caller may change what it returns.
//
// Words with an everyday meaning of their own, such as quit, end, cancel and
// arrêter, count as whole messages only.
func Default() Lexicon {
	return Lexicon{
		Name: "accord", Date: "2026-11-23",
		Phrases: slices.Concat(french(), english(), others()),
		Polite: []string{
			"merci", "merci beaucoup", "merci d'avance", "svp", "s'il vous plaît", "s'il te plaît", "stp", "bonjour", "bonsoir", "salut", "au revoir",
			"bonne journée", "bonne soirée", "cordialement", "bien à vous", "monsieur", "madame", "au", "envoyé de mon iphone", "envoyé depuis mon mobile",
			"please", "pls", "plz", "thanks", "thank you", "thx", "hello", "hi", "regards", "to", "sent from my iphone",
			"bitte", "danke", "hallo", "por favor", "gracias", "hola", "per favore", "grazie", "ciao", "obrigado", "obrigada", "alstublieft", "dank u", "bedankt",
		},
	}
}

func list(language, source string, m Meaning, match Match, texts ...string) []Phrase {
	out := make([]Phrase, len(texts))
	for i, t := range texts {
		out[i] = Phrase{t, m, match, language, source}
	}
	return out
}

// others are words that their languages use for nothing else in a message that
// has one word.
func others() []Phrase {
	return slices.Concat(
		list("de", common, Stop, Whole, "stopp", "abmelden", "abmeldung", "abbestellen", "austragen", "ende", "keine sms mehr"),
		list("de", common, No, Whole, "nein", "nein danke"),
		list("es", common, Stop, Whole, "alto", "baja", "parar", "cancelar", "darse de baja", "dar de baja", "dame de baja", "darme de baja"),
		list("es", common, No, Whole, "no gracias"),
		list("it", common, Stop, Whole, "ferma", "basta", "annulla", "disiscrivi", "disiscrivimi", "cancellami", "cancellazione"),
		list("it", common, No, Whole, "no grazie"),
		list("pt", common, Stop, Whole, "parar", "pare", "sair", "cancelar", "descadastrar", "remover"),
		list("pt", common, No, Whole, "não", "não obrigado", "não obrigada"),
		list("nl", common, Stop, Whole, "afmelden", "uitschrijven", "stoppen", "einde"),
		list("nl", common, No, Whole, "nee", "nee dank u", "nee bedankt"),
	)
}
