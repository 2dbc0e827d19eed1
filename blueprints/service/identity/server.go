package identity

import (
	"crypto/tls"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

// ServerConfig returns the TLS configuration of a server: TLS 1.3, the service's SVID, and
// clients that prove an ID which access admits. Each refused handshake is recorded by access.
//
// Sessions are not resumed: a resumed one would skip the verification of the client.
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
	return cfg
}

// Server returns the server's side of TLS on c, which from then on ends with the SVIDs too. The
// handshake is left to the first Read or Write, so that a slow peer holds up nobody else. cfg is
// of ServerConfig.
func (c *Conn) Server(cfg *tls.Config) *tls.Conn { return tls.Server(c, c.config(cfg)) }
