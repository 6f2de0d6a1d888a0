package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// PlannerOptions are options for [NewPlanner].
type PlannerOptions struct {
	// Schema declares the attributes of the base. A political campaign filters
	// on ordinary ones only.
	Schema Schema
	// Capabilities are those of the provider that will send, for the clause
	// that it appends.
	Capabilities provider.Capabilities
	// SegmentPrice is what one segment costs, in millionths of the currency
	// unit, for the cost of a preview.
	SegmentPrice int64
	// PageSize is how many contacts make a page of the source and a chunk of
	// the outbox; 0 means 1,000.
	PageSize int
	// Progress, where set, is told how many contacts were read so far, once a
	// page, on the goroutine of the caller.
	Progress func(contacts int)
	// Reviews is where a text of a service campaign that has words of a vote
	// waits for a human. Without it Launch refuses such a text.
	Reviews consent.ReviewStore
}

const defaultPage = 1000

// A Planner previews campaigns and launches them. It is safe for concurrent use.
type Planner struct {
	gate   *consent.Gate
	source contact.Source
	outbox Outbox
	opts   PlannerOptions
}

// NewPlanner returns a planner. opts may be nil.
func NewPlanner(gate *consent.Gate, source contact.Source, outbox Outbox, opts *PlannerOptions) (*Planner, error) {
	if gate == nil || source == nil || outbox == nil {
		return nil, errors.New("campaign: planner: no gate, source or outbox")
	}
	p := &Planner{gate: gate, source: source, outbox: outbox}
	if opts != nil {
		p.opts = *opts
	}
	if p.opts.PageSize <= 0 {
		p.opts.PageSize = defaultPage
	}
	return p, nil
}

// A Preview (in French, comptage) says what a campaign would do.
type Preview struct {
	Campaign string    `json:"campaign"`
	At       time.Time `json:"at"`
	// Base is how many contacts were read, Audience how many of them are in
	// the audience: the sum of Tally.
	Base     int   `json:"base"`
	Audience int   `json:"audience"`
	Tally    Tally `json:"tally"`
	// Messages would go now or later; Segments is what they need, after
	// substitution and the carrier's clause; LongestSegments is the most that
	// one needs.
	Messages        int `json:"messages"`
	Segments        int `json:"segments"`
	LongestSegments int `json:"longest_segments"`
	// BySegments says how many messages need one segment, two, and so on.
	BySegments map[int]int `json:"by_segments,omitempty"`
	// Cost is Segments times the price, in millionths of the currency unit.
	Cost int64 `json:"cost,omitempty"`
	// Reasons has one example for each code that a rule or the template gave.
	Reasons map[consent.Code]consent.Reason `json:"reasons,omitempty"`
	// Plan is the digest of what it was judged with, Text that of what would be
	// sent: see [Campaign.TextDigest].
	Plan consent.Digest `json:"plan"`
	Text consent.Digest `json:"text"`
	// Pacing says whether a campaign with a Spread can be done in time.
	Pacing *Pacing `json:"pacing,omitempty"`
}

// Preview says what a campaign would do if it ran at an instant, the zero time
// meaning now. It changes nothing. It is the same code as the launch: every
// contact of the audience falls in exactly one class.
//
// Memory grows by 16 bytes and the overhead of a set for each contact, to find
// those who share an address.
func (p *Planner) Preview(ctx context.Context, c Campaign, at time.Time) (Preview, error) {
	return p.preview(ctx, c, at, func(*classifiedRow, Class) {})
}

// preview is Preview, and shows visit every contact with its class.
func (p *Planner) preview(ctx context.Context, c Campaign, at time.Time, visit func(*classifiedRow, Class)) (Preview, error) {
	cl, err := p.classifier(&c, at)
	if err != nil {
		return Preview{}, err
	}
	out := Preview{Campaign: c.ID(), At: cl.plan.At(), Tally: Tally{}, BySegments: map[int]int{}, Reasons: map[consent.Code]consent.Reason{}, Plan: cl.plan.Digest()}
	if out.Text, err = c.TextDigest(); err != nil {
		return Preview{}, err
	}
	seen := map[contact.Fingerprint]struct{}{}
	err = cl.each(ctx, "", func(piece *piece) error {
		out.Base += piece.contacts
		for i := range piece.rows {
			row := &piece.rows[i]
			class := row.class
			if !row.fingerprint.IsZero() {
				before := len(seen)
				seen[row.fingerprint] = struct{}{}
				if len(seen) == before {
					class = Class{Excluded, CodeDuplicate}
				}
			}
			out.Tally[class]++
			visit(row, class)
			if class.State == Ready || class.State == Deferred {
				out.Messages++
				out.Segments += row.segments
				out.BySegments[row.segments]++
				out.LongestSegments = max(out.LongestSegments, row.segments)
			}
		}
		for code, r := range piece.reasons {
			if _, ok := out.Reasons[code]; !ok {
				out.Reasons[code] = r
			}
		}
		p.progress(out.Base)
		return nil
	})
	if err != nil {
		return Preview{}, err
	}
	out.Audience = out.Tally.Total()
	out.Cost = int64(out.Segments) * p.opts.SegmentPrice
	if c.Spread != nil {
		pacing, err := pacingOf(p.gate, &c, out.Messages, out.At)
		if err != nil {
			return Preview{}, err
		}
		out.Pacing = &pacing
	}
	return out, nil
}

func (p *Planner) progress(n int) {
	if p.opts.Progress != nil {
		p.opts.Progress(n)
	}
}

func (p *Planner) classifier(c *Campaign, at time.Time) (*classifier, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	clause := p.opts.Capabilities.ClauseSeptets
	composers, err := newComposers(c, clause)
	if err != nil {
		return nil, err
	}
	if err := c.checkShortest(clause); err != nil {
		return nil, err
	}
	if c.Request.Purpose == contact.Political {
		if err := errors.Join(c.Audience.guard(p.opts.Schema), c.guardDistricts(p.opts.Schema)); err != nil {
			return nil, fmt.Errorf("campaign %q: %w", c.ID(), err)
		}
	}
	if c.Request.CarrierClause && clause == 0 {
		return nil, fmt.Errorf("campaign %q: Request.CarrierClause is set, and the provider appends no clause", c.ID())
	}
	plan, err := p.gate.Plan(c.Request, at)
	if err != nil {
		return nil, err
	}
	out := &classifier{gate: p.gate, source: p.source, campaign: c, plan: plan, composers: composers, pageSize: p.opts.PageSize}
	if c.Districts == nil {
		out.plans = map[string]*consent.Plan{"": plan}
		return out, nil
	}
	out.plans = make(map[string]*consent.Plan, len(c.Districts.Of))
	for name := range c.Districts.Of {
		if out.plans[name], err = p.gate.Plan(c.In(name).Request, plan.At()); err != nil {
			return nil, fmt.Errorf("campaign %q: district %q: %w", c.ID(), name, err)
		}
	}
	return out, nil
}

// Launch freezes the audience of a campaign, as it is now, and makes the
// campaign ready to run. Whoever is denied now stays excluded; everybody else
// is judged again when their turn comes. It is idempotent, and goes on where an
// earlier launch of the same campaign stopped. A service campaign whose
// templates have words of a vote fails with [ErrPoliticalWords] until a human
// has said that it is one.
func (p *Planner) Launch(ctx context.Context, c Campaign) (Saved, error) {
	cl, err := p.classifier(&c, time.Time{})
	if err != nil {
		return Saved{}, err
	}
	words := wording{request: &c.Request, words: c.Templates}
	if err := checkService(ctx, p.opts.Reviews, p.gate.Keyring().ID(), p.gate.Clock().Now(), words); err != nil {
		return Saved{}, fmt.Errorf("campaign %q: launch: %w", c.ID(), err)
	}
	if err := p.outbox.Create(ctx, c); err != nil {
		return Saved{}, fmt.Errorf("campaign %q: launch: %w", c.ID(), err)
	}
	saved, err := p.outbox.Campaign(ctx, c.ID())
	if err != nil {
		return Saved{}, fmt.Errorf("campaign %q: launch: %w", c.ID(), err)
	}
	if saved.Launch.Complete {
		return saved, nil
	}
	digest := saved.Launch.Digest
	if saved.Launch.Chunks == 0 {
		if digest, err = c.audienceStart(); err != nil {
			return Saved{}, err
		}
	}
	seq, read := saved.Launch.Chunks, 0
	err = cl.each(ctx, saved.Launch.Next, func(piece *piece) error {
		seq++
		read += piece.contacts
		chunk := piece.chunk(c.ID(), seq)
		digest = chunk.sum(digest)
		chunk.Digest = digest
		_, err := p.outbox.Freeze(ctx, p.gate.Keyring().ID(), chunk)
		if err != nil {
			return fmt.Errorf("campaign %q: launch: chunk %d: %w", c.ID(), seq, err)
		}
		p.progress(read)
		return nil
	})
	if err != nil {
		return Saved{}, err
	}
	return p.outbox.Campaign(ctx, c.ID())
}

func (p *piece) chunk(campaign string, seq int) Chunk {
	out := Chunk{Campaign: campaign, Seq: seq, Next: p.next, Last: p.next == "", Rest: Tally{}}
	for i := range p.rows {
		row := &p.rows[i]
		if row.fingerprint.IsZero() {
			out.Rest[row.class]++
			continue
		}
		class := row.class
		if class.State == Deferred {
			class.State = Ready // its time is decided afresh
		}
		out.Rows = append(out.Rows, Row{
			Dispatch:    NewDispatch(campaign, row.fingerprint),
			Contact:     row.contact,
			Fingerprint: row.fingerprint,
			District:    row.district,
			Class:       class,
		})
	}
	return out
}
