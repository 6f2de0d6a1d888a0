package contact

import "strings"

// fictional are ranges of E.164 numbers set aside for films, books and tests,
// first and last inclusive.
//
// Sources: France, Arcep décision 2018-0881, numbers for audiovisual works
// (quoted in the reference for 06 39 98; the fixed ranges from memory,
// unverified). United Kingdom, Ofcom, "Telephone numbers for use in TV and
// radio drama programmes". North America, ATIS-0300048: 555-0100 to 555-0199 in
// every area code.
var fictional = []struct{ first, last uint64 }{
	{33639980000, 33639989999},
	{33199000000, 33199009999},
	{33261910000, 33261919999},
	{33353010000, 33353019999},
	{33465710000, 33465719999},
	{33536490000, 33536499999},
	{447700900000, 447700900999},
	{442079460000, 442079460999},
}

// Fictional reports whether a is reserved for fiction and documentation, so
// that nobody has it: the ranges of national regulators, and the domains of RFC
// 2606 and RFC 6761 (example.org, .test, .invalid and their like). A gate
// refuses such addresses unless its host says that it is a test.
func (a Address) Fictional() bool {
	switch a.kind {
	case Phone:
		n := a.digits()
		if n/10_000_000_000 == 1 { // +1 and ten digits
			line := n % 10_000_000
			return line >= 5550100 && line <= 5550199
		}
		for _, r := range fictional {
			if n >= r.first && n <= r.last {
				return true
			}
		}
		return false
	case Email:
		text := a.Reveal()
		domain := text[strings.LastIndexByte(text, '@')+1:]
		for _, reserved := range []string{"example.com", "example.net", "example.org", "test", "example", "invalid", "localhost"} {
			if domain == reserved || strings.HasSuffix(domain, "."+reserved) {
				return true
			}
		}
		return false
	default:
		return false
	}
}
