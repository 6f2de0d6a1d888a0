package smstext

import (
	"slices"
	"strings"
	"unicode/utf8"

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
	Text string `json:"text"`
	// First is its first position, in characters from 1; those of the clause
	// count on from the text.
	First int `json:"first"`
	Count int `json:"count"`
	// Clause says that it is in the carrier's clause, which the host does not
	// write. A character that is in both is listed for each.
	Clause bool `json:"clause,omitempty"`
	// Forces says that it is not in the GSM 7 bit alphabet, so that the whole
	// text goes in UCS-2; otherwise it takes two septets.
	Forces bool `json:"forces"`
	// Replacement is what [Transliterate] writes for it, and "" where it leaves
	// it out, or changes none of them.
	Replacement string `json:"replacement,omitempty"`
	// Kept is how many of them [Transliterate] leaves as they are: all, where it
	// knows no look-alike, and those in links.
	Kept int `json:"kept,omitempty"`
	// Saves is how many segments fewer the text would need without any of them,
	// those that are kept included: with Replacement in their place, and
	// everything else as it is.
	Saves int `json:"saves"`
}

// Inspect reports on a text after which the carrier appends a clause, or "". A
// clause that is not in the alphabet forces UCS-2 on the text too. It counts the
// text once for each costly character.
func Inspect(text, clause string) Report {
	text, clause = sms.Compose(text), sms.Compose(clause)
	replaced, changes := Transliterate(text)
	out := Report{
		SMSCount: provider.CountSMS(text + clause),
		Replaced: provider.CountSMS(replaced + clause),
		Costly:   costly(text, 0),
	}
	for i := range out.Costly {
		c := &out.Costly[i]
		c.Kept = c.Count
		for _, change := range changes {
			if change.From == c.Text {
				c.Kept--
				c.Replacement = change.To
			}
		}
		c.Saves = out.Segments - provider.CountSMS(strings.ReplaceAll(text, c.Text, c.Replacement)+clause).Segments
	}
	for _, c := range costly(clause, utf8.RuneCountInString(text)) {
		c.Clause, c.Kept = true, c.Count
		c.Saves = out.Segments - provider.CountSMS(text+strings.ReplaceAll(clause, c.Text, "")).Segments
		out.Costly = append(out.Costly, c)
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
	return out
}

// costly returns the characters of text that take more than a septet, in their
// order. Position is how many characters stand before text.
func costly(text string, position int) []Costly {
	var out []Costly
	at := map[rune]int{}
	for _, r := range text {
		position++
		_, escaped, ok := sms.Code(r)
		if ok && !escaped {
			continue
		}
		i, known := at[r]
		if !known {
			i = len(out)
			at[r] = i
			out = append(out, Costly{Text: string(r), First: position, Forces: !ok})
		}
		out[i].Count++
	}
	return out
}
