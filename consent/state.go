package consent

import (
	"fmt"
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
	// Owner is the owner of the base, who may ask for others.
	Owner   contact.PartyID
	Subject string
}

// A Standing is a [State] with what a rule needs to know of how it came about.
type Standing struct {
	State State
	// Act is the index of the act that decided, or -1.
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
	// LastContact is the latest act of the person, zero when there is none.
	LastContact time.Time
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
// ends every grant before it and no refusal.
func Fold(acts []Act, q *Question, at time.Time) Standing {
	s := Standing{Act: -1, Refusal: -1}
	var cut time.Time // grants up to here were ended by a disconnection
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
			if a.refuses(q) && (s.Refusal < 0 || !a.Happened.Before(acts[s.Refusal].Happened)) {
				s.Refusal = i
			}
		case Disconnected:
			if a.Happened.After(cut) {
				cut = a.Happened
			}
		case Asked:
			if asked < 0 && a.speaksOf(q.Target.Purpose) && a.Channels.Has(q.Target.Channel) {
				asked = i
			}
		}
	}
	for i := range acts {
		a := &acts[i]
		if a.Kind != Given || a.Happened.After(at) || !a.Happened.After(cut) && !cut.IsZero() {
			continue
		}
		if s.Refusal >= 0 && (a.By != ByPerson || !a.Happened.After(acts[s.Refusal].Happened)) {
			continue
		}
		s.consider(acts, i, q, at)
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
	return s
}

// consider weighs the grant acts[i], which no refusal ended.
func (s *Standing) consider(acts []Act, i int, q *Question, at time.Time) {
	a := &acts[i]
	miss := a.misses(q)
	category := false
	if miss&OtherParty != 0 && a.coversByCategory(q.Owner) {
		miss &^= OtherParty
		category = true
	}
	expired := !a.Expires.IsZero() && !at.Before(a.Expires)
	if expired {
		miss |= Lapsed
	}
	if miss != 0 {
		if miss&(miss-1) == 0 { // exactly one
			s.Nearly |= miss
		}
		if miss == Lapsed && s.State != IsGiven {
			s.State, s.Act = IsExpired, i
		}
		return
	}
	better := s.State != IsGiven || s.Category && !category ||
		s.Category == category && a.Happened.After(acts[s.Act].Happened)
	if better {
		s.State, s.Act, s.Category = IsGiven, i, category
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
	if a.Grantees.Empty() {
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
func (a *Act) misses(q *Question) Miss {
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
	if a.Subject != "" && q.Subject != "" && a.Subject != q.Subject {
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

func (a *Act) coversByCategory(owner contact.PartyID) bool {
	if a.Grantees.Category == "" {
		return false
	}
	if len(a.Grantees.Parties) == 0 {
		return true
	}
	for _, p := range a.Grantees.Parties {
		if p == owner {
			return true
		}
	}
	return false
}
