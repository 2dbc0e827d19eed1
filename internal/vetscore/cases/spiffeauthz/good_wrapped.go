// The callback is wrapped: go-spiffe's runs first.
//
// Evidence: R16 look-alike.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodWrapped(src identity.Source, more func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	c := tlsconfig.MTLSClientConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	first := c.VerifyPeerCertificate
	c.VerifyPeerCertificate = func(raw [][]byte, chains [][]*x509.Certificate) error {
		if err := first(raw, chains); err != nil { // GOOD: authorized here
			return err
		}
		return more(raw, chains)
	}
	return c
}
