// A gRPC server with credentials and without a stats handler.
//
// Evidence: inbound; etcd grpc_proxy.go's shape.

// Package ingrpc has a gRPC server without instrumentation.
package ingrpc

import (
	"context"

	"go.opentelemetry.io/otel"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

var tracer = otel.Tracer("example.com/cases/ingrpc")

// Server makes the server.
func Server(ctx context.Context, creds credentials.TransportCredentials) *grpc.Server {
	_, span := tracer.Start(ctx, "make server")
	defer span.End()
	srv := grpc.NewServer(grpc.Creds(creds), grpc.MaxRecvMsgSize(1<<20)) // BAD spanmissing.inbound
	healthpb.RegisterHealthServer(srv, health.NewServer())
	return srv
}
