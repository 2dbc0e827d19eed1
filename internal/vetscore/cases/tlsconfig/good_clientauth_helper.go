// A helper of another package sets both.
//
// Evidence: R16 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/tlsparts"
)

func goodClientAuthHelper(cert tls.Certificate, clients *x509.CertPool) *tls.Config {
	c := tlsparts.Base()
	c.Certificates = []tls.Certificate{cert}
	tlsparts.RequireClients(c, clients) // GOOD: verified
	return c
}
