package instrument

import (
	"context"
	"net"
	"time"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// call is one RPC, and the context of its work.
type call struct {
	context.Context // holds the span
	span            trace.Span
	method          string // without the first slash
	address         string // of the server, as a client that has reached it calls it
	begun           bool   // gRPC will tell of its end
}

type callKey struct{}

func (c *call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// calls is what the two sides of a call have in common.
type calls struct {
	tracer   trace.Tracer
	start    []trace.SpanStartOption
	duration metric.Float64Histogram
	failed   func(codes.Code) bool
	sets     sets[outcome]
}

// outcome is what the metrics tell of a call.
type outcome struct {
	method, address string
	code            codes.Code
}

// begin starts the span of c within ctx. A client does not know the server's address yet.
func (h *calls) begin(ctx context.Context, c *call, server net.Addr) {
	c.Context, c.span = h.tracer.Start(ctx, c.method, h.start...)
	if !c.span.IsRecording() {
		return
	}
	attributes := append(make([]attribute.KeyValue, 0, 4), semconv.RPCSystemNameGRPC, semconv.RPCMethod(c.method))
	if server != nil {
		attributes = appendAddress(attributes, semconv.ServerAddressKey, semconv.ServerPortKey, server.String())
	}
	c.span.SetAttributes(attributes...)
}

// follow notes what happens to c.
func (h *calls) follow(c *call, event stats.RPCStats) {
	switch event := event.(type) {
	case *stats.Begin:
		c.begun = true
	case *stats.End: // of a client without an error, now and then, if the server refuses before all is sent: so gRPC tells it
		h.end(c, event.Error, event.EndTime.Sub(event.BeginTime))
	}
}

// end ends the span of c, and counts it.
func (h *calls) end(c *call, err error, took time.Duration) {
	s := status.Convert(err)
	code := s.Code()
	if int(code) >= len(statusCodes) {
		code = codes.Unknown // as gRPC's documents want it for a number that they do not list
	}
	if c.span.IsRecording() {
		c.span.SetAttributes(semconv.RPCResponseStatusCode(statusCodes[code]))
		if h.failed(code) {
			c.span.SetStatus(otelcodes.Error, s.Message())
		}
		c.span.End()
	}
	h.duration.Record(c, took.Seconds(), h.sets.of(outcome{c.method, c.address, code}, h.attributes)...)
}

func (h *calls) attributes(o outcome) []attribute.KeyValue {
	attributes := []attribute.KeyValue{semconv.RPCSystemNameGRPC, semconv.RPCMethod(o.method), semconv.RPCResponseStatusCode(statusCodes[o.code])}
	if o.address != "" {
		attributes = appendAddress(attributes, semconv.ServerAddressKey, semconv.ServerPortKey, o.address)
	}
	if h.failed(o.code) {
		attributes = append(attributes, semconv.ErrorTypeKey.String(statusCodes[o.code]))
	}
	return attributes
}

// appendAddress appends the host of an address and, where it has one, the port.
func appendAddress(attributes []attribute.KeyValue, host, port attribute.Key, address string) []attribute.KeyValue {
	name, number := splitAddress(address)
	attributes = append(attributes, host.String(name))
	if number > 0 {
		attributes = append(attributes, port.Int(number))
	}
	return attributes
}

func (*calls) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (*calls) HandleConn(context.Context, stats.ConnStats) {}

// statusCodes are gRPC's, as its documents and the conventions write them.
var statusCodes = [...]string{
	codes.OK:                 "OK",
	codes.Canceled:           "CANCELLED",
	codes.Unknown:            "UNKNOWN",
	codes.InvalidArgument:    "INVALID_ARGUMENT",
	codes.DeadlineExceeded:   "DEADLINE_EXCEEDED",
	codes.NotFound:           "NOT_FOUND",
	codes.AlreadyExists:      "ALREADY_EXISTS",
	codes.PermissionDenied:   "PERMISSION_DENIED",
	codes.ResourceExhausted:  "RESOURCE_EXHAUSTED",
	codes.FailedPrecondition: "FAILED_PRECONDITION",
	codes.Aborted:            "ABORTED",
	codes.OutOfRange:         "OUT_OF_RANGE",
	codes.Unimplemented:      "UNIMPLEMENTED",
	codes.Internal:           "INTERNAL",
	codes.Unavailable:        "UNAVAILABLE",
	codes.DataLoss:           "DATA_LOSS",
	codes.Unauthenticated:    "UNAUTHENTICATED",
}
