package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/mintwright/mintwright/blueprints/service/store/storetest"
)

// options are those of a store whose spans nobody sees.
func options(url string) Options {
	return Options{
		Service: "orders", URL: func() (string, error) { return url, nil },
		Tracers: sdktrace.NewTracerProvider(), Meters: noop.NewMeterProvider(), Logger: slog.New(slog.DiscardHandler),
	}
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// migrated returns a store whose schema is up to date.
func migrated(t *testing.T, o Options) *Store {
	t.Helper()
	if err := Migrate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return open(t, o)
}

func TestOpenWithoutDatabase(t *testing.T) {
	o := options("")
	o.URL = func() (string, error) { return "", errors.New("DATABASE_URL_FILE is not set") }
	s := open(t, o)
	if err := s.Ready(); err == nil || err.Error() != "no way to the database: DATABASE_URL_FILE is not set" {
		t.Errorf("got %v, want what is missing", err)
	}
	if _, err := s.Exec(t.Context(), "SELECT 1"); !IsAway(err) {
		t.Errorf("a query without a database: got %v", err)
	}
}

func TestReadyNamesTheRefusal(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := open(t, options("postgres://u:geheim@"+l.Addr().String()+"/orders?sslmode=disable"))
	err = s.Ready()
	if err == nil || !strings.Contains(err.Error(), "refused") || strings.Contains(err.Error(), "geheim") {
		t.Errorf("got %v, want that the connection is refused, without the password", err)
	}
	if _, err := s.Exec(t.Context(), "SELECT 1"); !IsAway(err) {
		t.Errorf("a query of a database that is away: got %v", err)
	}
}

func TestSilentDatabase(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts; nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	o := options("postgres://u:p@" + l.Addr().String() + "/orders?sslmode=disable")
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	within(t, readyTimeout+time.Second, func() {
		if err := s.Ready(); err == nil || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("Ready: got %v, want that it does not answer", err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	within(t, time.Second, func() {
		if _, err := s.Exec(ctx, "SELECT 1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Exec: got %v, want its deadline", err)
		}
		if err := s.Tx(ctx, func(context.Context, pgx.Tx) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Tx: got %v, want its deadline", err)
		}
	})
	within(t, closeTimeout+time.Second, s.Close)
}

// within fails when do takes longer than limit.
func within(t *testing.T, limit time.Duration, do func()) {
	t.Helper()
	start := time.Now()
	do()
	if took := time.Since(start); took > limit {
		t.Errorf("took %s, want at most %s", took, limit)
	}
}

func TestReady(t *testing.T) {
	o := options(storetest.URL(t))
	var log bytes.Buffer
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s := open(t, o)
	if err := s.Ready(); err == nil || !strings.Contains(err.Error(), "pending, the first is 0001_") {
		t.Errorf("before the migrations: got %v, want that they are pending", err)
	}
	if err := Migrate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(); err != nil {
		t.Errorf("after the migrations: %v", err)
	}
	if _, err := s.Exec(t.Context(), `INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, '9999_later.sql', '')`); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Ready(); err != nil {
			t.Errorf("with a newer schema: %v", err)
		}
	}
	if got := strings.Count(log.String(), "9999_later.sql"); got != 1 {
		t.Errorf("the newer schema was logged %d times, want once:\n%s", got, &log)
	}
}

func TestReadyWhileThePoolIsInFullUse(t *testing.T) {
	s := migrated(t, options(storetest.URL(t)+"&pool_max_conns=1"))
	conn, err := s.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if err := s.Ready(); err != nil {
		t.Error(err)
	}
}

func TestDatabaseAwayAndBack(t *testing.T) {
	w := newWire(t, storetest.URL(t))
	s := migrated(t, options(w.url))
	if err := s.Ready(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := s.Exec(ctx, "SELECT 1"); err != nil {
		t.Fatal(err)
	}
	w.cut()
	if _, err := s.Exec(ctx, "SELECT 1"); err == nil {
		t.Error("a query without a database succeeds")
	}
	if err := s.Ready(); err == nil {
		t.Error("ready without a database")
	}
	w.mend()
	if err := s.Ready(); err != nil {
		t.Errorf("ready again: %v", err)
	}
	if _, err := s.Exec(ctx, "SELECT 1"); err != nil {
		t.Errorf("a query after the database is back: %v", err)
	}
}

// A connection that was made stays open, and nothing comes from it any more.
func TestDatabaseFallsSilent(t *testing.T) {
	t.Parallel()
	w := newWire(t, storetest.URL(t))
	o := options(w.url)
	if err := Migrate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(); err != nil {
		t.Fatal(err)
	}
	w.silent.Store(true)
	within(t, readyTimeout+time.Second, func() {
		if err := s.Ready(); err == nil {
			t.Error("ready without an answer")
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	within(t, time.Second, func() {
		if _, err := s.Exec(ctx, "SELECT 1"); err == nil {
			t.Error("a query without an answer succeeds")
		}
	})
	within(t, closeTimeout+time.Second, s.Close)
}

func TestRotatedPassword(t *testing.T) {
	server := storetest.URL(t)
	role := "orders_" + strings.ToLower(strconv.FormatInt(time.Now().UnixNano(), 36))
	storetest.Exec(t, server, "CREATE ROLE "+role+" LOGIN PASSWORD 'first'")
	t.Cleanup(func() { storetest.Exec(t, server, "DROP ROLE "+role) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "url")
	write := func(password string) {
		t.Helper()
		u.User = url.UserPassword(role, password)
		if err := os.WriteFile(file, []byte(u.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("first")
	o := options("")
	o.URL = func() (string, error) {
		text, err := os.ReadFile(file)
		return string(text), err
	}
	s := open(t, o)
	old, err := s.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer old.Release()

	storetest.Exec(t, server, "ALTER ROLE "+role+" PASSWORD 'second'")
	var refused *pgconn.PgError
	if conn, err := s.Acquire(t.Context()); !errors.As(err, &refused) || refused.Code != "28P01" {
		if err == nil {
			conn.Release()
		}
		t.Errorf("with the old password: got %v, want a refusal; does the server ask for passwords?", err)
	}
	write("second")
	renewed, err := s.Acquire(t.Context())
	if err != nil {
		t.Fatalf("with the new password: %v", err)
	}
	renewed.Release()
	if _, err := old.Exec(t.Context(), "SELECT 1"); err != nil {
		t.Errorf("the old connection: %v", err)
	}
}

func TestTx(t *testing.T) {
	o := options(storetest.URL(t))
	spans := tracetest.NewSpanRecorder()
	o.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	s := open(t, o)
	ctx := t.Context()
	if _, err := s.Exec(ctx, "CREATE TABLE numbers (n integer)"); err != nil {
		t.Fatal(err)
	}
	insert := func(then func() error) func(context.Context, pgx.Tx) error {
		return func(ctx context.Context, tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "INSERT INTO numbers VALUES (1)"); err != nil {
				return err
			}
			return then()
		}
	}
	rows := func() (n int) {
		t.Helper()
		if err := s.QueryRow(ctx, "SELECT count(*) FROM numbers").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	mishap := errors.New("mishap")
	if err := s.Tx(ctx, insert(func() error { return mishap })); !errors.Is(err, mishap) {
		t.Errorf("got %v, want the error of what was done", err)
	}
	func() {
		defer func() {
			if got := recover(); got != "panic" {
				t.Errorf("recovered %v, want the panic", got)
			}
		}()
		_ = s.Tx(ctx, insert(func() error { panic("panic") }))
	}()
	if got := rows(); got != 0 {
		t.Errorf("after a failure and a panic: got %d rows, want none", got)
	}
	attempts := 0
	err := s.Tx(ctx, insert(func() error {
		attempts++
		if attempts < 3 {
			return &pgconn.PgError{Code: "40001"}
		}
		return nil
	}))
	if err != nil || attempts != 3 || rows() != 1 {
		t.Errorf("got %v after %d attempts and %d rows, want success at the third and 1 row", err, attempts, rows())
	}
	attempts = 0
	err = s.Tx(ctx, insert(func() error { attempts++; return &pgconn.PgError{Code: "40P01"} }))
	if err == nil || attempts != maxAttempts {
		t.Errorf("got %v after %d attempts, want to give up after %d", err, attempts, maxAttempts)
	}
	if in := s.Stat().AcquiredConns(); in != 0 {
		t.Errorf("%d connections were not returned", in)
	}
	ended := spans.Ended()
	if len(ended) != 4 {
		t.Fatalf("got %d spans, want 4", len(ended))
	}
	if got := ended[0].Status(); got.Code != codes.Error || got.Description != "mishap" {
		t.Errorf("the failed one has the status %v", got)
	}
	if got := ended[1].Events(); len(got) != 1 || got[0].Name != "exception" {
		t.Errorf("the one that panicked has the events %v", got)
	}
	if got := ended[2]; len(got.Events()) != 2 || got.Status().Code != codes.Unset {
		t.Errorf("the third has the status %v and the events %v, want success and two retries", got.Status(), got.Events())
	}
	if got := fmt.Sprint(ended[3].Attributes()); !strings.Contains(got, "40P01") {
		t.Errorf("the last has the attributes %s, want its error.type", got)
	}
}

// Two transactions that wait for each other: the database ends one, and it is run again.
func TestTxDeadlock(t *testing.T) {
	t.Parallel()
	s := open(t, options(storetest.URL(t)))
	if _, err := s.Exec(t.Context(), "CREATE TABLE numbers (id integer, n integer); INSERT INTO numbers VALUES (1, 0), (2, 0)"); err != nil {
		t.Fatal(err)
	}
	var met sync.WaitGroup
	met.Add(2)
	add := func(first, second int) func() error {
		var once sync.Once
		return func() error {
			return s.Tx(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
				for _, id := range []int{first, second} {
					if _, err := tx.Exec(ctx, "UPDATE numbers SET n = n + 1 WHERE id = $1", id); err != nil {
						return err
					}
					once.Do(func() { met.Done(); met.Wait() })
				}
				return nil
			})
		}
	}
	errs := make(chan error)
	for _, do := range []func() error{add(1, 2), add(2, 1)} {
		go func() { errs <- do() }()
	}
	if err := errors.Join(<-errs, <-errs); err != nil {
		t.Fatal(err)
	}
	var sum int
	if err := s.QueryRow(t.Context(), "SELECT sum(n) FROM numbers").Scan(&sum); err != nil || sum != 4 {
		t.Errorf("got %d, %v, want each row counted twice", sum, err)
	}
}

// wire stands between a store and its database, and can be cut.
type wire struct {
	url             string
	network, target string
	address         string
	silent          atomic.Bool // takes and gives nothing

	t        *testing.T
	mu       sync.Mutex
	listener net.Listener
	ends     []net.Conn
}

func newWire(t *testing.T, server string) *wire {
	t.Helper()
	config, err := pgx.ParseConfig(server)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, address: "127.0.0.1:0"}
	w.network, w.target = pgconn.NetworkAddress(config.Host, config.Port)
	w.mend()
	u.Host = w.address
	w.url = u.String()
	t.Cleanup(w.cut)
	return w
}

func (w *wire) mend() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.listener, w.address = l, l.Addr().String()
	w.mu.Unlock()
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(w.network, w.target)
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.ends = append(w.ends, near, far)
			w.mu.Unlock()
			go w.pass(near, far)
			go w.pass(far, near)
		}
	}()
}

func (w *wire) pass(from, to net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !w.silent.Load() {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener.Close()
	for _, c := range w.ends {
		c.Close()
	}
	w.ends = nil
}

func TestIsAway(t *testing.T) {
	s := open(t, options(storetest.URL(t)))
	for sql, want := range map[string]bool{
		"SELECT pg_terminate_backend(pg_backend_pid())":      true, // as a restart does
		"SET statement_timeout = '1ms'; SELECT pg_sleep(10)": true,
		"SELECT nothing": false,
		"SELECT 1/0":     false,
	} {
		if _, err := s.Exec(t.Context(), sql); err == nil || IsAway(err) != want {
			t.Errorf("%s: got %v, want away: %t", sql, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Exec(ctx, "SELECT 1"); err == nil || IsAway(err) {
		t.Errorf("a caller that has gone: got %v", err)
	}
}
