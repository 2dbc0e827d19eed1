// go-spiffe's own way to add a callback.
//
// Evidence: R16 look-alike.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodWrapFunction(src identity.Source, more func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	c := identity.ClientConfig(src, tlsconfig.AuthorizeMemberOf(td))
	c.VerifyPeerCertificate = tlsconfig.WrapVerifyPeerCertificate(more, src, tlsconfig.AuthorizeMemberOf(td)) // GOOD: authorized still
	return c
}
