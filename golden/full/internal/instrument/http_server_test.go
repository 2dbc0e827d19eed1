package instrument

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const traceparent = "00-" + callerTrace + "-b7ad6b7169203331-01"

// routes are those of every test here.
func routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/greetings/{name}", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	return mux
}

func (o observed) server(t *testing.T, next http.Handler, trusted bool) http.Handler {
	t.Helper()
	h, err := HTTPServer(next, o.tp, o.mp, func(*http.Request) bool { return trusted })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHTTPServerSpan(t *testing.T) {
	for _, c := range []struct {
		name    string
		trusted bool
	}{{"friend", true}, {"stranger", false}} {
		t.Run(c.name, func(t *testing.T) {
			o := observe()
			var inside trace.SpanContext
			var bag string
			mux := http.NewServeMux()
			mux.HandleFunc("GET /v1/greetings/{name}", func(_ http.ResponseWriter, r *http.Request) {
				inside = trace.SpanContextFromContext(r.Context())
				bag = baggage.FromContext(r.Context()).String()
			})
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/greetings/a%FFa", nil)
			r.Header.Set("Traceparent", traceparent)
			r.Header.Set("Baggage", "tenant=shop")
			o.server(t, mux, c.trusted).ServeHTTP(httptest.NewRecorder(), r)

			span := o.span(t)
			if span.Name != "GET /v1/greetings/{name}" || span.SpanKind != trace.SpanKindServer || span.Status.Code != codes.Unset {
				t.Errorf("got %s span %q, %v", span.SpanKind, span.Name, span.Status)
			}
			for key, want := range map[attribute.Key]string{
				"http.route": "/v1/greetings/{name}", "url.path": "/v1/greetings/a\xffa", "http.response.status_code": "200",
				"server.address": "example.com", "client.address": "192.0.2.1", "network.protocol.version": "1.1",
			} {
				if got := attributeOf(span, key); got != want {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
			if inside.SpanID() != span.SpanContext.SpanID() {
				t.Error("the handler saw another span")
			}
			joined := span.SpanContext.TraceID().String() == callerTrace
			linked := len(span.Links) == 1 && span.Links[0].SpanContext.TraceID().String() == callerTrace
			if joined != c.trusted || linked == c.trusted {
				t.Errorf("joined %v, linked %v", joined, linked)
			}
			if (bag == "tenant=shop") != c.trusted {
				t.Errorf("baggage %q", bag)
			}
			if r.Pattern == "" {
				t.Error("the route is not known outside")
			}
		})
	}
}

// TestHTTPServerMetrics: what a caller makes up is in no metric.
func TestHTTPServerMetrics(t *testing.T) {
	o := observe()
	h := o.server(t, routes(), true)
	for i := range 10 {
		r := httptest.NewRequestWithContext(t.Context(), fmt.Sprint("BREW", i), fmt.Sprint("/v1/greetings/", i), strings.NewReader("hello"))
		r.Host = fmt.Sprint("host", i)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	const attributes = "http.request.method=_OTHER,http.response.status_code=200,http.route=/v1/greetings/{name}," +
		"network.protocol.name=http,network.protocol.version=1.1,url.scheme=http"
	for metric, want := range map[string]string{
		"http.server.request.duration":   "[10 " + attributes + "]",
		"http.server.request.body.size":  "[10 50 " + attributes + "]",
		"http.server.response.body.size": "[10 50 " + attributes + "]",
	} {
		if got := fmt.Sprint(o.points(t, metric)); got != want {
			t.Errorf("%s: got %s, want %s", metric, got, want)
		}
	}
	if span := o.spans.GetSpans()[0]; span.Name != "HTTP /v1/greetings/{name}" || attributeOf(span, "http.request.method_original") != "BREW0" {
		t.Errorf("got %q, %v", span.Name, span.Attributes)
	}
}

func TestHTTPServerFailures(t *testing.T) {
	for path, want := range map[string]string{"/broken": "503", "/panic": "500"} {
		o := observe()
		func() {
			defer func() {
				if v := recover(); (v != nil) != (path == "/panic") {
					t.Errorf("%s: recovered %v", path, v)
				}
			}()
			o.server(t, routes(), true).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		}()
		span := o.span(t)
		if got := attributeOf(span, "http.response.status_code"); got != want || span.Status.Code != codes.Error || span.Name != "GET "+path {
			t.Errorf("%s: got %q with status %s, %v", path, span.Name, got, span.Status)
		}
		if points := o.points(t, "http.server.request.duration"); len(points) != 1 || !strings.Contains(points[0], "status_code="+want) {
			t.Errorf("%s: got %v", path, points)
		}
	}
}

// TestHTTPServerWriter: a handler can do what it can do without telemetry.
func TestHTTPServerWriter(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
		w.(http.Flusher).Flush()
		_, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader("hello"))
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 202 Mine\r\nContent-Length: 5\r\n\r\nhello")
		conn.Close()
	})
	o := observe()
	s := httptest.NewServer(o.server(t, mux, true))
	defer s.Close()
	for _, path := range []string{"/stream", "/hijack"} {
		answer, err := s.Client().Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if string(body) != "hello" || err != nil || answer.StatusCode != http.StatusAccepted {
			t.Errorf("%s: got %s, %q, %v", path, answer.Status, body, err)
		}
		if path == "/hijack" {
			continue // its handler may still run
		}
		s.CloseClientConnections()
		if points := o.points(t, "http.server.response.body.size"); len(points) != 1 || !strings.HasPrefix(points[0], "1 5 ") || !strings.Contains(points[0], "=202") {
			t.Errorf("got %v, want 5 bytes with status 202", points)
		}
	}
}

// flushless is an http.ResponseWriter and nothing else.
type flushless struct{ http.ResponseWriter }

func TestHTTPServerPromisesLittle(t *testing.T) {
	h := observe().server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, ok := w.(http.Hijacker); ok {
			t.Error("it claims to be an http.Hijacker")
		}
		if err := http.NewResponseController(w).Flush(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("flushing: %v", err)
		}
	}), true)
	h.ServeHTTP(flushless{httptest.NewRecorder()}, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
}

// TestHTTPServerAllocations: a request that is not sampled costs its span, the context that
// holds it, and the exchange.
func TestHTTPServerAllocations(t *testing.T) {
	o := observe()
	o.tp = sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
	h := o.server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }), true)
	w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if got := testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) }); got > 3 {
		t.Errorf("got %v allocations, want 3", got)
	}
}
