// VerifyConnection runs on resumed connections too.
//
// Evidence: peers: G123 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodVerifyConnection(cert tls.Certificate, clients *x509.CertPool, verify func([][]byte, [][]*x509.Certificate) error, check func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{
		Certificates:          []tls.Certificate{cert},
		ClientCAs:             clients,
		ClientAuth:            tls.RequireAndVerifyClientCert,
		MinVersion:            tls.VersionTLS13,
		VerifyPeerCertificate: verify,
		VerifyConnection:      check, // GOOD: it runs for each connection
	}
}
