// The branch is about something else than trust.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func proxied(network string, base *tls.Config) *tls.Config {
	c := base.Clone()
	if len(network) > 3 {
		c.MinVersion = tls.VersionTLS13
	}
	c.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return c
}
