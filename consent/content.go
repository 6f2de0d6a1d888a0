package consent

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/accordsdk/accord/contact"
	"golang.org/x/text/unicode/norm"
)

// Content is what one person will read, rendered in full.
type Content struct {
	Language string // BCP 47
	Subject  string // e-mail only
	Text     string

	// form says that the text was made by a composer of this package: a host
	// cannot write a consent request or a keyword reply of its own words.
	form Kind
}

// Digest returns the SHA-256 of c.
func (c Content) Digest() Digest {
	f := newFramer()
	f.text(c.Language)
	f.text(c.Subject)
	f.text(c.Text)
	f.number(uint64(c.form))
	return f.sum()
}

// String says how long the text is, and nothing of it: it may name a person.
func (c Content) String() string { return fmt.Sprintf("content of %d bytes", len(c.Text)) }

// Format writes String, whatever the verb.
func (c Content) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// MarshalJSON writes the digest of c, and nothing of its text.
func (c Content) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Digest Digest `json:"digest"`
	}{c.Digest()})
}

// An Inspection says what a text holds of what rules ask for.
type Inspection struct {
	Identity bool `json:"identity"` // names an advertiser
	Stop     bool `json:"stop"`     // a stop mention that can be followed
	Notice   bool `json:"notice"`   // the link to the full information
	Origin   bool `json:"origin"`   // names where the data came from
	// Label: it says that it is political advertising, for which sponsor and
	// election, as Request.PoliticalAd does. LabelLink: it links to the
	// transparency notice, and says that it was targeted where it was.
	Label     bool `json:"label,omitempty"`
	LabelLink bool `json:"label_link,omitempty"`
	Form      Kind `json:"form"` // made by a composer of this package
	Empty     bool `json:"empty"`
	Postal    bool `json:"postal,omitempty"` // holds the postal address of an advertiser
}

// And returns what both i and j hold: what a text holds, and a template too. It
// is empty where either is, and has no form unless they share one.
func (i Inspection) And(j Inspection) Inspection {
	out := Inspection{
		Identity:  i.Identity && j.Identity,
		Stop:      i.Stop && j.Stop,
		Notice:    i.Notice && j.Notice,
		Origin:    i.Origin && j.Origin,
		Label:     i.Label && j.Label,
		LabelLink: i.LabelLink && j.LabelLink,
		Empty:     i.Empty || j.Empty,
		Postal:    i.Postal && j.Postal,
	}
	if i.Form == j.Form {
		out.Form = i.Form
	}
	return out
}

// Inspect reads c as a message for p's request to a person whose data came from
// origin, which may be nil.
func (p *Plan) Inspect(c Content, origin *contact.Origin) Inspection {
	text := foldText(c.Subject + "\n" + c.Text)
	in := Inspection{Form: c.form, Empty: strings.TrimSpace(c.Text) == ""}
	for _, name := range p.names {
		if containsWord(text, name) {
			in.Identity = true
			break
		}
	}
	in.Stop = p.req.CarrierClause || hasStop(text, p.replyPath, p.req.Channel)
	in.Postal = hasPostalAddress(text, p.senders)
	in.Notice = hasLink(c.Text, p.req.NoticeURL)
	in.Label, in.LabelLink = p.ad.in(c.Text, text)
	if origin != nil {
		in.Origin = containsWord(text, foldText(origin.Named()))
	}
	return in
}

// hasPostalAddress reports whether a folded text holds the postal address of one
// of parties, wherever its lines are broken and whatever divides them.
func hasPostalAddress(text string, parties []contact.Party) bool {
	line := ""
	for i := range parties {
		if parties[i].PostalAddress == "" {
			continue
		}
		if line == "" {
			line = wordsOnly(text)
		}
		if containsWord(line, wordsOnly(foldText(parties[i].PostalAddress))) {
			return true
		}
	}
	return false
}

func wordsOnly(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !isWordRune(r) }), " ")
}

// hasLink reports whether text holds url, and not as the start of a longer one.
func hasLink(text, url string) bool {
	for url != "" {
		_, after, found := strings.Cut(text, url)
		if !found {
			return false
		}
		if next := firstRune(after); !isWordRune(next) && !strings.ContainsRune("/?#&=%-_~", next) {
			return true
		}
		text = after
	}
	return false
}

// hasStop reports whether a text tells how to refuse. Where the sender cannot
// be answered the mention must say where to (FR-SMS-4, V2), and an e-mail must
// hold a link (FR-POL-4).
func hasStop(text, replyPath string, channel contact.Channel) bool {
	if channel == contact.EmailChannel {
		return strings.Contains(text, "https://") &&
			(strings.Contains(text, "desabonn") || strings.Contains(text, "desinscri") || strings.Contains(text, "unsubscribe"))
	}
	if !containsWord(text, "stop") {
		return false
	}
	return replyPath == "" || containsWord(text, replyPath)
}

// foldText makes texts comparable: NFKD without marks, lower case.
func foldText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}

// containsWord reports whether text has word, both folded, not as part of a
// longer word.
func containsWord(text, word string) bool {
	if word == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		before, after := lastRune(text[:i]), firstRune(text[end:])
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
		from = i + 1
	}
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}

func lastRune(s string) rune {
	r := ' '
	for _, x := range s[max(0, len(s)-4):] {
		r = x
	}
	return r
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
