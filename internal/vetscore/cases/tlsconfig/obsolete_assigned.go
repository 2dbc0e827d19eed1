// Assigned.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"

	"example.com/cases/internal/tlsparts"
)

func obsoleteAssigned(cert tls.Certificate) *tls.Config {
	c := tlsparts.Base()
	c.Certificates = []tls.Certificate{cert}
	c.PreferServerCipherSuites = true // BAD tlsconfig.obsolete
	return c
}
