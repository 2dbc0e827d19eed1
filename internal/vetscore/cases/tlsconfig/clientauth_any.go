// Any certificate will do, and nobody verifies it.
//
// Evidence: R16.

package tlsconfig

import "crypto/tls"

func serverAny(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientAuth:   tls.RequireAnyClientCert, // BAD tlsconfig.clientauth
		MinVersion:   tls.VersionTLS13,
	}
}
