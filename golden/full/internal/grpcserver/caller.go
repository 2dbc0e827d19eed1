package grpcserver

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/stats"

	"example.com/acme/payments/v2/internal/identity"
)

// named puts the caller into the context of a connection, and so of each call that comes
// over it: before telemetry, which may ask for it, and at no cost to a call.
type named struct{ stats.Handler }

func (n named) TagConn(ctx context.Context, info *stats.ConnTagInfo) context.Context {
	if client, ok := peer.FromContext(ctx); ok {
		if known, ok := client.AuthInfo.(credentials.TLSInfo); ok {
			caller, _ := spiffeid.FromURI(known.SPIFFEID) // the handshake has verified it
			ctx = identity.WithCaller(ctx, caller)
		}
	}
	return n.Handler.TagConn(ctx, info)
}
