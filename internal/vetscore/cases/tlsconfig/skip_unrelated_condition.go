// A condition stands near, and not around it.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func longName(name string) *tls.Config {
	c := tlsparts.Base()
	if c.ServerName = name; len(name) > 63 {
		c.ServerName = name[:63]
	}
	c.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return c
}
