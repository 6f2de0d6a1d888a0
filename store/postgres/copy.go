package postgres

import "context"

// IsCopy reports whether the database is a copy of the one that sent: restored
// from a dump or a base backup, or a standby that took over.
func (db *DB) IsCopy(ctx context.Context) (bool, error) { return db.stores.IsCopy(ctx) }

// Adopt lets a copy send. Whoever calls it answers for two things: nothing sends
// from the original any more, and what that one sent and the copy does not know
// of may be sent again from here. A standby that was synchronous knows of all of
// it; any other may not. By is a user of the host. It does nothing where db is no
// copy.
//
// Before that, a copy answers, reports and takes refusals, and its outbox fails
// with campaign.ErrCopy where it is asked for a lease.
func (db *DB) Adopt(ctx context.Context, by, why string) error { return db.stores.Adopt(ctx, by, why) }
