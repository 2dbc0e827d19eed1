package rpc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"google.golang.org/grpc/credentials"
)

// sampleCredentials are the client's side of mutual TLS with sampleServer, and with nobody else.
type sampleCredentials struct {
	credentials.TransportCredentials
	config *tls.Config
	svids  x509svid.Source
}

func newSampleCredentials(svids x509svid.Source, bundles x509bundle.Source) sampleCredentials {
	config := tlsconfig.MTLSClientConfig(svids, bundles, tlsconfig.AuthorizeID(spiffeid.RequireFromString(sampleServer)))
	config.MinVersion = tls.VersionTLS13
	return sampleCredentials{credentials.NewTLS(config), config, svids}
}

// Clone implements credentials.TransportCredentials.
func (c sampleCredentials) Clone() credentials.TransportCredentials { return c }

// ClientHandshake connects. The connection ends with the SVIDs; a server should end it before,
// lest it cut a call.
func (c sampleCredentials) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	config, asked := c.config.Clone(), false
	show := config.GetClientCertificate
	config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		return show(request)
	}
	conn, info, err := credentials.NewTLS(config).ClientHandshake(ctx, authority, raw)
	if err == nil && !asked {
		conn.Close()
		err = errors.New("it does not ask who calls")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("server %q: %w", sampleServer, err)
	}
	end := time.Now().Add(sampleConnectionAge)
	if secured, ok := info.(credentials.TLSInfo); ok {
		end = sampleEarlier(end, secured.State.PeerCertificates[0].NotAfter)
	}
	if svid, err := c.svids.GetX509SVID(); err == nil {
		end = sampleEarlier(end, svid.Certificates[0].NotAfter)
	}
	return sampleConnection{conn, time.AfterFunc(time.Until(end), func() { conn.Close() })}, info, nil
}

func sampleEarlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// sampleConnection is a connection that ends at some time.
type sampleConnection struct {
	net.Conn
	end *time.Timer
}

// Close implements net.Conn.
func (c sampleConnection) Close() error {
	c.end.Stop()
	return c.Conn.Close()
}
