// Go has ignored the field since 1.18.
//
// Evidence: peers: G402 says the contrary.

package tlsconfig

import "crypto/tls"

func obsoleteTrue(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates:             []tls.Certificate{cert},
		MinVersion:               tls.VersionTLS12,
		PreferServerCipherSuites: true, // BAD tlsconfig.obsolete
	}
}
