// The options hold the stats handler, appended a line above.
//
// Evidence: rule.

// Package goodgrpc has an instrumented gRPC server.
package goodgrpc

import (
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// Server makes the server.
func Server(creds credentials.TransportCredentials, more ...grpc.ServerOption) *grpc.Server {
	options := []grpc.ServerOption{grpc.Creds(creds)}
	options = append(options, grpc.StatsHandler(otelgrpc.NewServerHandler()))
	options = append(options, more...)
	return grpc.NewServer(options...) // GOOD: instrumented
}
