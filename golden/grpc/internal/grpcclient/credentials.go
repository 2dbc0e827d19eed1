package grpcclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc/credentials"

	"example.com/acme/stock/internal/identity"
)

// mutualTLS is the client's side of the handshake, as credentials.TransportCredentials.
type mutualTLS struct {
	config *tls.Config
	server spiffeid.ID
}

func newMutualTLS(src identity.Source, server spiffeid.ID) mutualTLS {
	config := identity.ClientConfig(src, server)
	config.NextProtos = []string{"h2"}
	return mutualTLS{config, server}
}

// ClientHandshake connects to the server that is meant, and to nobody else. The connection
// ends with the SVIDs; a server should end it before, lest it cut a call.
func (m mutualTLS) ClientHandshake(ctx context.Context, _ string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	config := m.config.Clone()
	show, shown := config.GetClientCertificate, false
	config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		shown = true
		return show(request)
	}
	inner := identity.NewConn(raw, connectionAge)
	conn := inner.Client(config)
	err := conn.HandshakeContext(ctx)
	state := conn.ConnectionState()
	switch {
	case err != nil:
	case !shown:
		err = errors.New("it does not ask who calls")
	case state.NegotiatedProtocol != "h2":
		err = errors.New("it does not speak HTTP/2")
	}
	if err != nil {
		conn.Close()
		return nil, nil, fmt.Errorf("server %q: %w", m.server, err)
	}
	return conn, credentials.TLSInfo{
		State:          state,
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
		SPIFFEID:       inner.Peer().URL(),
	}, nil
}

// ServerHandshake is not for a client.
func (mutualTLS) ServerHandshake(net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errors.ErrUnsupported
}

// Info, Clone and OverrideServerName implement credentials.TransportCredentials.
func (mutualTLS) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}
func (m mutualTLS) Clone() credentials.TransportCredentials { return m }
func (mutualTLS) OverrideServerName(string) error           { return errors.ErrUnsupported }
