package rpc

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	nometrics "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	notraces "go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	_ "google.golang.org/protobuf/types/known/emptypb" // for the file of the test

	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

const clientID = "spiffe://acme.example/client"

// world is a trust domain with a caller.
type world struct {
	ca     *identitytest.CA
	caller *identitytest.Source
}

func newWorld(t *testing.T) world {
	ca := identitytest.NewCA(t, "acme.example")
	return world{ca, identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle())}
}

// server answers Check by a function.
type server struct {
	grpc_health_v1.UnimplementedHealthServer
	check       func(context.Context) error
	address     string
	connections atomic.Int64
}

func (s *server) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return &grpc_health_v1.HealthCheckResponse{}, s.check(ctx)
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

// serve answers as the holder of svid, with what change makes of the configuration.
func (w world) serve(t *testing.T, svid *x509svid.SVID, check func(context.Context) error, change func(*tls.Config)) *server {
	t.Helper()
	config := &tls.Config{
		Certificates: []tls.Certificate{{PrivateKey: svid.PrivateKey}},
		ClientAuth:   tls.RequireAnyClientCert,
	}
	for _, cert := range svid.Certificates {
		config.Certificates[0].Certificate = append(config.Certificates[0].Certificate, cert.Raw)
	}
	if change != nil {
		change(config)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{check: check, address: l.Addr().String()}
	inner := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	grpc_health_v1.RegisterHealthServer(inner, s)
	done := make(chan error)
	go func() { done <- inner.Serve(counted{l, &s.connections}) }()
	t.Cleanup(func() {
		inner.Stop()
		<-done
	})
	return s
}

func (w world) options(s *server) SampleOptions {
	return SampleOptions{
		Address: s.address,
		SVIDs:   w.caller, Bundles: w.caller,
		Tracers: notraces.NewTracerProvider(), Meters: nometrics.NewMeterProvider(),
	}
}

func client(t *testing.T, o SampleOptions) *SampleConn {
	t.Helper()
	conn, err := NewSampleConn(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func check(ctx context.Context, c *SampleConn) error {
	_, err := c.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	return err
}

func well(context.Context) error { return nil }

func TestOptions(t *testing.T) {
	w := newWorld(t)
	whole := w.options(&server{address: "server:443"})
	for name, change := range map[string]func(*SampleOptions){
		"address": func(o *SampleOptions) { o.Address = "" },
		"SVIDs":   func(o *SampleOptions) { o.SVIDs = nil },
		"bundles": func(o *SampleOptions) { o.Bundles = nil },
		"tracers": func(o *SampleOptions) { o.Tracers = nil },
		"meters":  func(o *SampleOptions) { o.Meters = nil },
	} {
		o := whole
		change(&o)
		if _, err := NewSampleConn(o); err == nil {
			t.Errorf("a client without %s", name)
		}
	}
}

// TestRefusedServers: no call reaches one who is not the server that is meant.
func TestRefusedServers(t *testing.T) {
	w := newWorld(t)
	impostor, another := identitytest.NewCA(t, "acme.example"), identitytest.NewCA(t, "another.example")
	w.caller.SetBundles(w.ca.Bundle(), another.Bundle()) // trusted, and not meant
	good := func() *x509svid.SVID { return w.ca.SVID(sampleServer, time.Hour) }
	for _, test := range []struct {
		name   string
		svid   *x509svid.SVID
		change func(*tls.Config)
		want   string // in the error
	}{
		{"another ID of the trust domain", w.ca.SVID("spiffe://acme.example/other", time.Hour), nil, "spiffe://acme.example/other"},
		{"the ID as a prefix", w.ca.SVID(sampleServer+"/more", time.Hour), nil, "unexpected ID"},
		{"the same path in another trust domain", another.SVID("spiffe://another.example/ns/pay/sa/api", time.Hour), nil, "unexpected ID"},
		{"a forged SVID", impostor.SVID(sampleServer, time.Hour), nil, "unknown authority"},
		{"an expired SVID", w.ca.SVID(sampleServer, -time.Second), nil, "expired"},
		{"no question who calls", good(), func(c *tls.Config) { c.ClientAuth = tls.NoClientCert }, "does not ask who calls"},
		{"an old version of TLS", good(), func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "protocol version"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := w.serve(t, test.svid, func(context.Context) error { t.Error("the call was served"); return nil }, test.change)
			err := check(t.Context(), client(t, w.options(s)))
			if status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), sampleServer) {
				t.Errorf("got %v, want %q in it, and the server", err, test.want)
			}
		})
	}
}

// TestOneConnection carries many calls, one after the other and at once.
func TestOneConnection(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(sampleServer, time.Hour), well, nil)
	c := client(t, w.options(s))
	if err := check(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var calls sync.WaitGroup
	for range 50 {
		calls.Go(func() {
			if err := check(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if got := s.connections.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// TestConnectionsEnd with the SVID that they show: the next call shows another.
func TestConnectionsEnd(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(sampleServer, time.Hour), well, nil)
	w.caller.Rotate(w.ca.SVID(clientID, 2*time.Second)) // a certificate knows whole seconds
	c := client(t, w.options(s))
	if err := check(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	w.caller.Rotate(w.ca.SVID(clientID, time.Hour))
	for state := c.conn.GetState(); state.String() == "READY"; state = c.conn.GetState() {
		if !c.conn.WaitForStateChange(t.Context(), state) {
			t.Fatal("the connection outlived the SVID")
		}
	}
	if err := check(t.Context(), c); err != nil || s.connections.Load() != 2 {
		t.Errorf("got %v over %d connections", err, s.connections.Load())
	}
}

// TestDeadline: a call without a deadline of its own gets that of its method.
func TestDeadline(t *testing.T) {
	w := newWorld(t)
	var left time.Duration
	s := w.serve(t, w.ca.SVID(sampleServer, time.Hour), func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return nil
	}, nil)
	if err := check(t.Context(), client(t, w.options(s))); err != nil || left <= 0 || left > sampleTimeout("Check") {
		t.Errorf("got %v with %v left", err, left)
	}
}

// TestTelemetry: a call has a span of the provider that was given, and sends its context.
func TestTelemetry(t *testing.T) {
	w := newWorld(t)
	var parents []string
	s := w.serve(t, w.ca.SVID(sampleServer, time.Hour), func(ctx context.Context) error {
		sent, _ := metadata.FromIncomingContext(ctx)
		parents = sent.Get("traceparent")
		return nil
	}, nil)
	o := w.options(s)
	spans := tracetest.NewInMemoryExporter()
	o.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	if err := check(t.Context(), client(t, o)); err != nil {
		t.Fatal(err)
	}
	if got := spans.GetSpans(); len(got) != 1 || len(parents) != 1 || !strings.Contains(parents[0], got[0].SpanContext.SpanID().String()) {
		t.Errorf("got %d spans, parents %q", len(got), parents)
	}
}

// TestErrors are those of the server, and of a closed client.
func TestErrors(t *testing.T) {
	w := newWorld(t)
	s := w.serve(t, w.ca.SVID(sampleServer, time.Hour), func(context.Context) error { return status.Error(codes.NotFound, "none") }, nil)
	c := client(t, w.options(s))
	if err := check(t.Context(), c); status.Code(err) != codes.NotFound {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := check(ctx, c); status.Code(err) != codes.Canceled {
		t.Errorf("got %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := check(t.Context(), c); status.Code(err) != codes.Canceled {
		t.Errorf("got %v", err)
	}
}

// TestCallConfig: methods that the contract calls idempotent are called again, and no others;
// streams have no time.
func TestCallConfig(t *testing.T) {
	empty := new("google.protobuf.Empty")
	method := func(name string, level descriptorpb.MethodOptions_IdempotencyLevel, isStream bool) *descriptorpb.MethodDescriptorProto {
		return &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: empty, OutputType: empty, ServerStreaming: &isStream,
			Options: &descriptorpb.MethodOptions{IdempotencyLevel: &level},
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: new("sample_test.proto"), Package: new("sample.v1"), Syntax: new("proto3"),
		Dependency: []string{"google/protobuf/empty.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: new("TestService"),
			Method: []*descriptorpb.MethodDescriptorProto{
				method("Get", descriptorpb.MethodOptions_NO_SIDE_EFFECTS, false),
				method("Put", descriptorpb.MethodOptions_IDEMPOTENT, false),
				method("Check", descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN, false),
				method("Watch", descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN, true),
			},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	if err := protoregistry.GlobalFiles.RegisterFile(file); err != nil {
		t.Fatal(err)
	}
	text, err := sampleCallConfig("sample.v1.TestService")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		MethodConfig []struct {
			Name        []struct{ Service, Method string }
			Timeout     string
			RetryPolicy *struct{ MaxAttempts int }
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, m := range got.MethodConfig {
		line := m.Name[0].Service + "/" + m.Name[0].Method + " " + m.Timeout
		if m.RetryPolicy != nil {
			line += " again"
		}
		lines = append(lines, line)
	}
	want := []string{
		"sample.v1.TestService/Get 10.000000s again", "sample.v1.TestService/Put 10.000000s again",
		"sample.v1.TestService/Check 2.000000s", "sample.v1.TestService/Watch ",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q\nwant %q", lines, want)
	}
	for _, name := range []protoreflect.FullName{"sample.v1.Nothing", "google.protobuf.Empty"} {
		if _, err := sampleCallConfig(name); err == nil {
			t.Errorf("%s is taken for a service", name)
		}
	}
}
