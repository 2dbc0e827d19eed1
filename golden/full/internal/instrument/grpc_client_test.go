package instrument

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	otelcodes "go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

const clientDuration = "rpc.client.call.duration"

func newClient(t *testing.T, o observed) stats.Handler {
	t.Helper()
	h, err := GRPCClient(o.tp, o.mp)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// sentTo is under what the client counts a call of Say that ends with code.
func sentTo(address []attribute.KeyValue, code string, more ...attribute.KeyValue) attribute.Distinct {
	return count(slices.Concat(address, more, []attribute.KeyValue{
		semconv.RPCSystemNameGRPC, semconv.RPCMethod("test.Echo/Say"), semconv.RPCResponseStatusCode(code),
	})...)
}

var echoAddress = []attribute.KeyValue{semconv.ServerAddress("echo.example"), semconv.ServerPort(9443)}

func TestGRPCClientSpan(t *testing.T) {
	o := observe()
	var got metadata.MD
	conn, _ := serve(t, echo{say: func(ctx context.Context) error {
		got, _ = metadata.FromIncomingContext(ctx)
		return nil
	}}, nil, newClient(t, o))
	member, err := baggage.NewMember("tenant", "shop")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "traceparent", "00-"+callerTrace+"-b7ad6b7169203331-01", "order", "7")
	if err := say(baggage.ContextWithBaggage(ctx, bag), conn); err != nil {
		t.Fatal(err)
	}

	span := o.span(t)
	if span.Name != "test.Echo/Say" || span.SpanKind != trace.SpanKindClient || span.Status.Code != otelcodes.Unset {
		t.Errorf("got %s span %q, %v", span.SpanKind, span.Name, span.Status)
	}
	for key, want := range map[attribute.Key]string{
		"rpc.system.name": "grpc", "rpc.method": "test.Echo/Say", "rpc.response.status_code": "OK",
		"server.address": "echo.example", "server.port": "9443", "network.peer.address": "bufconn",
	} {
		if got := attributeOf(span, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	parent := "00-" + span.SpanContext.TraceID().String() + "-" + span.SpanContext.SpanID().String() + "-01"
	for key, want := range map[string]string{"traceparent": parent, "baggage": "tenant=shop", "order": "7"} {
		if sent := got.Get(key); len(sent) != 1 || sent[0] != want {
			t.Errorf("%s: sent %q, want %q", key, sent, want)
		}
	}
	if got := o.counted(t, clientDuration); len(got) != 1 || got[sentTo(echoAddress, "OK")] != 1 {
		t.Errorf("counted %v", got)
	}
}

func TestGRPCClientError(t *testing.T) {
	o := observe()
	conn, _ := serve(t, echo{say: func(context.Context) error { return status.Error(codes.NotFound, "no") }}, nil, newClient(t, o))
	_ = say(t.Context(), conn)
	span := o.span(t)
	want := sdktrace.Status{Code: otelcodes.Error, Description: "no"}
	if got := attributeOf(span, "rpc.response.status_code"); got != "NOT_FOUND" || span.Status != want {
		t.Errorf("got %s, %v, want %v", got, span.Status, want)
	}
	if got := o.counted(t, clientDuration); got[sentTo(echoAddress, "NOT_FOUND", semconv.ErrorTypeKey.String("NOT_FOUND"))] != 1 {
		t.Errorf("counted %v", got)
	}
}

func TestGRPCClientNotReached(t *testing.T) {
	o := observe()
	conn, _ := serve(t, echo{}, nil, newClient(t, o), grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) {
		return nil, errors.New("down")
	}))
	err := say(t.Context(), conn)
	want := sdktrace.Status{Code: otelcodes.Error, Description: status.Convert(err).Message()}
	span := o.span(t)
	if got := attributeOf(span, "rpc.response.status_code"); got != "UNAVAILABLE" || span.Status != want {
		t.Errorf("got %s, %v, want %v", got, span.Status, want)
	}
	if got := o.counted(t, clientDuration); got[sentTo(nil, "UNAVAILABLE", semconv.ErrorTypeKey.String("UNAVAILABLE"))] != 1 {
		t.Errorf("counted %v", got)
	}
}

// TestGRPCClientAllocations holds what an RPC costs beyond gRPC's own part: the call, two for
// the span, and six for the metadata with the traceparent.
func TestGRPCClientAllocations(t *testing.T) {
	o := observe()
	o.tp = sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
	const want = 9
	if got := allocations(newClient(t, o), t.Context(), new(stats.Begin), &stats.OutHeader{Authority: "echo.example:9443"}, new(stats.End)); got != want {
		t.Errorf("got %v allocations, want %v", got, want)
	}
}
