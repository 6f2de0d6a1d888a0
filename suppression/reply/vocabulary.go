package reply

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// A wordID stands for a word, or for all words with the same beginning. It says
// which slots of templates accept the word.
type wordID uint32

// What a reader knows without a lexicon.
const (
	unknown wordID = iota
	number         // digits
	code           // five or six digits: a short code, copied from “STOP au 36180”
	firstWord
)

// A vocabulary knows the words of a lexicon and numbers them. Words are folded.
type vocabulary struct {
	ids      map[string]wordID // of words and, with a * behind, of beginnings
	names    []string          // by wordID
	table    []entry           // open addressing
	stems    map[uint32][]stem // by their first three bytes, the longest first
	squeezed map[string]wordID // words without repeated letters
}

type entry struct {
	hash uint32
	id   wordID
}

type stem struct {
	text string
	id   wordID
}

// shortestStem is how long the beginning of a word must be that stands for it.
const shortestStem = 3

func newVocabulary() *vocabulary {
	return &vocabulary{ids: map[string]wordID{}, names: make([]string, firstWord)}
}

// add returns the number of a word, or of a beginning if a * follows it.
func (v *vocabulary) add(word string) wordID {
	if id, ok := v.ids[word]; ok {
		return id
	}
	id := wordID(len(v.names))
	v.ids[word] = id
	v.names = append(v.names, word)
	return id
}

// index makes v ready for find. No word may be added afterwards.
func (v *vocabulary) index() {
	v.table = make([]entry, 1<<bits.Len(uint(2*len(v.names))))
	v.stems = map[uint32][]stem{}
	v.squeezed = map[string]wordID{}
	for id, name := range v.names {
		if text, ok := strings.CutSuffix(name, "*"); ok {
			v.putStem(stem{text, wordID(id)})
			continue
		}
		if name == "" {
			continue
		}
		h := hash([]byte(name))
		at := v.at(h)
		for v.table[at].id != unknown {
			at = (at + 1) & (len(v.table) - 1)
		}
		v.table[at] = entry{h, wordID(id)}
		if short := string(squeeze(nil, []byte(name))); v.squeezed[short] == unknown {
			v.squeezed[short] = wordID(id)
		}
	}
}

func (v *vocabulary) putStem(s stem) {
	key := stemKey([]byte(s.text))
	all := append(v.stems[key], s)
	for i := len(all) - 1; i > 0 && len(all[i].text) > len(all[i-1].text); i-- {
		all[i], all[i-1] = all[i-1], all[i]
	}
	v.stems[key] = all
}

// find returns the number of a word: its own, or that of what it was meant to
// be, as people write for emphasis or to get past a filter: stooop, st0p.
func (v *vocabulary) find(word []byte) wordID {
	if id := v.exact(word); id != unknown {
		return id
	}
	digits, longest := shape(word)
	switch {
	case digits == len(word) && (digits == 5 || digits == 6):
		return code
	case digits == len(word):
		return number
	case longest > 2:
		var room [32]byte
		if id := v.squeezed[string(squeeze(room[:0], word))]; id != unknown {
			return id
		}
	case digits > 0:
		var room [32]byte
		if id := v.exact(plain(room[:0], word)); id != unknown {
			return id
		}
	}
	if len(word) >= shortestStem {
		for _, s := range v.stems[stemKey(word)] {
			if len(word) >= len(s.text) && string(word[:len(s.text)]) == s.text {
				return s.id
			}
		}
	}
	return unknown
}

// odd reports whether id may be that of a misspelt word: of none that v has.
func (v *vocabulary) odd(id wordID) bool {
	return id == unknown || strings.HasSuffix(v.names[id], "*")
}

// stemKey is made of the bytes that all stems have.
func stemKey(word []byte) uint32 {
	return uint32(word[0]) | uint32(word[1])<<8 | uint32(word[2])<<16
}

func (v *vocabulary) exact(word []byte) wordID {
	h := hash(word)
	for at := v.at(h); v.table[at].id != unknown; at = (at + 1) & (len(v.table) - 1) {
		if e := v.table[at]; e.hash == h && v.names[e.id] == string(word) {
			return e.id
		}
	}
	return unknown
}

func (v *vocabulary) at(hash uint32) int { return int(hash) & (len(v.table) - 1) }

// hash mixes the first and the last eight bytes of word with its length.
func hash(word []byte) uint32 {
	var a, b uint64
	n := len(word)
	switch {
	case n >= 8:
		a, b = binary.LittleEndian.Uint64(word), binary.LittleEndian.Uint64(word[n-8:])
	case n >= 4:
		a, b = uint64(binary.LittleEndian.Uint32(word)), uint64(binary.LittleEndian.Uint32(word[n-4:]))
	case n > 0:
		a, b = uint64(word[0])|uint64(word[n-1])<<8, uint64(word[n/2])
	}
	high, low := bits.Mul64(a^uint64(n)^0x9e3779b97f4a7c15, b^0xd1b54a32d192ed03)
	return uint32(high ^ low ^ low>>32)
}

// shape returns how many bytes of word are digits, and the length of its
// longest run of one byte.
func shape(word []byte) (digits, longest int) {
	run := 0
	for i, c := range word {
		if c <= '9' {
			digits++
		}
		if i > 0 && c == word[i-1] {
			run++
		} else {
			run = 1
		}
		longest = max(longest, run)
	}
	return digits, longest
}

// squeeze appends word to dst with one letter for each run of the same.
func squeeze(dst, word []byte) []byte {
	for i, c := range word {
		if i == 0 || c != word[i-1] {
			dst = append(dst, c)
		}
	}
	return dst
}

// plain appends word to dst with the letters that its digits look like.
func plain(dst, word []byte) []byte {
	for _, c := range word {
		if c <= '9' {
			c = "oizeasgtbg"[c-'0']
		}
		dst = append(dst, c)
	}
	return dst
}
