// A source for each call of a gRPC server.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc"
)

func interceptor(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	src, err := workloadapi.NewX509Source(ctx) // BAD spiffesource.perrequest
	if err != nil {
		return nil, err
	}
	defer src.Close()
	if _, err := src.GetX509SVID(); err != nil {
		return nil, err
	}
	return next(ctx, req)
}
