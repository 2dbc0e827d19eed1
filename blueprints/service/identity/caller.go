package identity

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

type callerKey struct{}

// WithCaller returns a context that carries the SPIFFE ID of the request's caller.
func WithCaller(ctx context.Context, id spiffeid.ID) context.Context {
	return context.WithValue(ctx, callerKey{}, id)
}

// Caller returns the SPIFFE ID of the caller on whose behalf ctx runs, and whether there is one.
func Caller(ctx context.Context) (spiffeid.ID, bool) {
	id, ok := ctx.Value(callerKey{}).(spiffeid.ID)
	return id, ok
}
