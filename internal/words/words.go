// Package words holds what programs say to people, in the languages that Accord
// speaks: English, and French for language.French and tags below it.
//
// A package keeps one [Catalog] of its own. Whether each phrase is there in both
// languages, with the same places for values, is checked for all of them in one
// test of this package.
package words

import (
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// A Phrase is one thing that is said. En and Fr are formats of package fmt, for
// the same values in the same order.
type Phrase struct{ Key, En, Fr string }

// A Catalog is a set of phrases by key. It is safe for concurrent use.
type Catalog struct {
	phrases  []Phrase
	known    map[string]bool
	compiled func() catalog.Catalog
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.French})

// Match returns the language in which somebody who asked for lang is answered.
func Match(lang language.Tag) language.Tag {
	_, i, _ := matcher.Match(lang)
	return [...]language.Tag{language.English, language.French}[i]
}

// New returns a catalogue of phrases, each a key, the English and the French.
func New(phrases [][3]string) *Catalog {
	c := &Catalog{known: map[string]bool{}}
	for _, p := range phrases {
		c.phrases = append(c.phrases, Phrase{p[0], p[1], p[2]})
		c.known[p[0]] = true
	}
	c.compiled = sync.OnceValue(func() catalog.Catalog {
		b := catalog.NewBuilder(catalog.Fallback(language.English))
		for _, p := range c.phrases {
			// Keys and formats are constants, and a test has read them all.
			_ = b.SetString(language.English, p.Key, p.En)
			_ = b.SetString(language.French, p.Key, p.Fr)
		}
		return b
	})
	return c
}

// Phrases returns a copy of the phrases, in the order in which New got them.
func (c *Catalog) Phrases() []Phrase { return append([]Phrase(nil), c.phrases...) }

// Has reports whether there is a phrase for key.
func (c *Catalog) Has(key string) bool { return c.known[key] }

// A Printer says the phrases of a catalogue in one language, and numbers as that
// language writes them. It is for one goroutine.
type Printer struct {
	*message.Printer
	catalog *Catalog
}

// Printer returns a printer for lang.
func (c *Catalog) Printer(lang language.Tag) Printer {
	return Printer{message.NewPrinter(Match(lang), message.Catalog(c.compiled())), c}
}

// Word returns the phrase for prefix.name, or name itself where there is none:
// a name of the host's own.
func (p Printer) Word(prefix, name string) string {
	if key := prefix + "." + name; p.catalog.Has(key) {
		return p.Sprintf(key)
	}
	return name
}
