// A resumed session goes round VerifyPeerCertificate: tickets are on.
//
// Evidence: peers: G123.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

func resumptionServer(cert tls.Certificate, clients *x509.CertPool, allowed string) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientCAs:    clients,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS12,
		VerifyPeerCertificate: func(_ [][]byte, chains [][]*x509.Certificate) error { // BAD tlsconfig.resumption
			if chains[0][0].Subject.SerialNumber != allowed {
				return errors.New("not allowed")
			}
			return nil
		},
	}
}
