// Package sqlite keeps everything of the library in one SQLite file: a [DB] is
// every store of it. It is for one machine, which may run several processes on
// the file, and needs neither a server nor C.
//
//	db, err := sqlite.Open(ctx, "accord.db", nil)
//	gate, err := consent.OpenGate(ctx, db.Ledger(), db.List(), keyring, regime.France(), nil)
//
// A call that returned without an error is on the disk. See docs/operations.md for
// backups, copies and upgrades.
package sqlite
