package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
)

// ErrOverdue is in the tree of errors about a likely refusal that nobody looked
// at in time: it is a refusal, and only a later yes of the person, with
// [Register.Lift], ends it.
var ErrOverdue = errors.New("it became a refusal after 7 days")

// Sweeper is who resolves what nobody looked at in time.
const Sweeper = "accord"

// reviewed is the namespace of what reviews record.
var reviewed = uuid.MustParse("7b6f8d0e-61a3-5f5c-9a35-2f3b8a4f9d11")

// A Reviewer is the way to read and resolve what a human must look at. It is
// safe for concurrent use.
type Reviewer struct {
	register *Register
	store    ReviewStore
}

// NewReviewer returns a reviewer over the reviews of register, which it must
// have: see [RegisterOptions].
func NewReviewer(register *Register) (*Reviewer, error) {
	if register == nil || register.reviews == nil {
		return nil, errors.New("consent: reviewer: no register, or one without Reviews")
	}
	return &Reviewer{register: register, store: register.reviews}, nil
}

// A Waiting is a review with its age at the instant of a [Reviewer.List].
type Waiting struct {
	Review
	Age time.Duration `json:"age"`
	// Due is when it becomes a refusal by itself, the zero time for never, and
	// Overdue says that it has, whether or not anybody called Sweep.
	Due     time.Time `json:"due,omitzero"`
	Overdue bool      `json:"overdue,omitempty"`
}

// List returns the reviews that a query asks for, oldest first, with their ages
// at an instant, the zero time meaning now. A Limit of 0 means 100.
func (r *Reviewer) List(ctx context.Context, q ReviewQuery, at time.Time) ([]Waiting, error) {
	if q.Limit == 0 {
		q.Limit = 100
	}
	if at.IsZero() {
		at = r.register.clock.Now()
	}
	found, err := r.store.Reviews(ctx, r.register.keyring.ID(), q)
	if err != nil {
		return nil, fmt.Errorf("consent: reviewer: %w", err)
	}
	out := make([]Waiting, len(found))
	for i := range found {
		f := &found[i]
		out[i] = Waiting{Review: *f, Age: f.Age(at), Due: f.Due(), Overdue: f.Resolution == nil && f.overdue(at)}
	}
	return out, nil
}

// Resolve ends a review, and does what follows from it. By is a user of the
// host and why what they say about it; both are required. The same call again
// does the same, and nothing more; another resolution fails with [ErrConflict].
//
//   - WasRefusal records that the person objected, as a host says who has read
//     it, and what it reaches is refused from then on.
//   - WasNoRefusal lifts what this review suspended, and no other refusal. After
//     [ReviewWithin] it fails with [ErrOverdue], whether or not Sweep was called.
//   - WasYes records that the person agreed to a request, the dispatch that is
//     named, which must have been open, and lifts what this review suspended. It
//     fails with [ErrEvidence] when the person refused then or later.
//   - WasNothing is for what suspended nothing.
//   - WasService and WasPolitical are for texts.
//
// The time is the register's.
func (r *Reviewer) Resolve(ctx context.Context, id uuid.UUID, as ReviewResolution) (Review, error) {
	as.At = stamp(r.register.clock.Now())
	out, err := r.resolve(ctx, id, as)
	if err != nil {
		return out, fmt.Errorf("consent: review %v: %w", id, err)
	}
	return out, nil
}

func (r *Reviewer) resolve(ctx context.Context, id uuid.UUID, as ReviewResolution) (Review, error) {
	if err := as.Validate(); err != nil {
		return Review{}, err
	}
	held, err := r.store.Review(ctx, id)
	if err != nil {
		return Review{}, err
	}
	again := held.Resolution != nil
	switch {
	case again && !held.Resolution.Same(as):
		return Review{}, fmt.Errorf("%v by %s: %w", held.Resolution.As, held.Resolution.By, ErrConflict)
	case !held.Cause.allows(as.As):
		return Review{}, fmt.Errorf("%q cannot end as %v", held.Cause, as.As)
	case !again && held.overdue(as.At) && as.As != WasRefusal:
		return Review{}, ErrOverdue
	}
	// A no is recorded before the review ends, so that no failure in between
	// leaves a review that ended without it. A yes and a lifting come after: of
	// two people who resolve at the same time only the one who won is heard.
	if as.As == WasRefusal && !again {
		if err := r.refuse(ctx, &held, as); err != nil {
			return Review{}, err
		}
	}
	if as.As == WasYes && !again {
		if err := r.canAgree(ctx, &held, as.Request); err != nil {
			return Review{}, err
		}
	}
	if held, err = r.store.ResolveReview(ctx, id, as); err != nil {
		return Review{}, err
	}
	if as.As == WasYes {
		if err := r.agree(ctx, &held, as.Request); err != nil {
			return held, err
		}
	}
	if as.As == WasYes || as.As == WasNoRefusal {
		for _, entry := range held.Refusals {
			if err := r.register.liftReviewed(ctx, &held, entry); err != nil {
				return held, err
			}
		}
	}
	return held, nil
}

// evidence is that of an act that a review recorded.
func (v *Review) evidence() *Evidence {
	return &Evidence{Text: v.Words, Event: v.Event, Document: "review " + v.ID.String()}
}

// refuse records the no of a review in the ledger and, where nothing is
// suspended yet, on the list.
func (r *Reviewer) refuse(ctx context.Context, v *Review, as ReviewResolution) error {
	a := Act{Purposes: []contact.Purpose{contact.Prospecting}}
	for i := range v.Acts {
		if v.Acts[i].Kind.Negative() {
			a = v.Acts[i]
		}
	}
	a.ID = uuid.NewSHA1(reviewed, append(v.ID[:], "refusal"...))
	a.Kind, a.By, a.Grade, a.Happened = Objected, ByHost, Witnessed, v.Happened
	a.Source, a.Evidence = "review", v.evidence()
	if as.By == Sweeper {
		a.Source = Sweeper
	}
	var entries []suppression.Entry
	if len(v.Refusals) == 0 {
		for _, s := range v.Reach {
			entries = append(entries, suppression.Entry{
				ID: uuid.NewSHA1(reviewed, append(v.ID[:], s.String()...)), Class: suppression.Refusal, Fingerprint: v.Fingerprint, Scope: s,
				Reason: suppression.Reviewed, Happened: v.Happened, Recorded: v.Opened, Origin: "review " + v.ID.String(),
			})
		}
	}
	if len(entries) > 0 {
		if _, err := r.register.list.Add(ctx, r.register.keyring.ID(), entries); err != nil {
			return err
		}
	}
	_, err := r.register.Record(ctx, Statement{Fingerprint: v.Fingerprint, Act: a})
	if errors.Is(err, ErrConflict) {
		// Recorded before, and by another, or before the words were erased: the
		// no is there.
		return nil
	}
	return err
}

// canAgree returns an error unless a review can be a yes to a request.
func (r *Reviewer) canAgree(ctx context.Context, v *Review, request uuid.UUID) error {
	fail := func(what string) error { return fmt.Errorf("yes to %v: %s: %w", request, what, ErrEvidence) }
	open := false
	for i := range v.Acts {
		open = open || v.Acts[i].Kind == Given && v.Acts[i].Dispatch == request
	}
	if !open {
		return fail("that request was not open")
	}
	key, fs := r.register.keyring.ID(), []contact.Fingerprint{v.Fingerprint}
	histories, err := r.register.ledger.Read(ctx, key, fs)
	if err != nil {
		return err
	}
	for i := range histories[0].Acts {
		a := &histories[0].Acts[i]
		if a.Kind == Given && a.Dispatch == request {
			return fail("that request was answered")
		}
		if a.Kind.Negative() && !a.Happened.Before(v.Happened) {
			return fail("the person said no then, or later")
		}
	}
	hits, err := r.register.list.Match(ctx, key, fs)
	if err != nil {
		return err
	}
	for _, h := range hits {
		e := &h.Entry
		if e.Class == suppression.Refusal && !e.Happened.Before(v.Happened) && !v.suspends(e) {
			return fail("the person refused then, or later")
		}
	}
	return nil
}

// agree records a yes.
func (r *Reviewer) agree(ctx context.Context, v *Review, request uuid.UUID) error {
	for i := range v.Acts {
		a := v.Acts[i]
		if a.Kind.Negative() || a.Dispatch != request {
			continue
		}
		a.Evidence = v.evidence()
		_, err := r.register.Record(ctx, Statement{Fingerprint: v.Fingerprint, Act: a})
		// That a question arrived may be known from its receipt already, and a
		// yes that was recorded before the person was erased has no words now.
		if err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return nil
}

// Sweep records that the likely refusals that were due at an instant, the zero
// time meaning now, are refusals, and returns how many it resolved. An instant
// to come counts as now. They were refusals before: Resolve says so without it.
// It reads pages of 100, and can be called again at any time, and by several.
func (r *Reviewer) Sweep(ctx context.Context, at time.Time) (int, error) {
	now := stamp(r.register.clock.Now())
	if at.IsZero() || at.After(now) {
		at = now
	}
	q := ReviewQuery{Open: true, Cause: LikelyRefusal, Limit: 100}
	n := 0
	for {
		page, err := r.store.Reviews(ctx, r.register.keyring.ID(), q)
		if err != nil {
			return n, fmt.Errorf("consent: sweep: %w", err)
		}
		for i := range page {
			if !page[i].overdue(at) {
				return n, nil // the others are younger
			}
			as := ReviewResolution{By: Sweeper, Why: "not reviewed within 7 days", As: WasRefusal, At: stamp(at)}
			_, err := r.resolve(ctx, page[i].ID, as)
			if errors.Is(err, ErrConflict) { // somebody resolved it meanwhile
				continue
			}
			if err != nil {
				return n, fmt.Errorf("consent: sweep: review %v: %w", page[i].ID, err)
			}
			n++
		}
		if len(page) < q.Limit {
			return n, nil
		}
		q.After = page[len(page)-1].ID
	}
}
