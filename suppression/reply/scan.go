package reply

import "unicode/utf8"

// A token is one word of a message.
type token struct {
	id      wordID
	between byte // what stands before it
	foreign bool // the person did not write it
	// What next found for the message from here to asked words on; 0 is nothing.
	asked, length int
	meaning       Meaning
}

// forget drops what next found, when a word of said has changed.
func forget(said []token) {
	for i := range said {
		said[i].asked = 0
	}
}

// scan appends the words of folded, before each of which stands a byte that is
// none. Letters that stand alone, three or more, are one word if a lexicon
// knows it: S.T.O.P.
func (r *Reader) scan(dst []token, folded []byte) []token {
	spelled := 0 // letters that stand alone, last in dst
	for i := 0; i < len(folded); {
		between := folded[i]
		i++
		start := i
		for i < len(folded) && folded[i] >= firstLetter {
			i++
		}
		word := folded[start:i]
		if !single(word) {
			if spelled > 2 {
				dst = r.join(dst, spelled, folded[:start-1])
			}
			spelled = -1
		}
		spelled++
		dst = append(dst, token{id: r.words.find(word), between: between})
	}
	if spelled > 2 {
		dst = r.join(dst, spelled, folded)
	}
	return dst
}

// join makes one word of the last n of dst, the letters that end folded, if it
// is a known one.
func (r *Reader) join(dst []token, n int, folded []byte) []token {
	var room [64]byte
	word := room[:0]
	start := len(folded)
	for range n {
		for start--; folded[start] >= firstLetter; start-- {
		}
	}
	for _, c := range folded[start:] {
		if c >= firstLetter {
			word = append(word, c)
		}
	}
	id := r.words.find(word)
	if id < firstWord {
		return dst
	}
	at := len(dst) - n
	dst[at].id = id
	return dst[:at+1]
}

func single(word []byte) bool {
	if len(word) == 1 || len(word) > utf8.UTFMax {
		return len(word) == 1
	}
	_, size := utf8.DecodeRune(word)
	return size == len(word)
}
