package consent

import (
	"fmt"
	"strings"
	"time"
)

// A PoliticalAd is what a political message has to say of itself, and what has
// to be known of who pays for it, under Regulation (EU) 2024/900: see the rules
// of regime.EuropeanUnion. Names are as recipients should read them; the text of
// a message must have each as it is written here, letter case and accents aside.
type PoliticalAd struct {
	// Sponsor is at whose request, or on whose behalf, the message is sent, and
	// ControlledBy the entity that ultimately controls the sponsor, if there is
	// one (art. 11(1)(b)).
	Sponsor      string `json:"sponsor"`
	ControlledBy string `json:"controlled_by,omitempty"`
	// Election is the election, referendum or legislative process that the
	// message is linked to (art. 11(1)(c)). It may be empty only where the
	// request names no election.
	Election string `json:"election,omitempty"`
	// NoticeURL is where the transparency notice can be read (art. 11(1)(e)). It
	// is not the NoticeURL of the request, which tells about personal data.
	NoticeURL string `json:"notice_url"`
	// Targeting says whether people were chosen by their personal data.
	Targeting Targeting `json:"targeting,omitempty"`
	// Standing says what the sponsor is, for the last three months before a poll
	// (art. 5(2)).
	Standing SponsorStanding `json:"standing,omitempty"`
	// Declaration is the sponsor's own, nil while there is none (art. 7).
	Declaration *SponsorDeclaration `json:"declaration,omitempty"`
	// Wordings are those of the label in languages other than English and
	// French, which the library has.
	Wordings []AdWording `json:"wordings,omitempty"`
}

// Targeting says whether targeting or ad-delivery techniques with personal data
// choose who gets a message.
type Targeting string

// The answers. Rules take TargetingUnknown as Targeted.
const (
	TargetingUnknown Targeting = ""
	// Targeted: recipients, or what each of them reads, are chosen by data about
	// them: age, district, what they did.
	Targeted Targeting = "targeted"
	// Untargeted: everybody of a list gets the same.
	Untargeted Targeting = "untargeted"
)

// A SponsorStanding says which of those who may pay for political messages in
// the last three months before a poll a sponsor is.
type SponsorStanding string

// The standings. Rules take SponsorUnknown as SponsorOutside.
const (
	SponsorUnknown SponsorStanding = ""
	// SponsorCitizen is a citizen of the Union.
	SponsorCitizen SponsorStanding = "union-citizen"
	// SponsorVoter is a national of a third country who resides in the Union
	// permanently and may vote in that poll.
	SponsorVoter SponsorStanding = "resident-voter"
	// SponsorEntity is a legal person established in the Union that is not
	// ultimately controlled from a third country.
	SponsorEntity SponsorStanding = "union-entity"
	// SponsorOutside is anybody else.
	SponsorOutside SponsorStanding = "third-country"
)

// A SponsorDeclaration is the word of a sponsor that the message is political
// advertising and that they may pay for it.
type SponsorDeclaration struct {
	Signatory string `json:"signatory"`
	Date      string `json:"date"` // of signature, 2006-01-02
	Document  string `json:"document,omitempty"`
}

// An AdWording has the fixed words of a label in one language.
type AdWording struct {
	Language      string `json:"language"`      // BCP 47
	Advertisement string `json:"advertisement"` // "Political advertisement"
	Targeted      string `json:"targeted"`      // "Targeted message"
	ControlledBy  string `json:"controlled_by"` // "controlled by", before a name
}

// adWordings are an inference: of the label, the reference has the French
// statement alone, and no official wording of the others was read.
var adWordings = []AdWording{
	{Language: "en", Advertisement: "Political advertisement", Targeted: "Targeted message", ControlledBy: "controlled by"},
	{Language: "fr", Advertisement: "Publicité politique", Targeted: "Message ciblé", ControlledBy: "dépendant de"}, // ô would cost half of each SMS
}

// wordings returns those of the library and of the host.
func (a *PoliticalAd) wordings() []AdWording {
	return append(append([]AdWording(nil), adWordings...), a.Wordings...)
}

// Label returns the text that a message must carry to be recognized as political
// advertising, in one line: the statement, the sponsor, the election, that it
// was targeted, unless it is [Untargeted], and the link to the transparency
// notice, in the order of art. 11(1). It is in the language of the first wording
// for the tag language or for its first part, and in English where there is none.
// The library's own words are in the GSM alphabet of SMS.
func (a *PoliticalAd) Label(language string) string {
	w := a.wording(language)
	sponsor := a.Sponsor
	if a.ControlledBy != "" {
		sponsor += ", " + w.ControlledBy + " " + a.ControlledBy
	}
	parts := []string{w.Advertisement, sponsor}
	if a.Election != "" {
		parts = append(parts, a.Election)
	}
	if a.Targeting != Untargeted {
		parts = append(parts, w.Targeted)
	}
	return strings.Join(append(parts, a.NoticeURL), " - ")
}

func (a *PoliticalAd) wording(language string) AdWording {
	primary, _, _ := strings.Cut(language, "-")
	for _, tag := range []string{language, primary} {
		for _, w := range a.wordings() {
			if strings.EqualFold(w.Language, tag) {
				return w
			}
		}
	}
	return adWordings[0]
}

// Validate returns an error that names the first field that is wrong.
func (a *PoliticalAd) Validate() error {
	fail := func(field, what string) error { return fmt.Errorf("consent: political ad: %s %s", field, what) }
	switch {
	case strings.TrimSpace(a.Sponsor) == "":
		return fail("Sponsor", "is empty")
	case !strings.HasPrefix(a.NoticeURL, "https://") || strings.ContainsFunc(a.NoticeURL, notInLink):
		return fail("NoticeURL", "is not a link that starts with https://")
	}
	for _, part := range []struct{ name, text string }{{"Sponsor", a.Sponsor}, {"ControlledBy", a.ControlledBy}, {"Election", a.Election}} {
		if strings.ContainsFunc(part.text, notInLine) {
			return fail(part.name, "is not one line")
		}
	}
	switch a.Targeting {
	case TargetingUnknown, Targeted, Untargeted:
	default:
		return fail("Targeting", "is neither targeted nor untargeted")
	}
	switch a.Standing {
	case SponsorUnknown, SponsorCitizen, SponsorVoter, SponsorEntity, SponsorOutside:
	default:
		return fail("Standing", "is none of those known")
	}
	if d := a.Declaration; d != nil {
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil || strings.TrimSpace(d.Signatory) == "" {
			return fail("Declaration", "has no Signatory, or no Date like 2006-01-02")
		}
	}
	for i, w := range a.Wordings {
		for _, part := range []string{w.Language, w.Advertisement, w.Targeted, w.ControlledBy} {
			if strings.TrimSpace(part) == "" || strings.ContainsFunc(part, notInLine) {
				return fail(fmt.Sprintf("Wordings[%d]", i), "has a part that is empty, or not one line")
			}
		}
	}
	return nil
}

// adMarks are what to look for in a text, folded.
type adMarks struct {
	statements, targeted []string // any of them; no targeted where none is asked for
	names                []string // all of them
	notice               string
}

func (a *PoliticalAd) marks() *adMarks {
	if a == nil {
		return nil
	}
	m := &adMarks{notice: a.NoticeURL}
	for _, w := range a.wordings() {
		m.statements = append(m.statements, foldText(w.Advertisement))
		if a.Targeting != Untargeted {
			m.targeted = append(m.targeted, foldText(w.Targeted))
		}
	}
	for _, name := range []string{a.Sponsor, a.ControlledBy, a.Election} {
		if name != "" {
			m.names = append(m.names, foldText(name))
		}
	}
	return m
}

// in reports what of a label text holds: the statement with every name, and the
// link with the word that it was targeted. Folded is text as foldText makes it.
func (m *adMarks) in(text, folded string) (label, notice bool) {
	if m == nil {
		return false, false
	}
	label = containsAny(folded, m.statements)
	for _, name := range m.names {
		label = label && containsWord(folded, name)
	}
	notice = hasLink(text, m.notice) && (len(m.targeted) == 0 || containsAny(folded, m.targeted))
	return label, notice
}

func containsAny(folded string, words []string) bool {
	for _, w := range words {
		if containsWord(folded, w) {
			return true
		}
	}
	return false
}
