package relational

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// The wake of a chunk is a moment before which no row of it can be tried, NULL
// where none can be, as far as anybody knows. It is never later than the truth:
// who finds nothing to try puts it right.

// Lease implements campaign.Queue.
func (o Outbox) Lease(ctx context.Context, id, worker string, d time.Duration) (l campaign.Lease, err error) {
	k, err := o.find(ctx, "lease", id)
	if err != nil {
		return l, err
	}
	err = o.write(ctx, "lease", campaignLock(id, true), func(tx Tx) error {
		l = campaign.Lease{Campaign: id}
		if err := o.homed(ctx, tx); err != nil {
			return err
		}
		s, err := standingOf(ctx, tx, k.seq)
		switch {
		case err != nil:
			return err
		case s.status != campaign.Running:
			return fmt.Errorf("campaign %q is %v: %w", id, s.status, campaign.ErrStatus)
		case !s.approved(k.campaign):
			return fmt.Errorf("campaign %q: %w", id, campaign.ErrApproval)
		}
		if l.Now, err = tx.Now(ctx); err != nil {
			return err
		}
		for {
			c, found, err := soonest(ctx, tx, k.seq)
			if err == nil && !found {
				l.Next, err = busy(ctx, tx, k.seq, l.Now)
				return err
			}
			if err != nil {
				return err
			}
			rows, due, err := pending(ctx, tx, k.seq, c.seq, l.Now)
			if err != nil {
				return err
			}
			if !l.Now.Before(c.until) && len(rows) > 0 {
				l.Chunk, l.Token, l.Until, l.Rows = c.seq, uint64(c.token)+1, stamp(l.Now.Add(d)), rows
				_, err = tx.Exec(ctx, "UPDATE chunks SET token = $1, worker = $2, until = $3, wake = $3 WHERE campaign = $4 AND seq = $5",
					int64(l.Token), text(worker), l.Until.UnixMicro(), k.seq, c.seq)
				return err
			}
			wake := due
			if len(rows) > 0 || due != nil && due.Before(c.until) {
				wake = &c.until
			}
			if wake != nil && wake.Equal(c.wake) {
				l.Next = c.wake
				return nil
			}
			if err := setWake(ctx, tx, k.seq, c.seq, wake); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return campaign.Lease{}, err
	}
	return l, nil
}

// A sleeping chunk is one that has rows that can be tried at some time, as far
// as anybody knows.
type sleeping struct {
	seq         int
	token       int64
	until, wake time.Time
}

// soonest locks the chunk that wakes first, of those that nobody else locks.
func soonest(ctx context.Context, tx Tx, campaign int64) (c sleeping, found bool, err error) {
	var until *int64
	var wake int64
	found, err = one(ctx, tx, "SELECT seq, token, until, wake FROM chunks WHERE campaign = $1 AND wake IS NOT NULL ORDER BY wake, seq LIMIT 1"+tx.ForUpdate()+tx.SkipLocked(),
		args(campaign), &c.seq, &c.token, &until, &wake)
	c.until, c.wake = moment(until), time.UnixMicro(wake).UTC()
	return c, found, err
}

// busy returns when to come again where every chunk that may have something is
// locked by somebody else at this moment, and the zero time where there is none.
func busy(ctx context.Context, tx Tx, campaign int64, now time.Time) (time.Time, error) {
	var wake *int64
	_, err := one(ctx, tx, "SELECT min(wake) FROM chunks WHERE campaign = $1 AND wake IS NOT NULL", args(campaign), &wake)
	if at := moment(wake); wake != nil && at.Before(now) {
		return now, err
	}
	return moment(wake), err
}

func setWake(ctx context.Context, tx Tx, campaign int64, chunk int, wake *time.Time) error {
	var at any
	if wake != nil {
		at = max(0, wake.UnixMicro())
		if wake.IsZero() {
			at = int64(0)
		}
	}
	_, err := tx.Exec(ctx, "UPDATE chunks SET wake = $1 WHERE campaign = $2 AND seq = $3", at, campaign, chunk)
	return err
}

// pending returns the rows of a chunk that may be tried now, and the earliest
// moment at which one may be that may not, nil where there is none.
func pending(ctx context.Context, tx Tx, seq int64, chunk int, now time.Time) (rows []campaign.Pending, due *time.Time, err error) {
	tries, over, err := triesOf(ctx, tx, seq, chunk)
	if err != nil {
		return nil, nil, err
	}
	if over > 0 {
		ready := 0
		_, err := one(ctx, tx, "SELECT count(*) FROM rows WHERE campaign = $1 AND chunk = $2 AND state = $3", args(seq, chunk, int(campaign.Ready)), &ready)
		if err != nil || ready == over {
			return nil, nil, err // nothing to read
		}
	}
	err = tx.Query(ctx, `SELECT r.dispatch, r.contact, r.fingerprint, r.district, r.code, d.until FROM rows r LEFT JOIN deferrals d ON d.dispatch = r.dispatch
		WHERE r.campaign = $1 AND r.chunk = $2 AND r.state = $3 ORDER BY r.pos`,
		args(seq, chunk, int(campaign.Ready)), func(scan Scan) error {
			var off *int64
			r, err := scanRow(scan, campaign.Ready, &off)
			if err != nil {
				return err
			}
			last := tries[r.Dispatch]
			if last.stands {
				return nil
			}
			at := moment(off)
			if last.until.After(at) {
				at = last.until
			}
			if now.Before(at) {
				if due == nil || at.Before(*due) {
					due = &at
				}
				return nil
			}
			rows = append(rows, campaign.Pending{Row: r, No: last.no + 1})
			return nil
		})
	return rows, due, err
}

// A try is the last attempt at a dispatch.
type try struct {
	no     int
	stands bool
	until  time.Time
}

// triesOf returns the last attempt at each dispatch of a chunk that has one, and
// how many of them stand.
func triesOf(ctx context.Context, tx Tx, seq int64, chunk int) (last map[uuid.UUID]try, over int, err error) {
	last = map[uuid.UUID]try{}
	err = tx.Query(ctx, "SELECT dispatch, no, stands, until FROM attempts WHERE campaign = $1 AND chunk = $2", args(seq, chunk), func(scan Scan) error {
		var dispatch []byte
		var stands int64
		var until *int64
		t := try{}
		if err := scan(&dispatch, &t.no, &stands, &until); err != nil {
			return err
		}
		t.stands, t.until = stands != 0, moment(until)
		if id := uuid.UUID(dispatch); last[id].no < t.no {
			last[id] = t
		}
		return nil
	})
	for _, t := range last {
		if t.stands {
			over++
		}
	}
	return last, over, err
}

// scanRow reads dispatch, contact, fingerprint, district and code, and what
// comes after them into more.
func scanRow(scan Scan, state campaign.State, more ...any) (r campaign.Row, err error) {
	var dispatch, who, fingerprint, district, code []byte
	if err := scan(append([]any{&dispatch, &who, &fingerprint, &district, &code}, more...)...); err != nil {
		return r, err
	}
	return campaign.Row{
		Dispatch: uuid.UUID(dispatch), Contact: contact.ID(who), Fingerprint: contact.Fingerprint(fingerprint), District: string(district),
		Class: campaign.Class{State: state, Code: consent.Code(code)},
	}, nil
}

// A holding is a lease that still holds, and whose chunk is locked.
type holding struct {
	now, until time.Time
	worker     []byte
}

// leased locks the chunk of a lease that still holds.
func leased(ctx context.Context, tx Tx, seq int64, l campaign.Lease) (h holding, err error) {
	var token int64
	var until *int64
	found, err := one(ctx, tx, "SELECT token, until, worker FROM chunks WHERE campaign = $1 AND seq = $2"+tx.ForUpdate(), args(seq, l.Chunk), &token, &until, &h.worker)
	switch {
	case err != nil:
		return h, err
	case !found:
		return h, fmt.Errorf("chunk %d: %w", l.Chunk, contact.ErrNotFound)
	}
	if h.now, err = tx.Now(ctx); err != nil {
		return h, err
	}
	h.until = moment(until)
	if uint64(token) != l.Token || !h.now.Before(h.until) {
		return h, fmt.Errorf("chunk %d token %d: %w", l.Chunk, l.Token, campaign.ErrLease)
	}
	return h, nil
}

// Defer implements campaign.Queue.
func (o Outbox) Defer(ctx context.Context, l campaign.Lease, ds []campaign.Deferral) error {
	k, err := o.find(ctx, "defer", l.Campaign)
	if err != nil {
		return err
	}
	at := map[uuid.UUID]int{}
	var rows [][]any
	for _, d := range ds {
		row := args(d.Dispatch[:], micro(stamp(d.Until)), text(d.Code))
		if i, again := at[d.Dispatch]; again {
			rows[i] = row
			continue
		}
		at[d.Dispatch], rows = len(rows), append(rows, row)
	}
	return o.write(ctx, "defer", nil, func(tx Tx) error {
		if _, err := leased(ctx, tx, k.seq, l); err != nil {
			return err
		}
		return pieces(tx, len(rows), func(from, to int) error {
			v, held := tx.Values(args(k.seq, l.Chunk), "v", []Column{{"dispatch", Bytes}, {"until", Int}, {"code", Bytes}}, rows[from:to])
			_, err := tx.Exec(ctx, "WITH "+v+` INSERT INTO deferrals (dispatch, until, code) SELECT v.dispatch, v.until, v.code
				FROM v CROSS JOIN rows r WHERE r.dispatch = v.dispatch AND r.campaign + 0 = $1 AND r.chunk + 0 = $2
				ON CONFLICT (dispatch) DO UPDATE SET until = excluded.until, code = excluded.code`, held...)
			return err
		})
	})
}

// Release implements campaign.Queue.
func (o Outbox) Release(ctx context.Context, l campaign.Lease) error {
	k, err := o.find(ctx, "release", l.Campaign)
	if err != nil {
		return err
	}
	over := false
	err = o.write(ctx, "release", nil, func(tx Tx) error {
		h, err := leased(ctx, tx, k.seq, l)
		if over = err != nil; over {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE chunks SET until = NULL WHERE campaign = $1 AND seq = $2", k.seq, l.Chunk); err != nil {
			return err
		}
		rows, due, err := pending(ctx, tx, k.seq, l.Chunk, h.now)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			due = new(time.Time)
		}
		return setWake(ctx, tx, k.seq, l.Chunk, due)
	})
	if over && (errors.Is(err, campaign.ErrLease) || errors.Is(err, contact.ErrNotFound)) {
		return nil
	}
	return err
}
