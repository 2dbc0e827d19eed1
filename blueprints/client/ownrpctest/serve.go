// Package ownrpctest is what the test double of a package like ownrpc is made of.
package ownrpctest

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/stats"

	"github.com/mintwright/mintwright/blueprints/client/ownrpc"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// NewConn returns a client whose calls service answers, as with Serve, without telemetry.
func NewConn(tb testing.TB, service grpc_health_v1.HealthServer) *ownrpc.SampleConn {
	tb.Helper()
	address, source := Serve(tb, service)
	conn, err := ownrpc.NewSampleConn(address, source, silent{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	return conn
}

// Serve answers by service, over mutual TLS on loopback and as sampleServer, until the test
// ends. It returns where, and the identity of a caller that is admitted.
func Serve(tb testing.TB, service grpc_health_v1.HealthServer) (string, identity.Source) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	id := spiffeid.RequireFromString(sampleServer)
	ca := identitytest.NewCA(tb, id.TrustDomain().Name())
	caller := spiffeid.RequireFromPath(id.TrustDomain(), "/test/caller")
	config := tlsconfig.MTLSServerConfig(ca.SVID(id.String(), time.Hour), ca.Bundle(), tlsconfig.AuthorizeID(caller))
	config.MinVersion = tls.VersionTLS13
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	grpc_health_v1.RegisterHealthServer(server, service)
	done := make(chan error)
	go func() { done <- server.Serve(listener) }()
	tb.Cleanup(func() {
		server.Stop()
		<-done
	})
	return listener.Addr().String(), identitytest.NewSource(ca.SVID(caller.String(), time.Hour), ca.Bundle())
}

// silent is telemetry of nothing.
type silent struct{}

func (silent) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (silent) HandleRPC(context.Context, stats.RPCStats)                         {}
func (silent) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (silent) HandleConn(context.Context, stats.ConnStats)                       {}
