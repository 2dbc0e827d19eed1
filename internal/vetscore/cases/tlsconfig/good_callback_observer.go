// It watches beside the library's own verification, which stays on.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func goodObserver(seen func(string)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		VerifyConnection: func(s tls.ConnectionState) error {
			seen(s.ServerName)
			return nil // GOOD: the chain is verified by then
		},
	}
}
