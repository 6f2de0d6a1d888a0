package relational

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/google/uuid"
)

// Rows implements campaign.Records. Its cursor is a chunk and a place in it:
// chunks are added at the end, and never change.
func (o Outbox) Rows(ctx context.Context, id, after string, limit int) (out campaign.RecordPage, err error) {
	k, err := o.find(ctx, "rows", id)
	if err != nil {
		return out, err
	}
	chunk, pos, ok := place(after)
	if !ok {
		return out, o.fail(ctx, "rows", campaign.ErrCursor)
	}
	limit = max(1, limit)
	err = o.read(ctx, "rows", func(tx Tx) error {
		out = campaign.RecordPage{}
		if after != "" {
			there := 0
			if _, err := one(ctx, tx, "SELECT 1 FROM rows WHERE campaign = $1 AND chunk = $2 AND pos = $3", args(k.seq, chunk, pos), &there); err != nil {
				return err
			}
			if there == 0 {
				return campaign.ErrCursor
			}
		}
		s, err := standingOf(ctx, tx, k.seq)
		if err != nil {
			return err
		}
		if out.Now, err = tx.Now(ctx); err != nil {
			return err
		}
		return o.page(ctx, tx, k, chunk, pos, limit, s.status, &out)
	})
	if err != nil {
		return campaign.RecordPage{}, err
	}
	return out, nil
}

func place(cursor string) (chunk, pos int, ok bool) {
	if cursor == "" {
		return 0, 0, true
	}
	first, second, _ := strings.Cut(cursor, "/")
	chunk, err1 := strconv.Atoi(first)
	pos, err2 := strconv.Atoi(second)
	return chunk, pos, err1 == nil && err2 == nil && chunk > 0 && pos >= 0
}

func (o Outbox) page(ctx context.Context, tx Tx, k *known, chunk, pos, limit int, status campaign.Status, out *campaign.RecordPage) error {
	type deferral struct {
		until *int64
		code  []byte
	}
	var keys [][]byte
	var off []deferral
	at := map[uuid.UUID]int{}
	err := tx.Query(ctx, `SELECT r.dispatch, r.contact, r.fingerprint, r.district, r.code, r.state, d.until, d.code, r.chunk, r.pos
		FROM rows r LEFT JOIN deferrals d ON d.dispatch = r.dispatch WHERE r.campaign = $1 AND (r.chunk, r.pos) >= ($2, $3)
		ORDER BY r.campaign, r.chunk, r.pos LIMIT $4`, args(k.seq, chunk, pos, limit+1), func(scan Scan) error {
		var state campaign.State
		var d deferral
		var chunk, pos int
		r, err := scanRow(scan, 0, &state, &d.until, &d.code, &chunk, &pos)
		if err != nil {
			return err
		}
		if len(out.Rows) == limit {
			out.Next = fmt.Sprintf("%d/%d", chunk, pos)
			return nil
		}
		r.Class.State = state
		at[r.Dispatch] = len(out.Rows)
		keys, off = append(keys, r.Dispatch[:]), append(off, d)
		out.Rows = append(out.Rows, campaign.Recorded{Dispatched: campaign.Dispatched{Campaign: k.campaign.ID(), Row: r}})
		return nil
	})
	if err != nil {
		return err
	}
	err = pieces(tx, len(keys), func(from, to int) error {
		is, held := tx.AmongPieces(nil, "a.dispatch", keys[from:to])
		return tx.Query(ctx, "SELECT "+attemptColumns+" FROM attempts a WHERE "+is+" ORDER BY a.dispatch, a.no", held, func(scan Scan) error {
			a, err := scanAttempt(scan)
			if err != nil {
				return err
			}
			r := &out.Rows[at[a.ID.Dispatch]]
			r.Attempts = append(r.Attempts, a)
			return nil
		})
	})
	for i := range out.Rows {
		r := &out.Rows[i]
		c := standsIn{row: r.Row.Class, until: moment(off[i].until), code: string(off[i].code)}
		if n := len(r.Attempts); n > 0 {
			c.last = &r.Attempts[n-1]
		}
		r.Class = c.class(status, out.Now)
	}
	return err
}

// Events implements campaign.Records. Its cursor is the time and ID of the last
// event read.
func (o Outbox) Events(ctx context.Context, from, until time.Time, after string, limit int) (out []campaign.EventRecord, next string, err error) {
	at, id := notBefore(from), ""
	since := "(at, id) >= ($1, $2)"
	if after != "" {
		micros, last, ok := strings.Cut(after, "/")
		n, err := strconv.ParseInt(micros, 10, 64)
		if !ok || err != nil {
			return nil, "", o.fail(ctx, "events", campaign.ErrCursor)
		}
		if n >= at {
			at, id, since = n, last, "(at, id) > ($1, $2)"
		}
	}
	limit = max(1, limit)
	full := errors.New("the page is full")
	err = o.read(ctx, "events", func(tx Tx) error {
		out, next = nil, ""
		err := tx.Query(ctx, "SELECT body FROM events WHERE "+since+" AND at < $3 ORDER BY at, id LIMIT $4", args(at, text(id), notBefore(until), limit+1), func(scan Scan) error {
			var body []byte
			var r campaign.EventRecord
			if err := scan(&body); err != nil {
				return err
			}
			if len(out) == limit {
				return full
			}
			err := wire.Read(body, &r)
			out = append(out, r)
			return err
		})
		if errors.Is(err, full) {
			last := &out[limit-1]
			next = fmt.Sprintf("%d/%s", last.At.UnixMicro(), last.ID)
			return nil
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return out, next, nil
}

// Remember implements campaign.Outbox.
func (o Outbox) Remember(ctx context.Context, r campaign.EventRecord) (held campaign.EventRecord, fresh bool, err error) {
	err = o.write(ctx, "remember", nil, func(tx Tx) error {
		held, fresh, err = remember(ctx, tx, r)
		return err
	})
	if err != nil {
		return campaign.EventRecord{}, false, err
	}
	return held, fresh, nil
}

func remember(ctx context.Context, tx Tx, r campaign.EventRecord) (held campaign.EventRecord, fresh bool, err error) {
	r.At = stamp(r.At)
	body := wire.Append(nil, r)
	n, err := tx.Exec(ctx, "INSERT INTO events (id, at, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING", text(r.ID), r.At.UnixMicro(), body)
	if err != nil {
		return held, false, err
	}
	fresh = n > 0
	if !fresh {
		if _, err := one(ctx, tx, "SELECT body FROM events WHERE id = $1", args(text(r.ID)), &body); err != nil {
			return held, false, err
		}
	}
	if err := wire.Read(body, &held); err != nil || !fresh || r.Sign == campaign.NoSign {
		return held, fresh, err
	}
	var rows [][]any
	for _, id := range r.Campaigns {
		rows = append(rows, args(text(id), int(r.Sign)))
	}
	return held, true, tx.Insert(ctx, "signs", []Column{{"campaign", Bytes}, {"sign", Int}}, rows)
}
