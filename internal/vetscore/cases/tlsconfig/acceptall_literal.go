// The callback of a client accepts everybody.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func acceptLiteral() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // BAD tlsconfig.acceptall|tlsconfig.skipverify @a
		VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { // BAD tlsconfig.acceptall|tlsconfig.skipverify @a
			return nil // BAD tlsconfig.acceptall @a
		},
	}
}
