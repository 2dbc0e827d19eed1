package grpcserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/acme/stock/internal/identity"
	"example.com/acme/stock/internal/identity/identitytest"
)

var (
	serverID = spiffeid.RequireFromString("spiffe://acme.example/server")
	friendID = spiffeid.RequireFromString("spiffe://acme.example/friend")
	otherID  = spiffeid.RequireFromString("spiffe://acme.example/other")
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

// spans is telemetry that makes a span of each call, and notes who called.
type spans struct {
	*tracetest.SpanRecorder
	tracer  trace.Tracer
	callers sync.Map
}

func newSpans() *spans {
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	return &spans{SpanRecorder: recorder, tracer: provider.Tracer("test")}
}

func (s *spans) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (s *spans) HandleConn(context.Context, stats.ConnStats)                       {}

func (s *spans) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	caller, _ := identity.Caller(ctx)
	s.callers.Store(info.FullMethodName, caller)
	ctx, _ = s.tracer.Start(ctx, info.FullMethodName)
	return ctx
}

func (s *spans) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if _, ok := event.(*stats.End); ok {
		trace.SpanFromContext(ctx).End()
	}
}

// of returns the span of the call to that method, which has ended.
func (s *spans) of(t *testing.T, name string) sdktrace.ReadOnlySpan {
	t.Helper()
	ended := s.Ended()
	i := slices.IndexFunc(ended, func(span sdktrace.ReadOnlySpan) bool { return span.Name() == name })
	if i < 0 {
		t.Fatalf("no span %q", name)
	}
	return ended[i]
}

const service = "test.v1.TestService"

// path is the full name of a method of the service that the tests serve.
func path(method string) string { return "/" + service + "/" + method }

type (
	unaryFunc  = func(context.Context, string) (string, error)
	streamFunc = func(grpc.ServerStream) error
)

// methods are the handlers of a service, by name; each is an unaryFunc or a streamFunc.
type methods map[string]any

// register is a Service.
func (m methods) register(s *grpc.Server) {
	desc := &grpc.ServiceDesc{ServiceName: service, HandlerType: (*any)(nil)}
	for name, handle := range m {
		switch handle := handle.(type) {
		case unaryFunc:
			desc.Methods = append(desc.Methods, grpc.MethodDesc{MethodName: name, Handler: func(_ any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {
				in := new(wrapperspb.StringValue)
				if err := decode(in); err != nil {
					return nil, err
				}
				return interceptor(ctx, in, &grpc.UnaryServerInfo{FullMethod: path(name)}, func(ctx context.Context, in any) (any, error) {
					out, err := handle(ctx, in.(*wrapperspb.StringValue).Value)
					return wrapperspb.String(out), err
				})
			}})
		case streamFunc:
			desc.Streams = append(desc.Streams, grpc.StreamDesc{
				StreamName: name, ServerStreams: true, ClientStreams: true,
				Handler: func(_ any, stream grpc.ServerStream) error { return handle(stream) },
			})
		default:
			panic(name)
		}
	}
	s.RegisterService(desc, nil)
}

// world is a trust domain with a server.
type world struct {
	*Server
	ca        *identitytest.CA
	source    *identitytest.Source // of the server
	listener  *bufconn.Listener
	log       *records
	telemetry *spans
	ready     atomic.Bool
}

// start serves m with an SVID of that lifetime: each method to friendID, "closed" to otherID.
func start(t *testing.T, lifetime time.Duration, m methods, more ...Service) *world {
	t.Helper()
	w := &world{ca: identitytest.NewCA(t, serverID.TrustDomain().Name()), log: new(records), telemetry: newSpans()}
	w.ready.Store(true)
	w.source = identitytest.NewSource(w.ca.SVID(serverID.String(), lifetime), w.ca.Bundle())
	var rules identity.Rules
	for method := range m {
		who := friendID
		if method == "closed" {
			who = otherID
		}
		rules = append(rules, identity.Rule{Target: path(method), Allow: identity.IDs(who)})
	}
	logger := slog.New(slog.NewTextHandler(w.log, nil))
	access, err := identity.NewAuthorizer(rules, logger, noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	w.Server, err = New(Options{
		Source:    w.source,
		Access:    access,
		Telemetry: w.telemetry,
		Logger:    logger,
		Ready: func() error {
			if !w.ready.Load() {
				return errors.New("not ready")
			}
			return nil
		},
	}, append(more, m.register)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := rules.Check(w.Targets()...); err != nil {
		t.Fatal(err)
	}
	w.listener = bufconn.Listen(64 << 10)
	served := make(chan error, 1)
	go func() { served <- w.Serve(w.listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if err := errors.Join(w.Shutdown(ctx), <-served); err != nil {
			t.Error(err)
		}
	})
	return w
}

// dial returns a client that shows the SVID of src.
func (w *world) dial(t *testing.T, src identity.Source, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///server", append([]grpc.DialOption{
		grpc.WithTransportCredentials(credentials.NewTLS(identity.ClientConfig(src, serverID))),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return w.listener.DialContext(ctx) }),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// friend returns a client of friendID.
func (w *world) friend(t *testing.T, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	return w.dial(t, identitytest.NewSource(w.ca.SVID(friendID.String(), time.Hour), w.ca.Bundle()), options...)
}

// call calls a unary method.
func call(ctx context.Context, conn *grpc.ClientConn, method, in string, options ...grpc.CallOption) (string, error) {
	out := new(wrapperspb.StringValue)
	err := conn.Invoke(ctx, path(method), wrapperspb.String(in), out, options...)
	return out.Value, err
}

// open opens a stream and waits until its handler has answered once.
func open(t *testing.T, conn *grpc.ClientConn, method string) grpc.ClientStream {
	t.Helper()
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, path(method))
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.RecvMsg(new(wrapperspb.StringValue)); err != nil {
		t.Fatal(err)
	}
	return stream
}

// hold answers once and keeps the stream until its end.
func hold(stream grpc.ServerStream) error {
	if err := stream.SendMsg(wrapperspb.String("held")); err != nil {
		return err
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

func echo(_ context.Context, in string) (string, error) { return in, nil }

// TestCallers: who may call, and who may not.
func TestCallers(t *testing.T) {
	w := start(t, time.Hour, methods{"open": echo, "closed": echo, "stream": hold})
	impostor := identitytest.NewCA(t, serverID.TrustDomain().Name())
	foreign := identitytest.NewCA(t, "another.example")
	tests := []struct {
		name   string
		source identity.Source
		code   codes.Code
		want   string // in the log
	}{
		{"friend", identitytest.NewSource(w.ca.SVID(friendID.String(), time.Hour), w.ca.Bundle()), codes.OK, ""},
		{"allowed something else", identitytest.NewSource(w.ca.SVID(otherID.String(), time.Hour), w.ca.Bundle()), codes.PermissionDenied, "the rule does not allow the caller"},
		{"stranger", identitytest.NewSource(w.ca.SVID("spiffe://acme.example/stranger", time.Hour), w.ca.Bundle()), codes.Unavailable, "no rule allows the caller anything"},
		{"expired", identitytest.NewSource(w.ca.SVID(friendID.String(), -time.Second), w.ca.Bundle()), codes.Unavailable, "expired"},
		{"forged", identitytest.NewSource(impostor.SVID(friendID.String(), time.Hour), w.ca.Bundle()), codes.Unavailable, "unknown authority"},
		{"foreign", identitytest.NewSource(foreign.SVID("spiffe://another.example/friend", time.Hour), w.ca.Bundle()), codes.Unavailable, "another.example"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn := w.dial(t, test.source)
			if got, err := call(t.Context(), conn, "open", "hello"); status.Code(err) != test.code || (got == "hello") != (test.code == codes.OK) {
				t.Errorf("unary: got %q and %v, want %v", got, err, test.code)
			}
			stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, path("stream"))
			if err == nil {
				err = stream.RecvMsg(new(wrapperspb.StringValue))
			}
			if status.Code(err) != test.code {
				t.Errorf("stream: got %v, want %v", err, test.code)
			}
			if log := w.log.String(); !strings.Contains(log, test.want) || strings.Contains(log, "request failed") {
				t.Errorf("want %q and no failure in the log, got\n%s", test.want, log)
			}
		})
	}
	if _, err := call(t.Context(), w.friend(t), "closed", ""); status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), path("closed")) {
		t.Errorf("closed: got %v", err)
	}
	if _, err := call(t.Context(), w.friend(t), "nowhere", ""); status.Code(err) != codes.Unimplemented {
		t.Errorf("nowhere: got %v", err)
	}
}

// TestCallerIsKnown to handlers and to telemetry, and the standard tools know the peer.
func TestCallerIsKnown(t *testing.T) {
	caller := func(ctx context.Context) string {
		id, _ := identity.Caller(ctx)
		client, _ := peer.FromContext(ctx)
		known := client.AuthInfo.(credentials.TLSInfo)
		return id.String() + " " + known.SPIFFEID.String() + " " + known.SecurityLevel.String()
	}
	w := start(t, time.Hour, methods{
		"unary": func(ctx context.Context, _ string) (string, error) { return caller(ctx), nil },
		"stream": func(stream grpc.ServerStream) error {
			return stream.SendMsg(wrapperspb.String(caller(stream.Context())))
		},
	})
	conn := w.friend(t)
	want := friendID.String() + " " + friendID.String() + " PrivacyAndIntegrity"
	if got, err := call(t.Context(), conn, "unary", ""); err != nil || got != want {
		t.Errorf("unary: got %q and %v, want %q", got, err, want)
	}
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, path("stream"))
	if err != nil {
		t.Fatal(err)
	}
	var got wrapperspb.StringValue
	if err := stream.RecvMsg(&got); err != nil || got.Value != want {
		t.Errorf("stream: got %q and %v, want %q", got.Value, err, want)
	}
	if err := stream.RecvMsg(&got); err != io.EOF { //nolint:errorlint // it is returned as it is
		t.Error(err)
	}
	if err := w.Shutdown(t.Context()); err != nil { // all spans have ended
		t.Fatal(err)
	}
	for _, method := range []string{"unary", "stream"} {
		if caller, _ := w.telemetry.callers.Load(path(method)); caller != friendID {
			t.Errorf("telemetry was told that %v calls %s", caller, method)
		}
		if got := fmt.Sprint(w.telemetry.of(t, path(method)).Attributes()); !strings.Contains(got, friendID.String()) {
			t.Errorf("the span of %s does not name the caller: %s", method, got)
		}
	}
}

// TestErrors: what a caller sees of them, and what the owner.
func TestErrors(t *testing.T) {
	invalid, err := status.New(codes.InvalidArgument, "no such size").WithDetails(&errdetails.BadRequest{
		FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "size", Description: "too small"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		err  error
		code codes.Code
		want string // what the caller reads
		ours bool   // it is a failure of the service
	}{
		{"status", invalid.Err(), codes.InvalidArgument, "no such size", false},
		{"own failure", status.Error(codes.Unavailable, "closed on Sundays"), codes.Unavailable, "closed on Sundays", true},
		{"what another said", fmt.Errorf("calling: %w", status.Error(codes.PermissionDenied, "secret")), codes.Internal, "internal error", true},
		{"any other", errors.New("secret"), codes.Internal, "internal error", true},
		{"late", fmt.Errorf("secret: %w", context.DeadlineExceeded), codes.DeadlineExceeded, "context deadline exceeded", true},
		{"cancelled by nobody", fmt.Errorf("secret: %w", context.Canceled), codes.Internal, "internal error", true},
		{"panic", nil, codes.Internal, "internal error", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fail := func() error {
				if test.err == nil {
					panic("secret")
				}
				return test.err
			}
			w := start(t, time.Hour, methods{
				"unary":  func(context.Context, string) (string, error) { return "", fail() },
				"stream": func(grpc.ServerStream) error { return fail() },
			})
			conn := w.friend(t)
			_, unary := call(t.Context(), conn, "unary", "")
			stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, path("stream"))
			if err != nil {
				t.Fatal(err)
			}
			failures := map[string]error{"unary": unary, "stream": stream.RecvMsg(new(wrapperspb.StringValue))}
			if err := w.Shutdown(t.Context()); err != nil { // all spans have ended
				t.Fatal(err)
			}
			for method, err := range failures {
				got := status.Convert(err)
				if got.Code() != test.code || got.Message() != test.want {
					t.Errorf("%s: got %v, want %v %q", method, err, test.code, test.want)
				}
				span := w.telemetry.of(t, path(method))
				details := fmt.Sprint(got.Details())
				if test.ours != strings.Contains(details, span.SpanContext().TraceID().String()) || test.ours != (len(span.Events()) == 1) {
					t.Errorf("%s: got details %s and events %v", method, details, span.Events())
				}
				if test.name == "status" && !strings.Contains(details, "too small") {
					t.Errorf("%s: got details %s", method, details)
				}
			}
			log := w.log.String()
			if got := strings.Count(log, "request failed"); test.ours != (got == 2) || strings.Contains(log, "stack=") != (test.err == nil) {
				t.Errorf("got %d failures in the log:\n%s", got, log)
			}
			if test.ours != strings.Contains(log, "status="+test.code.String()) || test.want == internal.Message() && !strings.Contains(log, "secret") {
				t.Errorf("got log\n%s", log)
			}
		})
	}
}

// TestCallerGone: its leaving is no failure of the service.
func TestCallerGone(t *testing.T) {
	entered, left := make(chan struct{}), make(chan struct{})
	w := start(t, time.Hour, methods{"wait": func(ctx context.Context, _ string) (string, error) {
		defer close(left)
		close(entered)
		<-ctx.Done()
		return "", errors.New("in vain")
	}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-entered
		cancel()
	}()
	if _, err := call(ctx, w.friend(t), "wait", ""); status.Code(err) != codes.Canceled {
		t.Errorf("got %v", err)
	}
	<-left
	if err := w.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if log := w.log.String(); strings.Contains(log, "request failed") {
		t.Error(log)
	}
}

// TestDeadline: a unary call has one, the client's where it is the earlier.
func TestDeadline(t *testing.T) {
	w := start(t, time.Hour, methods{
		"unary": func(ctx context.Context, _ string) (string, error) {
			deadline, _ := ctx.Deadline()
			return time.Until(deadline).String(), nil
		},
		"stream": func(stream grpc.ServerStream) error {
			_, limited := stream.Context().Deadline()
			return stream.SendMsg(wrapperspb.String(fmt.Sprint(limited)))
		},
	})
	conn := w.friend(t)
	for asked, want := range map[time.Duration]time.Duration{0: callTimeout, time.Hour: callTimeout, 5 * time.Second: 5 * time.Second} {
		ctx := t.Context()
		if asked > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, asked)
			defer cancel()
		}
		text, err := call(ctx, conn, "unary", "")
		if got, _ := time.ParseDuration(text); err != nil || got > want || got < want-4*time.Second {
			t.Errorf("asked for %v: got %v and %v, want %v", asked, text, err, want)
		}
	}
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, path("stream"))
	if err != nil {
		t.Fatal(err)
	}
	var got wrapperspb.StringValue
	if err := stream.RecvMsg(&got); err != nil || got.Value != "false" {
		t.Errorf("stream: got %q and %v", got.Value, err)
	}
}

// TestShutdown waits for the calls in flight, not for those who watch its health or do not
// shake hands, and takes no call more.
func TestShutdown(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	w := start(t, time.Hour, methods{"slow": func(context.Context, string) (string, error) {
		close(entered)
		<-leave
		return "done", nil
	}})
	conn := w.friend(t)
	watchHealth(t, conn, "")
	answer := make(chan string, 1)
	go func() {
		got, err := call(t.Context(), conn, "slow", "")
		answer <- fmt.Sprint(got, err)
	}()
	<-entered
	silent, err := w.listener.Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if _, err := call(t.Context(), w.friend(t), "nowhere", ""); status.Code(err) != codes.Unimplemented { // the silent one is accepted by now
		t.Fatal(err)
	}
	w.Drain()
	stopped := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	go func() { stopped <- w.Shutdown(ctx) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a call in flight: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	if got := <-answer; got != "done<nil>" {
		t.Errorf("the call in flight got %s", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if _, err := call(t.Context(), conn, "slow", ""); status.Code(err) != codes.Unavailable {
		t.Errorf("after the end: got %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Serve(l); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is open: %v", err)
	}
}

// TestShutdownCutsOff what does not end in time.
func TestShutdownCutsOff(t *testing.T) {
	w := start(t, time.Hour, methods{"stream": hold})
	stream := open(t, w.friend(t), "stream")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := w.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the deadline was exceeded", err)
	}
	if err := stream.RecvMsg(new(wrapperspb.StringValue)); status.Code(err) != codes.Unavailable {
		t.Errorf("the stream got %v", err)
	}
	if log := w.log.String(); strings.Contains(log, "request failed") {
		t.Error(log)
	}
}

// TestCallsOutliveConnections: clients are asked to leave before an SVID ends, and none of
// their calls fails.
func TestCallsOutliveConnections(t *testing.T) {
	for _, lifetime := range []time.Duration{4 * time.Second, time.Minute, time.Hour, 6 * time.Hour} {
		t.Run(lifetime.String(), func(t *testing.T) {
			identitytest.Bubble(t, func(t *testing.T) { testRotations(t, lifetime) })
		})
	}
}

func testRotations(t *testing.T, lifetime time.Duration) {
	var mu sync.Mutex
	clients := map[net.Conn]bool{}
	took := lifetime / 100
	w := start(t, lifetime, methods{"work": func(_ context.Context, in string) (string, error) {
		time.Sleep(min(took, callTimeout-time.Second)) // so that the end would find a call in flight
		return in, nil
	}})
	friend := identitytest.NewSource(w.ca.SVID(friendID.String(), lifetime), w.ca.Bundle())
	conn := w.dial(t, friend, grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
		c, err := w.listener.DialContext(ctx)
		mu.Lock()
		defer mu.Unlock()
		clients[c] = true
		return c, err
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 2*lifetime)
	defer cancel()
	var calls sync.WaitGroup
	for i := range 3 {
		calls.Go(func() {
			time.Sleep(time.Duration(i) * took / 3)
			for ctx.Err() == nil {
				if _, err := call(t.Context(), conn, "work", ""); err != nil {
					t.Error(err)
					return
				}
				time.Sleep(took / 10)
			}
		})
	}
	for rotation := time.NewTicker(lifetime / 2); ctx.Err() == nil; {
		select {
		case <-rotation.C:
			w.source.Rotate(w.ca.SVID(serverID.String(), lifetime))
			friend.Rotate(w.ca.SVID(friendID.String(), lifetime))
		case <-ctx.Done():
		}
	}
	calls.Wait()
	if len(clients) < 5 {
		t.Errorf("%d connections in all: nobody was asked to leave", len(clients))
	}
}

// TestStreamsEnd with their connections, however long their clients stay.
func TestStreamsEnd(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		w := start(t, time.Hour, methods{"stream": hold})
		stream := open(t, w.friend(t), "stream")
		began := time.Now()
		if err := stream.RecvMsg(new(wrapperspb.StringValue)); status.Code(err) != codes.Unavailable {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took > 3*connectionAge/2+connectionAge/10+time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

// TestLimitOfTime: a unary call ends in time, be its message late or its handler, and the
// caller hears why.
func TestLimitOfTime(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		w := start(t, time.Hour, methods{"unary": func(ctx context.Context, _ string) (string, error) {
			<-ctx.Done()
			return "", errors.New("secret")
		}})
		conn := w.friend(t)
		silent, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, path("unary"))
		if err != nil {
			t.Fatal(err)
		}
		for name, call := range map[string]func() error{
			"no message": func() error { return silent.RecvMsg(new(wrapperspb.StringValue)) },
			"no answer": func() error {
				_, err := call(t.Context(), conn, "unary", "")
				return err
			},
		} {
			began := time.Now()
			if err := call(); status.Code(err) != codes.DeadlineExceeded {
				t.Errorf("%s: got %v", name, err)
			}
			if took := time.Since(began); took > callTimeout {
				t.Errorf("%s: it took %v", name, took)
			}
		}
	})
}
