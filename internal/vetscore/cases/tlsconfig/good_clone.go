// A clone whose copy is made safe.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func goodClone(base *tls.Config) *tls.Config {
	c := base.Clone()
	c.InsecureSkipVerify = false // GOOD: verified
	c.MinVersion = tls.VersionTLS13
	return c
}
