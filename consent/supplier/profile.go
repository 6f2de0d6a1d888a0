package supplier

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A Profile says what stands behind the files of one supplier under one
// contract. [Import] reads it and does not change it.
type Profile struct {
	Supplier contact.Party      `json:"supplier"`
	Contract string             `json:"contract"` // reference
	Base     contact.BaseID     `json:"base"`     // the one that the people are put into
	Kind     contact.OriginKind `json:"kind"`     // contact.RentedFile or the like
	// Zone is the IANA name of the zone of dates that name none. It is required:
	// a date an hour off is another date.
	Zone    string  `json:"zone"`
	Columns Columns `json:"columns"`
	// Forms are those that people filled in. A form whose words or partners
	// changed stands here once for each version, under the same name.
	Forms []Form `json:"forms"`
	// Grade is that of the acts: consent.Asserted, or consent.Audited with an
	// Inspection that says why.
	Grade      consent.Grade `json:"grade"`
	Inspection *Inspection   `json:"inspection,omitempty"`
	// Flags say what a flag does where it should not be its default.
	Flags  map[Code]Action `json:"flags,omitempty"`
	Limits Limits          `json:"limits,omitzero"`
}

// An Inspection is what makes a supplier's word audited: somebody looked at the
// forms and proofs themselves, and wrote down what they saw.
type Inspection struct {
	Document string    `json:"document"` // reference of the report
	Auditor  string    `json:"auditor"`
	On       time.Time `json:"on"`
}

// String returns the reference that acts keep as consent.Evidence.Document.
func (i *Inspection) String() string {
	return fmt.Sprintf("%s (%s, %s)", i.Document, i.Auditor, i.On.UTC().Format(time.DateOnly))
}

// A Form is one version of a form, and what people agreed to with it.
type Form struct {
	Name      string `json:"name"`      // as the file has it
	Collector string `json:"collector"` // who put the question
	// Sites are the hosts where the form stood, such as "jeux.example"; those
	// below them count too. They are required where a column holds the URL.
	Sites []string `json:"sites,omitempty"`
	// Notice is what people were shown, with the partners of that version.
	Notice contact.Notice `json:"notice"`
	// From is when this version went on-line, and Until when it no longer was:
	// the first instant that is not of it, or zero while it is in use.
	From  time.Time `json:"from"`
	Until time.Time `json:"until,omitzero"`
	// Purposes, Channels and Grantees are those that the notice discloses. A
	// category of grantees needs Notice.PartnersVersion; the acts name the
	// notice as its list of partners.
	Purposes []contact.Purpose  `json:"purposes"`
	Channels contact.ChannelSet `json:"channels"`
	Grantees consent.Grantees   `json:"grantees"`
	// Hours are those agreed to for automated calls, which need them.
	Hours consent.Hours `json:"hours,omitzero"`
}

// Columns name the columns of a file. Empty means that it has none.
type Columns struct {
	// ID is the supplier's name for the person. Without, people are named by
	// the fingerprint of their first address.
	ID    string `json:"id,omitempty"`
	Phone string `json:"phone,omitempty"` // this, Email or both
	Email string `json:"email,omitempty"`
	Date  string `json:"date"` // when the person agreed
	// Layout is how dates are written, as for time.Parse. Empty means as
	// contact.Column.Layout says.
	Layout string `json:"layout,omitempty"`
	// Form may be empty where the profile has one form name only.
	Form string `json:"form,omitempty"`
	IP   string `json:"ip,omitempty"`
	URL  string `json:"url,omitempty"`
	// More are columns of other kinds, such as attributes.
	More []contact.Column `json:"more,omitempty"`
}

// Limits are the borders of flags. A zero field is its default.
type Limits struct {
	// SameSecond is how many grants of one form in one second are too many: the
	// default is 1,000. Where a file has no seconds, it is a minute's.
	SameSecond uint32 `json:"same_second,omitempty"`
	// SharedIP is how many grants from one IPv4 address, or one IPv6 network of
	// 64 bits, are too many: the default is 100. Mobile networks put many people
	// behind one address.
	SharedIP uint32 `json:"shared_ip,omitempty"`
	// Years is how old a grant may be at import: the default is 3 (CNIL,
	// commercial activities: FR-RET-1).
	Years int `json:"years,omitempty"`
}

func (l Limits) withDefaults() Limits {
	if l.SameSecond == 0 {
		l.SameSecond = 1000
	}
	if l.SharedIP == 0 {
		l.SharedIP = 100
	}
	if l.Years == 0 {
		l.Years = 3
	}
	return l
}

// Validate returns an error that names the first field that is wrong.
func (p *Profile) Validate() error {
	fail := func(field, what string) error { return fmt.Errorf("supplier: profile: %s %s", field, what) }
	switch {
	case p.Supplier.ID == "":
		return fail("Supplier.ID", "is empty")
	case p.Supplier.Name == "":
		return fail("Supplier.Name", "is empty")
	case p.Contract == "":
		return fail("Contract", "is empty")
	case p.Base == "":
		return fail("Base", "is empty")
	case p.Kind == "":
		return fail("Kind", "is empty")
	case p.Zone == "":
		return fail("Zone", "is empty")
	case p.Grade != consent.Asserted && p.Grade != consent.Audited:
		return fail("Grade", "is neither asserted nor audited: nobody here saw it happen")
	case p.Grade == consent.Audited && p.Inspection == nil:
		return fail("Inspection", "is nil, and Grade is audited")
	case p.Limits.Years < 0:
		return fail("Limits.Years", "is negative")
	}
	if _, err := p.location(); err != nil {
		return fail("Zone", "is not an IANA zone")
	}
	if i := p.Inspection; i != nil {
		switch {
		case i.Document == "":
			return fail("Inspection.Document", "is empty")
		case i.Auditor == "":
			return fail("Inspection.Auditor", "is empty")
		case i.On.IsZero():
			return fail("Inspection.On", "is the zero time")
		}
	}
	for code, action := range p.Flags {
		switch {
		case code == NoFlag || code >= codes:
			return fail("Flags", "has an unknown code")
		case action != Refuse && action != Record:
			return fail(fmt.Sprintf("Flags[%v]", code), "is neither refuse nor record")
		case action == Record && flagTable[code].fixed:
			return fail(fmt.Sprintf("Flags[%v]", code), "is record, and there is nothing that could be recorded")
		}
	}
	if err := p.validateColumns(fail); err != nil {
		return err
	}
	if len(p.Forms) == 0 {
		return fail("Forms", "is empty")
	}
	for i := range p.Forms {
		prefix := fmt.Sprintf("Forms[%d].", i)
		if err := p.validateForm(&p.Forms[i], func(field, what string) error { return fail(prefix+field, what) }); err != nil {
			return err
		}
		for j := range i {
			if p.Forms[i].Name == p.Forms[j].Name && p.Forms[i].overlaps(&p.Forms[j]) {
				return fail(prefix+"From", fmt.Sprintf("to Until overlaps with that of Forms[%d], which has the same name", j))
			}
		}
	}
	return nil
}

func (p *Profile) validateColumns(fail func(field, what string) error) error {
	c := &p.Columns
	names := 0
	for i := range p.Forms {
		if p.Forms[i].Name != p.Forms[0].Name {
			names = 1
		}
	}
	switch {
	case c.Phone == "" && c.Email == "":
		return fail("Columns.Phone", "and Email are empty, and one is needed")
	case c.Date == "":
		return fail("Columns.Date", "is empty")
	case c.Form == "" && names > 0:
		return fail("Columns.Form", "is empty, and there are several forms")
	}
	for i, more := range c.More {
		switch more.Kind {
		case contact.IDColumn, contact.PhoneColumn, contact.EmailColumn, contact.CollectedColumn, contact.HostColumn:
			return fail(fmt.Sprintf("Columns.More[%d].Kind", i), "is one that has a field of its own, or is none to read")
		}
	}
	return nil
}

func (p *Profile) validateForm(f *Form, fail func(field, what string) error) error {
	switch {
	case f.Name == "" || f.Name != strings.TrimSpace(f.Name):
		return fail("Name", "is empty or has spaces around it")
	case f.Collector == "":
		return fail("Collector", "is empty")
	case p.Columns.URL != "" && len(f.Sites) == 0:
		return fail("Sites", "is empty, and a column holds the URL")
	case f.Notice.Text == "":
		return fail("Notice.Text", "is empty")
	case f.Notice.Language == "":
		return fail("Notice.Language", "is empty")
	case f.From.IsZero():
		return fail("From", "is the zero time")
	case !f.Until.IsZero() && !f.Until.After(f.From):
		return fail("Until", "is not after From")
	case len(f.Purposes) == 0:
		return fail("Purposes", "is empty")
	case f.Channels == 0 || !f.Channels.Valid():
		return fail("Channels", "is empty or has unknown bits")
	case f.Grantees.Empty():
		return fail("Grantees", "is empty, and consent is given to somebody")
	case f.Grantees.Category != "" && f.Notice.PartnersVersion == "":
		return fail("Notice.PartnersVersion", "is empty, and Grantees is a category")
	case !f.Grantees.PartnerList.IsZero() && f.Grantees.PartnerList != f.Notice.ID():
		return fail("Grantees.PartnerList", "is another than Notice")
	case f.Channels.Has(contact.AutomatedVoice) && f.Hours == consent.Hours{}:
		return fail("Hours", "is empty, and consent to automated calls is for a time of day (CNIL, 21 April 2017)")
	case f.Hours.From < 0 || f.Hours.To > 24*60 || f.Hours.From > f.Hours.To:
		return fail("Hours", "is not a range within a day")
	}
	for i, site := range f.Sites {
		if site == "" || strings.ContainsAny(site, "/:@ ") || strings.ToLower(site) != site {
			return fail(fmt.Sprintf("Sites[%d]", i), "is not a host in lower case")
		}
	}
	if i := slices.IndexFunc(f.Purposes, func(q contact.Purpose) bool { return !q.ValidForMessage() }); i >= 0 {
		return fail(fmt.Sprintf("Purposes[%d]", i), "is not the purpose of a message")
	}
	return nil
}

// location returns the zone. time.LoadLocation would take "" for UTC and
// "Local" for whatever this machine is set to.
func (p *Profile) location() (*time.Location, error) {
	if strings.EqualFold(p.Zone, "local") {
		return nil, fmt.Errorf("supplier: a zone of this machine")
	}
	return time.LoadLocation(p.Zone)
}

// valid reports whether f was on-line at t.
func (f *Form) valid(t time.Time) bool {
	return !t.Before(f.From) && (f.Until.IsZero() || t.Before(f.Until))
}

func (f *Form) overlaps(g *Form) bool {
	return (g.Until.IsZero() || f.From.Before(g.Until)) && (f.Until.IsZero() || g.From.Before(f.Until))
}

// origin is what contacts that came by f keep.
func (p *Profile) origin(f *Form) *contact.Origin {
	o := &contact.Origin{Kind: p.Kind, Collector: p.Supplier.Name, Supplier: p.Supplier.Name, Contract: p.Contract}
	if f != nil {
		o.Collector, o.Form, o.Notice = f.Collector, f.Name, f.Notice.ID()
		o.Purposes, o.Recipients = slices.Clone(f.Purposes), slices.Clone(f.Notice.Partners)
	}
	return o
}
