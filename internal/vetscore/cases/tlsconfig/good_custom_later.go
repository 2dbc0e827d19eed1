// The callback is set on the next line.
//
// Evidence: look-alike: go-spiffe config.go.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodCustomLater(verify func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true} // GOOD: verified by the callback
	c.VerifyPeerCertificate = verify
	return c
}
