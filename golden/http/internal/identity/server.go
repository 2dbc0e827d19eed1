package identity

import (
	"crypto/tls"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

// ServerConfig returns the TLS configuration of a server: TLS 1.3, the service's SVID, and
// clients that prove an ID which access admits. Each refused handshake is recorded by access.
//
// Sessions are not resumed: a resumed one would skip the verification of the client. Above a
// Conn, which a Guard accepts, the connection ends with the SVIDs.
func ServerConfig(src Source, access *Authorizer) *tls.Config {
	cfg := config(src, func(id spiffeid.ID, err error) error {
		if err != nil {
			access.refuseCertificate(id, err)
			return err
		}
		return access.Admit(id)
	})
	cfg.ClientAuth = tls.RequireAnyClientCert
	cfg.GetCertificate = tlsconfig.GetCertificate(src)
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if c, ok := hello.Conn.(*Conn); ok {
			return c.config(cfg), nil
		}
		return nil, nil // cfg itself
	}
	return cfg
}
