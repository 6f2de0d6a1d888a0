package reply

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// A pattern is one way to write a phrase, in numbers.
type pattern struct {
	slots   []slot
	meaning Meaning
	anchor  int // the slot that fewest messages fill
}

type slot struct {
	only wordID   // the one word that it takes
	set  []uint64 // or a bit for each that it takes
	gap  bool
}

func (s *slot) takes(id wordID) bool {
	if s.only != unknown {
		return s.only == id
	}
	return s.set[id/64]>>(id%64)&1 != 0
}

// words returns the words that s takes, of so many: any, where up to reach words
// may stand before it.
func (s *slot) words(all int) iter.Seq[wordID] {
	return func(yield func(wordID) bool) {
		switch {
		case s.gap:
			for id := range wordID(all) {
				if !yield(id) {
					return
				}
			}
		case s.only != unknown:
			yield(s.only)
		default:
			for i, word := range s.set {
				for ; word != 0; word &= word - 1 {
					if !yield(wordID(i*64 + bits.TrailingZeros64(word))) {
						return
					}
				}
			}
		}
	}
}

// ahead returns where p ends in said if its slots from k on begin at i, and -1
// if they do not.
func (p *pattern) ahead(said []token, k, i int) int {
	for ; k < len(p.slots); k++ {
		s := &p.slots[k]
		if s.gap && k > 0 {
			return p.aheadOfGap(said, k, i)
		}
		if i >= len(said) || !s.takes(said[i].id) {
			return -1
		}
		i++
	}
	return i
}

func (p *pattern) aheadOfGap(said []token, k, i int) int {
	for last := min(i+reach, len(said)-1); i <= last && said[i].between&sentence == 0; i++ {
		if !p.slots[k].takes(said[i].id) {
			continue
		}
		if end := p.ahead(said, k+1, i+1); end >= 0 {
			return end
		}
	}
	return -1
}

// behind returns where p begins in said if its slots up to k end with i, and -1
// if they do not.
func (p *pattern) behind(said []token, k, i int) int {
	for ; k >= 0; k-- {
		if p.slots[k+1].gap {
			return p.behindGap(said, k, i)
		}
		if i < 0 || !p.slots[k].takes(said[i].id) {
			return -1
		}
		i--
	}
	return i + 1
}

func (p *pattern) behindGap(said []token, k, i int) int {
	for first := max(i-reach, 0); i >= first && said[i+1].between&sentence == 0; i-- {
		if !p.slots[k].takes(said[i].id) {
			continue
		}
		if start := p.behind(said, k-1, i-1); start >= 0 {
			return start
		}
	}
	return -1
}

// around returns where in said p stands if its anchor is at i.
func (p *pattern) around(said []token, i int) (span, bool) {
	end := p.ahead(said, p.anchor+1, i+1)
	if end < 0 {
		return span{}, false
	}
	start := p.behind(said, p.anchor-1, i-1)
	return span{start, end}, start >= 0
}

// An anchored pattern is looked for where its anchor stands. For most, the slot
// next to it is looked at first, since its words are seldom there: that slot and
// the meaning are here too, so that one look in memory tells.
type anchored struct {
	beside  slot
	step    int8 // from the anchor to the slot beside; 0 where any word will do
	meaning Meaning
	*pattern
}

func (p *pattern) anchored() anchored {
	out := anchored{pattern: p, meaning: p.meaning}
	switch {
	case p.anchor+1 < len(p.slots) && !p.slots[p.anchor+1].gap:
		out.beside, out.step = p.slots[p.anchor+1], 1
	case p.anchor > 0 && !p.slots[p.anchor].gap:
		out.beside, out.step = p.slots[p.anchor-1], -1
	}
	return out
}

// mayStand reports whether it is worth asking where a stands in said if its
// anchor is at i.
func (a *anchored) mayStand(said []token, i int) bool {
	if a.step == 0 {
		return true
	}
	at := i + int(a.step)
	return at >= 0 && at < len(said) && a.beside.takes(said[at].id)
}

// An anchorage has the patterns whose anchor is one word.
type anchorage struct {
	close []anchored // with a slot beside the anchor
	apart []anchored // with three dots beside it, or nothing
	// near has the words one of which stands near where one of apart does; nil
	// where any may.
	near []uint64
}

func (c *compiler) anchorage(all []anchored) anchorage {
	var out anchorage
	any := false
	near := make([]uint64, len(c.names)/64+1)
	for _, a := range all {
		if a.step != 0 {
			out.close = append(out.close, a)
			continue
		}
		out.apart = append(out.apart, a)
		var s *slot
		switch p := a.pattern; {
		case p.anchor+1 < len(p.slots):
			s = &p.slots[p.anchor+1]
		case p.anchor > 0:
			s = &p.slots[p.anchor-1]
		default:
			any = true
			continue
		}
		if s.only != unknown {
			near[s.only/64] |= 1 << (s.only % 64)
			continue
		}
		for i := range s.set {
			near[i] |= s.set[i]
		}
	}
	if len(out.apart) > 0 && !any {
		out.near = near
	}
	return out
}

// worth reports whether one of apart may stand in said if its anchor is at i.
func (a *anchorage) worth(said []token, i int) bool {
	if a.near == nil {
		return len(a.apart) > 0
	}
	for j := max(0, i-reach-1); j <= min(len(said)-1, i+reach+1); j++ {
		if id := said[j].id; j != i && a.near[id/64]>>(id%64)&1 != 0 {
			return true
		}
	}
	return false
}

// A compiler makes patterns of sequences once all their words are known.
type compiler struct {
	*vocabulary
	uses map[string]int // of a word in sequences
	sets map[string][]uint64
	// known has what accepted returned, by the words.
	known map[string][]wordID
}

func (c *compiler) note(seq []element) {
	for _, e := range seq {
		for _, w := range e.words {
			if w != "#" {
				c.add(w)
			}
			c.uses[w]++
		}
	}
}

func (c *compiler) pattern(seq []element, m Meaning) *pattern {
	p := &pattern{meaning: m, slots: make([]slot, len(seq))}
	least := 0
	for i, e := range seq {
		p.slots[i] = c.slot(e)
		if cost := c.cost(e); i == 0 || cost < least {
			p.anchor, least = i, cost
		}
	}
	return p
}

// cost estimates how often messages have one of the words of e: what many
// phrases use, and what is short, is frequent.
func (c *compiler) cost(e element) int {
	most := 0
	for _, w := range e.words {
		n := c.uses[w]
		if len(w) < 4 {
			n *= 8
		}
		most = max(most, n)
	}
	return most
}

func (c *compiler) slot(e element) slot {
	ids := c.accepted(e.words)
	if len(ids) == 1 {
		return slot{only: ids[0], gap: e.gap}
	}
	key := fmt.Sprint(ids)
	if c.sets[key] == nil {
		set := make([]uint64, len(c.names)/64+1)
		for _, id := range ids {
			set[id/64] |= 1 << (id % 64)
		}
		c.sets[key] = set
	}
	return slot{set: c.sets[key], gap: e.gap}
}

// accepted returns the numbers of words, sorted: for the beginning of a word,
// all that begin so.
func (c *compiler) accepted(words []string) []wordID {
	key := strings.Join(words, " ")
	if ids, ok := c.known[key]; ok {
		return ids
	}
	var ids []wordID
	for _, w := range words {
		stem, isStem := strings.CutSuffix(w, "*")
		switch {
		case w == "#":
			ids = append(ids, number, code)
		case isStem:
			for id, name := range c.names {
				if strings.HasPrefix(name, stem) {
					ids = append(ids, wordID(id))
				}
			}
		default:
			ids = append(ids, c.ids[w])
		}
	}
	slices.Sort(ids)
	c.known[key] = slices.Compact(ids)
	return c.known[key]
}
