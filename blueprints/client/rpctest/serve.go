// Package rpctest is what the test double of a package like rpc is made of.
package rpctest

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	nometrics "go.opentelemetry.io/otel/metric/noop"
	notraces "go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/mintwright/mintwright/blueprints/client/authority"
	"github.com/mintwright/mintwright/blueprints/client/rpc"
)

// NewConn returns a client whose calls service answers, as with Serve.
func NewConn(tb testing.TB, service grpc_health_v1.HealthServer) *rpc.SampleConn {
	tb.Helper()
	conn, err := rpc.NewSampleConn(Serve(tb, service))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	return conn
}

// Serve answers by service, over mutual TLS on loopback and as sampleServer, until the test
// ends. It returns the options of a client that is admitted, without telemetry.
func Serve(tb testing.TB, service grpc_health_v1.HealthServer) rpc.SampleOptions {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	id := spiffeid.RequireFromString(sampleServer)
	ca := authority.NewAuthority(tb, id.TrustDomain())
	caller := ca.SVID(spiffeid.RequireFromPath(id.TrustDomain(), "/test/caller"))
	config := tlsconfig.MTLSServerConfig(ca.SVID(id), ca.Bundle(), tlsconfig.AuthorizeID(caller.ID))
	config.MinVersion = tls.VersionTLS13
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	grpc_health_v1.RegisterHealthServer(server, service)
	done := make(chan error)
	go func() { done <- server.Serve(listener) }()
	tb.Cleanup(func() {
		server.Stop()
		<-done
	})
	return rpc.SampleOptions{
		Address: listener.Addr().String(),
		SVIDs:   caller,
		Bundles: ca.Bundle(),
		Tracers: notraces.NewTracerProvider(),
		Meters:  nometrics.NewMeterProvider(),
	}
}
