package web_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	nometrics "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	notraces "go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/client/web"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

const (
	serverID = "spiffe://acme.example/ns/pay/sa/api"
	clientID = "spiffe://acme.example/client"
)

// world is a trust domain with a caller.
type world struct {
	ca     *identitytest.CA
	caller *identitytest.Source
}

func newWorld(t *testing.T) world {
	ca := identitytest.NewCA(t, "acme.example")
	return world{ca, identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle())}
}

// server counts the connections it is asked for.
type server struct {
	*httptest.Server
	connections atomic.Int64
}

// serve answers as the holder of svid, with what change makes of the configuration.
func (w world) serve(t *testing.T, svid *x509svid.SVID, h http.HandlerFunc, change func(*tls.Config)) *server {
	t.Helper()
	config := &tls.Config{
		Certificates: []tls.Certificate{{PrivateKey: svid.PrivateKey}},
		ClientAuth:   tls.RequireAnyClientCert,
		NextProtos:   []string{"h2", "http/1.1"},
	}
	for _, cert := range svid.Certificates {
		config.Certificates[0].Certificate = append(config.Certificates[0].Certificate, cert.Raw)
	}
	if change != nil {
		change(config)
	}
	s := &server{Server: httptest.NewUnstartedServer(h)}
	s.TLS, s.EnableHTTP2 = config, true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (w world) options(s *server) web.SampleOptions {
	return web.SampleOptions{
		Address: s.Listener.Addr().String(),
		SVIDs:   w.caller, Bundles: w.caller,
		Tracers: notraces.NewTracerProvider(), Meters: nometrics.NewMeterProvider(),
	}
}

func (w world) client(t *testing.T, s *server) *web.SampleClient {
	t.Helper()
	client, err := web.NewSampleClient(w.options(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// start serves h as the server that is meant, and returns a client of it.
func start(t *testing.T, h http.HandlerFunc) (*server, *web.SampleClient) {
	t.Helper()
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(serverID, time.Hour), h, nil)
	return s, w.client(t, s)
}

func answer(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, body) //nolint:errcheck // the client tells
}

func TestOptions(t *testing.T) {
	w := newWorld(t)
	whole := w.options(w.serve(t, w.ca.SVID(serverID, time.Hour), nil, nil))
	for name, change := range map[string]func(*web.SampleOptions){
		"address": func(o *web.SampleOptions) { o.Address = "" },
		"SVIDs":   func(o *web.SampleOptions) { o.SVIDs = nil },
		"bundles": func(o *web.SampleOptions) { o.Bundles = nil },
		"tracers": func(o *web.SampleOptions) { o.Tracers = nil },
		"meters":  func(o *web.SampleOptions) { o.Meters = nil },
	} {
		o := whole
		change(&o)
		if _, err := web.NewSampleClient(o); err == nil {
			t.Errorf("a client without %s", name)
		}
	}
}

// TestRefusedServers: no request reaches one who is not the server that is meant, and no second
// attempt is made, though the call is idempotent.
func TestRefusedServers(t *testing.T) {
	w := newWorld(t)
	impostor, another := identitytest.NewCA(t, "acme.example"), identitytest.NewCA(t, "another.example")
	w.caller.SetBundles(w.ca.Bundle(), another.Bundle()) // trusted, and not meant
	good := func() *x509svid.SVID { return w.ca.SVID(serverID, time.Hour) }
	for _, test := range []struct {
		name   string
		svid   *x509svid.SVID
		change func(*tls.Config)
		want   string // in the error; "" where the client may see no more than an end
	}{
		{"another ID of the trust domain", w.ca.SVID("spiffe://acme.example/other", time.Hour), nil, `unexpected ID "spiffe://acme.example/other"`},
		{"the ID as a prefix", w.ca.SVID(serverID+"/more", time.Hour), nil, "unexpected ID"},
		{"the same path in another trust domain", another.SVID("spiffe://another.example/ns/pay/sa/api", time.Hour), nil, "unexpected ID"},
		{"a forged SVID", impostor.SVID(serverID, time.Hour), nil, "unknown authority"},
		{"an expired SVID", w.ca.SVID(serverID, -time.Second), nil, "expired"},
		{"no SVID", w.ca.SVID("https://acme.example/ns/pay/sa/api", time.Hour), nil, "scheme"},
		{"no question who calls", good(), func(c *tls.Config) { c.ClientAuth = tls.NoClientCert }, "does not ask who calls"},
		{"an old version of TLS", good(), func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "protocol version"},
		{"a refusal of the client", good(), func(c *tls.Config) {
			c.VerifyConnection = func(tls.ConnectionState) error { return errors.New("stranger") }
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := w.serve(t, test.svid, func(http.ResponseWriter, *http.Request) { t.Error("the request was served") }, test.change)
			_, err := w.client(t, s).Get(t.Context(), "x")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
			if got := s.connections.Load(); test.want != "" && got != 1 {
				t.Errorf("%d connections, want 1: a refusal is final", got)
			}
		})
	}
}

// TestNoSVID: nothing is asked of anybody.
func TestNoSVID(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(serverID, time.Hour), nil, nil)
	w.caller.Rotate(nil)
	if _, err := w.client(t, s).Get(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "no SVID") || s.connections.Load() != 0 {
		t.Errorf("got %v over %d connections", err, s.connections.Load())
	}
}

// TestOneConnection carries many calls, one after the other and at once.
func TestOneConnection(t *testing.T) {
	s, client := start(t, func(w http.ResponseWriter, r *http.Request) { answer(w, `{"id":"`+r.URL.Path+`"}`) })
	call := func(n int) {
		id := fmt.Sprint(n)
		if got, err := client.Get(t.Context(), id); err != nil || got.ID != "/items/"+id {
			t.Errorf("got %v, %v, want %s", got, err, id)
		}
	}
	call(0)
	var calls sync.WaitGroup
	for n := range 50 {
		calls.Go(func() { call(n) })
	}
	calls.Wait()
	if got := s.connections.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// TestOldHTTP: without HTTP/2 a connection carries one call after the other, failed ones too.
func TestOldHTTP(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(serverID, time.Hour), func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Error(r.Proto)
		}
		if r.URL.Path == "/items/no" {
			http.Error(w, "no", http.StatusTeapot)
			return
		}
		answer(w, `{}`)
	}, func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} })
	client := w.client(t, s)
	for range 3 {
		if _, err := client.Get(t.Context(), "x"); err != nil {
			t.Error(err)
		}
		if _, err := client.Get(t.Context(), "no"); err == nil {
			t.Error("no error")
		}
	}
	if got := s.connections.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// TestRotation: the next call shows the new SVID, and one in flight is not cut.
func TestRotation(t *testing.T) {
	w := newWorld(t)
	begun, end := make(chan struct{}), make(chan struct{})
	s := w.serve(t, w.ca.SVID(serverID, time.Hour), func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/items/slow" {
			close(begun)
			<-end
		}
		answer(rw, `{"id":"`+r.TLS.PeerCertificates[0].SerialNumber.String()+`"}`)
	}, nil)
	client := w.client(t, s)
	serial := func(svid *x509svid.SVID) string { return svid.Certificates[0].SerialNumber.String() }
	old, _ := w.caller.GetX509SVID()
	slow := make(chan error, 1)
	go func() {
		got, err := client.Get(t.Context(), "slow")
		if err == nil && got.ID != serial(old) {
			err = errors.New("it showed another SVID")
		}
		slow <- err
	}()
	<-begun
	fresh := w.ca.SVID(clientID, time.Hour)
	w.caller.Rotate(fresh)
	for range 3 {
		if got, err := client.Get(t.Context(), "x"); err != nil || got.ID != serial(fresh) {
			t.Errorf("got %v, %v, want the SVID of the day", got, err)
		}
	}
	close(end)
	if err := <-slow; err != nil {
		t.Error(err)
	}
	if got := s.connections.Load(); got != 2 {
		t.Errorf("%d connections, want 2", got)
	}
}

func TestAnswers(t *testing.T) {
	const limit = 4 << 20
	s, client := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/items/long":
			answer(w, fmt.Sprintf("%q", strings.Repeat("x", limit)))
		case "/items/zeros": // unpacks to more than the limit
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "application/json")
			packed := gzip.NewWriter(w)
			packed.Write(make([]byte, limit+1)) //nolint:errcheck // the client tells
			packed.Close()
		case "/items/html":
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "{}") //nolint:errcheck // the client tells
		case "/items/plus":
			w.Header().Set("Content-Type", "application/vnd.acme+json; charset=utf-8")
			io.WriteString(w, `{"id":"plus"}`) //nolint:errcheck // the client tells
		case "/items/none":
			w.WriteHeader(http.StatusNoContent)
		case "/items/more":
			answer(w, `{"id":"x"} {}`)
		case "/items/other":
			answer(w, `[1]`)
		case "/items/redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "/items/problem":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, `{"status":200,"type":"about:x","title":"Conflict","detail":"it is taken","instance":"/i","more":[1]}`) //nolint:errcheck // the client tells
		case "/items/broken":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"detail":"half`) //nolint:errcheck // the client tells
		case "/items/chatty":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"detail":%q}`, strings.Repeat("x", 1<<20))
		case "/items/plain":
			http.Error(w, `{"detail":"not to be read"}`, http.StatusForbidden)
		case "/items/strange":
			w.WriteHeader(799)
		case "/items/cut":
			w.Header().Set("Content-Length", "100")
			answer(w, `"half`)
			panic(http.ErrAbortHandler)
		default:
			t.Errorf("%s was asked for", r.URL.Path)
		}
	})
	for _, test := range []struct {
		id     string
		status int
		want   string // in the error
	}{
		{"long", 0, "longer than 4194304 bytes"},
		{"zeros", 0, "longer than 4194304 bytes"},
		{"html", 0, `content type "text/html"`},
		{"none", 0, "answered 204 without a value"},
		{"more", 0, "after top-level value"},
		{"other", 0, "cannot unmarshal array"},
		{"redirect", 302, "answered 302: Found"},
		{"problem", 409, "answered 409: it is taken"},
		{"broken", 400, "answered 400: Bad Request"},
		{"chatty", 400, "answered 400: Bad Request"},
		{"plain", 403, "answered 403: Forbidden"},
		{"strange", 799, "answered 799: "},
		{"cut", 0, ""},
	} {
		_, err := client.Get(t.Context(), test.id)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "calling "+s.Listener.Addr().String()) {
			t.Errorf("%s: got %v, want %q in it, and the address", test.id, err, test.want)
		}
		failure, ok := errors.AsType[*web.SampleError](err)
		if ok != (test.status != 0) || ok && failure.Status != test.status {
			t.Errorf("%s: got %v, want status %d", test.id, err, test.status)
		}
		if test.id == "problem" && *failure != (web.SampleError{Status: 409, Type: "about:x", Title: "Conflict", Detail: "it is taken", Instance: "/i"}) {
			t.Errorf("got %+v", failure)
		}
	}
	if got, err := client.Get(t.Context(), "plus"); err != nil || got.ID != "plus" {
		t.Errorf("got %v, %v", got, err)
	}
	if got := s.connections.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// TestPaths: a value never leaves its segment.
func TestPaths(t *testing.T) {
	_, client := start(t, func(w http.ResponseWriter, r *http.Request) {
		answer(w, fmt.Sprintf(`{"id":%q}`, strings.TrimPrefix(r.URL.EscapedPath(), "/items/")))
	})
	for id, want := range map[string]string{
		"a/b": "a%2Fb", "a b": "a%20b", "?q": "%3Fq", "#f": "%23f", "%2e%2e": "%252e%252e", "...": "...", `a\..`: `a%5C..`, "\n": "%0A", "ü": "%C3%BC",
	} {
		if got, err := client.Get(t.Context(), id); err != nil || got.ID != want {
			t.Errorf("%q: got %v, %v, want %s", id, got, err, want)
		}
	}
	_, client = start(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked for", r.RequestURI) })
	for _, id := range []string{"", ".", "..", "../x", "x/..", "a/../b", "a/./b"} {
		if _, err := client.Get(t.Context(), id); err == nil {
			t.Errorf("%q was taken", id)
		}
	}
}

// TestServerGoes closes the connection between two calls: neither fails, not even one that is
// sent once only.
func TestServerGoes(t *testing.T) {
	s, client := start(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, `{}`) })
	for range 3 {
		if _, err := client.Create(t.Context(), web.Order{}); err != nil {
			t.Fatal(err)
		}
		client.CloseIdleConnections()
	}
	if got := s.connections.Load(); got != 3 {
		t.Errorf("%d connections, want 3", got)
	}
}

// TestContexts end calls, however long they may take by themselves.
func TestContexts(t *testing.T) {
	_, client := start(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Get(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := client.Get(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestRepeated: an idempotent call outlives a server that is away for a moment, and one that is
// not is sent once.
func TestRepeated(t *testing.T) {
	var calls atomic.Int64
	_, client := start(t, func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err != nil || r.Method == "PUT" && string(body) != `{"amount":3}` {
			t.Errorf("got %s, %v", body, err)
		}
		if calls.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(w, `true`)
	})
	if err := client.Replace(t.Context(), 1, web.Order{Amount: 3}); err != nil || calls.Load() != 3 {
		t.Errorf("got %v after %d calls", err, calls.Load())
	}
	calls.Store(0)
	if _, err := client.Check(t.Context(), "a"); err != nil || calls.Load() != 3 { // a POST that says so
		t.Errorf("got %v after %d calls", err, calls.Load())
	}
	calls.Store(0)
	if _, err := client.Create(t.Context(), web.Order{}); err == nil || calls.Load() != 1 {
		t.Errorf("got %v after %d calls", err, calls.Load())
	}
}

// TestTelemetry: each attempt has a span of the provider that was given, and sends its context.
func TestTelemetry(t *testing.T) {
	w := newWorld(t)
	var parents []string
	s := w.serve(t, w.ca.SVID(serverID, time.Hour), func(rw http.ResponseWriter, r *http.Request) {
		if parents = append(parents, r.Header.Get("Traceparent")); len(parents) == 1 {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		answer(rw, `{}`)
	}, nil)
	o := w.options(s)
	spans := tracetest.NewInMemoryExporter()
	o.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	o.Telemetry = []otelhttp.Option{otelhttp.WithSpanNameFormatter(func(string, *http.Request) string { return "mine" })}
	client, err := web.NewSampleClient(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Get(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	got := spans.GetSpans()
	if len(got) != 2 || len(parents) != 2 || got[0].Name != "mine" {
		t.Fatalf("got %d spans, parents %q", len(got), parents)
	}
	for i, span := range got {
		if !strings.Contains(parents[i], span.SpanContext.SpanID().String()) {
			t.Errorf("span %v is not in %q", span.SpanContext.SpanID(), parents[i])
		}
	}
}

// TestSpans: telemetry knows a call by its pattern, and nothing of what a path or a query holds.
func TestSpans(t *testing.T) {
	const secret = "for-nobody-else"
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(serverID, time.Hour), func(rw http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.RequestURI, secret) || strings.Contains(r.RequestURI, "{") {
			t.Errorf("%s was asked for", r.RequestURI)
		}
		answer(rw, `null`)
	}, nil)
	o := w.options(s)
	spans, metrics := tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	o.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	o.Meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(metrics))
	client, err := web.NewSampleClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	ctx := t.Context()
	_, errGet := client.Get(ctx, secret)
	_, errList := client.List(ctx, nil, []string{secret}, time.Time{}, netip.IPv6Loopback())
	_, errCheck := client.Check(ctx, "a/"+secret)
	if err := errors.Join(errGet, errList, errCheck, client.Delete(ctx, "a b?c&"+secret)); err != nil {
		t.Fatal(err)
	}
	var recorded metricdata.ResourceMetrics
	if err := metrics.Collect(ctx, &recorded); err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%+v %+v", spans.GetSpans(), recorded); strings.Contains(text, secret) || !strings.Contains(text, "http.client.request.duration") {
		t.Error(text)
	}
	want := []string{"GET /items/{id}", "GET /items", "POST /files/{name...}", "DELETE /items/{id}"}
	for i, span := range spans.GetSpans() {
		_, template, _ := strings.Cut(want[i], " ")
		attributes := attribute.NewSet(span.Attributes...)
		for key, want := range map[attribute.Key]string{"url.template": template, "url.full": "https://" + o.Address + template, "server.address": "127.0.0.1"} {
			if got, _ := attributes.Value(key); got.AsString() != want {
				t.Errorf("%s = %q, want %q", key, got.AsString(), want)
			}
		}
		if span.Name != want[i] {
			t.Errorf("got the name %q, want %q", span.Name, want[i])
		}
	}
	if len(spans.GetSpans()) != len(want) {
		t.Errorf("got %d spans", len(spans.GetSpans()))
	}
}

// TestFilteredSpans: a call that the options leave out says nothing in the span of its caller.
func TestFilteredSpans(t *testing.T) {
	w := newWorld(t)
	o := w.options(w.serve(t, w.ca.SVID(serverID, time.Hour), func(rw http.ResponseWriter, _ *http.Request) { answer(rw, `{}`) }, nil))
	o.Telemetry = []otelhttp.Option{otelhttp.WithFilter(func(*http.Request) bool { return false })}
	client, err := web.NewSampleClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	spans := tracetest.NewInMemoryExporter()
	ctx, span := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)).Tracer("").Start(t.Context(), "caller")
	if _, err := client.Get(ctx, "x"); err != nil {
		t.Error(err)
	}
	span.End()
	if got := spans.GetSpans(); len(got) != 1 || len(got[0].Attributes) != 0 {
		t.Errorf("got %v", got)
	}
}
