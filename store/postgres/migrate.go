package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/internal/relational"
	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the steps that [Open] takes, for those who want to read them
// first: one file each, in the order of their names. They name no schema: the
// search path does.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // a programmer's error: the folder is embedded above
	}
	return sub
}

// ErrSchema says that a schema is not one that this version can use: it is of a
// newer version, or of another program.
var ErrSchema = errors.New("the schema is not ours")

// migrate brings the schema to the version of this package, in one transaction.
func (db *DB) migrate(ctx context.Context) error {
	steps, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	version, err := db.version(ctx)
	if err == nil && version == len(steps) {
		return nil // the usual case, for which no right to create is needed
	}
	return backend{db}.Write(ctx, []relational.Lock{{Name: "migrate"}}, func(r relational.Tx) error {
		t := r.(tx)
		if _, err := t.conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{db.schema}.Sanitize()); err != nil {
			return err
		}
		version, err := t.version(ctx)
		if err != nil {
			return err
		}
		if version > len(steps) {
			return fmt.Errorf("schema %q has version %d, this program knows %d: use the newer program: %w", db.schema, version, len(steps), ErrSchema)
		}
		for _, step := range steps[version:] {
			b, err := migrations.ReadFile("migrations/" + step.Name())
			if err != nil {
				return err
			}
			if err := t.script(ctx, string(b)); err != nil {
				return fmt.Errorf("%s: %w", strings.TrimSuffix(step.Name(), ".sql"), err)
			}
		}
		if version == len(steps) {
			return nil
		}
		if version == 0 {
			if err := relational.Settle(ctx, t, campaign.ByAccord, "made here"); err != nil {
				return err
			}
		}
		_, err = t.Exec(ctx, "UPDATE schema_version SET version = $1", len(steps))
		return err
	})
}

func (db *DB) version(ctx context.Context) (version int, err error) {
	err = backend{db}.Read(ctx, func(r relational.Tx) error {
		version, err = r.(tx).version(ctx)
		return err
	})
	return version, err
}

// version returns the version of the schema, 0 where there is none.
func (t tx) version(ctx context.Context) (version int, err error) {
	there, tables := false, 0
	err = t.conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_version'),
		(SELECT count(*) FROM pg_tables WHERE schemaname = $1)`, t.db.schema).Scan(&there, &tables)
	if err != nil {
		return 0, err
	}
	if !there && tables > 0 {
		return 0, fmt.Errorf("schema %q belongs to another program: %w", t.db.schema, ErrSchema)
	}
	if !there {
		return 0, nil
	}
	return version, t.conn.QueryRow(ctx, "SELECT version FROM schema_version").Scan(&version)
}
