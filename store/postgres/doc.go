// Package postgres keeps everything of the library in one schema of a PostgreSQL
// database, tested with version 15: a [DB] is every store of it, for any number of
// processes on any number of machines.
//
//	db, err := postgres.Open(ctx, pool, nil) // a pgxpool.Pool of the host
//	gate, err := consent.OpenGate(ctx, db.Ledger(), db.List(), keyring, regime.France(), nil)
//
// It needs no superuser and no extension, and runs behind a pooler in transaction
// mode: nothing outlives a transaction, and with pgx.QueryExecModeExec no statement
// is prepared. A call that returned without an error is on the disk of the primary.
//
// # Compatible clusters
//
// Beyond SQL it uses advisory locks of transactions (pg_advisory_xact_lock), FOR
// UPDATE SKIP LOCKED, partitions by hash, COPY, and for [DB.IsCopy]
// pg_control_system and pg_walfile_name. What speaks the protocol of PostgreSQL and
// lacks one of them, as CockroachDB and YugabyteDB did when this was written, by
// their documentation and not by a test of ours, is refused by [Open] or by the
// first call, and not used in part. Citus has them on its coordinator.
package postgres
