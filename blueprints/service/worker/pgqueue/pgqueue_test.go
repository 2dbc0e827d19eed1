package pgqueue

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/service/worker"
)

// open returns a queue in a schema of its own, which is gone after the test.
func open(t *testing.T) *Queue {
	t.Helper()
	url := os.Getenv("TEST_DATABASE_URL")
	if url == "" {
		t.Skip("NOT TESTED, for want of a database: set TEST_DATABASE_URL, such as postgres://postgres@127.0.0.1:5432/postgres, to a PostgreSQL in which schemas can be made")
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	config.ConnConfig.RuntimeParams["search_path"] = schema
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	migration, err := os.ReadFile("../../store/migrations/0002_jobs.sql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { exec(t, pool, "DROP SCHEMA IF EXISTS "+schema+" CASCADE") })
	exec(t, pool, "CREATE SCHEMA "+schema)
	exec(t, pool, string(migration))
	return New(pool, time.Minute)
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(context.WithoutCancel(t.Context()), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func enqueue(t *testing.T, q *Queue, m Message) {
	t.Helper()
	if err := Enqueue(t.Context(), q.pool, m); err != nil {
		t.Fatal(err)
	}
}

// receive returns the next job, which must be there at once.
func receive(t *testing.T, q *Queue) *worker.Job {
	t.Helper()
	job, err := q.Receive(t.Context())
	if err != nil || job == nil {
		t.Fatalf("got job %v and error %v, want a job", job, err)
	}
	return job
}

// isEmpty tells whether no job can be claimed now.
func isEmpty(t *testing.T, q *Queue) bool {
	t.Helper()
	_, err := q.claim(t.Context())
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatal(err)
	}
	return err != nil
}

func TestQueue(t *testing.T) {
	q := open(t)
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "request")
	defer span.End()
	if err := Enqueue(ctx, q.pool, Message{Key: "a", Body: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	enqueue(t, q, Message{Key: "a", Body: []byte("second")}) // the same key: nothing
	if jobs, oldest, err := q.Lag(t.Context()); jobs != 1 || oldest <= 0 || oldest > time.Minute || err != nil {
		t.Errorf("got %d jobs, the oldest of %s, and error %v; want one", jobs, oldest, err)
	}
	job := receive(t, q)
	if job.ID != "a" || string(job.Body) != "first" || job.Attempt != 1 || time.Since(job.Enqueued).Abs() > time.Minute {
		t.Errorf("got %+v", job)
	}
	if got := job.Header["traceparent"]; !strings.Contains(got, span.SpanContext().SpanID().String()) {
		t.Errorf("got trace context %q, want the producer's", got)
	}
	if !isEmpty(t, q) {
		t.Error("a job that is claimed was claimed again")
	}
	if err := q.Ack(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if err := q.Ack(t.Context(), job); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("acknowledged twice: got error %v", err)
	}
	if jobs, oldest, err := q.Lag(t.Context()); jobs != 0 || oldest != 0 || err != nil {
		t.Errorf("got %d jobs, the oldest of %s, and error %v; want none", jobs, oldest, err)
	}
}

// TestEnqueueInTransaction wants the job to be there when its transaction is.
func TestEnqueueInTransaction(t *testing.T) {
	q := open(t)
	tx, err := q.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := Enqueue(t.Context(), tx, Message{Key: "a"}); err != nil {
		t.Fatal(err)
	}
	if !isEmpty(t, q) {
		t.Error("a job was claimed before the commit")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !isEmpty(t, q) {
		t.Error("a job was claimed that was never committed")
	}
}

func TestEnqueueRefuses(t *testing.T) {
	q := open(t)
	for name, m := range map[string]Message{
		"no key":   {},
		"long key": {Key: strings.Repeat("k", 256)},
		"big body": {Key: "a", Body: make([]byte, 1<<20+1)},
	} {
		if err := Enqueue(t.Context(), q.pool, m); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestClaimSkips has another claim under way, which holds a row: the next one is taken.
func TestClaimSkips(t *testing.T) {
	q := open(t)
	enqueue(t, q, Message{Key: "a"})
	enqueue(t, q, Message{Key: "b"})
	tx, err := q.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(t.Context()))
	if _, err := tx.Exec(t.Context(), "SELECT FROM jobs WHERE key = 'a' FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	if job := receive(t, q); job.ID != "b" {
		t.Errorf("got job %s, want b", job.ID)
	}
}

// TestReceiveEnds ends the context of a claim under way: the job is not lost.
func TestReceiveEnds(t *testing.T) {
	q := open(t)
	enqueue(t, q, Message{Key: "a"})
	tx, err := q.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(t.Context()))
	if _, err := tx.Exec(t.Context(), "LOCK TABLE jobs"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var receiving sync.WaitGroup
	receiving.Go(func() {
		if job, err := q.Receive(ctx); err != nil || job == nil || job.ID != "a" {
			t.Errorf("got job %v and error %v, want the job", job, err)
		}
	})
	time.Sleep(50 * time.Millisecond) // for the claim to begin
	cancel()
	time.Sleep(50 * time.Millisecond)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Error(err)
	}
	receiving.Wait()
}

// TestLease lets the lease of a job end: whoever had it can no longer settle it.
func TestLease(t *testing.T) {
	q := open(t)
	q.lease = time.Millisecond
	enqueue(t, q, Message{Key: "a"})
	first := receive(t, q)
	time.Sleep(2 * time.Millisecond)
	second := receive(t, q)
	if second.ID != first.ID || second.Attempt != 2 {
		t.Errorf("got %s, attempt %d, want the same job again", second.ID, second.Attempt)
	}
	for name, err := range map[string]error{
		"ack":  q.Ack(t.Context(), first),
		"nack": q.Nack(t.Context(), first, worker.Nack{Cause: errors.New("late"), Dead: true}),
	} {
		if !errors.Is(err, ErrLeaseLost) {
			t.Errorf("%s of the first delivery: got error %v, want ErrLeaseLost", name, err)
		}
	}
	if err := q.Ack(t.Context(), second); err != nil {
		t.Error(err)
	}
}

func TestNack(t *testing.T) {
	q := open(t)
	enqueue(t, q, Message{Key: "a"})
	if err := q.Nack(t.Context(), receive(t, q), worker.Nack{Cause: errors.New("bad \x00\xff name"), After: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if !isEmpty(t, q) {
		t.Error("a job was claimed before its time")
	}
	exec(t, q.pool, "UPDATE jobs SET run_at = run_at - interval '1 hour'")
	if err := q.Nack(t.Context(), receive(t, q), worker.Nack{Cause: errors.New(strings.Repeat("é", 1000)), Dead: true}); err != nil {
		t.Fatal(err)
	}
	if jobs, _, err := q.Lag(t.Context()); jobs != 0 || err != nil || !isEmpty(t, q) {
		t.Errorf("got %d jobs and error %v, want none but the dead one", jobs, err)
	}
	var attempt, length int
	if err := q.pool.QueryRow(t.Context(), "SELECT attempt, octet_length(last_error) FROM jobs WHERE dead_at IS NOT NULL").Scan(&attempt, &length); err != nil {
		t.Fatal(err)
	}
	if attempt != 2 || length != maxErrorBytes {
		t.Errorf("got %d attempts and %d bytes of error", attempt, length)
	}
	exec(t, q.pool, "UPDATE jobs SET dead_at = NULL, attempt = 0, run_at = now() WHERE dead_at IS NOT NULL") // as documented
	if job := receive(t, q); job.Attempt != 1 {
		t.Errorf("got attempt %d of a job that has another chance", job.Attempt)
	}
}

// TestSilentDatabase has a database that accepts connections and never answers.
func TestSilentDatabase(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	config, err := pgxpool.ParseConfig("postgres://worker@" + silent.Addr().String() + "/jobs?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	config.ConnConfig.ConnectTimeout = 1200 * time.Millisecond
	db, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	q := New(db, time.Minute)
	q.timeout = 50 * time.Millisecond
	pool, err := worker.New(worker.Options{
		Source: q, Handle: func(context.Context, *worker.Job) error { return nil }, Concurrency: 1, Timeout: time.Minute,
		Logger: slog.New(slog.DiscardHandler), Tracers: noop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- pool.Run() }()
	for begin := time.Now(); pool.Ready() == nil; time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Second {
			t.Fatal("the worker is ready though the database does not answer")
		}
	}
	begin := time.Now()
	if _, _, err := q.Lag(t.Context()); err == nil {
		t.Error("the database has answered")
	}
	if err := pool.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("it took %s to ask and to end", took)
	}
}
