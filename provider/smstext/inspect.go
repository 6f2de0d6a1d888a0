package smstext

import (
	"slices"
	"strings"

	"github.com/accordsdk/accord/internal/sms"
	"github.com/accordsdk/accord/provider"
)

// A Report says what a text costs, and which characters make it cost that.
type Report struct {
	provider.SMSCount
	// Costly are the characters that take more than a septet, those that force
	// UCS-2 first, each once and in the order of the text.
	Costly []Costly `json:"costly,omitempty"`
	// Replaced is what the text would need with every replacement made that
	// [Transliterate] knows.
	Replaced provider.SMSCount `json:"replaced"`
}

// A Costly character takes more than one septet.
type Costly struct {
	Text  string `json:"text"`
	First int    `json:"first"` // its first position, in characters from 1
	Count int    `json:"count"`
	// Forces says that it is not in the GSM 7 bit alphabet, so that the whole
	// text goes in UCS-2; otherwise it takes two septets.
	Forces bool `json:"forces"`
	// Replacement is what [Transliterate] writes for it, and "" where it knows
	// nothing or leaves it out.
	Replacement string `json:"replacement,omitempty"`
	// Saves is how many segments fewer the text would need without this
	// character, everything else as it is.
	Saves int `json:"saves"`
}

// Inspect reports on a text after which the carrier appends a clause, or "". A
// clause that is not in the alphabet forces UCS-2 on the text too.
func Inspect(text, clause string) Report {
	text, clause = sms.Compose(text), sms.Compose(clause)
	out := Report{SMSCount: provider.CountSMS(text + clause)}
	position := 0
	for _, r := range text {
		position++
		_, escaped, ok := sms.Code(r)
		if ok && !escaped {
			continue
		}
		at := slices.IndexFunc(out.Costly, func(c Costly) bool { return c.Text == string(r) })
		if at < 0 {
			at = len(out.Costly)
			replacement, _ := lookalike(r)
			out.Costly = append(out.Costly, Costly{Text: string(r), First: position, Forces: !ok, Replacement: replacement})
		}
		out.Costly[at].Count++
	}
	for i := range out.Costly {
		c := &out.Costly[i]
		without := strings.ReplaceAll(text, c.Text, c.Replacement)
		c.Saves = out.Segments - provider.CountSMS(without+clause).Segments
	}
	slices.SortStableFunc(out.Costly, func(a, b Costly) int {
		switch {
		case a.Forces == b.Forces:
			return 0
		case a.Forces:
			return -1
		default:
			return 1
		}
	})
	replaced, _ := Transliterate(text)
	out.Replaced = provider.CountSMS(replaced + clause)
	return out
}
