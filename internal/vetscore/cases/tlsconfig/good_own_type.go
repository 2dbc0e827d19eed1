// Fields of the same names in types of our own.
//
// Evidence: look-alike: traefik, etcd, jaeger, over 40 sites.

package tlsconfig

import "crypto/tls"

type serversTransport struct {
	InsecureSkipVerify bool
	MinVersion         uint16
	ClientCAs          []string
	CipherSuites       []uint16
}

func goodOwnType() serversTransport {
	return serversTransport{
		InsecureSkipVerify: true, // GOOD: no tls.Config
		MinVersion:         tls.VersionTLS10,
		ClientCAs:          []string{"/etc/ca.pem"},
		CipherSuites:       []uint16{tls.TLS_RSA_WITH_RC4_128_SHA},
	}
}
