package reply

import (
	"slices"
	"strings"
)

// A Reader reads replies by a lexicon. It is safe for concurrent use.
type Reader struct {
	known map[string]*phrases // by their first word
	// lengths has, for the first byte of a word, a bit for each length of those
	// in known. Most words of a message need no look at the map.
	lengths [256]uint32
}

// phrases are those that begin with one word, the longest first.
type phrases struct {
	// whole holds all that a message may consist of: every phrase that counts
	// as a whole or at the start, and politeness, which is Unclear.
	whole           []phrase
	first, anywhere []phrase
}

type phrase struct {
	words   []string
	meaning Meaning
}

// NewReader returns a reader that knows what l says. Where two phrases are the
// same, the stricter meaning holds: Stop, then LikelyRefusal, then No. Phrases
// without a letter or digit are left out.
func NewReader(l Lexicon) *Reader {
	r := &Reader{known: map[string]*phrases{}}
	for _, p := range l.Phrases {
		text := words(nil, p.Text)
		if len(text) == 0 {
			continue
		}
		at := r.at(text[0])
		switch p.Match {
		case First:
			at.first = put(at.first, phrase{text, p.Meaning})
			at.whole = put(at.whole, phrase{text, p.Meaning})
		case Anywhere:
			at.anywhere = put(at.anywhere, phrase{text, p.Meaning})
		default:
			at.whole = put(at.whole, phrase{text, p.Meaning})
		}
	}
	for _, p := range l.Polite {
		if text := words(nil, p); len(text) > 0 {
			at := r.at(text[0])
			at.whole = put(at.whole, phrase{text, Unclear})
		}
	}
	return r
}

func (r *Reader) at(word string) *phrases {
	if r.known[word] == nil {
		r.known[word] = &phrases{}
		r.lengths[word[0]] |= length(word)
	}
	return r.known[word]
}

// find returns the phrases that begin with word, nil where there are none.
func (r *Reader) find(word string) *phrases {
	if r.lengths[word[0]]&length(word) == 0 {
		return nil
	}
	return r.known[word]
}

func length(word string) uint32 { return 1 << min(len(word), 31) }

func put(known []phrase, p phrase) []phrase {
	for i := range known {
		if slices.Equal(known[i].words, p.words) {
			if p.meaning.stricter(known[i].meaning) {
				known[i].meaning = p.meaning
			}
			return known
		}
	}
	known = append(known, p)
	slices.SortStableFunc(known, func(a, b phrase) int { return len(b.words) - len(a.words) })
	return known
}

// Read returns what text says. A refusal in any part of it wins over everything
// else that it says, and a message that says two things, neither of them a
// refusal, is Unclear.
func (r *Reader) Read(text string) Meaning {
	var room [48]string
	said := words(room[:0], text)
	if m := r.only(said); m != Unclear {
		return m
	}
	best := r.within(said)
	if !strings.ContainsAny(text, "\r\n") {
		return best
	}
	// What stands on a line of its own is not changed by a signature below. Only
	// a refusal counts so: a yes with more words is for a human to read.
	for line := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if m := r.only(words(room[:0], line)); m.refuses() && m.stricter(best) {
			best = m
		}
	}
	return best
}

// only returns what said means when it consists of known phrases and nothing
// else, and Unclear otherwise.
func (r *Reader) only(said []string) Meaning {
	best, mixed := Unclear, false
	for len(said) > 0 {
		n, m := r.next(said)
		if n == 0 {
			return Unclear
		}
		said = said[n:]
		switch {
		case m.stricter(best):
			mixed = mixed && !m.refuses()
			best = m
		case m != Unclear && m != best && !best.refuses():
			mixed = true
		}
	}
	if mixed {
		return Unclear
	}
	return best
}

// next returns the length of the longest phrase that said begins with, and its
// meaning: Unclear for politeness, and for the short code that people copy from
// “STOP au 36180”.
func (r *Reader) next(said []string) (int, Meaning) {
	if at := r.find(said[0]); at != nil {
		for i := range at.whole {
			if p := &at.whole[i]; p.begins(said) {
				return len(p.words), p.meaning
			}
		}
	}
	if shortCode(said[0]) {
		return 1, Unclear
	}
	return 0, Unclear
}

// within returns the strictest of the phrases that said begins with, greetings
// aside, or that stand anywhere in it.
func (r *Reader) within(said []string) Meaning {
	best := Unclear
	start := said
	for len(start) > 0 {
		n, m := r.next(start)
		if n == 0 || m != Unclear {
			break
		}
		start = start[n:]
	}
	if len(start) > 0 {
		if at := r.find(start[0]); at != nil {
			best = strictest(best, at.first, start)
		}
	}
	for i, word := range said {
		if at := r.find(word); at != nil {
			best = strictest(best, at.anywhere, said[i:])
		}
	}
	return best
}

func strictest(best Meaning, known []phrase, said []string) Meaning {
	for i := range known {
		if p := &known[i]; p.meaning.stricter(best) && p.begins(said) {
			best = p.meaning
		}
	}
	return best
}

// begins reports whether said begins with p.
func (p *phrase) begins(said []string) bool {
	return len(said) >= len(p.words) && slices.Equal(said[:len(p.words)], p.words)
}

// shortCode reports whether word is five digits: what a French carrier gives to
// senders that can be answered.
func shortCode(word string) bool {
	if len(word) != 5 {
		return false
	}
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' {
			return false
		}
	}
	return true
}
