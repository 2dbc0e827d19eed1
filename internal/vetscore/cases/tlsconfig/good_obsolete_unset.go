// Unset.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func goodUnset(cert tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12} // GOOD: the order is Go's
}
