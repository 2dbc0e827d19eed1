//go:build linux || darwin

package golden

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
)

// holder has one SVID, which nobody renews.
type holder struct {
	*authority.Registry
	svid *x509svid.SVID
}

func (h holder) GetX509SVID() (*x509svid.SVID, error) { return h.svid, nil }
func (h holder) Updated() <-chan struct{}             { return nil }
func (h holder) Denied() error                        { return nil }

func (h holder) expires() time.Time { return h.svid.Certificates[0].NotAfter }

func (w *world) holder(t *testing.T, id string, ttl time.Duration) holder {
	t.Helper()
	svid, err := w.registry.Mint(spiffeid.RequireFromString(id), ttl)
	if err != nil {
		t.Fatal(err)
	}
	return holder{w.registry, svid.SVID}
}

// dial shakes hands with a service over HTTP/1.1. The refusal of a client comes afterwards.
func (p *process) dial(t *testing.T, source identity.Source) *tls.Conn {
	t.Helper()
	config := keepHTTP1.transport(source, "spiffe://"+shopDomain+"/ns/shop/sa/"+p.name).TLSClientConfig
	conn, err := tls.Dial("tcp", strings.TrimPrefix(p.url, "https://"), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// testRefusals: who may not call learns it in the handshake, and there is a record of it.
func testRefusals(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 0)
	payments := w.run(t, "payments")
	for _, test := range []struct {
		who, id, reason string
		ttl             time.Duration
	}{
		{"a stranger", strangerID, "no rule allows the caller anything", time.Hour},
		{"a wrong trust domain", "spiffe://elsewhere.example/ns/shop/sa/checkout", "bundle", time.Hour},
		{"an expired SVID", checkoutID, "expired", time.Second},
	} {
		h := w.holder(t, test.id, test.ttl)
		if test.ttl < time.Minute {
			time.Sleep(time.Until(h.expires().Add(time.Millisecond)))
		}
		before := len(payments.logs("refused"))
		_, err := payments.dial(t, h).Read(make([]byte, 1))
		var remote *net.OpError
		if !errors.As(err, &remote) || remote.Op != "remote error" {
			t.Errorf("%s: %v, want an alert", test.who, err)
		}
		r := payments.awaitLogs(t, before+1, "refused")[before]
		if r.text("caller") != test.id || r.text("target") != "connection" || !strings.Contains(r.text("reason"), test.reason) {
			t.Errorf("%s: the record is %v", test.who, r)
		}
	}
	l := newLoad()
	l.add(fresh, w.source(t, checkoutID), paymentsID, direct, at(payments))
	l.flows(t, enough)
	l.end(t)
}

// exchange sends a request and reads the answer.
func exchange(t *testing.T, conn *tls.Conn, reader *bufio.Reader) *http.Response {
	t.Helper()
	if _, err := io.WriteString(conn, "GET "+direct+" HTTP/1.1\r\nHost: anyone\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatal(response.Status)
	}
	return response
}

// testConnectionEnds: a connection does not outlive the SVID of its peer, and one that is used
// is told to end before.
func testConnectionEnds(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 0)
	payments := w.run(t, "payments")
	h := w.holder(t, checkoutID, 3*time.Second)
	idle, used := payments.dial(t, h), payments.dial(t, h)

	idleReader, usedReader := bufio.NewReader(idle), bufio.NewReader(used)
	if exchange(t, idle, idleReader).Close {
		t.Error("a young connection is told to end")
	}
	next := time.NewTicker(20 * time.Millisecond)
	defer next.Stop()
	for !exchange(t, used, usedReader).Close {
		<-next.C
	}
	if left := time.Until(h.expires()); left <= 0 {
		t.Errorf("told to end %s after the SVID", -left)
	}
	if _, err := usedReader.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last answer: %v", err)
	}

	_, err := idleReader.ReadByte()
	if late := time.Since(h.expires()); err == nil || late < 0 || late > slack {
		t.Errorf("the connection ended %s after the SVID of its peer (%v)", late, err)
	}
}

// testSecondSignal: whoever asks twice does not want to wait.
func testSecondSignal(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 0)
	payments := w.run(t, "payments", "LAME_DUCK=1h")
	payments.signal(t, syscall.SIGTERM)
	payments.awaitLogs(t, 1, "stopping")
	if payments.ready() {
		t.Error("ready in its lame duck")
	}
	start := time.Now()
	for {
		payments.signal(t, syscall.SIGTERM)
		select {
		case <-payments.done:
			payments.exit(t, start, slack)
			return
		case <-time.After(50 * time.Millisecond): // one that came before the service was done with the first counts as the first
		}
	}
}

// fails waits for the end of a service that cannot start, and looks for words in what it says.
func (p *process) fails(t *testing.T, start time.Time, budget time.Duration, words ...string) {
	t.Helper()
	if code := p.exit(t, start, budget); code != 1 {
		t.Errorf("%s exited with %d, want 1", p.name, code)
	}
	said := p.stderr.String()
	for _, word := range words {
		if !strings.Contains(said, word) {
			t.Errorf("%s does not say %q:\n%s", p.name, word, said)
		}
	}
	if strings.Contains(said, "goroutine ") {
		t.Errorf("a stack trace:\n%s", said)
	}
}

// startBudget is how long a service may take to see that it cannot start.
const startBudget = 5 * time.Second

func testFailedStarts(t *testing.T, programs map[string]string) {
	w := newWorld(t, programs, 0)
	payments := w.run(t, "payments")
	address := strings.TrimPrefix(payments.url, "https://")
	for _, test := range []struct {
		settings, words []string
	}{
		{[]string{"HTTP_ADDRESS=" + address}, []string{address, "address already in use"}},
		{[]string{"PROBE_ADDRESS=" + payments.address}, []string{payments.address, "address already in use"}},
		{[]string{"SPIFFE_ENDPOINT_SOCKET="}, []string{"SPIFFE_ENDPOINT_SOCKET is not set", "set it to"}},
		{[]string{"SPIFFE_ENDPOINT_SOCKET=/no/scheme"}, []string{`SPIFFE_ENDPOINT_SOCKET="/no/scheme"`, "unix://"}},
		{
			[]string{
				"HTTP_ADDRESS=nowhere", "PROBE_ADDRESS=:99999", "DEBUG_ADDRESS=0.0.0.0:6060", "LAME_DUCK=soon", "LOG_LEVEL=loud",
				"OTEL_PROPAGATORS=b3", "OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_ENDPOINT=collector",
			},
			[]string{
				"HTTP_ADDRESS", "PROBE_ADDRESS", "DEBUG_ADDRESS", "LAME_DUCK", "LOG_LEVEL",
				"OTEL_PROPAGATORS", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_ENDPOINT",
			},
		},
	} {
		start := time.Now()
		w.launch(t, "payments", test.settings...).fails(t, start, startBudget, test.words...)
	}
	if !payments.ready() {
		t.Error("the first instance is not ready any more")
	}
}

// startWithoutSocket starts a service where there is no Workload API, and returns the test of
// it: the service waits as long as it says, and no longer.
func startWithoutSocket(t *testing.T, programs map[string]string) func(*testing.T) {
	t.Helper()
	const startDeadline = 30 * time.Second
	w := newWorld(t, programs, 0)
	socket := "unix://" + filepath.Join(w.folder, "nobody")
	start := time.Now()
	orders := w.launch(t, "orders", "SPIFFE_ENDPOINT_SOCKET="+socket)
	return func(t *testing.T) {
		orders.fails(t, start, startDeadline+slack, "SPIFFE_ENDPOINT_SOCKET", socket, "no such file", "start the agent")
	}
}

func testCommandLine(t *testing.T, programs map[string]string) {
	for _, test := range []struct {
		argument string
		words    []string
	}{
		{"--help", []string{"Usage:", "orders check-config", "SPIFFE_ENDPOINT_SOCKET", "HTTP_ADDRESS", ":8443", "CALL_PAYMENTS_ADDRESS", "LAME_DUCK", "5s"}},
		{"--version", []string{"orders devel"}},
		{"check-config", []string{
			"CALL_PAYMENTS_ADDRESS", "payments.shop.svc:9443", "CALL_PAYMENTS_WEB_ADDRESS", "payments.shop.svc:8443", "TARGET",
			"GET /v1/peers/{peer}/greetings/{name}", "/orders.v1.PeerService/GetPeerGreeting", checkoutID,
		}},
	} {
		cmd := exec.CommandContext(t.Context(), programs["orders"], test.argument)
		cmd.Env = []string{}
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v", test.argument, err)
		}
		for _, word := range test.words {
			if !strings.Contains(string(out), word) {
				t.Errorf("%s does not say %q:\n%s", test.argument, word, out)
			}
		}
	}
	out, err := exec.CommandContext(t.Context(), programs["orders"], "serve").CombinedOutput()
	if err == nil || !strings.Contains(string(out), `unknown command "serve"`) || !strings.Contains(string(out), "--help") {
		t.Errorf("an unknown command: %v, %s", err, out)
	}
}
