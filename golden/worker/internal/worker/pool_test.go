package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/acme/mailer/internal/lifecycle"
)

var _ lifecycle.Part = (*Pool)(nil)

// memory is a source in memory. Its jobs come again when they are given back.
type memory struct {
	jobs chan *Job

	mu      sync.Mutex
	away    error // of Receive and Ack
	settled []string
}

func newMemory(jobs ...*Job) *memory {
	m := &memory{jobs: make(chan *Job, 100)}
	for _, job := range jobs {
		m.jobs <- job
	}
	return m
}

func (m *memory) set(away error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.away = away
}

func (m *memory) err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.away
}

func (m *memory) record(job *Job, what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settled = append(m.settled, fmt.Sprintf("%s %s %d", what, job.ID, job.Attempt))
}

// history returns what was settled, in order.
func (m *memory) history() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.settled, ", ")
}

func (m *memory) Origin() (system, destination string) { return "memory", "things" }

func (m *memory) Receive(ctx context.Context) (*Job, error) {
	if err := m.err(); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Second):
		return nil, nil
	case job := <-m.jobs:
		again := *job
		again.Attempt++
		return &again, nil
	}
}

func (m *memory) Ack(ctx context.Context, job *Job) error {
	if err := errors.Join(ctx.Err(), m.err()); err != nil {
		return err
	}
	m.record(job, "ack")
	return nil
}

func (m *memory) Nack(ctx context.Context, job *Job, nack Nack) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if nack.Dead {
		m.record(job, "dead")
		return nil
	}
	what := "nack"
	if nack.After == 0 {
		what = "back"
	}
	m.record(job, what)
	time.AfterFunc(nack.After, func() { m.jobs <- job })
	return nil
}

func (m *memory) Lag(context.Context) (jobs int64, oldest time.Duration, err error) {
	return int64(len(m.jobs)), 90 * time.Second, m.err()
}

// start runs handle by a pool on source.
func start(t *testing.T, source Source, handle Handler, change ...func(*Options)) *Pool {
	t.Helper()
	o := Options{
		Source: source, Handle: handle, Concurrency: 2, Timeout: time.Minute,
		Logger: slog.New(slog.DiscardHandler), Tracers: noop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(),
	}
	for _, c := range change {
		c(&o)
	}
	pool, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	go pool.Run() //nolint:errcheck // it has none
	return pool
}

func logTo(w *bytes.Buffer) func(*Options) {
	return func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(w, nil)) }
}

// within returns a context for Shutdown.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

const givenUp = "nack a 1, nack a 2, nack a 3, nack a 4, nack a 5, nack a 6, nack a 7, nack a 8, nack a 9, dead a 10"

// TestSettled looks at what becomes of a job, by what its handler does.
func TestSettled(t *testing.T) {
	for _, test := range []struct {
		name   string
		handle Handler
		want   string
	}{
		{"done", func(context.Context, *Job) error { return nil }, "ack a 1"},
		{"fails once", func(_ context.Context, job *Job) error {
			if job.Attempt == 1 {
				return errors.New("not yet")
			}
			return nil
		}, "nack a 1, ack a 2"},
		{"fails always", func(context.Context, *Job) error { return errors.New("no") }, givenUp},
		{"panics", func(context.Context, *Job) error { panic("no") }, givenUp},
		{"is poison", func(context.Context, *Job) error { return fmt.Errorf("no such name: %w", ErrPoison) }, "dead a 1"},
		{"outlives its timeout", func(ctx context.Context, job *Job) error {
			if job.Attempt == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		}, "nack a 1, ack a 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := newMemory(&Job{ID: "a"})
				pool := start(t, source, test.handle)
				time.Sleep(20 * time.Minute)
				if err := pool.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				if got := source.history(); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			})
		})
	}
}

// TestNeverSettled puts aside a job whose deliveries end without a verdict, as it ends the
// process each time: it is not run once more.
func TestNeverSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newMemory(&Job{ID: "a", Attempt: 20})
		pool := start(t, source, func(context.Context, *Job) error { t.Error("it was run"); return nil })
		synctest.Wait()
		if got := source.history(); got != "dead a 21" {
			t.Errorf("got %s, want it put aside", got)
		}
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestRedelivered has a source that delivers everything again, while it is in hand and when
// it is done: it runs once.
func TestRedelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newMemory(&Job{ID: "a"}, &Job{ID: "a"})
		runs := 0
		pool := start(t, source, func(context.Context, *Job) error {
			runs++
			time.Sleep(30 * time.Second)
			return nil
		})
		time.Sleep(time.Hour)
		source.jobs <- &Job{ID: "a", Attempt: 20}
		time.Sleep(time.Hour)
		if got, want := source.history(), "nack a 1, ack a 1, ack a 2, ack a 21"; got != want || runs != 1 {
			t.Errorf("got %s in %d runs, want %s in one", got, runs, want)
		}
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestAckLost has a source that is away when a job is done: the next delivery is not run.
func TestAckLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newMemory(&Job{ID: "a"})
		runs := 0
		pool := start(t, source, func(context.Context, *Job) error {
			runs++
			source.set(errors.New("away"))
			return nil
		})
		time.Sleep(time.Minute)
		source.set(nil)
		source.jobs <- &Job{ID: "a", Attempt: 1}
		time.Sleep(time.Minute)
		if got := source.history(); got != "ack a 2" || runs != 1 {
			t.Errorf("got %s in %d runs, want the second delivery acknowledged and one run", got, runs)
		}
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestLedgerForgets keeps the memory of what is done bounded.
func TestLedgerForgets(t *testing.T) {
	l := newLedger()
	for i := range 3 * remembered {
		job := &Job{ID: fmt.Sprint(i)}
		if _, taken := l.take(job); !taken || !l.release(job, true) {
			t.Fatalf("job %d was not taken and released", i)
		}
	}
	if len(l.done) != remembered || len(l.oldest) != remembered || len(l.inHand) != 0 {
		t.Errorf("got %d done, %d in order, %d in hand", len(l.done), len(l.oldest), len(l.inHand))
	}
	if isDone, _ := l.take(&Job{ID: fmt.Sprint(3*remembered - 1)}); !isDone {
		t.Error("the last one is forgotten")
	}
	if isDone, _ := l.take(&Job{ID: fmt.Sprint(2*remembered - 1)}); isDone {
		t.Error("one too old is remembered")
	}
}

// TestBounded never runs more jobs at once than it may.
func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newMemory()
		for i := range 20 {
			source.jobs <- &Job{ID: fmt.Sprint(i)}
		}
		var mu sync.Mutex
		running, most := 0, 0
		pool := start(t, source, func(context.Context, *Job) error {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return nil
		})
		time.Sleep(time.Minute)
		if got := strings.Count(source.history(), "ack"); most != 2 || got != 20 {
			t.Errorf("ran %d at once and did %d, want 2 and 20", most, got)
		}
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestDrain ends the pool with two jobs in hand and one waiting.
func TestDrain(t *testing.T) {
	obeys := func(ctx context.Context, _ *Job) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Second):
			return nil
		}
	}
	for _, test := range []struct {
		name   string
		handle Handler
		wait   time.Duration
		back   int // given back, to be had at once
	}{
		{"in time", obeys, 15 * time.Second, 0},
		{"cut off", obeys, 5 * time.Second, 2},
		{"heeds no context", func(context.Context, *Job) error { time.Sleep(time.Hour); return nil }, 5 * time.Second, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := newMemory(&Job{ID: "a"}, &Job{ID: "b"}, &Job{ID: "c"})
				pool := start(t, source, test.handle)
				synctest.Wait()
				pool.Drain()
				begin := time.Now()
				err := pool.Shutdown(within(t, test.wait))
				if cut := err != nil; cut != (test.back > 0) || cut && !strings.Contains(err.Error(), "2 jobs") {
					t.Errorf("got error %v", err)
				}
				if took := time.Since(begin); took > test.wait+interruptGrace {
					t.Errorf("shutdown took %s", took)
				}
				time.Sleep(2 * time.Hour) // a handler that ends now settles nothing twice
				got := source.history()
				if strings.Count(got, " a 1") != 1 || strings.Count(got, " b 1") != 1 || strings.Count(got, "back") != test.back || strings.Contains(got, " c ") {
					t.Errorf("got %s, want a and b settled once, %d of them given back", got, test.back)
				}
			})
		})
	}
}

// TestAway has a source that fails for an hour, and comes back.
func TestAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logs bytes.Buffer
		source := newMemory()
		source.set(errors.New("connection refused"))
		pool := start(t, source, func(context.Context, *Job) error { return nil }, logTo(&logs))
		time.Sleep(time.Hour)
		if err := pool.Ready(); err == nil || !strings.Contains(err.Error(), `memory "things": connection refused`) {
			t.Errorf("got %v from Ready", err)
		}
		source.set(nil)
		time.Sleep(lastReceive)
		synctest.Wait()
		if err := pool.Ready(); err != nil {
			t.Errorf("not ready when the source is back: %v", err)
		}
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if n := strings.Count(logs.String(), "no jobs from the source"); n < 40 || n > 61 {
			t.Errorf("logged %d lines in an hour, want about one a minute", n)
		}
		if !strings.Contains(logs.String(), "the source is back") {
			t.Error("not logged that the source is back")
		}
	})
}

// TestPoisonIsLoggedOnce looks at the record of a job that is put aside.
func TestPoisonIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logs bytes.Buffer
		pool := start(t, newMemory(&Job{ID: "a"}), func(context.Context, *Job) error { return ErrPoison }, logTo(&logs))
		synctest.Wait()
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if got := logs.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `level=ERROR msg="job put aside" job_id=a attempt=1 error="poison job"`) {
			t.Errorf("got %s, want one line", got)
		}
	})
}

func TestBackoff(t *testing.T) {
	for n, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 9: 256 * time.Second, 10: 5 * time.Minute, 1 << 40: 5 * time.Minute} {
		for range 100 {
			if got := Backoff(n, time.Second, 5*time.Minute); got < want/2 || got > want {
				t.Fatalf("after %d failures: got %s, want between %s and %s", n, got, want/2, want)
			}
		}
	}
	waits := map[time.Duration]bool{}
	for range 10 {
		waits[Backoff(5, time.Second, time.Hour)] = true
	}
	if len(waits) < 5 {
		t.Errorf("got %v: no jitter", waits)
	}
}

// TestTelemetry looks at the span and the metrics of one job that is done and one that fails.
func TestTelemetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans, points := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
		tracers := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
		ctx, producer := tracers.Tracer("test").Start(t.Context(), "request")
		defer producer.End()
		header := map[string]string{}
		Inject(ctx, header)

		var inner trace.SpanContext
		source := newMemory(&Job{ID: "a", Header: header}, &Job{ID: "b", Header: map[string]string{"traceparent": "garbage"}})
		pool := start(t, source, func(ctx context.Context, job *Job) error {
			if job.ID == "b" {
				return ErrPoison
			}
			if key := IdempotencyKey(ctx); key != "a" {
				t.Errorf("the context of job a has the key %q", key)
			}
			inner = trace.SpanContextFromContext(ctx)
			return nil
		}, func(o *Options) {
			o.Concurrency, o.Tracers, o.Meters = 1, tracers, sdkmetric.NewMeterProvider(sdkmetric.WithReader(points))
		})
		synctest.Wait()
		if err := pool.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		source.jobs <- &Job{ID: "c"}
		got := collect(t, points)

		ended := spans.Ended()
		if len(ended) != 2 {
			t.Fatalf("got %d spans, want one a job", len(ended))
		}
		first := ended[0]
		if first.Name() != "process things" || first.SpanKind() != trace.SpanKindConsumer || first.Parent().IsValid() || first.SpanContext().SpanID() != inner.SpanID() {
			t.Errorf("got span %q, kind %s, parent %v", first.Name(), first.SpanKind(), first.Parent())
		}
		if links := first.Links(); len(links) != 1 || links[0].SpanContext.SpanID() != producer.SpanContext().SpanID() {
			t.Errorf("got links %v, want one to the producer", links)
		}
		attributes := attribute.NewSet(first.Attributes()...)
		if got, want := attributes.Encoded(attribute.DefaultEncoder()), "messaging.destination.name=things,messaging.message.id=a,"+
			"messaging.operation.name=process,messaging.operation.type=process,messaging.system=memory,worker.attempt=1"; got != want {
			t.Errorf("got attributes %s, want %s", got, want)
		}
		if second := ended[1]; len(second.Links()) != 0 || second.Status().Description != "poison job" {
			t.Errorf("got links %v and status %v of a job that fails", second.Links(), second.Status())
		}
		for name, want := range map[string]float64{
			"worker.jobs messaging.destination.name=things,outcome=done":                                                                              1,
			"worker.jobs messaging.destination.name=things,outcome=dead":                                                                              1,
			"worker.lag messaging.destination.name=things":                                                                                            1,
			"worker.oldest_job.age messaging.destination.name=things":                                                                                 90,
			"messaging.process.duration messaging.destination.name=things,messaging.operation.name=process,messaging.system=memory":                   1,
			"messaging.process.duration error.type=_OTHER,messaging.destination.name=things,messaging.operation.name=process,messaging.system=memory": 1,
		} {
			if got[name] != want {
				t.Errorf("%s is %v, want %v; all are %v", name, got[name], want, got)
			}
		}
	})
}

// collect returns what is measured, by name and attributes; the count of a histogram.
func collect(t *testing.T, points *sdkmetric.ManualReader) map[string]float64 {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := points.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, m := range collected.ScopeMetrics[0].Metrics {
		add := func(a attribute.Set, v float64) { values[m.Name+" "+a.Encoded(attribute.DefaultEncoder())] = v }
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			for _, p := range data.DataPoints {
				add(p.Attributes, float64(p.Value))
			}
		case metricdata.Gauge[int64]:
			for _, p := range data.DataPoints {
				add(p.Attributes, float64(p.Value))
			}
		case metricdata.Gauge[float64]:
			for _, p := range data.DataPoints {
				add(p.Attributes, p.Value)
			}
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				add(p.Attributes, float64(p.Count))
			}
		}
	}
	return values
}
