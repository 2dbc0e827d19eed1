// The callback verifies what the library does not.
//
// Evidence: look-alike: go-spiffe config.go, SPIRE kubelet client, 4 sites.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodCustom(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // GOOD: verified below, without the host's name
		VerifyConnection: func(s tls.ConnectionState) error {
			inter := x509.NewCertPool()
			for _, c := range s.PeerCertificates[1:] {
				inter.AddCert(c)
			}
			_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: inter})
			return err
		},
	}
}
