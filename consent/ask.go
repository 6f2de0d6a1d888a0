package consent

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
)

// An Ask is a consent request: the parts of a fixed skeleton, without room for
// a slogan. The first message of an unknown sender must say who writes, for
// which party and election, where the number came from, what is asked, how to
// say yes and no, and where the full notice is (CNIL, FR-POL-2, 11, 12, V1).
type Ask struct {
	// Language is "fr" or "en".
	Language string `json:"language"`
	// Who asks: a candidate, a party, or the owner of the base.
	Who string `json:"who"`
	// Party of the candidate; empty when Who is a party or an owner.
	Party string `json:"party,omitempty"`
	// Election as recipients know it. Empty when the owner of a base asks for
	// political messages in general (FR-POL-19, V1).
	Election string `json:"election,omitempty"`
	// ReplyTo is the short code to answer to, where the sender cannot be
	// answered.
	ReplyTo   string `json:"reply_to,omitempty"`
	NoticeURL string `json:"notice_url"`
}

// maxAskPart keeps each part of a consent request to a name.
const maxAskPart = 60

// Validate returns an error that names the first part that is wrong.
func (a *Ask) Validate() error {
	if a.Language != "fr" && a.Language != "en" {
		return fmt.Errorf("consent: ask: Language %q is not fr or en", a.Language)
	}
	if a.NoticeURL == "" {
		return fmt.Errorf("consent: ask: NoticeURL is empty")
	}
	if !strings.HasPrefix(a.NoticeURL, "https://") || strings.ContainsFunc(a.NoticeURL, notInLink) {
		return fmt.Errorf("consent: ask: NoticeURL is not a link that starts with https://")
	}
	if a.Who == "" {
		return fmt.Errorf("consent: ask: Who is empty")
	}
	for _, part := range []struct{ name, text string }{{"Who", a.Who}, {"Party", a.Party}, {"Election", a.Election}, {"ReplyTo", a.ReplyTo}} {
		if err := checkName(part.text); err != nil {
			return fmt.Errorf("consent: ask: %s %w", part.name, err)
		}
	}
	return nil
}

// checkName returns an error for a text that is more than the name of somebody
// or something. It does not repeat the text.
func checkName(s string) error {
	switch {
	case utf8.RuneCountInString(s) > maxAskPart:
		return fmt.Errorf("is longer than %d characters, and is a name", maxAskPart)
	case strings.ContainsAny(s, "!?{}") || strings.Contains(s, "://") || strings.ContainsFunc(s, notInLine):
		return errors.New("holds more than a name")
	default:
		return nil
	}
}

// notInLine reports whether r starts a new line or cannot be seen.
func notInLine(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) || r == utf8.RuneError
}

func notInLink(r rune) bool { return unicode.IsSpace(r) || notInLine(r) }

// Content returns the request as one person reads it, whose data came from
// origin: the name of where it came from is part of it.
func (a *Ask) Content(origin *contact.Origin) (Content, error) {
	if err := a.Validate(); err != nil {
		return Content{}, err
	}
	if origin == nil || origin.Named() == "" {
		return Content{}, fmt.Errorf("consent: ask: no origin to name")
	}
	if err := checkName(origin.Named()); err != nil {
		return Content{}, fmt.Errorf("consent: ask: the name of the origin %w", err)
	}
	return Content{Language: a.Language, Text: a.text(origin.Named()), form: ConsentRequest}, nil
}

func (a *Ask) text(origin string) string {
	var b strings.Builder
	b.WriteString(a.Who)
	if a.Party != "" {
		b.WriteString(" (" + a.Party + ")")
	}
	if a.Election != "" {
		b.WriteString(", " + a.Election)
	}
	to := ""
	switch {
	case a.ReplyTo == "":
	case a.Language == "fr":
		to = " au " + a.ReplyTo
	default:
		to = " to " + a.ReplyTo
	}
	// Only letters of the GSM-7 alphabet, so that a request fits two segments.
	if a.Language == "fr" {
		b.WriteString(": acceptez-vous de recevoir des SMS politiques? Répondez OUI" + to + ". Refus: STOP" + to +
			". Numéro fourni par " + origin + ". Infos: " + a.NoticeURL)
	} else {
		b.WriteString(": do you agree to receive political texts? Reply YES" + to + ". Refuse: STOP" + to +
			". Number from " + origin + ". Details: " + a.NoticeURL)
	}
	return b.String()
}

// KeywordText returns a keyword reply made of a fixed text for the keyword that
// was received: "stop", "help" or "contact". who is the party to name, and
// contactAt how to reach it.
func KeywordText(language, keyword, who, contactAt string) (Content, error) {
	texts := map[string]map[string]string{
		"fr": {
			"stop":    "%s: votre refus est enregistré. Vous ne recevrez plus de message.",
			"help":    "%s. Contact: %s. STOP pour refuser.",
			"contact": "%s. Contact: %s",
		},
		"en": {
			"stop":    "%s: your refusal is recorded. You will receive no more messages.",
			"help":    "%s. Contact: %s. STOP to refuse.",
			"contact": "%s. Contact: %s",
		},
	}
	text, ok := texts[language][keyword]
	if !ok {
		return Content{}, fmt.Errorf("consent: keyword reply: no text for %q in %q", keyword, language)
	}
	if who == "" {
		return Content{}, errors.New("consent: keyword reply: who is empty")
	}
	if err := checkName(who); err != nil {
		return Content{}, fmt.Errorf("consent: keyword reply: who %w", err)
	}
	if strings.Count(text, "%s") == 1 {
		return Content{Language: language, Text: fmt.Sprintf(text, who), form: KeywordReply}, nil
	}
	// A link is how many can be reached.
	if contactAt == "" || utf8.RuneCountInString(contactAt) > maxAskPart || strings.ContainsFunc(contactAt, notInLine) {
		return Content{}, fmt.Errorf("consent: keyword reply: contactAt is empty, longer than %d characters or more than a line", maxAskPart)
	}
	text = fmt.Sprintf(text, who, contactAt)
	return Content{Language: language, Text: text, form: KeywordReply}, nil
}
