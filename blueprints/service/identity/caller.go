package identity

import (
	"context"
	"log/slog"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

type callerKey struct{}

// WithCaller returns a context that carries the SPIFFE ID of the request's caller.
func WithCaller(ctx context.Context, id spiffeid.ID) context.Context {
	return context.WithValue(ctx, callerKey{}, id)
}

// Caller returns the SPIFFE ID of the caller on whose behalf ctx runs, and whether there is one.
func Caller(ctx context.Context) (spiffeid.ID, bool) {
	switch caller := ctx.Value(callerKey{}).(type) {
	case spiffeid.ID:
		return caller, true
	case interface{ Peer() spiffeid.ID }: // a connection
		id := caller.Peer()
		return id, !id.IsZero()
	default:
		return spiffeid.ID{}, false
	}
}

// LogAttrs returns what a log record of ctx should say of its caller.
func LogAttrs(ctx context.Context) []slog.Attr {
	id, ok := Caller(ctx)
	if !ok {
		return nil
	}
	return []slog.Attr{slog.String("caller", id.String())}
}
