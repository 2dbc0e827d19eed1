// The callback is replaced by one that looks at the name alone.
//
// Evidence: R16.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func weakReplaced(src identity.Source, name string) *tls.Config {
	c := identity.ClientConfig(src, tlsconfig.AuthorizeMemberOf(td))
	c.VerifyPeerCertificate = func(raw [][]byte, _ [][]*x509.Certificate) error { // BAD spiffeauthz.weakened
		cert, err := x509.ParseCertificate(raw[0])
		if err != nil {
			return err
		}
		return cert.VerifyHostname(name)
	}
	return c
}
