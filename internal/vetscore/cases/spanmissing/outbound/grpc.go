// A gRPC client without a stats handler.
//
// Evidence: R13.

package outbound

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func connect(ctx context.Context, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return grpc.NewClient("dns:///orders.example.com:443", grpc.WithTransportCredentials(creds)) // BAD spanmissing.outbound
}
