//go:build linux || darwin

package golden

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/worker/natsqueue"
	"github.com/mintwright/mintwright/blueprints/service/worker/pgqueue"
)

var discard = slog.New(slog.DiscardHandler)

// broker is a NATS server with an SVID, which lets in the mailer, and checkout to add messages.
type broker struct {
	options server.Options
	gate    *gate // before it
	server  *server.Server
	js      jetstream.JetStream // of a client that is not under test
	ended   func()
}

func (w *world) broker(t *testing.T) *broker {
	t.Helper()
	rules := identity.Rules{{Target: "nats", Allow: identity.IDs(spiffeid.RequireFromString(mailerID), spiffeid.RequireFromString(checkoutID))}}
	access, err := identity.NewAuthorizer(rules, discard, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	config := identity.ServerConfig(w.source(t, brokerID), access)
	config.NextProtos = nil
	address := free(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	b := &broker{options: server.Options{
		Host: "127.0.0.1", NoLog: true, NoSigs: true, JetStream: true, StoreDir: filepath.Join(w.folder, "nats"),
		TLSConfig: config, TLS: true, TLSTimeout: 5,
	}}
	if _, err := fmt.Sscan(port, &b.options.Port); err != nil {
		t.Fatal(err)
	}
	b.run(t)
	t.Cleanup(b.stop)
	b.gate = newGate(t, to(address))
	// As whoever runs the broker may make it: one that forgets at once what it has stored.
	_, err = b.js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "mailer", Subjects: []string{"mailer.jobs"}, Retention: jetstream.WorkQueuePolicy, Duplicates: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
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
	if !s.ReadyForConnections(patience) {
		t.Fatal("the broker does not start")
	}
	conn, err := nats.Connect("nats://in.process", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	if b.js, err = jetstream.New(conn); err != nil {
		t.Fatal(err)
	}
	b.server = s
	b.ended = func() {
		conn.Close()
		s.Shutdown()
		s.WaitForShutdown()
	}
}

func (b *broker) stop() { b.ended() }

// settled returns up to which place in the stream every message is done.
func (b *broker) settled(ctx context.Context) (uint64, error) {
	consumer, err := b.js.Consumer(ctx, "mailer", "worker")
	if err != nil {
		return 0, err
	}
	info, err := consumer.Info(ctx)
	if err != nil {
		return 0, err
	}
	return info.AckFloor.Stream, nil
}

// last returns the place of the last message in the stream.
func (b *broker) last(ctx context.Context) (uint64, error) {
	stream, err := b.js.Stream(ctx, "mailer")
	if err != nil {
		return 0, err
	}
	return stream.CachedInfo().State.LastSeq, nil
}

// aside returns how many messages were put aside.
func (b *broker) aside(ctx context.Context) (uint64, error) {
	stream, err := b.js.Stream(ctx, "mailer-dead")
	if err != nil {
		return 0, err
	}
	return stream.CachedInfo().State.Msgs, nil
}

// messages are jobs that a producer adds for as long as a load lasts. It asks again until the
// broker has stored one, so that the broker may have it twice, and never not at all.
type messages struct {
	queue *natsqueue.Queue
	added atomic.Int64
	adds  sync.Mutex // held while one is added
}

// hold has nothing added until it is let go.
func (m *messages) hold(hold bool) {
	if hold {
		m.adds.Lock()
		return
	}
	m.adds.Unlock()
}

const greetAda = `{"name":"Ada"}`

func (l *load) addMessages(t *testing.T, w *world, b *broker) *messages {
	t.Helper()
	queue, err := natsqueue.Open(natsqueue.Options{
		URL: "tls://" + b.gate.address, Server: spiffeid.RequireFromString(brokerID), Source: w.source(t, checkoutID),
		Name: "mailer", Timeout: time.Minute, Logger: discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(queue.Close)
	m := &messages{queue: queue}
	l.workers.Go(func() {
		next := time.NewTicker(jobPace)
		defer next.Stop()
		for {
			select {
			case <-l.stop:
				return
			case <-next.C:
			}
			m.adds.Lock()
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			if queue.Publish(ctx, natsqueue.Message{ID: fmt.Sprint("message-", m.added.Load()+1), Body: []byte(greetAda)}) == nil {
				m.added.Add(1)
			}
			cancel()
			m.adds.Unlock()
		}
	})
	return m
}

const jobPace = 50 * time.Millisecond

// databaseVariable names the PostgreSQL server of the tests.
const databaseVariable = "TEST_DATABASE_URL"

// database is one of the server's, and a gate before it.
type database struct {
	gate *gate
	url  string        // through the gate
	pool *pgxpool.Pool // past it
}

func (w *world) database(t *testing.T) *database {
	t.Helper()
	u, err := url.Parse(os.Getenv(databaseVariable))
	if err != nil {
		t.Fatal(err)
	}
	admin, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	name := "e2e_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if _, err := admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		admin.Close(ctx)
	})
	d := &database{gate: newGate(t, to(u.Host))}
	u.Path = "/" + name
	if d.pool, err = pgxpool.New(t.Context(), u.String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.pool.Close)
	u.Host = d.gate.address
	d.url = u.String()
	return d
}

// migrate runs the command of the service and returns what it says.
func (w *world) migrate(t *testing.T, d *database) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), w.programs["ledger"], "migrate")
	cmd.Env = []string{"DATABASE_URL=" + d.url}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// rows are jobs that a producer adds for as long as a load lasts, past the gate.
type rows struct {
	pool  *pgxpool.Pool
	added atomic.Int64
}

func (l *load) addRows(d *database) *rows {
	r := &rows{pool: d.pool}
	l.workers.Go(func() {
		next := time.NewTicker(jobPace)
		defer next.Stop()
		for {
			select {
			case <-l.stop:
				return
			case <-next.C:
			}
			n := r.added.Load() + 1
			if pgqueue.Enqueue(context.Background(), d.pool, pgqueue.Message{Key: fmt.Sprint("row-", n), Body: []byte(greetAda)}) == nil {
				r.added.Add(1)
			}
		}
	})
	return r
}

// count asks the database for one number.
func (r *rows) count(ctx context.Context, sql string, arguments ...any) (n int64, err error) {
	err = r.pool.QueryRow(ctx, sql, arguments...).Scan(&n)
	return n, err
}
