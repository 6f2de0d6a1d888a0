package relational

import (
	"context"
	"slices"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
)

// Counts is a campaign.CountLog.
type Counts struct{ *Stores }

var _ campaign.CountLog = Counts{}

// Take implements campaign.CountLog.
func (c Counts) Take(ctx context.Context, client contact.PartyID, at time.Time, window time.Duration, limit int) (again time.Time, ok bool, err error) {
	at = stamp(at)
	err = c.write(ctx, "take a count", []Lock{{Name: "counts " + string(client)}}, func(tx Tx) error {
		times, err := timesOf(ctx, tx, "SELECT at FROM counts_taken WHERE client = $1 AND at > $2 ORDER BY at", text(client), at.Add(-window).UnixMicro())
		if err != nil {
			return err
		}
		var full bool
		if again, full = crowded(times, at, window, limit); full {
			ok = false
			return nil
		}
		ok = true
		return tx.Insert(ctx, "counts_taken", []Column{{"client", Bytes}, {"at", Int}}, [][]any{args(text(client), at.UnixMicro())})
	})
	return again, ok && err == nil, err
}

func timesOf(ctx context.Context, tx Tx, query string, with ...any) (times []time.Time, err error) {
	err = tx.Query(ctx, query, with, func(scan Scan) error {
		var at int64
		err := scan(&at)
		times = append(times, time.UnixMicro(at).UTC())
		return err
	})
	return times, err
}

// crowded reports whether there are as many as limit of recent times, in
// ascending order, and if so from when on one more would not be too many.
func crowded(recent []time.Time, at time.Time, window time.Duration, limit int) (time.Time, bool) {
	if len(recent) < limit {
		return time.Time{}, false
	}
	if limit <= 0 {
		return at.Add(window), true
	}
	return recent[len(recent)-limit].Add(window), true
}

// Answers implements campaign.CountLog.
func (c Counts) Answers(ctx context.Context, client contact.PartyID, base contact.BaseID) (out []campaign.CountAnswer, err error) {
	err = c.read(ctx, "answers", func(tx Tx) error {
		out = nil
		return tx.Query(ctx, "SELECT people, told, few, at FROM counts_answers WHERE client = $1 AND base = $2 ORDER BY n", args(text(client), text(base)), func(scan Scan) error {
			var a campaign.CountAnswer
			var few int64
			var at *int64
			if err := scan(&a.Set, &a.Told.N, &few, &at); err != nil {
				return err
			}
			a.Told.Few, a.At = few != 0, moment(at)
			out = append(out, a)
			return nil
		})
	})
	return out, err
}

// Keep implements campaign.CountLog.
func (c Counts) Keep(ctx context.Context, client contact.PartyID, base contact.BaseID, after int, answers []campaign.CountAnswer) error {
	return c.write(ctx, "keep answers", []Lock{{Name: "answers " + string(client)}}, func(tx Tx) error {
		var held int
		if _, err := one(ctx, tx, "SELECT count(*) FROM counts_answers WHERE client = $1 AND base = $2", args(text(client), text(base)), &held); err != nil {
			return err
		}
		if held != after {
			return campaign.ErrStale
		}
		rows := make([][]any, len(answers))
		for i, a := range answers {
			few := 0
			if a.Told.Few {
				few = 1
			}
			rows[i] = args(text(client), text(base), held+i, slices.Clone(a.Set), a.Told.N, few, micro(a.At))
		}
		columns := []Column{{"client", Bytes}, {"base", Bytes}, {"n", Int}, {"people", Bytes}, {"told", Int}, {"few", Int}, {"at", Int}}
		return tx.Insert(ctx, "counts_answers", columns, rows)
	})
}
