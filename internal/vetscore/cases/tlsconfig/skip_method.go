// A method sets it on the config of its receiver.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

type caller struct{ config *tls.Config }

func (c *caller) trustEverybody() *caller {
	c.config.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return c
}
