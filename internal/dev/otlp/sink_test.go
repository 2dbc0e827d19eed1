package otlp_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/credentials"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/otlp"
)

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func listen(t *testing.T, o otlp.Options, config *tls.Config) (*otlp.Sink, *otlp.Listener) {
	t.Helper()
	s := otlp.New(o)
	l, err := s.Listen("127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, l
}

func provider(t *testing.T, service string, exp sdktrace.SpanExporter) *sdktrace.TracerProvider {
	t.Helper()
	res := resource.NewSchemaless(attribute.String("service.name", service))
	p := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp), sdktrace.WithResource(res))
	t.Cleanup(func() { p.Shutdown(context.Background()) })
	return p
}

const caller = "spiffe://acme.example/checkout"

// One trace of two services, one of which exports by gRPC and the other by HTTP, gzip both.
func TestOneTraceOfTwoServices(t *testing.T) {
	lines := &syncBuffer{}
	sink, l := listen(t, otlp.Options{Lines: lines}, nil)
	ctx := t.Context()
	overGRPC, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(l.Endpoint()), otlptracegrpc.WithCompressor("gzip"))
	if err != nil {
		t.Fatal(err)
	}
	overHTTP, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(l.Endpoint()+"/v1/traces"), otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	if err != nil {
		t.Fatal(err)
	}
	out, root := provider(t, "checkout", overGRPC).Tracer("test").Start(ctx, "GET /v1/greetings/{name}", trace.WithSpanKind(trace.SpanKindClient))
	_, inner := provider(t, "orders", overHTTP).Tracer("test").Start(out, "GET /v1/greetings/{name}\x1b[31m",
		trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.String("peer", caller)))
	inner.SetStatus(codes.Error, "no such name")
	inner.AddEvent("looked up")
	inner.End()
	root.End()

	wait, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	got, err := sink.Await(wait, func(t otlp.Trace) bool { return len(t.Services()) == 2 })
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != root.SpanContext().TraceID().String() {
		t.Errorf("want trace %s, got %s", root.SpanContext().TraceID(), got.ID)
	}
	if s := got.Spans[1]; s.Peer != caller || s.Kind != "server" || s.Status != "error" || s.ParentID != root.SpanContext().SpanID().String() || len(s.Events) != 1 {
		t.Errorf("got %+v", s)
	}
	var tree strings.Builder
	if err := got.WriteTree(&tree); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"trace " + got.ID, "checkout client GET", "└─ orders server GET", "error  " + caller + "  (no such name)"} {
		if !strings.Contains(tree.String(), want) {
			t.Errorf("the tree lacks %q:\n%s", want, tree.String())
		}
	}
	if text := lines.String(); strings.Count(text, "\n") != 2 || strings.Contains(text, "\x1b") || !strings.Contains(text, caller) {
		t.Errorf("want two lines without control characters, got:\n%q", text)
	}
	if _, ok := sink.Trace(got.ID[:8]); !ok {
		t.Error("the trace is not found by the beginning of its ID")
	}
}

func TestMetricsAndLogs(t *testing.T) {
	sink, l := listen(t, otlp.Options{}, nil)
	ctx := t.Context()
	me, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpointURL(l.Endpoint()))
	if err != nil {
		t.Fatal(err)
	}
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(me)))
	counter, err := mp.Meter("test").Int64Counter("orders.taken")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(ctx, 3)
	if err := mp.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	le, err := otlploghttp.New(ctx, otlploghttp.WithEndpointURL(l.Endpoint()+"/v1/logs"))
	if err != nil {
		t.Fatal(err)
	}
	lp := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(le)))
	var r log.Record
	r.SetBody(attribute.StringValue("order taken"))
	lp.Logger("test").Emit(ctx, r)
	if err := lp.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	if m := sink.Metrics(); len(m) != 1 || m[0].Name != "orders.taken" || m[0].Type != "sum" || m[0].Points[0].Value != 3 {
		t.Errorf("got metrics %+v", m)
	}
	if g := sink.Logs(); len(g) != 1 || g[0].Body != "order taken" {
		t.Errorf("got logs %+v", g)
	}
}

func post(t *testing.T, url, kind, encoding string, body []byte) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// The IDs of OTLP/JSON are hexadecimal, unlike bytes elsewhere in JSON of protobuf.
func TestJSON(t *testing.T) {
	sink, l := listen(t, otlp.Options{}, nil)
	body := []byte(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},
		"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"",
		"name":"click","kind":3,"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000",
		"aNewField":1,"attributes":[{"key":"n","value":{"intValue":"7"}}]}]}]}]}`)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(body)
	z.Close()
	for encoding, b := range map[string][]byte{"": body, "gzip": zipped.Bytes()} {
		if code, text := post(t, l.Endpoint()+"/v1/traces", "application/json", encoding, b); code != 200 || text != "{}" {
			t.Fatalf("encoding %q: got %d %s", encoding, code, text)
		}
	}
	spans := sink.Spans()
	if len(spans) != 2 {
		t.Fatalf("want 2 spans, got %d", len(spans))
	}
	s := spans[0]
	if s.TraceID != "5b8efff798038103d269b633813fc60c" || s.SpanID != "eee19b7ec3c1b174" || s.Kind != "client" ||
		s.Service != "web" || s.Duration() != time.Second || s.Attributes["n"] != "7" {
		t.Errorf("got %+v", s)
	}
}

func TestBadRequests(t *testing.T) {
	sink, l := listen(t, otlp.Options{}, nil)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(z, zeros{}, 33<<20); err != nil {
		t.Fatal(err)
	}
	z.Close()
	for _, c := range []struct {
		name, kind, encoding string
		body                 []byte
		want                 int
	}{
		{"type", "text/plain", "", nil, 415},
		{"not protobuf", "application/x-protobuf", "", []byte("\xff\xff"), 400},
		{"not JSON", "application/json", "", []byte("{"), 400},
		{"ID not hexadecimal", "application/json", "", []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}`), 400},
		{"not gzip", "application/x-protobuf", "gzip", []byte("plain"), 400},
		{"unknown encoding", "application/x-protobuf", "br", nil, 400},
		{"bomb", "application/x-protobuf", "gzip", bomb.Bytes(), 413},
	} {
		if code, text := post(t, l.Endpoint()+"/v1/traces", c.kind, c.encoding, c.body); code != c.want {
			t.Errorf("%s: want %d, got %d %s", c.name, c.want, code, text)
		}
	}
	if n := len(sink.Spans()); n != 0 {
		t.Errorf("kept %d spans of bad requests", n)
	}
	if _, err := sink.Listen("0.0.0.0:0", nil); err == nil {
		t.Error("listened beyond loopback")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestMemoryIsBounded(t *testing.T) {
	sink, l := listen(t, otlp.Options{Bytes: 64 << 10}, nil)
	name := strings.Repeat("n", 1000)
	for i := range 100 {
		body := fmt.Sprintf(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"%032x","spanId":"eee19b7ec3c1b174","name":"%s"}]}]}]}`, i+1, name)
		if code, text := post(t, l.Endpoint()+"/v1/traces", "application/json", "", []byte(body)); code != 200 {
			t.Fatal(text)
		}
	}
	spans := sink.Spans()
	if len(spans) < 10 || len(spans) > 32 {
		t.Fatalf("kept %d spans of 1.5 KiB in 32 KiB", len(spans))
	}
	if last := spans[len(spans)-1].TraceID; last != fmt.Sprintf("%032x", 100) {
		t.Errorf("the newest is lost; the last is %s", last)
	}
}

func TestMutualTLS(t *testing.T) {
	collector := spiffeid.RequireFromString("spiffe://acme.example/collector")
	orders := spiffeid.RequireFromString("spiffe://acme.example/orders")
	a, err := authority.New(collector.TrustDomain(), authority.Options{})
	if err != nil {
		t.Fatal(err)
	}
	registry, err := authority.NewRegistry(a)
	if err != nil {
		t.Fatal(err)
	}
	source := func(id spiffeid.ID) *authority.Source {
		s, err := authority.NewSource(registry, id)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	rules := identity.Rules{{Target: "export", Allow: identity.IDs(orders)}}
	access, err := identity.NewAuthorizer(rules, slog.New(slog.DiscardHandler), noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	sink, l := listen(t, otlp.Options{}, identity.ServerConfig(source(collector), access))
	export := func(id spiffeid.ID, overHTTP bool) error {
		config := identity.ClientConfig(source(id), collector)
		address := strings.TrimPrefix(l.Endpoint(), "https://")
		var exp *otlptrace.Exporter
		if overHTTP {
			exp, err = otlptracehttp.New(t.Context(), otlptracehttp.WithEndpoint(address), otlptracehttp.WithTLSClientConfig(config))
		} else {
			exp, err = otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(address), otlptracegrpc.WithTLSCredentials(credentials.NewTLS(config)))
		}
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p := sdktrace.NewTracerProvider()
		_, span := p.Tracer("t").Start(ctx, "op")
		span.End()
		return exp.ExportSpans(ctx, []sdktrace.ReadOnlySpan{span.(sdktrace.ReadOnlySpan)})
	}
	for _, overHTTP := range []bool{false, true} {
		if err := export(orders, overHTTP); err != nil {
			t.Errorf("http %v: %v", overHTTP, err)
		}
		if err := export(spiffeid.RequireFromString("spiffe://acme.example/other"), overHTTP); err == nil {
			t.Errorf("http %v: a sender that no rule names was let in", overHTTP)
		}
	}
	if n := len(sink.Spans()); n != 2 {
		t.Errorf("want 2 spans, got %d", n)
	}
}
