package reply

import (
	"slices"
	"strings"
)

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
//
// If Template is set, Text stands for many phrases: of the words that a slash
// separates one stands there, what is in parentheses may be missing, an
// asterisk ends the beginning of a word, of three letters or more, # is a
// number, and three dots are up to three words of the same sentence. Several
// words hang together with underscores. A word with a tilde behind, alone in
// its template, also counts with one letter wrong, missing, too many or swapped
// with the next one, and is a LikelyRefusal then:
//
//	(please) do_not/dont/never ... text/message/call me
//	unsub*
//	unsubscribe~
//
// A phrase that is Unclear and counts anywhere takes its words out of all
// others that count first or anywhere: “don't stop” is no refusal.
type Phrase struct {
	Text     string // in any spelling; the reader folds it
	Template bool
	Meaning  Meaning
	Match    Match
	Language string // BCP 47, “mul” for any

	Source string // why the phrase is there
	Date   string // of what Source says, 2006-01-02
	// Jurisdiction is where Source binds, such as US (ISO 3166-1). Empty is
	// usage, which binds nowhere and counts everywhere.
	Jurisdiction string
	// Verified: somebody read Source and found the phrase there.
	Verified bool
}

// A Lexicon is what a reader knows, as dated data.
type Lexicon struct {
	Name    string
	Date    string // on which it was put together, 2006-01-02
	Phrases []Phrase
	// Polite are words that change nothing when they stand around a phrase.
	Polite []string
	// Notices are templates of what senders write about refusing, such as
	// “STOP au #”. Quotation marks around one hold the sender's words, and not
	// those of the person who answers.
	Notices []string
	// Headers are templates of what ends the line above a quoted message, such
	// as “Jane Doe wrote:”.
	Headers []string
}

// Default returns the lexicon of this version. It has the words that mean stop,
// yes, no and help, and templates for refusals in free words, in French,
// English, German, Spanish, Italian, Portuguese and Dutch; and words that mean
// stop in thirty more languages. The caller may change what it returns.
//
// Words with an everyday meaning of their own, such as quit, end, cancel and
// arrêter, count as whole messages only.
func Default() Lexicon {
	l := embedded()
	l.Phrases = slices.Clone(l.Phrases)
	l.Polite = slices.Clone(l.Polite)
	l.Notices = slices.Clone(l.Notices)
	l.Headers = slices.Clone(l.Headers)
	return l
}

// In returns l with the phrases of the given languages only, such as “fr”, and
// those for any language. A person may refuse in a language that nobody
// expects: leave languages out to get rid of false alarms, and not for speed.
func (l Lexicon) In(languages ...string) Lexicon {
	return l.only(func(p Phrase) bool {
		base, _, _ := strings.Cut(p.Language, "-")
		return base == "mul" || slices.Contains(languages, base) || slices.Contains(languages, p.Language)
	})
}

// Under returns l without the phrases that bind in other jurisdictions than the
// given ones only. What is usage as well stays.
func (l Lexicon) Under(jurisdictions ...string) Lexicon {
	return l.only(func(p Phrase) bool {
		return p.Jurisdiction == "" || slices.Contains(jurisdictions, p.Jurisdiction)
	})
}

func (l Lexicon) only(keep func(Phrase) bool) Lexicon {
	l.Phrases = slices.DeleteFunc(slices.Clone(l.Phrases), func(p Phrase) bool { return !keep(p) })
	return l
}
