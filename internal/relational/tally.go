package relational

import (
	"context"
	"maps"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

// standsIn is all that the class of a row depends on, besides the time and the
// status of its campaign.
type standsIn struct {
	row   campaign.Class
	last  *campaign.Attempt // nil where there is none
	until time.Time         // of its deferral
	code  string
}

func (r *standsIn) class(status campaign.Status, now time.Time) campaign.Class {
	class := r.row
	if r.last != nil {
		class = r.last.Class(r.row, now)
	}
	if class.State == campaign.Ready && now.Before(r.until) {
		class = campaign.Class{State: campaign.Deferred, Code: consent.Code(r.code)}
	}
	if status == campaign.Stopped && (class.State == campaign.Ready || class.State == campaign.Deferred) {
		class = campaign.Class{State: campaign.Cancelled}
	}
	return class
}

// Tally implements campaign.Campaigns. It starts from what was frozen, and moves
// what was tried or put off: the database groups those by all that their class
// depends on, and what the class is, is said in one place for all stores.
func (o Outbox) Tally(ctx context.Context, id string) (out campaign.Tally, err error) {
	k, err := o.find(ctx, "tally", id)
	if err != nil {
		return nil, err
	}
	err = o.read(ctx, "tally", func(tx Tx) error {
		s, err := standingOf(ctx, tx, k.seq)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		out = maps.Clone(s.launch.Tally)
		return tally(ctx, tx, k.seq, s.status, now, out)
	})
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(out, func(_ campaign.Class, n int) bool { return n == 0 })
	return out, nil
}

// tense returns an expression that is 0 for a time that is none, 1 for one that
// has come by $2, and 2 for one that has not.
func tense(column string) string {
	return "CASE WHEN " + column + " IS NULL THEN 0 WHEN " + column + " <= $2 THEN 1 ELSE 2 END"
}

// instant is a time of a tense.
func instant(tense int, now time.Time) time.Time {
	switch tense {
	case 1:
		return now
	case 2:
		return now.Add(time.Microsecond)
	default:
		return time.Time{}
	}
}

func tally(ctx context.Context, tx Tx, seq int64, status campaign.Status, now time.Time, out campaign.Tally) error {
	query := `SELECT code, cancel, kind, outcome, why, final, receipt, until, lease, off, off_code, count(*) FROM (
		SELECT r.code, a.cancel, a.kind, a.outcome, a.code AS why, a.final, a.receipt, ` + tense("a.until") + ` AS until, ` +
		tense("a.lease_until") + ` AS lease, ` + tense("d.until") + ` AS off, CASE WHEN d.until > $2 THEN d.code END AS off_code
		FROM rows r LEFT JOIN deferrals d ON d.dispatch = r.dispatch
		LEFT JOIN attempts a ON a.dispatch = r.dispatch AND NOT EXISTS (SELECT 1 FROM attempts b WHERE b.dispatch = a.dispatch AND b.no = a.no + 1)
		WHERE r.campaign = $1 AND r.state = $3) AS x
		GROUP BY code, cancel, kind, outcome, why, final, receipt, until, lease, off, off_code`
	return tx.Query(ctx, query, args(seq, now.UnixMicro(), int(campaign.Ready)), func(scan Scan) error {
		var code, why, offCode []byte
		var cancel, kind, outcome, final, receipt *int64
		var until, lease, off, n int
		if err := scan(&code, &cancel, &kind, &outcome, &why, &final, &receipt, &until, &lease, &off, &offCode, &n); err != nil {
			return err
		}
		r := standsIn{row: campaign.Class{State: campaign.Ready, Code: consent.Code(code)}, until: instant(off, now), code: string(offCode)}
		if cancel != nil {
			r.last = &campaign.Attempt{
				Cancel: *cancel != 0, LeaseUntil: instant(lease, now), Receipt: provider.Status(*receipt),
				Settlement: campaign.Settlement{
					Kind: campaign.SettlementKind(*kind), Code: consent.Code(why), Final: *final != 0, Until: instant(until, now),
					Outcome: provider.Outcome{Kind: provider.OutcomeKind(*outcome), Cause: provider.Cause(why)},
				},
			}
		}
		out[r.row] -= n
		out[r.class(status, now)] += n
		return nil
	})
}
