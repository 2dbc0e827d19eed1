package dev

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoLocalDatabase(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	t.Setenv("PGPORT", port)
	var missing *MissingError
	_, _, err = localDatabase(t.Context(), "orders", []string{t.TempDir(), "127.0.0.1"})
	if !errors.As(err, &missing) || !strings.Contains(missing.Fact, "DATABASE_URL is not set, and no server answers at /") ||
		!strings.Contains(missing.Remedy, "/orders?sslmode=verify-full") {
		t.Errorf("got %v, want which variable is missing", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := localDatabase(ctx, "orders", []string{"127.0.0.1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}

func TestLocalDatabase(t *testing.T) {
	server, socket := os.Getenv("TEST_DATABASE_URL"), os.Getenv("TEST_DATABASE_SOCKET")
	if server == "" || socket == "" {
		t.Skip("NOT TESTED, there is no database: go run ./internal/pgtest go test ./internal/dev")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	t.Setenv("PGUSER", u.User.Username())
	t.Setenv("PGPASSWORD", password)
	t.Setenv("PGPORT", u.Port())
	nobody := t.TempDir()
	for _, host := range []string{socket, "127.0.0.1"} {
		name := "my-orders-" + strings.ToLower(rand.Text())
		for _, want := range []bool{true, false} { // it is made, then found
			found, made, err := localDatabase(t.Context(), name, []string{nobody, host})
			if err != nil || made != want || !strings.Contains(found, name) {
				t.Fatalf("%s: got %q, %v, %v, want it made: %v", host, found, made, err, want)
			}
			if err := execute(t.Context(), found, "CREATE TABLE IF NOT EXISTS t (n integer)"); err != nil {
				t.Errorf("%s: %v", found, err)
			}
		}
		if err := execute(t.Context(), localURL(host, "postgres"), `DROP DATABASE "`+name+`"`); err != nil {
			t.Error(err)
		}
	}
	storeless := "limited_" + strings.ToLower(rand.Text())
	if err := execute(t.Context(), server, "CREATE ROLE "+storeless+" LOGIN PASSWORD 'p'"); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := execute(context.Background(), server, "DROP ROLE "+storeless); err != nil {
			t.Error(err)
		}
	}()
	for _, tt := range []struct{ user, password, fact, remedy string }{
		{storeless, "p", "we may not make it", "createdb orders"},
		{storeless, "wrong", "refuses us", "createuser"},
		{"nobody_" + storeless, "p", "refuses us", "createuser"},
	} {
		t.Setenv("PGUSER", tt.user)
		t.Setenv("PGPASSWORD", tt.password)
		var missing *MissingError
		_, _, err := localDatabase(t.Context(), "orders", []string{nobody, socket})
		if !errors.As(err, &missing) || !strings.Contains(missing.Fact, tt.fact) || !strings.Contains(missing.Remedy, tt.remedy) {
			t.Errorf("%s: got %v, want %q and %q", tt.user, err, tt.fact, tt.remedy)
		}
	}
}

func TestEnvironmentNamesTheDatabase(t *testing.T) {
	for _, name := range []string{"DATABASE_URL", "DATABASE_URL_FILE"} {
		s := &Session{options: Options{Environ: []string{name + "=" + filepath.Join(t.TempDir(), "url")}}}
		svc, err := s.withDatabase(t.Context(), Service{Name: "orders", Database: true})
		if err != nil || svc.databaseURL != "" {
			t.Errorf("%s: got %q, %v, want the environment's own", name, svc.databaseURL, err)
		}
	}
	svc, err := (&Session{}).withDatabase(t.Context(), Service{Name: "orders"})
	if err != nil || pace(svc)["DATABASE_URL"] != "" {
		t.Errorf("a service without a store: got %v, %v", pace(svc), err)
	}
	svc.databaseURL = "postgres:///orders"
	if got := pace(svc)["DATABASE_URL"]; got != svc.databaseURL {
		t.Errorf("got %q, want the database that was found", got)
	}
}
