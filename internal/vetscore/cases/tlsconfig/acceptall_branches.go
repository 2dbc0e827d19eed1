// It looks, and accepts on every branch.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"log"
)

func acceptBranches(want string) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // BAD tlsconfig.acceptall|tlsconfig.skipverify @a
		VerifyConnection: func(s tls.ConnectionState) error { // BAD tlsconfig.acceptall @a
			if s.ServerName != want {
				log.Printf("expected %s, got %s", want, s.ServerName)
				return nil // BAD tlsconfig.acceptall @a
			}
			return nil // BAD tlsconfig.acceptall @a
		},
	}
}
