package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"example.com/acme/payments/v2/internal/store/storetest"
)

// files are migrations of a test's own.
func files(t *testing.T, sql ...string) []migration {
	t.Helper()
	all := fstest.MapFS{}
	for i, text := range sql {
		all[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	migrations, err := readMigrations(all)
	if err != nil {
		t.Fatal(err)
	}
	return migrations
}

func TestReadMigrations(t *testing.T) {
	for _, tt := range []struct {
		files []string
		want  string // in the error, "" for none
	}{
		{[]string{"0001_a.sql", "0002_b_c.sql", "0010_d.sql"}, ""},
		{[]string{"0001_a.sql", "0001_b.sql"}, "0001_a.sql and 0001_b.sql have the same number"},
		{[]string{"1_a.sql"}, `"1_a.sql"`},
		{[]string{"0001_a.down.sql"}, `"0001_a.down.sql"`},
		{[]string{"0001-a.sql"}, `"0001-a.sql"`},
	} {
		all := fstest.MapFS{}
		for _, name := range tt.files {
			all[name] = &fstest.MapFile{}
		}
		got, err := readMigrations(all)
		if tt.want == "" && (err != nil || len(got) != len(tt.files) || got[len(got)-1].version != 10) {
			t.Errorf("%q: got %v, %v", tt.files, got, err)
		}
		if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%q: got %v, want %q in it", tt.files, err, tt.want)
		}
	}
	if _, err := embedded(); err != nil {
		t.Errorf("the service's own: %v", err)
	}
}

func TestCompare(t *testing.T) {
	step := func(version int, checksum string) migration {
		return migration{version: version, name: fmt.Sprintf("%04d", version), checksum: checksum}
	}
	known := []migration{step(1, "a"), step(2, "b"), step(4, "d")}
	for _, tt := range []struct {
		name    string
		applied []migration
		pending int
		newer   string
		want    string // in the error, "" for none
	}{
		{"nothing was applied", nil, 3, "", ""},
		{"some", known[:1], 2, "", ""},
		{"all", known, 0, "", ""},
		{"a newer one too", append(known[:3:3], step(5, "e")), 0, "0005", ""},
		{"one that is not known", []migration{step(1, "a"), step(2, "b"), step(3, "c")}, 1, "", "has migration 0003"},
		{"one that was changed", []migration{step(1, "x")}, 2, "", "0001 was changed"},
		{"one was left out", []migration{step(1, "a"), step(4, "d")}, 1, "", "0002 was never applied, but the later 0004 was"},
	} {
		pending, newer, err := compare(known, tt.applied)
		if len(pending) != tt.pending || newer != tt.newer || (err == nil) != (tt.want == "") {
			t.Errorf("%s: got %d pending, newer %q, %v", tt.name, len(pending), newer, err)
		}
		if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

func TestMigrate(t *testing.T) {
	o := options(storetest.URL(t))
	var log bytes.Buffer
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	for range 2 {
		if err := Migrate(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(log.String(), "0001_greetings.sql"); got != 1 {
		t.Errorf("0001_greetings.sql was applied %d times, want once:\n%s", got, &log)
	}
}

func TestMigrationFails(t *testing.T) {
	for _, tt := range []struct{ name, sql, want string }{
		{"half-way", "CREATE TABLE half (n integer);\n\n-- ä\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE other (n integer)", "migration 0002_step.sql, line 4: ERROR: relation \"nowhere\" does not exist (SQLSTATE 42P01)"},
		{"at the syntax", "CREATE TABLE half (n integer);\nCREATE TABEL other", "0002_step.sql, line 2: "},
		{"at its data", "CREATE TABLE half (n integer PRIMARY KEY); INSERT INTO half VALUES (1), (1)", "migration 0002_step.sql: ERROR: duplicate key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(storetest.URL(t))
			err := migrate(t.Context(), o, files(t, "CREATE TABLE first (n integer)", tt.sql))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
			s := open(t, o)
			var tables []string
			rows, _ := s.Query(t.Context(), "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 1")
			if tables, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
				t.Fatal(err)
			}
			if want := []string{"first", "schema_migrations"}; !reflect.DeepEqual(tables, want) {
				t.Errorf("got the tables %q, want those from before, %q", tables, want)
			}
			// What is mended is applied; what came before is not applied again.
			if err := migrate(t.Context(), o, files(t, "CREATE TABLE first (n integer)", "CREATE TABLE half (n integer)")); err != nil {
				t.Errorf("mended: %v", err)
			}
		})
	}
}

func TestMigrationEndsItsTransaction(t *testing.T) {
	o := options(storetest.URL(t))
	err := migrate(t.Context(), o, files(t, "CREATE TABLE a (n integer); COMMIT; CREATE TABLE b (n integer)"))
	if err == nil || !strings.Contains(err.Error(), "take out COMMIT") {
		t.Errorf("got %v, want what to do", err)
	}
}

func TestMigrationWasChanged(t *testing.T) {
	o := options(storetest.URL(t))
	if err := migrate(t.Context(), o, files(t, "CREATE TABLE a (n integer)")); err != nil {
		t.Fatal(err)
	}
	changed := files(t, "CREATE TABLE a (n bigint)", "CREATE TABLE b (n integer)")
	if err := migrate(t.Context(), o, changed); err == nil || !strings.Contains(err.Error(), "0001_step.sql was changed") {
		t.Errorf("migrate: got %v, want a refusal", err)
	}
	s := open(t, o)
	s.migrations = changed
	if err := s.Ready(); err == nil || !strings.Contains(err.Error(), "0001_step.sql was changed") {
		t.Errorf("Ready: got %v, want what is wrong", err)
	}
}

func TestMigratorsAtOnce(t *testing.T) {
	o := options(storetest.URL(t))
	migrations := files(t, "CREATE TABLE a (n integer)", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (1)")
	const migrators = 5
	errs := make(chan error)
	for range migrators {
		go func() { errs <- migrate(t.Context(), o, migrations) }()
	}
	for range migrators {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var rows int
	if err := open(t, o).QueryRow(t.Context(), "SELECT count(*) FROM a").Scan(&rows); err != nil || rows != 2 {
		t.Errorf("got %d rows, %v, want each migration applied once", rows, err)
	}
}

func TestMigrateGivesUp(t *testing.T) {
	o := options(storetest.URL(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Migrate(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}
