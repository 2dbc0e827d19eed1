package identity

import "context"

// WithConn returns a context for the requests that come over c: its peer is their caller, once
// the handshake is complete. It is made once a connection, so that a request pays nothing.
func WithConn(ctx context.Context, c *Conn) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Retiring tells whether the connection that a request came over is; see Conn.Retiring.
func Retiring(ctx context.Context) bool {
	c, ok := ctx.Value(callerKey{}).(*Conn)
	return ok && c.Retiring()
}
