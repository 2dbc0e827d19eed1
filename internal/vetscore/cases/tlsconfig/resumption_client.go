// A client that keeps sessions and verifies in VerifyPeerCertificate.
//
// Evidence: peers: G123.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func resumptionClient(roots *x509.CertPool, verify func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	return &tls.Config{
		RootCAs:               roots,
		MinVersion:            tls.VersionTLS12,
		ClientSessionCache:    tls.NewLRUClientSessionCache(64),
		VerifyPeerCertificate: verify, // BAD tlsconfig.resumption
	}
}
