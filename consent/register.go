package consent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/pieces"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// ErrEvidence is in the tree of errors that refuse an act or a lifting for want
// of evidence.
var ErrEvidence = errors.New("not enough evidence")

// Margins of a [Register].
const (
	// maxAhead is how far a time of happening may lie in the future: carriers'
	// clocks differ from ours.
	maxAhead = 5 * time.Minute
	// liftMargin is how much later than a refusal the act that lifts it must
	// be: two messages sent within it may arrive in either order, and a person
	// who sends both means the refusal.
	liftMargin = 5 * time.Minute
)

// recorded is how many statements one goroutine checks at a time.
const recorded = 128

// RegisterOptions are options for [NewRegister].
type RegisterOptions struct {
	// Clock is the default [SystemClock] when nil.
	Clock Clock
	// Reviews is where likely refusals and unclear replies wait for a human; nil
	// keeps none. Erase erases there, too.
	Reviews ReviewStore
}

// A Register is the way to write acts: it checks evidence and order before the
// ledger and the list take them. It is safe for concurrent use.
type Register struct {
	ledger  Ledger
	list    suppression.List
	keyring *suppression.Keyring
	clock   Clock
	entries sync.Pool   // of *[]Entry, cleared
	reviews ReviewStore // may be nil
}

// NewRegister returns a register over ledger and list. opts may be nil.
func NewRegister(ledger Ledger, list suppression.List, keyring *suppression.Keyring, opts *RegisterOptions) (*Register, error) {
	if ledger == nil || list == nil || keyring == nil {
		return nil, errors.New("consent: register: no ledger, list or keyring")
	}
	r := &Register{ledger: ledger, list: list, keyring: keyring}
	r.entries.New = func() any { return new([]Entry) }
	if opts != nil {
		r.clock, r.reviews = opts.Clock, opts.Reviews
	}
	if r.clock == nil {
		r.clock = SystemClock()
	}
	return r, nil
}

// A Statement is an act with the address that it is about.
type Statement struct {
	Address contact.Address
	// Fingerprint stands in for an address that is not at hand, and is of the
	// register's keyring. It is ignored where there is an Address.
	Fingerprint contact.Fingerprint
	Act         Act
}

// Record appends acts, all or none, and returns where each stands. It sets the
// time of recording, and is idempotent by the ID of the act. It refuses with
// [ErrEvidence] what the evidence does not bear: a file that claims to have
// been witnessed, a witnessed act without evidence, a grant by a person that
// nothing shows, a grant said to be audited that names neither form nor notice
// nor document, a time in the future.
func (r *Register) Record(ctx context.Context, statements ...Statement) ([]Receipt, error) {
	return r.RecordIn(ctx, r.ledger, statements...)
}

// An Appender is the part of a [Ledger] that takes acts: that of a transaction,
// too, which is no Ledger because what it sees may be out of date.
type Appender interface {
	Append(ctx context.Context, key contact.KeyID, entries []Entry) ([]Receipt, error)
}

// RecordIn is [Register.Record] for acts that are appended in a transaction of
// r's ledger, and stand when that is committed.
func (r *Register) RecordIn(ctx context.Context, in Appender, statements ...Statement) ([]Receipt, error) {
	now := stamp(r.clock.Now())
	held := r.entries.Get().(*[]Entry)
	*held = slices.Grow((*held)[:0], len(statements))[:len(statements)]
	defer func() {
		clear(*held)
		r.entries.Put(held)
	}()
	entries := *held
	var mu sync.Mutex
	first, wrong := len(statements), error(nil)
	pieces.Each(len(statements), recorded, func(from, to int) {
		n, err := r.enter(statements[from:to], entries[from:to], now)
		if err == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if from+n < first {
			first, wrong = from+n, err
		}
	})
	if wrong != nil {
		return nil, fmt.Errorf("consent: register: statement %d: %w", first, wrong)
	}
	receipts, err := in.Append(ctx, r.keyring.ID(), entries)
	if err != nil {
		return nil, fmt.Errorf("consent: register: %w", err)
	}
	return receipts, nil
}

// enter makes entries of statements, up to the first that is refused, whose
// index it returns.
func (r *Register) enter(statements []Statement, entries []Entry, now time.Time) (int, error) {
	hasher := r.keyring.Hasher()
	for i := range statements {
		s, e := &statements[i], &entries[i]
		*e = Entry{Fingerprint: s.Fingerprint, Address: s.Address, Act: s.Act}
		if !s.Address.IsZero() {
			e.Fingerprint = hasher.Fingerprint(s.Address)
		}
		if e.Fingerprint.IsZero() {
			return i, errors.New("no address")
		}
		e.Act.Recorded = now
		e.Act.Happened = stamp(e.Act.Happened)
		if !e.Act.Expires.IsZero() {
			e.Act.Expires = stamp(e.Act.Expires)
		}
		if err := checkEvidence(&e.Act, now); err != nil {
			return i, err
		}
	}
	return 0, nil
}

func checkEvidence(a *Act, now time.Time) error {
	if err := a.Validate(); err != nil {
		return err
	}
	fail := func(what string) error {
		return fmt.Errorf("consent: act %v: %s: %w", a.ID, what, ErrEvidence)
	}
	shown := a.Evidence != nil && *a.Evidence != Evidence{}
	switch {
	case a.Happened.After(now.Add(maxAhead)):
		return fail("Happened is in the future")
	case a.By == ByFile && a.Grade == Witnessed:
		return fail("Grade is witnessed, and By is a file")
	case a.By == ByFile && a.Source == "":
		return fail("Source is empty, and somebody must have said so")
	case a.Grade == Witnessed && !shown:
		return fail("Grade is witnessed, and Evidence is empty")
	case a.Kind == Given && a.By == ByPerson && !shown:
		return fail("Evidence is empty, and a person is said to have agreed")
	case a.Kind == Given && a.Grade == Audited && !shown && !a.documented():
		return fail("Grade is audited, and neither Form, Notice nor Evidence says what was checked")
	case a.Kind == Given && a.Channels.Has(contact.AutomatedVoice) && a.Hours == Hours{}:
		return fail("Hours is empty, and consent to automated calls is for a time of day (CNIL, 21 April 2017)")
	}
	return nil
}

// Lift ends a refusal of address a on the word of an act that the register
// reads back from the ledger: a yes of the person, not of a file, witnessed or
// audited, with evidence, to a purpose and channel of what was refused, and
// later than the refusal by five minutes. A relation answers a refusal of
// service messages only. Anything less fails with [ErrEvidence], and the refusal
// stands.
//
// The whole of a refusal is lifted. Where it reaches further than the yes, as
// the refusal of a whole base does, add what must stand to the list before.
func (r *Register) Lift(ctx context.Context, a contact.Address, refusal, act uuid.UUID) error {
	fail := func(what string) error {
		return fmt.Errorf("consent: register: lift %v: %s: %w", refusal, what, ErrEvidence)
	}
	entry, lifting, err := r.list.Get(ctx, refusal)
	if err != nil {
		return fmt.Errorf("consent: register: lift %v: %w", refusal, err)
	}
	if lifting != nil {
		return nil
	}
	fingerprint := r.keyring.Fingerprint(a)
	if entry.Fingerprint != fingerprint {
		return fail("it is about another address")
	}
	histories, err := r.ledger.Read(ctx, r.keyring.ID(), []contact.Fingerprint{fingerprint})
	if err != nil {
		return fmt.Errorf("consent: register: lift %v: %w", refusal, err)
	}
	var found *Act
	for i := range histories[0].Acts {
		if histories[0].Acts[i].ID == act {
			found = &histories[0].Acts[i]
		}
	}
	switch {
	case found == nil:
		return fail("the act is not in the ledger of that address")
	case found.Kind != Given && !(found.Kind == Related && entry.Scope.Purpose == contact.Service):
		return fail("the act is not a yes to what was refused")
	case found.Kind == Given && !found.answers(&entry.Scope):
		return fail("the act is for another purpose or channel")
	case found.By != ByPerson || found.Grade == Asserted:
		return fail("the act is not the person's own, witnessed or audited")
	case found.Evidence == nil || *found.Evidence == Evidence{}:
		return fail("the act has no evidence")
	case found.Happened.Before(entry.Happened.Add(liftMargin)):
		return fail("the act is not later than the refusal by five minutes")
	}
	for i := range histories[0].Acts {
		no := &histories[0].Acts[i]
		if no.Kind.Negative() && !no.Happened.Before(found.Happened) {
			return fail("the person said no after the act")
		}
	}
	err = r.list.Lift(ctx, suppression.Lifting{Entry: refusal, Act: act, Recorded: stamp(r.clock.Now())})
	if err != nil {
		return fmt.Errorf("consent: register: lift %v: %w", refusal, err)
	}
	return nil
}

// answers reports whether the grant a is for some purpose and some channel that
// s reaches.
func (a *Act) answers(s *contact.Scope) bool {
	if s.Channels != 0 && s.Channels&a.Channels == 0 {
		return false
	}
	return slices.ContainsFunc(a.Purposes, s.Purpose.Covers)
}

// History returns the acts of address a, in the order in which they were
// recorded.
func (r *Register) History(ctx context.Context, a contact.Address) (History, error) {
	histories, err := r.ledger.Read(ctx, r.keyring.ID(), []contact.Fingerprint{r.keyring.Fingerprint(a)})
	if err != nil {
		return History{}, fmt.Errorf("consent: register: %w", err)
	}
	return histories[0], nil
}

// A Reserver is a [Ledger] that wants to know what is about to be appended: see
// contact.Reserver.
type Reserver interface {
	// Reserve says that up to n acts, each of another address, are about to be
	// appended. It keeps nothing and promises nothing, and may do nothing.
	Reserve(n int)
}

// Reserve tells the ledger that up to n acts are about to be recorded, where it
// wants to know.
func (r *Register) Reserve(n int) {
	if l, ok := r.ledger.(Reserver); ok {
		l.Reserve(n)
	}
}

// Keyring returns the keyring of the register.
func (r *Register) Keyring() *suppression.Keyring { return r.keyring }

// Ledger returns the ledger that r writes to.
func (r *Register) Ledger() Ledger { return r.ledger }

// List returns the suppression list of the register.
func (r *Register) List() suppression.List { return r.list }

// Clock returns the clock of the register.
func (r *Register) Clock() Clock { return r.clock }

// Reviews returns the reviews of the register, nil when it keeps none.
func (r *Register) Reviews() ReviewStore { return r.reviews }

// Erase removes what the ledger and the reviews hold of the person behind a,
// and keeps what they refused.
func (r *Register) Erase(ctx context.Context, a contact.Address) error {
	if err := r.ledger.Erase(ctx, r.keyring.ID(), r.keyring.Fingerprint(a)); err != nil {
		return fmt.Errorf("consent: register: erase: %w", err)
	}
	if r.reviews == nil {
		return nil
	}
	if err := r.reviews.EraseReviews(ctx, r.keyring.ID(), r.keyring.Fingerprint(a)); err != nil {
		return fmt.Errorf("consent: register: erase: %w", err)
	}
	return nil
}
