// A reasonless one for a TLS rule.
//
// Evidence: rule.

package suppression

import "crypto/tls"

func clientWithout() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		// BAD-NEXT suppression.reason
		InsecureSkipVerify: true, //nolint:tlsconfig
	}
}
