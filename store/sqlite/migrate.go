package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/internal/relational"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the steps that [Open] takes, for those who want to read them
// first: one file each, in the order of their names.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // a programmer's error: the folder is embedded above
	}
	return sub
}

// applicationID marks a file as ours, "Acrd".
const applicationID = 0x41637264

// ErrSchema says that a file is not one that this version can use: it is of a
// newer version, or of another program.
var ErrSchema = errors.New("the schema is not ours")

// migrate brings the schema to the version of this package, in one transaction:
// of several processes that open a file at once one does it, and the others
// find it done.
func (db *DB) migrate(ctx context.Context) error {
	return db.migrating(ctx, func(tx *sql.Tx) error {
		var id, version, tables int
		for query, to := range map[string]*int{
			"PRAGMA application_id": &id, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_master": &tables,
		} {
			if err := tx.QueryRowContext(ctx, query).Scan(to); err != nil {
				return err
			}
		}
		if id != applicationID && (id != 0 || tables > 0) {
			return fmt.Errorf("the file belongs to another program: %w", ErrSchema)
		}
		steps, err := migrations.ReadDir("migrations")
		if err != nil {
			return err
		}
		// The file is there by now, also where this transaction makes it.
		if db.home, err = fileHome(db.path); err != nil {
			return err
		}
		if version > len(steps) {
			return fmt.Errorf("the file has version %d, this program knows %d: use the newer program: %w", version, len(steps), ErrSchema)
		}
		for _, step := range steps[version:] {
			b, err := migrations.ReadFile("migrations/" + step.Name())
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(b)); err != nil {
				return fmt.Errorf("%s: %w", strings.TrimSuffix(step.Name(), ".sql"), err)
			}
		}
		if version == len(steps) {
			return nil
		}
		if version == 0 {
			if err := relational.Settle(ctx, db.tx(tx), campaign.ByAccord, "made here"); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(steps)))
		return err
	})
}
