package consent

import (
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// An ActKind says what happened. The zero ActKind is none.
type ActKind uint8

// The kinds of act.
const (
	NoAct   ActKind = iota
	Asked           // the person was asked, and the question reached them
	Given           // the person agreed
	Refused         // a no to a question
	// Withdrawn ends what was given (GDPR art. 7(3)).
	Withdrawn
	// Objected is a no by someone who may never have agreed (GDPR art. 21).
	Objected
	// Informed is the information of GDPR art. 14, recorded on delivery and not
	// on sending.
	Informed
	// Related establishes a relation: a contract, a membership, a sale.
	Related
	// Disconnected says that the number left its holder: older grants end,
	// refusals stay.
	Disconnected
	actKinds
)

var actNames = [actKinds]string{"none", "asked", "given", "refused", "withdrawn", "objected", "informed", "related", "disconnected"}

// String returns the name of k, such as "given".
func (k ActKind) String() string {
	if k < actKinds {
		return actNames[k]
	}
	return fmt.Sprintf("act-%d", uint8(k))
}

// MarshalText returns the name of k.
func (k ActKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what [ActKind.MarshalText] writes.
func (k *ActKind) UnmarshalText(text []byte) error {
	return unmarshalName(text, actNames[:], k, "act kind")
}

// Negative reports whether k is a person's no.
func (k ActKind) Negative() bool { return k == Refused || k == Withdrawn || k == Objected }

// An Author says who made an act. The zero Author is a file: a later act of a
// file never beats an earlier act of the person.
type Author uint8

// The authors.
const (
	ByFile Author = iota
	ByPerson
	ByCarrier
	ByHost
	authors
)

var authorNames = [authors]string{"file", "person", "carrier", "host"}

// String returns "file", "person", "carrier" or "host".
func (a Author) String() string {
	if a < authors {
		return authorNames[a]
	}
	return fmt.Sprintf("author-%d", uint8(a))
}

// MarshalText returns the name of a.
func (a Author) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what [Author.MarshalText] writes.
func (a *Author) UnmarshalText(text []byte) error {
	return unmarshalName(text, authorNames[:], a, "author")
}

// A Grade says how good the evidence of an act is. The zero Grade is the
// weakest.
type Grade uint8

// The grades.
const (
	Asserted  Grade = iota // a supplier says so
	Audited                // a supplier says so and somebody checked
	Witnessed              // this system saw it happen
	grades
)

var gradeNames = [grades]string{"asserted", "audited", "witnessed"}

// String returns "asserted", "audited" or "witnessed".
func (g Grade) String() string {
	if g < grades {
		return gradeNames[g]
	}
	return fmt.Sprintf("grade-%d", uint8(g))
}

// MarshalText returns the name of g.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what [Grade.MarshalText] writes.
func (g *Grade) UnmarshalText(text []byte) error {
	return unmarshalName(text, gradeNames[:], g, "grade")
}

func unmarshalName[T ~uint8](text []byte, names []string, to *T, what string) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("consent: unknown %s %q", what, text)
	}
	*to = T(i)
	return nil
}

// Grantees are whom an act speaks of: parties by name, whole groups, or a
// category with the list of partners that stood behind it on the day. Whether a
// category suffices is for a rule to say, not for the record.
type Grantees struct {
	Parties     []contact.PartyID `json:"parties,omitempty"`
	Groups      []contact.GroupID `json:"groups,omitempty"`
	Category    string            `json:"category,omitempty"`
	PartnerList contact.NoticeID  `json:"partner_list,omitzero"`
}

// Empty reports whether g names nobody. A no that names nobody is a no to
// everybody.
func (g *Grantees) Empty() bool {
	return len(g.Parties) == 0 && len(g.Groups) == 0 && g.Category == ""
}

// Names reports whether g names p, or p's group.
func (g *Grantees) Names(p *contact.Party) bool {
	for _, id := range g.Parties {
		if id == p.ID {
			return true
		}
	}
	if p.Group == "" {
		return false
	}
	for _, id := range g.Groups {
		if id == p.Group {
			return true
		}
	}
	return false
}

// Evidence is the personal part of an act: what an erasure removes. The rest of
// the act commits to it, so that it can be shown unchanged while it is there.
type Evidence struct {
	Text     string `json:"text,omitempty"`  // the words of the person, such as a reply
	Event    string `json:"event,omitempty"` // the carrier's or host's name for what happened
	IP       string `json:"ip,omitempty"`
	URL      string `json:"url,omitempty"`
	Document string `json:"document,omitempty"` // a reference to something kept elsewhere
}

// An Act is one entry of the [Ledger]: what was said, and not what we would
// like to have been said.
type Act struct {
	ID   uuid.UUID `json:"id"`
	Kind ActKind   `json:"kind"`
	By   Author    `json:"by"`
	// Grade is that of the evidence.
	Grade Grade `json:"grade"`
	// Purposes and Channels are those that were spoken of. A no with none means
	// all of them. contact.Prospecting may stand in a no.
	Purposes []contact.Purpose  `json:"purposes,omitempty"`
	Channels contact.ChannelSet `json:"channels,omitzero"`
	Grantees Grantees           `json:"grantees,omitzero"`
	// Base is the base through which the person was reached or collected.
	Base     contact.BaseID   `json:"base,omitempty"`
	Election ElectionID       `json:"election,omitempty"` // a grant for one election ends with it
	Dispatch uuid.UUID        `json:"dispatch,omitzero"`  // the message asked with, or answered
	Notice   contact.NoticeID `json:"notice,omitzero"`    // the words shown
	Form     string           `json:"form,omitempty"`
	Source   string           `json:"source,omitempty"` // who says so: a supplier, an adapter
	// Hours are the time of day agreed to, in the person's zone, for channels
	// that need it; zero means none was named.
	Hours    Hours     `json:"hours,omitzero"`
	Happened time.Time `json:"happened"`
	Recorded time.Time `json:"recorded"`
	Expires  time.Time `json:"expires,omitzero"` // zero means that no end was named
	// Subject is the host's name for the person, where several may share the
	// address. A grant counts only for its subject when both are known.
	Subject string `json:"subject,omitempty"`
	// Evidence is nil after an erasure.
	Evidence *Evidence `json:"evidence,omitempty"`
}

// Hours are a range of time of day, in minutes from midnight, the end not
// included.
type Hours struct {
	From int16 `json:"from"`
	To   int16 `json:"to"`
}

// Validate returns an error that names the first field that is wrong.
func (a *Act) Validate() error {
	fail := func(field, what string) error {
		return fmt.Errorf("consent: act %v: %s %s", a.ID, field, what)
	}
	switch {
	case a.ID == uuid.Nil:
		return fail("ID", "is empty")
	case a.Kind == NoAct || a.Kind >= actKinds:
		return fail("Kind", "is not one of the kinds")
	case a.By >= authors:
		return fail("By", "is not one of the authors")
	case a.Grade >= grades:
		return fail("Grade", "is not one of the grades")
	case a.Happened.IsZero():
		return fail("Happened", "is the zero time")
	case a.Recorded.IsZero():
		return fail("Recorded", "is the zero time")
	case !a.Channels.Valid():
		return fail("Channels", "has unknown bits")
	case a.Hours.From < 0 || a.Hours.To > 24*60 || a.Hours.From > a.Hours.To:
		return fail("Hours", "is not a range within a day")
	case !a.Expires.IsZero() && !a.Expires.After(a.Happened):
		return fail("Expires", "is not after Happened")
	case !a.Expires.IsZero() && a.Kind.Negative():
		return fail("Expires", "is set, and a no never ends by itself")
	}
	for i, p := range a.Purposes {
		if p == "" || p == contact.Prospecting && !a.Kind.Negative() {
			return fail(fmt.Sprintf("Purposes[%d]", i), "is not the purpose of a message")
		}
	}
	if a.Kind != Given && a.Kind != Asked {
		return nil
	}
	switch {
	case len(a.Purposes) == 0:
		return fail("Purposes", "is empty, and consent is for a purpose")
	case a.Channels == 0:
		return fail("Channels", "is empty, and consent is for a channel (CPCE art. L34-5)")
	case a.Grantees.Empty():
		return fail("Grantees", "is empty, and consent is given to somebody")
	}
	return nil
}

// speaksOf reports whether a names purpose p, directly or as a no that reaches
// it.
func (a *Act) speaksOf(p contact.Purpose) bool {
	if len(a.Purposes) == 0 {
		return a.Kind.Negative()
	}
	for _, q := range a.Purposes {
		if q == p || q == contact.Prospecting && q.Covers(p) {
			return true
		}
	}
	return false
}
