package relational

import (
	"context"
	"fmt"

	"github.com/accordsdk/accord/campaign"
	"github.com/google/uuid"
)

// eligible says which of v, ids of attempts, may be marked in a chunk: $1 is the
// campaign, $2 the chunk, $3 the state Ready. The sums keep databases from looking
// at every row of the chunk for each of v. The greatest 2*no + stands is that of
// the last attempt, and even where it does not stand.
const eligible = ` FROM v CROSS JOIN rows r WHERE r.dispatch = v.dispatch AND r.campaign + 0 = $1 AND r.chunk + 0 = $2 AND r.state = $3
	AND 2 * v.no - 2 = (SELECT coalesce(max(2 * a.no + a.stands), 0) FROM attempts a WHERE a.dispatch = v.dispatch)`

var idColumns = []Column{{"dispatch", Bytes}, {"no", Int}}

// Mark implements campaign.Queue. The chunk is locked for the length of the
// step, so that whoever holds an older lease waits, and then finds a newer
// token. A cancelling is kept apart by the key of attempts alone: it and a mark
// insert the same one, and who comes second does nothing.
func (o Outbox) Mark(ctx context.Context, l campaign.Lease, ids []campaign.AttemptID) (out []bool, err error) {
	k, err := o.find(ctx, "mark", l.Campaign)
	if err != nil {
		return nil, err
	}
	// With a pilot, marks of several chunks must be counted together.
	err = o.write(ctx, "mark", campaignLock(l.Campaign, k.campaign.Pilot == 0), func(tx Tx) error {
		out = make([]bool, len(ids))
		if err := o.homed(ctx, tx); err != nil {
			return err
		}
		h, err := leased(ctx, tx, k.seq, l)
		if err != nil {
			return err
		}
		var status campaign.Status
		var resumed int64
		if _, err := one(ctx, tx, "SELECT status, resumed FROM campaigns WHERE seq = $1", args(k.seq), &status, &resumed); err != nil {
			return err
		}
		if status != campaign.Running {
			return fmt.Errorf("campaign %q is %v: %w", l.Campaign, status, campaign.ErrStatus)
		}
		chosen, room := firstOfEach(ids), -1
		if k.campaign.Pilot > 0 && resumed == 0 {
			if chosen, room, err = o.pilot(ctx, tx, k, l.Chunk, chosen); err != nil {
				return err
			}
		}
		marked, err := insertMarks(ctx, tx, k.seq, l.Chunk, &h, chosen)
		if err != nil {
			return err
		}
		n, tried := 0, 0
		for i, id := range ids {
			if out[i] = marked[id]; !out[i] {
				continue
			}
			delete(marked, id) // the same once more is not recorded once more
			n++
			if id.No == 1 {
				tried++
			}
		}
		if n > 0 {
			if err := beat(ctx, tx, k.seq, l.Chunk, &h, n, tried); err != nil {
				return err
			}
		}
		if room < 0 || tried < room {
			return nil
		}
		s, err := standingOf(ctx, tx, k.seq)
		if err != nil {
			return err
		}
		s.change(campaign.StatusChange{To: campaign.Paused, By: campaign.ByAccord, Why: campaign.PilotDone, At: h.now})
		return s.save(ctx, tx, k.seq)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func firstOfEach(ids []campaign.AttemptID) []campaign.AttemptID {
	seen := make(map[campaign.AttemptID]bool, len(ids))
	out := make([]campaign.AttemptID, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id], out = true, append(out, id)
		}
	}
	return out
}

func idRows(ids []campaign.AttemptID) [][]any {
	rows := make([][]any, len(ids))
	for i := range ids {
		rows[i] = args(ids[i].Dispatch[:], ids[i].No)
	}
	return rows
}

// pilot returns those of ids that a pilot has room for, in their order, and how
// many first attempts that is at most.
func (o Outbox) pilot(ctx context.Context, tx Tx, k *known, chunk int, ids []campaign.AttemptID) ([]campaign.AttemptID, int, error) {
	tried := 0
	if _, err := one(ctx, tx, "SELECT CAST(coalesce(sum(tried), 0) AS BIGINT) FROM chunks WHERE campaign = $1", args(k.seq), &tried); err != nil {
		return nil, 0, err
	}
	can := map[campaign.AttemptID]bool{}
	err := pieces(tx, len(ids), func(from, to int) error {
		v, held := tx.Values(args(k.seq, chunk, int(campaign.Ready)), "v", idColumns, idRows(ids[from:to]))
		return tx.Query(ctx, "WITH "+v+" SELECT v.dispatch, v.no"+eligible, held, func(scan Scan) error {
			id, err := scanID(scan)
			can[id] = true
			return err
		})
	})
	room := max(0, k.campaign.Pilot-tried)
	var out []campaign.AttemptID
	firsts := 0
	for _, id := range ids {
		if !can[id] || id.No == 1 && firsts == room {
			continue
		}
		if out = append(out, id); id.No == 1 {
			firsts++
		}
	}
	return out, room, err
}

func scanID(scan Scan) (id campaign.AttemptID, err error) {
	var dispatch []byte
	if err := scan(&dispatch, &id.No); err != nil {
		return id, err
	}
	id.Dispatch = uuid.UUID(dispatch)
	return id, nil
}

// insertMarks inserts the attempts that may be made, and returns them.
func insertMarks(ctx context.Context, tx Tx, seq int64, chunk int, h *holding, ids []campaign.AttemptID) (map[campaign.AttemptID]bool, error) {
	marked := make(map[campaign.AttemptID]bool, len(ids))
	err := pieces(tx, len(ids), func(from, to int) error {
		with := args(seq, chunk, int(campaign.Ready), h.worker, h.now.UnixMicro(), h.until.UnixMicro(), []byte{})
		v, held := tx.Values(with, "v", idColumns, idRows(ids[from:to]))
		return tx.Query(ctx, "WITH "+v+` INSERT INTO attempts (dispatch, no, campaign, chunk, worker, marked, lease_until, cancel, stands, kind, outcome,
			code, final, receipt, receipt_segments, contradictions) SELECT v.dispatch, v.no, r.campaign, r.chunk, $4, $5, $6, 0, 1, 0, 0, $7, 0, 0, 0, 0`+
			eligible+" ON CONFLICT (dispatch, no) DO NOTHING RETURNING dispatch, no", held, func(scan Scan) error {
			id, err := scanID(scan)
			marked[id] = true
			return err
		})
	})
	return marked, err
}

// beat counts attempts that were marked.
func beat(ctx context.Context, tx Tx, seq int64, chunk int, h *holding, n, tried int) error {
	now := h.now.UnixMicro()
	_, err := tx.Exec(ctx, "UPDATE chunks SET tried = tried + $1, started = coalesce(started, $2), latest = $2 WHERE campaign = $3 AND seq = $4", tried, now, seq, chunk)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO marks (campaign, at, n) VALUES ($1, $2, $3)", seq, now, n)
	return err
}
