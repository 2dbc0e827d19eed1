// A server that takes any certificate, with a callback that never refuses.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"log"
)

func acceptServer(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		MinVersion:   tls.VersionTLS13,
		ClientAuth:   tls.RequireAnyClientCert, // BAD tlsconfig.acceptall|tlsconfig.clientauth @a
		VerifyConnection: func(s tls.ConnectionState) error { // BAD tlsconfig.acceptall @a
			for _, c := range s.PeerCertificates {
				log.Printf("client %s", c.Subject)
			}
			return nil // BAD tlsconfig.acceptall @a
		},
	}
}
