package brokertest

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/service/worker"
	"github.com/mintwright/mintwright/blueprints/service/worker/natsqueue"
)

// broker is a NATS server with a folder of its own.
type broker struct {
	*server.Server
	options server.Options
}

// startBroker runs a server on a free port, with TLS unless cfg is nil.
func startBroker(t *testing.T, cfg *tls.Config) *broker {
	t.Helper()
	b := &broker{options: server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true, JetStream: true, StoreDir: t.TempDir(),
		TLSConfig: cfg, TLS: cfg != nil, TLSTimeout: 5,
	}}
	b.run(t)
	t.Cleanup(func() { b.stop() })
	return b
}

func (b *broker) run(t *testing.T) {
	t.Helper()
	options := b.options
	s, err := server.NewServer(&options)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	b.Server = s
}

func (b *broker) stop() {
	b.Shutdown()
	b.WaitForShutdown()
}

// restart kills the server, waits, and runs it again with the same port and folder.
func (b *broker) restart(t *testing.T, away time.Duration) {
	t.Helper()
	b.options.Port = b.Addr().(*net.TCPAddr).Port
	b.stop()
	time.Sleep(away)
	b.run(t)
}

// js returns a client of the server's that is not under test.
func (b *broker) js(t *testing.T) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect(b.ClientURL(), nats.InProcessServer(b.Server))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// open returns a queue named "orders" on a server without TLS.
func open(t *testing.T, url string, change ...func(*natsqueue.Options)) *natsqueue.Queue {
	t.Helper()
	o := natsqueue.Options{URL: url, Name: "orders", Timeout: time.Minute, Logger: slog.New(slog.DiscardHandler)}
	for _, c := range change {
		c(&o)
	}
	q, err := natsqueue.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	eventually(t, "the queue is there", func() error {
		job, err := q.Receive(t.Context())
		if job != nil {
			return fmt.Errorf("job %s is there already", job.ID)
		}
		return err
	})
	return q
}

// start runs handle by a pool on source.
func start(t *testing.T, source worker.Source, handle worker.Handler) *worker.Pool {
	t.Helper()
	pool, err := worker.New(worker.Options{
		Source: source, Handle: handle, Concurrency: 4, Timeout: time.Minute,
		Logger: slog.New(slog.DiscardHandler), Tracers: noop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(),
	})
	if err != nil {
		t.Fatal(err)
	}
	go pool.Run() //nolint:errcheck // it has none
	return pool
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// shutdown ends a pool; jobs in hand have the time that is given.
func shutdown(t *testing.T, pool *worker.Pool, wait time.Duration) error {
	t.Helper()
	return pool.Shutdown(within(t, wait))
}

// patience is how long a test waits for what must come: longer than a lease, which a message
// waits for that was on its way when its broker was killed.
const patience = 80 * time.Second

// eventually waits until try succeeds.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	err := try()
	for begin := time.Now(); err != nil; err = try() {
		if time.Since(begin) > patience {
			t.Fatalf("%s: never: %v", what, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// drained wants no job left.
func drained(t *testing.T, source worker.Source) {
	t.Helper()
	eventually(t, "no job is left", func() error {
		jobs, oldest, err := source.Lag(t.Context())
		if jobs != 0 {
			return fmt.Errorf("%d jobs are left, the oldest of %s", jobs, oldest)
		}
		return err
	})
}

// contains reports an error without a word in it.
func contains(t *testing.T, err error, word string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), word) {
		t.Errorf("got error %v, want one with %q", err, word)
	}
}

// proxy stands between a worker and its broker or database.
type proxy struct {
	listener net.Listener

	mu   sync.Mutex
	free sync.Cond
	hung bool
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l}
	p.free.L = &p.mu
	t.Cleanup(func() { l.Close(); p.hang(false) })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			onward, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				continue
			}
			go p.carry(onward, from)
			go p.carry(from, onward)
		}
	}()
	return p
}

// hang holds back everything, or lets it go.
func (p *proxy) hang(hung bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = hung
	p.free.Broadcast()
}

func (p *proxy) carry(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		for p.hung {
			p.free.Wait()
		}
		p.mu.Unlock()
		if err != nil {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
