package supplier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// sampleSize is how many proofs an audit shows at most.
const sampleSize = 100

// auditPage is how many contacts an audit reads at a time.
const auditPage = 1000

// AuditOptions say what [Audit] reads. All but Profiles, Purpose, MinGrade and
// Seed are required.
type AuditOptions struct {
	Base      contact.BaseID
	Source    contact.Source
	Ledger    consent.Ledger
	Register  *consent.Register // for its keyring and clock
	Documents consent.Documents
	// Profiles know when forms were on-line. A form that none knows has no
	// dates that could be checked.
	Profiles []*Profile
	// Purpose, unless empty, leaves grants for others out.
	Purpose contact.Purpose
	// MinGrade is what evidence has to be: consent.Asserted unless set.
	MinGrade consent.Grade
	Seed     uint64 // of the sample
}

// Missing says what a proof lacks.
type Missing string

// What can be missing. A proof is complete when nothing is.
const (
	MissingAct      Missing = "act"       // no grant in the ledger
	Ended           Missing = "refused"   // the person said no, and no later yes of theirs stands
	InFuture        Missing = "future"    // the grant is dated later than the audit
	MissingNotice   Missing = "notice"    // the grant names no notice, and no message that it answers
	MissingText     Missing = "text"      // the text of the notice is not on file
	MissingForm     Missing = "form"      // no profile knows the form, or the grant names none
	OutsideForm     Missing = "form-date" // the form was not on-line on that date
	MissingEvidence Missing = "evidence"  // empty or erased
	MissingGrade    Missing = "grade"     // the evidence is weaker than AuditOptions.MinGrade
)

// An AuditReport says how much of a base is backed by evidence. It holds no
// address but masked ones.
type AuditReport struct {
	Base     contact.BaseID `json:"base"`
	At       time.Time      `json:"at"`
	Contacts int            `json:"contacts"`
	Complete int            `json:"complete"` // contacts with a complete proof
	Refused  int            `json:"refused"`  // contacts with a no in the ledger, of any purpose
	Groups   []AuditGroup   `json:"groups"`   // by supplier and form
	Seed     uint64         `json:"seed"`
	Sample   []Proof        `json:"sample"` // in the order of the base
}

// An AuditGroup is the contacts whose youngest origin is one form of one
// supplier.
type AuditGroup struct {
	Supplier string          `json:"supplier"` // or who collected, when nobody came between
	Form     string          `json:"form,omitempty"`
	Contacts int             `json:"contacts"`
	Complete int             `json:"complete"`
	Missing  map[Missing]int `json:"missing,omitempty"`
	Months   map[string]int  `json:"months,omitempty"` // dates of the grants, in UTC, such as "2024-03"
	// Notices are those that the grants name, by digest in ascending order.
	Notices []AuditNotice `json:"notices,omitempty"`
}

// An AuditNotice is a notice that grants name.
type AuditNotice struct {
	ID     contact.NoticeID `json:"id"` // SHA-256 of the text and its partners
	OnFile bool             `json:"on_file"`
	Acts   int              `json:"acts"`
}

// A Proof is what stands behind one contact.
type Proof struct {
	Address  contact.Address  `json:"address"` // prints masked
	Supplier string           `json:"supplier"`
	Form     string           `json:"form,omitempty"`
	Act      uuid.UUID        `json:"act,omitzero"`
	Happened time.Time        `json:"happened,omitzero"`
	Grade    consent.Grade    `json:"grade"`
	Notice   contact.NoticeID `json:"notice,omitzero"`
	Missing  []Missing        `json:"missing,omitempty"`
}

// Audit reads a whole base and what the ledger says of it, and reports by
// supplier and form how many contacts have complete evidence: a grant that is
// not dated in the future and that no refusal ended, with a notice whose text is
// on file, of a form that was on-line on that date, with evidence of the grade
// asked for. Of several grants of a contact the one that lacks least counts,
// and of those the latest.
//
// It shows up to a hundred proofs, drawn at random: every contact has the same
// chance, and the same seed draws the same of a base that did not change. It
// holds one page and the sample in memory, and a count for each supplier, form,
// month and notice.
func Audit(ctx context.Context, o AuditOptions) (AuditReport, error) {
	switch {
	case o.Base == "":
		return AuditReport{}, errors.New("supplier: audit: Base is empty")
	case o.Source == nil || o.Ledger == nil || o.Register == nil || o.Documents == nil:
		return AuditReport{}, errors.New("supplier: audit: Source, Ledger, Register or Documents is missing")
	}
	for n, p := range o.Profiles {
		if err := p.Validate(); err != nil {
			return AuditReport{}, fmt.Errorf("supplier: audit: Profiles[%d]: %w", n, err)
		}
	}
	a := &auditor{
		AuditOptions: o, report: AuditReport{Base: o.Base, At: o.Register.Clock().Now(), Seed: o.Seed},
		rng: rand.New(rand.NewPCG(o.Seed, 0)), groups: map[groupKey]*group{}, texts: map[contact.NoticeID]bool{},
	}
	var next contact.Position
	for {
		page, err := o.Source.Page(ctx, o.Base, next, auditPage)
		if err != nil {
			return AuditReport{}, fmt.Errorf("supplier: audit: %w", err)
		}
		if err := a.page(ctx, &page); err != nil {
			return AuditReport{}, fmt.Errorf("supplier: audit: %w", err)
		}
		if page.Next == "" {
			return a.finish(), nil
		}
		next = page.Next
	}
}

type auditor struct {
	AuditOptions
	report AuditReport
	rng    *rand.Rand
	sample []drawn
	groups map[groupKey]*group
	texts  map[contact.NoticeID]bool // whether they are on file
}

// drawn is a proof with its place in the base.
type drawn struct {
	Proof
	place int
}

type groupKey struct{ supplier, form string }

type group struct {
	AuditGroup
	notices map[contact.NoticeID]int
}

func (a *auditor) page(ctx context.Context, page *contact.Page) error {
	keyring := a.Register.Keyring()
	if page.Key != keyring.ID() {
		keyring.Hasher().Stamp(page.Contacts)
	}
	var prints []contact.Fingerprint
	for i := range page.Contacts {
		for _, p := range page.Contacts[i].Points {
			prints = append(prints, p.Fingerprint)
		}
	}
	histories, err := a.Ledger.Read(ctx, keyring.ID(), prints)
	if err != nil {
		return err
	}
	for i := range page.Contacts {
		c := &page.Contacts[i]
		if err := a.contact(ctx, c, histories[:len(c.Points)]); err != nil {
			return err
		}
		histories = histories[len(c.Points):]
	}
	return nil
}

// contact weighs what stands behind one contact.
func (a *auditor) contact(ctx context.Context, c *contact.Contact, histories []consent.History) error {
	key := groupKey{}
	if p := c.Latest(); p != nil {
		key = groupKey{p.Origin.Named(), p.Origin.Form}
	}
	best := Proof{Supplier: key.supplier, Form: key.form, Missing: []Missing{MissingAct}}
	if len(c.Points) > 0 {
		best.Address = c.Points[0].Address
	}
	said := false
	for i, h := range histories {
		for n := range h.Acts {
			act := &h.Acts[n]
			said = said || act.Kind.Negative()
			if act.Kind != consent.Given || a.Purpose != "" && !slices.Contains(act.Purposes, a.Purpose) {
				continue
			}
			proof, err := a.weigh(ctx, act, h.Acts)
			if err != nil {
				return err
			}
			proof.Address, proof.Supplier, proof.Form = c.Points[i].Address, key.supplier, key.form
			if best.worse(&proof) {
				best = proof
			}
		}
	}
	a.count(key, &best, said)
	return nil
}

// weigh says what the grant act lacks.
func (a *auditor) weigh(ctx context.Context, act *consent.Act, acts []consent.Act) (Proof, error) {
	p := Proof{Act: act.ID, Happened: act.Happened, Grade: act.Grade, Notice: act.Notice}
	lacks := func(m Missing) { p.Missing = append(p.Missing, m) }
	if ended(act, acts) {
		lacks(Ended)
	}
	if act.Happened.After(a.report.At) {
		lacks(InFuture)
	}
	switch {
	case act.Notice.IsZero() && act.Dispatch == uuid.Nil:
		lacks(MissingNotice)
	case act.Notice.IsZero(): // an answer to a message of ours, which is kept
	default:
		onFile, err := a.onFile(ctx, act.Notice)
		if err != nil {
			return p, err
		}
		if !onFile {
			lacks(MissingText)
		}
	}
	if m := a.form(act); m != "" {
		lacks(m)
	}
	if act.Evidence == nil || *act.Evidence == (consent.Evidence{}) {
		lacks(MissingEvidence)
	}
	if act.Grade < a.MinGrade {
		lacks(MissingGrade)
	}
	return p, nil
}

// ended reports whether a no that reaches a purpose and channel of the grant
// ended it, as consent.Fold has it: any no where a file says so, and one at the
// same instant or later where the person did.
func ended(grant *consent.Act, acts []consent.Act) bool {
	return slices.ContainsFunc(acts, func(no consent.Act) bool {
		if no.Kind == consent.Disconnected {
			return !grant.Happened.After(no.Happened)
		}
		if !no.Kind.Negative() || no.Channels != 0 && no.Channels&grant.Channels == 0 {
			return false
		}
		reaches := len(no.Purposes) == 0 || slices.ContainsFunc(no.Purposes, func(q contact.Purpose) bool {
			return slices.ContainsFunc(grant.Purposes, q.Covers)
		})
		return reaches && (grant.By != consent.ByPerson || !grant.Happened.After(no.Happened))
	})
}

// form says what is missing of the form of a grant. The person's own words here
// need no form of a supplier.
func (a *auditor) form(act *consent.Act) Missing {
	if act.Grade == consent.Witnessed {
		return ""
	}
	known := false
	for _, p := range a.Profiles {
		for i := range p.Forms {
			f := &p.Forms[i]
			if p.Supplier.Name != act.Source || f.Name != act.Form || f.Notice.ID() != act.Notice {
				continue
			}
			known = true
			if f.valid(act.Happened) {
				return ""
			}
		}
	}
	if known {
		return OutsideForm
	}
	return MissingForm
}

// onFile looks a notice up once.
func (a *auditor) onFile(ctx context.Context, id contact.NoticeID) (bool, error) {
	if known, ok := a.texts[id]; ok {
		return known, nil
	}
	n, err := a.Documents.Notice(ctx, id)
	if err != nil && !errors.Is(err, contact.ErrNotFound) {
		return false, err
	}
	a.texts[id] = err == nil && n.Text != ""
	return a.texts[id], nil
}

// worse reports whether p proves less than q.
func (p *Proof) worse(q *Proof) bool {
	if p.Act == uuid.Nil {
		return true
	}
	return cmp.Or(cmp.Compare(len(q.Missing), len(p.Missing)), p.Happened.Compare(q.Happened), strings.Compare(p.Act.String(), q.Act.String())) < 0
}

func (a *auditor) count(key groupKey, p *Proof, said bool) {
	place := a.report.Contacts
	a.report.Contacts++
	g := a.groups[key]
	if g == nil {
		g = &group{AuditGroup{Supplier: key.supplier, Form: key.form, Missing: map[Missing]int{}, Months: map[string]int{}}, map[contact.NoticeID]int{}}
		a.groups[key] = g
	}
	g.Contacts++
	if len(p.Missing) == 0 {
		g.Complete++
		a.report.Complete++
	}
	if said {
		a.report.Refused++
	}
	for _, m := range p.Missing {
		g.Missing[m]++
	}
	if p.Act != uuid.Nil {
		g.Months[p.Happened.UTC().Format("2006-01")]++
	}
	if !p.Notice.IsZero() {
		g.notices[p.Notice]++
	}
	// Algorithm R: the nth contact is drawn with a chance of a hundred in n.
	if place < sampleSize {
		a.sample = append(a.sample, drawn{*p, place})
	} else if at := a.rng.IntN(place + 1); at < sampleSize {
		a.sample[at] = drawn{*p, place}
	}
}

func (a *auditor) finish() AuditReport {
	r := a.report
	for _, g := range a.groups {
		for id, acts := range g.notices {
			g.Notices = append(g.Notices, AuditNotice{ID: id, OnFile: a.texts[id], Acts: acts})
		}
		slices.SortFunc(g.Notices, func(x, y AuditNotice) int { return slices.Compare(x.ID[:], y.ID[:]) })
		r.Groups = append(r.Groups, g.AuditGroup)
	}
	slices.SortFunc(r.Groups, func(x, y AuditGroup) int {
		return cmp.Or(strings.Compare(x.Supplier, y.Supplier), strings.Compare(x.Form, y.Form))
	})
	slices.SortFunc(a.sample, func(x, y drawn) int { return x.place - y.place })
	for _, d := range a.sample {
		r.Sample = append(r.Sample, d.Proof)
	}
	return r
}
