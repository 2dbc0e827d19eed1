// A helper of the package is told true.
//
// Evidence: rule: through helpers.

package tlsconfig

import "crypto/tls"

func setVerify(c *tls.Config, off bool) { c.InsecureSkipVerify = off }

func helperConfig() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	setVerify(c, true) // BAD tlsconfig.skipverify
	return c
}
