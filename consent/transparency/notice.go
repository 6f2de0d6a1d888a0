package transparency

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
)

// A Notice is what a political message tells about itself, beside its label
// (art. 12(1)). Words have both languages where the notice is published in both;
// where one is empty the other is shown.
type Notice struct {
	// Title names the message or the campaign.
	Title   string `json:"title"`
	Sponsor Party  `json:"sponsor"`
	// ControlledBy ultimately controls the sponsor.
	ControlledBy *Party `json:"controlled_by,omitempty"`
	// Payer pays, where that is not the sponsor.
	Payer *Party `json:"payer,omitempty"`
	// From and To are the first and the last day of dissemination, 2006-01-02.
	From string `json:"from"`
	To   string `json:"to"`
	// Paid and Benefits are what providers of services received for this message:
	// in money, and the value of anything else. Nothing is an amount of 0.
	Paid     Amount `json:"paid"`
	Benefits Amount `json:"benefits"`
	// Campaign is both for the whole campaign.
	Campaign *Amount `json:"campaign,omitempty"`
	Funds    Funds   `json:"funds"`
	// Method says how the amounts were calculated.
	Method consent.Words `json:"method"`
	// Elections are linked to the message, as in its label.
	Elections []string `json:"elections,omitempty"`
	// Participation links to official information on how to take part in them.
	Participation []string `json:"participation,omitempty"`
	// Repository links to the message in the European repository.
	Repository string `json:"repository,omitempty"`
	// Report says how to report the message (art. 15), ReportURL where.
	Report    consent.Words `json:"report"`
	ReportURL string        `json:"report_url,omitempty"`
	// Previous says that an earlier version was suspended or ended for an
	// infringement, and which.
	Previous  consent.Words `json:"previous,omitzero"`
	Targeting *Targeting    `json:"targeting,omitempty"`
	// Reach is how many people the message reached; nil where it is not known.
	Reach *int64 `json:"reach,omitempty"`
	// Without has the items that do not apply, with the reason, which is not
	// published. Only an item that is Optional can be there.
	Without map[Key]string `json:"without,omitempty"`
}

// A Party is somebody behind a message.
type Party struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	// Address is the postal one. AddressNotPublic says that there is none to
	// publish.
	Address          string `json:"address,omitempty"`
	AddressNotPublic bool   `json:"address_not_public,omitempty"`
	Established      string `json:"established"` // place of establishment
}

// An Amount is a sum of money. The zero Amount is none: not even nothing.
type Amount struct {
	Hundredths int64  `json:"hundredths"` // of the unit: cents
	Currency   string `json:"currency"`   // ISO 4217
}

// Funds say where the amounts came from: each of the two questions has at least
// one answer.
type Funds struct {
	Public       bool `json:"public"`
	Private      bool `json:"private"`
	InsideUnion  bool `json:"inside_union"`
	OutsideUnion bool `json:"outside_union"`
}

// Targeting says how recipients were chosen by their data (art. 19, from memory:
// unverified).
type Targeting struct {
	Logic  consent.Words `json:"logic"`  // techniques, parameters, and why
	Groups consent.Words `json:"groups"` // who was chosen
	Data   consent.Words `json:"data"`   // categories of data, and where they come from
	// Refuse says how to withdraw consent or object.
	Refuse consent.Words `json:"refuse"`
}

// For returns a notice with what is known from the label: sponsor, who controls
// it, election, and that there was no targeting.
func For(ad *consent.PoliticalAd) Notice {
	n := Notice{Sponsor: Party{Name: ad.Sponsor}, Without: map[Key]string{}}
	if ad.ControlledBy != "" {
		n.ControlledBy = &Party{Name: ad.ControlledBy}
	}
	if ad.Election != "" {
		n.Elections = []string{ad.Election}
	}
	if ad.Targeting == consent.Untargeted {
		n.Without[KeyTargeting] = "declared as untargeted"
	}
	return n
}

// Missing returns what the notice still lacks, in the order of art. 12(1), as
// article and field: "12(1)(a) Sponsor.Email". It is empty for a notice that can
// be published. A field that holds what it cannot counts as lacking: a day that
// is none, an amount below zero, a link that does not start with https://, an
// item in Without that is not Optional, or is there all the same.
func (n *Notice) Missing() []string {
	var out []string
	for _, item := range Items() {
		lacks := n.lacks(item.Key)
		reason, without := n.Without[item.Key]
		if without {
			present := n.present(item.Key)
			switch {
			case present, strings.TrimSpace(reason) == "":
				lacks = append(lacks, fmt.Sprintf("Without[%q]", item.Key))
			default:
				lacks = nil
			}
		}
		for _, field := range lacks {
			out = append(out, item.Article+" "+field)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(n.Without)) {
		if !slices.ContainsFunc(Items(), func(i Item) bool { return i.Key == key }) {
			out = append(out, fmt.Sprintf("12(1) Without[%q]", key))
		}
	}
	return out
}

// present reports whether the notice tells anything of an optional item.
func (n *Notice) present(key Key) bool {
	switch key {
	case KeyController:
		return n.ControlledBy != nil
	case KeyPayer:
		return n.Payer != nil
	case KeyCampaign:
		return n.Campaign != nil
	case KeyElections:
		return len(n.Elections) > 0
	case KeyParticipation:
		return len(n.Participation) > 0
	case KeyRepository:
		return n.Repository != ""
	case KeyPrevious:
		return !blank(n.Previous)
	case KeyTargeting:
		return n.Targeting != nil
	case KeyReach:
		return n.Reach != nil
	default:
		return true
	}
}

// lacks returns the fields of an item that are empty or wrong.
func (n *Notice) lacks(key Key) []string {
	l := lacking{}
	switch key {
	case KeySponsor:
		l.party("Sponsor", &n.Sponsor)
	case KeyController:
		l.party("ControlledBy", n.ControlledBy)
	case KeyPayer:
		l.party("Payer", n.Payer)
	case KeyPeriod:
		from, errFrom := time.Parse(time.DateOnly, n.From)
		to, errTo := time.Parse(time.DateOnly, n.To)
		l.unless("From", errFrom == nil)
		l.unless("To", errTo == nil && !to.Before(from))
	case KeyAmounts:
		l.unless("Paid", n.Paid.valid())
		l.unless("Benefits", n.Benefits.valid())
	case KeyCampaign:
		l.unless("Campaign", n.Campaign != nil && n.Campaign.valid())
	case KeyFunds:
		l.unless("Funds.Public or Private", n.Funds.Public || n.Funds.Private)
		l.unless("Funds.InsideUnion or OutsideUnion", n.Funds.InsideUnion || n.Funds.OutsideUnion)
	case KeyMethod:
		l.unless("Method", !blank(n.Method))
	case KeyElections:
		l.unless("Elections", len(n.Elections) > 0 && !slices.ContainsFunc(n.Elections, empty))
	case KeyParticipation:
		l.unless("Participation", len(n.Participation) > 0 && !slices.ContainsFunc(n.Participation, noLink))
	case KeyRepository:
		l.unless("Repository", !noLink(n.Repository))
	case KeyReport:
		l.unless("Report", !blank(n.Report))
		l.unless("ReportURL", n.ReportURL == "" || !noLink(n.ReportURL))
	case KeyPrevious:
		l.unless("Previous", !blank(n.Previous))
	case KeyTargeting:
		t := n.Targeting
		if t == nil {
			t = &Targeting{}
		}
		l.unless("Targeting.Logic", !blank(t.Logic))
		l.unless("Targeting.Groups", !blank(t.Groups))
		l.unless("Targeting.Data", !blank(t.Data))
		l.unless("Targeting.Refuse", !blank(t.Refuse))
	case KeyReach:
		l.unless("Reach", n.Reach != nil && *n.Reach >= 0)
	}
	return l.fields
}

type lacking struct{ fields []string }

func (l *lacking) unless(field string, there bool) {
	if !there {
		l.fields = append(l.fields, field)
	}
}

func (l *lacking) party(name string, p *Party) {
	if p == nil {
		l.fields = append(l.fields, name)
		return
	}
	l.unless(name+".Name", !empty(p.Name))
	l.unless(name+".Email", strings.Contains(p.Email, "@"))
	l.unless(name+".Address", p.AddressNotPublic || !empty(p.Address))
	l.unless(name+".Established", !empty(p.Established))
}

func (a Amount) valid() bool {
	return a.Hundredths >= 0 && len(a.Currency) == 3 && strings.ToUpper(a.Currency) == a.Currency
}

func empty(s string) bool { return strings.TrimSpace(s) == "" }

func blank(w consent.Words) bool { return empty(w.En) && empty(w.Fr) }

func noLink(s string) bool {
	return !strings.HasPrefix(s, "https://") || len(s) == len("https://") || strings.ContainsAny(s, " \t\r\n")
}
