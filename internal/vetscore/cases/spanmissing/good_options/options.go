// The options are the caller's.
//
// Evidence: rule.

// Package goodoptions has a gRPC server with unknown options.
package goodoptions

import (
	"context"

	"go.opentelemetry.io/otel"
	"google.golang.org/grpc"
)

var tracer = otel.Tracer("example.com/cases/goodoptions")

// Server makes the server.
func Server(ctx context.Context, options []grpc.ServerOption) *grpc.Server {
	_, span := tracer.Start(ctx, "make server")
	defer span.End()
	return grpc.NewServer(options...) // GOOD: unknown here
}
