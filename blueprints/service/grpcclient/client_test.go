package grpcclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

var (
	clientID = spiffeid.RequireFromString("spiffe://acme.example/client")
	serverID = spiffeid.RequireFromString("spiffe://acme.example/server")
)

// silent is telemetry of nothing.
type silent struct{}

func (silent) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (silent) HandleConn(context.Context, stats.ConnStats)                       {}
func (silent) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (silent) HandleRPC(context.Context, stats.RPCStats)                         {}

// files describes the service of the tests: "get" and "put" may be called again, "post" not.
func files(t *testing.T) []protoreflect.FileDescriptor {
	t.Helper()
	text := new("google.protobuf.StringValue")
	method := func(name string, level descriptorpb.MethodOptions_IdempotencyLevel) *descriptorpb.MethodDescriptorProto {
		return &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: text, OutputType: text,
			Options: &descriptorpb.MethodOptions{IdempotencyLevel: &level},
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name:       new("test.proto"),
		Package:    new("test.v1"),
		Syntax:     new("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: new("TestService"),
			Method: []*descriptorpb.MethodDescriptorProto{
				method("get", descriptorpb.MethodOptions_NO_SIDE_EFFECTS),
				method("put", descriptorpb.MethodOptions_IDEMPOTENT),
				method("post", descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN),
				{Name: new("plain"), InputType: text, OutputType: text},
			},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return []protoreflect.FileDescriptor{file}
}

// world is a trust domain with a client.
type world struct {
	ca     *identitytest.CA
	source *identitytest.Source // of the client
}

func newWorld(t *testing.T) world {
	ca := identitytest.NewCA(t, clientID.TrustDomain().Name())
	return world{ca: ca, source: identitytest.NewSource(ca.SVID(clientID.String(), time.Hour), ca.Bundle())}
}

// server answers every method of every service but the health service.
type server struct {
	*grpc.Server
	health      *health.Server
	address     string
	connections atomic.Int64
	calls       atomic.Int64
}

// counted is a listener that counts connections.
type counted struct {
	net.Listener
	connections *atomic.Int64
}

func (c counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.connections.Add(1)
	}
	return conn, err
}

// configOf returns the TLS configuration of a server that holds svid.
func configOf(svid *x509svid.SVID) *tls.Config {
	config := &tls.Config{
		Certificates: []tls.Certificate{{PrivateKey: svid.PrivateKey}},
		ClientAuth:   tls.RequireAnyClientCert,
	}
	for _, cert := range svid.Certificates {
		config.Certificates[0].Certificate = append(config.Certificates[0].Certificate, cert.Raw)
	}
	return config
}

// serve answers by handle as the holder of svid, with what change makes of the configuration.
func (w world) serve(t *testing.T, svid *x509svid.SVID, handle func(grpc.ServerStream) error, change func(*tls.Config)) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return w.serveOn(t, l, svid, handle, change)
}

func (w world) serveOn(t *testing.T, l net.Listener, svid *x509svid.SVID, handle func(grpc.ServerStream) error, change func(*tls.Config)) *server {
	config := configOf(svid)
	if change != nil {
		change(config)
	}
	s := &server{health: health.NewServer(), address: l.Addr().String()}
	s.Server = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(config)),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			s.calls.Add(1)
			return handle(stream)
		}),
		grpc.MaxSendMsgSize(2*maxMessageBytes),
	)
	grpc_health_v1.RegisterHealthServer(s.Server, s.health)
	go s.Serve(counted{l, &s.connections}) //nolint:errcheck // the test fails anyway
	t.Cleanup(s.Stop)
	return s
}

// good serves handle as serverID.
func (w world) good(t *testing.T, handle func(grpc.ServerStream) error) *server {
	t.Helper()
	return w.serve(t, w.ca.SVID(serverID.String(), time.Hour), handle, nil)
}

// client returns a client of the server at address, which has to be serverID.
func (w world) client(t *testing.T, address string, more ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	conn, err := dial(Options{Address: address, Server: serverID, Source: w.source, Telemetry: silent{}, Files: files(t)}, more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// call calls a unary method.
func call(ctx context.Context, conn *grpc.ClientConn, method, in string) (string, error) {
	out := new(wrapperspb.StringValue)
	err := conn.Invoke(ctx, "/test.v1.TestService/"+method, wrapperspb.String(in), out)
	return out.Value, err
}

// echo answers with what it is asked.
func echo(stream grpc.ServerStream) error {
	var text wrapperspb.StringValue
	if err := stream.RecvMsg(&text); err != nil {
		return err
	}
	return stream.SendMsg(&text)
}

// TestErrors say who was called, and keep the code and the details.
func TestErrors(t *testing.T) {
	w := newWorld(t)
	busy, err := status.New(codes.ResourceExhausted, "busy").WithDetails(&errdetails.ErrorInfo{Reason: "QUOTA"})
	if err != nil {
		t.Fatal(err)
	}
	s := w.good(t, func(grpc.ServerStream) error { return busy.Err() })
	conn := w.client(t, s.address)
	_, unary := call(t.Context(), conn, "get", "")
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, "/test.v1.TestService/get")
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"unary": unary, "stream": stream.RecvMsg(new(wrapperspb.StringValue))} {
		got, ok := status.FromError(err)
		if !ok || got.Code() != codes.ResourceExhausted || len(got.Details()) != 1 || !strings.HasPrefix(got.Message(), "calling "+s.address+": ") || !strings.Contains(got.Message(), "busy") {
			t.Errorf("%s: got %v with %v", name, err, got.Details())
		}
	}
	conn.Close()
	if _, err := conn.NewStream(t.Context(), &grpc.StreamDesc{}, "/test.v1.TestService/get"); status.Code(err) != codes.Canceled || !strings.Contains(err.Error(), s.address) {
		t.Errorf("a stream that cannot be opened: got %v", err)
	}
}

// TestStream: its end is io.EOF and nothing else.
func TestStream(t *testing.T) {
	w := newWorld(t)
	conn := w.client(t, w.good(t, echo).address)
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/test.v1.TestService/get")
	if err != nil {
		t.Fatal(err)
	}
	var got wrapperspb.StringValue
	if err := errors.Join(stream.SendMsg(wrapperspb.String("hello")), stream.RecvMsg(&got)); err != nil || got.Value != "hello" {
		t.Errorf("got %q and %v", got.Value, err)
	}
	if err := stream.RecvMsg(&got); err != io.EOF { //nolint:errorlint // callers compare it so
		t.Errorf("got %v, want io.EOF", err)
	}
}

// TestRefusedServers: no call reaches one who is not the server that is meant.
func TestRefusedServers(t *testing.T) {
	w := newWorld(t)
	impostor := identitytest.NewCA(t, serverID.TrustDomain().Name())
	another := identitytest.NewCA(t, "another.example")
	good := func() *x509svid.SVID { return w.ca.SVID(serverID.String(), time.Hour) }
	tests := []struct {
		name   string
		svid   *x509svid.SVID
		change func(*tls.Config)
		want   string // in the error, beside serverID
	}{
		{"another ID", w.ca.SVID("spiffe://acme.example/other", time.Hour), nil, `"spiffe://acme.example/other"`},
		{"the ID as a prefix", w.ca.SVID(serverID.String()+"/more", time.Hour), nil, `"` + serverID.String() + `/more"`},
		{"another trust domain", another.SVID("spiffe://another.example/server", time.Hour), nil, "another.example"},
		{"a forged SVID", impostor.SVID(serverID.String(), time.Hour), nil, "unknown authority"},
		{"an expired SVID", w.ca.SVID(serverID.String(), -time.Second), nil, "expired"},
		{"no SVID", w.ca.SVID("https://acme.example/server", time.Hour), nil, "scheme"},
		{"no question who calls", good(), func(c *tls.Config) { c.ClientAuth = tls.NoClientCert }, "does not ask who calls"},
		{"an old version of TLS", good(), func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "protocol version"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := w.serve(t, test.svid, echo, test.change)
			_, err := call(t.Context(), w.client(t, s.address), "post", "secret")
			text := strings.ReplaceAll(fmt.Sprint(err), `\"`, `"`) // it is quoted twice
			if status.Code(err) != codes.Unavailable || !strings.Contains(text, `"`+serverID.String()+`"`) || !strings.Contains(text, test.want) {
				t.Errorf("got %v, want that %q is unavailable, and %q", err, serverID, test.want)
			}
			if got := s.calls.Load(); got != 0 {
				t.Errorf("%d calls were served", got)
			}
		})
	}
}

// TestOnlyHTTP2 is spoken.
func TestOnlyHTTP2(t *testing.T) {
	w := newWorld(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", configOf(w.ca.SVID(serverID.String(), time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go io.Copy(io.Discard, conn) //nolint:errcheck // until the client leaves
		}
	}()
	if _, err := call(t.Context(), w.client(t, l.Addr().String()), "post", ""); status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "does not speak HTTP/2") {
		t.Errorf("got %v", err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t)
	s := w.good(t, echo)
	s.Stop()
	if _, err := call(t.Context(), w.client(t, s.address), "get", ""); status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v", err)
	}
}

// TestRetries: only where the .proto says that a second call does no harm, and only where no
// server has answered.
func TestRetries(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		method   string
		code     codes.Code
		failures int64
		want     codes.Code
		calls    int64
	}{
		{"get", codes.Unavailable, 2, codes.OK, 3},
		{"put", codes.Unavailable, 1, codes.OK, 2},
		{"get", codes.Unavailable, 9, codes.Unavailable, 3},
		{"get", codes.Internal, 9, codes.Internal, 1},
		{"post", codes.Unavailable, 1, codes.Unavailable, 1},
		{"plain", codes.Unavailable, 1, codes.Unavailable, 1},
		{"unknown", codes.Unavailable, 1, codes.Unavailable, 1},
	}
	for _, test := range tests {
		var failed atomic.Int64
		s := w.good(t, func(stream grpc.ServerStream) error {
			if failed.Add(1) <= test.failures {
				return status.Error(test.code, "not now")
			}
			return echo(stream)
		})
		if _, err := call(t.Context(), w.client(t, s.address), test.method, ""); status.Code(err) != test.want || s.calls.Load() != test.calls {
			t.Errorf("%s, %d times %v: got %v after %d calls, want %v after %d", test.method, test.failures, test.code, err, s.calls.Load(), test.want, test.calls)
		}
	}
}

// TestDeadline: a unary call has one, and it is soon.
func TestDeadline(t *testing.T) {
	w := newWorld(t)
	conn := w.client(t, w.good(t, func(stream grpc.ServerStream) error {
		deadline, limited := stream.Context().Deadline()
		if !limited {
			return stream.SendMsg(wrapperspb.String("none"))
		}
		return stream.SendMsg(wrapperspb.String(time.Until(deadline).String()))
	}).address)
	for asked, want := range map[time.Duration]time.Duration{0: callTimeout, time.Hour: callTimeout, 5 * time.Second: 5 * time.Second} {
		ctx := t.Context()
		if asked > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, asked)
			defer cancel()
		}
		text, err := call(ctx, conn, "get", "")
		if got, _ := time.ParseDuration(text); err != nil || got > want || got < want-4*time.Second {
			t.Errorf("asked for %v: got %v and %v, want %v", asked, text, err, want)
		}
	}
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, "/test.v1.TestService/get")
	if err != nil {
		t.Fatal(err)
	}
	var got wrapperspb.StringValue
	if err := stream.RecvMsg(&got); err != nil || got.Value != "none" {
		t.Errorf("stream: got %q and %v", got.Value, err)
	}
}

// TestLostStatus: gRPC gives the end of a stream in place of the status of a last attempt.
func TestLostStatus(t *testing.T) {
	lost := func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
		return fmt.Errorf("max retries exhausted: %w", io.EOF)
	}
	if err := (caller{"server:443"}).call(t.Context(), "", nil, nil, nil, lost); status.Code(err) != codes.Unavailable || errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

func TestLongAnswer(t *testing.T) {
	w := newWorld(t)
	conn := w.client(t, w.good(t, func(stream grpc.ServerStream) error {
		return stream.SendMsg(wrapperspb.String(strings.Repeat("x", maxMessageBytes)))
	}).address)
	if _, err := call(t.Context(), conn, "get", ""); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("got %.200v", err)
	}
}

// replicas are servers to which one name leads, and a client of it.
func (w world) replicas(t *testing.T, n int) ([]*server, *grpc.ClientConn) {
	t.Helper()
	names := manual.NewBuilderWithScheme("dns")
	var servers []*server
	var state resolver.State
	for range n {
		s := w.good(t, echo)
		servers = append(servers, s)
		state.Endpoints = append(state.Endpoints, resolver.Endpoint{Addresses: []resolver.Address{{Addr: s.address}}})
	}
	names.InitialState(state)
	conn := w.client(t, "server.acme.example:9443", grpc.WithResolvers(names))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for { // until every replica is in use
		if _, err := call(ctx, conn, "post", ""); err != nil {
			t.Fatal(err)
		}
		idle := 0
		for _, s := range servers {
			if s.calls.Load() == 0 {
				idle++
			}
		}
		if idle == 0 {
			return servers, conn
		}
	}
}

// TestEvenLoad over all that a name stands for, one connection each.
func TestEvenLoad(t *testing.T) {
	const each = 100
	servers, conn := newWorld(t).replicas(t, 3)
	before := make([]int64, len(servers))
	for i, s := range servers {
		before[i] = s.calls.Load()
	}
	var calls sync.WaitGroup
	for range len(servers) * each {
		calls.Go(func() {
			if _, err := call(t.Context(), conn, "post", ""); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	for i, s := range servers {
		if got := s.calls.Load() - before[i]; got < each-1 || got > each+1 || s.connections.Load() != 1 {
			t.Errorf("replica %d got %d calls over %d connections, want %d over 1", i, got, s.connections.Load(), each)
		}
	}
}

// TestReplicaLeaves: one says that it is not well, later it ends. No call fails, not even one
// that is sent once only.
func TestReplicaLeaves(t *testing.T) {
	servers, conn := newWorld(t).replicas(t, 3)
	ctx, cancel := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() {
			for ctx.Err() == nil {
				if _, err := call(t.Context(), conn, "post", ""); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	staying, leaving := servers[0], servers[1]
	more := func() { // calls of the one that stays
		for until := staying.calls.Load() + 20; staying.calls.Load() < until && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
	}
	leaving.health.Shutdown()
	began := time.Now()
	for last := int64(-1); last != leaving.calls.Load(); { // the lame duck
		last = leaving.calls.Load()
		more()
		if time.Since(began) > 5*time.Second {
			t.Error("the one that is not well is still called")
			break
		}
	}
	leaving.GracefulStop()
	more()
	cancel()
	calls.Wait()
}

// TestCallsOutliveConnections: an SVID that expires takes its connections with it, and no
// idempotent call.
func TestCallsOutliveConnections(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		const lifetime = connectionAge / 2
		w := newWorld(t)
		rotate := func() { w.source.Rotate(w.ca.SVID(clientID.String(), lifetime)) }
		rotate()
		l := bufconn.Listen(64 << 10)
		s := w.serveOn(t, l, w.ca.SVID(serverID.String(), 24*time.Hour), func(stream grpc.ServerStream) error {
			time.Sleep(time.Second) // so that the end finds a call in flight
			return echo(stream)
		}, nil)
		conn := w.client(t, "127.0.0.1:9443", grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return l.DialContext(ctx)
		}))
		for range 6 {
			for rotated := time.Now(); time.Since(rotated) < lifetime/2; {
				if _, err := call(t.Context(), conn, "get", ""); err != nil {
					t.Fatal(err)
				}
			}
			rotate()
		}
		if got := s.connections.Load(); got < 3 {
			t.Errorf("%d connections: they outlived the SVID", got)
		}
	})
}
