// Both fields.
//
// Evidence: R16 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodClientAuth(cert tls.Certificate, clients *x509.CertPool) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientCAs:    clients,
		ClientAuth:   tls.RequireAndVerifyClientCert, // GOOD: verified
		MinVersion:   tls.VersionTLS13,
	}
}
