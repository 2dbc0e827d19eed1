package identity

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Dial connects to address and completes the handshake, over a Conn that ends at the latest when
// it is maxAge old. cfg is of ClientConfig.
func Dial(ctx context.Context, network, address string, cfg *tls.Config, maxAge time.Duration) (*tls.Conn, error) {
	var dialer net.Dialer
	inner, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	conn := NewConn(inner, maxAge).Client(cfg)
	if err := conn.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
