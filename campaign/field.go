package campaign

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"golang.org/x/text/unicode/norm"
)

// A FieldType says what kind of value a field takes, and how it is written. The
// zero FieldType is a text.
type FieldType string

// The types of field. There is none for a bool, which has no words of its own.
const (
	// TextField takes a text on one line. A telephone number, a postcode and
	// any other code is a text.
	TextField FieldType = "text"
	// NumberField takes a whole number, written as the language of the template
	// does: from five digits on in groups of three, 12 345 in French and 12,345
	// in English, so that a year stays in one piece. It stays in the GSM-7
	// alphabet.
	NumberField FieldType = "number"
	// DateField takes a calendar day, which has no time zone, of the years 1000
	// to 9999. It is written "1er juin 2024" in French, "1 June 2024" in English
	// and "June 1, 2024" in that of the United States. In an SMS août is spelt
	// aout, as the reform of 1990 allows, since û is not in the GSM-7 alphabet.
	DateField FieldType = "date"
	// LinkField takes a text that is a link: https, a host, ASCII throughout,
	// and no user name.
	LinkField FieldType = "link"
)

// A Field declares one place of a template.
type Field struct {
	// Name is that of the place and of the attribute.
	Name string `json:"name"`
	// Type is what the attribute must hold. Empty means TextField. Numbers and
	// dates are for templates in French and English.
	Type FieldType `json:"type,omitempty"`
	// Default is written, as it stands, for a contact without the attribute, or
	// whose text is blank. A field without one leaves such contacts out. It does
	// not stand in for a value that is wrong or too long, which leaves the
	// contact out: somebody has to look at it.
	Default string `json:"default,omitempty"`
	// MaxLength is the most characters that a value may have, as it is written;
	// 0 means 40 for a text, 100 for a link, and whatever a number or a date
	// takes. A longer value leaves the contact out: a text is never cut.
	MaxLength int `json:"max_length,omitempty"`
}

// The lengths of fields without a MaxLength, in characters.
const (
	defaultTextLength   = 40
	defaultLinkLength   = 100
	defaultNumberLength = len("-9 223 372 036 854 775 808")
	defaultDateLength   = len("September 30, 2024")
)

func (f *Field) max() int {
	switch {
	case f.MaxLength > 0:
		return f.MaxLength
	case f.Type == LinkField:
		return defaultLinkLength
	case f.Type == NumberField:
		return defaultNumberLength
	case f.Type == DateField:
		return defaultDateLength
	default:
		return defaultTextLength
	}
}

// shortest returns how short a value can be, the Default aside.
func (f *Field) shortest() int {
	switch f.Type {
	case LinkField:
		return len("https://x")
	case DateField:
		return len("9 mai 2024")
	default:
		return 1
	}
}

// check returns an error for what no template of that language can declare.
func (f *Field) check(language string) error {
	switch {
	case f.Name == "" || strings.ContainsAny(f.Name, "{}") || strings.ContainsFunc(f.Name, notInName):
		return problem("Name %q is not a name", f.Name)
	case f.Name == placeOrigin || f.Name == placeNotice || f.Name == placeController || f.Name == placeLabel:
		return problem("%q is known to every template", f.Name)
	case f.MaxLength < 0:
		return problem("MaxLength is negative")
	case f.max() < f.shortest():
		return problem("MaxLength is less than the %d characters that a %s takes", f.shortest(), f.Type)
	}
	switch f.Type {
	case "", TextField, LinkField:
	case NumberField, DateField:
		if tongueOf(language, contact.NoChannel) == nil {
			return problem("a %s can be written in French and English only", f.Type)
		}
	default:
		return problem("unknown Type %q", f.Type)
	}
	if f.Default == "" {
		return nil
	}
	switch _, code := bounded(f.Default, f.max()); {
	case code == CodeValueLong:
		return problem("Default is longer than MaxLength")
	case code == CodeValue:
		return problem("Default is blank")
	case code != "":
		return problem("Default holds a character that a value may not")
	case f.Type == LinkField && !isLink(f.Default):
		return problem("Default is not a link that starts with https://")
	}
	return nil
}

func notInName(r rune) bool { return unicode.IsSpace(r) || notInValue(r) }

// words returns what a value says in a message, or why it cannot say it.
func (f *Field) words(v contact.Value, ok bool, in *tongue) (string, consent.Code) {
	if !ok || v.Kind() == contact.TextValue && strings.TrimSpace(v.String()) == "" {
		return f.Default, missingUnless(f.Default != "")
	}
	switch {
	case f.Type == NumberField && v.Kind() == contact.NumberValue:
		return bounded(in.number(v.Int()), f.max())
	case f.Type == DateField && v.Kind() == contact.DateValue:
		day, ok := in.date(v)
		if !ok {
			return "", CodeValueWrong
		}
		return bounded(day, f.max())
	case f.Type == NumberField || f.Type == DateField || v.Kind() != contact.TextValue:
		return "", CodeValueWrong
	case f.Type == LinkField && !isLink(v.String()):
		return "", CodeValueWrong
	}
	return bounded(v.String(), f.max())
}

func missingUnless(there bool) consent.Code {
	if there {
		return ""
	}
	return CodeValue
}

// bounded returns text composed (NFC), or why a message cannot hold it.
func bounded(text string, most int) (string, consent.Code) {
	ascii := true
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			ascii = false
			break
		}
	}
	if strings.TrimSpace(text) == "" {
		return "", CodeValue
	}
	if ascii {
		if len(text) > most {
			return "", CodeValueLong
		}
		return text, ""
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, notInValue) {
		return "", CodeValueWrong
	}
	text = norm.NFC.String(text)
	// What begins with an accent would change the word before it.
	if !norm.NFC.PropertiesString(text).BoundaryBefore() {
		return "", CodeValueWrong
	}
	if utf8.RuneCountInString(text) > most {
		return "", CodeValueLong
	}
	return text, ""
}

// notInValue reports whether r ends a line, cannot be seen, turns the direction
// of the text (the bidirectional controls), or stands for what could not be
// read. The two joiners belong to words and to pictures.
func notInValue(r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return false
	case utf8.RuneError:
		return true
	default:
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	}
}

// isLink reports whether s is a link that a message may hold.
func isLink(s string) bool {
	if !strings.HasPrefix(s, "https://") {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte("\"<>\\^`{|}", s[i]) >= 0 {
			return false
		}
	}
	u, err := url.Parse(s)
	return err == nil && u.Hostname() != "" && u.User == nil
}
