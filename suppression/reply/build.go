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
	r := &Reader{words: b.vocabulary}
	var at [places][][]*pattern
	for i := range at {
		at[i] = make([][]*pattern, len(b.names))
	}
	for _, s := range b.found {
		p := b.pattern(s.elements, s.meaning)
		key := p.anchor
		if s.place == inWhole || s.place == inFirst {
			key = 0
		}
		for _, id := range b.accepted(s.elements[key].words) {
			at[s.place][id] = append(at[s.place][id], p)
		}
	}
	r.whole = make([]beginning, len(b.names))
	for id, all := range at[inWhole] {
		r.whole[id] = begin(all, len(b.names))
	}
	r.first, r.anywhere = at[inFirst], at[inAnywhere]
	r.excuses, r.notices, r.headers = at[inExcuses], at[inNotices], at[inHeaders]
	for _, word := range b.typos {
		r.typos = append(r.typos, typo{word, b.ids[word]})
	}
	return r
}

// A beginning has the patterns that begin with one word.
type beginning struct {
	alone   bool // the word is one, and meaning its meaning
	meaning Meaning
	longer  []*pattern // the longest first
	second  []uint64   // a bit for each word that one of them goes on with
}

func begin(all []*pattern, words int) beginning {
	var b beginning
	for _, p := range all {
		if len(p.slots) > 1 {
			b.longer = append(b.longer, p)
			continue
		}
		if b.alone = true; p.meaning.stricter(b.meaning) {
			b.meaning = p.meaning
		}
	}
	if b.longer == nil {
		return b
	}
	slices.SortStableFunc(b.longer, func(a, b *pattern) int { return len(b.slots) - len(a.slots) })
	b.second = make([]uint64, words/64+1)
	for _, p := range b.longer {
		s := &p.slots[1]
		if s.only != unknown && !s.gap {
			b.second[s.only/64] |= 1 << (s.only % 64)
			continue
		}
		for i := range b.second {
			if s.gap {
				b.second[i] = ^uint64(0)
			} else {
				b.second[i] |= s.set[i]
			}
		}
	}
	return b
}

func (b *beginning) goesOn(id wordID) bool { return b.second != nil && b.second[id/64]>>(id%64)&1 != 0 }
