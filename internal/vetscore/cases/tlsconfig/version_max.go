// The highest version is 1.1.
//
// Evidence: peers: G402, go/insecure-tls.

package tlsconfig

import "crypto/tls"

func capped(name string) *tls.Config {
	c := &tls.Config{ServerName: name}
	c.MaxVersion = tls.VersionTLS11 // BAD tlsconfig.version
	return c
}
