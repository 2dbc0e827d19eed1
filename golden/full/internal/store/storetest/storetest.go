// Package storetest gives tests a database.
package storetest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// URL returns the URL of the database that TEST_DATABASE_URL names, in a schema which is the
// test's own and goes with it. Without the variable the test is skipped.
func URL(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		tb.Skip("NOT TESTED, there is no database: set TEST_DATABASE_URL to a PostgreSQL database in which schemas may be made, such as postgres://postgres:password@127.0.0.1:5432/postgres")
	}
	schema := "test_" + strings.ToLower(rand.Text())
	Exec(tb, server, "CREATE SCHEMA "+schema)
	tb.Cleanup(func() { Exec(tb, server, "DROP SCHEMA "+schema+" CASCADE") })

	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal("TEST_DATABASE_URL is malformed")
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

// Exec runs sql on a connection of its own.
func Exec(tb testing.TB, url, sql string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		tb.Fatal(err)
	}
}
