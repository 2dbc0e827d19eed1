// A named function that becomes the authorizer.
//
// Evidence: R11.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"
	"log"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func welcome(id spiffeid.ID, _ [][]*x509.Certificate) error { // BAD spiffeauthz.acceptall @a
	log.Printf("welcome %s", id)
	return nil // BAD spiffeauthz.acceptall @a
}

func acceptNamed(src identity.Source) *tls.Config {
	return identity.SafeServerConfig(src, welcome) // BAD spiffeauthz.acceptall @a
}
