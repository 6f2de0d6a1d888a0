package reply

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// files are the lexicon: sources.tsv, and one file for each language or group of
// languages.
//
//go:embed data/*.tsv
var files embed.FS

const sourcesFile = "sources.tsv"

// lexiconDate is the day of the last change to a file of the lexicon.
const lexiconDate = "2026-11-23"

var embedded = sync.OnceValue(func() Lexicon {
	sub, err := fs.Sub(files, "data")
	if err != nil {
		panic(err) // programmer's error: the name is constant
	}
	l, err := parse(sub)
	if err != nil {
		panic(err) // programmer's error: a test parses the same files
	}
	return l
})

// A file has a line for each group of phrases, with columns that tabs separate:
// language, kind, match, source and texts, which a | separates. Empty lines and
// those that start with # are comments.
//
// A kind is the name of a meaning, or one of those below. The texts of a line
// are templates. Where one has a name in angle brackets, the words of that
// name stand; they must be named before.
const (
	politeKind = "polite"
	noticeKind = "notice"
	headerKind = "header"
	wordsKind  = "words" // names words: the name stands in the column of match
)

// A source is one line of sources.tsv: name, date, jurisdiction, status and
// title.
type source struct{ title, date, jurisdiction, status string }

// Statuses of sources: whether somebody read them.
const (
	verifiedStatus   = "verified"
	unverifiedStatus = "unverified"
)

// parse reads a lexicon from dir. Its errors name file and line, one for each
// line that is wrong.
func parse(dir fs.FS) (Lexicon, error) {
	p := parser{Lexicon: Lexicon{Name: "accord", Date: lexiconDate}, sources: map[string]source{}}
	names, err := fs.Glob(dir, "*.tsv")
	if err != nil {
		return Lexicon{}, err
	}
	if !slices.Contains(names, sourcesFile) {
		return Lexicon{}, fmt.Errorf("reply: %s is missing", sourcesFile)
	}
	errs := p.file(dir, sourcesFile, p.source)
	for _, name := range names {
		if name != sourcesFile {
			p.sets = map[string]string{}
			errs = append(errs, p.file(dir, name, p.group)...)
		}
	}
	return p.Lexicon, errors.Join(errs...)
}

type parser struct {
	Lexicon
	sources map[string]source
	sets    map[string]string // words by their name, separated by slashes
}

// columns is how many every file has.
const columns = 5

func (p *parser) file(dir fs.FS, name string, line func([]string) error) (errs []error) {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return []error{err}
	}
	n := 0
	for text := range strings.Lines(string(data)) {
		n++
		text = strings.TrimSuffix(text, "\n")
		if text == "" || text[0] == '#' {
			continue
		}
		row := strings.Split(text, "\t")
		err := fmt.Errorf("%d columns, want %d", len(row), columns)
		if len(row) == columns {
			err = line(row)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("reply: %s:%d: %w", path.Base(name), n, err))
		}
	}
	return errs
}

func (p *parser) source(row []string) error {
	name, s := row[0], source{date: row[1], jurisdiction: row[2], status: row[3], title: row[4]}
	if _, ok := p.sources[name]; ok || name == "" {
		return fmt.Errorf("source %q has no name or is there twice", name)
	}
	if _, err := time.Parse(time.DateOnly, s.date); err != nil {
		return fmt.Errorf("date %q is not like 2006-01-02", s.date)
	}
	if s.date > lexiconDate {
		return fmt.Errorf("date %s is after that of the lexicon, %s", s.date, lexiconDate)
	}
	if s.jurisdiction != "" && !code2(s.jurisdiction, 'A') {
		return fmt.Errorf("jurisdiction %q is not like FR", s.jurisdiction)
	}
	if s.status != verifiedStatus && s.status != unverifiedStatus {
		return fmt.Errorf("status %q is neither %s nor %s", s.status, verifiedStatus, unverifiedStatus)
	}
	if s.title == "" {
		return errors.New("no title")
	}
	p.sources[name] = s
	return nil
}

// code2 reports whether s is two letters, the first of the alphabet being a.
func code2(s string, a byte) bool {
	return len(s) == 2 && s[0] >= a && s[0] < a+26 && s[1] >= a && s[1] < a+26
}

func (p *parser) group(row []string) error {
	language, kind, match, from := row[0], row[1], row[2], row[3]
	if !code2(language, 'a') && language != "mul" {
		return fmt.Errorf("language %q is not like fr", language)
	}
	s, ok := p.sources[from]
	if !ok {
		return fmt.Errorf("source %q is not in %s", from, sourcesFile)
	}
	if kind == wordsKind {
		return p.words(match, row[4])
	}
	var errs []error
	for text := range strings.SplitSeq(row[4], "|") {
		text, err := p.expand(strings.TrimSpace(text))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, p.text(kind, match, Phrase{
			Text: text, Template: strings.ContainsAny(text, "(/*#~_") || strings.Contains(text, "..."),
			Language: language, Source: s.title, Date: s.date, Jurisdiction: s.jurisdiction, Verified: s.status == verifiedStatus,
		}))
	}
	return errors.Join(errs...)
}

func (p *parser) words(name, text string) error {
	if _, ok := p.sets[name]; ok || name == "" {
		return fmt.Errorf("words %q have no name or are there twice", name)
	}
	text, err := p.expand(text)
	if err != nil {
		return err
	}
	p.sets[name] = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '/' }), "/")
	return nil
}

// expand puts words in place of their names.
func (p *parser) expand(text string) (string, error) {
	for {
		before, rest, ok := strings.Cut(text, "<")
		if !ok {
			return text, nil
		}
		name, after, ok := strings.Cut(rest, ">")
		words := p.sets[name]
		if !ok || words == "" {
			return "", fmt.Errorf("%q names words that are not above it", text)
		}
		text = before + words + after
	}
}

func (p *parser) text(kind, match string, ph Phrase) error {
	if literal(ph.Text) == nil {
		return fmt.Errorf("%q has neither a letter nor a digit", ph.Text)
	}
	at := slices.Index(matchNames, match)
	if at < 0 {
		return fmt.Errorf("match %q is none of %s", match, strings.Join(matchNames, ", "))
	}
	ph.Match = Match(at)
	if ph.Template {
		if err := check(ph); err != nil {
			return err
		}
	}
	switch kind {
	case politeKind:
		if ph.Template {
			return fmt.Errorf("%q is a template, and politeness has none", ph.Text)
		}
		p.Polite = append(p.Polite, ph.Text)
		return nil
	case noticeKind:
		p.Notices = append(p.Notices, ph.Text)
		return nil
	case headerKind:
		p.Headers = append(p.Headers, ph.Text)
		return nil
	}
	if err := ph.Meaning.UnmarshalText([]byte(kind)); err != nil {
		return fmt.Errorf("kind %q is unknown", kind)
	}
	p.Phrases = append(p.Phrases, ph)
	return nil
}

var matchNames = []string{"whole", "first", "anywhere"}

// check reports what a template would lose in silence.
func check(p Phrase) error {
	for _, item := range items(p.Text) {
		if item == "(...)" {
			continue
		}
		for text := range strings.SplitSeq(strings.Trim(item, "()"), "/") {
			switch n := len(literal(text)); {
			case text == "..." || text == "#":
			case n == 0:
				return fmt.Errorf("%q has an empty place", p.Text)
			case strings.HasSuffix(text, "*") && (n > 1 || len(Fold(text)) < shortestStem):
				return fmt.Errorf("%q has a beginning %q that is not one word of %d letters", p.Text, text, shortestStem)
			}
		}
	}
	ways := sequences(p)
	if len(ways) > mostWays {
		return fmt.Errorf("%q can be written in %d ways, more than %d", p.Text, len(ways), mostWays)
	}
	for _, way := range ways {
		switch {
		case len(way) == 0:
			return fmt.Errorf("%q has nothing that must stand there", p.Text)
		case len(way) == 1 && p.Match != Whole && len(items(p.Text)) > 1:
			return fmt.Errorf("%q counts with one word alone, %q", p.Text, way[0].words[0])
		}
	}
	return nil
}

// mostWays keeps templates readable, and readers small.
const mostWays = 1024
