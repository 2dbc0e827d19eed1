package brokertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/mintwright/mintwright/blueprints/service/worker"
	"github.com/mintwright/mintwright/blueprints/service/worker/natsqueue"
)

func publish(t *testing.T, q *natsqueue.Queue, id, body string) {
	t.Helper()
	if err := q.Publish(t.Context(), natsqueue.Message{ID: id, Body: []byte(body)}); err != nil {
		t.Fatal(err)
	}
}

// receive returns the next job, which must come soon.
func receive(t *testing.T, q *natsqueue.Queue) *worker.Job {
	t.Helper()
	job, err := q.Receive(t.Context())
	if err != nil || job == nil {
		t.Fatalf("got job %v and error %v, want a job", job, err)
	}
	return job
}

func TestQueue(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	q := open(t, b.ClientURL())
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "request")
	defer span.End()
	if err := q.Publish(ctx, natsqueue.Message{ID: "a", Body: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	publish(t, q, "a", "second") // the same ID: nothing
	publish(t, q, "b", "")
	time.Sleep(20 * time.Millisecond)
	if jobs, oldest, err := q.Lag(t.Context()); jobs != 2 || oldest < 20*time.Millisecond || oldest > time.Minute || err != nil {
		t.Errorf("got %d jobs, the oldest of %s, and error %v; want two", jobs, oldest, err)
	}
	job := receive(t, q)
	if job.ID != "a" || string(job.Body) != "first" || job.Attempt != 1 || time.Since(job.Enqueued).Abs() > time.Minute {
		t.Errorf("got %+v", job)
	}
	if got := job.Header["traceparent"]; !strings.Contains(got, span.SpanContext().SpanID().String()) {
		t.Errorf("got trace context %q, want the producer's", got)
	}
	if err := q.Nack(t.Context(), job, worker.Nack{Cause: errors.New("not yet"), After: 100 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if err := q.Ack(t.Context(), receive(t, q)); err != nil { // b
		t.Fatal(err)
	}
	if jobs, _, err := q.Lag(t.Context()); jobs != 1 || err != nil {
		t.Errorf("got %d jobs and error %v, want the one that waits", jobs, err)
	}
	again := receive(t, q)
	if again.ID != "a" || again.Attempt != 2 {
		t.Errorf("got %s, attempt %d, want the second of a", again.ID, again.Attempt)
	}
	if err := q.Ack(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	drained(t, q)
}

// TestIDs gives a job the ID of its place in the stream where its producer gave none that fits.
func TestIDs(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	q := open(t, b.ClientURL())
	js := b.js(t)
	seen := map[string]bool{}
	for _, id := range []string{"", "", strings.Repeat("x", 256)} {
		msg := nats.NewMsg("orders.jobs")
		if id != "" {
			msg.Header.Set(nats.MsgIdHdr, id)
		}
		if _, err := js.PublishMsg(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
		first := receive(t, q)
		if err := q.Nack(t.Context(), first, worker.Nack{Cause: errors.New("again")}); err != nil {
			t.Fatal(err)
		}
		second := receive(t, q)
		if first.ID != second.ID || !strings.HasPrefix(first.ID, "orders/") || seen[first.ID] {
			t.Errorf("got IDs %q and %q", first.ID, second.ID)
		}
		seen[first.ID] = true
		if err := q.Ack(t.Context(), second); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"", strings.Repeat("x", 256)} {
		contains(t, q.Publish(t.Context(), natsqueue.Message{ID: id}), "its ID has")
	}
	contains(t, q.Publish(t.Context(), natsqueue.Message{ID: "big", Body: make([]byte, 1<<20+1)}), "maximum payload")
	contains(t, q.Publish(t.Context(), natsqueue.Message{ID: "big", Body: make([]byte, 1<<20-1<<10)}), "message size exceeds")
}

// TestPoison puts aside what no attempt would mend: the biggest message that the stream takes,
// with headers that are for the broker, and a cause that would be a header of its own.
func TestPoison(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	q := open(t, b.ClientURL())
	poison := nats.NewMsg("orders.jobs")
	poison.Header.Set(nats.MsgIdHdr, "poison")
	poison.Header.Set(nats.ExpectedStreamHdr, "orders")
	poison.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	poison.Data = make([]byte, 1<<20-8<<10-300)
	if _, err := b.js(t).PublishMsg(t.Context(), poison); err != nil {
		t.Fatal(err)
	}
	publish(t, q, "good", "g")
	pool := start(t, q, func(_ context.Context, job *worker.Job) error {
		if job.ID == "poison" {
			return fmt.Errorf("%w: %s", worker.ErrPoison, strings.Repeat("no\r\nsuch: name", 1000))
		}
		return nil
	})
	drained(t, q)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
	stream, err := b.js(t).Stream(t.Context(), "orders-dead")
	if err != nil {
		t.Fatal(err)
	}
	if n := stream.CachedInfo().State.Msgs; n != 1 {
		t.Fatalf("%d messages are put aside, want one", n)
	}
	msg, err := stream.GetMsg(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(msg.Data) != len(poison.Data) || msg.Header.Get(nats.MsgIdHdr) != "poison" || msg.Header.Get("traceparent") != poison.Header.Get("traceparent") ||
		!strings.HasPrefix(msg.Header.Get("Worker-Cause"), "poison job: no  such: name") || msg.Header.Get("Worker-Deliveries") != "1" || len(msg.Header) != 4 {
		t.Errorf("put aside are %d bytes with %v", len(msg.Data), msg.Header)
	}
}

// TestRedelivery has a broker that forgets what it has delivered, and delivers everything
// again: each job is run once. The stream is someone's who keeps what is acknowledged.
func TestRedelivery(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	js := b.js(t)
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "orders", Subjects: []string{"orders.jobs"}}); err != nil {
		t.Fatal(err)
	}
	q := open(t, b.ClientURL())
	const jobs = 100
	for i := range jobs {
		publish(t, q, fmt.Sprint(i), "")
	}
	var mu sync.Mutex
	runs := map[string]int{}
	pool := start(t, q, func(_ context.Context, job *worker.Job) error {
		mu.Lock()
		defer mu.Unlock()
		runs[job.ID]++
		return nil
	})
	for range 3 {
		drained(t, q)
		if err := js.DeleteConsumer(t.Context(), "orders", "worker"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the worker is well", func() error {
			if _, err := js.Consumer(t.Context(), "orders", "worker"); err != nil {
				return err
			}
			return pool.Ready()
		})
	}
	drained(t, q)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != jobs {
		t.Errorf("%d jobs were run, want %d", len(runs), jobs)
	}
	for id, n := range runs {
		if n != 1 {
			t.Errorf("job %s was run %d times", id, n)
		}
	}
}

// TestAway starts without a broker, is not ready and says why, and works when one comes.
func TestAway(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	url := b.ClientURL()
	b.options.Port = b.Addr().(*net.TCPAddr).Port
	b.stop()
	q, err := natsqueue.Open(natsqueue.Options{URL: url, Name: "orders", Timeout: time.Minute, Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	done := make(chan string, 1)
	pool := start(t, q, func(_ context.Context, job *worker.Job) error { done <- job.ID; return nil })
	eventually(t, "the worker is not ready, and says why", func() error {
		if err := pool.Ready(); err == nil || !strings.Contains(err.Error(), "connection refused") {
			return fmt.Errorf("got error %v", err)
		}
		return nil
	})
	contains(t, q.Publish(t.Context(), natsqueue.Message{ID: "early"}), "no connection")

	b.run(t)
	eventually(t, "the worker is ready", pool.Ready)
	publish(t, q, "a", "")
	if id := <-done; id != "a" {
		t.Errorf("got job %s", id)
	}
	drained(t, q)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
}

// TestSilentBroker has a broker that accepts and does not answer: the start does not wait long
// for it, nor does the end.
func TestSilentBroker(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // which nobody accepts from: the system does
	begin := time.Now()
	ca := newCA(t)
	q, err := natsqueue.Open(natsqueue.Options{
		URL: "tls://" + l.Addr().String(), Server: brokerID, Source: ca.worker(time.Hour), Name: "orders", Timeout: time.Minute, Logger: discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	pool := start(t, q, func(context.Context, *worker.Job) error { return nil })
	eventually(t, "the worker is not ready, and says why", func() error {
		if err := pool.Ready(); err == nil || !strings.Contains(err.Error(), "i/o timeout") {
			return fmt.Errorf("got error %v", err)
		}
		return nil
	})
	if _, _, err := q.Lag(t.Context()); err == nil {
		t.Error("the broker has answered")
	}
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
	q.Close()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %s to start and to end", took)
	}
}

// TestBrokerHangs has a broker that worked and then answers no more, behind a proxy that keeps
// the connection: the worker notices, and works when it is back.
func TestBrokerHangs(t *testing.T) {
	t.Parallel()
	b := startBroker(t, nil)
	proxy := newProxy(t, b.Addr().String())
	q := open(t, "nats://"+proxy.listener.Addr().String())
	done := make(chan string, 10)
	pool := start(t, q, func(_ context.Context, job *worker.Job) error { done <- job.ID; return nil })
	publish(t, q, "a", "")
	if id := <-done; id != "a" {
		t.Errorf("got job %s", id)
	}
	proxy.hang(true)
	eventually(t, "the worker is not ready", func() error {
		if pool.Ready() == nil {
			return errors.New("it is")
		}
		return nil
	})
	begin := time.Now()
	if _, _, err := q.Lag(within(t, time.Second)); err == nil || time.Since(begin) > 3*time.Second {
		t.Errorf("got error %v after %s from Lag", err, time.Since(begin))
	}
	proxy.hang(false)
	eventually(t, "the worker is ready", pool.Ready)
	eventually(t, "published", func() error {
		return q.Publish(within(t, time.Second), natsqueue.Message{ID: "b"})
	})
	if id := <-done; id != "b" {
		t.Errorf("got job %s", id)
	}
	drained(t, q)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
}
