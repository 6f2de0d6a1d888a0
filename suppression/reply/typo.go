package reply

// A typo is a word that people are known to misspell.
type typo struct {
	word string
	id   wordID
}

// mostWords is how long a message may be that is searched for misspelt words.
const mostWords = 6

// misspelt returns LikelyRefusal if said is a Stop but for one word that has one
// letter wrong, missing, too many or swapped with the next, or but for spaces
// within the word: sotp, sto p. folded is what said was made of.
func (r *Reader) misspelt(said []token, folded []byte) Meaning {
	if len(said) > mostWords {
		return Unclear
	}
	odd := -1
	for i := range said {
		if !r.words.odd(said[i].id) {
			continue
		}
		if odd >= 0 {
			return r.torn(said, folded)
		}
		odd = i
	}
	if odd < 0 {
		return Unclear
	}
	word := r.oddWord(folded)
	for _, t := range r.typos {
		if near(word, t.word) {
			said[odd].id = t.id
			forget(said)
			if r.only(said) == Stop {
				return LikelyRefusal
			}
		}
	}
	return r.torn(said, folded)
}

// torn returns LikelyRefusal if said is a Stop without its spaces.
func (r *Reader) torn(said []token, folded []byte) Meaning {
	var room [32]byte
	word := room[:0]
	for _, c := range folded {
		if c >= firstLetter {
			word = append(word, c)
		}
	}
	id := r.words.find(word)
	if id == unknown || len(said) == 1 || r.only([]token{{id: id}}) != Stop {
		return Unclear
	}
	return LikelyRefusal
}

// oddWord returns the first word of folded that r does not know.
func (r *Reader) oddWord(folded []byte) []byte {
	for i := 0; i < len(folded); {
		i++
		start := i
		for i < len(folded) && folded[i] >= firstLetter {
			i++
		}
		if word := folded[start:i]; r.words.odd(r.words.find(word)) {
			return word
		}
	}
	return nil
}

// near reports whether one letter of word is wrong, missing, too many or swapped
// with the next one to make right of it.
func near(word []byte, right string) bool {
	if len(word) < len(right)-1 || len(word) > len(right)+1 {
		return false
	}
	i := 0
	for i < len(word) && i < len(right) && word[i] == right[i] {
		i++
	}
	a, b := string(word[i:]), right[i:]
	switch len(a) - len(b) {
	case -1:
		return a == b[1:]
	case 1:
		return a[1:] == b
	}
	if len(a) < 2 {
		return true
	}
	return a[1:] == b[1:] || a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}
