// A callback that refuses something.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"errors"
)

func goodCallback(names []string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		VerifyConnection: func(s tls.ConnectionState) error {
			for _, name := range names {
				if s.PeerCertificates[0].VerifyHostname(name) == nil {
					return nil
				}
			}
			return errors.New("another host") // GOOD: refuses
		},
	}
}
