//go:build linux || darwin

package golden

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/otlp"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

// Who takes part: orders calls payments over HTTP and over gRPC, checkout calls both, front of a
// federated trust domain calls payments; mailer asks payments once for each message of a broker,
// and ledger keeps a greeting for each row of a queue.
const (
	shopDomain    = "shop.example"
	partnerDomain = "partner.example"
	ordersID      = "spiffe://shop.example/ns/shop/sa/orders"
	paymentsID    = "spiffe://shop.example/ns/shop/sa/payments"
	mailerID      = "spiffe://shop.example/ns/shop/sa/mailer"
	brokerID      = "spiffe://shop.example/ns/nats/sa/nats"
	checkoutID    = "spiffe://shop.example/ns/shop/sa/checkout"
	strangerID    = "spiffe://shop.example/ns/shop/sa/stranger"
	frontID       = "spiffe://partner.example/ns/web/sa/front"
)

const (
	throughOrders  = "/v1/peers/payments-web/greetings/Ada" // HTTP all the way
	throughOrders2 = "/v1/peers/payments/greetings/Ada"     // and then gRPC
	direct         = "/v1/greetings/Ada"
)

// What every service of a world ends by, unless a test says otherwise.
const (
	drainTimeout    = 2 * time.Second
	telemetryBudget = time.Second
	slack           = 750 * time.Millisecond // for a busy machine, and for the flush to see its end
)

// patience bounds each wait for something that should come soon.
const patience = 20 * time.Second

// buildShop renders the services, builds them as their owner would, and returns their programs
// by name. There is no ledger where there is no database for it.
func buildShop(t *testing.T) map[string]string {
	t.Helper()
	common := []string{"identity.trustDomain=" + shopDomain, "deploy.namespace=shop", "telemetry.sampling=0"}
	overGRPC := []string{"calls.0.name=payments", "calls.0.protocol=grpc", "calls.0.id=" + paymentsID, "calls.0.address=payments.shop.svc:9443"}
	overHTTP := []string{"calls.1.name=payments-web", "calls.1.protocol=http", "calls.1.id=" + paymentsID, "calls.1.address=payments.shop.svc:8443"}
	shop := map[string][]string{
		"orders": slices.Concat([]string{"serve=http,grpc", "identity.callers=" + checkoutID}, overGRPC, overHTTP),
		"payments": {
			"serve=http,grpc", "identity.federates=" + partnerDomain,
			"identity.callers=" + strings.Join([]string{ordersID, checkoutID, frontID, mailerID}, ","),
		},
		"mailer": slices.Concat([]string{"serve=worker", "worker.source=nats", "worker.broker.id=" + brokerID}, overGRPC),
	}
	if os.Getenv(databaseVariable) != "" {
		shop["ledger"] = []string{"serve=worker", "worker.source=postgres", "store=postgres"}
	}
	dir, programs := t.TempDir(), map[string]string{}
	var builds sync.WaitGroup
	for name, sets := range shop {
		d := answers.NewDraft()
		sets = slices.Concat([]string{"name=" + name, "module=example.com/shop/" + name}, common, sets)
		for _, set := range sets {
			path, value, _ := strings.Cut(set, "=")
			if err := d.Set(path, value, answers.SetFlag); err != nil {
				t.Fatal(err)
			}
		}
		folder := filepath.Join(dir, name)
		writeTree(t, folder, rendered(t, d))
		programs[name] = filepath.Join(dir, "bin", name)
		program := programs[name]
		builds.Go(func() { goCommand(t, folder, "build", "-o", program, "./cmd/"+name) })
	}
	builds.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return programs
}

// world is what services need around them: an authority behind a Workload API, and a collector.
type world struct {
	programs map[string]string
	lifetime time.Duration // of an X.509-SVID
	registry *authority.Registry
	folder   string
	sink     *otlp.Sink
	endpoint string // of the collector

	api    *workloadapi.Server // nil while it is away
	before []string            // command that runs services: see hosts
}

// newWorld returns a world whose X.509-SVIDs live that long; zero is an hour.
func newWorld(t *testing.T, programs map[string]string, lifetime time.Duration) *world {
	t.Helper()
	w := &world{programs: programs, lifetime: lifetime, sink: otlp.New(otlp.Options{})}
	t.Cleanup(func() { w.sink.Close() })
	listener, err := w.sink.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.endpoint = listener.Endpoint()

	var authorities []*authority.Authority
	for _, domain := range []string{shopDomain, partnerDomain, "elsewhere.example"} {
		a, err := authority.New(spiffeid.RequireTrustDomainFromString(domain), authority.Options{X509TTL: lifetime})
		if err != nil {
			t.Fatal(err)
		}
		authorities = append(authorities, a)
	}
	if w.registry, err = authority.NewRegistry(authorities...); err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: with the test's name in it, it is longer than a socket's path may be.
	if w.folder, err = os.MkdirTemp("", "e2e"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(w.folder) })
	w.startAuthority(t)
	t.Cleanup(func() {
		if w.api != nil {
			w.api.Close()
		}
	})
	return w
}

func (w *world) socket() string { return filepath.Join(w.folder, "api", "sock") }

// startAuthority serves the Workload API; the keys are those from before, as an agent has them
// from its server.
func (w *world) startAuthority(t *testing.T) {
	t.Helper()
	api, err := workloadapi.Start(workloadapi.Options{Socket: w.socket(), Registry: w.registry})
	if err != nil {
		t.Fatal(err)
	}
	w.api = api
}

// killAuthority ends the Workload API as SIGKILL would: every stream is cut, and the socket
// stays behind with nobody to answer.
func (w *world) killAuthority(t *testing.T) {
	t.Helper()
	aside := w.socket() + "-left"
	if err := os.Rename(w.socket(), aside); err != nil {
		t.Fatal(err)
	}
	if err := w.api.Close(); err != nil {
		t.Fatal(err)
	}
	w.api = nil
	if err := os.Rename(aside, w.socket()); err != nil {
		t.Fatal(err)
	}
}

// source is an identity for a caller.
func (w *world) source(t *testing.T, id string) *authority.Source {
	t.Helper()
	s, err := authority.NewSource(w.registry, spiffeid.RequireFromString(id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// process is a running service.
type process struct {
	name    string
	url     string // https://host:port, once it is ready
	rpc     string // host:port of gRPC, once it is ready
	address string // of the probes
	debug   string // of the profiles
	entry   authority.Entry
	handle  authority.Handle // of the entry
	cmd     *exec.Cmd
	done    chan struct{} // closed when it has ended
	err     error         // how; read after done
	ended   time.Time     // when; read after done

	mu       sync.Mutex
	records  []record
	composed map[string]int // greetings, by caller
	stderr   bytes.Buffer
	changed  chan struct{} // closed at the next output
}

// composing is what a service logs of each greeting: the first are kept, all are counted.
const (
	composing = "greeting composed"
	mostKept  = 1000
)

// record is a line of a service's log.
type record map[string]any

func (r record) text(key string) string { s, _ := r[key].(string); return s }

// Write takes what the service prints on stderr.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notify()
	return p.stderr.Write(b)
}

func (p *process) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// logs returns what the service has logged with that message.
func (p *process) logs(message string) []record {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []record
	for _, r := range p.records {
		if r.text("msg") == message {
			found = append(found, r)
		}
	}
	return found
}

// output is all that the service printed, for the report of a failure.
func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for _, r := range p.records {
		if r.text("msg") == composing {
			continue
		}
		line, _ := json.Marshal(r)
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String() + p.stderr.String()
}

// awaitLogs waits until the service has logged the message n times.
func (p *process) awaitLogs(t *testing.T, n int, message string) []record {
	t.Helper()
	late := time.After(patience)
	for {
		p.mu.Lock()
		changed := p.changed
		p.mu.Unlock()
		if found := p.logs(message); len(found) >= n {
			return found
		}
		select {
		case <-changed:
		case <-p.done:
			t.Fatalf("%s ended (%v) before it logged %q\n%s", p.name, p.err, message, p.output())
		case <-late:
			t.Fatalf("%s did not log %q %d times within %s\n%s", p.name, message, n, patience, p.output())
		}
	}
}

// free returns an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// launch starts a service with an identity, and with settings ("NAME=value") over the usual.
func (w *world) launch(t *testing.T, name string, settings ...string) *process {
	t.Helper()
	p := &process{
		name: name, address: free(t), debug: free(t), composed: map[string]int{},
		done: make(chan struct{}), changed: make(chan struct{}),
	}
	command := append(slices.Clone(w.before), w.programs[name])
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Env = append([]string{
		"SPIFFE_ENDPOINT_SOCKET=unix://" + w.socket(),
		"HTTP_ADDRESS=127.0.0.1:0",
		"GRPC_ADDRESS=127.0.0.1:0",
		"PROBE_ADDRESS=" + p.address,
		"DEBUG_ADDRESS=" + p.debug,
		"LAME_DUCK=0s",
		"DRAIN_TIMEOUT=" + drainTimeout.String(),
		"TELEMETRY_SHUTDOWN_TIMEOUT=" + telemetryBudget.String(),
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + w.endpoint,
		"OTEL_BSP_SCHEDULE_DELAY=100",
		"OTEL_BLRP_SCHEDULE_DELAY=100",
		"OTEL_METRIC_EXPORT_INTERVAL=500",
	}, settings...) // of two values the last one holds
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	p.handle, err = w.registry.RegisterStarted(func() (authority.Entry, error) {
		if err := p.cmd.Start(); err != nil {
			return authority.Entry{}, err
		}
		self, err := authority.FindProcess(p.cmd.Process.Pid)
		p.entry = authority.Entry{
			ID:            spiffeid.RequireFromString("spiffe://" + shopDomain + "/ns/shop/sa/" + name),
			Selectors:     []authority.Selector{self.Tree(), authority.UID(os.Getuid())},
			FederatesWith: []spiffeid.TrustDomain{spiffeid.RequireTrustDomainFromString(partnerDomain)},
		}
		return p.entry, err
	})
	if p.cmd.Process == nil {
		t.Fatal(err)
	}
	go p.follow(stdout)
	t.Cleanup(func() {
		select {
		case <-p.done:
		default:
			_ = p.cmd.Process.Kill()
			<-p.done
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// follow reads the service's log until it ends.
func (p *process) follow(stdout io.Reader) {
	lines := json.NewDecoder(stdout)
	for {
		var r record
		if err := lines.Decode(&r); err != nil {
			break
		}
		p.mu.Lock()
		isComposing := r.text("msg") == composing
		if isComposing {
			p.composed[r.text("caller")]++
		}
		if !isComposing || len(p.records) < mostKept {
			p.records = append(p.records, r)
		}
		p.notify()
		p.mu.Unlock()
	}
	_, _ = io.Copy(io.Discard, stdout) // what is no JSON must not hold it up
	p.err = p.cmd.Wait()
	p.ended = time.Now()
	close(p.done)
}

// run launches a service and waits until it is ready.
func (w *world) run(t *testing.T, name string, settings ...string) *process {
	t.Helper()
	p := w.launch(t, name, settings...)
	serving := p.awaitLogs(t, 1, "serving")[0]
	p.url, p.rpc = "https://"+serving.text("address"), serving.text("grpc_address")
	eventually(t, name+" is ready", func() bool { return p.ready() })
	return p
}

// shop runs payments, and orders that calls it.
func (w *world) shop(t *testing.T, settings ...string) (orders, payments *process) {
	t.Helper()
	payments = w.run(t, "payments", settings...)
	return w.run(t, "orders", append(settings, calls(payments)...)...), payments
}

// calls are the settings by which orders finds payments.
func calls(payments *process) []string {
	return []string{"CALL_PAYMENTS_ADDRESS=" + payments.rpc, "CALL_PAYMENTS_WEB_ADDRESS=" + strings.TrimPrefix(payments.url, "https://")}
}

// ready asks as Kubernetes does.
func (p *process) ready() bool {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + p.address + "/readyz")
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (p *process) signal(t *testing.T, s os.Signal) time.Time {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	return time.Now()
}

// exit waits for the end, which must come within a budget that began at start, and returns
// the exit code; -1 is a signal.
func (p *process) exit(t *testing.T, start time.Time, budget time.Duration) int {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(max(time.Until(start.Add(budget+patience)), slack)): // asked late, it has ended already
		t.Fatalf("%s has not ended long after its budget of %s\n%s", p.name, budget, p.output())
	}
	if took := p.ended.Sub(start); took > budget {
		t.Errorf("%s took %s to end, budget %s\n%s", p.name, took, budget, p.output())
	}
	var exit *exec.ExitError
	if p.err != nil && !errors.As(p.err, &exit) {
		t.Errorf("%s: %v", p.name, p.err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// terminate asks for the end and waits for it; see exit.
func (p *process) terminate(t *testing.T, budget time.Duration) int {
	t.Helper()
	return p.exit(t, p.signal(t, syscall.SIGTERM), budget)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", patience, what)
		case <-look.C:
		}
	}
}
