// Any certificate, verified by our own callback on every connection.
//
// Evidence: R16 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodAny(cert tls.Certificate, known func(*x509.Certificate) error) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientAuth:   tls.RequireAnyClientCert, // GOOD: verified below
		MinVersion:   tls.VersionTLS13,
		VerifyConnection: func(s tls.ConnectionState) error {
			return known(s.PeerCertificates[0])
		},
	}
}
