package relational

import (
	"context"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/google/uuid"
)

// Accesses is a campaign.AccessLog.
type Accesses struct{ *Stores }

var _ campaign.AccessLog = Accesses{}

// Admit implements campaign.AccessLog.
func (a Accesses) Admit(ctx context.Context, key contact.KeyID, x campaign.Access, limits campaign.AccessLimits) (kept campaign.Access, again time.Time, err error) {
	if err := x.Validate(); err != nil {
		return kept, again, a.fail(ctx, "admit", err)
	}
	x.At = stamp(x.At)
	locks := []Lock{{Name: "accesses by " + x.By}}
	if x.Party != "" {
		locks = append(locks, Lock{Name: "accesses for " + string(x.Party)})
	}
	err = a.writeBound(ctx, "admit", accessesStore, key, locks, func(tx Tx) error {
		x.Outcome = campaign.Admitted
		since := x.At.Add(-limits.Within).UnixMicro()
		times, err := timesOf(ctx, tx, "SELECT at FROM accesses WHERE who = $1 AND outcome = $2 AND at > $3 ORDER BY at", text(x.By), int(campaign.Admitted), since)
		if err != nil {
			return err
		}
		var full bool
		again, full = crowded(times, x.At, limits.Within, limits.PerUser)
		if x.Party != "" {
			times, err = timesOf(ctx, tx, "SELECT at FROM accesses WHERE party = $1 AND outcome = $2 AND at > $3 ORDER BY at", text(x.Party), int(campaign.Admitted), since)
			if err != nil {
				return err
			}
			if later, too := crowded(times, x.At, limits.Within, limits.PerParty); too && (!full || later.After(again)) {
				again, full = later, true
			}
		}
		if full {
			x.Outcome = campaign.TooMany
		}
		kept = x
		body := x
		body.Fingerprint = contact.Fingerprint{}
		columns := []Column{{"id", Bytes}, {"fingerprint", Bytes}, {"who", Bytes}, {"party", Bytes}, {"at", Int}, {"outcome", Int}, {"body", Bytes}}
		id := uuid.New()
		return tx.Insert(ctx, "accesses", columns, [][]any{args(id[:], x.Fingerprint[:], text(x.By), text(x.Party), x.At.UnixMicro(), int(x.Outcome), wire.Append(nil, body))})
	})
	if err != nil {
		return campaign.Access{}, time.Time{}, err
	}
	return kept, again, nil
}

// Accesses implements campaign.AccessLog.
func (a Accesses) Accesses(ctx context.Context, key contact.KeyID, f contact.Fingerprint) (out []campaign.Access, err error) {
	err = a.readBound(ctx, "accesses", accessesStore, key, func(tx Tx) error {
		out = nil
		return tx.Query(ctx, "SELECT body FROM accesses WHERE fingerprint = $1 ORDER BY at, seq", args(f[:]), func(scan Scan) error {
			var body []byte
			if err := scan(&body); err != nil {
				return err
			}
			x := campaign.Access{}
			err := wire.Read(body, &x)
			x.Fingerprint = f
			out = append(out, x)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Rotate implements campaign.AccessLog.
func (a Accesses) Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return a.rotate(ctx, accessesStore, from, to, func(tx Tx) error {
		return rewrap(ctx, tx, "accesses", "id", wrap)
	})
}
