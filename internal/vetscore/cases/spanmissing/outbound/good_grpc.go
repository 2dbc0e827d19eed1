// The stats handler among the options.
//
// Evidence: rule.

package outbound

import (
	"context"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func goodConnect(ctx context.Context, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(creds)}
	options = append(options, grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	return grpc.NewClient("dns:///orders.example.com:443", options...) // GOOD: instrumented
}
