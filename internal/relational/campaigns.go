package relational

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
)

// Outbox is a campaign.Outbox.
type Outbox struct{ *Stores }

var (
	_ campaign.Outbox  = Outbox{}
	_ campaign.Records = Outbox{}
)

// campaigns are those that were read: what a campaign is never changes, only how
// far it is.
type campaigns struct {
	mu   sync.RWMutex
	byID map[string]*known
}

// known is a campaign, with what it is in its districts.
type known struct {
	seq      int64
	campaign *campaign.Campaign

	mu        sync.Mutex
	districts map[string]*campaign.Campaign
}

// in returns the campaign as it is in a district. The caller does not change it.
func (k *known) in(district string) *campaign.Campaign {
	if k.campaign.Districts == nil {
		return k.campaign
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.districts[district]
	if c == nil {
		if k.districts == nil {
			k.districts = map[string]*campaign.Campaign{}
		}
		c = k.campaign.In(district)
		k.districts[district] = c
	}
	return c
}

// known returns a campaign. A transaction that reads it does not make it known
// to others, as it may have made it.
func (s *Stores) known(ctx context.Context, tx Tx, id string) (*known, error) {
	s.campaigns.mu.RLock()
	k := s.campaigns.byID[id]
	s.campaigns.mu.RUnlock()
	if k != nil {
		return k, nil
	}
	k = &known{campaign: new(campaign.Campaign)}
	var body []byte
	found, err := one(ctx, tx, "SELECT seq, body FROM campaigns WHERE id = $1", args(text(id)), &k.seq, &body)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("campaign %q: %w", id, contact.ErrNotFound)
	}
	if err := json.Unmarshal(body, k.campaign); err != nil {
		return nil, fmt.Errorf("campaign %q: %w", id, err)
	}
	return k, nil
}

// remember makes a campaign known that a committed transaction has read.
func (s *Stores) remember(k *known) {
	s.campaigns.mu.Lock()
	defer s.campaigns.mu.Unlock()
	if s.campaigns.byID == nil {
		s.campaigns.byID = map[string]*known{}
	}
	const most = 1000 // a host with more of them reads some again
	if len(s.campaigns.byID) >= most {
		clear(s.campaigns.byID)
	}
	s.campaigns.byID[k.campaign.ID()] = k
}

// find returns a campaign, and makes it known.
func (s *Stores) find(ctx context.Context, what, id string) (k *known, err error) {
	s.campaigns.mu.RLock()
	k = s.campaigns.byID[id]
	s.campaigns.mu.RUnlock()
	if k != nil {
		return k, nil
	}
	err = s.read(ctx, what, func(tx Tx) error {
		k, err = s.known(ctx, tx, id)
		return err
	})
	if err == nil {
		s.remember(k)
	}
	return k, err
}

// campaignLock keeps changes of status, and of what is frozen, away from those
// who mark.
func campaignLock(id string, shared bool) []Lock {
	return []Lock{{Name: "campaign " + id, Shared: shared}}
}

// standing is how far a campaign is.
type standing struct {
	status    campaign.Status
	resumed   bool
	launch    campaign.Progress
	approvals []campaign.Approval
	changes   []campaign.StatusChange
}

// approved reports whether as many people have approved as the campaign needs.
func (s *standing) approved(c *campaign.Campaign) bool {
	saved := campaign.Saved{Approvals: s.approvals}
	return c.Approvals == 0 || saved.Approvers() >= c.Approvals
}

func (s *standing) change(c campaign.StatusChange) {
	s.resumed = s.resumed || c.To == campaign.Running
	s.status, s.changes = c.To, append(s.changes, c)
}

func standingOf(ctx context.Context, tx Tx, seq int64) (s standing, err error) {
	var launch, approvals, changes []byte
	var resumed int64
	found, err := one(ctx, tx, "SELECT status, resumed, launch, approvals, changes FROM campaigns WHERE seq = $1", args(seq), &s.status, &resumed, &launch, &approvals, &changes)
	if err != nil || !found {
		return s, fmt.Errorf("campaign %d is not there: %w", seq, err)
	}
	s.resumed = resumed != 0
	for b, to := range map[*[]byte]any{&launch: &s.launch, &approvals: &s.approvals, &changes: &s.changes} {
		if err := wire.Read(*b, to); err != nil {
			return s, err
		}
	}
	if s.launch.Tally == nil {
		s.launch.Tally = campaign.Tally{}
	}
	return s, nil
}

func (s *standing) save(ctx context.Context, tx Tx, seq int64) error {
	resumed := 0
	if s.resumed {
		resumed = 1
	}
	_, err := tx.Exec(ctx, "UPDATE campaigns SET status = $1, resumed = $2, launch = $3, approvals = $4, changes = $5 WHERE seq = $6",
		int(s.status), resumed, wire.Append(nil, s.launch), wire.Append(nil, s.approvals), wire.Append(nil, s.changes), seq)
	return err
}

// Create implements campaign.Campaigns.
func (o Outbox) Create(ctx context.Context, c campaign.Campaign) error {
	_, written, err := campaign.Canonical(c)
	if err != nil {
		return o.fail(ctx, "create", err)
	}
	return o.write(ctx, "create", nil, func(tx Tx) error { return create(ctx, tx, c.ID(), written) })
}

func create(ctx context.Context, tx Tx, id string, written []byte) error {
	fresh := standing{launch: campaign.Progress{Tally: campaign.Tally{}}}
	n, err := tx.Exec(ctx, `INSERT INTO campaigns (id, body, status, resumed, launch, approvals, changes) VALUES ($1, $2, $3, 0, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, text(id), written, int(campaign.Launching),
		wire.Append(nil, fresh.launch), wire.Append(nil, fresh.approvals), wire.Append(nil, fresh.changes))
	if err != nil || n > 0 {
		return err
	}
	var held []byte
	if _, err := one(ctx, tx, "SELECT body FROM campaigns WHERE id = $1", args(text(id)), &held); err != nil {
		return err
	}
	if !bytes.Equal(held, written) {
		return campaign.ErrConflict
	}
	return nil
}

// Campaign implements campaign.Campaigns.
func (o Outbox) Campaign(ctx context.Context, id string) (out campaign.Saved, err error) {
	err = o.read(ctx, "campaign", func(tx Tx) error {
		out = campaign.Saved{}
		var seq int64
		var body []byte
		found, err := one(ctx, tx, "SELECT seq, body FROM campaigns WHERE id = $1", args(text(id)), &seq, &body)
		switch {
		case err != nil:
			return err
		case !found:
			return fmt.Errorf("campaign %q: %w", id, contact.ErrNotFound)
		}
		s, err := standingOf(ctx, tx, seq)
		if err != nil {
			return err
		}
		out.Status, out.Launch, out.Approvals, out.Changes = s.status, s.launch, s.approvals, s.changes
		return json.Unmarshal(body, &out.Campaign)
	})
	return out, err
}

// alter changes how far a campaign is, alone.
func (o Outbox) alter(ctx context.Context, what, id string, f func(tx Tx, k *known, s *standing) error) error {
	k, err := o.find(ctx, what, id)
	if err != nil {
		return err
	}
	return o.write(ctx, what, campaignLock(id, false), func(tx Tx) error {
		s, err := standingOf(ctx, tx, k.seq)
		if err != nil {
			return err
		}
		return f(tx, k, &s)
	})
}

// SetStatus implements campaign.Campaigns.
func (o Outbox) SetStatus(ctx context.Context, id string, c campaign.StatusChange) error {
	return o.alter(ctx, "set status", id, func(tx Tx, k *known, s *standing) (err error) {
		if s.status == c.To {
			return nil
		}
		allowed := c.To == campaign.Stopped ||
			s.status == campaign.Running && c.To == campaign.Paused || s.status == campaign.Paused && c.To == campaign.Running
		if !allowed {
			return fmt.Errorf("%v to %v: %w", s.status, c.To, campaign.ErrStatus)
		}
		if c.At, err = tx.Now(ctx); err != nil {
			return err
		}
		s.change(c)
		return s.save(ctx, tx, k.seq)
	})
}

// Approve implements campaign.Campaigns.
func (o Outbox) Approve(ctx context.Context, id string, a campaign.Approval) error {
	a.At = stamp(a.At)
	return o.alter(ctx, "approve", id, func(tx Tx, k *known, s *standing) error {
		switch {
		case !s.launch.Complete || s.status == campaign.Stopped:
			return fmt.Errorf("campaign %q is %v: %w", id, s.status, campaign.ErrStatus)
		case a.Audience != s.launch.Digest:
			return fmt.Errorf("campaign %q: another audience: %w", id, campaign.ErrApproval)
		}
		for _, held := range s.approvals {
			if held.By == a.By && held.Text == a.Text {
				return nil
			}
		}
		s.approvals = append(s.approvals, a)
		return s.save(ctx, tx, k.seq)
	})
}

// Pulse implements campaign.Campaigns. What is counted is kept with chunks, and
// with each marking: a row of the campaign that every worker wrote to would
// make them wait for each other.
func (o Outbox) Pulse(ctx context.Context, id string, since time.Time) (p campaign.Pulse, err error) {
	k, err := o.find(ctx, "pulse", id)
	if err != nil {
		return p, err
	}
	err = o.read(ctx, "pulse", func(tx Tx) error {
		p = campaign.Pulse{}
		var started, latest *int64
		_, err := one(ctx, tx, "SELECT min(started), max(latest), CAST(coalesce(sum(tried), 0) AS BIGINT) FROM chunks WHERE campaign = $1", args(k.seq), &started, &latest, &p.Tried)
		if err != nil {
			return err
		}
		p.Started, p.Latest = moment(started), moment(latest)
		if _, err := one(ctx, tx, "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM marks WHERE campaign = $1 AND at >= $2", args(k.seq, notBefore(since)), &p.Recent); err != nil {
			return err
		}
		err = tx.Query(ctx, "SELECT sign, count(*) FROM signs WHERE campaign = $1 GROUP BY sign", args(text(id)), func(scan Scan) error {
			var sign, n int
			err := scan(&sign, &n)
			switch campaign.Sign(sign) {
			case campaign.RefusalSign:
				p.Refusals = n
			case campaign.ComplaintSign:
				p.Complaints = n
			}
			return err
		})
		if err != nil {
			return err
		}
		p.Now, err = tx.Now(ctx)
		return err
	})
	return p, err
}

// Freeze implements campaign.Campaigns.
func (o Outbox) Freeze(ctx context.Context, key contact.KeyID, c campaign.Chunk) (out campaign.Progress, err error) {
	k, err := o.find(ctx, "freeze", c.Campaign)
	if err != nil {
		return out, err
	}
	err = o.writeBound(ctx, "freeze", outboxStore, key, campaignLock(c.Campaign, false), func(tx Tx) error {
		s, err := standingOf(ctx, tx, k.seq)
		if err != nil {
			return err
		}
		if c.Seq >= 1 && c.Seq <= s.launch.Chunks {
			out = s.launch
			return nil
		}
		if c.Seq != s.launch.Chunks+1 || s.status != campaign.Launching {
			return fmt.Errorf("chunk %d after %d, %v: %w", c.Seq, s.launch.Chunks, s.status, campaign.ErrStatus)
		}
		if err := freezeRows(ctx, tx, k.seq, &c, s.launch.Tally); err != nil {
			return err
		}
		s.launch.Tally.Add(c.Rest)
		s.launch.Chunks, s.launch.Next, s.launch.Digest = c.Seq, c.Next, c.Digest
		if c.Last {
			s.launch.Complete, s.status = true, campaign.Running
		}
		out = s.launch
		return s.save(ctx, tx, k.seq)
	})
	return out, err
}

var rowColumns = []Column{
	{"dispatch", Bytes}, {"campaign", Int}, {"chunk", Int}, {"pos", Int}, {"contact", Bytes}, {"fingerprint", Bytes},
	{"district", Bytes}, {"state", Int}, {"code", Bytes},
}

// freezeRows writes a chunk and its rows, and counts them.
func freezeRows(ctx context.Context, tx Tx, seq int64, c *campaign.Chunk, tally campaign.Tally) error {
	keys := make([][]byte, len(c.Rows))
	for i := range c.Rows {
		keys[i] = c.Rows[i].Fingerprint[:]
	}
	// By address, and not by dispatch: its ID is made of the address as it was
	// before the key changed in the middle of a launch.
	held := map[contact.Fingerprint]bool{}
	err := pieces(tx, len(keys), func(from, to int) error {
		is, with := tx.Among(args(seq), "fingerprint", keys[from:to])
		return tx.Query(ctx, "SELECT fingerprint FROM rows WHERE campaign + 0 = $1 AND "+is, with, func(scan Scan) error {
			var f []byte
			err := scan(&f)
			held[contact.Fingerprint(f)] = true
			return err
		})
	})
	if err != nil {
		return err
	}
	var rows [][]any
	var wake any
	for _, r := range c.Rows {
		if held[r.Fingerprint] {
			tally[campaign.Class{State: campaign.Excluded, Code: campaign.CodeDuplicate}]++
			continue
		}
		held[r.Fingerprint] = true
		tally[r.Class]++
		if r.Class.State == campaign.Ready {
			wake = int64(0)
		}
		rows = append(rows, args(r.Dispatch[:], seq, c.Seq, len(rows), text(r.Contact), r.Fingerprint[:], text(r.District), int(r.Class.State), text(r.Class.Code)))
	}
	if _, err := tx.Exec(ctx, "INSERT INTO chunks (campaign, seq, token, worker, tried, wake) VALUES ($1, $2, 0, $3, 0, $4)", seq, c.Seq, []byte{}, wake); err != nil {
		return err
	}
	return tx.Insert(ctx, "rows", rowColumns, rows)
}
