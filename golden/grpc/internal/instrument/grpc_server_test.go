package instrument

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	otelcodes "go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

const callDuration = "rpc.server.call.duration"

// newServer returns the telemetry of a server whose callers are trusted, or not.
func newServer(t *testing.T, o observed, trusted bool) stats.Handler {
	t.Helper()
	h, err := GRPCServer(o.tp, o.mp, func(context.Context) bool { return trusted })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// outcomeOf is under what the server counts calls of method that end with code.
func outcomeOf(method, code string, more ...attribute.KeyValue) attribute.Distinct {
	return count(append(more, semconv.RPCSystemNameGRPC, semconv.RPCMethod(method), semconv.RPCResponseStatusCode(code))...)
}

func TestGRPCServerSpan(t *testing.T) {
	for _, c := range []struct {
		name    string
		trusted bool
	}{{"friend", true}, {"stranger", false}} {
		t.Run(c.name, func(t *testing.T) {
			o := observe()
			var inside trace.SpanContext
			var bag string
			conn, wait := serve(t, echo{say: func(ctx context.Context) error {
				inside, bag = trace.SpanContextFromContext(ctx), baggage.FromContext(ctx).String()
				return nil
			}}, newServer(t, o, c.trusted), nil)
			ctx := metadata.AppendToOutgoingContext(t.Context(),
				"traceparent", "00-"+callerTrace+"-b7ad6b7169203331-01", "tracestate", "shop=1", "baggage", "tenant=shop")
			if err := say(ctx, conn); err != nil {
				t.Fatal(err)
			}
			wait()

			span := o.span(t)
			if span.Name != "test.Echo/Say" || span.SpanKind != trace.SpanKindServer || span.Status.Code != otelcodes.Unset {
				t.Errorf("got %s span %q, %v", span.SpanKind, span.Name, span.Status)
			}
			for key, want := range map[attribute.Key]string{
				"rpc.system.name": "grpc", "rpc.method": "test.Echo/Say", "rpc.response.status_code": "OK", "server.address": "bufconn",
			} {
				if got := attributeOf(span, key); got != want {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
			if inside.SpanID() != span.SpanContext.SpanID() {
				t.Error("the handler saw another span")
			}
			joined := span.SpanContext.TraceID().String() == callerTrace && span.Parent.IsRemote()
			linked := len(span.Links) == 1 && span.Links[0].SpanContext.TraceID().String() == callerTrace
			if joined != c.trusted || linked == c.trusted {
				t.Errorf("joined %v, linked %v", joined, linked)
			}
			if (bag == "tenant=shop") != c.trusted || (inside.TraceState().Get("shop") == "1") != c.trusted {
				t.Errorf("baggage %q, trace state %q", bag, inside.TraceState())
			}
			if got := o.counted(t, callDuration); len(got) != 1 || got[outcomeOf("test.Echo/Say", "OK")] != 1 {
				t.Errorf("counted %v", got)
			}
		})
	}
}

func TestGRPCServerStatus(t *testing.T) {
	for code, name := range append(statusCodes[:], "UNKNOWN") {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			o := observe()
			conn, wait := serve(t, echo{say: func(context.Context) error {
				return status.Error(codes.Code(code), "no")
			}}, newServer(t, o, true), nil)
			_ = say(t.Context(), conn)
			wait()
			var more []attribute.KeyValue
			want := sdktrace.Status{}
			switch name {
			case "UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS": // the server's own fault
				want = sdktrace.Status{Code: otelcodes.Error, Description: "no"}
				more = append(more, semconv.ErrorTypeKey.String(name))
			}
			span := o.span(t)
			if got := attributeOf(span, "rpc.response.status_code"); got != name || span.Status != want {
				t.Errorf("got %s, %v, want %s, %v", got, span.Status, name, want)
			}
			if got := o.counted(t, callDuration); got[outcomeOf("test.Echo/Say", name, more...)] != 1 {
				t.Errorf("counted %v", got)
			}
		})
	}
}

func chat(ctx context.Context, conn *grpc.ClientConn) (grpc.ClientStream, error) {
	return conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/test.Echo/Chat")
}

// TestGRPCServerStream: the span lasts until the caller goes away, whichever way.
func TestGRPCServerStream(t *testing.T) {
	for name, leave := range map[string]func(*grpc.ClientConn, context.CancelFunc){
		"cancelled":    func(_ *grpc.ClientConn, cancel context.CancelFunc) { cancel() },
		"disconnected": func(conn *grpc.ClientConn, _ context.CancelFunc) { conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			o := observe()
			conn, wait := serve(t, echo{chat: func(stream grpc.ServerStream) error {
				for {
					if err := stream.RecvMsg(new(emptypb.Empty)); err != nil {
						return err
					}
					if err := stream.SendMsg(new(emptypb.Empty)); err != nil {
						return err
					}
				}
			}}, newServer(t, o, true), nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stream, err := chat(ctx, conn)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := errors.Join(stream.SendMsg(new(emptypb.Empty)), stream.RecvMsg(new(emptypb.Empty))); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(o.spans.GetSpans()); n != 0 {
				t.Error("the span ended before the stream")
			}
			leave(conn, cancel)
			wait()
			span := o.span(t)
			if got := attributeOf(span, "rpc.response.status_code"); got != "CANCELLED" || len(span.Events) != 0 {
				t.Errorf("got %s, %v", got, span.Events)
			}
			if got := o.counted(t, callDuration); got[outcomeOf("test.Echo/Chat", "CANCELLED")] != 1 {
				t.Errorf("counted %v", got)
			}
		})
	}
}

// TestGRPCServerUnknownMethods: what a caller makes up names no span and no metric.
func TestGRPCServerUnknownMethods(t *testing.T) {
	o := observe()
	conn, wait := serve(t, echo{}, newServer(t, o, false), nil)
	for _, method := range []string{"/test.Echo/Shout", "/test.Other/Say", "/\xff/\xff"} {
		err := conn.Invoke(t.Context(), method, new(emptypb.Empty), new(emptypb.Empty))
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("%q: %v", method, err)
		}
	}
	wait()
	if got := o.counted(t, callDuration); len(got) != 1 || got[outcomeOf("_OTHER", "UNIMPLEMENTED", semconv.ErrorTypeKey.String("UNIMPLEMENTED"))] != 3 {
		t.Errorf("counted %v", got)
	}
	ended := o.spans.GetSpans()
	if len(ended) != 3 {
		t.Fatalf("got %d spans, want 3", len(ended))
	}
	for _, span := range ended {
		if span.Name != "grpc" || attributeOf(span, "rpc.method") != "_OTHER" || attributeOf(span, "rpc.method_original") == "" {
			t.Errorf("got %q, %v", span.Name, span.Attributes)
		}
	}
}

func TestGRPCServerHealth(t *testing.T) {
	o := observe()
	conn, wait := serve(t, echo{}, newServer(t, o, true), nil)
	if _, err := grpc_health_v1.NewHealthClient(conn).Check(t.Context(), new(grpc_health_v1.HealthCheckRequest)); err != nil {
		t.Fatal(err)
	}
	wait()
	if n, counted := len(o.spans.GetSpans()), o.counted(t, callDuration); n != 0 || len(counted) != 0 {
		t.Errorf("got %d spans, counted %v", n, counted)
	}
}

// TestGRPCServerAllocations holds what an RPC costs beyond gRPC's own part: the context, two
// for the span, and when a friend sends a traceparent, three to read it.
func TestGRPCServerAllocations(t *testing.T) {
	const parent = "00-" + callerTrace + "-b7ad6b7169203331-00"
	for _, c := range []struct {
		name    string
		trusted bool
		sent    metadata.MD
		want    float64
	}{
		{"friend", true, metadata.Pairs("traceparent", parent), 6},
		{"friend without a trace", true, metadata.MD{}, 3},
		{"stranger", false, metadata.Pairs("traceparent", parent), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := observe()
			o.tp = sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample())))
			h := newServer(t, o, c.trusted)
			ctx := metadata.NewIncomingContext(t.Context(), c.sent)
			if got := allocations(h, ctx, new(stats.Begin), new(stats.OutTrailer), new(stats.End)); got != c.want {
				t.Errorf("got %v allocations, want %v", got, c.want)
			}
		})
	}
}
