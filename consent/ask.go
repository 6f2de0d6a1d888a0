package consent

import (
	"fmt"
	"strings"
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
	if a.Who == "" {
		return fmt.Errorf("consent: ask: Who is empty")
	}
	for _, part := range []struct{ name, text string }{{"Who", a.Who}, {"Party", a.Party}, {"Election", a.Election}, {"ReplyTo", a.ReplyTo}} {
		if utf8.RuneCountInString(part.text) > maxAskPart {
			return fmt.Errorf("consent: ask: %s is longer than %d characters, and is a name", part.name, maxAskPart)
		}
		if strings.ContainsAny(part.text, "!?\n\r{}") || strings.Contains(part.text, "://") {
			return fmt.Errorf("consent: ask: %s holds more than a name", part.name)
		}
	}
	return nil
}

// Content returns the request as one person reads it, whose data came from
// origin: the name of where it came from is part of it.
func (a *Ask) Content(origin *contact.Origin) (Content, error) {
	if err := a.Validate(); err != nil {
		return Content{}, err
	}
	if origin == nil || origin.Named() == "" {
		return Content{}, fmt.Errorf("consent: ask: no origin to name")
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
	if who == "" || utf8.RuneCountInString(who) > maxAskPart || utf8.RuneCountInString(contactAt) > maxAskPart {
		return Content{}, fmt.Errorf("consent: keyword reply: a name is empty or longer than %d characters", maxAskPart)
	}
	if strings.Count(text, "%s") == 1 {
		text = fmt.Sprintf(text, who)
	} else {
		text = fmt.Sprintf(text, who, contactAt)
	}
	return Content{Language: language, Text: text, form: KeywordReply}, nil
}
