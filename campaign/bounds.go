package campaign

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// A Length is how long a text is.
type Length struct {
	// Characters are those of the text itself, without the carrier's clause.
	Characters int `json:"characters"`
	// SMS is what it needs as SMS, the clause with it. On other channels it has
	// one segment and no units.
	SMS provider.SMSCount `json:"sms"`
}

// Bounds say how long the messages of one template can get. A text that is
// filled in with what its fields allow is never shorter than Shortest nor longer
// than Longest, in characters or in segments.
type Bounds struct {
	Language string `json:"language"`
	// Shortest has the shortest value in every place.
	Shortest Length `json:"shortest"`
	// LongestGSM7 has the longest value in every place, while all of them stay
	// in the GSM-7 alphabet: its euro sign and its like, which take two septets.
	LongestGSM7 Length `json:"longest_gsm7"`
	// Longest has the longest values of all: one letter outside of that alphabet
	// in one of them makes the whole message UCS-2. It is LongestGSM7 where no
	// value can hold one.
	Longest Length `json:"longest"`
}

// Bounds returns how long the messages of c can get, for each template in
// their order, or for the one consent request. clauseSeptets is what the
// carrier appends, from its provider.Capabilities. origins are those of the
// base, where the host knows them; without any, {{origin}} may be any name of
// at most 60 characters. It fails where a template cannot be read.
func (c *Campaign) Bounds(clauseSeptets int, origins ...*contact.Origin) ([]Bounds, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	var names []string
	for _, o := range origins {
		if o == nil {
			continue
		}
		name, code := bounded(o.Named(), maxOrigin)
		if code != "" {
			return nil, fmt.Errorf("campaign %q: bounds: the name of an origin is empty, too long, or holds what a message may not", c.ID())
		}
		names = append(names, name)
	}
	return c.boundsFor(clauseSeptets, names)
}

// boundsFor returns the bounds of every district together.
func (c *Campaign) boundsFor(clause int, origins []string) ([]Bounds, error) {
	var out []Bounds
	err := c.each(func(own *Campaign) error {
		composer, err := newComposer(own, clause)
		if err != nil {
			return err
		}
		bounds, err := composer.bounds(origins)
		if err != nil || out == nil {
			out = bounds
			return err
		}
		for i := range bounds {
			out[i].Shortest.extend(bounds[i].Shortest, false)
			out[i].LongestGSM7.extend(bounds[i].LongestGSM7, true)
			out[i].Longest.extend(bounds[i].Longest, true)
		}
		return nil
	})
	return out, err
}

func (c *composer) bounds(origins []string) ([]Bounds, error) {
	if c.campaign.Ask != nil {
		b, err := c.boundsOf(c.campaign.Ask.Language, origins, c.askLength)
		return []Bounds{b}, err
	}
	var out []Bounds
	for _, t := range c.templates {
		b, err := c.boundsOf(t.template.Language, origins, func(s sample, origin string) (Length, error) {
			return c.templateLength(t, s, origin)
		})
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// A sample is how places are filled in to find a bound.
//
// It takes no more than one text for each bound. Segments are filled from the
// start, and a character goes into the next where it does not fit: without a
// character, or with a narrower one in its place, a text needs no more segments
// than with it. So the text with the fewest and narrowest characters needs the
// fewest segments, and that with the most and widest the most.
type sample uint8

const (
	fewest     sample = iota
	mostSeptet        // two septets to a character
	mostUnit          // two UTF-16 code units to a character
)

// The widest characters of the two alphabets.
const (
	wideSeptet = "€"
	wideUnit   = "😀"
)

// text returns a text of so many characters.
func (s sample) text(shortest, longest int) string {
	switch s {
	case fewest:
		return strings.Repeat("a", shortest)
	case mostSeptet:
		return strings.Repeat(wideSeptet, longest)
	default:
		return strings.Repeat(wideUnit, longest)
	}
}

// boundsOf measures the samples with every origin; "" is any.
func (c *composer) boundsOf(language string, origins []string, measure func(sample, string) (Length, error)) (Bounds, error) {
	out := Bounds{Language: language}
	for s, into := range []*Length{fewest: &out.Shortest, mostSeptet: &out.LongestGSM7, mostUnit: &out.Longest} {
		names := origins
		if len(names) == 0 {
			names = []string{""} // any
		}
		for i, name := range names {
			l, err := measure(sample(s), name)
			if err != nil {
				return Bounds{}, err
			}
			if i == 0 {
				*into = l
			}
			into.extend(l, sample(s) != fewest)
		}
	}
	return out, nil
}

// extend moves l to where other reaches, upward or downward: one name can have
// the fewer characters, and another, in another alphabet, the fewer segments.
func (l *Length) extend(other Length, up bool) {
	beyond := func(a, b int) bool { return up && a > b || !up && a < b }
	if beyond(other.Characters, l.Characters) {
		l.Characters = other.Characters
	}
	if beyond(other.SMS.Segments, l.SMS.Segments) || other.SMS.Segments == l.SMS.Segments && beyond(other.SMS.Units, l.SMS.Units) {
		l.SMS = other.SMS
	}
}

func (c *composer) askLength(s sample, origin string) (Length, error) {
	if origin == "" {
		origin = s.text(1, maxOrigin)
	}
	content, err := c.campaign.Ask.Content(&contact.Origin{Collector: origin})
	return c.length(content.Text), err
}

func (c *composer) templateLength(t *compiled, s sample, origin string) (Length, error) {
	var b strings.Builder
	for i := range t.text {
		p := &t.text[i]
		switch {
		case p.place == "":
			b.WriteString(p.literal)
		case p.place == placeOrigin && origin == "":
			b.WriteString(s.text(1, maxOrigin*p.escape.widest()))
		case p.field == nil:
			known, _ := t.value(p, nil, &contact.Origin{Collector: origin})
			b.WriteString(p.escape.write(known))
		default:
			b.WriteString(p.sample(s))
		}
	}
	return c.length(b.String()), nil
}

// sample returns the extreme of what a field can say, escaped.
func (p *part) sample(s sample) string {
	f := p.field
	if s == fewest {
		shortest := f.shortest()
		if f.Default != "" {
			shortest = min(shortest, utf8.RuneCountInString(f.Default))
		}
		return s.text(shortest, 0)
	}
	longest := f.max() * p.escape.widest()
	usual := provider.CountSMS(f.Default)
	switch {
	case f.Type == "" || f.Type == TextField || usual.Encoding == provider.UCS2:
		return s.text(0, longest)
	case f.Type == LinkField || usual.Units > utf8.RuneCountInString(f.Default):
		return mostSeptet.text(0, longest)
	default:
		return strings.Repeat("0", longest)
	}
}

func (c *composer) length(text string) Length {
	l := Length{Characters: utf8.RuneCountInString(text), SMS: provider.SMSCount{Segments: 1}}
	if c.campaign.Request.Channel == contact.SMS {
		l.SMS = provider.CountSMSWith(text, c.clause)
	}
	return l
}

// checkShortest refuses a template whose messages are all too long, and one that
// some district cannot be filled in with.
func (c *Campaign) checkShortest(clause int) error {
	if c.MaxSegments == 0 && c.Districts == nil {
		return nil
	}
	all, err := c.boundsFor(clause, nil)
	if err != nil {
		return fmt.Errorf("campaign %q: %w", c.ID(), err)
	}
	for _, b := range all {
		if n := b.Shortest.SMS.Segments; c.MaxSegments > 0 && n > c.MaxSegments {
			return fmt.Errorf("campaign %q: the shortest message in %q needs %d segments, and MaxSegments is %d", c.ID(), b.Language, n, c.MaxSegments)
		}
	}
	return nil
}
