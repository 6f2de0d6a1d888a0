package campaign

import (
	"context"
	"errors"
	"fmt"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// ErrAnswered says that the carrier answers a STOP by itself, so that a keyword
// reply would be the second.
var ErrAnswered = errors.New("campaign: the carrier answers STOP by itself")

// A Sender sends one message to one person, without a campaign: a receipt, a
// reminder, the reply to a keyword. It takes the same steps as a [Runner], so
// that such a message is decided, recorded, counted against caps and found by a
// STOP like any other. It is safe for concurrent use.
type Sender struct {
	runner  *Runner
	reviews consent.ReviewStore // may be nil
}

// NewSender returns a sender. opts may be nil; Workers is ignored.
func NewSender(gate *consent.Gate, outbox Outbox, inbox *Inbox, p provider.Provider, opts *RunnerOptions) (*Sender, error) {
	if gate == nil || outbox == nil || inbox == nil || p == nil {
		return nil, errors.New("campaign: sender: no gate, outbox, inbox or provider")
	}
	r, err := NewRunner(gate, nowhere{}, outbox, inbox, p, opts)
	if err != nil {
		return nil, err
	}
	return &Sender{runner: r, reviews: inbox.register.Reviews()}, nil
}

// A Single is one message to one person.
type Single struct {
	// Request says who writes, for what and how. Its Campaign is left empty.
	Request consent.Request
	// Contact is the person. The message goes to the first address that the
	// channel reaches.
	Contact contact.Contact
	Content consent.Content
}

// A Result says what became of a single message.
type Result struct {
	// Class is its state, with the code of the reason.
	Class Class
	// Decision is that of this call; the zero Decision when an earlier call
	// with the same ID had settled the matter.
	Decision consent.Decision
}

// Send sends one message. It is idempotent by id, the host's own name for the
// job: a message that went, or may have gone, is not sent again, and one that
// was put off or not taken is tried again. The same id with another request is
// ErrConflict. A service message with words of a vote fails with
// [ErrPoliticalWords] until a human has said in the reviews of the inbox that
// it is one. An error leaves what was marked to be found by its class.
func (s *Sender) Send(ctx context.Context, id string, m Single) (Result, error) {
	if id == "" {
		return Result{}, errors.New("campaign: send: the ID is empty")
	}
	if m.Request.Proof {
		return Result{}, fmt.Errorf("campaign: send %q: Request.Proof is set, and proof copies are made by Prove", id)
	}
	return s.send(ctx, "single/"+id, m)
}

// send sends a message under the ID of a campaign of its own.
func (s *Sender) send(ctx context.Context, id string, m Single) (Result, error) {
	r := s.runner
	m.Request.Campaign = id
	if err := m.Request.Validate(); err != nil {
		return Result{}, err
	}
	if m.Request.Kind == consent.KeywordReply && r.provider.Capabilities().AnswersStop {
		return Result{}, ErrAnswered
	}
	point, ok := m.Contact.Point(m.Request.Channel)
	if !ok {
		return Result{}, fmt.Errorf("campaign: send %q: contact %q has no address that channel %v reaches", id, m.Contact.ID, m.Request.Channel)
	}
	point.Fingerprint = r.gate.Keyring().Fingerprint(point.Address)
	words := wording{request: &m.Request, person: point.Fingerprint, points: m.Contact.Points, words: []Template{{
		Language: m.Content.Language, Subject: m.Content.Subject, Text: m.Content.Text, HTML: m.Request.Channel == contact.EmailChannel,
	}}}
	if err := checkService(ctx, s.reviews, r.gate.Keyring().ID(), r.gate.Clock().Now(), words); err != nil {
		return Result{}, fmt.Errorf("campaign: send %q: %w", id, err)
	}
	dispatch := NewDispatch(m.Request.Campaign, point.Fingerprint)
	saved, err := s.freeze(ctx, &m, dispatch, point.Fingerprint)
	if err != nil {
		return Result{}, fmt.Errorf("campaign: send %q: %w", id, err)
	}
	lease, err := r.outbox.Lease(ctx, m.Request.Campaign, r.opts.Name, r.opts.Lease)
	if err != nil {
		return Result{}, fmt.Errorf("campaign: send %q: %w", id, err)
	}
	var result Result
	if lease.Token != 0 {
		result.Decision, err = s.deliver(ctx, saved, lease, &m, point, dispatch)
	}
	class, cerr := s.class(ctx, m.Request.Campaign)
	result.Class = class
	if err == nil {
		err = cerr
	}
	if err != nil {
		return result, fmt.Errorf("campaign: send %q: %w", id, err)
	}
	return result, nil
}

// freeze makes a campaign of one.
func (s *Sender) freeze(ctx context.Context, m *Single, d provider.DispatchID, f contact.Fingerprint) (Saved, error) {
	r := s.runner
	c := Campaign{Request: m.Request, MaxAttempts: 1 << 20} // the host decides how often it calls
	if err := r.outbox.Create(ctx, c); err != nil {
		return Saved{}, err
	}
	saved, err := r.outbox.Campaign(ctx, c.ID())
	if err != nil || saved.Launch.Complete {
		return saved, err
	}
	_, err = r.outbox.Freeze(ctx, r.gate.Keyring().ID(), Chunk{
		Campaign: c.ID(), Seq: 1, Last: true,
		Rows: []Row{{Dispatch: d, Contact: m.Contact.ID, Fingerprint: f, Class: Class{State: Ready}}},
	})
	if err != nil && !errors.Is(err, ErrStatus) { // another call froze it meanwhile
		return Saved{}, err
	}
	return r.outbox.Campaign(ctx, c.ID())
}

func (s *Sender) deliver(ctx context.Context, saved Saved, lease Lease, m *Single, point contact.Point, d provider.DispatchID) (consent.Decision, error) {
	r := s.runner
	if skew := lease.Now.Sub(r.gate.Clock().Now()).Abs(); skew > maxSkew {
		return consent.Decision{}, fmt.Errorf("%w: by %v", ErrSkew, skew)
	}
	if len(lease.Rows) != 1 || lease.Rows[0].Dispatch != d {
		return consent.Decision{}, fmt.Errorf("%w: the ID was used for another address", ErrConflict)
	}
	run := &running{Runner: r, saved: saved}
	by, err := run.speaker(map[string]*speaker{}, "")
	if err != nil {
		return consent.Decision{}, err
	}
	t := &trial{row: lease.Rows[0], by: by, recipient: consent.Recipient{Contact: &m.Contact, Point: point, Content: m.Content, Dispatch: d}}
	t.segments = 1
	if m.Request.Channel == contact.SMS {
		t.segments = provider.CountSMSWith(m.Content.Text, r.provider.Capabilities().ClauseSeptets).Segments
	}
	_, err = run.deliver(ctx, lease, []*trial{t})
	if rerr := r.outbox.Release(context.WithoutCancel(ctx), lease); err == nil {
		err = rerr
	}
	return t.decision, err
}

func (s *Sender) class(ctx context.Context, id string) (Class, error) {
	tally, err := s.runner.outbox.Tally(ctx, id)
	if err != nil {
		return Class{}, err
	}
	for class, n := range tally {
		if n > 0 {
			return class, nil
		}
	}
	return Class{}, errors.New("the outbox lost the message")
}

// nowhere is the source of a Sender, which is given its contacts.
type nowhere struct{}

func (nowhere) Page(context.Context, contact.BaseID, contact.Position, int) (contact.Page, error) {
	return contact.Page{}, nil
}

func (nowhere) Get(context.Context, contact.BaseID, []contact.ID) ([]contact.Contact, error) {
	return nil, nil
}

func (nowhere) ByAddress(context.Context, contact.BaseID, contact.Address) ([]contact.Contact, error) {
	return nil, nil
}
