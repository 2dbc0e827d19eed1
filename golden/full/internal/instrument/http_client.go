package instrument

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"
	"go.opentelemetry.io/otel/trace"

	"example.com/acme/payments/v2/internal/telemetry"
)

// HTTPClient gives each outgoing request a client span, which ends when the answer's body is
// read or closed, the HTTP client metrics, and the trace context and baggage as headers.
func HTTPClient(next http.RoundTripper, tp trace.TracerProvider, mp metric.MeterProvider) (http.RoundTripper, error) {
	meter := mp.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))
	duration, err := httpconv.NewClientRequestDuration(meter, seconds())
	sent, errSent := httpconv.NewClientRequestBodySize(meter)
	return &httpClient{
		next:       next,
		tracer:     tp.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		propagator: telemetry.Propagator(),
		options:    startOptions(trace.SpanKindClient),
		duration:   duration.Inst(),
		sent:       sent.Inst(),
	}, errors.Join(err, errSent)
}

type httpClient struct {
	next       http.RoundTripper
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
	options    []trace.SpanStartOption
	duration   metric.Float64Histogram
	sent       metric.Int64Histogram
	sets       sets[called]
}

// called is what the metrics tell of a call.
type called struct {
	method, scheme, address, failure string
	major, minor, status             int
}

// RoundTrip implements http.RoundTripper.
func (c *httpClient) RoundTrip(r *http.Request) (*http.Response, error) {
	started := time.Now()
	ctx, span := c.tracer.Start(r.Context(), r.Method, c.options...)
	r = r.Clone(ctx) // the headers are the caller's
	c.propagator.Inject(ctx, propagation.HeaderCarrier(r.Header))
	var body counted // Not seen: what is sent again over another connection.
	if r.Body != nil && r.Body != http.NoBody {
		body.ReadCloser = r.Body
		r.Body = &body
	}
	if span.IsRecording() {
		full := *r.URL
		full.User = nil
		attributes := serverAttributes(methodAttributes(r.Method), full.Scheme, full.Host)
		span.SetAttributes(append(attributes, semconv.URLFull(full.String()))...)
	}

	answer, err := c.next.RoundTrip(r)
	call := called{method: knownMethod(r.Method), scheme: r.URL.Scheme, address: r.URL.Host, major: r.ProtoMajor, minor: r.ProtoMinor}
	if err != nil {
		call.failure = semconv.ErrorType(err).Value.AsString()
		fail(span, err)
		span.SetAttributes(version(call.major, call.minor))
		span.End()
	} else {
		call.major, call.minor, call.status = answer.ProtoMajor, answer.ProtoMinor, answer.StatusCode
		answered(span, answer)
	}
	set := c.sets.of(call, called.attributes)
	c.sent.Record(ctx, body.read.Load(), set...)
	c.duration.Record(ctx, time.Since(started).Seconds(), set...)
	return answer, err
}

func (c called) attributes() []attribute.KeyValue {
	attributes := serverAttributes(nil, c.scheme, c.address)
	attributes = append(attributes,
		semconv.HTTPRequestMethodKey.String(c.method),
		semconv.URLScheme(c.scheme),
		semconv.NetworkProtocolName("http"),
		version(c.major, c.minor))
	if c.status != 0 {
		attributes = append(attributes, semconv.HTTPResponseStatusCode(c.status))
	}
	if c.failure != "" {
		attributes = append(attributes, semconv.ErrorTypeKey.String(c.failure))
	}
	return attributes
}

// answered says what came back, and leaves the end of the span to the body.
func answered(span trace.Span, answer *http.Response) {
	if span.IsRecording() {
		span.SetAttributes(semconv.HTTPResponseStatusCode(answer.StatusCode), version(answer.ProtoMajor, answer.ProtoMinor))
		if answer.StatusCode >= http.StatusBadRequest {
			span.SetAttributes(semconv.ErrorTypeKey.String(strconv.Itoa(answer.StatusCode)))
			span.SetStatus(codes.Error, "")
		}
	}
	body := &observedBody{answer.Body, span}
	if upgraded, ok := answer.Body.(io.Writer); ok {
		answer.Body = struct {
			*observedBody
			io.Writer
		}{body, upgraded}
		return
	}
	answer.Body = body
}

func fail(span trace.Span, err error) {
	span.SetAttributes(semconv.ErrorType(err))
	span.SetStatus(codes.Error, err.Error())
}

// observedBody ends the span of its request.
type observedBody struct {
	io.ReadCloser
	span trace.Span
}

func (b *observedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.span.End()
	} else if err != nil {
		fail(b.span, err)
	}
	return n, err
}

func (b *observedBody) Close() error {
	b.span.End() // a body that is upgraded may take its time to close
	return b.ReadCloser.Close()
}
