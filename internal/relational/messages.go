package relational

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// Cancel implements campaign.Messages.
func (o Outbox) Cancel(ctx context.Context, key contact.KeyID, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (n int, err error) {
	err = o.writeBound(ctx, "cancel", outboxStore, key, nil, func(tx Tx) error {
		n, err = o.cancel(ctx, tx, f, scopes, at)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *Stores) cancel(ctx context.Context, tx Tx, f contact.Fingerprint, scopes []contact.Scope, at time.Time) (int, error) {
	type row struct {
		dispatch []byte
		campaign string
		district string
		seq      int64
		chunk    int
		no       int
	}
	var found []row
	err := tx.Query(ctx, `SELECT r.dispatch, c.id, r.district, r.campaign, r.chunk, coalesce(a.no, 0) FROM rows r JOIN campaigns c ON c.seq = r.campaign
		LEFT JOIN attempts a ON a.dispatch = r.dispatch AND a.no = (SELECT max(b.no) FROM attempts b WHERE b.dispatch = r.dispatch)
		WHERE r.fingerprint = $1 AND r.state = $2 AND (a.stands IS NULL OR a.stands = 0)`, args(f[:], int(campaign.Ready)), func(scan Scan) error {
		var r row
		var name, district []byte
		err := scan(&r.dispatch, &name, &district, &r.seq, &r.chunk, &r.no)
		r.campaign, r.district = string(name), string(district)
		found = append(found, r)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range found {
		k, err := s.known(ctx, tx, r.campaign)
		if err != nil {
			return 0, err
		}
		target := k.in(r.district).Request.Target()
		if !slices.ContainsFunc(scopes, func(s contact.Scope) bool { return s.Covers(&target) }) {
			continue
		}
		// In the place of the next attempt: a mark of it that comes first keeps it.
		done, err := tx.Exec(ctx, `INSERT INTO attempts (dispatch, no, campaign, chunk, worker, marked, cancel, stands, kind, outcome,
			code, final, receipt, receipt_segments, contradictions) VALUES ($1, $2, $3, $4, $5, $6, 1, 1, 0, 0, $5, 0, 0, 0, 0)
			ON CONFLICT (dispatch, no) DO NOTHING`, r.dispatch, r.no+1, r.seq, r.chunk, []byte{}, stamp(at).UnixMicro())
		if err != nil {
			return 0, err
		}
		n += int(done)
	}
	return n, nil
}

// InFlight implements campaign.Messages.
func (o Outbox) InFlight(ctx context.Context, key contact.KeyID, f contact.Fingerprint) (out []campaign.Attempt, err error) {
	err = o.readBound(ctx, "in flight", outboxStore, key, func(tx Tx) error {
		out = nil
		keys, rows, err := addressed(ctx, tx, [][]byte{f[:]})
		if err != nil {
			return err
		}
		err = attemptsAt(ctx, tx, keys, "a.cancel = 0 AND a.stands = 1", true, func(a campaign.Attempt) {
			if !a.Known() {
				out = append(out, a)
			}
		})
		slices.SortFunc(out, func(a, b campaign.Attempt) int {
			return cmp.Or(older(a, b), rows[a.ID.Dispatch].after(rows[b.ID.Dispatch]), a.ID.No-b.ID.No)
		})
		return err
	})
	return out, err
}

// An addressee is a row of a campaign, without what only a worker needs.
type addressee struct {
	fingerprint contact.Fingerprint
	district    string
	campaign    int64
	chunk, pos  int
}

// after orders rows as their audience is.
func (r addressee) after(o addressee) int {
	return cmp.Or(cmp.Compare(r.campaign, o.campaign), r.chunk-o.chunk, r.pos-o.pos)
}

// addressed returns the dispatches to addresses. What became of them is asked for
// in a statement of its own: in one with both, databases that have not counted
// their tables yet go through all attempts to find those of a person.
func addressed(ctx context.Context, tx Tx, fingerprints [][]byte) (keys [][]byte, rows map[uuid.UUID]addressee, err error) {
	rows = map[uuid.UUID]addressee{}
	err = pieces(tx, len(fingerprints), func(from, to int) error {
		is, held := tx.Among(nil, "fingerprint", fingerprints[from:to])
		return tx.Query(ctx, "SELECT dispatch, fingerprint, district, campaign, chunk, pos FROM rows WHERE "+is, held, func(scan Scan) error {
			var dispatch, fingerprint, district []byte
			var r addressee
			if err := scan(&dispatch, &fingerprint, &district, &r.campaign, &r.chunk, &r.pos); err != nil {
				return err
			}
			r.fingerprint, r.district = contact.Fingerprint(fingerprint), string(district)
			keys, rows[uuid.UUID(dispatch)] = append(keys, dispatch), r
			return nil
		})
	})
	return keys, rows, err
}

// attemptsAt calls f for the attempts at dispatches that a condition holds for,
// with their traces or without.
func attemptsAt(ctx context.Context, tx Tx, dispatches [][]byte, where string, traced bool, f func(campaign.Attempt)) error {
	columns, read := attemptColumns, scanAttempt
	if traced {
		columns, read = attemptColumns+", a.trace", scanTraced
	}
	return pieces(tx, len(dispatches), func(from, to int) error {
		is, held := tx.Among(nil, "a.dispatch", dispatches[from:to])
		return tx.Query(ctx, "SELECT "+columns+" FROM attempts a WHERE "+where+" AND "+is, held, func(scan Scan) error {
			a, err := read(scan)
			if err == nil {
				f(a)
			}
			return err
		})
	})
}

// older orders attempts by when they were marked. Those of one moment stay in
// the order of their audience.
func older(a, b campaign.Attempt) int {
	if c := a.Marked.Compare(b.Marked); c != 0 {
		return c
	}
	return strings.Compare(a.Campaign, b.Campaign)
}

// Sent implements campaign.Messages.
func (o Outbox) Sent(ctx context.Context, key contact.KeyID, fs []contact.Fingerprint, since time.Time) (out [][]consent.Sent, err error) {
	keys, at := distinct(fs, printBytes)
	err = o.readBound(ctx, "sent", outboxStore, key, func(tx Tx) error {
		out = make([][]consent.Sent, len(fs))
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		type message struct {
			fingerprint contact.Fingerprint
			district    string
			attempt     campaign.Attempt
		}
		var found []message
		dispatches, rows, err := addressed(ctx, tx, keys)
		if err != nil {
			return err
		}
		err = attemptsAt(ctx, tx, dispatches, fmt.Sprintf("a.cancel = 0 AND a.marked >= %d", notBefore(since)), false, func(a campaign.Attempt) {
			if r := rows[a.ID.Dispatch]; a.Counts() {
				found = append(found, message{r.fingerprint, r.district, a})
			}
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(found, func(x, y message) int { return older(x.attempt, y.attempt) })
		for i := range found {
			m := &found[i]
			k, err := o.known(ctx, tx, m.attempt.Campaign)
			if err != nil {
				return err
			}
			s := sentOf(k.in(m.district), &m.attempt, m.district, now)
			for _, i := range at[m.fingerprint] {
				out[i] = append(out[i], s)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func sentOf(c *campaign.Campaign, a *campaign.Attempt, district string, now time.Time) consent.Sent {
	req := &c.Request
	s := consent.Sent{
		Dispatch: a.ID.Dispatch, Campaign: req.Campaign, Client: req.Client, Base: req.Base.ID, Purpose: req.Purpose,
		Kind: req.Kind, Channel: req.Channel, Election: req.Election, Sender: req.Sender.ReplyPath(), At: a.Marked, Proof: req.Proof, District: district,
		InFlight: a.Class(campaign.Class{State: campaign.Ready}, now).State == campaign.InFlight,
	}
	for _, p := range req.Controllers {
		s.Controllers = append(s.Controllers, p.ID)
	}
	return s
}

// dispatchOf returns the dispatch that ref names. Our own name goes first: two
// carriers may use one ID for two messages.
func dispatchOf(ctx context.Context, tx Tx, ref campaign.Ref) (dispatch []byte, found bool, err error) {
	if ref.Dispatch != uuid.Nil {
		return ref.Dispatch[:], true, nil
	}
	if ref.CarrierID == "" {
		return nil, false, nil
	}
	found, err = one(ctx, tx, "SELECT dispatch FROM attempts WHERE carrier_id = $1 ORDER BY marked DESC, no DESC LIMIT 1", args(text(ref.CarrierID)), &dispatch)
	return dispatch, found, err
}

// Find implements campaign.Messages.
func (o Outbox) Find(ctx context.Context, ref campaign.Ref) (out campaign.Dispatched, err error) {
	err = o.read(ctx, "find", func(tx Tx) error {
		out = campaign.Dispatched{}
		dispatch, found, err := dispatchOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		if found {
			found = false
			err = tx.Query(ctx, `SELECT r.dispatch, r.contact, r.fingerprint, r.district, r.code, r.state, c.id FROM rows r JOIN campaigns c ON c.seq = r.campaign
				WHERE r.dispatch = $1`, args(dispatch), func(scan Scan) error {
				found = true
				var state campaign.State
				var name []byte
				out.Row, err = scanRow(scan, 0, &state, &name)
				out.Row.Class.State, out.Campaign = state, string(name)
				return err
			})
		}
		if err != nil {
			return err
		}
		if !found {
			return contact.ErrNotFound
		}
		return tx.Query(ctx, "SELECT "+attemptColumns+", a.trace FROM attempts a WHERE a.dispatch = $1 ORDER BY a.no", args(dispatch), func(scan Scan) error {
			a, err := scanTraced(scan)
			out.Attempts = append(out.Attempts, a)
			return err
		})
	})
	if err != nil {
		return campaign.Dispatched{}, err
	}
	return out, nil
}

// Unknowns implements campaign.Messages.
func (o Outbox) Unknowns(ctx context.Context, id string, limit int) (out []campaign.Attempt, err error) {
	err = o.read(ctx, "unknowns", func(tx Tx) error {
		out = nil
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		// An attempt stands, and has neither been sent nor refused as far as we know:
		// it was never settled and its lease is over, or its carrier could not say.
		where, with := "a.cancel = 0 AND a.stands = 1 AND (a.kind = 0 AND a.lease_until <= $1 OR a.kind = $2 AND a.outcome = 0)", args(now.UnixMicro(), int(campaign.Answered))
		if id != "" {
			where, with = where+" AND c.id = $3", append(with, text(id))
		}
		query := fmt.Sprintf("SELECT %s, a.trace FROM attempts a JOIN campaigns c ON c.seq = a.campaign JOIN rows r ON r.dispatch = a.dispatch WHERE %s ORDER BY a.marked, c.id, r.chunk, r.pos, a.no LIMIT %d",
			attemptColumns, where, max(0, limit))
		return tx.Query(ctx, query, with, func(scan Scan) error {
			a, err := scanTraced(scan)
			out = append(out, a)
			return err
		})
	})
	return out, err
}

// Rotate implements campaign.Outbox.
func (o Outbox) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return o.rotate(ctx, outboxStore, from, to, func(tx Tx) error {
		return rewrap(ctx, tx, "rows", "dispatch", wrap)
	})
}
