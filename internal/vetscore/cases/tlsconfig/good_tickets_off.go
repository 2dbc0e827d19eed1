// Tickets are off: no session is resumed.
//
// Evidence: peers: G123 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/tlsparts"
)

func goodTicketsOff(cert tls.Certificate, clients *x509.CertPool, verify func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	tlsparts.RequireClients(c, clients)
	c.VerifyPeerCertificate = verify
	c.SessionTicketsDisabled = true // GOOD: nothing to go round
	return c
}
