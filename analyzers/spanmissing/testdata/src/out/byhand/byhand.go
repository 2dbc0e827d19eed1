// Package byhand uses a package that writes the headers of traces.
package byhand

import (
	"context"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"

	_ "out/byhand/headers"
)

func dial(ctx context.Context, target string, tracer trace.Tracer) (*grpc.ClientConn, error) {
	return grpc.DialContext(ctx, target) // medium // want `not instrumented`
}
