package reply

import "strings"

// An element is one place of a phrase: the words of which one must stand there.
// A * ends the beginning of a word, and # is any number.
type element struct {
	words []string
	gap   bool // up to reach words may stand before it
}

// reach is how many words three dots stand for at most.
const reach = 3

// sequences returns the ways to write p.
func sequences(p Phrase) [][]element {
	if !p.Template {
		return [][]element{literal(p.Text)}
	}
	all := []partial{{}}
	for _, item := range items(p.Text) {
		if item == "..." || item == "(...)" {
			for i := range all {
				all[i].gap = len(all[i].seq) > 0
			}
			continue
		}
		var next []partial
		for _, before := range all {
			for _, way := range alternatives(item) {
				next = append(next, before.and(way))
			}
		}
		all = next
	}
	out := make([][]element, len(all))
	for i := range all {
		out[i] = all[i].seq
	}
	return out
}

// A partial is the first part of a sequence.
type partial struct {
	seq []element
	gap bool // before the next
}

func (p partial) and(way []element) partial {
	if len(way) == 0 {
		return p
	}
	seq := append(p.seq[:len(p.seq):len(p.seq)], way...)
	seq[len(p.seq)].gap = p.gap
	return partial{seq: seq}
}

// items splits a template at spaces outside parentheses.
func items(text string) []string {
	var out []string
	open, start := 0, -1
	for i, c := range text {
		switch {
		case c == '(':
			open++
		case c == ')' && open > 0:
			open--
		}
		space := open == 0 && (c == ' ' || c == '\t')
		if space && start >= 0 {
			out = append(out, text[start:i])
			start = -1
		}
		if !space && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, text[start:])
	}
	return out
}

// alternatives returns what may stand for an item: its single words as one
// element, and each group of words by itself.
func alternatives(item string) [][]element {
	var out [][]element
	inner, optional := strings.CutPrefix(item, "(")
	if optional {
		inner = strings.ReplaceAll(strings.TrimSuffix(inner, ")"), " ", "_")
		out = append(out, nil)
	}
	var single []string
	for text := range strings.SplitSeq(inner, "/") {
		switch words := literal(text); {
		case text == "#":
			single = append(single, text)
		case len(words) == 1:
			single = append(single, words[0].words[0]+star(text, words[0].words[0]))
		case len(words) > 1:
			out = append(out, words)
		}
	}
	if len(single) > 0 {
		out = append(out, []element{{words: single}})
	}
	return out
}

func star(text, word string) string {
	if strings.HasSuffix(text, "*") && len(word) >= shortestStem {
		return "*"
	}
	return ""
}

// literal returns the words of text, each in its place.
func literal(text string) []element {
	var out []element
	for word := range strings.FieldsSeq(Fold(text)) {
		out = append(out, element{words: []string{word}})
	}
	return out
}
