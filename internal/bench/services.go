package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/otlp"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

const (
	serviceName = "orders"
	serviceID   = "spiffe://example.org/ns/default/sa/orders"
	callerID    = "spiffe://example.org/ns/default/sa/bench"
	requestPath = "/v1/greetings/world"
)

// subject is a service that is measured, or one of its settings.
type subject struct {
	name     string
	emitted  bool    // by gen, else by hand
	sampling float64 // of root spans; below zero: no telemetry
	beside   int     // the subject that it is compared with, too; its own index for none
}

// Indices of subjects.
const (
	bare = iota
	bareAgain
	stockFew
	emittedFew
	stockAll
	emittedAll
)

func subjects() []subject {
	return []subject{
		bare:       {"bare, by hand", false, -1, bare},
		bareAgain:  {"the same once more (the noise)", false, -1, bareAgain},
		stockFew:   {"stock telemetry by hand, 1 % sampled", false, 0.01, stockFew},
		emittedFew: {"**emitted, 1 % sampled**", true, 0.01, stockFew},
		stockAll:   {"stock telemetry by hand, all sampled", false, 1, stockAll},
		emittedAll: {"**emitted, all sampled**", true, 1, stockAll},
	}
}

// kind is a way of calling.
type kind struct {
	name      string
	requests  int
	protocols []string // of ALPN
	keepAlive bool
}

// measureServices starts all subjects, calls them in turn, and returns a table a kind.
func measureServices(ctx context.Context, dir string, s size) (string, error) {
	w, err := newWorld(dir)
	if err != nil {
		return "", err
	}
	defer w.close()
	kinds := []kind{
		{"HTTP/1.1, connections kept", s.requests, []string{"http/1.1"}, true},
		{"HTTP/2, one connection", s.requests, []string{"h2"}, true},
		{"HTTP/1.1, a new handshake each", s.handshakes, []string{"http/1.1"}, false},
	}
	var servers []*server
	for _, sub := range subjects() {
		srv, err := w.start(ctx, sub)
		if err != nil {
			return "", err
		}
		servers = append(servers, srv)
	}
	clients := make([]*http.Client, len(kinds))
	for i, k := range kinds {
		clients[i] = w.client(k)
	}

	// By kind, subject, round.
	samples := make([][][]sample, len(kinds))
	for i := range samples {
		samples[i] = make([][]sample, len(servers))
	}
	for round := range s.rounds + 1 {
		for i, k := range kinds {
			for _, j := range turn(len(servers), round) {
				got, err := servers[j].measure(ctx, clients[i], k.requests)
				if err != nil {
					return "", fmt.Errorf("%s, %s: %w", k.name, servers[j].name, err)
				}
				if round > 0 { // the first turn warms up
					samples[i][j] = append(samples[i][j], got)
				}
			}
		}
	}
	var text strings.Builder
	for i, k := range kinds {
		fmt.Fprintf(&text, "%s\n", servicesTable(k, samples[i]))
	}
	return text.String(), nil
}

func servicesTable(k kind, samples [][]sample) table {
	t := table{head: []string{k.name, "CPU µs a request", "of bare", "of stock", "allocations", "bytes"}}
	cpu := func(i int) []float64 { return series(samples[i], func(s sample) float64 { return s.cpu }) }
	for i, sub := range subjects() {
		row := []string{sub.name, fmt.Sprintf("%.1f", median(cpu(i))), "", ""}
		if i != bare {
			row[2] = fmt.Sprintf("%.2f", ratio(cpu(i), cpu(bare)))
		}
		if sub.beside != i {
			row[3] = fmt.Sprintf("%.2f", ratio(cpu(i), cpu(sub.beside)))
		}
		row = append(row,
			fmt.Sprintf("%.1f", median(series(samples[i], func(s sample) float64 { return s.allocs }))),
			fmt.Sprintf("%.0f", median(series(samples[i], func(s sample) float64 { return s.bytes }))))
		t.rows = append(t.rows, row)
	}
	return t
}

// world is what services need around them: identities, a collector, and a caller.
type world struct {
	dir      string
	registry *authority.Registry
	api      *workloadapi.Server
	sink     *otlp.Sink
	endpoint string // of the sink
	caller   identity.Source
	id       spiffeid.ID // of every service
	servers  []*server
}

func newWorld(dir string) (*world, error) {
	w := &world{dir: dir, sink: otlp.New(otlp.Options{Bytes: 1 << 20})}
	var err error
	if w.id, err = spiffeid.FromString(serviceID); err != nil {
		return nil, err
	}
	caller, err := spiffeid.FromString(callerID)
	if err != nil {
		return nil, err
	}
	issuer, err := authority.New(w.id.TrustDomain(), authority.Options{})
	if err != nil {
		return nil, err
	}
	if w.registry, err = authority.NewRegistry(issuer); err != nil {
		return nil, err
	}
	if w.caller, err = authority.NewSource(w.registry, caller); err != nil {
		return nil, err
	}
	if err := w.writeCertificates(issuer); err != nil {
		return nil, err
	}
	listener, err := w.sink.Listen("127.0.0.1:0", nil)
	if err != nil {
		return nil, err
	}
	w.endpoint = listener.Endpoint()
	w.api, err = workloadapi.Start(workloadapi.Options{Socket: filepath.Join(dir, "api.sock"), Registry: w.registry})
	return w, err
}

// writeCertificates gives the service by hand the files that it reads.
func (w *world) writeCertificates(issuer *authority.Authority) error {
	svid, err := issuer.Mint(w.id, time.Hour)
	if err != nil {
		return err
	}
	certs, key, err := svid.Marshal()
	if err != nil {
		return err
	}
	bundle, err := issuer.X509Bundle().Marshal()
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(w.dir, "svid.pem"), certs, 0o600),
		os.WriteFile(filepath.Join(w.dir, "key.pem"), key, 0o600),
		os.WriteFile(filepath.Join(w.dir, "bundle.pem"), bundle, 0o600))
}

// close ends all that runs.
func (w *world) close() {
	for _, s := range w.servers {
		s.stop()
	}
	_ = w.api.Close() // the folder goes with it
	_ = w.sink.Close()
}
