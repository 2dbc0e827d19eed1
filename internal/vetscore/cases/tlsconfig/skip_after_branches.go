// The branches before it are about the name.
//
// Evidence: rule: last write wins over branches.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func afterBranches(o options) *tls.Config {
	c := tlsparts.Base()
	if o.ServerName != "" {
		c.ServerName = o.ServerName
	} else {
		c.ServerName = "localhost"
	}
	c.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return c
}
