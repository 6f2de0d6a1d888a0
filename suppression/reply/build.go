package reply

import (
	"fmt"
	"slices"
	"strings"
)

// A builder makes a reader: it has to know all words before it numbers them.
type builder struct {
	compiler
	found []sequence
	typos []string
	seen  map[string]bool
}

// A place says in which index of a reader a pattern belongs.
type place int

const (
	inWhole place = iota
	inFirst
	inAnywhere
	inExcuses
	inNotices
	inHeaders
	places
)

type sequence struct {
	elements []element
	meaning  Meaning
	place    place
}

func newBuilder() *builder {
	return &builder{
		compiler: compiler{vocabulary: newVocabulary(), uses: map[string]int{}, sets: map[string][]uint64{}, known: map[string][]wordID{}},
		seen:     map[string]bool{},
	}
}

func (b *builder) phrase(p Phrase) {
	if word, ok := strings.CutSuffix(p.Text, "~"); ok && p.Template {
		p.Text, p.Template = word, false
		b.typos = append(b.typos, Fold(word))
	}
	switch {
	case p.Meaning == Unclear && p.Match == Anywhere:
		b.add(p, inExcuses)
	case p.Meaning == Unclear:
		b.add(p, inWhole)
	case p.Match == Anywhere:
		b.add(p, inAnywhere)
	case p.Match == First:
		b.add(p, inFirst)
		b.add(p, inWhole)
	default:
		b.add(p, inWhole)
	}
}

// add notes the ways to write p, unless they are known.
func (b *builder) add(p Phrase, at place) {
	for _, seq := range sequences(p) {
		if len(seq) == 0 {
			continue
		}
		key := fmt.Sprint(at, p.Meaning, seq)
		if b.seen[key] {
			continue
		}
		b.seen[key] = true
		b.note(seq)
		b.found = append(b.found, sequence{seq, p.Meaning, at})
	}
}

func (b *builder) reader() *Reader {
	b.index()
	r := &Reader{words: b.vocabulary, pairs: map[pair][]*pattern{}}
	var at [places][][]anchored
	for i := range at {
		at[i] = make([][]anchored, len(b.names))
	}
	for _, s := range b.found {
		p := b.pattern(s.elements, s.meaning)
		key := p.anchor
		if s.place == inWhole || s.place == inFirst {
			key = 0
		}
		for _, id := range b.accepted(s.elements[key].words) {
			at[s.place][id] = append(at[s.place][id], p.anchored())
		}
	}
	r.whole = make([]beginning, len(b.names))
	for id, all := range at[inWhole] {
		r.whole[id] = b.begin(wordID(id), all, r.pairs)
	}
	r.first = at[inFirst]
	r.anywhere = make([]anchorage, len(b.names))
	for id, all := range at[inAnywhere] {
		if len(all) > 0 {
			r.anywhere[id] = b.anchorage(all)
		}
	}
	r.excuses, r.notices, r.headers = at[inExcuses], at[inNotices], at[inHeaders]
	for _, word := range b.typos {
		r.typos = append(r.typos, typo{word, b.ids[word]})
	}
	return r
}

// A beginning says what begins with one word.
type beginning struct {
	alone   bool // the word is a phrase, and meaning its meaning
	meaning Meaning
	second  []uint64 // a bit for each word that a longer phrase goes on with
}

// A pair is the first two words of a phrase.
type pair struct{ first, second wordID }

// begin returns what begins with the word first, and puts the patterns of more
// words into pairs, the longest first.
func (b *builder) begin(first wordID, all []anchored, pairs map[pair][]*pattern) beginning {
	var out beginning
	var keys []pair
	for _, a := range all {
		p := a.pattern
		if len(p.slots) == 1 {
			if out.alone = true; p.meaning.stricter(out.meaning) {
				out.meaning = p.meaning
			}
			continue
		}
		if out.second == nil {
			out.second = make([]uint64, len(b.names)/64+1)
		}
		for id := range p.slots[1].words(len(b.names)) {
			key := pair{first, id}
			if !out.goesOn(id) {
				out.second[id/64] |= 1 << (id % 64)
				keys = append(keys, key)
			}
			pairs[key] = append(pairs[key], p)
		}
	}
	for _, key := range keys {
		slices.SortStableFunc(pairs[key], func(a, b *pattern) int { return len(b.slots) - len(a.slots) })
	}
	return out
}

func (b *beginning) goesOn(id wordID) bool { return b.second != nil && b.second[id/64]>>(id%64)&1 != 0 }
