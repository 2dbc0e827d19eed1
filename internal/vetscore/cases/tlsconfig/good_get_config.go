// GetConfigForClient returns what has no tickets.
//
// Evidence: peers: G123 look-alike.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
)

func goodGetConfig(cert tls.Certificate, clients *x509.CertPool, verify func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	inner := &tls.Config{
		Certificates:           []tls.Certificate{cert},
		ClientCAs:              clients,
		ClientAuth:             tls.RequireAndVerifyClientCert,
		MinVersion:             tls.VersionTLS12,
		SessionTicketsDisabled: true,
		VerifyPeerCertificate:  verify, // GOOD: tickets are off
	}
	outer := inner.Clone()
	outer.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return inner, nil }
	return outer
}
