// Verified if given.
//
// Evidence: R16 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/tlsparts"
)

func goodGiven(cert tls.Certificate, clients *x509.CertPool) *tls.Config {
	c := tlsparts.Base()
	c.Certificates, c.ClientCAs = []tls.Certificate{cert}, clients
	c.ClientAuth = tls.VerifyClientCertIfGiven // GOOD: verified
	return c
}
