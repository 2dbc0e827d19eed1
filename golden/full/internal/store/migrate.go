package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A migration is a file NNNN_what_it_does.sql. It is run once, in a transaction, in the order
// of the numbers, and never changed after that: the next change is a new file. A release must
// work with the schema of the one before, which serves on while this one starts.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

const lockTimeout = "10s" // for a table in use: those who wait behind us wait as long

type migration struct {
	version   int
	name, sql string
	checksum  string
}

func embedded() ([]migration, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return readMigrations(files)
}

// readMigrations returns the migrations in their order.
func readMigrations(files fs.FS) ([]migration, error) {
	form := regexp.MustCompile(`^(\d{4})_\w+\.sql$`)
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, e := range entries { // by name, and so by number
		parts := form.FindStringSubmatch(e.Name())
		if parts == nil {
			return nil, fmt.Errorf("migration %q: want a name such as 0002_add_orders.sql", e.Name())
		}
		version, err := strconv.Atoi(parts[1])
		if err != nil {
			return nil, err
		}
		if n := len(all); n > 0 && all[n-1].version == version {
			return nil, fmt.Errorf("migrations %s and %s have the same number", all[n-1].name, e.Name())
		}
		sql, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(sql)
		all = append(all, migration{version: version, name: e.Name(), sql: string(sql), checksum: hex.EncodeToString(sum[:])})
	}
	return all, nil
}

// compare returns what is pending, and the name of the newest migration that the program does
// not know, if it is newer than all that it knows. The two histories must not contradict each other.
func compare(known, applied []migration) (pending []migration, newer string, err error) {
	mine := make(map[int]migration)
	newest := 0
	for _, m := range known {
		mine[m.version] = m
		newest = m.version
	}
	var faults []error
	done := make(map[int]bool)
	last := migration{}
	for _, a := range applied {
		m, ok := mine[a.version]
		switch {
		case !ok && a.version > newest:
			newer = a.name
		case !ok:
			faults = append(faults, fmt.Errorf("the database has migration %s, which this program has not", a.name))
		case m.checksum != a.checksum:
			faults = append(faults, fmt.Errorf("migration %s was changed after it was applied: undo that, and write a new one", m.name))
		}
		done[a.version], last = true, a
	}
	for _, m := range known {
		if done[m.version] {
			continue
		}
		if m.version < last.version {
			faults = append(faults, fmt.Errorf("migration %s was never applied, but the later %s was: give it the next number", m.name, last.name))
		}
		pending = append(pending, m)
	}
	return pending, newer, errors.Join(faults...)
}

// queries is a connection, a pool or a transaction.
type queries interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// appliedIn returns what the database says was applied.
func appliedIn(ctx context.Context, db queries) ([]migration, error) {
	rows, _ := db.Query(ctx, `SELECT version, name, checksum FROM schema_migrations ORDER BY version`) // CollectRows has its error
	applied, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m migration, err error) {
		return m, row.Scan(&m.version, &m.name, &m.checksum)
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "42P01" {
		return nil, nil // no such table: nothing was
	}
	return applied, err
}

// Migrate brings the schema up to date, by the service's own migrations. Several may do so at
// once: one of them does it and the others wait. When a migration fails, its transaction is
// undone, those before it hold, and the error names the file and the line. Of o it needs the
// service, the URL and the logger.
func Migrate(ctx context.Context, o Options) error {
	migrations, err := embedded()
	if err != nil {
		return err
	}
	return migrate(ctx, o, migrations)
}

func migrate(ctx context.Context, o Options, migrations []migration) error {
	config, err := o.config()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		conn.Close(ctx)
	}()
	for {
		start := time.Now()
		applied, err := migrateNext(ctx, conn, migrations)
		if err != nil {
			return err
		}
		if applied == "" {
			o.Logger.InfoContext(ctx, "the schema is up to date", "migrations", len(migrations))
			return nil
		}
		o.Logger.InfoContext(ctx, "migration applied", "migration", applied, "duration", time.Since(start).String())
	}
}

// migrateNext applies the first migration that is pending and returns its name, "" for none.
func migrateNext(ctx context.Context, conn *pgx.Conn, migrations []migration) (name string, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			SET LOCAL statement_timeout = 0;
			SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.schema_migrations', 0));
			SET LOCAL lock_timeout = '`+lockTimeout+`';
			CREATE TABLE IF NOT EXISTS schema_migrations (
				version integer PRIMARY KEY,
				name text NOT NULL,
				checksum text NOT NULL,
				applied_at timestamptz NOT NULL DEFAULT now()
			)`)
		if err != nil {
			return err
		}
		applied, err := appliedIn(ctx, tx)
		if err != nil {
			return err
		}
		pending, _, err := compare(migrations, applied)
		if err != nil || len(pending) == 0 {
			return err
		}
		m := pending[0]
		name = m.name
		if _, err := tx.Exec(ctx, m.sql); err != nil {
			return m.failed(err)
		}
		if conn.PgConn().TxStatus() != 'T' {
			return fmt.Errorf("migration %s ends its transaction, and what came before that holds: take out COMMIT or ROLLBACK", m.name)
		}
		_, err = tx.Exec(ctx, `INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)`, m.version, m.name, m.checksum)
		return err
	})
	return name, err
}

// failed says where the migration failed.
func (m migration) failed(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Position > 0 {
		before := []rune(m.sql)
		before = before[:min(len(before), int(refused.Position)-1)]
		return fmt.Errorf("migration %s, line %d: %w", m.name, 1+strings.Count(string(before), "\n"), err)
	}
	return fmt.Errorf("migration %s: %w", m.name, err)
}
