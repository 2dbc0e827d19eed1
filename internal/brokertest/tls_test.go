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

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	metricnoop "go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
	"github.com/mintwright/mintwright/blueprints/service/worker"
	"github.com/mintwright/mintwright/blueprints/service/worker/natsqueue"
)

var (
	discard  = slog.New(slog.DiscardHandler)
	brokerID = spiffeid.RequireFromString("spiffe://acme.example/ns/nats/sa/nats")
	workerID = spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/orders")
)

// authority gives the broker and its worker their SVIDs.
type authority struct{ *identitytest.CA }

func newCA(t *testing.T) authority {
	t.Helper()
	return authority{identitytest.NewCA(t, "acme.example")}
}

func (ca authority) source(id spiffeid.ID, ttl time.Duration) *identitytest.Source {
	return identitytest.NewSource(ca.SVID(id.String(), ttl), ca.Bundle())
}

func (ca authority) worker(ttl time.Duration) *identitytest.Source { return ca.source(workerID, ttl) }

// serverConfig returns a server's configuration that admits the worker alone.
func serverConfig(t *testing.T, source identity.Source) *tls.Config {
	t.Helper()
	rules := identity.Rules{{Target: "nats", Allow: identity.IDs(workerID)}}
	access, err := identity.NewAuthorizer(rules, discard, metricnoop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	cfg := identity.ServerConfig(source, access)
	cfg.NextProtos = nil
	return cfg
}

// TestMutualTLS lets nobody in but the two that are named.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	ca := newCA(t)
	b := startBroker(t, serverConfig(t, ca.source(brokerID, time.Hour)))
	plain := startBroker(t, nil)
	url := "tls://" + b.Addr().String()
	for _, test := range []struct {
		name, url string
		server    spiffeid.ID
		source    identity.Source
		want      string // of the error, "" for none
	}{
		{"friends", url, brokerID, ca.worker(time.Hour), ""},
		{"a stranger as a broker", url, workerID, ca.worker(time.Hour), `the server is "spiffe://acme.example/ns/nats/sa/nats"`},
		{"a stranger as a worker", url, brokerID, ca.source(brokerID, time.Hour), "no connection"},
		{"another authority", url, brokerID, newCA(t).worker(time.Hour), "signed by unknown authority"},
		{"a broker without TLS", "tls://" + plain.Addr().String(), brokerID, ca.worker(time.Hour), "tls"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q, err := natsqueue.Open(natsqueue.Options{URL: test.url, Server: test.server, Source: test.source, Name: "orders", Timeout: time.Minute, Logger: discard})
			if err != nil {
				t.Fatal(err)
			}
			defer q.Close()
			if test.want != "" {
				eventually(t, "refused for the right reason", func() error {
					if _, err := q.Receive(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
						return fmt.Errorf("got error %v, want one with %q", err, test.want)
					}
					return nil
				})
				return
			}
			publish(t, q, "a", "")
			if err := q.Ack(t.Context(), receive(t, q)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRotation renews the worker's SVID, which lives for three seconds, while jobs are done:
// the connection is renewed before it ends, when nothing is on its way, and every job is run once.
func TestRotation(t *testing.T) {
	t.Parallel()
	const ttl = 3 * time.Second
	ca := newCA(t)
	var mu sync.Mutex
	serials := map[string]bool{}
	cfg := serverConfig(t, ca.source(brokerID, time.Hour))
	verify := cfg.VerifyConnection
	cfg.VerifyConnection = func(state tls.ConnectionState) error {
		mu.Lock()
		defer mu.Unlock()
		serials[state.PeerCertificates[0].SerialNumber.String()] = true
		return verify(state)
	}
	b := startBroker(t, cfg)
	source := ca.worker(ttl)
	rotating, stop := context.WithCancel(t.Context())
	defer stop()
	var rotation sync.WaitGroup
	rotation.Go(func() {
		for rotating.Err() == nil {
			time.Sleep(ttl / 3)
			source.Rotate(ca.SVID(workerID.String(), ttl))
		}
	})
	q := open(t, "tls://"+b.Addr().(*net.TCPAddr).String(), func(o *natsqueue.Options) {
		o.Server, o.Source, o.Timeout = brokerID, source, time.Second
	})
	runs := map[string]int{}
	var slowest time.Duration
	pool := start(t, q, func(_ context.Context, job *worker.Job) error {
		mu.Lock()
		defer mu.Unlock()
		runs[job.ID]++
		slowest = max(slowest, time.Since(job.Enqueued))
		return nil
	})
	jobs := 0
	for begin := time.Now(); time.Since(begin) < 8*time.Second; jobs++ {
		id := fmt.Sprint(jobs)
		eventually(t, "published", func() error { // again where the answer is lost: the ID makes it safe
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			return q.Publish(ctx, natsqueue.Message{ID: id})
		})
		time.Sleep(5 * time.Millisecond)
	}
	drained(t, q)
	if err := shutdown(t, pool, time.Minute); err != nil {
		t.Error(err)
	}
	stop()
	rotation.Wait()
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != jobs {
		t.Errorf("%d of %d jobs were run", len(runs), jobs)
	}
	for id, n := range runs {
		if n != 1 {
			t.Errorf("job %s was run %d times", id, n)
		}
	}
	if len(serials) < 3 {
		t.Errorf("the broker saw %d SVIDs in eight seconds, want a new one each time an old one ends", len(serials))
	}
	t.Logf("%d jobs, the slowest after %s, %d SVIDs seen by the broker", jobs, slowest, len(serials))
}
