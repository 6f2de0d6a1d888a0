package reply

// own returns the words of said that its author wrote, and not those that a
// phone or a mail program quotes: lines that start with a >, what follows a
// header such as “Jane Doe wrote:”, and what quotation marks hold, if it has
// the notice of a sender. It also returns whether they make more than one
// sentence. closed reports whether a quotation mark ends said.
func (r *Reader) own(said []token, closed bool) (own []token, structured bool) {
	var all byte
	for i := range said {
		all |= said[i].between &^ line // the first word starts a line
		if i > 0 {
			all |= said[i].between
		}
	}
	if all&(line|mark|chevron) != 0 {
		r.lines(said)
		r.quotations(said, closed)
		said = write(said)
	}
	return said, all&(sentence|line) != 0
}

// lines marks quoted lines, and all that a header stands above.
func (r *Reader) lines(said []token) {
	start, quoted := 0, false
	for i := range said {
		if said[i].between&line != 0 {
			start, quoted = i, said[i].between&chevron != 0
		}
		said[i].foreign = quoted
		if end := r.stands(r.headers, said, i); end > 0 && end < len(said) && said[end].between&line != 0 {
			for j := start; j < len(said); j++ {
				said[j].foreign = true
			}
			return
		}
	}
}

// quotations marks what stands in quotation marks and has a notice.
func (r *Reader) quotations(said []token, closed bool) {
	open := -1
	for i := 0; i <= len(said); i++ {
		if i < len(said) && said[i].between&mark == 0 || i == len(said) && !closed {
			continue
		}
		if open < 0 {
			open = i
			continue
		}
		for j := open; j < i; j++ {
			if r.stands(r.notices, said[open:i], j-open) == 0 {
				continue
			}
			for k := open; k < i; k++ {
				said[k].foreign = true
			}
			break
		}
		open = -1
	}
}

// stands returns where the pattern ends whose anchor is at i, and 0 if there is
// none.
func (r *Reader) stands(index [][]anchored, said []token, i int) int {
	for n := range index[said[i].id] {
		p := &index[said[i].id][n]
		if at, ok := p.around(said, i); ok {
			return at.end
		}
	}
	return 0
}

// write returns said without foreign words. A line ends where some stood.
func write(said []token) []token {
	n, left := 0, false
	for _, t := range said {
		if t.foreign {
			left = true
			continue
		}
		if left {
			t.between |= sentence | line
			left = false
		}
		said[n] = t
		n++
	}
	return said[:n]
}
