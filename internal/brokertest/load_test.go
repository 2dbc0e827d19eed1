package brokertest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/service/worker"
	"github.com/mintwright/mintwright/blueprints/service/worker/natsqueue"
	"github.com/mintwright/mintwright/blueprints/service/worker/pgqueue"
)

// tally counts by job what happened, over all pools.
type tally struct {
	mu   sync.Mutex
	runs map[string]int
	acks map[string]int
}

func newTally() *tally { return &tally{runs: map[string]int{}, acks: map[string]int{}} }

func (t *tally) acked() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.acks)
}

// counted is a source whose acknowledgements are counted when they succeed.
type counted struct {
	worker.Source
	tally *tally
}

func (c counted) Ack(ctx context.Context, job *worker.Job) error {
	err := c.Source.Ack(ctx, job)
	if err == nil {
		c.tally.mu.Lock()
		defer c.tally.mu.Unlock()
		c.tally.acks[job.ID]++
	}
	return err
}

// handle takes a while, and fails one time in ten.
func (t *tally) handle(ctx context.Context, job *worker.Job) error {
	t.mu.Lock()
	t.runs[job.ID]++
	t.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(mathrand.N(40 * time.Millisecond)):
	}
	if mathrand.IntN(10) == 0 {
		return errors.New("not yet")
	}
	return nil
}

func (t *tally) pool(test *testing.T, source worker.Source) *worker.Pool {
	test.Helper()
	pool, err := worker.New(worker.Options{
		Source: counted{source, t}, Handle: t.handle, Concurrency: 4, Timeout: time.Minute, Attempts: -1,
		Logger: discard, Tracers: noop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(),
	})
	if err != nil {
		test.Error(err)
	}
	go pool.Run() //nolint:errcheck // it has none
	return pool
}

// churn has two replicas work until all jobs are acknowledged. They are stopped and started all
// the while, one time in three in a hurry, which cuts jobs off. No job may be lost, and none
// acknowledged twice; queue is asked whether one is left.
func churn(t *testing.T, jobs int, queue worker.Source, replica func() (worker.Source, func())) {
	t.Helper()
	tally := newTally()
	var replicas sync.WaitGroup
	var stops, cutOff int
	begin := time.Now()
	for range 2 {
		replicas.Go(func() {
			for tally.acked() < jobs && time.Since(begin) < patience/2 {
				source, end := replica()
				pool := tally.pool(t, source)
				time.Sleep(mathrand.N(800 * time.Millisecond))
				pool.Drain()
				wait := patience
				if mathrand.IntN(3) == 0 {
					wait = mathrand.N(10 * time.Millisecond)
				}
				err := shutdown(t, pool, wait)
				end()
				tally.mu.Lock()
				stops++
				if err != nil {
					cutOff++
				}
				tally.mu.Unlock()
			}
		})
	}
	replicas.Wait()
	drained(t, queue)
	tally.check(t, jobs, 1)
	t.Logf("%d jobs, %d runs, %d stops of which %d cut jobs off, %s", jobs, tally.total(), stops, cutOff, time.Since(begin))
}

// check wants every job run, and acknowledged at least so often and at most once.
func (t *tally) check(test *testing.T, jobs, least int) {
	test.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range jobs {
		id := fmt.Sprint(i)
		if t.runs[id] == 0 || t.acks[id] < least || t.acks[id] > 1 {
			test.Errorf("job %s: %d runs, %d acknowledgements", id, t.runs[id], t.acks[id])
		}
	}
}

func (t *tally) total() (runs int) {
	for _, n := range t.runs {
		runs += n
	}
	return runs
}

func TestChurnNATS(t *testing.T) {
	t.Parallel()
	ca := newCA(t)
	b := startBroker(t, serverConfig(t, ca.source(brokerID, time.Hour)))
	secure := func(o *natsqueue.Options) { o.Server, o.Source = brokerID, ca.worker(time.Hour) }
	url := "tls://" + b.Addr().String()
	producer := open(t, url, secure)
	const jobs = 300
	for i := range jobs {
		publish(t, producer, fmt.Sprint(i), "")
	}
	churn(t, jobs, producer, func() (worker.Source, func()) {
		o := natsqueue.Options{URL: url, Name: "orders", Timeout: time.Minute, Logger: discard}
		secure(&o)
		q, err := natsqueue.Open(o)
		if err != nil {
			t.Error(err)
		}
		return q, q.Close
	})
}

func TestChurnPostgres(t *testing.T) {
	t.Parallel()
	db := database(t, nil)
	const jobs = 300
	for i := range jobs {
		if err := pgqueue.Enqueue(t.Context(), db, pgqueue.Message{Key: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	queue := pgqueue.New(db, time.Minute)
	churn(t, jobs, queue, func() (worker.Source, func()) { return queue, func() {} })
}

// TestBrokerRestarts kills the broker three times under load. An acknowledgement whose answer
// is lost is not counted, though the broker has it: the job is gone, and was run.
func TestBrokerRestarts(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	q := open(t, b.ClientURL(), func(o *natsqueue.Options) { o.Timeout = time.Second }) // for a short lease
	tally := newTally()
	pool := tally.pool(t, q)
	const jobs = 300
	var restarts sync.WaitGroup
	restarts.Go(func() {
		for range 3 {
			time.Sleep(500 * time.Millisecond)
			b.restart(t, 200*time.Millisecond)
		}
	})
	for i := range jobs {
		id := fmt.Sprint(i)
		eventually(t, "published", func() error { return q.Publish(t.Context(), natsqueue.Message{ID: id}) })
		time.Sleep(5 * time.Millisecond)
	}
	restarts.Wait()
	drained(t, q)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
	tally.check(t, jobs, 0)
	t.Logf("%d jobs, %d runs, %d acknowledgements answered", jobs, tally.total(), tally.acked())
}

// TestDatabaseHangs has a database that answers no more in the middle, and after a while again.
// What was claimed meanwhile comes again when its lease has ended.
func TestDatabaseHangs(t *testing.T) {
	t.Parallel()
	var p *proxy
	db := database(t, func(c *pgx.ConnConfig) {
		p = newProxy(t, net.JoinHostPort(c.Host, fmt.Sprint(c.Port)))
		address := p.listener.Addr().(*net.TCPAddr)
		c.Host, c.Port, c.Fallbacks = "127.0.0.1", uint16(address.Port), nil
	})
	const jobs = 300
	for i := range jobs {
		if err := pgqueue.Enqueue(t.Context(), db, pgqueue.Message{Key: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	tally := newTally()
	queue := pgqueue.New(db, time.Second)
	pool := tally.pool(t, queue)
	eventually(t, "a third is done", func() error {
		if n := tally.acked(); n < jobs/3 {
			return fmt.Errorf("%d are", n)
		}
		return nil
	})
	p.hang(true)
	eventually(t, "the worker is not ready", func() error {
		if pool.Ready() == nil {
			return errors.New("it is")
		}
		return nil
	})
	p.hang(false)
	eventually(t, "the worker is ready", pool.Ready)
	drained(t, queue)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
	tally.check(t, jobs, 0)
	t.Logf("%d jobs, %d runs, %d acknowledgements answered", jobs, tally.total(), tally.acked())
}

// database returns connections to a schema of the test's own; change may lead them elsewhere.
func database(t *testing.T, change func(*pgx.ConnConfig)) *pgxpool.Pool {
	t.Helper()
	url := os.Getenv("TEST_DATABASE_URL")
	if url == "" {
		t.Skip("NOT TESTED, for want of a database: go run ./internal/pgtest go test ./internal/brokertest")
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	config.ConnConfig.RuntimeParams["search_path"] = schema
	if change != nil {
		change(config.ConnConfig)
	}
	db, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	migration, err := os.ReadFile("../../blueprints/service/store/migrations/0002_jobs.sql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(context.WithoutCancel(t.Context()), "DROP SCHEMA IF EXISTS "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	for _, sql := range []string{"CREATE SCHEMA " + schema, string(migration)} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return db
}
