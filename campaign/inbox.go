package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
)

// attribution is how far back a reply may answer (design §2).
const attribution = 90 * 24 * time.Hour

// An Inbox takes what comes back from carriers. It is safe for concurrent use.
//
// What a reply means for whom is worked out once, when it first comes, and
// remembered: the same event again does the same again, and nothing more.
type Inbox struct {
	register *consent.Register
	outbox   Outbox
	reader   *reply.Reader
}

// NewInbox returns an inbox that records through register and reads replies
// with reader.
func NewInbox(register *consent.Register, outbox Outbox, reader *reply.Reader) (*Inbox, error) {
	if register == nil || outbox == nil || reader == nil {
		return nil, errors.New("campaign: inbox: no register, outbox or reader")
	}
	return &Inbox{register: register, outbox: outbox, reader: reader}, nil
}

// A Received says what an event led to.
type Received struct {
	Meaning reply.Meaning
	// Again says that the event was received before.
	Again bool
	// Campaigns are those that the event was taken to be about.
	Campaigns []string
	// Refused are the scopes that are refused now.
	Refused []contact.Scope
	// Given says that consent was recorded.
	Given bool
	// Cancelled is how many dispatches were cancelled, in all campaigns.
	Cancelled int
	// InFlight are the attempts to the address that were marked and of which
	// nothing is known, read after the refusal was stored: what may still
	// arrive.
	InFlight []Attempt
	// Keyword is which keyword reply may answer it: "stop", "help", "contact",
	// or "" for none.
	Keyword string
	// Review says that a human should look at it: it is unclear what or whom it
	// answers, or it is likely but not certain to be a refusal.
	Review bool
	// ReviewID is that of the review that it opened, where the register of the
	// inbox keeps reviews: see consent.Reviewer.
	ReviewID uuid.UUID
	// Happened is when the person refused, answered or asked, and Known when the
	// event was first stored. Late are the messages that the refusal reaches and
	// that were marked for sending in between, oldest first.
	Happened, Known time.Time
	Late            []consent.Sent
	// LaterYes are the acts by which the person, asked after this refusal by its
	// own time, said yes. The refusal stands until a human has looked: clocks
	// are wrong more often than people say no and then yes.
	LaterYes []uuid.UUID
	// Test says that it answers a proof copy, and nothing else: what it refuses
	// is refused all the same.
	Test bool
	// Unmatched says that a receipt is about no message of this outbox.
	Unmatched bool
}

// Receive implements provider.Receiver.
func (in *Inbox) Receive(ctx context.Context, e provider.Event) error {
	_, err := in.Handle(ctx, e)
	return err
}

// Handle stores what follows from e and says what that is. When it returns
// without an error, a refusal has taken effect: no gate allows what it reaches
// any more, and Received.InFlight is what may still leave. Acknowledge e to its
// carrier after that, and not before. After an error call it again.
func (in *Inbox) Handle(ctx context.Context, e provider.Event) (Received, error) {
	if err := e.Validate(); err != nil {
		return Received{}, err
	}
	out, err := in.handle(ctx, e)
	if err != nil {
		return out, fmt.Errorf("campaign: event %q: %w", e.ID, err)
	}
	return out, nil
}

func (in *Inbox) handle(ctx context.Context, e provider.Event) (Received, error) {
	if e.Kind == provider.DeliveryReceipt {
		return in.receipt(ctx, e)
	}
	decided, err := in.decide(ctx, e)
	if err != nil {
		return Received{}, err
	}
	if err := in.asks(ctx, &e, &decided); err != nil {
		return Received{}, err
	}
	b, err := json.Marshal(decided)
	if err != nil {
		return Received{}, err
	}
	// A carrier's IDs are unique for that carrier only.
	record := EventRecord{ID: e.Carrier + "/" + e.ID, At: in.now(), Effect: b, Campaigns: decided.Campaigns, Sign: decided.sign(e.Kind)}
	return in.apply(ctx, e, record, decided)
}

func (in *Inbox) now() time.Time {
	return in.register.Clock().Now().UTC().Truncate(time.Microsecond)
}

// An effect is what follows from an event: what an EventRecord holds. It names
// no address, and no words of the person: those go to the ledger, where an
// erasure finds them.
type effect struct {
	Meaning   reply.Meaning   `json:"meaning,omitempty"`
	Campaigns []string        `json:"campaigns,omitempty"`
	Happened  time.Time       `json:"happened"`
	Acts      []consent.Act   `json:"acts,omitempty"`
	Entries   []plannedEntry  `json:"entries,omitempty"`
	Cancel    []contact.Scope `json:"cancel,omitempty"`
	LiftNo    bool            `json:"lift_no,omitempty"`
	Keyword   string          `json:"keyword,omitempty"`
	Test      bool            `json:"test,omitempty"`
	Review    bool            `json:"review,omitempty"`
	// Asks is the review to open, without the person.
	Asks *consent.Review `json:"asks,omitempty"`
}

// sign returns what an event counts as in the campaigns that it is about. A no to
// a question is an answer, and no sign of anything; nor is a tester's STOP.
func (x *effect) sign(kind provider.EventKind) Sign {
	if kind == provider.Complaint {
		return ComplaintSign
	}
	for _, e := range x.Entries {
		if e.Class == suppression.Refusal && e.Reason != suppression.RepliedNo && !x.Test {
			return RefusalSign
		}
	}
	return NoSign
}

type plannedEntry struct {
	Class  suppression.Class  `json:"class"`
	Scope  contact.Scope      `json:"scope"`
	Reason suppression.Reason `json:"reason"`
	Test   bool               `json:"test,omitempty"`
	Until  time.Time          `json:"until,omitzero"`
}

// events is the namespace of what is derived from events.
var events = uuid.MustParse("0f2f4f5e-73a5-5d0b-8b36-51d2a7b9a1c2")

func derived(parts ...string) uuid.UUID {
	var name []byte
	for _, p := range parts {
		name = append(append(name, p...), 0)
	}
	return uuid.NewSHA1(events, name)
}

// apply does what follows from an event: what is written together, the refusal
// first, and then the rest. Every step is idempotent, so that it can be done again
// after a failure.
func (in *Inbox) apply(ctx context.Context, e provider.Event, record EventRecord, decided effect) (Received, error) {
	var out Received
	var x *effect
	var entries []suppression.Entry
	ours := record
	err := in.together(ctx, func(w Together) error {
		own := decided
		x = &own
		var first bool
		var err error
		if record, first, err = w.Remember(ctx, ours); err != nil {
			return err
		}
		if !first {
			*x = effect{}
			if err := json.Unmarshal(record.Effect, x); err != nil {
				return fmt.Errorf("effect: %w", err)
			}
		}
		out = Received{
			Meaning: x.Meaning, Again: !first, Campaigns: x.Campaigns, Keyword: x.Keyword, Review: x.Review, Happened: x.Happened, Known: record.At, Test: x.Test,
		}
		entries = in.entries(&e, record, x)
		return in.write(ctx, w, &e, record, x, entries, &out)
	})
	if err != nil {
		return out, err
	}
	err = in.follow(ctx, e, record, x, entries, &out)
	return out, err
}

// entries are those of the list that an event adds.
func (in *Inbox) entries(e *provider.Event, record EventRecord, x *effect) []suppression.Entry {
	fingerprint := in.register.Keyring().Fingerprint(e.From)
	var entries []suppression.Entry
	for _, p := range x.Entries {
		entries = append(entries, suppression.Entry{
			ID:    derived("entry", record.ID, p.Class.String(), p.Scope.String()),
			Class: p.Class, Fingerprint: fingerprint, Scope: p.Scope, Reason: p.Reason, Until: p.Until, Test: p.Test,
			Happened: x.Happened, Recorded: record.At, Origin: "event " + record.ID,
		})
	}
	return entries
}

// write adds entries, records acts and cancels what was queued.
func (in *Inbox) write(ctx context.Context, w Together, e *provider.Event, record EventRecord, x *effect, entries []suppression.Entry, out *Received) error {
	keyring := in.register.Keyring()
	for i := range entries {
		if entries[i].Class == suppression.Refusal {
			out.Refused = append(out.Refused, entries[i].Scope)
		}
	}
	if len(entries) > 0 {
		if _, err := w.Add(ctx, keyring.ID(), entries); err != nil {
			return err
		}
	}
	for _, a := range x.Acts {
		a.Evidence = &consent.Evidence{Text: e.Text, Event: record.ID}
		_, err := in.register.RecordIn(ctx, w, consent.Statement{Address: e.From, Act: a})
		// That a question arrived may be known from its receipt already.
		if err != nil && !(a.Kind == consent.Asked && errors.Is(err, consent.ErrConflict)) {
			return err
		}
		out.Given = out.Given || a.Kind == consent.Given
	}
	if len(x.Cancel) == 0 {
		return nil
	}
	n, err := w.Cancel(ctx, keyring.ID(), keyring.Fingerprint(e.From), x.Cancel, x.Happened)
	out.Cancelled = n
	return err
}

// follow does what follows from what was written.
func (in *Inbox) follow(ctx context.Context, e provider.Event, record EventRecord, x *effect, entries []suppression.Entry, out *Received) error {
	keyring := in.register.Keyring()
	fingerprint := keyring.Fingerprint(e.From)
	if x.Asks != nil {
		if err := in.openReview(ctx, &e, record, x.Asks, entries, out); err != nil {
			return err
		}
	}
	if x.LiftNo {
		if err := in.liftNo(ctx, e, fingerprint, x); err != nil {
			return err
		}
	}
	if len(x.Cancel) == 0 {
		return nil
	}
	later, err := in.laterYes(ctx, e.From, x.Happened)
	if err != nil {
		return err
	}
	out.LaterYes, out.Review = later, out.Review || len(later) > 0
	if len(later) > 0 && x.Asks == nil {
		if err := in.openReview(ctx, &e, record, x.afterwards(), nil, out); err != nil {
			return err
		}
	}
	// A fresh read, after everything above is stored: whoever marked before
	// sees the refusal or is on this list.
	if out.InFlight, err = in.outbox.InFlight(ctx, keyring.ID(), fingerprint); err != nil {
		return err
	}
	out.Late, err = in.late(ctx, fingerprint, out.Refused, x.Happened, record.At)
	return err
}

// liftNo lifts a no to a question where a later yes answers it. The register
// decides whether it is later by enough; where not, the no stands.
func (in *Inbox) liftNo(ctx context.Context, e provider.Event, f contact.Fingerprint, x *effect) error {
	hits, err := in.register.List().Match(ctx, in.register.Keyring().ID(), []contact.Fingerprint{f})
	if err != nil {
		return err
	}
	for _, a := range x.Acts {
		if a.Kind != consent.Given {
			continue
		}
		for _, h := range hits {
			if h.Entry.Reason != suppression.RepliedNo || !h.Entry.Happened.Before(a.Happened) {
				continue
			}
			err := in.register.Lift(ctx, e.From, h.Entry.ID, a.ID)
			if err != nil && !errors.Is(err, consent.ErrEvidence) {
				return err
			}
		}
	}
	return nil
}
