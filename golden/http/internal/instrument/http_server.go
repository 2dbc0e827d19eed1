package instrument

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/acme/orders/internal/telemetry"
)

// HTTPServer gives each request a server span, named by method and route, and the HTTP
// server metrics. It wants the http.ServeMux that finds the route inside next.
//
// Only a trusted caller's span becomes the parent and decides on sampling. Any other gets a
// new root span that links to its own, so that it cannot make the service record, and its
// baggage goes no further.
func HTTPServer(next http.Handler, tp trace.TracerProvider, mp metric.MeterProvider, trusted func(*http.Request) bool) (http.Handler, error) {
	meter := mp.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))
	duration, err := httpconv.NewServerRequestDuration(meter, seconds())
	received, errReceived := httpconv.NewServerRequestBodySize(meter)
	sent, errSent := httpconv.NewServerResponseBodySize(meter)
	return &httpServer{
		next:       next,
		trusted:    trusted,
		tracer:     tp.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		propagator: telemetry.Propagator(),
		options:    startOptions(trace.SpanKindServer),
		duration:   duration.Inst(),
		received:   received.Inst(),
		sent:       sent.Inst(),
	}, errors.Join(err, errReceived, errSent)
}

type httpServer struct {
	next           http.Handler
	trusted        func(*http.Request) bool
	tracer         trace.Tracer
	propagator     propagation.TextMapPropagator
	options        []trace.SpanStartOption
	duration       metric.Float64Histogram
	received, sent metric.Int64Histogram
	sets           sets[served]
}

// served is what the metrics tell of a request.
type served struct {
	method, scheme, route string
	major, minor, status  int
}

// exchange is all that one request needs here, in one allocation. It is not used again for
// another request, so that a handler which keeps a part of it harms nobody.
type exchange struct {
	request http.Request
	body    counted
	out     response
	started time.Time
}

func (s *httpServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	ctx, span := s.start(r)
	defer span.End() // deferred by itself, it records a panic
	x := &exchange{request: *r.WithContext(ctx), out: response{ResponseWriter: w}, started: started}
	if r.Body != nil && r.Body != http.NoBody {
		x.body.ReadCloser = r.Body
		x.request.Body = &x.body
	}
	status := http.StatusInternalServerError // of a panic, unless an answer has begun
	defer func() {
		r.Pattern, r.MultipartForm = x.request.Pattern, x.request.MultipartForm // net/http removes the files of a form
		s.finish(ctx, span, x, cmp.Or(x.out.status, status))
	}()
	s.next.ServeHTTP(x.out.writer(), &x.request)
	status = http.StatusOK
}

// start begins the span, which has no route yet.
func (s *httpServer) start(r *http.Request) (context.Context, trace.Span) {
	ctx, options := r.Context(), s.options
	if r.Header["Traceparent"] != nil || r.Header["Baggage"] != nil { // the propagator allocates to find nothing
		remote := s.propagator.Extract(ctx, propagation.HeaderCarrier(r.Header))
		if s.trusted(r) {
			ctx = remote
		} else if caller := trace.SpanContextFromContext(remote); caller.IsRemote() {
			options = append(slices.Clip(options), trace.WithLinks(trace.Link{SpanContext: caller}))
		}
	}
	ctx, span := s.tracer.Start(ctx, spanName(r), options...)
	if span.IsRecording() {
		span.SetAttributes(requestAttributes(r)...)
	}
	return ctx, span
}

// finish says how the request ended, to the span and in the metrics.
func (s *httpServer) finish(ctx context.Context, span trace.Span, x *exchange, status int) {
	r := &x.request
	received, sent := x.body.read.Load(), x.out.written
	if span.IsRecording() {
		attributes := append(make([]attribute.KeyValue, 0, 4), semconv.HTTPResponseStatusCode(status))
		if r.Pattern != "" {
			span.SetName(spanName(r))
			attributes = append(attributes, semconv.HTTPRoute(route(r)))
		}
		if received > 0 {
			attributes = append(attributes, semconv.HTTPRequestBodySize(int(received)))
		}
		if sent > 0 {
			attributes = append(attributes, semconv.HTTPResponseBodySize(int(sent)))
		}
		span.SetAttributes(attributes...)
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	}
	set := s.sets.of(served{knownMethod(r.Method), scheme(r), route(r), r.ProtoMajor, r.ProtoMinor, status}, served.attributes)
	s.received.Record(ctx, received, set...)
	s.sent.Record(ctx, sent, set...)
	s.duration.Record(ctx, time.Since(x.started).Seconds(), set...)
}

func (s served) attributes() []attribute.KeyValue {
	attributes := []attribute.KeyValue{
		semconv.HTTPRequestMethodKey.String(s.method),
		semconv.URLScheme(s.scheme),
		semconv.NetworkProtocolName("http"),
		version(s.major, s.minor),
		semconv.HTTPResponseStatusCode(s.status),
	}
	if s.route != "" {
		attributes = append(attributes, semconv.HTTPRoute(s.route))
	}
	return attributes
}

// requestAttributes say of a request what is known before it is answered.
func requestAttributes(r *http.Request) []attribute.KeyValue {
	peer, port := splitAddress(r.RemoteAddr)
	client, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
	attributes := serverAttributes(methodAttributes(r.Method), scheme(r), r.Host)
	attributes = append(attributes,
		semconv.URLScheme(scheme(r)),
		version(r.ProtoMajor, r.ProtoMinor),
		semconv.NetworkPeerAddress(peer),
		semconv.NetworkPeerPort(port),
		semconv.ClientAddress(cmp.Or(client, peer)))
	if r.URL.Path != "" {
		attributes = append(attributes, semconv.URLPath(r.URL.Path))
	}
	if agent := r.UserAgent(); agent != "" {
		attributes = append(attributes, semconv.UserAgentOriginal(agent))
	}
	return attributes
}

func spanName(r *http.Request) string {
	name := knownMethod(r.Method)
	if name == "_OTHER" {
		name = "HTTP"
	}
	if r.Pattern == "" {
		return name
	}
	return name + " " + route(r)
}

// route is the path in the pattern that the mux found: "/v1/greetings/{name}".
func route(r *http.Request) string {
	return r.Pattern[max(0, strings.IndexByte(r.Pattern, '/')):]
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// response remembers the status of an answer and counts its body.
type response struct {
	http.ResponseWriter
	status  int // zero before the answer has begun
	written int64
}

// writer returns w with what the protocol can do: only HTTP/1.1 gives its connection away.
func (w *response) writer() http.ResponseWriter {
	if _, ok := w.ResponseWriter.(http.Hijacker); ok {
		return hijacker{w}
	}
	return w
}

func (w *response) begin(status int) {
	if w.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
}

func (w *response) WriteHeader(status int) {
	w.begin(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(b []byte) (int, error) {
	w.begin(http.StatusOK)
	n, err := w.ResponseWriter.Write(b)
	w.written += int64(n)
	return n, err
}

func (w *response) Flush() { _ = w.FlushError() }

// FlushError serves http.ResponseController.
func (w *response) FlushError() error {
	w.begin(http.StatusOK)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap serves http.ResponseController, too.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type hijacker struct{ *response }

func (w hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// ReadFrom leaves the copying to the connection, which may ask the kernel to do it.
func (w hijacker) ReadFrom(src io.Reader) (int64, error) {
	w.begin(http.StatusOK)
	n, err := io.Copy(w.ResponseWriter, src)
	w.written += n
	return n, err
}
