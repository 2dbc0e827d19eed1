package grpcserver

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/stats"

	"example.com/acme/stock/internal/identity"
)

// mutualTLS is the server's side of the handshake, as credentials.TransportCredentials.
type mutualTLS struct {
	ending context.Context // handshakes end with it
	config *tls.Config
}

// ServerHandshake admits a client to a connection that an identity.Guard has accepted. What is
// known of the client is a credentials.TLSInfo.
func (m mutualTLS) ServerHandshake(accepted net.Conn) (net.Conn, credentials.AuthInfo, error) {
	inner := accepted.(*identity.Conn)
	conn := inner.Server(m.config)
	err := conn.HandshakeContext(m.ending) // and it has a deadline already
	state := conn.ConnectionState()
	if err == nil && state.NegotiatedProtocol != "h2" {
		err = errors.New("the client does not ask for HTTP/2")
	}
	if err != nil {
		return nil, nil, err
	}
	return conn, credentials.TLSInfo{
		State:          state,
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
		SPIFFEID:       inner.Peer().URL(),
	}, nil
}

// ClientHandshake is not for a server.
func (mutualTLS) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errors.ErrUnsupported
}

// Info, Clone and OverrideServerName implement credentials.TransportCredentials.
func (mutualTLS) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}
func (m mutualTLS) Clone() credentials.TransportCredentials { return m }
func (mutualTLS) OverrideServerName(string) error           { return errors.ErrUnsupported }

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
