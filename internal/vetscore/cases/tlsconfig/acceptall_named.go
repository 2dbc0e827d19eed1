// A named callback that only writes a line.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"log"
)

func logOnly(s tls.ConnectionState) error { // BAD tlsconfig.acceptall @a
	log.Printf("connected to %s", s.ServerName)
	return nil // BAD tlsconfig.acceptall @a
}

func acceptNamed() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	c.InsecureSkipVerify = true  // BAD tlsconfig.acceptall|tlsconfig.skipverify @a
	c.VerifyConnection = logOnly // BAD tlsconfig.acceptall @a
	return c
}
