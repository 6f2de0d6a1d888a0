package consent

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/contact"
)

// A State is where a person stands on a question. It is derived from acts and
// never set. The zero State is NeverAsked.
type State uint8

// The states.
const (
	NeverAsked State = iota
	WasAsked
	IsGiven
	IsRefused
	IsWithdrawn
	IsObjected
	IsExpired
	states
)

var stateNames = [states]string{"never asked", "asked", "given", "refused", "withdrawn", "objected", "expired"}

// String returns the name of s, such as "never asked".
func (s State) String() string {
	if s < states {
		return stateNames[s]
	}
	return fmt.Sprintf("state-%d", uint8(s))
}

// A Question is what a state is asked about: messages like Target, for an
// election where there is one, to a subject where one is known.
type Question struct {
	Target   contact.Target
	Election ElectionID
	// ElectionEnds is when Election is over, and grants for it with it; zero where
	// nobody knows.
	ElectionEnds time.Time
	// Owner is the owner of a rented base, who sends and may ask for others. It
	// is empty for other bases.
	Owner   contact.PartyID
	Subject string
}

// A Standing is a [State] with what a rule needs to know of how it came about.
type Standing struct {
	State State
	// Act is the index of the act that decided, or -1. Of several grants that
	// cover the question it is the one that proves most: better evidence before
	// weaker, a form or notice before none, a party named before a category, the
	// person before a file, and then the latest.
	Act int
	// Category says that the grant names no party of the question but a
	// category, asked for by the owner of the base: whether that suffices is
	// argued (CNIL, Canal+; Court of Justice, C-317/25, pending: FR-BRK-7, V2).
	Category bool
	// Nearly says on which dimension the best other grant fails; several when
	// several grants fail on one each.
	Nearly Miss
	// Refusal is the index of the latest no that reaches the question, or -1.
	// It is set even where a later yes of the person beat it.
	Refusal int
	// LastContact is the latest act of the person, zero when there is none since
	// the number last changed hands.
	LastContact time.Time
	// LastGrant is the latest grant that covers the question, zero when there is
	// none. It may be another than Act.
	LastGrant time.Time
	// Cut is when the number last left its holder, zero when it never did. What
	// was granted or established up to then counts no more.
	Cut time.Time
}

// A Miss is a set of dimensions on which a grant does not cover a question.
type Miss uint8

// The dimensions.
const (
	OtherPurpose Miss = 1 << iota
	OtherChannel
	OtherParty
	OtherElection
	OtherSubject
	Lapsed
)

// Fold returns where a person with these acts stands on q at the instant at.
// It is the definition that every projection of a store must agree with.
//
// Acts count by when they happened, whatever the order in which they were
// recorded; acts after at do not count. A no ends every grant before it, and
// every grant by a file whenever that is dated: only a later grant by the
// person beats it, and a no beats a yes of the same instant. A disconnection
// ends every grant up to its instant and no refusal.
func Fold(acts []Act, q *Question, at time.Time) Standing {
	s := Standing{Act: -1, Refusal: -1}
	s.fold(acts, q, q.Subject, at)
	return s
}

// fold is Fold about another subject than that of q, into a standing that has
// no act.
func (s *Standing) fold(acts []Act, q *Question, subject string, at time.Time) {
	asked := -1
	for i := range acts {
		a := &acts[i]
		if a.Happened.After(at) {
			continue
		}
		if a.By == ByPerson && a.Happened.After(s.LastContact) {
			s.LastContact = a.Happened
		}
		switch a.Kind {
		case Refused, Withdrawn, Objected:
			if a.refuses(q) && (s.Refusal < 0 || acts[s.Refusal].before(a)) {
				s.Refusal = i
			}
		case Disconnected:
			if a.Happened.After(s.Cut) {
				s.Cut = a.Happened
			}
		case Asked:
			if a.speaksOf(q.Target.Purpose) && a.Channels.Has(q.Target.Channel) && (asked < 0 || acts[asked].before(a)) {
				asked = i
			}
		}
	}
	if !s.LastContact.After(s.Cut) {
		s.LastContact = time.Time{}
	}
	for i := range acts {
		a := &acts[i]
		if a.Kind != Given || a.Happened.After(at) || !s.Cut.IsZero() && !a.Happened.After(s.Cut) {
			continue
		}
		if s.Refusal >= 0 && (a.By != ByPerson || !a.Happened.After(acts[s.Refusal].Happened)) {
			continue
		}
		s.consider(acts, i, q, subject, at)
	}
	switch {
	case s.State == IsGiven:
	case s.Refusal >= 0:
		s.Act = s.Refusal
		s.State = stateOfNo(acts[s.Refusal].Kind)
	case s.State == IsExpired:
	case asked >= 0:
		s.State, s.Act = WasAsked, asked
	}
}

// consider weighs the grant acts[i], which no refusal ended.
func (s *Standing) consider(acts []Act, i int, q *Question, subject string, at time.Time) {
	a := &acts[i]
	miss := a.misses(q, subject)
	category := false
	if miss&OtherParty != 0 && a.coversByCategory(q) {
		miss &^= OtherParty
		category = true
	}
	expired := !a.Expires.IsZero() && !at.Before(a.Expires) ||
		a.Election != "" && !q.ElectionEnds.IsZero() && !at.Before(q.ElectionEnds)
	if expired {
		miss |= Lapsed
	}
	if miss != 0 {
		if miss&(miss-1) == 0 { // exactly one
			s.Nearly |= miss
		}
		if miss == Lapsed && s.State != IsGiven && (s.State != IsExpired || acts[s.Act].before(a)) {
			s.State, s.Act = IsExpired, i
		}
		return
	}
	if a.Happened.After(s.LastGrant) {
		s.LastGrant = a.Happened
	}
	if s.State != IsGiven || acts[s.Act].weaker(s.Category, a, category) {
		s.State, s.Act, s.Category = IsGiven, i, category
	}
}

// weaker reports whether the grant a proves less than b. A file that repeats
// later what the person said here must not take the place of their own words,
// nor a bare assertion that of one with a form.
func (a *Act) weaker(aCategory bool, b *Act, bCategory bool) bool {
	switch {
	case a.Grade != b.Grade:
		return a.Grade < b.Grade
	case a.documented() != b.documented():
		return b.documented()
	case aCategory != bCategory:
		return aCategory
	case (a.By == ByPerson) != (b.By == ByPerson):
		return b.By == ByPerson
	default:
		return a.before(b)
	}
}

// documented reports whether a says what the person was shown.
func (a *Act) documented() bool { return a.Form != "" || !a.Notice.IsZero() }

// before orders acts by when they happened, and acts of one instant by kind and
// ID, so that the order in which they arrived makes no difference.
func (a *Act) before(b *Act) bool {
	switch {
	case !a.Happened.Equal(b.Happened):
		return a.Happened.Before(b.Happened)
	case a.Kind != b.Kind:
		return a.Kind < b.Kind
	default:
		return bytes.Compare(a.ID[:], b.ID[:]) < 0
	}
}

func stateOfNo(k ActKind) State {
	switch k {
	case Withdrawn:
		return IsWithdrawn
	case Objected:
		return IsObjected
	default:
		return IsRefused
	}
}

// refuses reports whether the no a reaches q. A subject makes no difference.
func (a *Act) refuses(q *Question) bool {
	if !a.speaksOf(q.Target.Purpose) || a.Channels != 0 && !a.Channels.Has(q.Target.Channel) {
		return false
	}
	// Nobody can say whom a category leaves out, so that a no to one is a no to
	// everybody.
	if a.Grantees.Empty() || a.Grantees.Category != "" {
		return true
	}
	for i := range q.Target.Controllers {
		if a.Grantees.Names(&q.Target.Controllers[i]) {
			return true
		}
	}
	return false
}

// misses returns on which dimensions the grant a does not cover q. Every
// controller must be named except the owner of the base, who sends for the
// others; the owner alone must be named when nobody else is a controller.
func (a *Act) misses(q *Question, subject string) Miss {
	var m Miss
	if !a.speaksOf(q.Target.Purpose) {
		m |= OtherPurpose
	}
	if !a.Channels.Has(q.Target.Channel) {
		m |= OtherChannel
	}
	if a.Election != "" && a.Election != q.Election {
		m |= OtherElection
	}
	if a.Subject != "" && subject != "" && a.Subject != subject {
		m |= OtherSubject
	}
	alone := len(q.Target.Controllers) == 1
	named := len(q.Target.Controllers) > 0
	for i := range q.Target.Controllers {
		p := &q.Target.Controllers[i]
		if p.ID == q.Owner && !alone {
			continue
		}
		if !a.Grantees.Names(p) {
			named = false
		}
	}
	if !named {
		m |= OtherParty
	}
	return m
}

// coversByCategory reports whether a grants to a category that the owner of the
// base asked for: it names the owner, or nobody and the base.
func (a *Act) coversByCategory(q *Question) bool {
	switch {
	case a.Grantees.Category == "":
		return false
	case len(a.Grantees.Parties) == 0:
		return a.Base != "" && a.Base == q.Target.Base
	default:
		return slices.Contains(a.Grantees.Parties, q.Owner)
	}
}
