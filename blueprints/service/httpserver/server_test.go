package httpserver

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

var (
	serverID = spiffeid.RequireFromString("spiffe://acme.example/server")
	friendID = spiffeid.RequireFromString("spiffe://acme.example/friend")
)

// records is a log that a test reads while the server writes.
type records struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *records) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *records) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// start serves routes, to friendID but those whose pattern is in closed, and returns the
// server, a client of friendID and the log.
func start(t *testing.T, routes []Route, closed ...string) (*Server, *http.Client, *records) {
	t.Helper()
	s, ca, log := build(t, routes, closed...)
	return s, serve(t, s, ca), log
}

// build returns a server that does not serve yet, the authority of its identity, and its log.
func build(t *testing.T, routes []Route, closed ...string) (*Server, *identitytest.CA, *records) {
	t.Helper()
	ca := identitytest.NewCA(t, serverID.TrustDomain().Name())
	var rules identity.Rules
	for _, target := range Targets(routes) {
		rules = append(rules, identity.Rule{Target: target, Allow: identity.IDs(friendID)})
	}
	for _, target := range closed {
		for i := range rules {
			if rules[i].Target == target {
				rules[i].Allow = identity.Who{}
			}
		}
	}
	log := new(records)
	logger := slog.New(slog.NewTextHandler(log, nil))
	access, err := identity.NewAuthorizer(rules, logger, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{
		Source:    identitytest.NewSource(ca.SVID(serverID.String(), time.Hour), ca.Bundle()),
		Access:    access,
		Telemetry: func(next http.Handler) (http.Handler, error) { return next, nil },
		Logger:    logger,
	}, routes)
	if err != nil {
		t.Fatal(err)
	}
	return s, ca, log
}

// serve starts s and returns a client of friendID.
func serve(t *testing.T, s *Server, ca *identitytest.CA) *http.Client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	transport := &http.Transport{
		TLSClientConfig:   identity.ClientConfig(identitytest.NewSource(ca.SVID(friendID.String(), time.Hour), ca.Bundle()), serverID),
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
		},
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := errors.Join(s.Shutdown(context.Background()), <-served); err != nil {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}
}

// call sends a request to https://server and returns the answer with its body.
func call(t *testing.T, client *http.Client, method, path string, body io.Reader) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, "https://server"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestAnswers(t *testing.T) {
	_, client, log := start(t, []Route{
		{"GET /caller", func(w http.ResponseWriter, r *http.Request) error {
			caller, _ := identity.Caller(r.Context())
			return WriteJSON(w, http.StatusCreated, caller.String())
		}},
		{"POST /echo", func(w http.ResponseWriter, r *http.Request) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return fmt.Errorf("reading: %w", err)
			}
			_, err = w.Write(body)
			return err
		}},
		{"GET /closed", func(http.ResponseWriter, *http.Request) error { return errors.New("reached") }},
		{"GET /teapot", func(http.ResponseWriter, *http.Request) error {
			return &Problem{Status: http.StatusTeapot, Detail: "short and stout", Cause: errors.New("secret")}
		}},
		{"GET /late", func(http.ResponseWriter, *http.Request) error { return context.DeadlineExceeded }},
		{"GET /broken", func(http.ResponseWriter, *http.Request) error { return errors.New("secret") }},
		{"GET /panic", func(http.ResponseWriter, *http.Request) error { panic("secret") }},
		{"GET /unencodable", func(w http.ResponseWriter, _ *http.Request) error {
			return WriteJSON(w, http.StatusOK, make(chan int))
		}},
	}, "GET /closed")

	tests := []struct {
		method, path, body string
		status             int
		want               string // in the body
	}{
		{"GET", "/caller", "", 201, friendID.String()},
		{"POST", "/echo", "hello", 200, "hello"},
		{"POST", "/echo", strings.Repeat("x", maxBodyBytes+1), 413, "Request Entity Too Large"},
		{"GET", "/closed", "", 403, "Forbidden"},
		{"GET", "/teapot", "", 418, `"detail":"short and stout"`},
		{"GET", "/late", "", 504, "Gateway Timeout"},
		{"GET", "/broken", "", 500, "Internal Server Error"},
		{"GET", "/panic", "", 500, "Internal Server Error"},
		{"GET", "/unencodable", "", 500, "Internal Server Error"},
		{"GET", "/nowhere", "", 404, "Not Found"},
		{"DELETE", "/echo", "", 405, "Method Not Allowed"},
	}
	for _, test := range tests {
		response, body := call(t, client, test.method, test.path, strings.NewReader(test.body))
		if response.StatusCode != test.status || !strings.Contains(body, test.want) || strings.Contains(body, "secret") {
			t.Errorf("%s %s: got %d %s, want %d with %q", test.method, test.path, response.StatusCode, body, test.status, test.want)
		}
		if response.ProtoMajor != 2 {
			t.Errorf("%s %s went over %s", test.method, test.path, response.Proto)
		}
		if test.status < 400 {
			continue
		}
		var problem Problem
		if err := json.Unmarshal([]byte(body), &problem); err != nil || problem.Status != test.status {
			t.Errorf("%s %s: %s is not the problem of its status: %v", test.method, test.path, body, err)
		}
		if got, want := response.Header.Get("Content-Type"), "application/problem+json"; got != want {
			t.Errorf("%s %s: got content type %q, want %q", test.method, test.path, got, want)
		}
	}
	if response, _ := call(t, client, "DELETE", "/echo", nil); response.Header.Get("Allow") != "POST" {
		t.Errorf("got Allow %q, want POST", response.Header.Get("Allow"))
	}
	for _, want := range []string{`error="panic: secret"`, "stack=", "error=secret"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not hold %q", want)
		}
	}
}

// TestBegunAnswers: what fails after its answer has begun must not look complete.
func TestBegunAnswers(t *testing.T) {
	begin := func(w http.ResponseWriter) {
		w.Write([]byte("half of it")) //nolint:errcheck // a test
		if err := http.NewResponseController(w).Flush(); err != nil {
			panic(err)
		}
	}
	_, client, _ := start(t, []Route{
		{"GET /error", func(w http.ResponseWriter, _ *http.Request) error { begin(w); return errors.New("broken") }},
		{"GET /panic", func(w http.ResponseWriter, _ *http.Request) error { begin(w); panic("broken") }},
	})
	for _, path := range []string{"/error", "/panic"} {
		response, err := client.Get("https://server" + path)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(response.Body); err == nil {
			t.Errorf("%s: the answer %q looks complete", path, body)
		}
		response.Body.Close()
	}
}

// TestCallerGone: a caller that has closed its half of the connection, and still reads, sees
// no failure as an empty 200; its leaving is no failure of the service, and hides no panic.
func TestCallerGone(t *testing.T) {
	wait := func(then func() error) HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) error {
			<-r.Context().Done()
			return then()
		}
	}
	_, client, log := start(t, []Route{
		{"GET /cancelled", wait(func() error { return context.Canceled })},
		{"GET /refused", wait(func() error { return &Problem{Status: http.StatusConflict} })},
		{"GET /panic", wait(func() error { panic("in vain") })},
	})
	transport := client.Transport.(*http.Transport)
	config := transport.TLSClientConfig.Clone()
	config.NextProtos = []string{"http/1.1"}
	for path, want := range map[string]int{"/cancelled": 499, "/refused": http.StatusConflict, "/panic": http.StatusInternalServerError} {
		inner, err := transport.DialContext(t.Context(), "tcp", "")
		if err != nil {
			t.Fatal(err)
		}
		conn := tls.Client(inner, config)
		defer conn.Close()
		_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: server\r\n\r\n")
		if err = errors.Join(err, conn.CloseWrite()); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: got status %d, want %d", path, response.StatusCode, want)
		}
	}
	if got := log.String(); strings.Count(got, "request failed") != 1 || !strings.Contains(got, "in vain") {
		t.Errorf("want one failure in the log, the panic, got %s", got)
	}
}

// TestDrain: every answer asks its client to leave, and what is in flight is answered.
func TestDrain(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s, client, _ := start(t, []Route{
		{"GET /", func(w http.ResponseWriter, _ *http.Request) error { return WriteJSON(w, http.StatusOK, "ok") }},
		{"GET /slow", func(w http.ResponseWriter, _ *http.Request) error {
			close(entered)
			<-leave
			return WriteJSON(w, http.StatusOK, "ok")
		}},
	})
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	client.Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{"http/1.1"}
	if response, _ := call(t, client, "GET", "/", nil); response.Close {
		t.Error("the connection was closed before the drain")
	}
	slow := make(chan int, 1)
	go func() {
		response, _ := call(t, client, "GET", "/slow", nil)
		slow <- response.StatusCode
	}()
	<-entered
	s.Drain()
	if response, _ := call(t, client, "GET", "/", nil); !response.Close {
		t.Error("the connection was kept during the drain")
	}
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(t.Context()) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request in flight: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	if got := <-slow; got != http.StatusOK {
		t.Errorf("the request in flight got %d", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestShutdownCutsOff what does not end in time.
func TestShutdownCutsOff(t *testing.T) {
	entered := make(chan struct{})
	s, client, _ := start(t, []Route{
		{"GET /", func(_ http.ResponseWriter, r *http.Request) error {
			close(entered)
			<-r.Context().Done()
			return r.Context().Err()
		}},
	})
	failed := make(chan error, 1)
	go func() {
		_, err := client.Get("https://server/")
		failed <- err
	}()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the deadline was exceeded", err)
	}
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
}

// recorded is a span that keeps its attributes.
type recorded struct {
	nooptrace.Span
	attributes []attribute.KeyValue
}

func (*recorded) IsRecording() bool                       { return true }
func (r *recorded) SetAttributes(a ...attribute.KeyValue) { r.attributes = append(r.attributes, a...) }

func TestSpanNamesTheCaller(t *testing.T) {
	route := Route{"GET /", func(http.ResponseWriter, *http.Request) error { return nil }}
	s, _, _ := build(t, []Route{route})
	for _, known := range []bool{true, false} {
		span, ctx := new(recorded), t.Context()
		if known {
			ctx = identity.WithCaller(ctx, friendID)
		}
		request := httptest.NewRequestWithContext(trace.ContextWithSpan(ctx, span), http.MethodGet, "/", nil)
		s.mux.ServeHTTP(httptest.NewRecorder(), request)
		if got := fmt.Sprint(span.attributes); strings.Contains(got, friendID.String()) != known || len(span.attributes) == 0 == known {
			t.Errorf("a caller is known: %t, attributes %s", known, got)
		}
	}
}
