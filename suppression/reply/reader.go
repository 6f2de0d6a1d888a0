package reply

import (
	"strings"
	"sync"
)

// A Reader reads replies by a lexicon. It is safe for concurrent use.
type Reader struct {
	words *vocabulary
	// Patterns by the word that they begin with: whole holds all that a message
	// may consist of, with politeness, which is Unclear.
	whole []beginning
	pairs map[pair][]*pattern // of whole, by their first two words
	first [][]anchored
	// Patterns by the word that their anchor is.
	anywhere                  []anchorage
	excuses, notices, headers [][]anchored
	typos                     []typo
}

// NewReader returns a reader that knows what l says. Where two phrases are the
// same, the stricter meaning holds: Stop, then LikelyRefusal, then No. Phrases
// without a letter or digit are left out. With all of [Default] it takes tenths
// of a second: make one reader and share it.
func NewReader(l Lexicon) *Reader {
	b := newBuilder()
	for _, p := range l.Phrases {
		b.phrase(p)
	}
	for _, text := range l.Polite {
		b.add(Phrase{Text: text}, inWhole)
	}
	for _, text := range l.Notices {
		b.add(Phrase{Text: text, Template: true}, inNotices)
	}
	for _, text := range l.Headers {
		b.add(Phrase{Text: text, Template: true}, inHeaders)
	}
	return b.reader()
}

// The most that is read of a message: a long one is read in two parts.
const (
	longest = 4096 // bytes
	head    = 3072
	tail    = longest - head
)

// Read returns what text says. A refusal in any part of it wins over everything
// else that it says, and a message that says two things, neither of them a
// refusal, is Unclear.
//
// Of a text longer than 4096 bytes, spaces around it aside, Read reads the first
// 3072 and the last 1024, each as a message of its own, and finds nothing but
// refusals.
func (r *Reader) Read(text string) Meaning {
	text = strings.TrimSpace(text)
	if len(text) <= longest {
		return r.read(text)
	}
	m, last := r.read(text[:head]), r.read(text[len(text)-tail:])
	if last.stricter(m) {
		m = last
	}
	if !m.refuses() {
		return Unclear
	}
	return m
}

// A room is where one message is read. Rooms are used again, and hold no more
// than the longest message needs.
type room struct {
	folder
	said []token
}

var rooms = sync.Pool{New: func() any { return new(room) }}

func (r *Reader) read(text string) Meaning {
	at := rooms.Get().(*room)
	defer rooms.Put(at)
	f := &at.folder
	f.out, f.between = f.out[:0], line
	f.fold(text)
	at.said = r.scan(at.said[:0], f.out)
	said := at.said
	if len(said) == 0 {
		return Unclear
	}
	own, structured := r.own(said, f.between&mark != 0)
	if len(own) == 0 {
		// Nothing but a quotation. Who quotes one word means it.
		return r.only(said)
	}
	if m := r.only(own); m != Unclear {
		return m
	}
	if r.signed(own) {
		return Stop
	}
	best := Unclear
	if structured {
		best = r.parts(own)
	}
	if m := r.within(own); m.stricter(best) {
		best = m
	}
	if best == Unclear {
		return r.misspelt(own, f.out)
	}
	return best
}

// only returns what said means when it consists of known phrases and nothing
// else, and Unclear otherwise.
func (r *Reader) only(said []token) Meaning {
	best, mixed := Unclear, false
	for i := 0; i < len(said); {
		n, m := r.next(said[i:])
		if n == 0 {
			return Unclear
		}
		i += n
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

// signed reports whether said is a Stop with a name of one or two words behind,
// a mark between them: “Stop, Jane Doe”. Politeness may follow.
func (r *Reader) signed(said []token) bool {
	for at := 1; at < len(said); at++ {
		if said[at].id != unknown {
			continue
		}
		if said[at].between&(pause|sentence|line) == 0 || r.only(said[:at]) != Stop {
			return false
		}
		return r.polite(said[at+1:]) || len(said) > at+1 && r.polite(said[at+2:])
	}
	return false
}

// polite reports whether said has politeness only, or nothing.
func (r *Reader) polite(said []token) bool {
	for len(said) > 0 {
		n, m := r.next(said)
		if n == 0 || m != Unclear {
			return false
		}
		said = said[n:]
	}
	return true
}

// next returns the length of the longest phrase that said begins with, and its
// meaning: Unclear for politeness, and for a number, as of a short code. It
// remembers the answer for as much of the message.
func (r *Reader) next(said []token) (int, Meaning) {
	t := &said[0]
	if t.asked != len(said) {
		t.asked = len(said)
		t.length, t.meaning = r.longest(said)
	}
	return t.length, t.meaning
}

func (r *Reader) longest(said []token) (int, Meaning) {
	n, best := 0, Unclear
	from := &r.whole[said[0].id]
	if from.alone {
		n, best = 1, from.meaning
	}
	if len(said) > 1 && from.goesOn(said[1].id) {
		for _, p := range r.pairs[pair{said[0].id, said[1].id}] {
			if len(p.slots) < n {
				break
			}
			if end := p.ahead(said, 1, 1); end > n || end == n && p.meaning.stricter(best) {
				n, best = end, p.meaning
			}
		}
	}
	if n == 0 && (said[0].id == code || said[0].id == number) {
		n = 1
	}
	return n, best
}

// parts returns the strictest refusal that has a line or a sentence for itself.
// What stands on a line of its own is not changed by a signature below. A
// sentence may belong to others, so the most that it says is LikelyRefusal.
// Only refusals count so: a yes with more words is for a human to read.
func (r *Reader) parts(said []token) Meaning {
	best := Unclear
	for _, end := range []byte{sentence, line} {
		for start, i := 0, 1; i <= len(said); i++ {
			if i < len(said) && said[i].between&end == 0 {
				continue
			}
			m := r.only(said[start:i])
			if m == Stop && end == sentence {
				m = LikelyRefusal
			}
			if m.refuses() && m.stricter(best) {
				best = m
			}
			start = i
		}
	}
	return best
}

// within returns the strictest of the phrases that said begins with, greetings
// aside, or that stand anywhere in it.
func (r *Reader) within(said []token) Meaning {
	var room [4]span
	excused := room[:0]
	for i := range said {
		for n := range r.excuses[said[i].id] {
			p := &r.excuses[said[i].id][n]
			if !p.mayStand(said, i) {
				continue
			}
			if at, ok := p.around(said, i); ok {
				excused = append(excused, at)
			}
		}
	}
	best := r.opening(said, excused)
	for i := range said {
		at := &r.anywhere[said[i].id]
		if m := strictest(at.close, said, i, excused, best); m.stricter(best) {
			best = m
		}
		if len(at.apart) == 0 || !at.worth(said, i) {
			continue
		}
		if m := strictest(at.apart, said, i, excused, best); m.stricter(best) {
			best = m
		}
	}
	return best
}

// strictest returns the strictest of the patterns that stand in said with their
// anchor at i, if it is stricter than best.
func strictest(patterns []anchored, said []token, i int, excused []span, best Meaning) Meaning {
	for n := range patterns {
		p := &patterns[n]
		if !p.meaning.stricter(best) || !p.mayStand(said, i) {
			continue
		}
		if at, ok := p.around(said, i); ok && !at.excused(excused) {
			best = p.meaning
		}
	}
	return best
}

// opening returns the strictest of the phrases that said begins with, greetings
// aside.
func (r *Reader) opening(said []token, excused []span) Meaning {
	best := Unclear
	for i := 0; i < len(said) && best == Unclear; {
		for _, p := range r.first[said[i].id] {
			if end := p.ahead(said, 0, i); end > i && p.meaning.stricter(best) && !(span{i, end}).excused(excused) {
				best = p.meaning
			}
		}
		n, m := r.next(said[i:])
		if n == 0 || m != Unclear {
			break
		}
		i += n
	}
	return best
}

// A span is the words from start to before end.
type span struct{ start, end int }

// excused reports whether one of all has words of s, and others besides.
func (s span) excused(all []span) bool {
	for _, o := range all {
		if s.start < o.end && o.start < s.end && (o.start < s.start || o.end > s.end || o == s) {
			return true
		}
	}
	return false
}
