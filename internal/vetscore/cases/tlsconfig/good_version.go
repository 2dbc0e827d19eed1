// 1.2 and 1.3.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func goodVersion(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		MinVersion:   tls.VersionTLS12, // GOOD: what Go has by itself
		MaxVersion:   tls.VersionTLS13,
	}
}
