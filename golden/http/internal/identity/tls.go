package identity

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

// ServerConfig returns the TLS configuration of a server: TLS 1.3, the service's SVID, and
// clients that prove an ID which access admits. Each refused handshake is recorded by access.
//
// Sessions are not resumed: a resumed one would skip the verification of the client.
func ServerConfig(src Source, access *Authorizer) *tls.Config {
	cfg := config(func(certs []*x509.Certificate) error {
		id, chains, err := verify(certs, src)
		if err != nil {
			access.refuseCertificate(id, err)
			return err
		}
		return access.Admit(id, chains)
	})
	cfg.ClientAuth = tls.RequireAnyClientCert
	cfg.GetCertificate = tlsconfig.GetCertificate(src)
	return cfg
}

// ClientConfig returns the TLS configuration of a client of server: TLS 1.3, the service's
// SVID, and a peer that proves that very ID. The host name is not looked at.
func ClientConfig(src Source, server spiffeid.ID) *tls.Config {
	cfg := config(func(certs []*x509.Certificate) error {
		id, _, err := verify(certs, src)
		if err == nil && id != server {
			err = fmt.Errorf("the server is %q, not %q", id, server)
		}
		return err
	})
	cfg.InsecureSkipVerify = true // of host names and system roots; check is in their place
	cfg.GetClientCertificate = tlsconfig.GetClientCertificate(src)
	return cfg
}

// config returns what both sides have in common; check judges the peer.
func config(check func([]*x509.Certificate) error) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{"h2", "http/1.1"},
		SessionTicketsDisabled: true,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			certs := make([]*x509.Certificate, len(raw))
			for i, der := range raw {
				cert, err := x509.ParseCertificate(der)
				if err != nil {
					return err
				}
				certs[i] = cert
			}
			return check(certs)
		},
		// Not reached by way of VerifyPeerCertificate: a session resumed all the same,
		// because someone gave a copy of this configuration tickets or a cache.
		VerifyConnection: func(state tls.ConnectionState) error {
			if state.DidResume {
				return check(state.PeerCertificates)
			}
			return nil
		},
	}
}
