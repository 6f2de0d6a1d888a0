package relational

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
)

// Settle implements campaign.Queue.
func (o Outbox) Settle(ctx context.Context, ss []campaign.Settlement) error {
	var missing error
	err := o.write(ctx, "settle", nil, func(tx Tx) error {
		missing = nil
		ids := make([]campaign.AttemptID, len(ss))
		for i := range ss {
			ids[i] = ss[i].Attempt
		}
		held, err := lockAttempts(ctx, tx, firstOfEach(ids))
		if err != nil {
			return err
		}
		var changed []*locked
		for _, s := range ss {
			a := held[s.Attempt]
			if a == nil || a.Cancel {
				missing = fmt.Errorf("dispatch %v attempt %d: %w", s.Attempt.Dispatch, s.Attempt.No, contact.ErrNotFound)
				continue
			}
			s.At, s.Until = stamp(s.At), stamp(s.Until)
			if a.Settle(s) && !a.changed {
				a.changed, changed = true, append(changed, a)
			}
		}
		return saveAttempts(ctx, tx, changed)
	})
	if err == nil && missing != nil {
		err = o.fail(ctx, "settle", missing)
	}
	return err
}

// locked is an attempt that nobody else changes until the transaction ends.
type locked struct {
	campaign.Attempt
	seq     int64 // of its campaign
	chunk   int
	open    bool // it stood when it was read
	changed bool
}

// lockAttempts reads attempts, in the order of their keys.
func lockAttempts(ctx context.Context, tx Tx, ids []campaign.AttemptID) (map[campaign.AttemptID]*locked, error) {
	slices.SortFunc(ids, func(a, b campaign.AttemptID) int {
		return cmp.Or(bytes.Compare(a.Dispatch[:], b.Dispatch[:]), a.No-b.No)
	})
	out := make(map[campaign.AttemptID]*locked, len(ids))
	suffix := ""
	if tx.ForUpdate() != "" {
		suffix = tx.ForUpdate() + " OF a"
	}
	return out, pieces(tx, len(ids), func(from, to int) error {
		v, held := tx.Values(nil, "v", idColumns, idRows(ids[from:to]))
		return tx.Query(ctx, "WITH "+v+" SELECT "+attemptColumns+`, a.trace, a.campaign, a.chunk, a.stands
			FROM v CROSS JOIN attempts a WHERE a.dispatch = v.dispatch AND a.no = v.no
			ORDER BY a.dispatch, a.no`+suffix, held, func(scan Scan) error {
			l := &locked{}
			var stands int64
			var err error
			l.Attempt, err = scanTraced(scan, &l.seq, &l.chunk, &stands)
			l.open = stands != 0
			out[l.ID] = l
			return err
		})
	})
}

// saveAttempts writes what is known of attempts, and wakes the chunks of those
// after which another may be made.
func saveAttempts(ctx context.Context, tx Tx, changed []*locked) error {
	rows := make([][]any, len(changed))
	for i, a := range changed {
		rows[i] = outcomeRow(&a.Attempt)
	}
	err := pieces(tx, len(rows), func(from, to int) error {
		v, held := tx.Values(nil, "v", outcomeColumns, rows[from:to])
		_, err := tx.Exec(ctx, "WITH "+v+setOutcome, held...)
		return err
	})
	if err != nil {
		return err
	}
	type place struct {
		seq   int64
		chunk int
	}
	wake := map[place]time.Time{}
	var places []place
	for _, a := range changed {
		if !a.open || a.Stands() {
			continue
		}
		p := place{a.seq, a.chunk}
		at, known := wake[p]
		if !known {
			places = append(places, p)
		}
		if !known || a.Settlement.Until.Before(at) {
			wake[p] = a.Settlement.Until
		}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.seq, b.seq), a.chunk-b.chunk) })
	for _, p := range places {
		at := int64(0)
		if t := wake[p]; !t.IsZero() {
			at = max(0, t.UnixMicro())
		}
		// A lease that holds keeps the chunk from others until it ends.
		_, err := tx.Exec(ctx, `UPDATE chunks SET wake = CASE WHEN until > $1 THEN until ELSE $1 END
			WHERE campaign = $2 AND seq = $3 AND (wake IS NULL OR wake > CASE WHEN until > $1 THEN until ELSE $1 END)`, at, p.seq, p.chunk)
		if err != nil {
			return err
		}
	}
	return nil
}

// Report implements campaign.Messages.
func (o Outbox) Report(ctx context.Context, receipt campaign.Receipt) (out campaign.Attempt, fresh bool, err error) {
	receipt.At = stamp(receipt.At)
	err = o.write(ctx, "report", nil, func(tx Tx) error {
		id, found, err := reported(ctx, tx, receipt.Ref)
		if err != nil {
			return err
		}
		if !found {
			return contact.ErrNotFound
		}
		held, err := lockAttempts(ctx, tx, []campaign.AttemptID{id})
		if err != nil {
			return err
		}
		a := held[id]
		before := a.Attempt
		fresh = a.Report(receipt)
		out = a.Attempt
		if before == out {
			return nil // the same once more
		}
		return saveAttempts(ctx, tx, []*locked{a})
	})
	if err != nil {
		return campaign.Attempt{}, false, err
	}
	return out, fresh, nil
}

// reported returns the attempt that a receipt is about: the one that the carrier
// gave the ID to, or the last.
func reported(ctx context.Context, tx Tx, ref campaign.Ref) (id campaign.AttemptID, found bool, err error) {
	dispatch, found, err := dispatchOf(ctx, tx, ref)
	if err != nil || !found {
		return id, false, err
	}
	found = false
	err = tx.Query(ctx, `SELECT dispatch, no FROM attempts WHERE dispatch = $1 AND cancel = 0
		ORDER BY CASE WHEN carrier_id = $2 THEN 0 ELSE 1 END, no DESC LIMIT 1`, args(dispatch, text(ref.CarrierID)), func(scan Scan) error {
		found = true
		id, err = scanID(scan)
		return err
	})
	return id, found, err
}
